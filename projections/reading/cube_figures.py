"""The cells of a cube of figures: areas added up first, then periods, by the basis."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from ledger.engine import Connection
from policies.definition import Definition
from policies.numbers import Number, exact_text, ratio, round_half_up, to_text
from policies.sums import BY_TIME, Method, Sums, across, added, counted, together, total
from policies.year_to_date import Part, year_to_date
from projections.cube_answers import CubeCell, NoValue
from projections.reading.cube_asked import Place, Scope
from projections.reading.cube_groups import Group, read_groups, read_ready
from projections.reading.cube_laid import Laid, lay, made
from projections.spans import span_of


class _Way(NamedTuple):
    """How a cell takes together what lies in it."""

    measure: str
    areas: int
    over_year: bool
    today: date


class _Shown(NamedTuple):
    """A cell, and the entries that it shows, which may be fewer than lie in it."""

    cell: CubeCell
    groups: Sequence[Group]
    way: _Way


class _Period(NamedTuple):
    """One period of a cell: what its areas come to, and how, None where nothing was added."""

    part: Part
    method: Method | None


def figured(connection: Connection, scope: Scope) -> Laid[CubeCell]:
    """The cells of a cube of values, numerators, denominators or entries."""
    asked = scope.asked
    laid = lay(read_groups(connection, scope), scope)
    if asked.measure == "entries":
        every = _entries if asked.totals else None
        return made(laid, _entries, every, every)
    outermost = scope.outermost
    areas = len(outermost)
    one = _Way(
        asked.measure,
        1 if scope.areas_apart else areas,
        "year" in asked.laid_out,
        scope.clocks.today,
    )
    whole = partial(_whole, one._replace(areas=areas), frozenset(outermost))
    shown = made(
        laid,
        partial(_figure, one),
        whole if asked.totals and asked.columns == "area" else None,
        whole if asked.totals and asked.rows == "area" else None,
    )
    return _with_missing(connection, scope, shown)


def _entries(groups: Iterable[Group]) -> CubeCell:
    found = list(groups)
    return _cell(found, str(sum(group.entries for group in found)))


def _whole(way: _Way, outermost: frozenset[str], groups: Sequence[Group]) -> _Shown:
    """All areas of a row or column taken together: those that lie within none of the others."""
    among = [group for group in groups if group.place.area in outermost]
    return _figure(way, among) if among else _Shown(_cell(groups, None), (), way)


def _figure(way: _Way, groups: Sequence[Group]) -> _Shown:
    """The measure of one indicator, as it is judged and shown.

    Over a year it is the year to date by the basis, otherwise that of the latest period that has
    a figure.
    """
    definition = groups[0].place.indicator.definition
    by_period: dict[str, list[Group]] = {}
    for group in groups:
        by_period.setdefault(group.place.period, []).append(group)
    ordered = sorted(by_period, key=lambda code: span_of(code).order)
    periods = {code: _period(code, by_period[code], definition, way.areas) for code in ordered}
    if way.over_year:
        return _Shown(_year(way, groups, list(periods.values()), definition), groups, way)
    with_figure = [code for code in ordered if periods[code].part.value is not None]
    code = (with_figure or ordered)[-1]
    return _Shown(_one(way, by_period[code], periods[code], definition), by_period[code], way)


def _period(code: str, groups: list[Group], definition: Definition, areas: int) -> _Period:
    sums = together(group.sums for group in groups)
    method: Method | None = None
    if areas == 1:
        value = _own(sums, definition)
    else:
        value, method = added(sums, across(definition), definition)
    weighed = bool(sums.weights) and (bool(sums.pairs) or sums.weights == sums.figures)
    part = Part(
        period=span_of(code).period,
        value=value,
        numerator=sums.numerator if sums.pairs else None,
        denominator=sums.weight if weighed else sums.denominator if sums.pairs else None,
    )
    return _Period(part, method)


def _own(sums: Sums, definition: Definition) -> Number | None:
    """The figure of the one entry there is: from its parts where it has them."""
    if sums.pairs:
        if not sums.denominator:
            return None
        return ratio(sums.numerator, sums.denominator, definition.multiplier)
    return sums.value if sums.figures else None


def _one(way: _Way, groups: list[Group], period: _Period, definition: Definition) -> CubeCell:
    value = _measured(way.measure, period.part, definition)
    return _cell(
        groups,
        value,
        never=period.method == "none" and way.measure == "value",
        method=period.method or "" if way.measure == "value" else "",
        period=period.part.period.code,
    )


def _year(
    way: _Way, groups: Sequence[Group], periods: list[_Period], definition: Definition
) -> CubeCell:
    parts = [period.part for period in periods]
    since = groups[0].place.indicator.retired_from
    found = year_to_date(parts, definition, way.today, retired_from=since)
    only = parts[0].period.code if len(parts) == 1 else ""
    if way.measure != "value":
        value = _summed(way.measure, parts, definition)
        return _cell(groups, value, period=only, missing_periods=found.missing)
    return _cell(
        groups,
        None if found.value is None else to_text(round_half_up(found.value, definition.decimals)),
        never=found.method == "none" or all(period.method == "none" for period in periods),
        method=found.method,
        period=only,
        missing_periods=found.missing,
    )


def _summed(measure: str, parts: list[Part], definition: Definition) -> str | None:
    """The numerators or denominators that a year to date is made of: of the last where this is."""
    numbers = [part.numerator if measure == "numerator" else part.denominator for part in parts]
    there = [number for number in numbers if number is not None]
    if not there:
        return None
    latest = BY_TIME[definition.basis] in ("latest", "none")
    return exact_text(there[-1] if latest else total(there))


def _measured(measure: str, part: Part, definition: Definition) -> str | None:
    if measure == "value":
        value = part.value
        return None if value is None else to_text(round_half_up(value, definition.decimals))
    number = part.numerator if measure == "numerator" else part.denominator
    return None if number is None else to_text(number)


def _cell(
    groups: Iterable[Group],
    value: str | None,
    *,
    never: bool = False,
    method: str = "",
    period: str = "",
    missing_periods: tuple[str, ...] = (),
) -> CubeCell:
    found = list(groups)
    reason: NoValue | None = None
    if value is None:
        reason = "never-added" if never else "no-figure"
        missing_periods = () if never else missing_periods  # with them it would be none either
    return CubeCell(
        value=value,
        reason=reason,
        entries=sum(group.entries for group in found),
        method=method if value is not None else "",
        period=period,
        partial=bool(missing_periods),
        missing_periods=missing_periods,
        unsigned=sum(group.unsigned for group in found),
        provisional=sum(group.provisional for group in found),
    )


def _with_missing(connection: Connection, scope: Scope, laid: Laid[_Shown]) -> Laid[CubeCell]:
    """The cells, each with the areas that it lacks. These are asked for of partial cells alone."""
    every = [*laid.cells.values(), *laid.rows.values(), *laid.columns.values()]
    wanted = dict.fromkeys(place for shown in every for place in _lacking(shown))
    ready = read_ready(connection, scope, wanted) if wanted else {}

    def told(shown: _Shown) -> CubeCell:
        lacking = _lacking(shown)
        if not lacking:
            return shown.cell
        missing = {area for place in lacking for area in _missing(scope, ready, place)}
        ordered = tuple(area for area in scope.outermost if area in missing)
        return msgspec.structs.replace(shown.cell, partial=True, missing_areas=ordered)

    return Laid(
        {at: told(shown) for at, shown in laid.cells.items()},
        {code: told(shown) for code, shown in laid.rows.items()},
        {code: told(shown) for code, shown in laid.columns.items()},
    )


def _lacking(shown: _Shown) -> list[Place]:
    """The places in which not every area has what is added up; none where nothing is."""
    if shown.way.areas == 1 or shown.cell.reason == "never-added":
        return []
    found: dict[Place, int] = {}
    for group in shown.groups:
        place = group.place._replace(area="")
        method = across(place.indicator.definition)
        found[place] = found.get(place, 0) + counted(group.sums, method)
    return [place for place, count in found.items() if count < shown.way.areas]


def _missing(
    scope: Scope, ready: Mapping[tuple[str, str, str], frozenset[str]], place: Place
) -> Iterable[str]:
    there = ready.get((place.indicator.code, place.period, place.breakdown), frozenset())
    return (area for area in scope.areas if area not in there)
