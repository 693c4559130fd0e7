"""Many indicators over time, in one area: read with one question for all of them."""

from ledger.engine import Connection
from projections.answers import StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.status_rows import placed, status_rows
from projections.reading.stored_status import COLUMNS, Cell, Stored
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

    Without ``area``, the home area. Raises UnknownAgreement and UnknownArea; an outcome that is
    not known has no indicators.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    place = structure.area(area)
    known = clocks.clocks.known_position
    asked = {
        one.id: one
        for code, one in read_indicators(connection, structure, known).items()
        if outcome is None or placed(structure, code).outcome == outcome
    }
    stored = connection.execute(
        f"SELECT s.indicator, s.period, {COLUMNS} FROM status s"
        " WHERE s.indicator = ANY(%s) AND s.area = %s"
        " AND s.from_position <= %s AND s.to_position > %s",
        (list(asked), place.code, known, known),
    ).fetchall()
    cells = [Cell(asked[one], period, place.code, Stored(*rest)) for one, period, *rest in stored]
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
                retired=one.retired,
                rows=tuple(rows.get(one.code, ())),
            )
            for one in asked.values()
        ),
    )
