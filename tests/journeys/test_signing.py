"""Signing off on pages, from what waits to what came of it, over real HTTP; and two at once."""

import threading
from typing import Any

import httpx
from browser.parsed import Element, parsed
from journeys.asking import AGREEMENT, SIGNER, correct, entry, get, of, submit, values
from services import DISTRICT, ENTRY_OFFICER, Served

PAGE = "/agreements/county/sign-off"
WAITING = f"{AGREEMENT}/sign-offs/waiting"
BINS, BOILERS, STAIRS, ROOFS = "bins", "boilers", "stairs", "roofs"
BY = "performance"  # whose entries both sign-off officers may sign
OFFICERS = (ENTRY_OFFICER, SIGNER)


def shown(answer: httpx.Response, status: int = 200) -> Element:
    """The page of an answer."""
    assert status == answer.status_code, answer.text
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    return parsed(answer.text)


def page(service: Served, by: str = SIGNER, **asked: Any) -> Element:
    """What waits for somebody."""
    return shown(service.caller(by).get(PAGE, params=asked))


def sent(tree: Element, name: str) -> list[str]:
    """What the hidden fields of a page send under a name."""
    return [field["value"] for field in tree.one("main").every("input", name=name)]


def boxes_of(tree: Element) -> list[str]:
    """What the boxes of a list would send, were they ticked."""
    return [box["value"] for box in tree.every("input", name="entry", type="checkbox")]


def said(tree: Element) -> str:
    """All that a page says below its head."""
    return tree.one("main").text


def confirm(service: Served, by: str = SIGNER, status: int = 200, **form: Any) -> Element:
    """Go on from the list with what was chosen."""
    chosen = {"assurance": "audited", "which": "chosen", **form}
    shows = {"indicator": str(chosen.pop("shows", ""))}  # of which list the form is
    return shown(service.caller(by).post(f"{PAGE}/confirm", data=chosen, params=shows), status)


def sign(service: Served, tree: Element, by: str = SIGNER) -> httpx.Response:
    """Press the button of the page that shows what would be signed."""
    form = {name: sent(tree, name) for name in ("entry", "assurance", "key")}
    return service.caller(by).post(PAGE, data=form)


def after(service: Served, answer: httpx.Response, by: str = SIGNER) -> Element:
    """Where the browser is sent on to."""
    assert 303 == answer.status_code, answer.text
    return shown(service.caller(by).get(answer.headers["location"]))


def given(service: Served, indicator: str, *entries: dict[str, Any]) -> int:
    """Values that somebody else gave; the position at which they are known."""
    return int(submit(service, indicator, *entries, by=BY)["position"])


def sign_offs(service: Served, indicator: str) -> list[dict[str, Any]]:
    """The events by which anything of an indicator was signed off, or refused to be."""
    head = service.head
    events = get(service, of(indicator, "history"), min_position=head)["events"]
    kinds = ("values-signed-off", "action-refused")
    return [event for event in events if event["type"] in kinds]


def test_a_signer_sees_what_waits_checks_signs_and_is_told(service: Served) -> None:
    """Only what was chosen is signed; JSON offers the same with the same digests."""
    position = given(
        service,
        BINS,
        entry("71", "FY2022", note="From the accounts."),
        entry("72.5", "FY2023"),
        entry("60", "FY2023", area=DISTRICT),
    )
    tree = page(service, indicator=BINS, recorded=position)
    boxes = boxes_of(tree)
    rows = {row["name"]: row["digest"] for row in values(service, BINS, position)}
    assert [f"{BINS} {position}.{n} {rows[f'{position}.{n}']}" for n in (1, 2, 0)] == boxes
    for words in ("3 values wait for your sign-off.", "From the accounts.", "was 71.0%: +1.5"):
        assert words in said(tree)
    (group,) = get(service, WAITING, by=SIGNER, indicator=BINS)["groups"]
    offered = [(one["entry"]["name"], one["entry"]["digest"]) for one in group["entries"]]
    assert boxes == [f"{BINS} {name} {digest}" for name, digest in offered]
    others = get(service, WAITING, by=BY, indicator=BINS)
    assert [("no-role", 3, [*OFFICERS])] == [
        (one["reason"], one["count"], one["may_sign"]) for one in others["others"]
    ]
    checked = confirm(service, entry=boxes[:2])
    assert boxes[:2] == sent(checked, "entry")
    assert rows[f"{position}.1"][:12] in said(checked)
    done = after(service, sign(service, checked))
    assert "2 values signed off" == done.one("h1").text
    assert "signed off by Ben Okoro on" in said(done)
    signed = values(service, BINS, service.head)
    assert {f"{position}.0": None, f"{position}.1": "audited", f"{position}.2": "audited"} == {
        row["name"]: row["signed_off"] and row["signed_off"]["assurance"] for row in signed
    }


def test_a_form_sent_twice_is_recorded_once_and_says_the_same(service: Served) -> None:
    position = given(service, BINS, entry("50", "FY2018"), entry("51", "FY2019"))
    tree = page(service, indicator=BINS, recorded=position)
    boxes = [box for box in sent(tree, "shown") if f" {position}." in box]
    checked = confirm(service, shown=boxes, which="all")
    first = sign(service, checked)
    head = service.head
    again = sign(service, checked)
    assert head == service.head
    pages = [said(after(service, answer)) for answer in (first, again)]
    assert pages[0] == pages[1]
    assert pages[0].startswith("2 values signed off")


def test_what_changed_since_one_looked_is_told_and_the_rest_is_signed(service: Served) -> None:
    """After the list and again after the check; nothing that was not seen is signed."""
    position = given(
        service, BOILERS, entry("80", "FY2021"), entry("81", "FY2022"), entry("82", "FY2023")
    )
    boxes = boxes_of(page(service, indicator=BOILERS, recorded=position))
    slip = correct(service, BOILERS, entry("8.1", "FY2022"), reason="A slip of the point.")
    page(service, recorded=slip["position"])
    checked = confirm(service, entry=boxes)
    assert "1 value left out" in said(checked)
    assert "You saw 81.0%; now there is 8.1%, corrected by Asha Patel" in said(checked)
    assert "“A slip of the point.”" in said(checked)
    assert 2 == len(sent(checked, "entry"))
    head = correct(service, BOILERS, entry("83", "FY2023"), reason="Counted again.")["position"]
    done = after(service, sign(service, checked))
    assert "1 value signed off" == done.one("h1").text
    assert "1 value not signed off" in said(done)
    assert "You saw 82.0%; now there is 83.0%, corrected by Asha Patel" in said(done)
    (event,) = sign_offs(service, BOILERS)
    assert [f"{position}.0"] == [one["name"] for one in event["data"]["entries"]]
    links = [link["href"] for link in done.one("main").every("a") if "Look again" in link.text]
    (again,) = (shown(service.caller(SIGNER).get(link)) for link in links)
    (box,) = boxes_of(again)
    assert box.startswith(f"{BOILERS} {head}.0 ")
    assert "Counted again." in said(again)


def test_a_lapsed_sign_off_says_so_with_the_figures_and_why(service: Served) -> None:
    position = given(service, STAIRS, entry("40", "FY2023"))
    checked = confirm(service, entry=boxes_of(page(service, indicator=STAIRS, recorded=position)))
    after(service, sign(service, checked))
    corrected = correct(service, STAIRS, entry("41", "FY2023"), reason="A block was left out.")
    tree = page(service, indicator=STAIRS, recorded=corrected["position"])
    for words in (
        "An earlier sign-off has lapsed. Ben Okoro signed it off on",
        "Then Asha Patel corrected it on",
        ": “A block was left out.”",
        "was 40.0%: +1.0 (+2.50%)",
    ):
        assert words in said(tree)
    mine = page(service, by=ENTRY_OFFICER, indicator=STAIRS)
    assert [] == boxes_of(mine)
    assert "You submitted it or corrected it last" in said(mine)


def test_ones_own_entry_forced_into_a_form_is_refused_on_record_and_told(service: Served) -> None:
    """The page does not offer it; whoever sends it all the same is told, and so is the record."""
    position = int(submit(service, STAIRS, entry("45", "FY2020"))["position"])
    theirs = page(service, indicator=STAIRS, period="FY2020", recorded=position)
    (box,) = boxes_of(theirs)
    checked = confirm(service, by=ENTRY_OFFICER, entry=[box])
    for _ in range(2):
        done = after(service, sign(service, checked, by=ENTRY_OFFICER), by=ENTRY_OFFICER)
        assert "Nothing was signed off" == done.one("h1").text
        assert "nobody signs off what is their own. That you tried is on record." in said(done)
    refusals = [one for one in sign_offs(service, STAIRS) if one["type"] == "action-refused"]
    assert ["self-sign-off"] == [one["data"]["code"] for one in refusals]


def test_what_is_missing_in_a_form_is_said_and_what_was_chosen_stays(service: Served) -> None:
    position = given(service, ROOFS, entry("20", "FY2015"))
    (box,) = boxes_of(page(service, indicator=ROOFS, recorded=position))
    nothing = confirm(service, status=422)
    assert "Choose at least one value to sign off." in said(nothing)
    vague = confirm(service, status=422, entry=[box], assurance="", shows=ROOFS)
    assert "Say how far you vouch for the values." in said(vague)
    ticked = [one for one in vague.every("input", name="entry") if "checked" in one.attributes]
    assert [box] == [one["value"] for one in ticked]


def test_an_entry_is_returned_from_the_page_with_a_reason(service: Served) -> None:
    position = given(service, ROOFS, entry("21", "FY2016"))
    tree = page(service, indicator=ROOFS, period="FY2016", recorded=position)
    (box,) = boxes_of(tree)
    form = {"entry": box, "reason": " ", "key": sent(tree, "key")[0]}
    silent = service.caller(SIGNER).post(f"{PAGE}/return", data=form)
    assert "Say why: this needs a reason." in said(shown(silent, 422))
    form["reason"] = "Which roofs?"
    done = after(service, service.caller(SIGNER).post(f"{PAGE}/return", data=form))
    assert "1 value returned" == done.one("h1").text
    assert "returned to Dev Singh on" in said(done)
    assert "“Which roofs?”" in said(done)
    (row,) = values(service, ROOFS, service.head, period="FY2016")
    assert "returned" == row["standing"]
    late = service.caller(SIGNER).post(f"{PAGE}/return", data={**form, "key": "another"})
    assert "The entry is returned" in said(shown(late, 409))


def test_two_people_at_once_sign_once_and_each_gets_a_clear_page(service: Served) -> None:
    """Both looked at the same list, and press the same button at the same moment."""
    position = given(service, ROOFS, *(entry("30", f"FY{year}") for year in range(2019, 2024)))
    checked = {}
    for officer in OFFICERS:
        tree = page(service, by=officer, indicator=ROOFS, recorded=position)
        mine = [box for box in boxes_of(tree) if f" {position}." in box]
        checked[officer] = confirm(service, by=officer, entry=mine)
        assert 5 == len(sent(checked[officer], "entry"))
    together, answers = threading.Barrier(2), {}

    def press(officer: str) -> None:
        together.wait()
        answers[officer] = sign(service, checked[officer], by=officer)

    threads = [threading.Thread(target=press, args=(officer,)) for officer in OFFICERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers.values():  # also the page of whoever was late waits for the other's
        assert f"recorded={service.head}" in answer.headers["location"]
    (event,) = sign_offs(service, ROOFS)
    assert 5 == len(event["data"]["entries"])
    first = event["actor"]
    (second,) = set(OFFICERS) - {first}
    winner, loser = (after(service, answers[one], by=one) for one in (first, second))
    assert "5 values signed off" == winner.one("h1").text
    assert "Nothing was signed off" == loser.one("h1").text
    name = {SIGNER: "Ben Okoro", ENTRY_OFFICER: "Asha Patel"}[first]
    assert 5 == said(loser).count(f"Already signed off by {name} on ")
