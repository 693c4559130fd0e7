"""The areas that a larger one is made of: each with its judgement, and what they come to."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ledger.agreement.events import Area
from ledger.engine import Connection
from policies.judgement import CellFacts, EntryFacts, TargetFacts
from policies.retirement import is_retired
from projections.answers import StatusRow
from projections.cube_answers import CubeCell
from projections.drill_down_answers import AreaBehind, Together
from projections.judging import governing, judgement
from projections.reading.broken_down import amount, shares
from projections.reading.clocks import ResolvedClocks
from projections.reading.cube_asked import CubeAsked, Scope
from projections.reading.cube_figures import figured
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import NOTHING, Cell, Stored, stored_cells
from projections.reading.structure import IndicatorKnown, Structure
from projections.spans import span_of

LEAST_COVERAGE = "least-coverage"


def areas_within(structure: Structure, area: str) -> list[Area]:
    """The areas that are parts of another, in the order of the sheet."""
    return [each for each in structure.sheet.areas if each.within == area]


def areas_around(structure: Structure, area: str) -> list[Area]:
    """The areas that an area lies within, the largest first."""
    by_code = {each.code: each for each in structure.sheet.areas}
    found: list[Area] = []
    around = by_code[area].within if area in by_code else ""
    while around in by_code and by_code[around] not in found:
        found.append(by_code[around])
        around = by_code[around].within
    return found[::-1]


def read_areas_within(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    own: Cell,
    areas: Sequence[Area],
) -> tuple[tuple[AreaBehind, ...], Together | None]:
    """The areas of a cell's area, for its indicator and period, and what they come to together."""
    if not areas:
        return (), None
    indicator, period = own.indicator, own.period
    known = clocks.clocks.known_position
    keys = [(indicator.id, area.code, period) for area in areas]
    stored = stored_cells(connection, known, keys)
    cells = [Cell(indicator, period, key[1], stored.get(key, NOTHING)) for key in keys]
    rows = status_rows(connection, structure, clocks, cells)
    definition = indicator.definition
    found = _amounts(connection, own, [own.area, *(area.code for area in areas)], known)
    amounts = [found.get(area.code) for area in areas]
    told = shares(amounts, found.get(own.area), definition)
    behind = tuple(
        AreaBehind(code=area.code, name=area.name, row=row, share=share)
        for area, row, share in zip(areas, rows, told, strict=True)
    )
    figure = _figure(connection, structure, clocks, own, areas)
    return behind, None if figure is None else _together(structure, clocks, own, figure, rows)


def _amounts(
    connection: Connection, own: Cell, areas: Sequence[str], known_position: int
) -> dict[str, Decimal | None]:
    """What can be a share of a whole, by area."""
    rows = connection.execute(
        "SELECT area, value, numerator FROM value WHERE indicator = %s AND period = %s"
        " AND area = ANY(%s) AND breakdown = '' AND from_position <= %s AND to_position > %s",
        (own.indicator.id, own.period, list(areas), known_position, known_position),
    )
    return {area: amount(value, above, own.indicator.definition) for area, value, above in rows}


def _figure(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    own: Cell,
    areas: Sequence[Area],
) -> CubeCell | None:
    codes = tuple(area.code for area in areas)
    named = (own.indicator.code,)  # by its name a retired period is asked for too
    asked = CubeAsked(rows="indicator", columns="period", indicators=named)
    scope = Scope(asked, structure, clocks, {own.indicator.id: own.indicator}, codes, (own.period,))
    return figured(connection, scope).cells.get((own.indicator.code, own.period))


def _together(
    structure: Structure,
    clocks: ResolvedClocks,
    own: Cell,
    figure: CubeCell,
    rows: Sequence[StatusRow],
) -> Together:
    expected = len(rows)
    counted = expected - len(figure.missing_areas)
    under = governing(structure.policies, span_of(own.period).start, clocks.clocks.policy_position)
    status: str | None = None
    reason: str | None = figure.reason
    if figure.value is not None:
        if Fraction(counted, expected) < Fraction(under.usable.rag.least_coverage):
            reason = LEAST_COVERAGE
        else:
            facts = _facts(own.indicator, own.period, own.stored, figure)
            told = judgement(facts, under, clocks.today)
            status = None if told.status is None else told.status.value
            reason = None if told.reason is None else told.reason.value
    return Together(
        figure=figure,
        expected=expected,
        counted=counted,
        status=status,
        reason=reason,
        target=own.stored.target,
        own=own.stored.judged,
    )


def _facts(indicator: IndicatorKnown, period: str, stored: Stored, figure: CubeCell) -> CellFacts:
    """What comes of the parts, as if it were the larger area's own value."""
    target = None
    if stored.target is not None and stored.target_kind is not None:
        target = TargetFacts(Decimal(stored.target), stored.target_kind)
    span = span_of(period)
    return CellFacts(
        definition=indicator.definition,
        period=span.period,
        retired=is_retired(indicator.retired_from, span.period),
        target=target,
        entry=EntryFacts(
            judged=Decimal(figure.value or 0),
            provisional=figure.provisional > 0,
            signed=figure.unsigned == 0,
        ),
    )
