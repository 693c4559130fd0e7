"""The feed: every event of the ledger, in position order."""

from ledger.engine import Connection
from projections.answers import History
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, history_events
from projections.reading.streams import Stream, streams_of


def read_events(
    connection: Connection, clocks: ResolvedClocks, *, after: int = 0, limit: int = 500
) -> History:
    """The events after a position, up to the known clock, whatever they are about."""
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id > %s AND e.notification_id <= %s"
        " ORDER BY e.notification_id LIMIT %s",
        (after, clocks.clocks.known_position, limit + 1),
    ).fetchall()
    page = rows[:limit]
    return History(
        clocks=clocks.clocks,
        events=history_events(connection, page, streams_of(connection, {row[4] for row in page})),
        next=str(page[-1][0]) if len(rows) > limit else None,
    )


def agreement_at(connection: Connection, position: int) -> str | None:
    """The code of the agreement that an event belongs to; None where it is about none alone."""
    row = connection.execute(
        "SELECT originator_id FROM ledger.ledger_events WHERE notification_id = %s", (position,)
    ).fetchone()
    if row is None:
        return None
    return streams_of(connection, {row[0]}).get(row[0], Stream()).agreement
