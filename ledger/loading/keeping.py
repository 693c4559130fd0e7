"""Files that were loaded and what became of their rows: kept beside the record, as evidence.

The record holds their digests. What was never judged may be dropped again; nothing else may.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from ledger.loading.table import MOST_BYTES
from policies.refusals import BadFile, IdempotencyKeyReused, LoadWrongStage

PIECE_BYTES = 1 << 20
CHANNEL = "outturn_loads"  # told when there is an errand


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked to be done with a load, until it is done.

    ``wanted`` is "check" (and commit, unless the load is a dry run), "commit" or "withdraw".
    ``checked`` is the digest of the check that was seen; ``reason`` a text to be kept.
    """

    wanted: str
    actor: str
    checked: str = ""
    confirmed_unit: bool = False
    reason: str = ""


class Waiting(NamedTuple):
    """An errand, how often it was taken up, and how far it is in per cent."""

    load: UUID
    errand: Errand
    taken_up: int
    progress: int


class KeptFile(NamedTuple):
    """A file as it lies in the database."""

    bytes: int
    sha256: str


def keep_file(
    connection: Connection, load: UUID, pieces: Iterable[bytes], mapping: str, errand: Errand
) -> KeptFile:
    """Keep a file piece by piece, and the errand to look at it, together or not at all.

    No worker is told yet: the errand waits until the file is recorded as received. A file that is
    there already, sent again after a connection was lost, stays. Raises BadFile for one that is
    too large, and IdempotencyKeyReused where another one is there, or another mapping: what the
    record says of a file must be said of the one that is kept.
    """
    digest, size = sha256(), 0
    with connection.transaction():
        # twice at once, by a sender that did not wait, is one after the other
        connection.execute("SELECT pg_advisory_xact_lock(7310005, hashtext(%s))", (str(load),))
        fresh = connection.execute("SELECT FROM loads.file WHERE load = %s", (load,)).rowcount == 0
        if fresh:
            connection.execute("SET CONSTRAINTS ALL DEFERRED")  # the size is known at the end
        for number, piece in enumerate(pieces):
            digest.update(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise BadFile(f"The file has more than {MOST_BYTES:,} bytes: split it.")
            if fresh:
                connection.execute(
                    "INSERT INTO loads.piece (load, number, content) VALUES (%s, %s, %b)",
                    (load, number, piece),
                )
        if fresh:
            connection.execute(
                "INSERT INTO loads.file (load, bytes, mapping) VALUES (%s, %s, %s)",
                (load, size, mapping),
            )
            _leave(connection, load, errand)
        elif (digest.digest(), mapping) != _kept(connection, load):
            raise IdempotencyKeyReused
    return KeptFile(size, digest.hexdigest())


def _kept(connection: Connection, load: UUID) -> tuple[bytes, str | None]:
    """The digest of a file that is there, and its mapping."""
    digest = sha256()
    for piece in _pieces(connection, load):
        digest.update(piece)
    return digest.digest(), mapping_of(connection, load)


def read_piece(connection: Connection, load: UUID, number: int) -> bytes | None:
    """One piece of a file, counted from 0; None after the last."""
    row = connection.execute(
        "SELECT content FROM loads.piece WHERE load = %s AND number = %s",
        (load, number),
        binary=True,
    ).fetchone()
    return None if row is None else row[0]


def read_file(connection: Connection, load: UUID) -> bytes:
    """The bytes of a file, as they came."""
    return b"".join(_pieces(connection, load))


def _pieces(connection: Connection, load: UUID) -> Iterator[bytes]:
    for number in count():
        piece = read_piece(connection, load, number)
        if piece is None:
            return
        yield piece


def mapping_of(connection: Connection, load: UUID) -> str | None:
    """The text of the mapping a file is read by, "" for none; None where no file is kept."""
    row = connection.execute("SELECT mapping FROM loads.file WHERE load = %s", (load,)).fetchone()
    return None if row is None else str(row[0])


def drop_orphans(connection: Connection, older_than: timedelta) -> int:
    """Drop files whose sender went away before they were recorded; answer how many."""
    dropped = connection.execute(
        "DELETE FROM loads.file f WHERE kept_at < clock_timestamp() - %s AND NOT EXISTS"
        " (SELECT FROM ledger.ledger_events e WHERE e.originator_id = f.load)",
        (older_than,),
    )
    return dropped.rowcount


def kept_between(connection: Connection, oldest: timedelta, youngest: timedelta) -> list[UUID]:
    """The loads whose files were kept so long ago."""
    rows = connection.execute(
        "SELECT load FROM loads.file WHERE kept_at BETWEEN clock_timestamp() - %s"
        " AND clock_timestamp() - %s ORDER BY kept_at",
        (oldest, youngest),
    )
    return [row[0] for row in rows]


def drop_file(connection: Connection, load: UUID) -> None:
    """Drop a file that was never judged, with its errand. The database refuses any other."""
    connection.execute("DELETE FROM loads.file WHERE load = %s", (load,))


def keep_report(connection: Connection, load: UUID, digest: str, content: bytes) -> None:
    """Keep what a check found; the same check twice is one."""
    connection.execute(
        "INSERT INTO loads.report (load, sha256, content) VALUES (%s, %b, %b)"
        " ON CONFLICT DO NOTHING",
        (load, bytes.fromhex(digest), content),
    )


def read_report(connection: Connection, load: UUID, digest: str) -> bytes:
    """What a check found, as it was kept."""
    row = connection.execute(
        "SELECT content FROM loads.report WHERE load = %s AND sha256 = %b",
        (load, bytes.fromhex(digest)),
        binary=True,
    ).fetchone()
    assert row is not None, "a check is recorded after its report is kept"
    content: bytes = row[0]
    return content


# Errands


class KeyedRequest(NamedTuple):
    """What somebody asked under an idempotency key; the digest tells it from another request."""

    actor: str
    key: str
    digest: bytes


def was_asked(connection: Connection, request: KeyedRequest) -> bool:
    """Whether an errand was left by the same request. Raises IdempotencyKeyReused for another."""
    row = connection.execute(
        "SELECT request_digest FROM loads.asked WHERE actor = %s AND idempotency_key = %s",
        (request.actor, request.key),
        binary=True,
    ).fetchone()
    if row is not None and row[0] != request.digest:
        raise IdempotencyKeyReused
    return row is not None


def ask(
    connection: Connection, load: UUID, errand: Errand, request: KeyedRequest | None = None
) -> None:
    """Leave an errand, once a request.

    Raises LoadWrongStage where there is one that is not done, and IdempotencyKeyReused.
    """
    with connection.transaction():
        if request is not None and not _note(connection, load, request):
            return
        if not _leave(connection, load, errand):
            raise LoadWrongStage("The load is still being worked on: wait until it is done.")
    tell_workers(connection)


def _note(connection: Connection, load: UUID, request: KeyedRequest) -> bool:
    """Note what is asked; answer false where its twin came before it, at the same moment."""
    noted = connection.execute(
        "INSERT INTO loads.asked (actor, idempotency_key, request_digest, load)"
        " VALUES (%s, %s, %b, %s) ON CONFLICT DO NOTHING",
        (*request, load),
    )
    return noted.rowcount == 1 or not was_asked(connection, request)


def _leave(connection: Connection, load: UUID, errand: Errand) -> bool:
    left = connection.execute(
        "INSERT INTO loads.work (load, errand) VALUES (%s, %b) ON CONFLICT (load) DO NOTHING",
        (load, msgspec.json.encode(errand)),
    )
    return left.rowcount == 1


def tell_workers(connection: Connection) -> None:
    """Tell the workers that there is an errand."""
    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))


def waiting(connection: Connection) -> list[Waiting]:
    """The errands that are not done, in the order they were left."""
    rows = connection.execute(
        "SELECT load, errand, taken_up, progress FROM loads.work ORDER BY asked_at, load",
        binary=True,
    )
    return [
        Waiting(load, msgspec.json.decode(errand, type=Errand), taken_up, progress)
        for load, errand, taken_up, progress in rows
    ]


def waiting_for(connection: Connection, loads: Iterable[UUID]) -> dict[UUID, Waiting]:
    """The errands of some loads."""
    wanted = frozenset(loads)
    return {one.load: one for one in waiting(connection) if one.load in wanted}


def take_up(connection: Connection, load: UUID) -> Waiting | None:
    """Take up the errand of a load, if it is there and no other worker has it.

    It is this connection's until ``put_down``, or until the connection ends.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(7310003, hashtext(%s))", (str(load),))
    if not (row.fetchone() or (False,))[0]:
        return None
    found = connection.execute(
        "UPDATE loads.work SET taken_up = taken_up + 1 WHERE load = %s"
        " RETURNING load, errand, taken_up, progress",
        (load,),
        binary=True,
    ).fetchone()
    if found is None:
        put_down(connection, load)
        return None
    load, errand, taken_up, progress = found
    return Waiting(load, msgspec.json.decode(errand, type=Errand), taken_up, progress)


def put_down(connection: Connection, load: UUID) -> None:
    """Let others have the errand of a load."""
    connection.execute("SELECT pg_advisory_unlock(7310003, hashtext(%s))", (str(load),))


def put_back(connection: Connection, load: UUID) -> None:
    """Take up an errand as if it had not been: its worker was told to end, not ended by it."""
    connection.execute(
        "UPDATE loads.work SET taken_up = greatest(taken_up - 1, 0) WHERE load = %s", (load,)
    )


def tell_progress(connection: Connection, load: UUID, per_cent: int) -> None:
    """Say how far an errand is."""
    connection.execute("UPDATE loads.work SET progress = %s WHERE load = %s", (per_cent, load))


def done(connection: Connection, load: UUID) -> None:
    """The errand is done."""
    connection.execute("DELETE FROM loads.work WHERE load = %s", (load,))
