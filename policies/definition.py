"""What an indicator measures, in which unit, and which way is better."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from policies.numbers import MOST_DECIMALS
from policies.period import INTERVALS, Calendar, Interval, Period, fits, no_such, parse_code
from policies.refusals import BadPolicy, BadSetup, UnknownPeriod, UnorderedLimits


class Polarity(StrEnum):
    """Which way is better. Neutral indicators give context and have no status."""

    BIGGER = "bigger-is-better"
    SMALLER = "smaller-is-better"
    PLAN = "plan-is-best"
    NEUTRAL = "neutral"


class Basis(StrEnum):
    """How periods add up to a year, and areas to a larger area."""

    DISCRETE = "discrete"
    CUMULATIVE = "cumulative"
    SNAPSHOT = "snapshot"
    AVERAGE = "average"
    RATIO = "ratio"
    ROLLING = "rolling"
    MULTI_YEAR = "multi-year"
    ANNUAL = "annual"
    SURVEY = "survey"


class PlanLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The four limits of plan-is-best, in the unit.

    Inside the amber limits is green, inside the red limits amber, outside them red; each limit
    belongs to the better side. Raises UnorderedLimits.
    """

    low_red: Decimal
    low_amber: Decimal
    high_amber: Decimal
    high_red: Decimal

    def __post_init__(self) -> None:
        limits = (self.low_red, self.low_amber, self.high_amber, self.high_red)
        if not all(map(Decimal.is_finite, limits)) or list(limits) != sorted(limits):
            raise UnorderedLimits(field="limits")


class MarginOverride(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What a definition sets differently from the status policy; None leaves the policy's.

    A basis of its own needs an amber margin of its own: the policy's margin may be a share where
    this one is in the unit. Raises BadPolicy.
    """

    basis: Literal["relative", "absolute"] | None = None
    amber_margin: Decimal | None = None
    green_margin: Decimal | None = None
    exceed_margin: Decimal | None = None
    floor: Decimal | None = None

    def __post_init__(self) -> None:
        if self.basis is not None and self.amber_margin is None:
            raise BadPolicy(
                "A definition with a basis of its own needs an amber margin of its own.",
                field="margins.amber_margin",
            )
        for margin in (self.amber_margin, self.green_margin, self.exceed_margin):
            if margin is not None and not (margin.is_finite() and margin >= 0):
                raise BadPolicy("A margin is a number of zero or more.", field="margins")


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet of an indicator.

    ``decimals`` is how a value is judged and shown; ``due_lag_days`` are counted from the
    period's last day. ``numerator`` and ``denominator`` say what the parts count; with a
    numerator the indicator is submitted in parts, and value = numerator ÷ denominator ×
    ``multiplier``. ``series_break_at`` is the code of the first period of a new series.
    ``placeholder``: no measure, baseline or level is agreed yet. ``data_only``: shown, not judged.
    ``proxy`` is the code of the indicator that stands in for a yearly one between its outturns.
    """

    title: str
    unit: str
    decimals: int
    polarity: Polarity
    basis: Basis
    interval: Interval
    calendar: Calendar
    multiplier: Decimal = Decimal(1)
    numerator: str = ""
    denominator: str = ""
    due_lag_days: int = 0
    pooled_years: int = 3
    data_owner: str = ""
    definition: str = ""
    source: str = ""
    limits: PlanLimits | None = None
    margins: MarginOverride | None = None
    data_only: bool = False
    placeholder: bool = False
    decimals_accepted: int | None = None
    series_break_at: str = ""
    proxy: str = ""

    @property
    def has_parts(self) -> bool:
        """Whether values are submitted as numerator and denominator."""
        return bool(self.numerator)

    @property
    def most_decimals(self) -> int:
        """The most decimal places a submitted number may have: two more than shown, unless set."""
        return self.decimals + 2 if self.decimals_accepted is None else self.decimals_accepted

    def measures(self, period: Period) -> bool:
        """Whether a period is one of the indicator's own."""
        return fits(period, self.calendar, self.interval, self.pooled_years)


def checked(definition: Definition) -> Definition:
    """A definition whose parts fit together, unchanged. Raises BadSetup naming the field.

    For the moment a definition is given; one already recorded is taken as it is.
    """
    for field, fault in _faults(definition):
        if fault:
            raise BadSetup(fault, field=field)
    return definition


def _faults(definition: Definition) -> tuple[tuple[str, str], ...]:
    d = definition
    few, some = 0 <= d.decimals, d.decimals <= d.most_decimals <= MOST_DECIMALS
    has_interval = d.interval in INTERVALS[d.calendar]
    levels_missing = d.polarity is Polarity.PLAN and d.limits is None and not d.placeholder
    return (
        ("title", "" if d.title.strip() else "An indicator needs a title."),
        ("decimals", "" if few and some else "The decimal places shown or accepted are not 0–30."),
        ("multiplier", "" if d.multiplier > 0 else "The multiplier must be above zero."),
        ("interval", "" if has_interval else no_such(d.calendar, d.interval)),
        ("pooled_years", "" if d.pooled_years > 1 else "Pooled years are two or more."),
        ("due_lag_days", "" if d.due_lag_days >= 0 else "The due lag cannot be negative."),
        (
            "denominator",
            ""
            if bool(d.numerator) == bool(d.denominator)
            else "Say what both numerator and denominator count, or neither.",
        ),
        (
            "numerator",
            "A ratio needs a numerator and a denominator."
            if d.basis is Basis.RATIO and not d.has_parts
            else "",
        ),
        ("limits", "Plan-is-best needs its four limits." if levels_missing else ""),
        ("series_break_at", _series_fault(d)),
        (
            "proxy",
            "A proxy stands in for an indicator of a year or more, between its outturns."
            if d.proxy and d.interval not in (Interval.YEAR, Interval.POOLED)
            else "",
        ),
    )


def _series_fault(definition: Definition) -> str:
    code = definition.series_break_at
    if not code:
        return ""
    try:
        period = parse_code(code)
    except UnknownPeriod as unknown:
        return unknown.detail
    if definition.measures(period):
        return ""
    return "The series break is not one of the indicator's periods."
