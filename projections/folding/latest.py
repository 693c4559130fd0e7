"""Which period of each area of an indicator is the latest with a figure."""

from collections.abc import Callable, Collection, Iterable

from ledger.indicator.state import Indicator
from projections.rows import Answers
from projections.spans import span_of

Cell = tuple[str, str, str]  # area, period, and "" for the headline: a value's key


class LatestFigures:
    """The latest period of each area. Owned by the cells of an indicator's fold."""

    __slots__ = ("_latest", "_state")

    def __init__(self, state: Indicator) -> None:
        self._state = state
        self._latest: dict[str, str] = {}  # area → period

    def recall(self, with_figure: Iterable[Cell]) -> None:
        """Work out what holds, where its rows are written."""
        for area, period, _ in with_figure:
            if area not in self._latest or _later(period, self._latest[area]):
                self._latest[area] = period

    def follow(
        self,
        changed: Iterable[Cell],
        with_figure: Collection[Cell],
        all_with_figure: Callable[[], Iterable[Cell]],
        position: int,
        answers: Answers,
    ) -> None:
        """Cells changed, and some of them have a figure now; all others are asked for only when
        the latest of an area lost its own."""
        moved: dict[str, str] = {}
        for cell in changed:
            area, period, _ = cell
            current = moved.get(area, self._latest.get(area, ""))
            if cell in with_figure:
                if not current or _later(period, current):
                    moved[area] = period
            elif current == period:
                left = [code for place, code, _ in all_with_figure() if place == area]
                moved[area] = max(left, key=lambda code: span_of(code).order, default="")
        for area, period in moved.items():
            self._move(area, period, position, answers)

    def _move(self, area: str, period: str, position: int, answers: Answers) -> None:
        if period == self._latest.get(area, ""):
            return
        key = (self._state.id, area)
        if area in self._latest:
            answers.latest.close(key, position)
            del self._latest[area]
        if period:
            answers.latest.open(key, (*key, period, span_of(period).end), position)
            self._latest[area] = period


def _later(period: str, than: str) -> bool:
    return span_of(period).order > span_of(than).order
