"""The events of one indicator, in order."""

from ledger.engine import Connection
from projections.answers import History
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, history_events
from projections.reading.indicators import one_indicator
from projections.reading.streams import Stream
from projections.reading.structure import read_structure


def read_history(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    after: int = 0,
    limit: int = 500,
) -> History:
    """The indicator's events after a position, up to the known clock.

    Raises UnknownAgreement and UnknownIndicator.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    found = one_indicator(connection, structure, indicator, clocks.clocks.known_position)
    rows = connection.execute(
        f"{SELECT} WHERE e.originator_id = %s AND e.notification_id > %s"
        " AND e.notification_id <= %s ORDER BY e.originator_version LIMIT %s",
        (found.id, after, clocks.clocks.known_position, limit + 1),
    ).fetchall()
    streams = {found.id: Stream(structure.sheet.code, found.code)}
    return History(
        clocks=clocks.clocks,
        events=history_events(connection, rows[:limit], streams),
        next=str(rows[limit - 1][0]) if len(rows) > limit else None,
    )
