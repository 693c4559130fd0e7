"""The auditor's bundle: the record with its proofs, and the answers made from it, in one file."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from ledger.engine import Connection
from ledger.proofs.bundle import COMPRESSION, snapshot, write_member, write_record
from ledger.proofs.note import Checkpoint
from projections.reading.evidence import TABLES, read_lines

NAME = "outturn-bundle.zip"


def write_bundle(
    file: io.RawIOBase | IO[bytes],
    connection: Connection,
    checkpoint: Checkpoint,
    made_at: datetime,
) -> Iterator[int]:
    """Write the bundle of a checkpoint, step by step; each step tells how many events are in.

    The answers must have reached the checkpoint.
    """
    with snapshot(connection):
        yield from write_members(file, connection, checkpoint, made_at)


def write_members(
    file: io.RawIOBase | IO[bytes],
    connection: Connection,
    checkpoint: Checkpoint,
    made_at: datetime,
) -> Iterator[int]:
    """The same within a transaction of the caller's."""
    size = checkpoint.size
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as zipped:
        yield from write_record(zipped, connection, checkpoint, made_at)
        for kind in TABLES:
            lines = (f"{line}\n".encode() for line in read_lines(connection, kind, size))
            yield from write_member(zipped, f"{kind}.jsonl", lines, size)


def bundle_pieces(
    connection: Connection, checkpoint: Checkpoint, made_at: datetime
) -> Iterator[bytes]:
    """The same as bytes to send while it is written."""
    sink = _Sink()
    for _ in write_bundle(sink, connection, checkpoint, made_at):
        yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that is only written to and never gone back in: what it holds is taken as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        before = len(self._waiting)
        self._waiting += piece
        return len(self._waiting) - before

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
