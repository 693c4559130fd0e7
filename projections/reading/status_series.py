"""One indicator in one area over time."""

from ledger.engine import Connection
from projections.answers import StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.stages import with_stages
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import COLUMNS, Cell, Stored
from projections.reading.structure import read_structure
from projections.spans import span_of


def read_status_series(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    area: str | None = None,
) -> tuple[StatusRow, ...]:
    """One row for every period that has a value or a target, in order of time.

    Without ``area``, the home area. Raises UnknownAgreement, UnknownIndicator and UnknownArea.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    place = structure.area(area)
    known = clocks.clocks.known_position
    found = one_indicator(connection, structure, indicator, known)
    rows = connection.execute(
        f"SELECT s.period, {COLUMNS} FROM status s WHERE s.indicator = %s AND s.area = %s"
        " AND s.from_position <= %s AND s.to_position > %s",
        (found.id, place.code, known, known),
    ).fetchall()
    cells = [Cell(found, period, place.code, Stored(*stored)) for period, *stored in rows]
    cells.sort(key=lambda cell: span_of(cell.period).order)
    judged = status_rows(connection, structure, clocks, cells)
    return with_stages(connection, structure, clocks, [found], judged)
