"""Reading the many ways publishers write a period, with the help of the indicator's calendar.

A form that could mean two periods is refused, and the sentence says which two.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from policies.period import INTERVALS, Calendar, Interval, Period, no_such
from policies.period_forms import (
    Asked,
    YearLabel,
    academic_year,
    bare_year,
    code,
    dhis2_year,
    last_day,
    named_month,
    named_months,
    named_term,
    numbered_month,
    one_year,
    part_first,
    part_last,
    quarter_of_bare_year,
    window,
    window_of_spans,
)
from policies.refusals import Refusal, UnknownPeriod, WrongInterval

_Reader = Callable[[re.Match[str], Asked], Period | None]

_YEAR = r"((?:19|20|21)[0-9]{2})"
_SPAN = _YEAR + r"[-/]([0-9]{4}|[0-9]{2})"
_NAME = r"([a-z]+)"
_DATE = _YEAR + r"-([0-9]{2})-([0-9]{2})"
_MONTH_RANGE = rf"{_NAME}-{_NAME} {_YEAR}"

_READERS: Mapping[Interval, Mapping[str, _Reader]] = {
    Interval.MONTH: {
        _YEAR + "-?([0-9]{2})": numbered_month,
        _NAME + "[ -]" + _YEAR: named_month,
        _NAME + "-([0-9]{2})": named_month,
        _DATE: last_day,
    },
    Interval.QUARTER: {
        "(?:fy|cy)[0-9]{4}-q[1-4]": code,
        _SPAN + " ?q([1-4])": part_last,
        "q([1-4]) ?" + _SPAN: part_first,
        f"(?P<year>{_YEAR})[ -]?q(?P<part>[1-4])": quarter_of_bare_year,
        f"q(?P<part>[1-4])[ -]?(?P<year>{_YEAR})": quarter_of_bare_year,
        _MONTH_RANGE: named_months,
        _DATE: last_day,
    },
    Interval.TERM: {
        "ay[0-9]{4}-t[1-3]": code,
        _SPAN + " ?t([1-3])": part_last,
        "t([1-3]) ?" + _SPAN: part_first,
        "(autumn|spring|summer)(?: term)? " + _SPAN: named_term,
        _MONTH_RANGE: named_months,
        _DATE: last_day,
    },
    Interval.YEAR: {
        "(?:fy|cy|ay)[0-9]{4}": code,
        _SPAN: one_year,
        _YEAR + "([0-9]{2})": one_year,
        _SPAN + " academic": academic_year,
        _YEAR: bare_year,
        _YEAR + "(april|sep)": dhis2_year,
        _DATE: last_day,
    },
    Interval.POOLED: {
        r"(?:fy|cy|ay)[0-9]{4}\+[0-9]{1,2}": code,
        _SPAN: window,
        _YEAR + r"/([0-9]{4}|[0-9]{2})-([0-9]{4}|[0-9]{2})/([0-9]{4}|[0-9]{2})( academic)?": (
            window_of_spans
        ),
        _YEAR: bare_year,
        _DATE: last_day,
    },
}


def read_label(
    text: str,
    calendar: Calendar,
    interval: Interval,
    pooled_years: int = 3,
    *,
    year_label: YearLabel | None = None,
) -> Period:
    """The period a publisher's label means for an indicator of this calendar and interval.

    ``year_label`` says whether the publisher names a financial or academic year by the calendar
    year it starts or ends in; without it a bare 2023 is refused for those. Raises UnknownPeriod
    for what cannot be read or could mean two periods, WrongInterval for another kind of period.
    """
    return _read(_plain(text), Asked(calendar, interval, pooled_years, year_label))


def _plain(text: str) -> str:
    """One kind of dash, single spaces, none round a dash."""
    return re.sub(r" ?(?:[-–—−]|\bto\b) ?", "-", " ".join(text.split()))


@lru_cache(maxsize=8192)
def _read(text: str, asked: Asked) -> Period:
    if asked.interval not in INTERVALS[asked.calendar]:
        raise WrongInterval(no_such(asked.calendar, asked.interval), field="period")
    period = _meaning(text, asked)
    if period is not None:
        return period
    if _means_another(text):
        raise WrongInterval(not_one_of_its(text, asked.calendar, asked.interval), field="period")
    raise UnknownPeriod(f"{text[:60]!r} cannot be read as a period.", field="period")


def not_one_of_its(text: str, calendar: Calendar, interval: Interval) -> str:
    """The sentence about a label of a period that an indicator does not have."""
    return (
        f"{text!r} is not one of the indicator's periods, whose interval is {interval!s} and whose"
        f" calendar is {calendar!s}."
    )


def _meaning(text: str, asked: Asked) -> Period | None:
    for pattern, reader in _READERS[asked.interval].items():
        match = re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII)
        if match:
            period = reader(match, asked)
            if period is not None:
                return period
    return None


def _means_another(text: str) -> bool:
    """Whether the text names some period of any other kind."""
    for calendar in Calendar:
        for interval in INTERVALS[calendar]:
            try:
                if _meaning(text, Asked(calendar, interval, 3, "start")):
                    return True
            except Refusal:
                return True
    return False
