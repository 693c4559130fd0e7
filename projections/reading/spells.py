"""What held from which position to which: the versions of one thing."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from projections.tables import OPEN

K = TypeVar("K")
T = TypeVar("T")


class Spell(NamedTuple, Generic[T]):
    """A version, and the positions from which and to which it held."""

    value: T
    begins: int
    ends: int  # the first position at which it held no more


class Spells(Generic[T]):
    """The versions of one thing, of which at most one holds at any position."""

    __slots__ = ("_begins", "_spells")

    def __init__(self, spells: Iterable[Spell[T]] = ()) -> None:
        self._spells = sorted(spells, key=lambda spell: spell.begins)
        self._begins = [spell.begins for spell in self._spells]

    def at(self, position: int) -> T | None:
        """The version that holds at a position."""
        n = bisect_right(self._begins, position) - 1
        if n < 0 or self._spells[n].ends <= position:
            return None
        return self._spells[n].value

    def turns(self) -> Iterator[int]:
        """The positions at which a version began or ended."""
        for spell in self._spells:
            yield spell.begins
            if spell.ends != OPEN:
                yield spell.ends

    def values(self) -> Iterator[T]:
        """The versions, in order."""
        return (spell.value for spell in self._spells)


def gathered(rows: Iterable[tuple[K, T, int, int]]) -> dict[K, Spells[T]]:
    """The versions of several things: what each row is of, its value, and when it held."""
    found: dict[K, list[Spell[T]]] = {}
    for key, value, begins, ends in rows:
        found.setdefault(key, []).append(Spell(value, begins, ends))
    return {key: Spells(spells) for key, spells in found.items()}
