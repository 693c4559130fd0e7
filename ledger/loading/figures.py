"""Reading a published figure: the sign of its unit, thousands, what floating point leaves."""

import re
from decimal import Decimal
from typing import Literal

import msgspec

from ledger.loading.mapping_advice import mapping_can
from ledger.loading.unit_signs import BEFORE, BEHIND, sign_of, without_sign
from policies.numbers import no_number, parse_number, to_text
from policies.refusals import NotANumber
from policies.texts import cut

FloatingPoint = Literal["exact", "shortest", "fifteen"]

SEPARATORS = (",", " ", "'", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]{1,30},[0-9]{1,30}")
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_EXPONENT = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?[eE][+-]?[0-9]{1,3}")
_OF_UNITS = (*BEHIND, *BEFORE)
_SIGNS = "".join(("~\N{ALMOST EQUAL TO}", *_OF_UNITS))  # that stand beside a number
_CERTAIN_DIGITS = 15  # a decimal of so many significant digits survives a binary double unharmed


class Numbers(msgspec.Struct, frozen=True):
    """How a publisher writes numbers.

    ``floating_point`` "shortest" reads a figure that is the long print of a binary double as the
    shortest decimal naming the same double; "fifteen" as the double's first fifteen digits, for a
    publisher whose own sums leave something at the end. ``thousands`` is the separator of groups
    of three.
    """

    floating_point: FloatingPoint = "exact"
    thousands: str = ""


def read_figure(text: str, numbers: Numbers, *, field: str, unit: str = "") -> Decimal:
    """The number of a cell, which may have the sign of its unit. Raises NotANumber."""
    bare = without_sign(text, unit)
    if numbers.thousands and numbers.thousands in bare:
        bare = _ungrouped(bare, numbers.thousands)
    try:
        number = parse_number(bare, field=field)
    except NotANumber:
        instead = _other_sign(bare, unit) or _instead(bare)
        raise NotANumber(f"{no_number(text)}{instead}", field=field) from None
    match numbers.floating_point:
        case "shortest":
            return shortest(number)
        case "fifteen":
            return fifteen(number)
        case "exact":
            return number


def shortest(number: Decimal) -> Decimal:
    """9.37 for 9.3699999999999992: the shortest decimal naming the same IEEE double.

    Only what is itself the print of a double is touched: more digits than a decimal can carry
    through one unharmed, and exactly those the double prints. Any other figure stays as published.
    """
    double = _printed(number)
    return number if double is None else Decimal(to_text(Decimal(repr(double))))


def fifteen(number: Decimal) -> Decimal:
    """58.57664 for 58.576640000000005, which is another double: what all its sure digits say.

    Only what is itself the print of a double is touched, as by ``shortest``.
    """
    double = _printed(number)
    if double is None:
        return number
    return Decimal(to_text(Decimal(format(double, f".{_CERTAIN_DIGITS}g"))))


def _printed(number: Decimal) -> float | None:
    """The double whose long print a figure is; None for a figure that is none."""
    digits = len(number.as_tuple().digits)
    if digits <= _CERTAIN_DIGITS or number == number.to_integral_value():
        return None
    double = float(number)  # the publisher's software kept it so; this is how it is undone
    return double if Decimal(format(double, f".{digits}g")) == number else None


def _other_sign(text: str, unit: str) -> str:
    """What to do about a figure with the sign of another unit; "" where it has none."""
    rest = text.strip("".join((*_OF_UNITS, " ")))
    signs = [sign for sign in _OF_UNITS if sign in text and sign != sign_of(unit)]
    if not unit or not signs or not _reads(rest):
        return ""
    told = " and the ".join(signs)
    return (
        f" The indicator's unit is {cut(unit)}, which is not written with the {told}: leave"
        f" {'it' if len(signs) == 1 else 'them'} out only if the figure is in that unit."
        f"{_instead(rest)}"
    )


def _reads(text: str) -> bool:
    """Whether a figure can be read, or it can be said how to write it."""
    return bool(_PLAIN.fullmatch(text) or _instead(text))


def _instead(text: str) -> str:
    """What to do about a figure that is written in another way than ours; "" where it is none."""
    if text.startswith("="):
        return (
            " A formula is not worked out here: open the file in a spreadsheet and save it, so that"
            " it holds what the formula comes to."
        )
    if another := _another_notation(text):
        return another
    if not any(map(str.isdecimal, text)):
        return (
            " If it means that there is no figure, leave it empty"
            f"{mapping_can('list it, under marks in [missing]')}."
        )
    rest = text.strip(f"{_SIGNS} ")
    if rest != text and _reads(rest):
        signs = [sign for sign in _SIGNS if sign in text]
        return f" Leave out the {' and the '.join(signs)}.{_instead(rest)}"
    return ""


def _another_notation(text: str) -> str:
    """What to do about a number that is written as others write it; "" where it is none."""
    for separator in SEPARATORS:
        if separator in text and _ungrouped(text, separator) != text:
            return (
                f' Where {separator!r} stands between thousands, put thousands = "{separator}"'
                " into [numbers] of the mapping."
            )
    if _DECIMAL_COMMA.fullmatch(text):
        return f" A decimal comma is not read: write {text.replace(',', '.')}."
    if _EXPONENT.fullmatch(text):  # by itself it may tell less than the figure that was meant
        return " An exponent is not read: write the figure in full."
    return ""


def _ungrouped(text: str, separator: str) -> str:
    """Without separators, if they stand between groups of three; else as it was, to be refused."""
    grouped = rf"[+-]?[0-9]{{1,3}}(?:{re.escape(separator)}[0-9]{{3}})+(?:\.[0-9]+)?"
    return text.replace(separator, "") if re.fullmatch(grouped, text) else text
