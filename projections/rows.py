"""Rows waiting to be written: opened and closed in memory, so that what a page both opens and
closes reaches the database once, finished."""

from collections.abc import Iterator
from typing import Any

from projections.tables import OPEN, TABLES, Table

Key = tuple[Any, ...]
Row = tuple[Any, ...]
Held = tuple[Row, int, int]  # a row, and the positions from and to which it holds


class Rows:
    """The rows of one table that changed since they were last written.

    An id may stand in a key and in a row as text: it is the same id to the database, and to
    Python one that is hashed and written far sooner. Whoever opens under it also closes under it.
    """

    __slots__ = ("closed", "closings", "fresh", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        self.fresh: dict[Key, tuple[Row, int]] = {}  # opened here and still open: row, from
        self.closed: list[Held] = []  # opened and closed here, complete
        self.closings: list[Row] = []  # written earlier, closed here: key and position

    def open(self, key: Key, row: Row, position: int) -> None:
        """From a position on this row holds for the key, which has none that holds."""
        self.fresh[key] = (row, position)

    def close(self, key: Key, position: int) -> None:
        """The row that holds for the key ends before a position."""
        opened = self.fresh.pop(key, None)
        if opened is None:
            self.closings.append((*key, position))
        elif opened[1] < position:  # never visible, if one event opened and closed it
            self.closed.append((*opened, position))

    def add(self, row: Row, position: int) -> None:
        """From a position on this row holds for ever."""
        self.closed.append((row, position, OPEN))

    def finished(self) -> Iterator[Held]:
        """Rows that nothing can change any more."""
        return iter(self.closed)

    def clear_finished(self) -> None:
        """Let go of the rows that have ended."""
        self.closed = []

    def clear(self) -> None:
        """Let go of everything: it is written."""
        self.fresh, self.closed, self.closings = {}, [], []

    def still_open(self) -> Iterator[Held]:
        """Rows that hold as far as the ledger was read."""
        for row, position in self.fresh.values():
            yield row, position, OPEN


class Answers:
    """The changed rows of all tables."""

    def __init__(self) -> None:
        self.all = tuple(Rows(table) for table in TABLES)
        (
            self.structure,
            self.indicator,
            self.target,
            self.value,
            self.status,
            self.latest,
            self.first,
            self.load,
            self.event,
            self.response,
            self.amendment,
            self.evidence,
            self.comparator,
        ) = self.all
