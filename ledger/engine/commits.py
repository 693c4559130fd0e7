"""What goes with the events of a command, and what comes back."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[tuple[Any, ...]]
Pool = ConnectionPool[Connection]


class Text(msgspec.Struct, frozen=True):
    """A note or reason that is kept beside the record; events hold its digest."""

    digest: bytes
    nonce: bytes
    text: str


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a command that is not in its events.

    ``reads`` are streams (id and version) the decision relied on without writing to them.
    ``simulated_at`` is accepted only by a demonstration ledger.
    """

    actor: str
    command: str
    correlation_id: UUID
    idempotency_key: str | None = None
    request_digest: bytes | None = None
    answer: bytes | None = None
    reads: tuple[tuple[UUID, int], ...] = ()
    texts: tuple[Text, ...] = ()
    simulated_at: datetime | None = None


class Appended(msgspec.Struct, frozen=True):
    """Where a command's events are. ``replayed``: they were there before, this was a repeat."""

    first_position: int
    last_position: int
    recorded_at: datetime
    replayed: bool
    answer: bytes | None


class Encoded(NamedTuple):
    """An event as it is stored: its stream, its version there, its topic and its bytes."""

    stream: UUID
    version: int
    topic: str
    state: bytes


class StreamMoved(Exception):
    """Another command wrote to a stream this one relied on. Decide again on fresh state."""


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


class NotSimulated(Exception):
    """Only a ledger born as a demonstration takes a simulated time."""
