"""One period: code, label, days and neighbours, in every calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.periods import (
    INTERVALS,
    Calendar,
    Interval,
    Period,
    fits,
    parse_code,
    period_on,
    pooled,
)
from policies.refusals import UnknownPeriod, WrongInterval

KINDS = [(calendar, interval) for calendar in Calendar for interval in INTERVALS[calendar]]
DAYS = st.dates(date(1910, 1, 1), date(2150, 12, 31))
PERIODS = st.builds(
    lambda kind, day, years: period_on(day, kind[0], kind[1], years),
    st.sampled_from(sorted(KINDS)),
    DAYS,
    st.integers(2, 6),
)

CODED = [
    ("FY2007", "2007/08", "2007-04-01", "2008-03-31"),
    ("FY1999", "1999/00", "1999-04-01", "2000-03-31"),
    ("FY2007-Q1", "Q1 2007/08", "2007-04-01", "2007-06-30"),
    ("FY2007-Q4", "Q4 2007/08", "2008-01-01", "2008-03-31"),
    ("2007-04", "April 2007", "2007-04-01", "2007-04-30"),
    ("2008-02", "February 2008", "2008-02-01", "2008-02-29"),
    ("CY2007", "2007", "2007-01-01", "2007-12-31"),
    ("CY2007-Q1", "Jan–Mar 2007", "2007-01-01", "2007-03-31"),
    ("CY2007-Q4", "Oct–Dec 2007", "2007-10-01", "2007-12-31"),
    ("AY2007", "2007/08 academic", "2007-09-01", "2008-08-31"),
    ("AY2007-T1", "Autumn term 2007/08", "2007-09-01", "2007-12-31"),
    ("AY2007-T2", "Spring term 2007/08", "2008-01-01", "2008-03-31"),
    ("AY2007-T3", "Summer term 2007/08", "2008-04-01", "2008-08-31"),
    ("FY2020+3", "2020/21–2022/23", "2020-04-01", "2023-03-31"),
    ("FY2020+20", "2020/21–2039/40", "2020-04-01", "2040-03-31"),
    ("CY2020+3", "2020–2022", "2020-01-01", "2022-12-31"),
    ("AY2020+2", "2020/21–2021/22 academic", "2020-09-01", "2022-08-31"),
]


@pytest.mark.parametrize(("code", "label", "start", "end"), CODED)
def test_a_code_has_its_label_and_its_days(code: str, label: str, start: str, end: str) -> None:
    period = parse_code(code)
    found = (period.code, period.label, period.start.isoformat(), period.end.isoformat())
    assert (code, label, start, end) == found


@pytest.mark.parametrize(
    "code",
    ["", "2007", "FY07", "FY2007-Q0", "FY2007-Q5", "FY2007-T1", "AY2007-Q1", "AY2007-T4"]
    + ["2007-13", "2007-00", "2007-4", "fy2007", "FY2007 ", "FY2007\n", "XY2007", "FY1807"]
    + ["FY2020+1", "FY2020+0", "FY2020+03", "FY2020+21", "FY2020+", "FY٢٠٢٠", "2007/08"],
)
def test_anything_else_is_refused_with_the_forms_shown(code: str) -> None:
    with pytest.raises(UnknownPeriod, match="FY2007-Q1, 2007-04.*AY2007-T1.*CY2020\\+3") as refused:
        parse_code(code)
    assert "period" == refused.value.field


@given(PERIODS)
def test_a_code_survives_the_round_trip(period: Period) -> None:
    assert period == parse_code(period.code)


@given(PERIODS)
def test_the_next_of_the_previous_is_the_period_itself(period: Period) -> None:
    assert period == period.previous().next() == period.next().previous()


@given(PERIODS)
def test_a_period_begins_before_it_ends_and_before_the_next(period: Period) -> None:
    assert period.start < period.end
    assert period < period.next()
    assert period.start < period.next().start


@given(PERIODS.filter(lambda period: period.interval is not Interval.POOLED))
def test_periods_tile_the_calendar_without_gaps(period: Period) -> None:
    assert period.end + timedelta(days=1) == period.next().start


@given(PERIODS.filter(lambda period: period.interval is Interval.POOLED))
def test_pooled_windows_slide_by_a_year(period: Period) -> None:
    last_year = period_on(period.end, period.calendar, Interval.YEAR)
    assert last_year.next().end == period.next().end
    assert period.years == period.next().years


@given(DAYS, st.sampled_from(sorted(KINDS)))
def test_the_period_on_a_day_holds_that_day(day: date, kind: tuple[Calendar, Interval]) -> None:
    period = period_on(day, *kind)
    assert period.start <= day <= period.end
    assert fits(period, *kind)


@given(PERIODS)
def test_the_same_period_last_year_is_a_year_earlier(period: Period) -> None:
    before = period.same_last_year()
    if period.interval is Interval.POOLED:
        assert before is None
    else:
        assert before is not None
        assert (period.start.year - 1, period.start.month) == (
            before.start.year,
            before.start.month,
        )
        assert period.part == before.part


def test_a_month_is_the_same_month_in_every_calendar() -> None:
    day = date(2008, 1, 15)
    found = {period_on(day, calendar, Interval.MONTH).code for calendar in Calendar}
    assert {"2008-01"} == found


@pytest.mark.parametrize(
    ("code", "calendar", "interval", "answer"),
    [
        ("FY2007", Calendar.FINANCIAL, Interval.YEAR, True),
        ("FY2007", Calendar.ACADEMIC, Interval.YEAR, False),
        ("FY2007", Calendar.FINANCIAL, Interval.QUARTER, False),
        ("2007-04", Calendar.FINANCIAL, Interval.MONTH, True),
        ("2007-04", Calendar.ACADEMIC, Interval.MONTH, True),
        ("CY2020+3", Calendar.CALENDAR, Interval.POOLED, True),
        ("CY2020+5", Calendar.CALENDAR, Interval.POOLED, False),
    ],
)
def test_a_period_fits_its_indicator(
    code: str, calendar: Calendar, interval: Interval, answer: bool
) -> None:
    assert answer == fits(parse_code(code), calendar, interval)


def test_the_pooled_length_is_the_indicators() -> None:
    five = pooled(Calendar.CALENDAR, 2016, 5)
    assert fits(five, Calendar.CALENDAR, Interval.POOLED, 5)
    assert "CY2016+5" == five.code


@pytest.mark.parametrize(
    ("calendar", "interval", "codes"),
    [
        (Calendar.FINANCIAL, Interval.QUARTER, "07-Q4 08-Q1 08-Q1 08-Q3 08-Q3 08-Q3"),
        (Calendar.CALENDAR, Interval.QUARTER, "08-Q1 08-Q2 08-Q2 08-Q4 08-Q4 08-Q4"),
        (Calendar.ACADEMIC, Interval.TERM, "07-T2 07-T3 07-T3 08-T1 08-T1 08-T1"),
        (Calendar.FINANCIAL, Interval.YEAR, "07 08 08 08 08 08"),
        (Calendar.ACADEMIC, Interval.YEAR, "07 07 07 08 08 08"),
    ],
)
def test_the_days_before_and_after_a_boundary_fall_in_their_periods(
    calendar: Calendar, interval: Interval, codes: str
) -> None:
    days = ("2008-03-31", "2008-04-01", "2008-06-30", "2008-10-01", "2008-11-30", "2008-12-31")
    periods = [period_on(date.fromisoformat(day), calendar, interval) for day in days]
    assert codes.split() == [period.code[4:] for period in periods]


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_lies_in_its_term(month: int) -> None:
    terms = "T2 T2 T2 T3 T3 T3 T3 T3 T1 T1 T1 T1".split()
    found = period_on(date(2008, month, 15), Calendar.ACADEMIC, Interval.TERM)
    assert terms[month - 1] == found.code[-2:]


def test_a_calendar_without_the_interval_is_refused() -> None:
    none = "Years of the kind academic have no periods of the length quarter."
    with pytest.raises(WrongInterval, match=none):
        period_on(date(2007, 1, 1), Calendar.ACADEMIC, Interval.QUARTER)
    with pytest.raises(WrongInterval):
        period_on(date(2007, 1, 1), Calendar.FINANCIAL, Interval.TERM)
