"""The auditor's pages: every event in words, and what each page says."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser.judged import NOW
from browser.serving import create
from browser.visiting import BOARD, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages import vocabulary
from http_api.pages.deeds import KNOWN, deed
from ledger.event import CATALOGUE
from projections.answers import HistoryEvent
from projections.reading.kinds import GROUPS, RULES

AUDIT = f"{BOARD}/audit"
PEOPLE = {"asha": "Asha Rao"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def said(kind: str, data: dict[str, Any]) -> str:
    """The sentence of an event about the indicator X or the file X."""
    event = HistoryEvent(
        position=1, recorded_at=NOW, actor="a", type=kind, agreement="w", indicator="x", data=data
    )
    told = deed(event, PEOPLE)
    return " ".join(f"A {told.verb} {told.preposition} X{told.tail}".split())


def test_every_kind_of_event_has_its_words() -> None:
    assert set(CATALOGUE) == KNOWN
    assert set(GROUPS) == set(vocabulary.EVENT_GROUP)
    assert set(GROUPS[RULES]) == set(vocabulary.RULE_CHANGED)


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("values-submitted", {"entries": [{}, {}]}, "A submitted 2 values of X"),
        (
            "values-signed-off",
            {"entries": [{}], "assurance": "checked"},
            "A signed off 1 value of X as checked",
        ),
        (
            "action-refused",
            {"action": "sign-off", "code": "self-sign-off"},
            "A tried to sign off for X, and was refused",
        ),
        (
            "action-refused",
            {"action": "close-escalation", "code": "no-role"},
            "A tried to close escalation for X, and was refused",
        ),
        (
            "remedial-action-recorded",
            {"period": "FY2007-Q2"},
            "A recorded a remedial action for X, for Q2 2007/08",
        ),
        ("action-plan-submitted", {"number": 2}, "A submitted action plan 2 for X"),
        (
            "action-plan-accepted",
            {"plan": 2, "review_on": "2008-06-30"},
            "A accepted action plan 2 for X, to be reviewed on 30 June 2008",
        ),
        ("action-plan-sent-back", {"plan": 2}, "A sent action plan 2 back for X"),
        (
            "intervention-decided",
            {"decision": "reallocate-resources"},
            "A decided on an intervention for X: reallocate resources",
        ),
        ("fast-tracked", {"stage": 3}, "A moved X to stage 3 by fast track"),
        ("escalation-closed", {}, "A closed the escalation of X"),
        (
            "performance-commended",
            {"period": "FY2007"},
            "A commended the performance of X, for 2007/08",
        ),
        (
            "value-examined",
            {"period": "FY2007-Q4", "on": "2008-05-20"},
            "A examined the value for Q4 2007/08 of X, on 20 May 2008",
        ),
        ("indicator-defined", {}, "A set up the indicator X"),
        ("targets-set", {"targets": [{}]}, "A set 1 target of X"),
        (
            "indicator-placed",
            {"indicator": "x", "outcome": "o"},
            "A placed the indicator X under the outcome o",
        ),
        ("load-received", {"file": "a.csv"}, "A sent the file X"),
        ("load-committed", {"written": 1200}, "A recorded X: 1,200 values"),
        ("load-part-committed", {"part": 2, "of": 3}, "A recorded part 2 of 3 of X"),
        (
            "load-withdrawn",
            {"withdrawn": 1, "restored": 2, "kept": 0},
            "A took back X: 1 value went, 2 earlier values came back",
        ),
        (
            "load-action-refused",
            {"action": "withdraw", "code": "no-role"},
            "A tried to withdraw X, and was refused",
        ),
    ],
)
def test_an_event_is_a_sentence(kind: str, data: dict[str, Any], sentence: str) -> None:
    assert sentence == said(kind, data)


@pytest.mark.parametrize(
    ("kind", "data", "verb"),
    [
        (
            "role-assigned",
            {
                "person": "asha",
                "role": "sign-off-officer",
                "scope": "homes",
                "valid_from": "2026-04-01",
                "valid_to": "2027-03-31",
            },
            "gave Asha Rao the role of sign-off officer for homes, from 1 April 2026 to 31 March"
            " 2027",
        ),
        (
            "amendment-action-refused",
            {"action": "assign-role", "person": "asha", "role": "auditor", "scope": "homes"},
            "tried to give Asha Rao the role of auditor for homes, and was refused",
        ),
        (
            "amendment-action-refused",
            {"action": "end-role", "person": "asha", "role": "auditor", "scope": "homes"},
            "tried to take from Asha Rao the role of auditor for homes, and was refused",
        ),
        (
            "amendment-action-refused",
            {"action": "assign-role", "person": "", "role": "auditor", "scope": ""},
            "tried to give somebody unknown the role of auditor, and was refused",
        ),
        (
            "role-ended",
            {"person": "gone", "role": "auditor", "scope": "homes"},
            "took from gone the role of auditor for homes",
        ),
        (
            "rag-policy-adopted",
            {"version": "2", "effective_from": "2022-04-01"},
            "adopted version 2 of the rules of status, for periods from 1 April 2022",
        ),
        ("partner-joined", {"code": "c", "name": "The county"}, "entered the partner The county"),
        (
            "code-map-set",
            {"name": "dfe", "entries": [{}, {}]},
            "set the code map dfe: 2 codes",
        ),
    ],
)
def test_an_event_that_is_about_no_indicator_says_what_it_is_about(
    kind: str, data: dict[str, Any], verb: str
) -> None:
    assert f"A {verb} X" == said(kind, data)


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_an_event_is_told_also_without_its_data(topic: str) -> None:
    assert said(topic, {}).startswith("A ")


def test_a_search_is_told_in_sentences_with_its_form_as_it_was_filled_in(
    client: TestClient[Litestar],
) -> None:
    asked = "actor=p-entry&indicator=absence&kind=values&from=2026-01-01&order=oldest"
    page = visit(client, f"{AUDIT}/events?{asked}")

    assert page.one("h1").text.startswith("Timeline of ")
    (told,) = (each for each in page.every("p") if "This timeline holds" in each.text)
    there = [f"{BOARD}/amendments", f"{BOARD}/audit/roles", f"{BOARD}/audit/rules"]
    assert there == [link["href"] for link in told.every("a")]
    shown = [item.text for item in page.one("ol", cls="app-history").every("li")]
    assert 2 == len(shown)
    assert all("position" in each for each in shown)
    chosen = {
        select["name"]: option["value"]
        for select in page.every("select")
        for option in select.every("option")
        if "selected" in option.attributes
    }
    assert {
        "actor": "p-entry",
        "indicator": "absence",
        "kind": "values",
        "order": "oldest",
    } == chosen
    assert "2026-01-01" == page.one("input", name="from", type="date")["value"]
    following = page.one("a", rel="next")["href"]
    assert "after=200" in following
    assert "kind=values" in following


def test_an_event_is_shown_in_words_in_the_record_and_as_stored(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, f"{AUDIT}/events/204")

    assert "corrected 1 value of" in page.one("p", cls="app-subtitle").text
    assert page.one("pre").text.startswith('{"entries":[{')
    assert "Erased, or never kept" in page.one("main").text
    assert "position 203" in page.one("main").text
    assert "positions 204 to 206" in page.one("main").text


def test_refusals_say_who_tried_what_and_which_rule_said_no(client: TestClient[Litestar]) -> None:
    text = visit(client, f"{AUDIT}/refusals").one("main").text

    assert "tried to sign off for" in text
    assert "The person who submitted or last corrected a value cannot sign it off." in text
    assert "sent a file that was refused: a.csv" in text


def test_roles_say_since_when_and_until_when(client: TestClient[Litestar]) -> None:
    held, *_ = reversed(visit(client, f"{AUDIT}/roles").one("main").every("tr"))

    assert "the whole agreement" in held.text
    assert "still held" in held.text


def test_a_change_of_a_rule_says_what_it_was_and_what_it_became(
    client: TestClient[Litestar],
) -> None:
    text = " ".join(visit(client, f"{AUDIT}/rules").one("main").text.split())

    assert "Rules of status adopted, version 2" in text
    assert "Amber margin 0.05 0.10" in text
    assert "Warwickshire, 2025/26: Level nothing 9.5" in text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("from=soon", 400),
        ("after=x", 400),
        ("kind=colour", 422),
        ("load=x", 404),
        ("order=sideways", 400),
    ],
)
def test_a_search_that_cannot_be_read_is_refused(
    client: TestClient[Litestar], asked: str, status: int
) -> None:
    answer = client.get(f"{AUDIT}/events?{asked}", headers={"Accept": "text/html"})

    assert status == answer.status_code
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        (BOARD, AUDIT),
        (f"{BOARD}/indicators/absence", f"{AUDIT}/events?indicator=absence"),
        (f"{BOARD}/indicators/absence", f"{AUDIT}/rules?indicator=absence"),
        (f"{BOARD}/indicators/absence", f"{AUDIT}/events/205"),
        (f"{BOARD}/loads/00000000-0000-0000-0000-000000000005", f"{AUDIT}/events?load=00000000"),
        (f"{BOARD}/indicators/gld/why?period=FY2025&area=E10000031", f"{AUDIT}/events/31"),
    ],
)
def test_the_other_pages_lead_to_what_was_recorded(
    client: TestClient[Litestar], path: str, leads: str
) -> None:
    links = [link["href"] for link in visit(client, path).every("a")]

    assert [link for link in links if link.startswith(leads)]
