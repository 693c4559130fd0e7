"""Many indicators over time, in one area: read with one question for all of them."""

from ledger.engine import Connection
from projections.answers import StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.status_rows import placed, status_rows
from projections.reading.stored_cells import read_cells
from projections.reading.stored_status import Cell
from projections.reading.structure import read_indicators, read_structure
from projections.series_answers import IndicatorSeries, SeriesOfArea
from projections.spans import span_of


def read_series_of_area(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    outcome: str | None = None,
    area: str | None = None,
) -> SeriesOfArea:
    """Every indicator of an outcome over time, or of the whole agreement, without its stages.

    Without ``area``, the home area. Raises UnknownAgreement, UnknownOutcome and UnknownArea.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    if outcome is not None:
        structure.outcome(outcome)
    place = structure.area(area)
    known = clocks.clocks.known_position
    asked = {
        one.id: one
        for code, one in read_indicators(connection, structure, known).items()
        if outcome is None or placed(structure, code).outcome == outcome
    }
    stored = read_cells(connection, known, list(asked), [place.code])
    cells = [
        Cell(asked[one], period, area, found)
        for (one, area), periods in stored.items()
        for period, found in periods.items()
    ]
    cells.sort(key=lambda cell: span_of(cell.period).order)
    rows: dict[str, list[StatusRow]] = {}
    for row in status_rows(connection, structure, clocks, cells):
        rows.setdefault(row.indicator, []).append(row)
    return SeriesOfArea(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        area=place.code,
        area_name=place.name,
        indicators=tuple(
            IndicatorSeries(
                indicator=one.code,
                outcome=placed(structure, one.code).outcome,
                definition=one.definition,
                retired=one.retired_from is not None,
                retired_from=one.retired_from,
                rows=tuple(rows.get(one.code, ())),
            )
            for one in asked.values()
        ),
    )
