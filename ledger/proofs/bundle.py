"""The auditor's bundle: the record with all that proves it, as one ZIP file written as it is read.

docs/reference/proofs.md tells every member. A bundle ends at its checkpoint.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any
from zipfile import ZipFile

import msgspec

from ledger.engine import Connection
from ledger.event import TEXT_FIELDS
from ledger.proofs.leaf import ENTRIES, leaf_of
from ledger.proofs.note import Checkpoint

FORMAT = "outturn-bundle/1"
PAGE = 1_000  # rows at a time from the server, and joined for one write
MOST_EARLIER = 256  # checkpoints beside the last: each later one binds what was before it
TEXT = re.compile(rb'"(?:%b)":"([0-9a-f]{64})"' % "|".join(TEXT_FIELDS).encode())
COMPRESSION = 1  # the cheapest: the record compresses well, and people wait

README = """\
This is a record of a performance ledger made by Outturn, for an auditor.

It holds every event up to the checkpoint in the file "checkpoint", in order, exactly as stored, and
what is needed to show that nothing was changed, taken out or put in since it was signed.

Check it with a verifier that you have from somebody you trust, and not from whoever gave you this:

    outturn verify THIS-FILE --key KEY --checkpoint A-CHECKPOINT-YOU-KEPT

or, without installing anything, with the one file ledger/verifier.py of Outturn's source and any
Python:

    python3 verifier.py THIS-FILE --key KEY --checkpoint A-CHECKPOINT-YOU-KEPT

The key in bundle.json came with this file: on its own it shows that the bundle agrees with itself,
not who made it. Ask for the key by another way, and keep the checkpoint for the next time.

Every form in here is told in docs/reference/proofs.md of Outturn's source.
"""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle says of itself."""

    format: str
    origin: str
    key: str
    size: int
    made_at: datetime


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """One moment for all that is read, however long it takes."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL statement_timeout = 0")
        yield


def write_record(
    bundle: ZipFile,
    connection: Connection,
    checkpoint: Checkpoint,
    made_at: datetime,
) -> Iterator[int]:
    """Write every member that comes from the record, step by step; tell how many events are in.

    Inside ``snapshot``.
    """
    size, key = checkpoint.size, checkpoint.key
    origin = key.partition("+")[0]
    sheet = Sheet(format=FORMAT, origin=origin, key=key, size=size, made_at=made_at)
    yield from write_member(bundle, "README.txt", [README.encode()], 0)
    yield from write_member(bundle, "bundle.json", [msgspec.json.encode(sheet), b"\n"], 0)
    yield from write_member(bundle, "checkpoint", [checkpoint.note.encode()], 0)
    yield from write_member(
        bundle, "checkpoints.jsonl", _lines(_earlier(connection, checkpoint)), 0
    )
    texts: set[str] = set()  # that these events name: others belong to later ones
    with bundle.open("events", "w", force_zip64=True) as member:
        for number, pieces in enumerate(_together(_events(connection, size, texts)), start=1):
            member.write(pieces)
            yield min(number * PAGE, size)
    yield from write_member(bundle, "leaves", _leaves(connection, size), size)
    yield from write_member(bundle, "texts.jsonl", _lines(_texts(connection, texts)), size)


def write_member(bundle: ZipFile, name: str, pieces: Iterable[bytes], done: int) -> Iterator[int]:
    """Write one member, in pieces of any size, yielding ``done`` after some of them."""
    with bundle.open(name, "w", force_zip64=True) as member:
        for together in _together(pieces):
            member.write(together)
            yield done


def _together(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces joined by the page, since each write costs more than its bytes."""
    each = iter(pieces)
    while page := b"".join(islice(each, PAGE)):
        yield page


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"


def _earlier(connection: Connection, last: Checkpoint) -> Iterator[dict[str, Any]]:
    """Earlier checkpoints of the same log, evenly spread where there are very many."""
    rows = connection.execute(
        "SELECT size, note FROM (SELECT size, note, row_number() OVER (ORDER BY size DESC) AS n,"
        " count(*) OVER () AS total FROM proofs.checkpoint WHERE size < %s AND key = %s) c"
        " WHERE n %% greatest(1, (total + %s - 1) / %s) = 0 ORDER BY size",
        (last.size, last.key, MOST_EARLIER, MOST_EARLIER),
    )
    for tree, note in rows:
        yield {"size": tree, "note": note}


def _events(connection: Connection, size: int, texts: set[str]) -> Iterator[bytes]:
    """The entry and the payload of each event; the digests of the texts it names are added."""
    for state, *row in _paged(connection, ENTRIES, (size,)):
        texts.update(digest.decode() for digest in TEXT.findall(state))
        yield b"%b\n%b\n" % (leaf_of(row), state)


def _leaves(connection: Connection, size: int) -> Iterator[bytes]:
    query = "SELECT hashes FROM proofs.tile WHERE level = 0 ORDER BY number"
    left = size * 32
    for (hashes,) in _paged(connection, query, ()):
        if left <= 0:
            return
        yield hashes[:left]
        left -= len(hashes)


def _texts(connection: Connection, named: set[str]) -> Iterator[dict[str, Any]]:
    query = (
        "SELECT encode(digest, 'hex'), encode(nonce, 'hex'), text FROM ledger.texts ORDER BY digest"
    )
    for digest, nonce, text in _paged(connection, query, ()):
        if digest in named:
            yield {"digest": digest, "nonce": nonce, "text": text}


def _paged(connection: Connection, query: str, given: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, however many, a page at a time."""
    with connection.cursor(name="bundle", binary=True) as cursor:
        cursor.itersize = PAGE
        cursor.execute(query.encode(), given)
        yield from cursor
