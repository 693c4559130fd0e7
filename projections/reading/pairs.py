"""Two indicators against each other: outcome against investment, activity against spend."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from ledger.engine import Connection
from policies.numbers import to_text
from policies.pairing import correlation
from policies.periods import Calendar, Interval, Period, period_on
from policies.refusals import UnknownIndicator, UnsuitableCube
from policies.refusing import named_as
from projections.answers import Named
from projections.cube_answers import CubeCell
from projections.pair_answers import Over, PairRow, Pairs, Side, Unpaired
from projections.reading.clocks import ResolvedClocks
from projections.reading.cube_asked import CubeAsked, Scope, scope_of
from projections.reading.cube_figures import figured
from projections.reading.cube_groups import read_groups
from projections.reading.cube_laid import Laid, members
from projections.reading.indicators import one_indicator
from projections.reading.structure import IndicatorKnown, read_structure
from projections.spans import span_of


def read_pairs(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    across: str,
    up: str,
    *,
    over: Over = "area",
    period: str | None = None,
    area: str | None = None,
) -> Pairs:
    """The figures of two indicators, beside each other in each area or in each period.

    Over areas all figures end inside one period, each being the last of its area there, and
    without ``period`` inside the latest year of the agreement's in which both have a figure
    anywhere. Every pair tells of which periods its two are.
    Over periods they are of one area, the home area without ``area``: by periods where both have
    the same ones, else by year. Raises UnsuitableCube where both are the same, and as
    ``read_cube`` does.
    """
    if across == up:
        raise UnsuitableCube("An indicator lies on one line with itself: choose two.", field="up")
    asked = CubeAsked(
        rows=over,
        columns="indicator",
        indicators=(across, up),
        areas=() if over == "area" or area is None else (area,),
        periods=() if period is None else (period,),
    )
    scope = _scope(connection, agreement, clocks, asked)
    if over == "period" and len({_ways(one) for one in scope.indicators.values()}) > 1:
        scope = scope_of(connection, agreement, clocks, replace(asked, rows="year"))
    year = _latest_year(connection, scope) if over == "area" and period is None else None
    if year is not None:
        scope = scope_of(connection, agreement, clocks, replace(asked, periods=(year,)))
    return _pairs(scope, figured(connection, scope), over)


def _scope(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: CubeAsked
) -> Scope:
    """What two indicators are read by; what is refused is named as it is asked for here."""
    try:
        with named_as({"areas": "area", "periods": "period"}):
            return scope_of(connection, agreement, clocks, asked)
    except UnknownIndicator:
        structure = read_structure(connection, agreement, clocks.clocks)
        for side, code in zip(("across", "up"), asked.indicators, strict=True):
            with named_as({"indicator": side}):
                one_indicator(connection, structure, code, clocks.clocks.known_position)
        raise


def _ways(indicator: IndicatorKnown) -> tuple[Calendar, Interval, int]:
    definition = indicator.definition
    return definition.calendar, definition.interval, definition.pooled_years


def _latest_year(connection: Connection, scope: Scope) -> str | None:
    """The latest year of the agreement in which both have a figure that ends inside it."""
    calendar = Calendar(scope.structure.sheet.calendar)
    years: dict[str, set[Period]] = {}
    for group in read_groups(connection, scope):
        if group.sums.figures or group.sums.pairs:
            year = period_on(span_of(group.place.period).end, calendar, Interval.YEAR)
            years.setdefault(group.place.indicator.code, set()).add(year)
    both = set.intersection(*years.values()) if len(years) == len(scope.indicators) else set()
    return max(both).code if both else None


def _pairs(scope: Scope, laid: Laid[CubeCell], over: Over) -> Pairs:
    """The pairs in the order of their rows."""
    codes = scope.asked.indicators
    named = members(scope, scope.asked.rows, (row for row, _ in laid.cells))
    first, last = codes
    found = [
        (name, laid.cells.get((name.code, first)), laid.cells.get((name.code, last)))
        for name in named
    ]
    pairs = tuple(_paired(found))
    told = correlation([(Decimal(pair.across), Decimal(pair.up)) for pair in pairs])
    sides = {one.code: one.definition for one in scope.indicators.values()}
    across, up = (
        Side(
            code=code,
            name=sides[code].title,
            unit=sides[code].unit,
            decimals=sides[code].decimals,
            source=sides[code].source,
        )
        for code in codes
    )
    period = scope.asked.periods[0] if scope.asked.periods else None
    area = scope.areas[0] if over == "period" else None
    return Pairs(
        clocks=scope.clocks.clocks,
        agreement=scope.structure.sheet.code,
        title=scope.structure.sheet.title,
        demonstration=scope.structure.demonstration,
        across=across,
        up=up,
        over=over,
        period=period,
        period_label="" if period is None else span_of(period).label,
        area=area,
        area_name="" if area is None else scope.structure.area_name(area),
        pairs=pairs,
        unpaired=tuple(_unpaired(found, codes)),
        correlation=to_text(told) if isinstance(told, Decimal) else None,
        no_correlation=None if isinstance(told, Decimal) else told,
    )


Beside = tuple[Named, CubeCell | None, CubeCell | None]


def _paired(found: list[Beside]) -> Iterator[PairRow]:
    for name, across, up in found:
        if across is None or up is None or across.value is None or up.value is None:
            continue
        yield PairRow(
            code=name.code,
            name=name.name,
            across=across.value,
            up=up.value,
            across_period=across.period,
            up_period=up.period,
            provisional=bool(across.provisional or up.provisional),
        )


def _unpaired(found: list[Beside], codes: tuple[str, ...]) -> Iterator[Unpaired]:
    """Rows in which one of the two has a figure and the other has none."""
    for name, *cells in found:
        lacking = [
            code
            for code, cell in zip(codes, cells, strict=True)
            if cell is None or cell.value is None
        ]
        if len(lacking) == 1:
            yield Unpaired(code=name.code, name=name.name, lacking=lacking[0])
