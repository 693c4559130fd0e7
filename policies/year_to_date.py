"""Adding periods up to a year so far, and areas to a larger area, by the basis of measurement.

What may be added and what may not is the whole point: counts add up, percentages never do, and a
snapshot is not a flow. Every answer says by which method it was made and what was missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce

import msgspec

from policies.definition import Basis, Definition
from policies.due import due_on
from policies.numbers import EXACT, Number
from policies.periods import Interval, Period, period_on, periods_between
from policies.retirement import is_retired
from policies.sums import BY_TIME, Method, Sums, across, added, total

FALLING = "falling-cumulative"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One period's figures for one area, exact. A part without figures is a missing one."""

    period: Period
    value: Number | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """The year so far: exact, its method, the codes of missing periods, and quality warnings."""

    value: Number | None
    method: Method
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class RollUp(msgspec.Struct, frozen=True, kw_only=True):
    """The larger area: exact, its method, and the members without a figure.

    ``partial``: a member is missing. ``enough``: the rest are at least the share a status needs.
    """

    value: Number | None
    method: Method
    missing: tuple[str, ...]
    partial: bool
    enough: bool


def year_to_date(
    parts: Sequence[Part],
    definition: Definition,
    today: date | None = None,
    *,
    retired_from: str | None = None,
) -> Total:
    """The year so far, of the year that the latest part lies in.

    Parts of earlier years are left out. ``missing`` are the periods of the year, up to the latest
    part, without a figure, and with ``today`` those too that have come due by then; none that is
    retired, for nobody is asked for its value. Counts are summed; cumulative, snapshot and rolling
    figures stand as they last were; ratios are the sum of numerators over the sum of denominators.
    An annual or survey figure has no year to date until its outturn, the figure of the whole year.
    """
    if not parts:
        return Total(value=None, method="none")
    latest = max(part.period.end for part in parts)
    year = period_on(latest, definition.calendar, Interval.YEAR)
    by_period = {part.period: part for part in parts}
    method = BY_TIME[definition.basis]
    if method == "none":
        outturn = by_period.get(year)
        if outturn is None or outturn.value is None:
            return Total(value=None, method="none")
        return Total(value=outturn.value, method="latest")
    expected = [
        period
        for period in periods_between(
            definition.calendar, definition.interval, year.start, year.end, definition.pooled_years
        )
        if period.end <= latest or (today is not None and due_on(period, definition) <= today)
    ]
    ready = [by_period[period] for period in expected if _ready(by_period.get(period), method)]
    missing = tuple(
        period.code
        for period in expected
        if not _ready(by_period.get(period), method) and not is_retired(retired_from, period)
    )
    value, method = _combined(ready, method, definition)
    warnings = _warnings(ready, definition)
    return Total(value=value, method=method, missing=missing, warnings=warnings)


def roll_up(
    parts_by_area: Mapping[str, Part], definition: Definition, least_coverage: Decimal = Decimal(1)
) -> RollUp:
    """The larger area made of its members, for one period.

    How areas add up is told at ``policies.sums.across``. ``least_coverage`` is the share of
    members, 0 to 1, that must have a figure.
    """
    method = across(definition)
    ready = [part for part in parts_by_area.values() if _ready(part, method)]
    missing = tuple(sorted(a for a, part in parts_by_area.items() if not _ready(part, method)))
    value, method = _combined(ready, method, definition)
    covered = bool(ready) and Fraction(len(ready), len(parts_by_area)) >= Fraction(least_coverage)
    return RollUp(
        value=value, method=method, missing=missing, partial=bool(missing), enough=covered
    )


def _ready(part: Part | None, method: Method) -> bool:
    """Whether a part has what the method needs."""
    if part is None:
        return False
    if method == "ratio-of-sums":
        return part.numerator is not None and part.denominator is not None
    return part.value is not None


def _combined(
    ready: Sequence[Part], method: Method, definition: Definition
) -> tuple[Number | None, Method]:
    """The figure of parts that are in order of time, and the method as it turned out."""
    if method == "latest":
        return (ready[-1].value if ready else None), method
    return added(sums_of(ready), method, definition)


def sums_of(parts: Iterable[Part]) -> Sums:
    """What some parts come to, by each way of adding."""
    given = list(parts)
    figures = [part.value for part in given if part.value is not None]
    pairs = [
        (part.numerator, part.denominator)
        for part in given
        if part.numerator is not None and part.denominator is not None
    ]
    weighed = [
        (part.value, part.denominator)
        for part in given
        if part.value is not None and part.denominator is not None
    ]
    return Sums(
        figures=len(figures),
        value=total(figures),
        pairs=len(pairs),
        numerator=_sum(numerator for numerator, _ in pairs),
        denominator=_sum(denominator for _, denominator in pairs),
        weights=len(weighed),
        weighted=total(_times(value, weight) for value, weight in weighed),
        weight=_sum(weight for _, weight in weighed),
    )


def _times(value: Number, weight: Decimal) -> Number:
    if isinstance(value, Decimal):
        return EXACT.multiply(value, weight)
    return value * Fraction(weight)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, Decimal(0))


def _warnings(ready: Sequence[Part], definition: Definition) -> tuple[str, ...]:
    """A cumulative figure that falls within its year is worth a question."""
    if definition.basis is not Basis.CUMULATIVE:
        return ()
    figures = [part.value for part in ready if part.value is not None]
    falls = any(after < before for before, after in zip(figures, figures[1:], strict=False))
    return (FALLING,) if falls else ()
