"""Due dates: the period's end, the definition's lag, and the days of grace after it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, Polarity
from policies.due import DueSettings, awaiting, due_on
from policies.periods import Calendar, Interval, parse_code
from policies.refusals import BadPolicy

Q1 = parse_code("FY2007-Q1")


def lagging(days: int) -> Definition:
    return Definition(
        title="Households in temporary accommodation",
        unit="households",
        decimals=0,
        polarity=Polarity.SMALLER,
        basis=Basis.SNAPSHOT,
        interval=Interval.QUARTER,
        calendar=Calendar.FINANCIAL,
        due_lag_days=days,
    )


@pytest.mark.parametrize(
    ("code", "lag", "due"),
    [
        ("FY2007-Q1", 0, "2007-06-30"),
        ("FY2007-Q1", 30, "2007-07-30"),
        ("FY2007", 45, "2008-05-15"),
        ("2024-02", 1, "2024-03-01"),
        ("AY2007-T1", 14, "2008-01-14"),
        ("FY2020+3", 0, "2023-03-31"),
    ],
)
def test_a_value_is_due_its_lag_after_the_period_ends(code: str, lag: int, due: str) -> None:
    assert date.fromisoformat(due) == due_on(parse_code(code), lagging(lag))


@pytest.mark.parametrize(
    ("today", "grace", "word"),
    [
        ("2007-07-29", 5, "not-due"),
        ("2007-07-30", 5, "awaited"),
        ("2007-08-04", 5, "awaited"),
        ("2007-08-05", 5, "overdue"),
        ("2007-07-30", 0, "awaited"),
        ("2007-07-31", 0, "overdue"),
    ],
)
def test_a_value_is_awaited_from_its_due_date_through_the_grace(
    today: str, grace: int, word: str
) -> None:
    day = date.fromisoformat(today)
    assert word == awaiting(Q1, lagging(30), DueSettings(grace), day)


@given(st.integers(0, 400), st.integers(0, 90), st.integers(-500, 1000))
def test_waiting_only_ever_moves_on(lag: int, grace: int, days: int) -> None:
    """As days pass a value goes from not due to awaited to overdue, never back."""
    order = ["not-due", "awaited", "overdue"]
    today = Q1.end + timedelta(days=days)
    now, tomorrow = (
        awaiting(Q1, lagging(lag), DueSettings(grace), day)
        for day in (today, today + timedelta(days=1))
    )
    assert order.index(now) <= order.index(tomorrow)


@pytest.mark.parametrize(
    ("field", "days", "sentence"),
    [
        ("grace_days", -1, "The days of grace cannot be negative."),
        ("notice_days", -1, "The notice days are from 0 to 3660."),
        ("notice_days", 3661, "The notice days are from 0 to 3660."),
        ("sign_off_days", -1, "The sign-off days are from 0 to 3660."),
        ("sign_off_days", 3661, "The sign-off days are from 0 to 3660."),
    ],
)
def test_days_that_nobody_could_wait_are_refused_by_field(
    field: str, days: int, sentence: str
) -> None:
    with pytest.raises(BadPolicy) as refused:
        DueSettings(**{field: days})
    assert (field, sentence) == (refused.value.field, refused.value.detail)


@pytest.mark.parametrize("days", [0, 3660])
def test_the_least_and_the_most_days_are_taken(days: int) -> None:
    taken = DueSettings(days, days, days)
    assert (days, days, days) == (taken.grace_days, taken.notice_days, taken.sign_off_days)
