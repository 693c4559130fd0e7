"""The feed: every event of the ledger, in position order."""

from uuid import UUID

from ledger.engine import Connection
from projections.answers import History
from projections.folding.agreements import SHEET
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, Stream, history_events
from projections.reading.structure import sheet_of


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
        events=history_events(connection, page, _streams(connection, {row[4] for row in page})),
        next=str(page[-1][0]) if len(rows) > limit else None,
    )


def agreement_at(connection: Connection, position: int) -> str | None:
    """The code of the agreement that an event belongs to; None where it is about none alone."""
    row = connection.execute(
        "SELECT originator_id FROM ledger.ledger_events WHERE notification_id = %s", (position,)
    ).fetchone()
    if row is None:
        return None
    load = connection.execute(
        "SELECT agreement FROM load WHERE load = %s LIMIT 1", (row[0],)
    ).fetchone()
    stream: UUID = load[0] if load else row[0]
    return _streams(connection, {stream}).get(stream, Stream()).agreement


def _streams(connection: Connection, wanted: set[UUID]) -> dict[UUID, Stream]:
    """What streams are about. A code never changes, so any version of it will do."""
    indicators = connection.execute(
        "SELECT DISTINCT indicator, agreement, code FROM indicator WHERE indicator = ANY(%s)",
        (list(wanted),),
    ).fetchall()
    agreements = wanted | {agreement for _, agreement, _ in indicators}
    sheets = connection.execute(
        "SELECT DISTINCT ON (agreement) agreement, data FROM structure"
        " WHERE kind = %s AND agreement = ANY(%s)",
        (SHEET, list(agreements)),
    )
    codes = {agreement: sheet_of(data).code for agreement, data in sheets}
    streams = {agreement: Stream(code) for agreement, code in codes.items()}
    for indicator, agreement, code in indicators:
        streams[indicator] = Stream(codes.get(agreement), code)
    return streams
