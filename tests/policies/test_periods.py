"""The periods that lie between two days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.periods import INTERVALS, Calendar, Interval, period_on, periods_between

KINDS = sorted((calendar, interval) for calendar in Calendar for interval in INTERVALS[calendar])
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("calendar", "interval", "start", "end", "codes"),
    [
        (
            Calendar.FINANCIAL,
            Interval.QUARTER,
            "2007-04-01",
            "2008-03-31",
            "FY2007-Q1 FY2007-Q2 FY2007-Q3 FY2007-Q4",
        ),
        (
            Calendar.FINANCIAL,
            Interval.QUARTER,
            "2007-06-30",
            "2007-09-29",
            "FY2007-Q1",
        ),
        (Calendar.FINANCIAL, Interval.QUARTER, "2007-07-01", "2007-09-29", ""),
        (Calendar.FINANCIAL, Interval.YEAR, "2006-01-01", "2008-12-31", "FY2005 FY2006 FY2007"),
        (Calendar.ACADEMIC, Interval.TERM, "2007-09-01", "2008-04-30", "AY2007-T1 AY2007-T2"),
        (Calendar.FINANCIAL, Interval.MONTH, "2007-12-01", "2008-01-31", "2007-12 2008-01"),
        (Calendar.CALENDAR, Interval.POOLED, "2021-01-01", "2022-12-31", "CY2019+3 CY2020+3"),
    ],
)
def test_periods_that_end_between_two_days(
    calendar: Calendar, interval: Interval, start: str, end: str, codes: str
) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    found = [period.code for period in periods_between(calendar, interval, first, last)]
    assert codes.split() == found


@given(DAYS, DAYS, st.sampled_from(KINDS))
def test_none_between_two_days_is_left_out_and_none_is_too_many(
    start: date, end: date, kind: tuple[Calendar, Interval]
) -> None:
    found = periods_between(*kind, start, end)
    assert all(start <= period.end <= end for period in found)
    assert all(one.next() == other for one, other in zip(found, found[1:], strict=False))
    if found:
        assert found[0].previous().end < start
        assert end < found[-1].next().end
    else:
        assert not start <= period_on(start, *kind).end <= end


@given(DAYS, DAYS, DAYS, st.sampled_from(KINDS))
def test_a_span_cut_in_two_has_the_same_periods(
    one: date, two: date, three: date, kind: tuple[Calendar, Interval]
) -> None:
    """Periods up to a day and after that day are those of the whole span."""
    start, cut, end = sorted((one, two, three))
    after_cut = [p for p in periods_between(*kind, cut, end) if p.end > cut]
    assert [*periods_between(*kind, start, cut), *after_cut] == list(
        periods_between(*kind, start, end)
    )
