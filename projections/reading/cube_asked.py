"""What a cube is asked to be, and what that comes to in an agreement as known."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.definition import Definition
from policies.periods import Interval, parse_code, period_on, periods_between
from policies.refusals import UnknownIndicator, UnsuitableCube
from policies.refusing import named_as
from policies.retirement import ALL, is_retired
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.values import canonical
from projections.spans import span_of

Measure = Literal["value", "numerator", "denominator", "entries", "status", "target", "rank"]
MEASURES = get_args(Measure)
DIMENSIONS = ("block", "outcome", "indicator", "area", "period", "year")
BREAKDOWN = "breakdown."  # begins the name of a dimension of breakdowns
EVERY_AREA = "*"
_OF_INDICATORS = ("block", "outcome", "indicator")
OF_TIME = ("period", "year")
_ONE_INDICATOR = ("value", "numerator", "denominator", "target", "rank")
_ONE_AREA = ("target", "rank")
_HEADLINE = ("status", "target", "rank")


class CubeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which figures are asked for, and how they are to lie.

    Without indicators, blocks and outcomes all are meant, and retired periods are those of
    indicators that are named; without ``areas`` the home area, or all where areas are laid out, and
    "*" is all; without ``periods`` all, where these are laid out, and otherwise the latest with a
    figure. A period means what ends inside it. ``breakdown`` fixes codes as
    ``sex=F;ward=E05000001``.
    """

    rows: str = "indicator"
    columns: str = "area"
    measure: str = "value"
    indicators: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    breakdown: str = ""
    totals: bool = False

    @property
    def laid_out(self) -> tuple[str, str]:
        """Both dimensions."""
        return self.rows, self.columns

    @property
    def open_breakdowns(self) -> tuple[str, ...]:
        """The dimensions of breakdowns that are laid out, by their own names."""
        return tuple(
            each.removeprefix(BREAKDOWN) for each in self.laid_out if each.startswith(BREAKDOWN)
        )


class Place(NamedTuple):
    """Where a figure belongs."""

    indicator: IndicatorKnown
    area: str  # "" where several are taken together
    period: str
    breakdown: str = ""


class Scope(NamedTuple):
    """What is asked for, in an agreement as known."""

    asked: CubeAsked
    structure: Structure
    clocks: ResolvedClocks
    indicators: Mapping[UUID, IndicatorKnown]  # in the order of the board
    areas: tuple[str, ...]
    periods: tuple[str, ...] | None  # codes, None for all
    breakdown: str = ""

    @property
    def known(self) -> int:
        return self.clocks.clocks.known_position

    @property
    def areas_apart(self) -> bool:
        """Whether each cell is of one area."""
        return "area" in self.asked.laid_out or len(self.areas) == 1

    @property
    def outermost(self) -> tuple[str, ...]:
        """The areas that lie within no other of these: what is added up, since a district is in
        its county's figure already."""
        within = {area.code: area.within for area in self.structure.sheet.areas}

        def is_inside(code: str) -> bool:
            above = within.get(code, "")
            while above and above not in self.areas:
                above = within.get(above, "")
            return bool(above)

        return tuple(code for code in self.areas if not is_inside(code))

    def shows(self, place: Place) -> bool:
        """Whether a figure is among those asked for: of a retired period, by its indicator's name
        alone."""
        since, period = place.indicator.retired_from, span_of(place.period).period
        return bool(self.asked.indicators) or not is_retired(since, period)

    def member(self, dimension: str, place: Place) -> str:
        """Where a figure belongs along a dimension."""
        indicator = place.indicator
        if dimension in _OF_INDICATORS:
            outcome = self.structure.placements.get(indicator.code, "")
            block = self.structure.block_of(outcome)
            return {"indicator": indicator.code, "outcome": outcome, "block": block}[dimension]
        if dimension == "area":
            return place.area
        if dimension in OF_TIME:
            yearly = dimension == "year"
            return year_of(place.period, indicator.definition) if yearly else place.period
        return dict(_pairs(place.breakdown)).get(dimension.removeprefix(BREAKDOWN), "")


def year_of(period: str, definition: Definition) -> str:
    """The year in which a period ends, by the calendar of the definition."""
    return period_on(span_of(period).end, definition.calendar, Interval.YEAR).code


def scope_of(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: CubeAsked
) -> Scope:
    """What a cube is of. Raises UnknownAgreement, UnknownBlock, UnknownOutcome, UnknownIndicator,
    UnknownArea, UnknownPeriod, UnknownBreakdown and UnsuitableCube."""
    _check_dimensions(asked)
    structure = read_structure(connection, agreement, clocks.clocks)
    known = read_indicators(connection, structure, clocks.clocks.known_position)
    chosen = list(_chosen(asked, structure, known))
    scope = Scope(
        asked=asked,
        structure=structure,
        clocks=clocks,
        indicators={one.id: one for one in chosen},
        areas=tuple(dict.fromkeys(_areas(asked, structure))),
        periods=_periods(asked, chosen),
        breakdown=canonical(asked.breakdown),
    )
    _check_measure(scope)
    return scope


def _check_dimensions(asked: CubeAsked) -> None:
    for field in ("rows", "columns"):
        name = getattr(asked, field)
        if name not in DIMENSIONS and not (name.startswith(BREAKDOWN) and name != BREAKDOWN):
            raise UnsuitableCube(
                f"{name[:60]!r} cannot be laid out: use one of {', '.join(DIMENSIONS)}, or"
                " breakdown. and the name of a breakdown, such as breakdown.sex.",
                field=field,
            )
    if asked.measure not in MEASURES:
        raise UnsuitableCube(
            f"{asked.measure[:60]!r} is no measure: use one of {', '.join(MEASURES)}.",
            field="measure",
        )
    if asked.rows == asked.columns:
        raise UnsuitableCube("Rows and columns are the same: choose another for one.", field="rows")
    if all(each in OF_TIME for each in asked.laid_out):
        raise UnsuitableCube(
            "Every period lies in one year: lay out periods or years, not both.", field="rows"
        )


def _check_measure(scope: Scope) -> None:
    asked = scope.asked
    several = len(scope.indicators) > 1 and "indicator" not in asked.laid_out
    if asked.measure in _ONE_INDICATOR and several:
        raise UnsuitableCube(
            f"A {asked.measure} of several indicators together means nothing: lay out the"
            " indicators, choose one of them, or ask for status or entries.",
            field="measure",
        )
    if asked.measure in _ONE_AREA and not scope.areas_apart:
        raise UnsuitableCube(
            f"A {asked.measure} is of one area: lay out the areas, or choose one.", field="areas"
        )
    if asked.measure in _HEADLINE and (asked.breakdown or asked.open_breakdowns):
        raise UnsuitableCube(
            f"There is a {asked.measure} of whole figures alone, not of their breakdowns: ask for"
            " value, numerator, denominator or entries.",
            field="measure",
        )


def _chosen(
    asked: CubeAsked, structure: Structure, known: Mapping[str, IndicatorKnown]
) -> Iterator[IndicatorKnown]:
    """Those asked for by name; without names all that have periods which are not retired, of the
    blocks and outcomes asked for."""
    for code in asked.indicators:
        if code not in known:
            raise UnknownIndicator(
                f"{structure.sheet.code} has no indicator {code!r} as known then.",
                field="indicators",
            )
    with named_as({"block": "blocks", "outcome": "outcomes"}):
        for code in asked.blocks:
            structure.block(code)
        for code in asked.outcomes:
            structure.outcome(code)
    for code, one in known.items():
        outcome = structure.placements.get(code, "")
        named = code in asked.indicators or (not asked.indicators and one.retired_from != ALL)
        placed = not asked.outcomes or outcome in asked.outcomes
        if named and placed and (not asked.blocks or structure.block_of(outcome) in asked.blocks):
            yield one


def _areas(asked: CubeAsked, structure: Structure) -> Iterator[str]:
    if EVERY_AREA in asked.areas or (not asked.areas and "area" in asked.laid_out):
        yield from (area.code for area in structure.sheet.areas)
    elif asked.areas:
        with named_as({"area": "areas"}):
            yield from [structure.area(code).code for code in asked.areas]
    else:
        yield structure.home.code


def _periods(asked: CubeAsked, chosen: list[IndicatorKnown]) -> tuple[str, ...] | None:
    """The codes of all periods of these indicators that end inside those asked for."""
    if not asked.periods:
        return None
    found: dict[str, None] = {}
    ways = {(d.calendar, d.interval, d.pooled_years) for d in (one.definition for one in chosen)}
    for text in asked.periods:
        with named_as({"period": "periods"}):
            period = parse_code(text)
        found[period.code] = None
        for calendar, interval, years in ways:
            inside = periods_between(calendar, interval, period.start, period.end, years)
            found.update(dict.fromkeys(one.code for one in inside))
    return tuple(found)


def _pairs(breakdown: str) -> Iterator[tuple[str, str]]:
    for pair in breakdown.split(";") if breakdown else ():
        dimension, _, code = pair.partition("=")
        yield dimension, code
