"""The forms in which publishers write periods: what each means for one kind of indicator.

A reader is given the match of its form. It answers None where the form names no period of the
asked kind, and refuses where it could name two.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

from policies.period import (
    MONTHS,
    MOST_POOLED,
    TERMS,
    Calendar,
    Interval,
    Period,
    fits,
    month_of,
    parse_code,
    period_on,
    pooled,
)
from policies.refusals import UnknownPeriod, WrongInterval

YearLabel = Literal["start", "end"]

_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()} | {"sept": 9}
_TERM_NUMBERS = {name.lower(): number for number, name in enumerate(TERMS, start=1)}
_PIVOT = 69  # two-digit years from here on are of the 1900s
MAPPING_DECIDES = (  # where a bare year may mean two things
    'the mapping must say which, with year_label = "start" or "end" in [period].'
)
_DHIS2_YEAR = {"april": Calendar.FINANCIAL, "sep": Calendar.ACADEMIC}


class Asked(NamedTuple):
    """Which kind of period the indicator has, and what a bare year names."""

    calendar: Calendar
    interval: Interval
    pooled_years: int
    year_label: YearLabel | None


def code(match: re.Match[str], asked: Asked) -> Period | None:
    period = parse_code(match[0].upper())
    return period if fits(period, asked.calendar, asked.interval, asked.pooled_years) else None


def last_day(match: re.Match[str], asked: Asked) -> Period | None:
    """A date stands for the period that ends on it."""
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    period = period_on(day, asked.calendar, asked.interval, asked.pooled_years)
    if period.end != day:
        what = "window of years" if asked.interval is Interval.POOLED else str(asked.interval)
        raise UnknownPeriod(
            f"{match[0]} is not the last day of a {what}; a date names a period by its last day.",
            field="period",
        )
    return period


def _year_of(text: str, first: int) -> int:
    """The second year of a span, which may be written with two digits."""
    year = int(text) if len(text) > 2 else first // 100 * 100 + int(text)  # noqa: PLR2004
    return year if year >= first or len(text) > 2 else year + 100  # noqa: PLR2004


def one_year(match: re.Match[str], asked: Asked) -> Period | None:
    """2024-25 and its like: one financial or academic year."""
    return _straddling(match[1], match[2], asked)


def _straddling(first: str, second: str, asked: Asked) -> Period | None:
    year = int(first)
    if asked.calendar is Calendar.CALENDAR or _year_of(second, year) != year + 1:
        return None
    return Period(calendar=asked.calendar, year=year, interval=Interval.YEAR)


def academic_year(match: re.Match[str], asked: Asked) -> Period | None:
    return one_year(match, asked) if asked.calendar is Calendar.ACADEMIC else None


def dhis2_year(match: re.Match[str], asked: Asked) -> Period | None:
    """2023April is DHIS2's financial year that begins in April 2023."""
    if asked.calendar is not _DHIS2_YEAR[match[2].lower()]:
        return None
    return Period(calendar=asked.calendar, year=int(match[1]), interval=Interval.YEAR)


def bare_year(match: re.Match[str], asked: Asked) -> Period:
    year = _starting_year(match[1], match[0], asked)
    if asked.interval is Interval.YEAR:
        return Period(calendar=asked.calendar, year=year, interval=Interval.YEAR)
    if asked.year_label is None:
        raise UnknownPeriod(
            f"{match[0]!r} could be the first or the last of {asked.pooled_years} years; "
            f"{MAPPING_DECIDES}",
            field="period",
        )
    first = year - asked.pooled_years + 1 if asked.year_label == "end" else year
    return pooled(asked.calendar, first, asked.pooled_years)


def _starting_year(text: str, label: str, asked: Asked) -> int:
    """The starting year that a bare year means; only calendar years say it by themselves."""
    year = int(text)
    if asked.calendar is Calendar.CALENDAR or asked.year_label == "start":
        return year
    if asked.year_label == "end":
        return year - 1
    raise UnknownPeriod(
        f"{label!r} could be of the {asked.calendar} year that starts or that ends in {year}; "
        f"{MAPPING_DECIDES}",
        field="period",
    )


def _part(year: Period | None, part: str | int, asked: Asked) -> Period | None:
    """A quarter or term of a year."""
    if year is None:
        return None
    return Period(calendar=asked.calendar, year=year.year, interval=asked.interval, part=int(part))


def part_last(match: re.Match[str], asked: Asked) -> Period | None:
    return _part(_straddling(match[1], match[2], asked), match[3], asked)


def part_first(match: re.Match[str], asked: Asked) -> Period | None:
    return _part(_straddling(match[2], match[3], asked), match[1], asked)


def named_term(match: re.Match[str], asked: Asked) -> Period | None:
    return _part(_straddling(match[2], match[3], asked), _TERM_NUMBERS[match[1].lower()], asked)


def quarter_of_bare_year(match: re.Match[str], asked: Asked) -> Period | None:
    year = _starting_year(match["year"], match[0], asked)
    part = int(match["part"])
    return Period(calendar=asked.calendar, year=year, interval=asked.interval, part=part)


def named_months(match: re.Match[str], asked: Asked) -> Period | None:
    """Jan–Mar 2007: the quarter or term of exactly these months."""
    first, last = (_MONTH_NUMBERS.get(match[place].lower()) for place in (1, 2))
    if first is None or last is None:
        return None
    period = period_on(date(int(match[3]), last, 1), asked.calendar, asked.interval)
    begins, ends = period.start, period.end
    exact = (begins.year, begins.month, ends.month) == (int(match[3]), first, last)
    return period if exact else None


def numbered_month(match: re.Match[str], asked: Asked) -> Period | None:
    month = int(match[2])
    return month_of(int(match[1]), month) if 1 <= month <= len(MONTHS) else None


def named_month(match: re.Match[str], asked: Asked) -> Period | None:
    month = _MONTH_NUMBERS.get(match[1].lower())
    if month is None:
        return None
    year = int(match[2])
    if year < 100:  # noqa: PLR2004
        year += 1900 if year >= _PIVOT else 2000
    return month_of(year, month)


def window(match: re.Match[str], asked: Asked) -> Period | None:
    """2020-22: the first and last year, or for straddling years also the last one's ending."""
    first = int(match[1])
    between = _year_of(match[2], first) - first
    if not 0 < between < MOST_POOLED:
        return None
    straddles = asked.calendar is not Calendar.CALENDAR
    if straddles and between == 1:
        raise UnknownPeriod(f"{match[0]!r} could be one year or two.", field="period")
    _check_length({between, between + 1} if straddles else {between + 1}, match[0], asked)
    return pooled(asked.calendar, first, asked.pooled_years)


def window_of_spans(match: re.Match[str], asked: Asked) -> Period | None:
    """2020/21–2024/25, where the second span may drop its century."""
    first = _straddling(match[1], match[2], asked)
    last = _straddling(str(_year_of(match[3], int(match[1]))), match[4], asked)
    if first is None or last is None or not 0 < last.year - first.year < MOST_POOLED:
        return None
    if bool(match[5]) and asked.calendar is not Calendar.ACADEMIC:
        return None
    _check_length({last.year - first.year + 1}, match[0], asked)
    return pooled(asked.calendar, first.year, asked.pooled_years)


def _check_length(lengths: set[int], label: str, asked: Asked) -> None:
    if asked.pooled_years not in lengths:
        raise WrongInterval(
            f"{label!r} spans {' or '.join(map(str, sorted(lengths)))} years; the indicator pools "
            f"{asked.pooled_years}.",
            field="period",
        )
