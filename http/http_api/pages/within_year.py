"""The year so far of an indicator that is measured within the year, beside what was expected."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from http_api.pages.series import SeriesRow
from http_api.pages.words import listed, period_label
from ledger.indicator.events import Entry
from ledger.indicator.figures import figure_of
from policies.definition import Basis, Definition
from policies.numbers import EXACT, round_half_up, to_text
from policies.periods import Interval, Period, parse_code, period_on
from policies.sums import Method
from policies.year_to_date import Part, year_to_date
from projections.answers import StatusRow, ValueRow

WITHIN = (Interval.MONTH, Interval.QUARTER, Interval.TERM)
ADDED_UP = (Basis.DISCRETE, Basis.RATIO, Basis.AVERAGE)  # of the others the latest figure is it
HOW: dict[Method, str] = {
    "sum": "The periods are added up.",
    "ratio-of-sums": "All numerators by all denominators: percentages are never averaged.",
    "mean-weighted": "The mean, weighted by the denominators.",
    "mean-plain": "The plain mean of the periods, since not all have a denominator.",
}


class SoFar(msgspec.Struct, frozen=True, kw_only=True):
    """A period, the year up to its end, and what was expected by then; None where unknown.

    ``without`` names the periods of the year that have no figure, as a list in words.
    """

    row: StatusRow
    so_far: str | None
    expected: str | None
    without: str
    method: Method


def years_so_far(
    series: Sequence[SeriesRow], definition: Definition, *, retired_from: str | None
) -> tuple[SoFar, ...]:
    """The year up to each period that has a figure, the latest first.

    Empty where the figure of a period is that of the year so far, where there is but one a year,
    and where there is no year so far at all, since its parts were not given.
    """
    if definition.interval not in WITHIN or definition.basis not in ADDED_UP:
        return ()
    found = []
    for each in series:
        if each.row.judged is None or each.entry is None:
            continue
        period = parse_code(each.row.period)
        until = [one for one in series if _in_year(one, period, definition)]
        parts = [_part(one.row, one.entry, definition) for one in until]
        total = year_to_date(parts, definition, retired_from=retired_from)
        value = None if total.value is None else round_half_up(total.value, definition.decimals)
        found.append(
            SoFar(
                row=each.row,
                so_far=None if value is None else to_text(value),
                expected=_expected([one.row for one in until], period, definition),
                without=listed([period_label(code) for code in total.missing]),
                method=total.method,
            )
        )
    return tuple(found) if any(each.so_far is not None for each in found) else ()


def _in_year(one: SeriesRow, until: Period, definition: Definition) -> bool:
    year = period_on(until.end, definition.calendar, Interval.YEAR)
    return year.start <= parse_code(one.row.period).end <= until.end


def _part(row: StatusRow, entry: ValueRow | None, definition: Definition) -> Part:
    """A period's figure as it is judged: of its numerator and denominator, where it has them."""
    period = parse_code(row.period)
    if entry is None:
        return Part(period=period)
    value, numerator, denominator = (
        None if text is None else Decimal(text)
        for text in (entry.value, entry.numerator, entry.denominator)
    )
    given = Entry(
        period=row.period, area=row.area, value=value, numerator=numerator, denominator=denominator
    )
    return Part(
        period=period,
        value=figure_of(given, definition),
        numerator=numerator,
        denominator=denominator,
    )


def _expected(rows: Sequence[StatusRow], until: Period, definition: Definition) -> str | None:
    """Of a count the targets of the year up to then, all of them; of anything else its own."""
    targets = {row.period: row.target for row in rows if row.target is not None}
    if definition.basis is not Basis.DISCRETE:
        return targets.get(until.code)
    total, period = Decimal(0), until
    year = period_on(until.end, definition.calendar, Interval.YEAR)
    while period.end >= year.start:
        if period.code not in targets:
            return None
        total, period = EXACT.add(total, Decimal(targets[period.code])), period.previous()
    return to_text(total)
