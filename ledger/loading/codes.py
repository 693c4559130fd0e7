"""Their codes to ours: of indicators, of areas, and of periods."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.agreement.events import Area
from ledger.loading.mapping import Codes, Periods
from policies.definition import Definition
from policies.periods import Period, fits, parse_code, period_on, read_label
from policies.refusals import UnknownPeriod


class PeriodRead(NamedTuple):
    """The code of a period, and whether its label marked the figure as provisional."""

    code: str
    provisional: bool


def our_code(theirs: str, table: Mapping[str, str]) -> str:
    """The code a table gives; what it does not list stands for itself.

    "" where another of their codes has that meaning already: then theirs means something else.
    """
    ours = table.get(theirs)
    if ours is None:
        return "" if theirs in table.values() else theirs
    return ours


class AreaCodes:
    """Reads the areas of a file. ``areas`` are those of the agreement."""

    def __init__(self, codes: Codes, areas: Iterable[Area]) -> None:
        self._table = codes.areas
        self._by_name = codes.area_codes == "names"
        self._codes = {_plain(a.name) if self._by_name else a.code: a.code for a in areas}

    def code(self, text: str) -> str:
        """The area's code, or "" for an area outside the agreement."""
        wanted = _plain(text) if self._by_name else our_code(text, self._table)
        return self._codes.get(wanted, "")


def _plain(name: str) -> str:
    """A name without regard to case and spacing, in which publishers differ from file to file."""
    return " ".join(name.casefold().split())


def read_period(text: str, indicator: str, definition: Definition, periods: Periods) -> PeriodRead:
    """The period a label of the file means for an indicator.

    Raises UnknownPeriod, or WrongInterval for a period of another kind.
    """
    label, marked = _without_suffix(text, periods)
    code = periods.labels.get(text) or periods.labels.get(label)
    if code:
        return PeriodRead(code, marked)
    period = _own_code(label, definition) or read_label(
        label,
        periods.calendar or definition.calendar,
        definition.interval,
        definition.pooled_years,
        year_label=periods.year_labels.get(indicator, periods.year_label),
    )
    return PeriodRead(_of_same_days(period, definition).code, marked)


def _without_suffix(text: str, periods: Periods) -> tuple[str, bool]:
    for suffix in periods.strip_suffixes:
        if text.endswith(suffix):
            return text.removesuffix(suffix).rstrip(), periods.provisional
    return text, False


def _own_code(text: str, definition: Definition) -> Period | None:
    """A code of ours, if it is one of the indicator's periods: 2010-11 may also be a year."""
    try:
        period = parse_code(text)
    except UnknownPeriod:
        return None
    d = definition
    return period if fits(period, d.calendar, d.interval, d.pooled_years) else None


def _of_same_days(period: Period, definition: Definition) -> Period:
    """The indicator's period of exactly the same days, where the labels' calendar is another."""
    d = definition
    if fits(period, d.calendar, d.interval, d.pooled_years):
        return period
    twin = period_on(period.start, d.calendar, d.interval, d.pooled_years)
    same = (twin.start, twin.end) == (period.start, period.end)
    return twin if same else period
