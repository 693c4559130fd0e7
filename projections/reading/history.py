"""The events of one indicator, in order: from a position on, or the last before one."""

from ledger.agreement.events import IndicatorPlaced
from ledger.engine import Connection
from projections.answers import History
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, history_events
from projections.reading.indicators import one_indicator
from projections.reading.streams import Stream
from projections.reading.structure import read_structure

# What was placed where is an event of the agreement.
_LAST = """
SELECT position FROM event WHERE indicator = %s AND topic <> %s AND position < %s
 ORDER BY position DESC LIMIT %s
"""


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


def read_last_events(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    before: int | None = None,
    limit: int = 500,
) -> History:
    """The last of the indicator's events before a position, and up to the known clock, in order.

    ``next`` is where the events before these are read from: None where there are none. However
    long the history, no more of it is read. Raises UnknownAgreement and UnknownIndicator.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    found = one_indicator(connection, structure, indicator, known)
    upto = known + 1 if before is None else min(before, known + 1)
    last = connection.execute(_LAST, (found.id, IndicatorPlaced.TOPIC, upto, limit + 1)).fetchall()
    positions = [position for (position,) in last[:limit]]
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s) ORDER BY e.notification_id", (positions,)
    ).fetchall()
    streams = {found.id: Stream(structure.sheet.code, found.code)}
    return History(
        clocks=clocks.clocks,
        events=history_events(connection, rows, streams),
        next=str(positions[-1]) if len(last) > limit else None,
    )
