"""The middle and the spread of a set of figures: median, quartile limits, distance from the median.

All exact. The median is the plain one: of an even number of figures, halfway between the two in
the middle. The quartile limits are found by linear interpolation between closest ranks, which
Python calls the inclusive method, R type 7, and PostgreSQL percentile_cont. The distance is
(figure − median) ÷ median absolute deviation, which the Office for Local Government published as
"MADs from median", without the factor of 1.4826 by which some programs multiply the deviation.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import msgspec

from policies.numbers import EXACT

LEAST_FOR_QUARTILES = 4  # figures; fewer cannot be divided into four
_QUARTER, _ONE = Decimal("0.25"), Decimal(1)
_WIDE = Context(prec=200, rounding=ROUND_HALF_UP)
_LAST_SHOWN = Decimal("1e-12")


class Quartiles(msgspec.Struct, frozen=True):
    """The three limits between four quarters of the figures, rising; ``middle`` is the median."""

    lower: Decimal
    middle: Decimal
    upper: Decimal


def median(figures: Iterable[Decimal]) -> Decimal | None:
    """The plain median; None of no figures."""
    ordered = sorted(figures)
    return _at_quarter(ordered, 2) if ordered else None


def quartile_limits(figures: Iterable[Decimal]) -> Quartiles | None:
    """The limits of the quarters; None of fewer than four figures."""
    ordered = sorted(figures)
    if len(ordered) < LEAST_FOR_QUARTILES:
        return None
    return Quartiles(*(_at_quarter(ordered, quarter) for quarter in (1, 2, 3)))


def deviation(figures: Iterable[Decimal]) -> Decimal | None:
    """The median absolute deviation: the median of the distances from the median, in the unit."""
    given = list(figures)
    middle = median(given)
    if middle is None:
        return None
    return median(EXACT.subtract(figure, middle).copy_abs() for figure in given)


def distance(figure: Decimal, middle: Decimal, spread: Decimal) -> Fraction | None:
    """How many median absolute deviations a figure lies above the median; below it is negative.

    None where the deviation is zero: at least half of the figures are then the median itself.
    """
    return (Fraction(figure) - Fraction(middle)) / Fraction(spread) if spread else None


def distance_texts(figures: Iterable[Decimal], middle: Decimal, spread: Decimal) -> Iterator[str]:
    """The distances of many figures as ``exact_text`` writes them; the deviation is not zero.

    Without fractions, which take four times as long: the quotient has so many digits that it is
    rounded where the fraction would be, for figures of up to thirty digits.
    """
    divide, subtract, quantize = _WIDE.divide, _WIDE.subtract, _WIDE.quantize
    for figure in figures:
        found = quantize(divide(subtract(figure, middle), spread), _LAST_SHOWN)
        text = format(found if found else found.copy_abs(), "f")
        yield text.rstrip("0").rstrip(".") if text[-1] == "0" else text


def _at_quarter(ordered: Sequence[Decimal], quarter: int) -> Decimal:
    """What stands ``quarter`` quarters of the way from the least figure to the greatest."""
    place, parts = divmod(quarter * (len(ordered) - 1), 4)
    if not parts:
        return ordered[place]
    below = EXACT.multiply(ordered[place], 4 - parts)
    between = EXACT.multiply(EXACT.add(below, EXACT.multiply(ordered[place + 1], parts)), _QUARTER)
    return _shortest(between)


def _shortest(number: Decimal) -> Decimal:
    """Without the zeros that a division by four leaves at the end."""
    short = EXACT.normalize(number)
    return short if int(short.as_tuple().exponent) <= 0 else EXACT.quantize(short, _ONE)
