"""In which period the cells of an indicator begin, in any area."""

from collections.abc import Callable, Iterable

from ledger.indicator.state import Indicator
from projections.folding.latest import Cell
from projections.rows import Answers
from projections.spans import span_of


class FirstCell:
    """The first period that has an entry or a target. Owned by the cells of an indicator's fold."""

    __slots__ = ("_first", "_state")

    def __init__(self, state: Indicator) -> None:
        self._state = state
        self._first = ""  # none yet

    def recall(self, cells: Iterable[Cell]) -> None:
        """Work out what holds, where its row is written."""
        self._first = _first_of(cells)

    def follow(
        self,
        came: Iterable[Cell],
        went: Iterable[Cell],
        cells: Callable[[], Iterable[Cell]],
        position: int,
        answers: Answers,
    ) -> None:
        """Cells came to be or are no more; all others are asked for only when the first went."""
        first = self._first
        if any(cell[1] == first for cell in went):
            first = _first_of(cells())
        else:
            first = _first_of([*came, ("", first, "")] if first else came)
        if first == self._first:
            return
        key = (str(self._state.id),)
        if self._first:
            answers.first.close(key, position)
        if first:
            answers.first.open(key, (*key, first, span_of(first).end), position)
        self._first = first


def _first_of(cells: Iterable[Cell]) -> str:
    periods = {cell[1] for cell in cells}
    return min(periods, key=lambda code: span_of(code).order, default="")
