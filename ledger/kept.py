"""Folds kept in memory between commands."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

S = TypeVar("S")


class Kept(Generic[S]):
    """The folds last used, by stream. Shared between threads; a fold is never altered once here."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._folds: OrderedDict[UUID, S] = OrderedDict()  # guarded by _lock
        self._lock = Lock()

    def get(self, stream: UUID) -> S | None:
        """The fold of a stream, if kept."""
        with self._lock:
            fold = self._folds.get(stream)
            if fold is not None:
                self._folds.move_to_end(stream)
            return fold

    def put(self, stream: UUID, fold: S) -> None:
        """Keep a fold; the one unused for longest goes."""
        with self._lock:
            self._folds[stream] = fold
            self._folds.move_to_end(stream)
            if len(self._folds) > self._most:
                self._folds.popitem(last=False)

    def drop(self, stream: UUID) -> None:
        """Forget a fold that proved stale."""
        with self._lock:
            self._folds.pop(stream, None)
