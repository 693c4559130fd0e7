"""Which period of each area of an indicator is the latest with a figure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from ledger.indicator.state import Indicator
from projections.rows import Answers
from projections.spans import span_of

Cell = tuple[str, str, str]  # area, period, and "" for the headline: a value's key
_Order = tuple[date, str]  # of a period in time; its code comes last


class LatestFigures:
    """The latest period of each area. Owned by the cells of an indicator's fold."""

    __slots__ = ("_latest", "_state")

    def __init__(self, state: Indicator) -> None:
        self._state = state
        self._latest: dict[str, _Order] = {}  # by area

    def recall(self, with_figure: Iterable[Cell]) -> None:
        """Work out what holds, where its rows are written."""
        latest = self._latest
        for area, period, _ in with_figure:
            order = span_of(period).order
            current = latest.get(area)
            if current is None or order > current:
                latest[area] = order

    def follow(
        self,
        changed: Sequence[Cell],
        has_figure: Callable[[Cell], bool],
        all_with_figure: Callable[[], Iterable[Cell]],
        position: int,
        answers: Answers,
    ) -> None:
        """Cells changed, and some of them have a figure now; all others are asked for only when
        the latest of an area lost its own."""
        moved: dict[str, _Order | None] = {}
        # Files mostly run from early to late: from the end, the latest of an area comes first.
        for cell in reversed(changed):
            area, period, _ = cell
            current = moved[area] if area in moved else self._latest.get(area)
            order = span_of(period).order
            if current is not None and order < current:
                continue
            if has_figure(cell):
                moved[area] = order
            elif current == order:
                left = [code for place, code, _ in all_with_figure() if place == area]
                moved[area] = max((span_of(code).order for code in left), default=None)
        for area, latest in moved.items():
            self._move(area, latest, position, answers)

    def _move(self, area: str, latest: _Order | None, position: int, answers: Answers) -> None:
        before = self._latest.get(area)
        if latest == before:
            return
        key = (str(self._state.id), area)
        if before is not None:
            answers.latest.close(key, position)
            del self._latest[area]
        if latest is not None:
            ends_on, period = latest
            answers.latest.open(key, (*key, period, ends_on), position)
            self._latest[area] = latest
