"""Reading a published figure: thousands separators, and the tails that floating point leaves."""

import re
from decimal import Decimal
from typing import Literal

import msgspec

from policies.numbers import parse_number, to_text

FloatingPoint = Literal["exact", "shortest"]

_CERTAIN_DIGITS = 15  # a decimal of so many significant digits survives a binary double unharmed


class Numbers(msgspec.Struct, frozen=True):
    """How a publisher writes numbers.

    ``floating_point`` "shortest" reads a figure that is the long print of a binary double as the
    shortest decimal naming the same double. ``thousands`` is the separator of groups of three.
    """

    floating_point: FloatingPoint = "exact"
    thousands: str = ""


def read_figure(text: str, numbers: Numbers, *, field: str) -> Decimal:
    """The number of a cell. Raises NotANumber."""
    if numbers.thousands and numbers.thousands in text:
        text = _ungrouped(text, numbers.thousands)
    number = parse_number(text, field=field)
    return shortest(number) if numbers.floating_point == "shortest" else number


def shortest(number: Decimal) -> Decimal:
    """9.37 for 9.3699999999999992: the shortest decimal naming the same IEEE double.

    Only what is itself the print of a double is touched: more digits than a decimal can carry
    through one unharmed, and exactly those the double prints. Any other figure stays as published.
    """
    digits = len(number.as_tuple().digits)
    if digits <= _CERTAIN_DIGITS or number == number.to_integral_value():
        return number
    double = float(number)  # the publisher's software kept it so; this is how it is undone
    if Decimal(format(double, f".{digits}g")) != number:
        return number
    return Decimal(to_text(Decimal(repr(double))))


def _ungrouped(text: str, separator: str) -> str:
    """Without separators, if they stand between groups of three; else as it was, to be refused."""
    grouped = rf"[+-]?[0-9]{{1,3}}(?:{re.escape(separator)}[0-9]{{3}})+(?:\.[0-9]+)?"
    return text.replace(separator, "") if re.fullmatch(grouped, text) else text
