"""The target of a year spread over its periods, so that each period has something to be judged by.

How a target is spread follows from the basis of measurement. A discrete count is divided: its
periods add up to the year. A cumulative count climbs to it. What is never summed (ratios,
averages, snapshots) goes from where it starts to where it shall be.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Literal

import msgspec

from policies.definition import Basis, Definition
from policies.numbers import EXACT, exact_text, round_half_up, to_text
from policies.period import Period
from policies.rag import Step
from policies.refusals import BadPolicy

Shape = Literal["linear", "seasonal", "given"]


class ProfileSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a year's target is spread.

    ``linear``: the same to every period. ``seasonal``: by ``shares``, one for each period, in
    proportion: the figures of an earlier year serve as well. ``given``: the ``levels`` are the
    targets, one for each period, and must come to that of the year. Raises BadPolicy.
    """

    shape: Shape = "linear"
    shares: tuple[Decimal, ...] = ()
    levels: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        if not all(map(Decimal.is_finite, (*self.shares, *self.levels))):
            raise BadPolicy("A share and a level are numbers.", field="shape")
        if bool(self.shares) != (self.shape == "seasonal"):
            raise BadPolicy("Shares belong to the seasonal shape, and to no other.", field="shares")
        if bool(self.levels) != (self.shape == "given"):
            raise BadPolicy("Levels belong to the given shape, and to no other.", field="levels")
        if self.shares and (min(self.shares) < 0 or not any(self.shares)):
            raise BadPolicy("Shares are zero or more, and not all of them zero.", field="shares")


class Profiled(msgspec.Struct, frozen=True, kw_only=True):
    """The target of each period, in the order of the periods, and how it was found.

    Targets have the definition's decimals. Rounding never changes what they come to: of a
    discrete count they add up to the year's target, of anything else the last one is it.
    """

    targets: tuple[tuple[Period, Decimal], ...]
    steps: tuple[Step, ...]


def profile(
    periods: Sequence[Period],
    target: Decimal,
    definition: Definition,
    settings: ProfileSettings,
    start: Decimal | None = None,
) -> Profiled:
    """Spread the target of a year over its periods, which are given in order of time.

    ``start`` is where a figure that is not counted stands before the first period, such as the
    last year's outturn; without it every period's target is that of the year, since nothing says
    what to climb from. Raises BadPolicy where shares or levels do not fit periods and target.
    """
    if not periods:
        raise BadPolicy("A year is spread over at least one period.", field="periods")
    if settings.shape == "given":
        found = _given(len(periods), target, definition, settings.levels)
        steps = [Step("shape", "the levels as they were given")]
    else:
        shares = _shares(len(periods), settings)
        found, way = _spread(target, definition, shares, start)
        steps = [Step("shape", _shape(settings, shares)), Step("spread", way)]
    return Profiled(targets=tuple(zip(periods, found, strict=True)), steps=tuple(steps))


def _given(
    count: int, target: Decimal, definition: Definition, levels: Sequence[Decimal]
) -> tuple[Decimal, ...]:
    if len(levels) != count:
        raise BadPolicy(f"There are {count} periods and {len(levels)} levels.", field="levels")
    if definition.basis is Basis.DISCRETE and _sum(levels) != target:
        said = f"The levels add up to {to_text(_sum(levels))}, and the year's target is another."
        raise BadPolicy(said, field="levels")
    if definition.basis is not Basis.DISCRETE and levels[-1] != target:
        raise BadPolicy("The last level is the year's target.", field="levels")
    return tuple(levels)


def _shares(count: int, settings: ProfileSettings) -> tuple[Fraction, ...]:
    if settings.shape == "linear":
        return (Fraction(1, count),) * count
    if len(settings.shares) != count:
        raise BadPolicy(
            f"There are {count} periods and {len(settings.shares)} shares.", field="shares"
        )
    total = Fraction(_sum(settings.shares))
    return tuple(Fraction(share) / total for share in settings.shares)


def _spread(
    target: Decimal,
    definition: Definition,
    shares: Sequence[Fraction],
    start: Decimal | None,
) -> tuple[tuple[Decimal, ...], str]:
    """The targets, and how they were found, as a sentence."""
    so_far = list(accumulate(shares))
    if definition.basis in (Basis.DISCRETE, Basis.CUMULATIVE):
        climbs = [_rounded(Fraction(target) * share, definition) for share in so_far[:-1]]
        climbs.append(target)
        if definition.basis is Basis.CUMULATIVE:
            return tuple(climbs), "each period's target is all that is to be reached by its end"
        steps = zip([Decimal(0), *climbs], climbs, strict=False)
        each = tuple(EXACT.subtract(after, before) for before, after in steps)
        return each, "the periods add up to the year's target"
    if start is None:
        return (target,) * len(shares), "nothing says where it starts, so all are the year's target"
    way = Fraction(target) - Fraction(start)
    levels = [_rounded(Fraction(start) + way * share, definition) for share in so_far[:-1]]
    return (*levels, target), f"from {to_text(start)} to {to_text(target)}"


def _shape(settings: ProfileSettings, shares: Sequence[Fraction]) -> str:
    if settings.shape == "linear":
        return f"linear: the same share for each of {len(shares)} periods"
    return f"seasonal: shares {', '.join(map(exact_text, shares))}"


def _rounded(number: Fraction, definition: Definition) -> Decimal:
    return round_half_up(number, definition.decimals)


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total
