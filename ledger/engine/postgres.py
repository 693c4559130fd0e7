"""The record in PostgreSQL: written by one function, read with position, time and actor."""

from collections import deque
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from ledger.arrays import bigint_array, bytea_array, text_array, uuid_array
from ledger.engine.commits import (
    Appended,
    Commit,
    Connection,
    KeyReused,
    NotSimulated,
    Pool,
    StreamMoved,
)
from ledger.engine.mapper import PlacedEvent

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
