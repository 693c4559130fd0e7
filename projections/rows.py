"""Rows waiting to be written: opened and closed in memory, so that what a page both opens and
closes reaches the database once, finished."""

from collections.abc import Iterator
from typing import Any

from projections.tables import OPEN, TABLES, Table

Key = tuple[Any, ...]


class Rows:
    """The rows of one table that changed since they were last written, as lines of COPY.

    An id may stand in a key as text: it is the same id to the database, and to Python one that is
    hashed and written far sooner. Whoever opens under it also closes under it.
    """

    __slots__ = ("closed", "closings", "fresh", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        self.fresh: dict[Key, tuple[str, int]] = {}  # opened here and still open: line, from
        self.closed: list[str] = []  # opened and closed here: lines with both positions
        self.closings: list[Key] = []  # written earlier, closed here: key and position

    def open(self, key: Key, line: str, position: int) -> None:
        """From a position on this row holds for the key, which has none that holds."""
        self.fresh[key] = (f"{line}\t{position}\t", position)

    def close(self, key: Key, position: int) -> None:
        """The row that holds for the key ends before a position."""
        opened = self.fresh.pop(key, None)
        if opened is None:
            self.closings.append((*key, position))
        elif opened[1] < position:  # never visible, if one event opened and closed it
            self.closed.append(f"{opened[0]}{position}\n")

    def add(self, line: str, position: int) -> None:
        """From a position on this row holds for ever."""
        self.closed.append(f"{line}\t{position}\t{OPEN}\n")

    def finished(self) -> Iterator[str]:
        """Lines of the rows that nothing can change any more."""
        return iter(self.closed)

    def clear_finished(self) -> None:
        """Let go of the rows that have ended."""
        self.closed = []

    def still_open(self) -> Iterator[str]:
        """Lines of the rows that hold as far as the ledger was read."""
        return (f"{line}{OPEN}\n" for line, _ in self.fresh.values())


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
        ) = self.all
