"""A figure among those of other areas: rank, median, quartiles and distance, and why.

Judged figures are compared, rounded half-up to the definition's decimals like everything that is
shown, so that two areas that look alike never have two ranks. The values, the group and the
definition must be those known at one moment; whoever asks brings them together.
Source: the rules of judgement, 11.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from policies.comparator_group import ComparatorGroup, ComparatorSettings, Compared, compared
from policies.definition import Definition, Polarity
from policies.numbers import round_half_up
from policies.ranking import has_better, limits_of, quartile, quartile_by, rank_beside, ranks
from policies.spread import Quartiles, deviation, distance, median, quartile_limits

Values = Mapping[str, Decimal | Fraction | None]


class Placed(msgspec.Struct, frozen=True):
    """One area's judged figure and its place; no rank or quartile where nothing is better."""

    area: str
    value: Decimal
    rank: int | None
    quartile: int | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The comparator table of one indicator and period.

    ``rows`` are best first, equal ones in the group's order; without a better side all of them
    are in the group's order. ``not_ranked`` are the areas of the group without a value. ``home``
    is the home area's own place, whether it is one of the rows or stands beside them; None where
    it has no value or none was asked for. ``median``, ``limits`` and ``deviation`` are of the
    rows. ``limits`` are of what is compared: of plan-is-best how far a figure lies outside the
    green band.
    """

    group: ComparatorGroup
    compared: Compared
    definition: Definition
    home: Placed | None
    rows: tuple[Placed, ...]
    not_ranked: tuple[str, ...]
    median: Decimal | None
    limits: Quartiles | None
    deviation: Decimal | None

    @property
    def includes_home(self) -> bool:
        """Whether the home area is one of those compared."""
        return self.compared.includes_home

    def distance(self, value: Decimal) -> Fraction | None:
        """How many median absolute deviations a figure lies above the median."""
        if self.median is None or self.deviation is None:
            return None
        return distance(value, self.median, self.deviation)


class MiddleHalf(msgspec.Struct, frozen=True):
    """The limits between which half of the areas lie, the median, and of how many areas it is.

    No limits of plan-is-best: those of its comparison are of another measure than its figures.
    """

    lower: Decimal | None
    median: Decimal
    upper: Decimal | None
    areas: int


def compare(
    group: ComparatorGroup,
    values: Values,
    definition: Definition,
    settings: ComparatorSettings,
    home: str | None = None,
) -> Comparison:
    """The comparator table. ``values`` are by area, exact; absent and None both mean no value."""
    members = compared(group, home, settings)
    figures = {
        area: figure
        for area in members.areas
        if (figure := _judged(area, values, definition)) is not None
    }
    place = ranks(figures, definition)
    rising = sorted(figures.values())  # once: sorting what is sorted takes next to no time
    limits = limits_of(rising, definition)
    quarter = quartile_by(limits, definition)
    rows = tuple(
        Placed(area, figures[area], place.get(area), quarter(figures[area]))
        for area in (place or figures)
    )
    return Comparison(
        group=group,
        compared=members,
        definition=definition,
        home=_home(home, rows, limits, values, definition),
        rows=rows,
        not_ranked=tuple(area for area in members.areas if area not in figures),
        median=median(rising),
        limits=limits,
        deviation=deviation(rising),
    )


def middle_half(
    group: ComparatorGroup,
    values: Values,
    definition: Definition,
    settings: ComparatorSettings,
    home: str | None = None,
) -> MiddleHalf | None:
    """Where the middle half of a comparison lies, without the places; None below four figures."""
    rising = sorted(
        figure
        for area in compared(group, home, settings).areas
        if (figure := _judged(area, values, definition)) is not None
    )
    limits = quartile_limits(rising)
    if limits is None:
        return None
    if has_better(definition) and definition.polarity is Polarity.PLAN:
        return MiddleHalf(None, limits.middle, None, len(rising))
    return MiddleHalf(limits.lower, limits.middle, limits.upper, len(rising))


def _judged(area: str, values: Values, definition: Definition) -> Decimal | None:
    value = values.get(area)
    return None if value is None else round_half_up(value, definition.decimals)


def _home(
    home: str | None,
    rows: tuple[Placed, ...],
    limits: Quartiles | None,
    values: Values,
    definition: Definition,
) -> Placed | None:
    """The home area's row, or where it is out of the group its place beside the rows."""
    if home is None:
        return None
    within = next((row for row in rows if row.area == home), None)
    figure = _judged(home, values, definition)
    if within is not None or figure is None:
        return within
    rank = rank_beside(figure, (row.value for row in rows), definition)
    return Placed(home, figure, rank, quartile(figure, limits, definition))
