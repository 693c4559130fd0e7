"""The pages of sign-off: what a signer sees of each entry, what is checked, and what came of it."""

from collections.abc import Iterator

import pytest
from browser.indicators import HOME
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import LEFT, PAST, SIGN_OFF, at, visit
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.sign_offs import share, with_sign
from http_api.sign_off_forms import Chosen, choice_of, chosen_in, return_of, signing_of
from policies.refusals import all_refusals
from policies.standing import Assurance

Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with TestClient(create()) as client:
        yield client


def boxes(page: Element) -> list[Element]:
    return page.every("input", name="entry", type="checkbox")


def facts(entry: Element) -> dict[str, str]:
    """The lines of an entry's list, by their names."""
    facts = entry.one("dl")
    return {
        key.text: value.text
        for key, value in zip(facts.every("dt"), facts.every("dd"), strict=True)
    }


def test_an_entry_shows_all_that_its_digest_covers_and_what_changed(client: Client) -> None:
    page = visit(client, SIGN_OFF)
    lapsed, part, loaded = page.every("article")
    assert {
        "Value": "21.0% as given",
        "Once signed off": "Red, against a target of 16%",
        "Since the last sign-off": "was 20.4%: +0.6 (+2.94%)",
        "Since Q3 2024/25": "was 21.3%: −0.3 (−1.41%)",
        "Note": "Two schools sent their figures late; those of the year before stand in for one"
        " of them.",
        "Evidence": "attendance_returns_of_all_schools_spring_and_summer_2025_final_version_2.xlsx"
        " (Excel, 48 kB) attached by Asha Patel, 1 November 2026, 14:03 a file that was erased"
        " attached by name erased, 2 November 2026, 14:03",
        "Given": "by Asha Patel on 1 November 2026, 14:03; first submitted by Asha Patel"
        " (position 1680)",
        "Digest": "9f86d081884c and so on over all of this and version 2 of the definition",
    } == facts(lapsed)
    assert "Worth a second look: 21.0 is far from 2.13" in lapsed.text
    assert (
        "An earlier sign-off has lapsed. Daniel Whitehouse-Brown signed it off on 12 October 2026"
        " (audited by the partner itself). Then Asha Patel corrected it on 1 November 2026: “Two"
        " schools had sent the figures of 2023/24.”" == lapsed.one("div", cls="app-lapsed").text
    )
    assert {
        "Value": "21.3%",
        "From": "1,042 ÷ 4,916",
        "Once signed off": "a part of the whole, which has no status of its own",
        "Before it": "never signed off, never another value",
        "Since the period before": "no value there",
        "Note, evidence": "none",
        "Given": "by name erased on 27 October 2026, 14:03 (position 1675)",
        "Digest": "9f86d081884c and so on over all of this and version 2 of the definition",
    } == facts(part)
    assert "Then the definition was changed on 16 November 2026, by Moira Jenkins." in loaded.text
    assert "was 69.9%: the same figure" == facts(loaded)["Since the last sign-off"]
    assert "from the file values_published_2026-04-08.csv" in facts(loaded)["Given"]


def test_a_definition_is_one_step_away_and_what_is_not_ones_own_says_whose(client: Client) -> None:
    page = visit(client, SIGN_OFF)
    links = {link.text: link["href"] for link in page.one("main").every("a")}
    definition = "Definition of Pupils missing a tenth or more of their lessons, version 2"
    assert "/agreements/warwickshire/indicators/absence#definition" == links[definition]
    assert f"{SIGN_OFF}?after=more" == links["The next values that wait"]
    others = page.one("table", cls="app-table--others").one("tbody")
    own, other = ([cell.text for cell in row.every("td")] for row in others.every("tr"))
    assert [
        "6",
        "2022–2024, 2021–2023, 2020–2022, 2019–2021 and 1 earlier",
        "You submitted it or corrected it last",
        "name erased and Daniel Whitehouse-Brown",
    ] == own
    assert [
        "1",
        "2024/25",
        "You are no sign-off officer for it",
        "nobody: no other sign-off officer is named",
    ] == other


def test_the_list_is_chosen_from_without_a_script(client: Client) -> None:
    """Every box belongs to the one form; returns have forms of their own; grades have sentences."""
    page = visit(client, SIGN_OFF)
    assert {"sign-off"} == {box["form"] for box in boxes(page)}
    shown = page.every("input", name="shown")
    assert [box["value"] for box in boxes(page)] == [one["value"] for one in shown]
    form = page.one("form", id="sign-off")
    assert ("post", f"{SIGN_OFF}/confirm") == (form["method"], form["action"])
    assert ["Go on with those I chose", "Go on with all 3 shown"] == [
        button.text for button in form.every("button")
    ]
    assert [grade.value for grade in Assurance] == [
        one["value"] for one in form.every("input", name="assurance")
    ]
    assert 4 == len([hint for hint in form.every("div", cls="govuk-hint") if hint.text])
    returns = page.every("form", method="post", action=f"{SIGN_OFF}/return")
    assert 3 == len(returns)
    assert all(one.every("textarea", name="reason") for one in returns)


def test_one_part_of_what_waits_says_how_much_is_on_others(client: Client) -> None:
    page = visit(client, SIGN_OFF)
    said = page.one("main").text
    assert "43 values wait for your sign-off, of 2 indicators." in said
    assert "This one has 3 values, 1 to 3; 40 are on other parts." in said
    assert "40 values on other parts wait until you sign them there." in said
    rows = page.one("table", cls="app-table--waiting").one("tbody").every("tr")
    assert ["22", "21"] == [row.every("td")[0].text for row in rows]
    links = [row.one("a")["href"] for row in rows]
    assert [f"{SIGN_OFF}?indicator=absence", f"{SIGN_OFF}?indicator=gld"] == links
    alone = visit(client, f"{SIGN_OFF}?indicator=gld")
    assert "on other parts" not in alone.text
    assert [] == alone.every("table", cls="app-table--waiting")


def test_in_the_past_nothing_can_be_signed_and_elsewhere_nothing_waits(client: Client) -> None:
    page = visit(client, at(SIGN_OFF, PAST))
    assert "43 values waited for your sign-off" in page.one("main").text
    assert [] == boxes(page)
    assert [] == page.one("main").every("form", method="post")
    assert 3 == len(page.every("article"))
    nothing = visit(client, f"{SIGN_OFF}?area=E07000220").one("main").text
    assert "Nothing waits for your sign-off here. Show all that waits" in nothing


def confirmed(client: Client, status: int = 200, **form: object) -> Element:
    answer = client.post(f"{SIGN_OFF}/confirm", data=form)
    assert status == answer.status_code, answer.text
    return parsed(answer.text)


def test_the_check_lists_exactly_what_is_signed_and_leaves_out_what_changed(
    client: Client,
) -> None:
    shown = [box["value"] for box in boxes(visit(client, SIGN_OFF))]
    page = confirmed(client, shown=shown, which="all", assurance="checked")
    assert [shown[0]] == [one["value"] for one in page.every("input", name="entry")]
    row = page.one("tbody").one("tr")
    assert "Q4 2024/25, Warwickshire" == row.one("th").text
    value, proof, digest = (cell.text for cell in row.every("td"))
    assert "21.0%" == value
    assert proof.startswith("Two schools sent")
    assert proof.endswith("a file that was erased")
    assert "9f86d081884c and so on with definition version 2" == digest
    said = page.one("main").text
    assert "2 values left out" in said
    assert "You saw 21.3%; now there is 2.1%, corrected by Asha Patel" in said
    assert "Already signed off by Daniel Whitehouse-Brown on 12 October 2026, 15:03" in said
    assert "Checked. You, as a second person, have checked the values." in said
    assert "Sign off 1 value" in said
    (key,) = page.every("input", name="key")
    assert key["value"]
    other = confirmed(client, shown=shown, which="all", assurance="checked")
    assert key["value"] != other.one("input", name="key")["value"]


def test_a_digest_of_something_else_is_left_out_and_so_is_what_never_was(client: Client) -> None:
    stale = f"absence 1704.0 {'0' * 64}"
    gone = f"absence 9999.0 {'0' * 64}"
    page = confirmed(client, entry=[stale, gone], which="chosen", assurance="audited")
    said = page.one("main").text
    assert "2 values left out" in said
    assert "1 entry that the form named is not there." in said
    assert "Nothing is left to sign off." in said
    assert [] == page.every("input", name="entry")


@pytest.mark.parametrize(
    ("form", "sentences"),
    [
        ({"which": "chosen"}, ["Choose at least one value", "Say how far you vouch"]),
        ({"which": "chosen", "assurance": "sure"}, ["Choose at least", "Say how far"]),
        ({"which": "all", "assurance": "checked"}, ["Choose at least one value"]),
        ({"entry": "nonsense", "assurance": "checked"}, ["Choose at least one value"]),
    ],
)
def test_what_is_missing_is_said_at_the_top_and_at_its_place(
    client: Client, form: dict[str, str], sentences: list[str]
) -> None:
    page = confirmed(client, 422, **form)
    summary = page.one("div", cls="govuk-error-summary")
    assert len(sentences) == len(summary.every("a"))
    for link, sentence in zip(summary.every("a"), sentences, strict=True):
        assert sentence in link.text
        assert 1 == len(page.every(id=link["href"].removeprefix("#")))


def test_what_came_of_a_form_is_told_for_every_entry(client: Client) -> None:
    page = visit(client, f"{SIGN_OFF}/done?key=signed&{LEFT}")
    assert "1 value signed off" == page.one("h1").text
    said = page.one("main").text
    for words in (
        "4 values not signed off",
        "The figure is the same, 21.0%; the definition, now version 2, or the evidence is another.",
        "You saw 21.3%; now there is 2.1%, corrected by Asha Patel on 1 November 2026, 14:03: “Two",
        "Taken out since you looked, by Asha Patel on 20 November 2026, 14:03: “Sent twice.” There",
        "Returned since you looked, by Daniel Whitehouse-Brown on 20 November 2026, 14:03.",
        "signed off by Daniel Whitehouse-Brown on 12 October 2026, 15:03, audited by the partner",
    ):
        assert words in said
    links = [link["href"] for link in page.one("main").every("a") if "Look again" in link.text]
    assert f"{SIGN_OFF}?indicator=absence&period=FY2024-Q4&area={HOME}" == links[0]
    returned = visit(client, f"{SIGN_OFF}/done?key=returned").one("main").text
    assert returned.startswith("1 value returned")
    assert "returned to Asha Patel on 20 November 2026, 14:03" in returned


@pytest.mark.parametrize("code", ["self-sign-off", "no-role", "other-partner", "conflict"])
def test_a_refusal_is_told_in_words(client: Client, code: str) -> None:
    assert code in all_refusals()
    page = visit(client, f"{SIGN_OFF}/done?left=absence+1704.0+{code}")
    assert "Nothing was signed off" == page.one("h1").text
    said = page.one("main").text
    recorded = "That you tried is on record." in said
    assert recorded is (code != "conflict")
    assert "1 value not signed off" in said


@pytest.mark.parametrize(
    "code", ["already-signed-off", "not-current", "withdrawn", "wrong-standing"]
)
def test_an_address_that_says_what_is_not_so_is_not_believed(client: Client, code: str) -> None:
    said = visit(client, f"{SIGN_OFF}/done?left=absence+1704.0+{code}").one("main").text
    assert "so it was not signed off. It is as you saw it." in said


def test_a_form_that_is_not_known_says_so(client: Client) -> None:
    """Whoever follows an address by hand learns nothing of anybody else."""
    said = visit(client, f"{SIGN_OFF}/done?left=absence+1.0+x").one("main").text
    assert "Nothing was signed off" in said


def test_differences_have_their_signs() -> None:
    assert ("+0.5", "−0.5", "0.0") == tuple(map(with_sign, ("0.5", "-0.5", "0.0")))
    assert ("+2.94%", "−1.41%", "") == (share("0.0294"), share("-0.0141"), share(None))


codes = st.text(min_size=1, max_size=20).filter(lambda code: code.strip() == code)


@given(st.lists(st.builds(Chosen, codes, st.just("1742.0"), st.just("ab" * 32)), max_size=5))
def test_what_was_chosen_is_read_as_it_was_written(chosen: list[Chosen]) -> None:
    """Whatever the code of an indicator; each entry counts once."""
    expected = tuple(dict.fromkeys(chosen))
    texts = [one.text for one in chosen]
    assert expected == chosen_in(texts)
    sent: dict[str, object] = {"entry": texts, "assurance": "checked", "key": "k1"}
    assert (expected, "checked", "k1") == signing_of(sent)
    assert expected == choice_of({**sent, "shown": [], "which": "chosen"}).chosen
    assert expected == choice_of({"shown": texts, "which": "all"}).chosen


@pytest.mark.parametrize("key", ["a:b", "ключ", "k" * 65, "a b", ""])
def test_a_key_is_letters_and_digits_or_none(key: str) -> None:
    """A key is part of what answers are found by, so nothing else gets into it."""
    sent = {"entry": "absence 1.0 ab", "key": key, "reason": "Why."}
    assert "" == signing_of(sent).key
    returned = return_of(sent)
    assert returned is not None
    assert ("", "Why.") == (returned.key, returned.reason)
    assert return_of({"key": "k"}) is None
