"""Which figure is better, which rank it has, and in which quarter of the others it lies.

Rank is competition rank, best first after polarity: 1, 2, 2, 4. Quartile 1 is the best after
polarity, and a figure equal to a limit is in the better quartile. Neutral figures have neither.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from policies.definition import Definition, Polarity
from policies.spread import Quartiles, quartile_limits
from policies.travel import outside

Measure = Callable[[Decimal], Decimal]


def has_better(definition: Definition) -> bool:
    """Whether one figure can be better than another: not neutral, and plan-is-best has limits."""
    if definition.polarity is Polarity.PLAN:
        return definition.limits is not None
    return definition.polarity is not Polarity.NEUTRAL


def measured(definition: Definition) -> Measure:
    """What a figure is compared by, in the unit.

    The figure itself; of plan-is-best how far it lies outside the green band, so that all inside
    it are equally good.
    """
    limits = definition.limits
    if definition.polarity is Polarity.PLAN and limits is not None:
        return lambda figure: outside(figure, limits)
    return lambda figure: figure


def less_is_better(definition: Definition) -> bool:
    """Whether the smaller of two measures is the better: for plan-is-best too."""
    return definition.polarity in (Polarity.SMALLER, Polarity.PLAN)


def ranks(figures: Mapping[str, Decimal], definition: Definition) -> dict[str, int]:
    """The rank of each, best first, equal ones in the order given; empty where none is better."""
    if not has_better(definition):
        return {}
    measure = measured(definition)
    by_area = {area: measure(figure) for area, figure in figures.items()}
    ordered = sorted(by_area, key=by_area.__getitem__, reverse=not less_is_better(definition))
    found: dict[str, int] = {}
    rank, before = 0, None
    for place, area in enumerate(ordered, start=1):
        if by_area[area] != before:
            rank, before = place, by_area[area]
        found[area] = rank
    return found


def rank_beside(figure: Decimal, others: Iterable[Decimal], definition: Definition) -> int | None:
    """The rank that a figure would have among others: one more than there are better ones."""
    if not has_better(definition):
        return None
    measure = measured(definition)
    own, smaller = measure(figure), less_is_better(definition)
    better = (measure(other) < own if smaller else measure(other) > own for other in others)
    return 1 + sum(better)


def limits_of(figures: Iterable[Decimal], definition: Definition) -> Quartiles | None:
    """The quartile limits of what figures are compared by; None below four figures."""
    return quartile_limits(map(measured(definition), figures))


def quartile(figure: Decimal, limits: Quartiles | None, definition: Definition) -> int | None:
    """The quarter a figure lies in, 1 being the best; None without limits or a better side."""
    return quartile_by(limits, definition)(figure)


def quartile_by(
    limits: Quartiles | None, definition: Definition
) -> Callable[[Decimal], int | None]:
    """The same for many figures between the same limits, whose definition is looked at once."""
    if limits is None or not has_better(definition):
        return lambda _figure: None
    rising = (limits.lower, limits.middle, limits.upper)
    measure = measured(definition)
    if less_is_better(definition):
        return lambda figure: 1 + bisect_left(rising, measure(figure))
    return lambda figure: 4 - bisect_right(rising, measure(figure))
