"""Whether two indicators go together: how near their pairs lie to a straight line.

Pearson's correlation: 1 where one rises exactly in step with the other, -1 where it falls, near 0
where neither follows the other. It says nothing of cause.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from policies.numbers import EXACT, round_half_up

LEAST_PAIRS = 5  # fewer lie near some line by chance
DECIMALS = 2
Pair = tuple[Decimal, Decimal]
NoCorrelation = Literal["too-few", "all-alike"]


def correlation(pairs: Sequence[Pair]) -> Decimal | NoCorrelation:
    """The correlation to two decimals, or why there is none.

    There is none of fewer than five pairs, nor where all figures of one side are alike. The sums
    are exact; only the root is rounded.
    """
    if len(pairs) < LEAST_PAIRS:
        return "too-few"
    count = Decimal(len(pairs))
    across, up = ([pair[side] for pair in pairs] for side in (0, 1))
    spreads = _spread(across, across, count), _spread(up, up, count)
    if not all(spreads):
        return "all-alike"
    below = EXACT.multiply(*spreads).sqrt()
    return round_half_up(_spread(across, up, count) / below, DECIMALS)


def _spread(one: Sequence[Decimal], other: Sequence[Decimal], count: Decimal) -> Decimal:
    """The number of pairs times the sum of their products, less the product of their sums."""
    products = _sum([EXACT.multiply(a, b) for a, b in zip(one, other, strict=True)])
    return EXACT.subtract(EXACT.multiply(count, products), EXACT.multiply(_sum(one), _sum(other)))


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total
