"""Judged figure, target and margins → exceeding, green, amber or red.

The distance d is (actual − target) ÷ |target| on a relative basis, actual − target on an absolute
one, turned round for smaller-is-better. Worse than the floor is red; then d ≥ exceed margin is
exceeding, d ≥ −green margin green, d ≥ −amber margin amber, anything else red.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import msgspec

from policies.definition import Definition, MarginOverride, Polarity
from policies.numbers import EXACT, exact_text, to_text
from policies.refusals import BadPolicy, RelativeBasisZeroTarget

NOT_JUDGEABLE = "not-judgeable"
_ZERO, _ONE = Decimal(0), Decimal(1)
# Asked for at every judgement: looking a member up takes longer than comparing with it.
_PLAN, _NEUTRAL, _SMALLER = Polarity.PLAN, Polarity.NEUTRAL, Polarity.SMALLER


class Status(StrEnum):
    """How a judged figure stands against its target, best first."""

    EXCEEDING = "exceeding"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class RagSettings(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The status policy a body adopts.

    Margins are shares on a relative basis (0.05 is 5%) and in the indicator's unit on an absolute
    one. ``floor`` is in the unit: a figure worse than it is red whatever the target.
    ``judge``: only signed-off values, or every submitted one. ``least_coverage`` is the share of
    the parts of a larger area, 0 to 1, that must have a figure before what they come to is judged.
    Raises BadPolicy.
    """

    amber_margin: Decimal
    basis: Literal["relative", "absolute"] = "relative"
    green_margin: Decimal = _ZERO
    exceed_margin: Decimal | None = None
    judge: Literal["signed-only", "submitted"] = "submitted"
    floor: Decimal | None = None
    least_coverage: Decimal = _ONE

    def __post_init__(self) -> None:
        for name in ("amber_margin", "green_margin", "exceed_margin"):
            margin = getattr(self, name)
            if margin is not None and not (margin.is_finite() and margin >= 0):
                raise BadPolicy("A margin is a number of zero or more.", field=name)
        if self.floor is not None and not self.floor.is_finite():
            raise BadPolicy("The floor is a number.", field="floor")
        if not (self.least_coverage.is_finite() and _ZERO <= self.least_coverage <= _ONE):
            raise BadPolicy("The least coverage is a share, 0 to 1.", field="least_coverage")
        if self.green_margin > self.amber_margin:
            raise BadPolicy(
                "The green margin cannot be wider than the amber margin.", field="green_margin"
            )


class Step(msgspec.Struct, frozen=True):
    """One line of a working: what was looked at, and what it came to."""

    label: str
    working: str


def effective(settings: RagSettings, definition: Definition) -> RagSettings:
    """The policy's settings with the definition's own in their place.

    Where the definition brings another basis, the policy's green and exceed margins are not
    carried over, since a share is not a number of units. Raises BadPolicy when the two together
    make no sense.
    """
    if definition.margins is None:
        return settings
    return _overridden(settings, definition.margins)


@lru_cache(maxsize=1024)
def _overridden(settings: RagSettings, margins: MarginOverride) -> RagSettings:
    given = {
        name: value for name, value in msgspec.structs.asdict(margins).items() if value is not None
    }
    if given.get("basis", settings.basis) != settings.basis:
        given = {"green_margin": _ZERO, "exceed_margin": None} | given
    return msgspec.structs.replace(settings, **given)


def check_target(level: Decimal, definition: Definition, settings: RagSettings) -> None:
    """Refuse a target that could never be judged.

    Raises RelativeBasisZeroTarget, and BadPolicy as ``effective`` does.
    """
    judged_by_target = definition.polarity in (Polarity.BIGGER, Polarity.SMALLER)
    if judged_by_target and not level and effective(settings, definition).basis == "relative":
        raise RelativeBasisZeroTarget(field="level")


def status_of(
    judged: Decimal, target: Decimal | None, definition: Definition, settings: RagSettings
) -> Status | None:
    """The status of a judged figure, or None when it cannot be judged.

    It cannot be judged with a zero target on a relative basis, without a target (plan-is-best:
    without limits), with neutral polarity, or under margins that contradict each other.
    ``settings`` are the policy's; the definition's own are applied here.
    """
    polarity = definition.polarity
    if polarity is _PLAN:
        return _inside_limits(judged, definition)
    if target is None or polarity is _NEUTRAL:
        return None
    if definition.margins is not None:
        try:
            settings = _overridden(settings, definition.margins)
        except BadPolicy:
            return None
    if settings.basis == "relative" and not target:
        return None
    if settings.floor is not None and is_worse(judged, settings.floor, polarity):
        return Status.RED
    return _against_target(judged, target, polarity is _SMALLER, settings)


def is_worse(judged: Decimal, than: Decimal, polarity: Polarity) -> bool:
    """Whether a figure is worse than another, where bigger or smaller is better."""
    return judged > than if polarity is _SMALLER else judged < than


def _inside_limits(judged: Decimal, definition: Definition) -> Status | None:
    limits = definition.limits
    if limits is None:
        return None
    if limits.low_amber <= judged <= limits.high_amber:
        return Status.GREEN
    if limits.low_red <= judged <= limits.high_red:
        return Status.AMBER
    return Status.RED


def _against_target(
    judged: Decimal, target: Decimal, smaller: bool, settings: RagSettings
) -> Status:
    """The tests in order. Instead of dividing by the target, each margin is multiplied by it."""
    ahead = EXACT.subtract(target, judged) if smaller else EXACT.subtract(judged, target)
    if ahead >= _ZERO and settings.exceed_margin is None:
        return Status.GREEN
    scale = target.copy_abs() if settings.basis == "relative" else _ONE
    exceed = settings.exceed_margin
    if exceed is not None and ahead >= EXACT.multiply(exceed, scale):
        return Status.EXCEEDING
    if ahead >= EXACT.multiply(settings.green_margin, scale).copy_negate():
        return Status.GREEN
    if ahead >= EXACT.multiply(settings.amber_margin, scale).copy_negate():
        return Status.AMBER
    return Status.RED


def explain(
    judged: Decimal, target: Decimal | None, definition: Definition, settings: RagSettings
) -> tuple[Step, ...]:
    """The same decision as ``status_of``, test by test, in sentences.

    The last step is labelled ``status`` and says its word, or ``not-judgeable``.
    """
    if definition.polarity is Polarity.PLAN:
        return _explain_limits(judged, definition)
    if target is None or definition.polarity is Polarity.NEUTRAL:
        return (Step("target", "nothing to judge against"), Step("status", NOT_JUDGEABLE))
    try:
        settings = effective(settings, definition)
    except BadPolicy as refusal:
        return (Step("margins", refusal.detail), Step("status", NOT_JUDGEABLE))
    return _explain_target(judged, target, definition, settings)


def _explain_limits(judged: Decimal, definition: Definition) -> tuple[Step, ...]:
    limits = definition.limits
    if limits is None:
        return (Step("limits", "none are set"), Step("status", NOT_JUDGEABLE))
    steps = []
    for status, low, high in (
        (Status.GREEN, limits.low_amber, limits.high_amber),
        (Status.AMBER, limits.low_red, limits.high_red),
    ):
        inside = low <= judged <= high
        steps.append(
            Step(
                f"{status}?",
                f"{to_text(judged)} is {'inside' if inside else 'outside'} "
                f"{to_text(low)} to {to_text(high)} (limits included): {_yes(inside)}",
            )
        )
        if inside:
            return (*steps, Step("status", status.value))
    return (*steps, Step("status", Status.RED.value))


def _explain_target(
    judged: Decimal, target: Decimal, definition: Definition, settings: RagSettings
) -> tuple[Step, ...]:
    smaller, relative = definition.polarity is Polarity.SMALLER, settings.basis == "relative"
    if relative and not target:
        why = "a distance from a target of zero has no percentage"
        return (Step("distance", why), Step("status", NOT_JUDGEABLE))
    steps = []
    if settings.floor is not None:
        below = is_worse(judged, settings.floor, definition.polarity)
        floor = f"{to_text(judged)} against a floor of {to_text(settings.floor)}"
        steps.append(Step("worse than the floor?", f"{floor}: {_yes(below)}"))
        if below:
            return (*steps, Step("status", Status.RED.value))
    distance = Fraction(judged) - Fraction(target)
    working = f"{to_text(judged)} − {to_text(target)}"
    if relative:
        distance /= abs(Fraction(target))
        working = f"({working}) ÷ {to_text(target.copy_abs())}"
    if smaller:
        distance, working = -distance, f"−({working}), since smaller is better"
    steps.append(Step("distance", f"d = {working} = {exact_text(distance)}"))
    return (*steps, *_explain_margins(distance, settings))


def _explain_margins(distance: Fraction, settings: RagSettings) -> tuple[Step, ...]:
    exceed = settings.exceed_margin
    tests = [] if exceed is None else [(Status.EXCEEDING, exceed)]
    tests += [
        (Status.GREEN, settings.green_margin.copy_negate()),
        (Status.AMBER, settings.amber_margin.copy_negate()),
    ]
    steps = []
    for status, limit in tests:
        reached = distance >= Fraction(limit)
        steps.append(Step(f"{status}?", f"d ≥ {to_text(limit)}: {_yes(reached)}"))
        if reached:
            return (*steps, Step("status", status.value))
    return (*steps, Step("status", Status.RED.value))


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"
