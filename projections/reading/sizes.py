"""How far a figure moved."""

from decimal import Decimal
from fractions import Fraction

from policies.numbers import EXACT, round_half_up, to_text

_RELATIVE_DECIMALS = 4


def size_of(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """How far a judged figure moved: the difference, and its share of the old figure's size."""
    if before is None or after is None:
        return None, None
    old = Decimal(before)
    difference = EXACT.subtract(Decimal(after), old)
    if not old:
        return to_text(difference), None
    share = round_half_up(Fraction(difference) / abs(Fraction(old)), _RELATIVE_DECIMALS)
    return to_text(difference), to_text(share)
