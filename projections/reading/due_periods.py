"""Which period of an indicator a page shows."""

from datetime import date, timedelta
from functools import lru_cache

from policies.definition import Definition
from policies.periods import Calendar, Interval, Period, period_on

_DAY = timedelta(days=1)


def latest_due(definition: Definition, today: date, agreement_end: date) -> Period:
    """The latest period that is due by a day and ends within the agreement.

    It may lie before the agreement's start: whether it counts then is for the caller.
    """
    last = min(today - timedelta(days=definition.due_lag_days), agreement_end)
    return last_ending_by(definition.calendar, definition.interval, definition.pooled_years, last)


def first_of_agreement(definition: Definition, start: date) -> Period:
    """The first period that ends on or after the agreement's first day."""
    return period_on(start, definition.calendar, definition.interval, definition.pooled_years)


def inside(definition: Definition, asked: Period) -> Period | None:
    """The indicator's period for an asked one: that one, or its last that ends inside it."""
    if definition.measures(asked):
        return asked
    found = last_ending_by(
        definition.calendar, definition.interval, definition.pooled_years, asked.end
    )
    return found if found.end >= asked.start else None


def has_row(
    definition: Definition, period: Period, start: date, end: date, first: date | None
) -> bool:
    """Whether a page of a period has a row for it that has neither value nor target.

    It has one between the agreement's start and end, and before the start from the end of the
    indicator's first value or target on, in any area.
    """
    begins = start if first is None else min(start, first)
    return begins <= period.end <= end and definition.measures(period)


@lru_cache(maxsize=4096)
def last_ending_by(calendar: Calendar, interval: Interval, pooled_years: int, day: date) -> Period:
    """The last period that ends on or before a day."""
    return period_on(day + _DAY, calendar, interval, pooled_years).previous()
