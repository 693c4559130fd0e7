"""Periods: their codes, labels and neighbours, and those that lie between two days."""

from collections.abc import Iterator
from datetime import date

from policies.period import (
    INTERVALS,
    Calendar,
    Interval,
    Period,
    fits,
    month_of,
    parse_code,
    period_on,
    pooled,
)
from policies.period_labels import not_one_of_its, read_label

__all__ = [
    "INTERVALS",
    "Calendar",
    "Interval",
    "Period",
    "first_beginning",
    "fits",
    "month_of",
    "not_one_of_its",
    "parse_code",
    "period_on",
    "periods_between",
    "pooled",
    "read_label",
]


def periods_between(
    calendar: Calendar, interval: Interval, start: date, end: date, pooled_years: int = 3
) -> tuple[Period, ...]:
    """Every period that ends on or between two days, in order of time."""
    return tuple(_ending(period_on(start, calendar, interval, pooled_years), end))


def first_beginning(
    day: date, calendar: Calendar, interval: Interval, pooled_years: int = 3
) -> Period:
    """The first period that begins on or after a day."""
    period = period_on(day, calendar, interval, pooled_years)
    while period.start < day:
        period = period.next()
    return period


def _ending(period: Period, end: date) -> Iterator[Period]:
    while period.end <= end:
        yield period
        period = period.next()
