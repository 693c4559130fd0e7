"""The event-sourcing library, behind this one module: mapper, recorders, application.

Its part: the application, its repository and event store, in-memory persistence. Ours: how an
event becomes bytes (msgspec under stable topics), and the write (one SQL function, because the
library's own takes locks that an append-only role may not take, or none at all).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Mapper,
    Notification,
    StoredEvent,
    Subscription,
)
from eventsourcing.popo import POPOApplicationRecorder
from psycopg_pool import ConnectionPool

from ledger.arrays import bigint_array, bytea_array, text_array, uuid_array
from ledger.event import Recorded, decode, encode

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


class StreamMoved(Exception):
    """Another command wrote to a stream this one relied on. Decide again on fresh state."""


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


class NotSimulated(Exception):
    """Only a ledger born as a demonstration takes a simulated time."""


@dataclass(frozen=True)
class PlacedEvent(StoredEvent):
    """A stored event with what its commit says of it."""

    position: int = 0
    recorded_at: datetime = datetime.min.replace(tzinfo=UTC)
    actor: str = ""


class LedgerMapper(Mapper[UUID]):
    """Turns recorded events into stored bytes and back, under the topics of the catalogue."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        return StoredEvent(
            recorded.originator_id,
            recorded.originator_version,
            recorded.event.TOPIC,
            encode(recorded.event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        assert isinstance(stored_event, PlacedEvent), "read through one of our recorders"
        assert isinstance(stored_event.originator_id, UUID)
        return Recorded(
            stored_event.originator_id,
            stored_event.originator_version,
            decode(stored_event.topic, stored_event.state),
            stored_event.position,
            stored_event.recorded_at,
            stored_event.actor,
        )


MOST_TOGETHER = 16  # commands of one call
APPEND = (
    "SELECT * FROM ledger.append(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
)
# A row of commits covers the positions first..last; both tables are ordered by position.
SELECT = (
    "SELECT e.originator_id, e.originator_version, e.topic, e.state, e.notification_id,"
    " c.recorded_at, c.actor FROM ledger.ledger_events e CROSS JOIN LATERAL"
    " (SELECT recorded_at, actor FROM ledger.commits c WHERE c.last_position >= e.notification_id"
    " ORDER BY c.last_position LIMIT 1) c"
)


class _Ticket:
    """A command waiting to be appended, then what became of it."""

    __slots__ = ("appended", "arguments", "error")

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments = arguments
        self.appended: Appended | None = None
        self.error: Exception | None = None


def _alone(connection: Connection, ticket: _Ticket) -> None:
    try:
        row = connection.execute(APPEND, ticket.arguments, prepare=True, binary=True).fetchone()
        assert row is not None
        ticket.appended = Appended(*row)
    except psycopg.Error as error:
        ticket.error = refused(error)


class PostgresRecorder(ApplicationRecorder):
    """Writes through ``ledger.append`` and nothing else; reads with position, time and actor."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._turn = Lock()  # one append at a time from this process; the database's lock is dearer
        self._waiting: deque[_Ticket] = deque()  # taken from only by who has the turn

    def append(self, stored_events: Sequence[StoredEvent], commit: Commit) -> Appended:
        """One command, one server call, one transaction. Everything is encoded before the call.

        Commands that arrive while another is on its way go together in the next call: whoever has
        the turn takes all that wait. A call in which one is refused is made again one by one, so
        that no command hears of another's refusal.

        Raises StreamMoved, KeyReused or NotSimulated, with nothing stored.
        """
        ticket = _Ticket(_arguments(stored_events, commit))
        self._waiting.append(ticket)
        with self._turn:
            if ticket.appended is None and ticket.error is None:
                self._take_turn()
        if ticket.error is not None:
            raise ticket.error
        assert ticket.appended is not None
        return ticket.appended

    def _take_turn(self) -> None:
        """Append all that wait. Only who has the turn calls this."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        try:
            with self.pool.connection() as connection:
                if len(batch) > 1 and self._together(connection, batch):
                    return
                for ticket in batch:
                    _alone(connection, ticket)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            for ticket in batch:
                ticket.error = ticket.error or (None if ticket.appended else error)

    def _together(self, connection: Connection, batch: Sequence["_Ticket"]) -> bool:
        """Append several commands in one transaction; answer whether that was possible."""
        statement = " UNION ALL ".join([APPEND] * len(batch))
        arguments = [argument for ticket in batch for argument in ticket.arguments]
        try:
            rows = connection.execute(statement, arguments, prepare=True, binary=True).fetchall()
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            return False
        for ticket, row in zip(batch, rows, strict=True):
            ticket.appended = Appended(*row)
        return True

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        commit: Commit = kwargs["commit"]
        appended = self.append(stored_events, commit)
        if appended.replayed:
            raise IntegrityError("repeat of a command: use append, which gives its first answer")
        return range(appended.first_position, appended.last_position + 1)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[PlacedEvent]:
        order = "DESC" if desc else "ASC"
        with self.pool.connection() as connection:
            rows = connection.execute(
                f"{SELECT} WHERE e.originator_id = %s AND e.originator_version > %s"
                f" AND e.originator_version <= %s ORDER BY e.originator_version {order} LIMIT %s",
                (originator_id, gt or 0, 2**62 if lte is None else lte, limit),
                binary=True,
            ).fetchall()
        return [PlacedEvent(*row) for row in rows]

    def select_streams(self, streams: Sequence[UUID]) -> Iterator[PlacedEvent]:
        """All events of several streams in one query, in position order."""
        with self.pool.connection() as connection, connection.transaction():
            cursor = connection.execute(
                f"{SELECT} WHERE e.originator_id = ANY(%s) ORDER BY e.notification_id",
                (list(streams),),
                binary=True,
            )
            for row in cursor:
                yield PlacedEvent(*row)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = (start or 1) - 1 if inclusive_of_start or start is None else start
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT originator_id, originator_version, topic, state, notification_id"
                " FROM ledger.ledger_events WHERE notification_id > %s AND notification_id <= %s"
                " AND (%s::text[] = '{}' OR topic = ANY(%s)) ORDER BY notification_id LIMIT %s",
                (after, 2**62 if stop is None else stop, list(topics), list(topics), limit),
                binary=True,
            ).fetchall()
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int | None:
        with self.pool.connection() as connection:
            row = connection.execute("SELECT max(last_position) FROM ledger.commits").fetchone()
        return row[0] if row else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        raise NotImplementedError("projections follow the ledger in pages, by position")


class MemoryRecorder(POPOApplicationRecorder):
    """The library's in-memory persistence, with positions, times and actors. For tests."""

    def __init__(self, clock: Iterator[datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._commits: list[tuple[datetime, str]] = []  # by position - 1; under the library's lock

    def append(self, stored_events: Sequence[StoredEvent], commit: Commit) -> Appended:
        """As PostgresRecorder.append, without idempotency keys."""
        with self._database_lock:
            for stream, version in commit.reads:
                if version + 1 in self._stored_events_index[str(stream)]:
                    raise StreamMoved
            try:
                positions = self.insert_events(stored_events, commit=commit)
            except IntegrityError as error:
                raise StreamMoved from error
            assert positions
            at = self._commits[positions[-1] - 1][0]
        return Appended(positions[0], positions[-1], at, False, commit.answer)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        commit: Commit = kwargs["commit"]
        with self._database_lock:
            head = self._commits[-1][0] if self._commits else datetime.min.replace(tzinfo=UTC)
            at = max(commit.simulated_at or next(self._clock), head)
            self._assert_uniqueness(stored_events)
            self._commits.extend((at, commit.actor) for _ in stored_events)
            first = len(self._stored_events) + 1
            placed = [
                PlacedEvent(
                    s.originator_id,
                    s.originator_version,
                    s.topic,
                    s.state,
                    first + n,
                    at,
                    commit.actor,
                )
                for n, s in enumerate(stored_events)
            ]
            return self._update_table(placed)


class LedgerApplication(Application[UUID]):
    """The library's application over one of our recorders and our mapper."""

    name = "ledger"

    def __init__(self, recorder: PostgresRecorder | MemoryRecorder) -> None:
        self.ledger_recorder = recorder
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        return self.ledger_recorder

    def construct_mapper(self) -> Mapper[UUID]:
        return LedgerMapper(self.construct_transcoder())

    def append(self, events: Iterable[Recorded], commit: Commit) -> Appended:
        """Store the events of one command, or answer what it stored the first time."""
        stored = [self.mapper.to_stored_event(event) for event in events]
        return self.ledger_recorder.append(stored, commit)

    def stream(self, stream: UUID, after_version: int = 0) -> Iterator[Recorded]:
        """The events of a stream after a version, in order."""
        events: Iterator[Any] = self.events.get(stream, gt=after_version)
        return events


def read_stream(
    connection: Connection,
    stream: UUID,
    *,
    after_version: int = 0,
    up_to_position: int | None = None,
) -> list[Recorded]:
    """The events of a stream up to a position, on a connection of the caller's."""
    rows = connection.execute(
        f"{SELECT} WHERE e.originator_id = %s AND e.originator_version > %s"
        " AND e.notification_id <= %s ORDER BY e.originator_version",
        (stream, after_version, 2**62 if up_to_position is None else up_to_position),
        binary=True,
    )
    return [_recorded(row) for row in rows]


def read_feed(connection: Connection, after: int, limit: int) -> list[Recorded]:
    """The next events of the whole ledger after a position, in order."""
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id > %s ORDER BY e.notification_id LIMIT %s",
        (after, limit),
        binary=True,
    )
    return [_recorded(row) for row in rows]


def _recorded(row: tuple[Any, ...]) -> Recorded:
    stream, version, topic, state, position, recorded_at, actor = row
    return Recorded(stream, version, decode(topic, state), position, recorded_at, actor)


def _arguments(events: Sequence[StoredEvent], commit: Commit) -> tuple[Any, ...]:
    return (
        commit.actor,
        commit.command,
        commit.correlation_id,
        commit.idempotency_key,
        commit.request_digest,
        commit.answer,
        uuid_array([stream for stream, _ in commit.reads]),
        bigint_array([version for _, version in commit.reads]),
        uuid_array([_uuid(event.originator_id) for event in events]),
        bigint_array([event.originator_version for event in events]),
        text_array([event.topic for event in events]),
        bytea_array([event.state for event in events]),
        bytea_array([text.digest for text in commit.texts]),
        bytea_array([text.nonce for text in commit.texts]),
        text_array([text.text for text in commit.texts]),
        commit.simulated_at,
    )


def _uuid(originator_id: UUID | str) -> UUID:
    assert isinstance(originator_id, UUID)
    return originator_id


def refused(error: psycopg.Error) -> Exception:
    """What ``ledger.append`` refuses, in our words; anything else as it is."""
    ours: Exception
    match error.sqlstate:
        case "OT409" | "23505":
            ours = StreamMoved()
        case "OT422":
            ours = KeyReused()
        case "OT423":
            ours = NotSimulated()
        case _:
            return error
    ours.__cause__ = error
    return ours
