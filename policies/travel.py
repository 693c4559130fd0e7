"""Direction of travel: is the judged figure better or worse than an earlier one?"""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from policies.definition import Definition, PlanLimits, Polarity
from policies.numbers import EXACT
from policies.periods import Period
from policies.refusals import BadPolicy

_ZERO = Decimal(0)


class Travel(StrEnum):
    """Which way a figure moved; neutral indicators only rise or fall."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    NO_CHANGE = "no-change"
    INCREASING = "increasing"
    DECREASING = "decreasing"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word for people."""
        return self.value.replace("-", " ")


class TravelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What to compare with, and how far a figure may move and count as no change (in the unit).

    Raises BadPolicy.
    """

    compare_with: Literal["previous-period", "same-period-last-year", "baseline"] = (
        "previous-period"
    )
    no_change_band: Decimal = _ZERO

    def __post_init__(self) -> None:
        if not (self.no_change_band.is_finite() and self.no_change_band >= _ZERO):
            raise BadPolicy("The no-change band is zero or more.", field="no_change_band")


class TravelAnswer(msgspec.Struct, frozen=True):
    """The direction, and where there is none the reason."""

    travel: Travel
    reason: str = ""


NOTHING_TO_COMPARE = TravelAnswer(Travel.NONE, "nothing to compare with")
SERIES_BREAK = TravelAnswer(Travel.NONE, "series break")
_ANSWERS = {travel: TravelAnswer(travel) for travel in Travel if travel is not Travel.NONE}


def compared_period(period: Period, settings: TravelSettings) -> Period | None:
    """The period to compare with; None for the baseline, and for pooled years a year earlier."""
    if settings.compare_with == "previous-period":
        return period.previous()
    if settings.compare_with == "same-period-last-year":
        return period.same_last_year()
    return None


def travel_of(
    judged: Decimal,
    before: Decimal | None,
    definition: Definition,
    settings: TravelSettings,
    *,
    series_break: bool,
) -> TravelAnswer:
    """The direction from ``before`` to ``judged``, both rounded as judged.

    A move of at most the no-change band is no change. Plan-is-best compares distances to the
    green band. ``series_break``: the two figures belong to different series.
    """
    if before is None:
        return NOTHING_TO_COMPARE
    if series_break:
        return SERIES_BREAK
    polarity = definition.polarity
    if polarity is Polarity.PLAN:
        if definition.limits is None:
            return NOTHING_TO_COMPARE
        judged, before = outside(judged, definition.limits), outside(before, definition.limits)
    move = EXACT.subtract(judged, before)
    if move.copy_abs() <= settings.no_change_band:
        return _ANSWERS[Travel.NO_CHANGE]
    if polarity is Polarity.NEUTRAL:
        return _ANSWERS[Travel.INCREASING if move > _ZERO else Travel.DECREASING]
    better = move > _ZERO if polarity is Polarity.BIGGER else move < _ZERO
    return _ANSWERS[Travel.IMPROVING if better else Travel.WORSENING]


def outside(figure: Decimal, limits: PlanLimits) -> Decimal:
    """How far a figure lies outside the green band, in the unit; zero inside it."""
    below = EXACT.subtract(limits.low_amber, figure)
    above = EXACT.subtract(figure, limits.high_amber)
    return max(below, above, _ZERO)
