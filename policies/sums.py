"""Figures of several areas added up to one, from their sums: how, and what is never added.

A sum can be made by whoever holds the figures, entry by entry or by the thousand; what it comes to
is decided here, by the basis of measurement.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Literal, NamedTuple

from policies.definition import Basis, Definition
from policies.numbers import EXACT, Number

Method = Literal["sum", "latest", "mean-weighted", "mean-plain", "ratio-of-sums", "none"]

BY_TIME: Mapping[Basis, Method] = {
    Basis.DISCRETE: "sum",
    Basis.CUMULATIVE: "latest",
    Basis.SNAPSHOT: "latest",
    Basis.AVERAGE: "mean-weighted",
    Basis.RATIO: "ratio-of-sums",
    Basis.ROLLING: "latest",
    Basis.MULTI_YEAR: "latest",
    Basis.ANNUAL: "none",
    Basis.SURVEY: "none",
}


class Sums(NamedTuple):
    """What figures come to, by each way of adding.

    ``figures`` of them were added up to ``value``; ``pairs`` had both numerator and denominator,
    whose sums these are; ``weights`` had a figure and a denominator, of which ``weighted`` is the
    sum of the products and ``weight`` that of the denominators.
    """

    figures: int = 0
    value: Number = Decimal(0)
    pairs: int = 0
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    weights: int = 0
    weighted: Number = Decimal(0)
    weight: Decimal = Decimal(0)


def across(definition: Definition) -> Method:
    """How areas add up to a larger one, for one period.

    Whatever is submitted in parts is the ratio of their sums, which of an average is the mean
    weighted by denominator: rates of areas never add up, even where those of periods do. Counts and
    cumulative counts are summed. What is never summed (a snapshot, a rolling or pooled window, an
    annual or survey figure) is not rolled up without its parts.
    """
    if definition.basis is Basis.AVERAGE:
        return "mean-weighted"
    if definition.has_parts or definition.basis is Basis.RATIO:
        return "ratio-of-sums"
    return "sum" if definition.basis in (Basis.DISCRETE, Basis.CUMULATIVE) else "none"


def counted(sums: Sums, method: Method) -> int:
    """How many figures the method can use."""
    return sums.pairs if method == "ratio-of-sums" else sums.figures


def added(sums: Sums, method: Method, definition: Definition) -> tuple[Number | None, Method]:
    """What the sums come to, exactly, and the method as it turned out.

    A mean is weighted by denominator when every figure has one; a mixture is a plain mean, and
    says so. None where there is nothing to add, or nothing to divide by.
    """
    if method == "none" or not counted(sums, method):
        return None, method
    if method == "sum":
        return sums.value, method
    if method == "ratio-of-sums":
        return _divided(sums.numerator, sums.denominator, definition.multiplier), method
    if sums.weights < sums.figures:
        return Fraction(sums.value) / sums.figures, "mean-plain"
    return _divided(sums.weighted, sums.weight), "mean-weighted"


def together(parts: Iterable[Sums]) -> Sums:
    """The sums of some sums."""
    return reduce(_both, parts, Sums())


def _both(one: Sums, other: Sums) -> Sums:
    return Sums(
        figures=one.figures + other.figures,
        value=plus(one.value, other.value),
        pairs=one.pairs + other.pairs,
        numerator=EXACT.add(one.numerator, other.numerator),
        denominator=EXACT.add(one.denominator, other.denominator),
        weights=one.weights + other.weights,
        weighted=plus(one.weighted, other.weighted),
        weight=EXACT.add(one.weight, other.weight),
    )


def total(numbers: Iterable[Number | None]) -> Number:
    """The exact sum, in which an absent number counts for nothing."""
    there = (number for number in numbers if number is not None)
    nothing: Number = Decimal(0)
    return reduce(plus, there, nothing)


def plus(one: Number, other: Number) -> Number:
    """Two numbers together, exactly."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return EXACT.add(one, other)
    return Fraction(one) + Fraction(other)


def _divided(above: Number, below: Decimal, times: Decimal = Decimal(1)) -> Fraction | None:
    return Fraction(above) / Fraction(below) * Fraction(times) if below else None
