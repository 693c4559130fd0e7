"""The record in PostgreSQL: written by one function, read with position, time and actor."""

from collections.abc import Iterator, Sequence
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


class PostgresRecorder(ApplicationRecorder):
    """Writes through ``ledger.append`` and nothing else; reads with position, time and actor."""

    def __init__(self, pool: Pool, appending: Pool | None = None) -> None:
        self.pool = pool
        self.appending = appending or pool  # one connection that is always warm, where there is one

    def append(self, stored_events: Sequence[StoredEvent], commit: Commit) -> Appended:
        """One command, one server call, one transaction. Everything is encoded before the call.

        Raises StreamMoved, KeyReused or NotSimulated, with nothing stored.
        """
        arguments = _arguments(stored_events, commit)
        with self.pool.connection() as connection:
            return _append(connection, arguments)

    def append_together(
        self, commands: Sequence[tuple[Sequence[StoredEvent], Commit]]
    ) -> list[Appended | Exception]:
        """Several commands that arrived together in one server call, each as ``append`` does it.

        They share a transaction, and so one wait for the disk. Where one of them is refused they
        are made again one by one, so that none hears of what became of another. Answers what
        ``append`` answers or raises, in the same order.
        """
        waiting = [_arguments(stored_events, commit) for stored_events, commit in commands]
        with self.appending.connection() as connection:
            if len(waiting) > 1:
                together = _append_all(connection, waiting)
                if together is not None:
                    return together
            return _append_in_turn(connection, waiting)

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

    def heads(self, streams: Sequence[UUID]) -> dict[UUID, int]:
        """The last version of each of several streams that there are."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT s.id, h.version FROM unnest(%s::uuid[]) AS s(id) CROSS JOIN LATERAL"
                " (SELECT originator_version AS version FROM ledger.ledger_events e"
                " WHERE e.originator_id = s.id ORDER BY originator_version DESC LIMIT 1) h",
                (list(streams),),
                binary=True,
            ).fetchall()
        return dict(rows)

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


def _append(connection: Connection, arguments: Sequence[Any]) -> Appended:
    try:
        row = connection.execute(APPEND, arguments, prepare=True, binary=True).fetchone()
    except psycopg.Error as error:
        raise _refused(error) from error
    assert row is not None
    return Appended(*row)


def _append_in_turn(
    connection: Connection, waiting: Sequence[Sequence[Any]]
) -> list[Appended | Exception]:
    """One by one. Where the record is not free, or away, for one, the rest need not wait as long
    each: they are told the same, and none of them is recorded."""
    told: list[Appended | Exception] = []
    for arguments in waiting:
        told.append(_append_or_refuse(connection, arguments))
        if isinstance(told[-1], psycopg.OperationalError):
            break
    return [*told, *told[-1:] * (len(waiting) - len(told))]


def _append_or_refuse(connection: Connection, arguments: Sequence[Any]) -> Appended | Exception:
    try:
        return _append(connection, arguments)
    except (StreamMoved, KeyReused, NotSimulated, psycopg.Error) as refused:
        return refused


def _append_all(
    connection: Connection, waiting: Sequence[Sequence[Any]]
) -> list[Appended | Exception] | None:
    """All in one transaction; None when one was refused, and so nothing was stored."""
    statement = " UNION ALL ".join([APPEND] * len(waiting))
    arguments = [argument for one in waiting for argument in one]
    try:
        rows = connection.execute(statement, arguments, prepare=True, binary=True).fetchall()
    except psycopg.OperationalError:
        raise
    except psycopg.Error:
        return None
    return [Appended(*row) for row in rows]


def _refused(error: psycopg.Error) -> Exception:
    """What ``ledger.append`` refuses, in our words; anything else as it is."""
    match error.sqlstate:
        case "OT409" | "23505":
            return StreamMoved()
        case "OT422":
            return KeyReused()
        case "OT423":
            return NotSimulated()
        case _:
            return error
