"""Warnings about figures that can be read and may yet be wrong. None of them stops a row.

A series is what one indicator says of one area and breakdown, period after period, as it would
stand after the load. Only the figures that a load would write are warned about.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from operator import sub
from typing import NamedTuple

import msgspec

from policies.numbers import to_text
from policies.periods import parse_code
from policies.refusals import BadPolicy

HUNDREDFOLD = "hundredfold"
JUMP = "jump"
ZERO = "zero-after-values"
FALLING = "falling-cumulative"
DECIMALS = "decimals"
STALE = "stale"
WARNINGS = (HUNDREDFOLD, JUMP, ZERO, FALLING, DECIMALS, STALE)  # in the order they are listed

_HUNDRED = Decimal(100)


class QualitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a figure is worth a second look. The defaults were tried on 100,000 published figures.

    ``hundredfold_within`` is how far from exactly 100 a ratio may be and still be about that: 1.5
    is 67 to 150, in which no two successive published figures lay. ``unit_share`` is the share of
    the comparable rows beyond which a hundredfold is not a slip but another unit: half, for a
    district once put right a quarter of its figures in one day.
    ``jump_times`` are multiples of the series' usual step, the median one, which is taken as at
    least ``jump_floor`` of the figure before so that a flat series may move; ``jump_after`` is how
    many other figures it takes to know. With 8, 0.05 and 4 two to four in a thousand published
    figures are warned about, and most of those were breaks of the series.
    ``zero_after`` figures above or below zero make a zero worth asking about; 3 leaves 5 in 10,000.
    ``stale_rows`` and ``stale_share`` say how many rows of one period, and what share of those the
    file writes, must equal the period before: one in 25 does by itself, and of slow rates with one
    decimal half; a copied column is nearly all of it.
    """

    hundredfold_within: Decimal = Decimal("1.5")
    unit_share: Decimal = Decimal("0.5")
    jump_times: Decimal = Decimal(8)
    jump_floor: Decimal = Decimal("0.05")
    jump_after: int = 4
    zero_after: int = 3
    stale_rows: int = 3
    stale_share: Decimal = Decimal("0.8")

    def __post_init__(self) -> None:
        if not 1 <= self.hundredfold_within < 10:  # noqa: PLR2004 - else neither ten nor a thousand
            raise BadPolicy("What is about a hundred lies above 10 and below 1,000.")


class Compared(NamedTuple):
    """A figure that is warned about, and the one it was compared with.

    ``period`` is the code of the period that this is of; "" where it is the figure's own, and in
    what was kept before it was told.
    """

    figure: Decimal
    before: Decimal
    period: str = ""


class Found(NamedTuple):
    """A warning about the figure of a row. ``recorded``: the figure before is the ledger's."""

    code: str
    row: int
    compared: Compared | None = None
    recorded: bool = False


class When(NamedTuple):
    """The code of a period, and the year that a count goes on through."""

    period: str
    year: int


# A figure of a series; the place of the row that writes it, -1 where none does; what the ledger
# says now, None where it says nothing; and when.
Point = tuple[Decimal, int, Decimal | None, When]


def hundredfold(figure: Decimal, before: Decimal, within: Decimal) -> bool:
    """Whether a figure is about a hundred times another, or about a hundredth of it.

    Of the same sign: a fraction taken for a percentage, or pence for pounds.
    """
    if not 1 <= abs(figure.adjusted() - before.adjusted()) <= 3 or not figure or not before:  # noqa: PLR2004
        return False  # asked of every row, and settled by the number of digits for nearly all
    ratio = figure / before if abs(figure) > abs(before) else before / figure
    return _HUNDRED / within <= ratio <= _HUNDRED * within


def is_quiet(series: Sequence[Point], settings: QualitySettings, *, cumulative: bool) -> bool:
    """Whether nothing of a series can be warned about, as of most; settled by its extremes.

    It asks no more than ``warnings_of`` would, with the same arithmetic: figures above zero of
    which the greatest is no hundredfold of the least, all unlike the one before them, with no step
    that is long beside the usual one. Where it says no, there may yet be nothing.
    """
    if not series:
        return True
    values = [point[0] for point in series]
    compared = values + [held for _, _, held, _ in series if held is not None]
    least, greatest = min(compared), max(compared)
    if cumulative or least <= 0 or greatest / least >= _HUNDRED / settings.hundredfold_within:
        return False
    steps = sorted(map(abs, map(sub, values[1:], values)))
    return not steps or (
        steps[0] > 0 and steps[-1] <= settings.jump_times * steps[(len(steps) - 1) // 2]
    )


def warnings_of(
    series: Sequence[Point], settings: QualitySettings, *, cumulative: bool
) -> Iterator[Found]:
    """The warnings about one series, in order of time.

    STALE is said of each figure that equals the one before it: whether that is worth a warning
    depends on how many rows do. DECIMALS is not a matter of the series.
    """
    before = held_before = None  # the figure of the period before, and the last the ledger has
    then = held_then = When("", 0)  # when these were
    steps = _Steps(series, settings)
    unlike_zero = 0  # how many figures ran before this one without a zero
    for place, (value, row, held, when) in enumerate(series):
        if row >= 0:
            recorded = held_before if held is None else held
            base = before if recorded is None else recorded
            if base is not None and hundredfold(value, base, settings.hundredfold_within):
                of = then.period if recorded is None else held_then.period if held is None else ""
                yield Found(HUNDREDFOLD, row, Compared(value, base, of), recorded is not None)
            elif not value and unlike_zero >= settings.zero_after:
                yield Found(ZERO, row)
            elif before is not None and steps.jump_at(place):
                yield Found(JUMP, row, Compared(value, before, then.period))
            if value == before and value:
                yield Found(STALE, row)
            if cumulative and before is not None and when.year == then.year and value < before:
                yield Found(FALLING, row, Compared(value, before, then.period))
        unlike_zero = unlike_zero + 1 if value else 0
        if held is not None:
            held_before, held_then = held, when
        before, then = value, when


def comparable(series: Sequence[Point]) -> int:
    """How many figures that are written have one before them in the ledger to be compared with."""
    found, held_before = 0, None
    for value, row, held, _ in series:
        recorded = held_before if held is None else held
        found += row >= 0 and bool(value) and bool(recorded)
        held_before = held_before if held is None else held
    return found


class _Steps:
    """How a series moves from period to period; its usual step is worked out when first asked."""

    __slots__ = ("_series", "_settings", "_usual")

    def __init__(self, series: Sequence[Point], settings: QualitySettings) -> None:
        self._series = series
        self._settings = settings
        self._usual: Decimal | None = None

    def jump_at(self, place: int) -> bool:
        """Whether a figure stands far from both its neighbours, or from the one it has."""
        series, times = self._series, self._settings.jump_times
        value, before = series[place][0], series[place - 1][0]
        step, floor = abs(value - before), times * self._settings.jump_floor * abs(before)
        if not before or step <= floor or len(series) <= self._settings.jump_after:
            return False
        if place + 1 < len(series):
            step = min(step, abs(series[place + 1][0] - value))
        return step > floor and step > times * self._usual_step()

    def _usual_step(self) -> Decimal:
        """The median step."""
        if self._usual is None:
            values = [point[0] for point in self._series]
            steps = sorted(abs(after - before) for before, after in pairwise(values))
            self._usual = steps[(len(steps) - 1) // 2]
        return self._usual


def about(code: str, compared: Compared | None) -> str:
    """The sentence of a warning."""
    if compared is None:
        return _SENTENCES[code]
    figure, before = to_text(compared.figure), to_text(compared.before)
    ratio = "100 times" if abs(compared.figure) > abs(compared.before) else "a hundredth of"
    of = f" ({parse_code(compared.period).label})" if compared.period else ""
    return _SENTENCES[code].format(figure=figure, before=before, ratio=ratio, of=of)


_SENTENCES = {
    HUNDREDFOLD: "{figure} is about {ratio} {before}, the figure before{of}: is the unit the same?",
    JUMP: "{figure} is far from {before}, the figure before it{of}, for this series.",
    ZERO: "0 after figures that were never 0: is it missing?",
    FALLING: "{figure} is less than {before}, the figure before it{of}, though it counts up.",
    DECIMALS: "It has more decimals than the indicator is judged by: it will be rounded.",
    STALE: "The figure of the period before again, as in nearly all rows of this period.",
}


def in_rows(code: str, rows: int) -> str:
    """The sentence about all rows with a warning."""
    return f"{_COUNTED[code]}: {rows:,} {'row' if rows == 1 else 'rows'}."


_COUNTED = {
    HUNDREDFOLD: "About 100 times the figure before, or a hundredth of it",
    JUMP: "Far from the figures around it, for its series",
    ZERO: "0 after figures that were never 0",
    FALLING: "Less than the period before, though it counts up",
    DECIMALS: "More decimals than the indicator is judged by",
    STALE: "The figure of the period before again",
}


def unit_changed(rows: int, compared: int, settings: QualitySettings, example: str) -> str:
    """What is said of a file of which too many comparable rows are hundredfold; else "".

    ``example`` is the sentence of one of them.
    """
    if rows <= settings.unit_share * compared:
        return ""
    return (
        f"{rows:,} of the {compared:,} figures that can be compared with the ledger are about"
        f" 100 times those before, or a hundredth of them. The first: {example} Confirm the"
        " unit if they are right."
    )
