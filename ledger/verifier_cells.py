"""What holds of every cell while answers are verified, in a memory that does not grow with them.

For verifier_answers.py, beside which it lies. Standard library only.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

AT_ONCE = 500  # cells asked for or looked through together
IN_MEMORY = 100_000  # cells, of about a kilobyte each

Key = tuple[str, str, str]  # area, period, and breakdown: "" for the headline
Row = tuple[Any, ...]  # of the columns behind the key


class Cell(NamedTuple):
    """What holds of a key: the rows of its value and judgement, where they end, its target."""

    value: Row | None = None
    value_to: int | None = None
    status: Row | None = None
    status_to: int | None = None
    target: Row | None = None  # position, level, kind, baseline


EMPTY = Cell()


class File:
    """A dictionary on disk, in the order of its keys: a temporary file, gone at the end."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE kept (key BLOB PRIMARY KEY, held BLOB NOT NULL) WITHOUT ROWID"
        )

    def get(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, Any]]:
        """What is kept under those of the keys that there are."""
        asked = iter(keys)
        while some := list(islice(asked, AT_ONCE)):
            marks = ",".join("?" * len(some))
            yield from self._rows(f"key IN ({marks})", some)

    def put(self, items: Iterable[tuple[bytes, Any]], known: str = "REPLACE") -> None:
        """Keep these. What is under their keys already, REPLACE or IGNORE them for it."""
        pairs = ((key, marshal.dumps(held)) for key, held in items)
        self._file.executemany(f"INSERT OR {known} INTO kept VALUES (?, ?)", pairs)

    def beginning(self, prefix: bytes) -> Iterator[list[tuple[bytes, Any]]]:
        """All whose keys begin so, in order and in parts, which may be put while this goes on."""
        after = prefix
        while part := self._rows(
            "key > ? AND key < ? ORDER BY key LIMIT ?", [after, prefix + b"\xff", AT_ONCE]
        ):
            after = part[-1][0]
            yield part

    def _rows(self, where: str, given: list[Any]) -> list[tuple[bytes, Any]]:
        found = self._file.execute(f"SELECT key, held FROM kept WHERE {where}", given)
        return [(key, marshal.loads(held)) for key, held in found]  # noqa: S302 - our own

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Cells:
    """What holds of every cell: of the latest in memory, of the others in the file."""

    def __init__(self, file: File) -> None:
        self._file, self._count = file, 0
        self._recent: dict[str, dict[Key, Cell]] = {}  # by stream
        self._written: set[str] = set()  # streams of which there are some in the file

    def get(self, stream: str, keys: Iterable[Key]) -> dict[Key, Cell]:
        """What holds of keys, EMPTY where nothing does."""
        recent = self._recent.get(stream, {})
        found = {key: recent.get(key, EMPTY) for key in keys}
        if stream in self._written:
            away = {_bytes(stream, key): key for key in found if key not in recent}
            found.update((away[raw], Cell(*held)) for raw, held in self._file.get(away))
        return found

    def put(self, stream: str, cells: dict[Key, Cell]) -> None:
        """Keep what holds of these from now on."""
        recent = self._recent.setdefault(stream, {})
        self._count -= len(recent)
        recent.update(cells)
        self._count += len(recent)
        if self._count > IN_MEMORY:
            self._write()

    def all_of(self, stream: str) -> Iterator[dict[Key, Cell]]:
        """All cells of an indicator in order, in parts, which may be put while this goes on."""
        self._write()
        for part in self._file.beginning(_bytes(stream)):
            yield {_key(raw): Cell(*held) for raw, held in part}

    def _write(self) -> None:
        for stream, cells in sorted(self._recent.items()):
            self._file.put((_bytes(stream, key), tuple(cells[key])) for key in sorted(cells))
            self._written.add(stream)
        self._recent, self._count = {}, 0


def _bytes(stream: str, key: Key | None = None) -> bytes:
    """Under what a cell is kept: in the order of indicator, area, period and breakdown."""
    return "\0".join(("c" + stream, *(key or ("",)))).encode()


def _key(raw: bytes) -> Key:
    _, area, code, breakdown = raw.decode().split("\0")
    return area, code, breakdown
