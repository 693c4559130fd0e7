"""Which values an agreement collects, and how far each of them has come."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cell import Missing
from policies.collecting import (
    LACKING,
    Given,
    Span,
    State,
    asked_for,
    days_late,
    is_asked_of,
    state_of,
)
from policies.definition import Basis, Definition, Polarity
from policies.due import DueSettings, asked_from, due_on, sign_off_by
from policies.periods import Calendar, Interval, Period, parse_code
from policies.refusals import BadPolicy
from policies.standing import Standing

Q = {n: parse_code(f"FY2024-Q{n}") for n in (1, 2, 3, 4)}
SPAN = Span(date(2024, 4, 1), date(2025, 3, 31), date(2025, 2, 3))  # the third quarter is due


def quarterly(**changes: object) -> Definition:
    fields: dict[str, object] = {
        "title": "Repairs done in time", "unit": "%", "decimals": 1, "polarity": Polarity.BIGGER,
        "basis": Basis.SNAPSHOT, "interval": Interval.QUARTER, "calendar": Calendar.FINANCIAL,
        "due_lag_days": 30,
    }  # fmt: skip
    return Definition(**(fields | changes))  # type: ignore[arg-type]


def asked(held: dict[str, bool], *, home: bool = True, **changes: object) -> list[str]:
    found = {parse_code(code): target for code, target in held.items()}
    return [one.code for one in asked_for(quarterly(**changes), found, SPAN, home=home)]


def quarters_on(n: int) -> Period:
    """The first quarter of the agreement, or one so many later or earlier."""
    years, quarter = divmod(n, 4)
    return parse_code(f"FY{2024 + years}-Q{quarter + 1}")


@pytest.mark.parametrize(
    ("held", "home", "expected"),
    [
        ({"FY2024-Q2": False}, True, ["FY2024-Q2", "FY2024-Q3", "FY2024-Q4"]),
        ({"FY2024-Q2": True}, False, ["FY2024-Q2", "FY2024-Q3", "FY2024-Q4"]),
        ({"FY2023-Q1": False}, True, [f"FY2024-Q{n}" for n in (1, 2, 3, 4)]),
        ({"FY2023-Q1": True}, True, ["FY2023-Q1", *(f"FY2024-Q{n}" for n in (1, 2, 3, 4))]),
        ({"FY2025-Q1": True}, False, ["FY2025-Q1"]),
        ({}, True, ["FY2024-Q3", "FY2024-Q4"]),
        ({}, False, []),
        ({"FY2024": True}, False, []),
    ],
    ids=[
        "from the first value on",
        "from the first target on, elsewhere too",
        "within the agreement",
        "and before it where there is a target",
        "and after it",
        "at home the latest that is due and what comes after",
        "elsewhere nothing",
        "of another interval nothing",
    ],
)
def test_values_are_collected(held: dict[str, bool], home: bool, expected: list[str]) -> None:
    assert expected == asked(held, home=home)


def test_nothing_is_collected_before_a_measure_is_agreed() -> None:
    assert [] == asked({"FY2024-Q1": True}, placeholder=True)


@given(st.dictionaries(st.integers(-6, 9), st.booleans()), st.booleans(), st.integers(0, 800))
def test_every_target_is_asked_for_and_each_period_once_in_order(
    held: dict[int, bool], home: bool, lag: int
) -> None:
    found = {quarters_on(n): target for n, target in held.items()}
    definition = quarterly(due_lag_days=lag)
    periods = asked_for(definition, found, SPAN, home=home)
    assert sorted(set(periods), key=lambda one: one.end) == list(periods)
    assert {period for period, target in found.items() if target} <= {*periods}
    outside = [one for one in periods if not SPAN.start <= one.end <= SPAN.end]
    assert all(found.get(period) for period in outside)


@pytest.mark.parametrize(
    ("area", "target", "own", "expected"),
    [
        ("home", False, False, True),
        ("england", False, False, False),
        ("england", True, False, True),
        ("district", False, True, True),
    ],
)
def test_what_is_shown_for_comparison_nobody_is_asked_for(
    area: str, target: bool, own: bool, expected: bool
) -> None:
    assert expected == is_asked_of(area, "home", has_target=target, partners_own=own)


@pytest.mark.parametrize(
    ("entry", "today", "expected"),
    [
        (None, "2024-07-29", State.NOT_DUE),
        (None, "2024-07-30", State.AWAITED),
        (None, "2024-08-09", State.AWAITED),
        (None, "2024-08-10", State.OVERDUE),
        (Given(Standing.SUBMITTED, Missing.MISSING), "2024-08-10", State.OVERDUE),
        (Given(Standing.RETURNED, Missing.MISSING), "2024-08-10", State.RETURNED),
        (Given(Standing.RETURNED), "2024-07-01", State.RETURNED),
        (Given(Standing.SUBMITTED), "2024-08-10", State.FINAL),
        (Given(Standing.SUBMITTED, provisional=True), "2024-08-10", State.PROVISIONAL),
        (Given(Standing.SIGNED_OFF, provisional=True), "2024-08-10", State.SIGNED_OFF),
        (Given(Standing.SUBMITTED, Missing.SUPPRESSED), "2024-08-10", State.SUPPRESSED),
        (Given(Standing.SIGNED_OFF, Missing.NOT_APPLICABLE), "2024-08-10", State.NOT_APPLICABLE),
    ],
)
def test_a_value_has_come_so_far(entry: Given | None, today: str, expected: State) -> None:
    settings = DueSettings(grace_days=10)
    assert expected == state_of(Q[1], quarterly(), entry, settings, date.fromisoformat(today))


def test_what_was_recorded_as_missing_and_is_not_asked_for_is_called_missing() -> None:
    entry = Given(Standing.SUBMITTED, Missing.MISSING)
    state = state_of(Q[1], quarterly(), entry, DueSettings(), date(2025, 1, 1), asked=False)
    assert State.MISSING == state
    assert State.MISSING not in LACKING


def test_a_value_is_asked_for_before_it_is_due_and_a_sign_off_has_its_days() -> None:
    settings = DueSettings(notice_days=7, sign_off_days=21)
    assert date(2024, 7, 23) == asked_from(Q[1], quarterly(), settings)
    assert date(2024, 7, 30) == due_on(Q[1], quarterly())
    assert date(2024, 8, 6) == sign_off_by(date(2024, 7, 16), settings)


@pytest.mark.parametrize("field", ["notice_days", "sign_off_days"])
@pytest.mark.parametrize("days", [-1, 3661])
def test_the_days_of_notice_and_sign_off_are_kept_within_reason(field: str, days: int) -> None:
    with pytest.raises(BadPolicy) as caught:
        DueSettings(**{field: days})
    assert field == caught.value.field


@given(st.integers(-400, 400))
def test_lateness_is_counted_from_the_due_date(days: int) -> None:
    due = date(2025, 1, 31)
    assert max(days, 0) == days_late(due, due + timedelta(days=days))
