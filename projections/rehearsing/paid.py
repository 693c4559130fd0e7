"""What a proposal would change of the reward on stretch targets."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger.agreement.state import Adopted
from policies.numbers import to_text
from projections.effects import RewardEffect
from projections.reading.rewards import sub_targets, under_policy
from projections.rehearsing.history import History
from projections.rehearsing.verdicts import Rulings

Amounts = dict[tuple[str, str, str, str], str]  # by policy, indicator, area and period


class Paying(NamedTuple):
    """What is recorded, the rules it is judged by, and the policies of reward."""

    history: History
    rulings: Rulings
    policies: Iterable[Adopted]


def paid_otherwise(before: Paying, after: Paying) -> tuple[RewardEffect, ...]:
    """Every sub-target that would be paid otherwise, by policy; each side has its own policies."""
    return tuple(_differences(_amounts(before), _amounts(after)))


def _amounts(side: Paying) -> Amounts:
    history = side.history
    given = list(
        sub_targets(history.indicators, history.stretches, history.cells, side.rulings.status)
    )
    return {
        (adopted.event.version, one.indicator, one.area, one.period): to_text(reward.paid)
        for adopted in side.policies
        for one, reward in under_policy(given, history.indicators, adopted)
    }


def _differences(first: Amounts, second: Amounts) -> Iterator[RewardEffect]:
    for key in dict.fromkeys((*first, *second)):
        before, after = first.get(key), second.get(key)
        if before != after:
            policy, indicator, area, period = key
            yield RewardEffect(
                policy=policy,
                indicator=indicator,
                area=area,
                period=period,
                before=before,
                after=after,
            )
