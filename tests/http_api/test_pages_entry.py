"""Entering a value on a page: typed, checked, sent, corrected, returned, withdrawn."""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest
from browser.built_desk import ENTRY, READER, SIGNER, BuiltDesk
from browser.indicators import HOME
from browser.judged import CODE
from browser.office import Office, Person, held, hidden, lines, typed_in, wrong
from browser.parsed import parsed

from http_api.pages.linked import linked
from ledger.indicator.events import Correction, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Key

BASE = f"/agreements/{CODE}/indicators"
NEW = f"{BASE}/home-care/entry?period=FY2026-Q1&area={HOME}"
RATIO = f"{BASE}/infant/entry?period=CY2023%2B3&area={HOME}"
HELD = f"{BASE}/gld/entry?period=FY2025&area={HOME}"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


@pytest.fixture(scope="module")
def people(office: Office) -> Iterator[dict[str, Person]]:
    with ExitStack() as stack:
        persons = (ENTRY, SIGNER, READER, "")
        yield {person: stack.enter_context(office.seen_by(person)) for person in persons}


@pytest.fixture(autouse=True)
def desk(office: Office) -> BuiltDesk:
    """A new desk for each test."""
    office.desk = BuiltDesk()
    return office.desk


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people[ENTRY]


@pytest.fixture
def signer(people: dict[str, Person]) -> Person:
    return people[SIGNER]


# The form


def test_the_form_has_the_value_and_beside_it_what_one_needs_to_know(officer: Person) -> None:
    page = officer.get(f"{BASE}/gld/entry?period=FY2026&area={HOME}")
    facts = page.one("dl", cls="app-facts")

    assert "Enter a value" == page.one("h1").text
    assert "Children reaching a good level of development at the end of reception" in page.text
    assert "%, 1 decimal place" in facts.text
    assert "Bigger is better" in facts.text
    assert "no target" in facts.text
    assert "30 May 2027" in facts.text
    assert "Counted for residents of the area at the end of the period." in page.text
    rows = [row.text for row in page.one("table", cls="app-earlier").one("tbody").every("tr")]
    assert "2025/26 69.9% 71%" == rows[0]
    assert 6 == len(rows)
    assert "" == hidden(page)["replaces"]


def test_a_ratio_asks_for_its_parts(officer: Person) -> None:
    page = officer.get(RATIO)
    labels = [each.text for each in page.one("main").every("label")]

    assert "Numerator: Deaths under one year" in labels
    assert "Denominator: Live births" in labels


def test_without_a_period_the_next_one_that_lacks_a_value_is_asked(officer: Person) -> None:
    assert "Q2 2026/27" in officer.get(f"{BASE}/home-care/entry").one("p", cls="app-subtitle").text
    assert "2025/26" in officer.get(f"{BASE}/gld/entry").one("p", cls="app-subtitle").text


def test_a_part_of_the_population_is_entered_by_its_breakdown(
    desk: BuiltDesk, officer: Person
) -> None:
    path = f"{NEW}&breakdown=sex%3DF"
    page = officer.check(path, value="3.1")
    assert "not judged" in page.text
    officer.send(path, page)

    assert (
        Decimal("3.1")
        == desk.folds["home-care"].entries[Key(HOME, "FY2026-Q1", "sex=F")].entry.value
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BASE}/gld/entry?period=FY2025-Q1", 422),
        (f"{BASE}/gld/entry?period=FY2040", 422),
        (f"{BASE}/gld/entry?area=E99", 422),
        (f"{BASE}/gld/entry?breakdown=sex", 422),
        (f"{BASE}/transfer/entry", 409),
        (f"{BASE}/nothing/entry", 404),
        (f"{BASE}/gld/entries/1.0/return", 404),
        (f"/agreements/{CODE}/receipts/1", 404),
        (f"/agreements/{CODE}/receipts/x", 404),
        (f"/agreements/{CODE}/entry-grid?area=E99", 422),
        (f"/agreements/{CODE}/entry-grid?period=soon", 422),
        (f"/agreements/{CODE}/entry-grid?indicator=nothing", 404),
    ],
)
def test_what_there_is_not_is_an_error_page(officer: Person, path: str, status: int) -> None:
    assert "Error" in officer.get(path, status).one("main").text


# What is wrong


@pytest.mark.parametrize(
    ("path", "typed", "field", "said"),
    [
        (NEW, {"value": "about 3"}, "value", "'about 3' is not a number"),
        (NEW, {"value": ""}, "value", "neither a value nor"),
        (NEW, {"value": "3.1234"}, "value", "at most 3"),
        (NEW, {"value": "3%"}, "value", "'3%' is not a number"),
        (NEW, {"value": "3", "missing": "suppressed"}, "value", "choose"),
        (NEW, {"value": "3", "missing": "lost"}, "missing", "none of the choices"),
        (NEW, {"value": "3", "data_available_on": "soon"}, "data_available_on", "is a date"),
        (NEW, {"value": "3", "data_available_on": "2999-01-01"}, "data_available_on", "by today"),
        (NEW, {"value": "3", "note": "x" * 10_001}, "note", "too long"),
        (NEW, {"value": "3", "note": "\0"}, "note", "cannot be kept"),
        (RATIO, {"numerator": "3"}, "denominator", "needs its denominator"),
        (RATIO, {"numerator": "3", "denominator": "0"}, "denominator", "zero"),
        (RATIO, {"numerator": "3", "denominator": "9", "value": "2"}, "value", "not 2"),
    ],
)
def test_every_refusal_leads_to_its_field_and_keeps_what_was_typed(
    desk: BuiltDesk, officer: Person, path: str, typed: dict[str, str], field: str, said: str
) -> None:
    page = officer.check(path, 422, **typed)
    ((link, sentence),) = wrong(page)

    assert f"#{field}" == link
    assert said in sentence
    assert page.every("input", "textarea", id=field)
    assert page.one("title").text.startswith("Error: ")
    for name in {"value", "numerator", "denominator", "data_available_on"} & typed.keys():
        assert typed[name] == typed_in(page, name)
    assert BuiltDesk().position == desk.position


def test_two_fields_that_are_wrong_are_both_told(officer: Person) -> None:
    page = officer.check(RATIO, 422, numerator="a", denominator="b")
    assert ["#numerator", "#denominator"] == [link for link, _ in wrong(page)]


# The check


def test_the_check_shows_what_the_value_would_come_to_and_records_nothing(
    desk: BuiltDesk, officer: Person
) -> None:
    before = desk.position
    page = officer.check(
        NEW, value="2.05", standing="provisional", data_available_on="2026-07-20", note="As told."
    )

    assert "Nothing is recorded yet." in page.text
    assert "2.1 weeks" == page.one("p", cls="app-judgement__value").text
    assert "amber" == page.one("strong", cls="app-status").text
    told = lines(page)
    assert "2.05 weeks" == told["Exact value"]
    assert "provisional" == told["Standing"]
    assert "20 July 2026" == told["Available on"]
    assert "As told." == told["Note"]
    assert "Daniel Whitehouse-Brown" == told["Then signed off by"]
    assert before == desk.position


def test_the_result_of_a_ratio_is_worked_out_and_rounded(officer: Person) -> None:
    page = officer.check(RATIO, numerator="1,204", denominator="311000")

    assert "3.9 per 1,000 live births" == page.one("p", cls="app-judgement__value").text
    assert lines(page)["Exact value"].startswith("3.871382636656 ")
    assert "1,204" == lines(page)["Numerator"]


@pytest.mark.parametrize(
    ("indicator", "period", "typed", "warning"),
    [
        ("gld", "FY2026", "0.70", "is about a hundredth of 69.9"),
        ("gld", "FY2026", "0", "0 after figures that were never 0"),
        ("gld", "FY2026", "99.9", "is far from 69.9"),
        ("gld", "FY2026", "70.25", "more decimals than the indicator is judged by"),
        ("checks", "FY2025-Q4", "14000", "is less than 14870"),
    ],
)
def test_what_speaks_against_a_figure_is_said_before_it_is_sent(
    officer: Person, indicator: str, period: str, typed: str, warning: str
) -> None:
    path = f"{BASE}/{indicator}/entry?period={period}&area={HOME}"
    replaces = hidden(officer.get(path))["replaces"]
    page = officer.check(path, value=typed, replaces=replaces, reason="Counted again.")
    said = page.one("section", cls="app-panel--ask").one("ul").text

    assert warning in said


def test_a_figure_like_the_others_is_not_warned_about(officer: Person) -> None:
    page = officer.check(f"{BASE}/gld/entry?period=FY2026&area={HOME}", value="70.4")
    assert [] == page.every("section", cls="app-panel--ask")


def test_changing_what_was_checked_shows_it_in_the_form_again(officer: Person) -> None:
    page = officer.check(NEW, value="2.5", note="As told.")
    again = parsed(officer.post(NEW, 200, **{**hidden(page), "step": "change"}).text)

    assert "2.5" == typed_in(again, "value")
    assert "As told." == typed_in(again, "note")


# Sending, and the receipt


def test_what_is_sent_is_recorded_once_however_often_it_is_sent(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(NEW, value="2.5", note="See https://a.example/x")
    before = desk.position
    first = officer.send(NEW, page).headers["location"]
    second = officer.send(NEW, page).headers["location"]

    assert first == second == f"/agreements/{CODE}/receipts/{before + 1}"
    assert before + 1 == desk.position
    entry = held(desk, "home-care", "FY2026-Q1")
    assert (Decimal("2.5"), ENTRY) == (entry.entry.value, entry.submitted_by)


def test_the_receipt_says_what_was_recorded_who_is_next_and_what_is_due_next(
    desk: BuiltDesk, officer: Person
) -> None:
    address = officer.send(NEW, officer.check(NEW, value="2.5")).headers["location"]
    page = officer.get(address)
    name = held(desk, "home-care", "FY2026-Q1").name
    links = [each["href"] for each in page.one("main").every("a")]

    assert f"Recorded at position {desk.position}" == page.one("h1").text
    assert f"Warwickshire, Q1 2026/27: 2.5 weeks (entry {name}): submitted" in page.text
    assert "Daniel Whitehouse-Brown, to sign it off" == lines(page)["Who is next"]
    assert f"{BASE}/home-care/entries/{name}/correction" in links
    assert f"{BASE}/home-care/entries/{name}/withdrawal" in links
    assert f"{BASE}/home-care/entries/{name}/return" not in links
    assert f"{BASE}/home-care/proof?period=FY2026-Q1&area={HOME}" in links
    assert f"/agreements/{CODE}/audit/events/{desk.position}" in links
    assert "Weeks that people wait, Q1 2026/27, Warwickshire: was due on 30 July 2026" in page.text


def test_that_there_is_no_figure_is_recorded_with_its_reason(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(NEW, missing="suppressed")
    assert "suppressed" == page.one("strong", cls="app-status").text
    officer.send(NEW, page)

    assert "suppressed" == held(desk, "home-care", "FY2026-Q1").entry.missing


def test_whoever_is_slower_is_told_what_stands_there_now_and_loses_nothing(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(NEW, value="2.5", note="Mine.")
    officer.send(NEW, officer.check(NEW, value="3.5"))
    late = parsed(officer.send(NEW, page, 409).text)

    assert "Somebody else was quicker." in wrong(late)[0][1]
    assert "3.5 weeks" == lines(late)["Value"]
    assert ("2.5", "Mine.") == (typed_in(late, "value"), typed_in(late, "note"))
    officer.check(NEW, 409, value="2.5", note="Mine.")
    again = officer.check(NEW, value="2.5", reason="Mine is right.", **hidden(late))
    officer.send(NEW, again)
    assert Decimal("2.5") == held(desk, "home-care", "FY2026-Q1").entry.value


def test_the_same_value_from_two_people_is_recorded_once_and_the_second_told_so(
    desk: BuiltDesk, officer: Person
) -> None:
    first, second = officer.check(NEW, value="2.5"), officer.check(NEW, value="2.5")
    officer.send(NEW, first)
    position = desk.position
    answer = officer.send(NEW, second)

    assert f"/agreements/{CODE}/receipts/{position}?same=yes" == answer.headers["location"]
    assert "nothing new was added" in officer.get(answer.headers["location"]).text
    assert position == desk.position


# Corrections, returns, withdrawals


def test_a_value_that_is_there_is_corrected_with_a_reason(desk: BuiltDesk, officer: Person) -> None:
    form = officer.get(HELD)
    assert "Correct a value" == form.one("h1").text
    assert "69.9" == typed_in(form, "value")
    assert "69.9%, provisional" == lines(form)["Value"]
    refused = officer.check(HELD, 422, value="70.2", **hidden(form))
    assert [("#reason", "Say why: this needs a reason.")] == wrong(refused)
    page = officer.check(HELD, value="70.2", reason="A school was late.", **hidden(form))
    assert "69.9%" in page.one("dl", cls="app-facts").text
    before = held(desk, "gld", "FY2025")
    officer.send(HELD, page)

    event = desk.events[-1][1].event
    assert isinstance(event, ValuesCorrected)
    (entry,) = event.entries
    assert isinstance(entry, Correction)
    assert (before.name, Decimal("70.2")) == (entry.replaces, entry.value)


def test_the_same_value_is_no_correction(officer: Person) -> None:
    form = officer.get(HELD)
    typed = {"value": "69.9", "standing": "provisional", "reason": "No."}
    page = officer.check(HELD, 409, **typed, **hidden(form))
    assert "has this value already" in wrong(page)[0][1]


def test_the_link_to_correct_an_entry_leads_to_its_cell(desk: BuiltDesk, officer: Person) -> None:
    name = held(desk, "gld", "FY2025").name
    where = f"{BASE}/gld/entries/{name}"
    assert HELD == officer.led(f"{where}/correction")

    form = officer.get(HELD)
    officer.send(HELD, officer.check(HELD, value="1", reason="x", **hidden(form)))
    assert "was replaced by" in officer.get(f"{where}/correction", 409).text


def test_a_value_is_returned_with_a_reason_and_its_giver_is_next(
    desk: BuiltDesk, officer: Person, signer: Person
) -> None:
    officer.send(NEW, officer.check(NEW, value="2.5"))
    name = held(desk, "home-care", "FY2026-Q1").name
    path = f"{BASE}/home-care/entries/{name}/return"
    page = signer.get(path)
    assert "2.5 weeks" == lines(page)["Value"]
    refused = parsed(signer.post(path, 422, **hidden(page)).text)
    assert [("#reason", "Say why: this needs a reason.")] == wrong(refused)
    sent = signer.post(path, 303, **hidden(page), reason="In days?")
    again = signer.post(path, 303, **hidden(page), reason="In days?")

    assert sent.headers["location"] == again.headers["location"]
    receipt = signer.get(sent.headers["location"])
    assert "2.5 weeks" in receipt.text
    assert "Reason: In days?" == lines(receipt)["Said with it"]
    assert "Asha Patel, to correct it or give it again" == lines(receipt)["Who is next"]
    assert "what can be done with it is" in signer.get(path, 409).text


def test_what_was_returned_may_be_given_again_as_it_was(
    desk: BuiltDesk, officer: Person, signer: Person
) -> None:
    officer.send(NEW, officer.check(NEW, value="2.5"))
    path = f"{BASE}/home-care/entries/{held(desk, 'home-care', 'FY2026-Q1').name}/return"
    signer.post(path, 303, **hidden(signer.get(path)), reason="In days?")
    form = officer.get(NEW)
    page = officer.check(NEW, value="2.5", reason="In weeks indeed.", **hidden(form))
    officer.send(NEW, page)

    assert "submitted" == held(desk, "home-care", "FY2026-Q1").standing


def test_a_value_is_withdrawn_with_a_reason(desk: BuiltDesk, officer: Person) -> None:
    name = held(desk, "gld", "FY2025").name
    path = f"{BASE}/gld/entries/{name}/withdrawal"
    page = officer.get(path)
    sent = officer.post(path, 303, **hidden(page), reason="Another county's.")

    assert Key(HOME, "FY2025", "") not in desk.folds["gld"].entries
    receipt = officer.get(sent.headers["location"])
    assert "69.9%" in receipt.text
    assert "was withdrawn at" in officer.get(path, 409).text


# Who may


@pytest.mark.parametrize(
    "path", [NEW, f"/agreements/{CODE}/entry-grid", f"{BASE}/gld/entries/{{name}}/withdrawal"]
)
def test_whoever_may_not_is_told_so_and_no_form_is_shown(
    desk: BuiltDesk, people: dict[str, Person], path: str
) -> None:
    before = desk.position
    page = people[READER].get(path.replace("{name}", held(desk, "gld", "FY2025").name), 403)

    assert "a person must be" in page.one("main").text
    assert [] == page.one("main").every("form")
    assert before == desk.position


def test_an_entry_officer_returns_nothing(desk: BuiltDesk, officer: Person) -> None:
    name = held(desk, "gld", "FY2025").name
    officer.get(f"{BASE}/gld/entries/{name}/return", 403)


def test_the_page_of_an_indicator_offers_what_the_visitor_may_do(
    desk: BuiltDesk, officer: Person, signer: Person, people: dict[str, Person]
) -> None:
    name = held(desk, "gld", "FY2025").name
    where = f"{BASE}/gld/entries/{name}"

    def offered(person: Person, path: str = f"{BASE}/gld") -> set[str]:
        table = person.get(path).one("table", cls="app-table--series")
        return {each["href"] for each in table.every("a")} & {
            f"{where}/{part}" for part in ("correction", "return", "withdrawal")
        }

    assert {f"{where}/correction", f"{where}/withdrawal"} == offered(officer)
    assert {f"{where}/return"} == offered(signer)
    assert set() == offered(officer, f"{BASE}/gld?known_at=2026-06-01")
    assert set() == offered(people[""])
    missing = officer.get(f"{BASE}/home-care").one("table", cls="app-table--series")
    assert NEW in {each["href"] for each in missing.every("a")}


def test_the_board_leads_whoever_enters_values_to_the_grid(people: dict[str, Person]) -> None:
    grid = f"/agreements/{CODE}/entry-grid?area={HOME}&period=FY2025"

    def offered(person: str, clocks: str = "") -> bool:
        page = people[person].get(f"/agreements/{CODE}?period=FY2025{clocks}")
        return grid in {each["href"] for each in page.every("a")}

    assert offered(ENTRY)
    assert not offered(ENTRY, "&known_at=2026-06-01")
    assert not offered(SIGNER)
    assert not offered("")


# Notes


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]),
        ("(http://a.example/a_(b))", ["http://a.example/a_(b)"]),
        ("javascript:alert(1) data:text/html,https://x", []),
        ("<a href='javascript:alert(1)'>x</a> <script>alert(1)</script>", []),
        ('https://a.example/"onmouseover="alert(1)', ['https://a.example/"onmouseover="alert(1)']),
        ("https://javascript:alert(1) HTTPS://A.example www.a.example me@a.example", []),
        ("ftp://a.example //a.example /tasks", []),
        ("https://a.example/<b>x</b>", ["https://a.example/<b>x</b>"]),
    ],
)
def test_only_web_addresses_in_notes_become_links(text: str, addresses: list[str]) -> None:
    written = parsed(f"<p>{linked(text)}</p>")

    assert addresses == [each["href"] for each in written.every("a")]
    assert {"noopener noreferrer nofollow"} >= {each["rel"] for each in written.every("a")}
    assert {"p", "a"} >= {each.tag for each in written.every()}
    assert " ".join(text.split()) == written.text


def test_a_note_is_shown_as_text_wherever_it_stands(officer: Person) -> None:
    note = "<b>bold</b> https://a.example/x javascript:alert(1)"
    page = officer.check(NEW, value="2.5", note=note)
    assert note == lines(page)["Note"]
    officer.send(NEW, page)
    form = officer.get(NEW)
    assert note == lines(form)["Note"]
    assert note == typed_in(form, "note")
    assert [] == form.one("main").every("b")


def test_events_of_submissions_hold_only_the_digest_of_a_note(
    desk: BuiltDesk, officer: Person
) -> None:
    officer.send(NEW, officer.check(NEW, value="2.5", note="As told."))
    event: Any = desk.events[-1][1].event
    assert isinstance(event, ValuesSubmitted)
    assert 64 == len(event.entries[0].note)
