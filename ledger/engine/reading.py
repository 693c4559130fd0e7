"""Reading the record on a connection of the caller's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.engine.commits import Connection
from ledger.engine.postgres import SELECT
from ledger.event import Recorded, decode


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


def read_streams(
    connection: Connection, streams: Sequence[UUID], *, up_to_position: int
) -> dict[UUID, list[Recorded]]:
    """The events of several streams up to a position, each in order, in one question."""
    rows = connection.execute(
        f"{SELECT} WHERE e.originator_id = ANY(%s) AND e.notification_id <= %s"
        " ORDER BY e.originator_id, e.originator_version",
        (list(streams), up_to_position),
        binary=True,
    )
    found: dict[UUID, list[Recorded]] = {stream: [] for stream in streams}
    for row in rows:
        found[row[0]].append(_recorded(row))
    return found


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
