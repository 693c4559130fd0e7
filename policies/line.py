"""A straight line through figures, by least squares, exactly: where it stands, what it reaches."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from policies.definition import Definition, Polarity

_NONE = Fraction(0)


class Line(NamedTuple):
    """A line through the middle of its figures; ``slope`` is in the unit a day."""

    middle_day: Fraction
    middle_value: Fraction
    slope: Fraction

    def at(self, day: date) -> Fraction:
        """Where the line stands on a day."""
        return self.middle_value + self.slope * (day.toordinal() - self.middle_day)


def line_through(figures: Sequence[tuple[date, Decimal]]) -> Line | None:
    """The line for which the squares of the distances of all figures from it add up to the least.

    None where the figures are not of at least two days.
    """
    days = [Fraction(day.toordinal()) for day, _ in figures]
    values = [Fraction(value) for _, value in figures]
    if len(set(days)) <= 1:
        return None
    middle_day, middle_value = sum(days, _NONE) / len(days), sum(values, _NONE) / len(values)
    spread = sum(((day - middle_day) ** 2 for day in days), _NONE)
    together = sum(
        (
            (day - middle_day) * (value - middle_value)
            for day, value in zip(days, values, strict=True)
        ),
        _NONE,
    )
    return Line(middle_day, middle_value, together / spread)


def reaches(value: Fraction, target: Decimal | None, definition: Definition) -> bool | None:
    """Whether a value between figures is on target or inside the green band.

    None where there is neither, or where no value is better than another.
    """
    limits, polarity = definition.limits, definition.polarity
    if polarity is Polarity.PLAN and limits is not None:
        return Fraction(limits.low_amber) <= value <= Fraction(limits.high_amber)
    if target is None or polarity in (Polarity.PLAN, Polarity.NEUTRAL):
        return None
    aim = Fraction(target)
    return value <= aim if polarity is Polarity.SMALLER else value >= aim
