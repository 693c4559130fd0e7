"""One event to the last byte: as stored, in its stream and in its commit."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.refusals import UnknownEvent
from projections.audit_answers import EventStored, TextBehind
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT, history_events, text_digests
from projections.reading.streams import streams_of
from projections.reading.structure import read_structure
from projections.reading.texts import read_texts

_STORED = """
SELECT e.originator_id, e.originator_version, e.state, c.first_position, c.last_position, c.command,
       c.correlation_id
  FROM ledger.ledger_events e CROSS JOIN LATERAL (
    SELECT * FROM ledger.commits c WHERE c.last_position >= e.notification_id
     ORDER BY c.last_position LIMIT 1) c
 WHERE e.notification_id = %s
"""
_IN_STREAM = (
    "SELECT notification_id FROM ledger.ledger_events WHERE originator_id = %s"
    " AND originator_version = %s AND notification_id <= %s"
)


def read_event(
    connection: Connection, agreement: str, position: int, clocks: ResolvedClocks
) -> EventStored:
    """An event of an agreement, exactly as it lies in the record.

    Raises UnknownAgreement, and UnknownEvent where the position is another agreement's or comes
    after the known clock.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    ours = connection.execute(
        "SELECT 1 FROM event WHERE position = %s AND agreement = %s AND position <= %s",
        (position, structure.id, known),
    ).fetchone()
    row = connection.execute(_STORED, (position,)).fetchone()
    if ours is None or row is None:
        raise UnknownEvent(f"{agreement} has no event at position {position} as known then.")
    stream, version, state, first, last, command, correlation = row
    rows = connection.execute(f"{SELECT} WHERE e.notification_id = %s", (position,)).fetchall()
    (event,) = history_events(connection, rows, streams_of(connection, {stream}))
    return EventStored(
        clocks=clocks.clocks,
        event=event,
        stored=bytes(state).decode(),
        sha256=sha256(state).hexdigest(),
        stream=str(stream),
        version=version,
        before=_in_stream(connection, stream, version - 1, known),
        after=_in_stream(connection, stream, version + 1, known),
        first_position=first,
        last_position=min(last, known),
        command=command,
        correlation=str(correlation),
        texts=tuple(_texts(connection, msgspec.json.decode(state))),
    )


def _in_stream(connection: Connection, stream: UUID, version: int, known: int) -> int | None:
    """The position of a version of a stream; None where there is none as known."""
    row = connection.execute(_IN_STREAM, (stream, version, known)).fetchone()
    return int(row[0]) if row else None


def _texts(connection: Connection, data: Any) -> Iterator[TextBehind]:
    """The notes and reasons of an event, once each; without the text where it was erased."""
    digests = dict.fromkeys(text_digests(data))
    texts = read_texts(connection, digests)
    for digest in digests:
        yield TextBehind(digest=digest, text=texts.get(digest))
