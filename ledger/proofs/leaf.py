"""The leaf of an event: one line over all its columns and those of its commit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ledger.engine import Connection

FORM = 1  # never another line under the same number

# A row of commits covers the positions first..last; both tables are ordered by position.
COLUMNS = (
    "e.notification_id, e.originator_id, e.originator_version, e.topic, c.recorded_at, c.actor,"
    " c.command, c.first_position, c.last_position, c.correlation_id, c.idempotency_key,"
    " encode(c.request_digest, 'hex'), encode(sha256(c.answer), 'hex'),"
    " encode(sha256(e.state), 'hex')"
)
SOURCE = (
    " FROM ledger.ledger_events e LEFT JOIN LATERAL (SELECT * FROM ledger.commits c"
    " WHERE c.last_position >= e.notification_id ORDER BY c.last_position LIMIT 1) c ON true"
)

ENTRIES = (  # the bytes of every event up to a position, and the columns of its line, in order
    f"SELECT e.state, {COLUMNS}{SOURCE} WHERE e.notification_id <= %s ORDER BY e.notification_id"
)


class Leaf(msgspec.Struct, frozen=True):
    """What the tree holds of an event. The order of the fields is that of the line."""

    leaf: int
    position: int
    stream: UUID
    version: int
    topic: str
    recorded_at: datetime | None
    actor: str | None
    command: str | None
    first: int | None
    last: int | None
    correlation: UUID | None
    key: str | None
    request: str | None
    answer: str | None
    payload: str


def leaf_of(row: Sequence[Any]) -> bytes:
    """The line of a row of ``COLUMNS``. What its commit would say is null where there is none."""
    return encode_leaf(Leaf(FORM, *row))


def encode_leaf(leaf: Leaf) -> bytes:
    """A leaf as the line that is hashed."""
    return _encode(leaf)


def read_leaves(connection: Connection, after: int, up_to: int) -> Iterator[bytes]:
    """The lines of the events after a position and up to another, in order."""
    rows = connection.execute(
        f"SELECT {COLUMNS}{SOURCE} WHERE e.notification_id > %s AND e.notification_id <= %s"
        " ORDER BY e.notification_id",
        (after, up_to),
        binary=True,
    )
    for row in rows:
        yield leaf_of(row)


_encode = msgspec.json.Encoder().encode
