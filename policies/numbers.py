"""Exact numbers: read, written, rounded and divided without ever passing through a float."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction

from policies.refusals import NotANumber, ZeroDenominator

Number = Decimal | Fraction  # exact: as given, or as a division left it

MOST_DIGITS = 30
MOST_DECIMALS = 30

# Wide enough that a product of two accepted numbers keeps every digit; if one ever did not,
# this context says so instead of rounding.
EXACT = Context(prec=300, traps=[Inexact, InvalidOperation, Overflow])

_ROUNDING = Context(prec=300, traps=[InvalidOperation])
_UNITS = tuple(Decimal((0, (1,), -decimals)) for decimals in range(MOST_DECIMALS + 1))
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_TEXT_DECIMALS = 12  # of a fraction that has no end


def parse_number(text: str, *, field: str = "") -> Decimal:
    """Read plain decimal notation: optional sign, digits, optional point and digits.

    Trailing zeros are kept; a negative zero becomes zero.
    Raises NotANumber for anything else, and for more than 30 digits.
    """
    too_long = len(text) > MOST_DIGITS and sum(map(str.isdigit, text)) > MOST_DIGITS
    if too_long or not _PLAIN.fullmatch(text):
        raise NotANumber(no_number(text), field=field)
    number = Decimal(text)
    return number if number else number.copy_abs()


def no_number(text: str) -> str:
    """The sentence about a text that is no number, or one of too many digits."""
    if _PLAIN.fullmatch(text):
        digits = sum(map(str.isdigit, text))
        if digits > MOST_DIGITS:
            return f"{text[:60]!r} has {digits:,} digits: a number has at most {MOST_DIGITS}."
    return f"{text[:60]!r} is not a number in decimal notation."


def to_text(number: Decimal) -> str:
    """Write a number as it is stored: never an exponent, trailing zeros kept."""
    return format(number if number else number.copy_abs(), "f")


def text_or_none(number: Decimal | None) -> str | None:
    """The same of a number that may not be there."""
    return None if number is None else to_text(number)


def decimals_of(number: Decimal) -> int:
    """How many places stand after the point as stored: 2 for 1.50."""
    return max(0, -int(number.as_tuple().exponent))


def round_half_up(number: Decimal | Fraction, decimals: int) -> Decimal:
    """Round to 0–30 decimal places; a half goes away from zero, and -0 becomes 0.

    Exact for a Fraction too: it is never divided into a decimal first.
    """
    if isinstance(number, Decimal):  # asked first: it is the common case, and a quick question
        rounded = number.quantize(_UNITS[decimals], ROUND_HALF_UP, _ROUNDING)
        return rounded if rounded else rounded.copy_abs()
    return _round_fraction(number, decimals)


def _round_fraction(number: Fraction, decimals: int) -> Decimal:
    above, below = number.numerator, number.denominator
    units = (2 * abs(above) * 10**decimals + below) // (2 * below)
    return EXACT.scaleb(Decimal(units if above >= 0 else -units), -decimals)


def ratio(numerator: Decimal, denominator: Decimal, multiplier: Decimal) -> Fraction:
    """Numerator ÷ denominator × multiplier (1, 100, 1,000 …), exactly.

    Raises ZeroDenominator.
    """
    if not denominator:
        raise ZeroDenominator(field="denominator")
    return Fraction(numerator) / Fraction(denominator) * Fraction(multiplier)


def exact_text(number: Decimal | Fraction) -> str:
    """Write a figure before rounding: a Decimal as stored, a Fraction to at most 12 decimals.

    A Fraction is rounded half-up at the twelfth decimal, and its trailing zeros are dropped.
    """
    if isinstance(number, Decimal):
        return to_text(number)
    text = to_text(_round_fraction(number, _TEXT_DECIMALS))
    return text.rstrip("0").rstrip(".")
