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
_IMPROVING, _WORSENING = TravelAnswer(Travel.IMPROVING), TravelAnswer(Travel.WORSENING)
_INCREASING, _DECREASING = TravelAnswer(Travel.INCREASING), TravelAnswer(Travel.DECREASING)
_NO_CHANGE = TravelAnswer(Travel.NO_CHANGE)
# Asked for at every judgement: looking a member up takes longer than comparing with it.
_BIGGER, _NEUTRAL, _PLAN = Polarity.BIGGER, Polarity.NEUTRAL, Polarity.PLAN


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
    if polarity is _PLAN:
        if definition.limits is None:
            return NOTHING_TO_COMPARE
        judged, before = outside(judged, definition.limits), outside(before, definition.limits)
    band = settings.no_change_band
    if judged == before or (band and EXACT.subtract(judged, before).copy_abs() <= band):
        return _NO_CHANGE
    if polarity is _NEUTRAL:
        return _INCREASING if judged > before else _DECREASING
    better = judged > before if polarity is _BIGGER else judged < before
    return _IMPROVING if better else _WORSENING


def outside(figure: Decimal, limits: PlanLimits) -> Decimal:
    """How far a figure lies outside the green band, in the unit; zero inside it."""
    below = EXACT.subtract(limits.low_amber, figure)
    above = EXACT.subtract(figure, limits.high_amber)
    return max(below, above, _ZERO)
