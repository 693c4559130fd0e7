"""A part of a list that a page has whole at hand: what it shows, and where the list goes on."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from policies.refusals import BadCursor

R = TypeVar("R")
MOST_DIGITS = 9


class Part(NamedTuple, Generic[R]):
    """Some rows of a list of ``total``; ``before`` of them stand before these."""

    rows: Sequence[R]
    before: int
    total: int

    @property
    def is_all(self) -> bool:
        """Whether the list has no other part."""
        return len(self.rows) == self.total

    @property
    def next(self) -> str:
        """Where the list goes on, as its address says it; "" at its end."""
        upto = self.before + len(self.rows)
        return str(upto) if upto < self.total else ""

    @property
    def place(self) -> str:
        """Which rows of how many these are, such as 21 to 40 of 3,926."""
        upto = self.before + len(self.rows)
        if not self.rows:
            return f"none of {self.total:,}"
        return f"{self.before + 1:,} to {upto:,} of {self.total:,}"


def part_of(rows: Sequence[R], asked: str, size: int, field: str) -> Part[R]:
    """The part that an address asks for: ``asked`` is how many rows stand before it.

    Raises BadCursor, of the field that says so.
    """
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS):
        raise BadCursor(field=field)
    before = min(int(asked or 0), len(rows))
    return Part(rows[before : before + size], before, len(rows))
