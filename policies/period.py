"""One period: the span of days a value describes, its code, its label and its neighbours."""

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec

from policies.refusals import UnknownPeriod, WrongInterval

MONTHS = (
    "January February March April May June July August September October November December"
).split()
TERMS = ("Autumn", "Spring", "Summer")
_TERM_BEGINS = ((0, 9), (1, 1), (1, 4))  # years after the starting year, month
_DAY = timedelta(days=1)
_CODE = re.compile(r"(FY|CY|AY)((?:19|20|21)[0-9]{2})(?:-([QT])([1-4])|\+([0-9]{1,2}))?")
_MONTH_CODE = re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])")
MOST_POOLED = 20  # years


def day_text(day: date) -> str:
    """A day as people write it: 2 May 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Calendar(StrEnum):
    """Which day a year begins on: 1 April, 1 January or 1 September."""

    FINANCIAL = "financial"
    CALENDAR = "calendar"
    ACADEMIC = "academic"


class Interval(StrEnum):
    """How long a period is; ``pooled`` is several years taken together, one window a year."""

    MONTH = "month"
    QUARTER = "quarter"
    TERM = "term"
    YEAR = "year"
    POOLED = "pooled"


_PREFIX = {Calendar.FINANCIAL: "FY", Calendar.CALENDAR: "CY", Calendar.ACADEMIC: "AY"}
_CALENDAR = {prefix: calendar for calendar, prefix in _PREFIX.items()}
FIRST_MONTH = {Calendar.FINANCIAL: 4, Calendar.CALENDAR: 1, Calendar.ACADEMIC: 9}
_PARTS = {Interval.MONTH: 12, Interval.QUARTER: 4, Interval.TERM: 3}  # periods in a year

_ALL = frozenset({Interval.MONTH, Interval.QUARTER, Interval.YEAR, Interval.POOLED})
INTERVALS = {
    Calendar.FINANCIAL: _ALL,
    Calendar.CALENDAR: _ALL,
    Calendar.ACADEMIC: _ALL - {Interval.QUARTER} | {Interval.TERM},
}


class Period(msgspec.Struct, frozen=True, order=True, kw_only=True, cache_hash=True):
    """A span of whole days.

    ``year`` is the starting year, ``years`` how many it spans, ``part`` which quarter, month or
    term of it (0 for a year). A month is the same month in every calendar, so it is always held
    in the calendar year. Order is by time within one calendar and interval.
    """

    calendar: Calendar
    year: int
    years: int = 1
    interval: Interval
    part: int = 0

    @property
    def code(self) -> str:
        """The canonical code: FY2007, FY2007-Q1, 2007-04, AY2007-T1, CY2020+3."""
        if self.interval is Interval.MONTH:
            return f"{self.year}-{self.part:02d}"
        year = f"{_PREFIX[self.calendar]}{self.year}"
        if self.interval is Interval.YEAR:
            return year
        if self.interval is Interval.POOLED:
            return f"{year}+{self.years}"
        return f"{year}-{'Q' if self.interval is Interval.QUARTER else 'T'}{self.part}"

    @property
    def label(self) -> str:
        """The words people know the period by: Q1 2007/08, April 2007, 2020/21–2022/23."""
        if self.interval is Interval.MONTH:
            return f"{MONTHS[self.part - 1]} {self.year}"
        year = self._year_label(self.year)
        suffix = " academic" if self.calendar is Calendar.ACADEMIC else ""
        if self.interval is Interval.YEAR:
            return year + suffix
        if self.interval is Interval.POOLED:
            return f"{year}–{self._year_label(self.year + self.years - 1)}{suffix}"
        if self.interval is Interval.TERM:
            return f"{TERMS[self.part - 1]} term {year}"
        if self.calendar is Calendar.FINANCIAL:
            return f"Q{self.part} {year}"
        first, last = MONTHS[self.part * 3 - 3], MONTHS[self.part * 3 - 1]
        return f"{first[:3]}–{last[:3]} {year}"

    def _year_label(self, year: int) -> str:
        if self.calendar is Calendar.CALENDAR:
            return str(year)
        return f"{year}/{(year + 1) % 100:02d}"

    @property
    def start(self) -> date:
        """Its first day."""
        return _start(self)

    @property
    def end(self) -> date:
        """Its last day; it belongs to the period."""
        return _end(self)

    def previous(self) -> "Period":
        """The period just before; for pooled years the window one year earlier."""
        return self._moved(-1)

    def next(self) -> "Period":
        """The period just after; for pooled years the window one year later."""
        return self._moved(1)

    def same_last_year(self) -> "Period | None":
        """The same part of the year before; None for pooled years, whose windows overlap."""
        if self.interval is Interval.POOLED:
            return None
        return msgspec.structs.replace(self, year=self.year - 1)

    def _moved(self, step: int) -> "Period":
        if not self.part:
            return msgspec.structs.replace(self, year=self.year + step)
        years, part = divmod(self.part - 1 + step, _PARTS[self.interval])
        return msgspec.structs.replace(self, year=self.year + years, part=part + 1)


@lru_cache(maxsize=8192)
def _start(period: Period) -> date:
    first = FIRST_MONTH[period.calendar]
    if period.interval is Interval.TERM:
        years, month = _TERM_BEGINS[period.part - 1]
        return date(period.year + years, month, 1)
    if not period.part:
        return date(period.year, first, 1)
    length = 12 // _PARTS[period.interval]
    years, month = divmod(first - 1 + (period.part - 1) * length, 12)
    return date(period.year + years, month + 1, 1)


@lru_cache(maxsize=8192)
def _end(period: Period) -> date:
    if period.part:
        return _start(period._moved(1)) - _DAY
    return date(period.year + period.years, FIRST_MONTH[period.calendar], 1) - _DAY


@lru_cache(maxsize=8192)
def parse_code(code: str) -> Period:
    """Read a canonical period code. Raises UnknownPeriod, whose sentence shows the forms."""
    month = _MONTH_CODE.fullmatch(code)
    if month:
        return month_of(int(month[1]), int(month[2]))
    match = _CODE.fullmatch(code)
    period = _coded(match) if match else None
    if period is None:
        raise UnknownPeriod(
            f"{code[:40]!r} is not a period code; the forms are FY2007, FY2007-Q1, 2007-04, "
            "CY2007, CY2007-Q1, AY2007, AY2007-T1, FY2020+3 and CY2020+3.",
            field="period",
        )
    return period


def _coded(match: re.Match[str]) -> Period | None:
    """The period of a matched code, or None where its calendar has no such period."""
    calendar, year = _CALENDAR[match[1]], int(match[2])
    if match[5]:
        years = int(match[5])
        plausible = 1 < years <= MOST_POOLED and match[5][0] != "0"
        return pooled(calendar, year, years) if plausible else None
    if not match[3]:
        return Period(calendar=calendar, year=year, interval=Interval.YEAR)
    interval, part = Interval.QUARTER if match[3] == "Q" else Interval.TERM, int(match[4])
    if interval not in INTERVALS[calendar] or part > _PARTS[interval]:
        return None
    return Period(calendar=calendar, year=year, interval=interval, part=part)


def month_of(year: int, month: int) -> Period:
    """A month by its number, 1 to 12; it is the same month in every calendar."""
    return Period(calendar=Calendar.CALENDAR, year=year, interval=Interval.MONTH, part=month)


def pooled(calendar: Calendar, first_year: int, years: int) -> Period:
    """The window of ``years`` years that begins with ``first_year``."""
    return Period(calendar=calendar, year=first_year, years=years, interval=Interval.POOLED)


def fits(period: Period, calendar: Calendar, interval: Interval, pooled_years: int = 3) -> bool:
    """Whether a period is one of an indicator's: its interval, its calendar, its pooled length."""
    if period.interval is not interval or interval not in INTERVALS[calendar]:
        return False
    if interval is Interval.MONTH:
        return True
    wrong_window = interval is Interval.POOLED and period.years != pooled_years
    return period.calendar is calendar and not wrong_window


_TERM_OF = (1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3)  # by months since September


def no_such(calendar: Calendar, interval: Interval) -> str:
    """The sentence for an interval that a calendar does not have."""
    return f"Years of the kind {calendar!s} have no periods of the length {interval!s}."


def period_on(day: date, calendar: Calendar, interval: Interval, pooled_years: int = 3) -> Period:
    """The period that ``day`` falls in; for pooled years the window whose last year holds it.

    Raises WrongInterval for an interval the calendar does not have.
    """
    if interval not in INTERVALS[calendar]:
        raise WrongInterval(no_such(calendar, interval), field="period")
    if interval is Interval.MONTH:
        return month_of(day.year, day.month)
    year = day.year - (day.month < FIRST_MONTH[calendar])
    if interval is Interval.POOLED:
        return pooled(calendar, year - pooled_years + 1, pooled_years)
    if interval is Interval.YEAR:
        return Period(calendar=calendar, year=year, interval=interval)
    months_in = (day.month - FIRST_MONTH[calendar]) % 12
    part = months_in // 3 + 1 if interval is Interval.QUARTER else _TERM_OF[months_in]
    return Period(calendar=calendar, year=year, interval=interval, part=part)
