"""The ledger as it lies in the database, as evidence for the verifier.

It gives the verifier what a bundle made at this moment would hold, and beyond that every level of
the tree's tiles.
"""

from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ledger.engine import Connection
from ledger.proofs.leaf import ENTRIES, leaf_of
from ledger.proofs.logs import Log
from ledger.proofs.note import Checkpoint
from ledger.proofs.signer import PUBLIC, SIGNED
from ledger.proofs.tree import HEIGHT, SIZE
from ledger.verifier import Altered
from projections.reading.evidence import Kind, read_lines

PAGE = 1_000  # rows at a time from the server
Row = TypeVar("Row")


class Remembered(NamedTuple):
    """What the signer keeps outside the database: its key and its last checkpoint, "" for none."""

    key: str
    signed: str


def remembered(signers: Path, log: Log) -> Remembered:
    """What the signer of a log remembers, where its folder is here."""
    folder = signers / str(log.id)
    return Remembered(_text(folder / PUBLIC), _text(folder / SIGNED))


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


class LiveEvidence:
    """What the verifier reads, at one moment: to be used inside a snapshot.

    ``newest`` is the checkpoint to verify up to, of this log; the answers must have reached it.
    """

    def __init__(self, connection: Connection, newest: Checkpoint, log: Log) -> None:
        self._connection, self._newest, self._log = connection, newest, log.number
        self._opened = ExitStack()
        self.key, self.size = newest.key, newest.size

    def __enter__(self) -> "LiveEvidence":
        return self

    def __exit__(self, *of_an_error: object) -> None:
        """Let go of what was not read to its end."""
        self._opened.close()

    def checkpoint(self) -> str:
        """The newest one that is stored. Raises Altered where its row contradicts it."""
        row = self._newest
        self._check_row(row.size, row.root, row.note, row.key)
        return row.note

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Those stored before it. Raises Altered where a row contradicts its note."""
        query = (
            "SELECT size, root, note, key FROM proofs.checkpoint WHERE size < %s AND log = %s"
            " ORDER BY size"
        )
        for size, root, note, key in self._paged(query, "checkpoints", self.size, self._log):
            self._check_row(size, root, note, key)
            yield size, note

    def events(self) -> Iterator[tuple[bytes, bytes]]:
        """Entry and payload of every event, up to the checkpoint."""
        for state, *row in self._paged(ENTRIES, "events", self.size):
            yield leaf_of(row), state

    def kept(self, height: int) -> Iterator[bytes] | None:
        """The hashes of a level of tiles, those of the tree up to the checkpoint."""
        level, between = divmod(height, HEIGHT)
        return None if between else self._level(level, self.size >> height)

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        """Every note and reason that is stored, erased or not."""
        query = "SELECT encode(digest, 'hex'), encode(nonce, 'hex'), text FROM ledger.texts"
        yield from self._paged(query, "texts")

    def rows(self, table: str) -> Iterator[str]:
        """The answers, a line for each row, after the names of the columns."""
        kind: Kind = "values" if table == "values" else "status"
        return self._until_left(read_lines(self._connection, kind, self.size))

    def _level(self, level: int, count: int) -> Iterator[bytes]:
        query = "SELECT number, hashes FROM proofs.tile WHERE level = %s ORDER BY number"
        for due, (number, hashes) in enumerate(self._paged(query, f"level_{level}", level)):
            if number != due:
                return  # a tile is not where it should be: its hashes are not there
            for start in range(0, len(hashes), SIZE):
                if count == 0:
                    return
                yield hashes[start : start + SIZE]
                count -= 1

    def _check_row(self, size: int, root: bytes, note: str, key: str) -> None:
        told = note.split("\n")[1:3]
        if told != [str(size), b64encode(root).decode()] or key != self.key:
            sentence = f"The row that keeps the checkpoint of size {size} says something else."
            raise Altered("checkpoint", sentence)

    def _paged(self, query: str, name: str, *given: int) -> Iterator[tuple[Any, ...]]:
        return self._until_left(self._pages(query, name, *given))

    def _until_left(self, rows: Generator[Row, None, None]) -> Generator[Row, None, None]:
        return self._opened.enter_context(closing(rows))

    def _pages(self, query: str, name: str, *given: int) -> Generator[tuple[Any, ...], None, None]:
        with self._connection.cursor(name=f"evidence_{name}", binary=True) as cursor:
            cursor.itersize = PAGE
            cursor.execute(query.encode(), given or None)
            yield from cursor
