"""Events in words, also those whose data say little or something unexpected."""

from typing import Any

import pytest
from browser.built import BuiltReader
from browser.indicators import AREAS, HOME
from browser.judged import NOW, find
from msgspec.structs import replace

from http_api.pages.history import Telling, told
from http_api.pages.reader import ClocksAsked
from http_api.pages.series import chart_of, described
from http_api.pages.sheet import sheet
from projections.answers import HistoryEvent

ASKED = ClocksAsked()


def lines_of(kind: str, data: dict[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What is told of one event: the act, what it is about, and its figures."""
    event = HistoryEvent(
        position=42,
        recorded_at=NOW,
        actor="a",
        type=kind,
        agreement="w",
        indicator="gld",
        data=data,
    )
    (said,) = told([event], Telling({"a": "Asha"}, AREAS, find("gld").definition))
    return said.did, said.about, said.items


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ({"value": "1234.50"}, "Warwickshire, 2025/26: 1,234.50% (entry 42.0)"),
        (
            {"numerator": "12", "denominator": "4800"},
            "Warwickshire, 2025/26: 12 of 4,800 (entry 42.0)",
        ),
        (
            {"value": "1", "confidence_low": "0.5", "confidence_high": "1.50"},
            "Warwickshire, 2025/26: 1%, confidence limits 0.5 to 1.50% (entry 42.0)",
        ),
        ({"missing": "suppressed"}, "Warwickshire, 2025/26: suppressed (entry 42.0)"),
        ({}, "Warwickshire, 2025/26: no value (entry 42.0)"),
        (
            {"value": "1", "provisional": True},
            "Warwickshire, 2025/26: 1%, provisional (entry 42.0)",
        ),
        (
            {"value": "1", "breakdown": {"sex": "F"}},
            "Warwickshire, sex F, 2025/26: 1% (entry 42.0)",
        ),
        (
            {"value": "1", "replaces": "7.3"},
            "Warwickshire, 2025/26: 1% (entry 42.0, in place of entry 7.3)",
        ),
    ],
)
def test_an_entry_is_told_with_all_that_was_given(entry: dict[str, Any], line: str) -> None:
    given = {"period": "FY2025", "area": HOME, **entry}

    assert (line,) == lines_of("values-submitted", {"entries": [given]})[2]


def test_named_entries_are_told_by_name_with_the_reason() -> None:
    told_of = lines_of("values-returned", {"entries": ["7.3", "7.4"], "reason": "Typed twice."})

    assert ("Returned 2 values", ("Reason: Typed twice.",), ("Entry 7.3", "Entry 7.4")) == told_of


def test_an_action_plan_is_told_with_its_cause_and_its_steps() -> None:
    steps = [
        {"action": "d" * 64, "action_text": "Hire.", "due_on": "2008-03-31", "responsible": "a"},
        {"action": "d" * 64, "due_on": "2008-09-30"},
    ]
    data = {"number": 2, "cause": "d" * 64, "cause_text": "Two posts are empty.", "steps": steps}
    assert (
        "Submitted action plan 2",
        ("Cause: Two posts are empty.",),
        (
            "By 31 March 2008: Hire. (Asha)",
            "By 30 September 2008: a step kept beside the record, digest dddddddddddd…",
        ),
    ) == lines_of("action-plan-submitted", data)


def test_the_action_of_a_refusal_is_a_word_and_no_text() -> None:
    refused = {"action": "fast-track", "code": "no-role"}
    did, about, _ = lines_of("action-refused", refused)
    assert "Tried to fast track, and was refused" == did
    assert ("This person holds no role that may do this here.",) == about
    remedy = {"period": "FY2007-Q2", "action": "d" * 64, "action_text": "Weekly checks."}
    assert ("Action: Weekly checks.",) == lines_of("remedial-action-recorded", remedy)[1]


@pytest.mark.parametrize(
    ("kind", "did"),
    [
        ("indicator-redefined", "Changed the definition"),
        ("indicator-retired", "Retired the indicator"),
        ("values-withdrawn", "Withdrew 0 values"),
        ("values-signed-off", "Signed off 0 values"),
        ("of-a-later-version", "Of a later version"),
    ],
)
def test_every_event_is_told_also_without_its_data(kind: str, did: str) -> None:
    assert (did, (), ()) == lines_of(kind, {})


def test_an_area_that_is_no_longer_listed_keeps_its_code() -> None:
    given = {"period": "soon", "area": "E99", "value": "1"}

    assert ("E99, soon: 1% (entry 42.0)",) == lines_of("values-submitted", {"entries": [given]})[2]


def test_a_chart_of_one_value_is_described_by_it() -> None:
    rows = BuiltReader().status_series("warwickshire", "gld", ASKED, area=HOME)[:1]

    assert (
        "Line chart of T in Rugby. One value: 65.2% in 2020/21 (amber). The table that follows"
        " has the same figures." == described(rows, title="T", area_name="Rugby")
    )


def test_a_series_of_nothing_is_a_chart_of_nothing() -> None:
    drawn = chart_of(find("gld").definition, [], area_name="Rugby", known="2 May 2025")

    assert () == drawn.points


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"data_only": True}, "Shown for background, and not judged"),
        ({"placeholder": True}, "A placeholder: no measure, baseline or level has been agreed yet"),
    ],
)
def test_the_sheet_says_why_an_indicator_is_not_judged(change: dict[str, bool], said: str) -> None:
    answer = BuiltReader().indicator("warwickshire", "gld", ASKED)
    changed = replace(answer, definition=replace(answer.definition, **change))

    assert said in [text for line in sheet(changed, {}) for text in line.text]
