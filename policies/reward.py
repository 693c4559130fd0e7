"""What is paid on stretch targets: the settings, and what each sub-target earns under them.

Achievement p = (outturn − without) ÷ (with − without). The same facts can be paid under several
settings side by side. Source: the rules of judgement, 10.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

import msgspec

from policies.definition import Definition, Polarity
from policies.numbers import exact_text, round_half_up, to_text
from policies.rag import Step
from policies.refusals import BadPolicy

_NOTHING = Fraction(0)
_PENCE = 2  # decimals of pounds


class RewardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How stretch targets are paid, as a body adopts it.

    ``pot`` is in pounds. Below ``threshold`` of the stretch nothing is paid, above ``cap`` no more
    than that. ``share_paid`` is what was paid of what was earned: 1, or 0.5 where half was paid,
    or 0 where it was cancelled. ``on_account`` is the share of a sub-target's part that is paid
    when an interim level is reached. ``weights`` are by indicator code: one that is not named
    weighs nothing; without any, all weigh the same. Raises BadPolicy.
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


class SubTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch target in one area: its last period, the two performances, and the figures.

    ``outturn`` is the judged figure of that period, None while there is none, and ``marks`` are
    those beside it. ``interim`` is the level of an earlier stretch target of the same indicator and
    area, where there is one, and ``interim_outturn`` the judged figure there.
    """

    indicator: str
    area: str
    period: str
    without: Decimal
    with_: Decimal
    outturn: Decimal | None = None
    interim: Decimal | None = None
    interim_outturn: Decimal | None = None
    marks: tuple[str, ...] = ()


class Reward(msgspec.Struct, frozen=True, kw_only=True):
    """What a sub-target earns: its part of the pot, and of that what is earned and paid, in pounds.

    ``achievement`` and ``share`` are None while there is no outturn, and so is ``earned``; what is
    then ``paid`` is what an interim level brought on account. ``steps`` is the working.
    """

    part: Decimal
    achievement: Fraction | None
    share: Fraction | None
    earned: Decimal | None
    on_account: Decimal
    paid: Decimal
    steps: tuple[Step, ...]


def is_stretch(without: Decimal, with_: Decimal, definition: Definition) -> bool:
    """Whether the one performance is a way beyond the other: not the same, and no worse one, since
    falling back would be paid then."""
    if definition.polarity is Polarity.SMALLER:
        return with_ < without
    return with_ > without if definition.polarity is Polarity.BIGGER else with_ != without


def turns_round(
    without: Decimal | None, with_: Decimal | None, held: Definition, given: Definition
) -> bool:
    """Whether a stretch by the definition that holds would, by another, be one to fall back."""
    if without is None or with_ is None:
        return False
    return is_stretch(without, with_, held) and not is_stretch(without, with_, given)


def achievement(outturn: Decimal, without: Decimal, with_: Decimal) -> Fraction | None:
    """p = (outturn − without) ÷ (with − without), exactly; None where the two are the same."""
    stretch = Fraction(with_) - Fraction(without)
    return (Fraction(outturn) - Fraction(without)) / stretch if stretch else None


def payable_share(p: Fraction, settings: RewardSettings) -> Fraction:
    """Nothing below the threshold, p from there on, and no more than the cap."""
    return _NOTHING if p < Fraction(settings.threshold) else min(p, Fraction(settings.cap))


def rewards(
    sub_targets: Iterable[SubTarget],
    definitions: Mapping[str, Definition],
    settings: RewardSettings,
) -> list[tuple[SubTarget, Reward]]:
    """What every sub-target earns under some settings, in the order given.

    The pot is divided among indicators by weight, and inside one equally among its sub-targets.
    """
    given = list(sub_targets)
    parts = _parts(given, settings)
    return [
        (one, _reward(one, part, definitions, settings))
        for one, part in zip(given, parts, strict=True)
    ]


def _parts(given: Sequence[SubTarget], settings: RewardSettings) -> Iterator[Fraction]:
    """What each sub-target is worth in pounds, to the penny.

    What they come to is rounded and not each of them, so that they add up to the pot: three parts
    of a third, each rounded up, would be more than there is to pay.
    """
    counts = Counter(one.indicator for one in given)
    weights = {code: _weight(code, settings) for code in counts}
    total = sum(weights.values(), _NOTHING) or Fraction(1)
    pot = Fraction(settings.pot)
    exact = (pot * weights[one.indicator] / total / counts[one.indicator] for one in given)
    so_far = (Fraction(round_half_up(up_to, _PENCE)) for up_to in accumulate(exact))
    return (after - before for before, after in pairwise((_NOTHING, *so_far)))


def _weight(code: str, settings: RewardSettings) -> Fraction:
    return Fraction(settings.weights.get(code, Decimal(0)) if settings.weights else 1)


def _reward(
    one: SubTarget,
    part: Fraction,
    definitions: Mapping[str, Definition],
    settings: RewardSettings,
) -> Reward:
    paid_of_earned = Fraction(settings.share_paid)
    steps = [Step("part of the pot", f"{_pounds(part)} of {_pounds(Fraction(settings.pot))}")]
    on_account = _NOTHING
    if _interim_reached(one, definitions[one.indicator]):
        on_account = part * Fraction(settings.on_account)
        steps.append(Step("on account", f"the interim level is reached: {_pounds(on_account)}"))
    p = None if one.outturn is None else achievement(one.outturn, one.without, one.with_)
    if p is None:
        why = "there is no outturn yet" if one.outturn is None else "there is no stretch to reach"
        steps.append(Step("achievement", f"none: {why}"))
        share, earned, due = None, None, on_account
    else:
        share = payable_share(p, settings)
        earned = due = part * share
        steps += _working(one, p, share, earned, settings)
    paid = due * paid_of_earned
    if paid_of_earned != 1:
        steps.append(Step("share paid", f"{to_text(settings.share_paid)} of it"))
    return Reward(
        part=round_half_up(part, _PENCE),
        achievement=p,
        share=share,
        earned=None if earned is None else round_half_up(earned, _PENCE),
        on_account=round_half_up(on_account, _PENCE),
        paid=round_half_up(paid, _PENCE),
        steps=(*steps, Step("paid", _pounds(paid))),
    )


def _working(
    one: SubTarget, p: Fraction, share: Fraction, earned: Fraction, settings: RewardSettings
) -> list[Step]:
    assert one.outturn is not None, "without an outturn there is no achievement"
    outturn, without, with_ = map(to_text, (one.outturn, one.without, one.with_))
    sums = f"({outturn} − {without}) ÷ ({with_} − {without}) = {exact_text(p)}"
    limits = f"threshold {to_text(settings.threshold)}, cap {to_text(settings.cap)}"
    return [
        Step("achievement", sums),
        Step("payable share", f"{exact_text(share)} ({limits})"),
        Step("earned", _pounds(earned)),
    ]


def _interim_reached(one: SubTarget, definition: Definition) -> bool:
    if one.interim is None or one.interim_outturn is None:
        return False
    if definition.polarity is Polarity.SMALLER:
        return one.interim_outturn <= one.interim
    return one.interim_outturn >= one.interim


def _pounds(amount: Fraction) -> str:
    return f"£{round_half_up(amount, _PENCE):,}"
