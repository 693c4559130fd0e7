"""What is paid on a stretch target: settings, and the share of a pot that an outturn earns."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from policies.refusals import BadPolicy


class RewardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How stretch targets are paid, as a body adopts it.

    ``pot`` is in pounds. Below ``threshold`` of the stretch nothing is paid, above ``cap`` no more
    than that. ``share_paid`` is what was paid of what was earned: 1, or 0.5 where half was paid,
    or 0 where it was cancelled. ``on_account`` is the share of a target's part that is paid when
    an interim level is reached. ``weights`` are by indicator code; all alike without them.
    Raises BadPolicy.
    """

    pot: Decimal
    threshold: Decimal = Decimal("0.6")
    cap: Decimal = Decimal(1)
    share_paid: Decimal = Decimal(1)
    on_account: Decimal = Decimal("0.2")
    weights: dict[str, Decimal] = {}

    def __post_init__(self) -> None:
        for name in ("pot", "threshold", "cap", "share_paid", "on_account"):
            given = getattr(self, name)
            if not (given.is_finite() and given >= 0):
                raise BadPolicy("This is a number of zero or more.", field=name)
        for name in ("share_paid", "on_account"):
            if getattr(self, name) > 1:
                raise BadPolicy("This is a share, at most 1.", field=name)
        if self.threshold > self.cap:
            raise BadPolicy("The threshold cannot be above the cap.", field="threshold")
        if any(not weight.is_finite() or weight < 0 for weight in self.weights.values()):
            raise BadPolicy("A weight is a number of zero or more.", field="weights")


def achievement(outturn: Decimal, without: Decimal, with_: Decimal) -> Fraction | None:
    """p = (outturn − without) ÷ (with − without), exactly; None where the two are the same.

    Source: the rules of judgement, 10.
    """
    stretch = Fraction(with_) - Fraction(without)
    if not stretch:
        return None
    return (Fraction(outturn) - Fraction(without)) / stretch


def payable_share(p: Fraction, settings: RewardSettings) -> Fraction:
    """Nothing below the threshold, p from there on, the cap above it."""
    if p < Fraction(settings.threshold):
        return Fraction(0)
    return min(p, Fraction(settings.cap))


def parts_of_pot(indicators: Mapping[str, int], settings: RewardSettings) -> dict[str, Fraction]:
    """What each sub-target of an indicator is worth in pounds.

    ``indicators`` has the number of sub-targets of each. The pot is divided among indicators by
    weight, equally without weights, and inside one equally among its sub-targets.
    """
    weights = {code: _weight(code, settings) for code in indicators}
    total = sum(weights.values(), Fraction(0))
    if not total:
        return dict.fromkeys(indicators, Fraction(0))
    return {
        code: Fraction(settings.pot) * weights[code] / total / count
        for code, count in indicators.items()
    }


def _weight(code: str, settings: RewardSettings) -> Fraction:
    if not settings.weights:
        return Fraction(1)
    return Fraction(settings.weights.get(code, Decimal(0)))
