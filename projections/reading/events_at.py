"""Events of an agreement by their positions, as recorded."""

from collections.abc import Iterable

from ledger.engine import Connection
from policies.refusals import UnknownEvent
from projections.answers import HistoryEvent
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, history_events
from projections.reading.streams import streams_of
from projections.reading.structure import read_structure


def read_events_at(
    connection: Connection, agreement: str, positions: Iterable[int], clocks: ResolvedClocks
) -> tuple[HistoryEvent, ...]:
    """The events at some positions, in their order.

    Raises UnknownAgreement, and UnknownEvent where a position is another agreement's or comes
    after the known clock.
    """
    wanted = sorted(set(positions))
    structure = read_structure(connection, agreement, clocks.clocks)
    found = connection.execute(
        "SELECT position FROM event WHERE position = ANY(%s) AND agreement = %s AND position <= %s",
        (wanted, structure.id, clocks.clocks.known_position),
    ).fetchall()
    missing = set(wanted) - {row[0] for row in found}
    if missing:
        raise UnknownEvent(f"{agreement} has no event at position {min(missing)} as known then.")
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s) ORDER BY e.notification_id", (wanted,)
    ).fetchall()
    return history_events(connection, rows, streams_of(connection, {row[4] for row in rows}))
