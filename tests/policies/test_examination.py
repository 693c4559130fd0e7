"""The four-week rule: examined within 28 days of the day the data were available."""

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from policies.examination import DAYS, Outcome, examine

AVAILABLE = date(2026, 3, 2)


def day(number: int) -> date:
    return AVAILABLE + timedelta(days=number)


@pytest.mark.parametrize(
    ("examined", "today", "outcome", "days", "words"),
    [
        (0, 0, "met", 0, "met on day 0"),
        (12, 40, "met", 12, "met on day 12"),
        (28, 28, "met", 28, "met on day 28"),
        (-3, 5, "met", 0, "met on day 0"),
        (29, 90, "breached", 1, "breached by 1 day"),
        (40, 90, "breached", 12, "breached by 12 days"),
        (None, 0, "running", 28, "running, 28 days left"),
        (None, 27, "running", 1, "running, 1 day left"),
        (None, 28, "running", 0, "running, 0 days left"),
        (None, 29, "breached", 1, "breached by 1 day"),
        (20, 10, "running", 18, "running, 18 days left"),
        (40, 35, "breached", 7, "breached by 7 days"),
    ],
)
def test_met_running_or_breached(
    examined: int | None, today: int, outcome: str, days: int, words: str
) -> None:
    found = examine(AVAILABLE, None if examined is None else day(examined), day(today))
    assert (outcome, days, words) == (found.outcome, found.days, found.words)
    assert (AVAILABLE, day(DAYS)) == (found.available_on, found.last_day)


@given(
    examined=st.one_of(st.none(), st.integers(-10, 100)),
    today=st.integers(0, 100),
    later=st.integers(0, 100),
)
def test_once_met_or_breached_it_stays_so(examined: int | None, today: int, later: int) -> None:
    done = None if examined is None else day(examined)
    then, now = examine(AVAILABLE, done, day(today)), examine(AVAILABLE, done, day(today + later))
    if then.outcome is not Outcome.RUNNING:
        assert then.outcome is now.outcome
    assert then.days >= 0
