"""What to do about a label of a period that cannot be read."""

import re
from datetime import date, timedelta

from ledger.loading.mapping_advice import mapping_can
from policies.definition import Definition
from policies.period import day_text, period_on
from policies.periods import Interval

_EXAMPLE = date(2026, 6, 30)  # in the period that stands as the example where a label says no day
_BEFORE_DAY_1 = date(1899, 12, 30)  # as spreadsheets count from March 1900 on
_DAY_NUMBER = re.compile("[2-5][0-9]{4}")  # of the years 1954 to 2064; 202604 is a month
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def advice(label: str, definition: Definition) -> str:
    """What to write instead, as an example of the indicator's own periods."""
    day, what = _kept_day(label), ""
    if day:
        what = f"{label} is how a spreadsheet keeps the day {day_text(day)}: "
    else:
        day = _written_day(label)
    d = definition
    period = period_on(day or _EXAMPLE, d.calendar, d.interval, d.pooled_years)
    write = "write the period that is meant, such as" if day else "write it like"
    as_text = ", in a cell that is formatted as text" if _may_be_kept(label, d.interval) else ""
    mapping = mapping_can("give its meaning, under labels in [period]")
    sentence = f"{what}{write} {period.label} or {period.code}{as_text}{mapping}."
    return f" {sentence[0].upper()}{sentence[1:]}"


def _may_be_kept(label: str, interval: Interval) -> bool:
    """Whether a label is what a spreadsheet makes of a month that is typed into it: its first day.

    It would make the same of whatever is typed instead, unless the cell is one of text.
    """
    return interval is Interval.MONTH and bool(_YEAR_FIRST.fullmatch(label) or _kept_day(label))


def _kept_day(label: str) -> date | None:
    if _DAY_NUMBER.fullmatch(label):
        return _BEFORE_DAY_1 + timedelta(days=int(label))
    return None


def _written_day(label: str) -> date | None:
    """The day of 30/06/2026, as it is written in Britain, or of 2026-06-30."""
    try:
        if match := _DAY_FIRST.fullmatch(label):
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(label) if _YEAR_FIRST.fullmatch(label) else None
    except ValueError:
        return None
