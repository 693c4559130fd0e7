"""What a proposal would change of the reward on stretch targets."""

from collections.abc import Iterable, Iterator

from ledger.agreement.state import Adopted
from policies.numbers import to_text
from projections.effects import RewardEffect
from projections.reading.rewards import sub_targets, under_policy
from projections.rehearsing.history import History

Amounts = dict[tuple[str, str, str, str], str]  # by policy, indicator, area and period


def paid_otherwise(
    before: tuple[History, Iterable[Adopted]], after: tuple[History, Iterable[Adopted]]
) -> tuple[RewardEffect, ...]:
    """Every sub-target that would be paid otherwise, by policy; each side has its own policies."""
    first, second = (_amounts(*side) for side in (before, after))
    return tuple(_differences(first, second))


def _amounts(history: History, policies: Iterable[Adopted]) -> Amounts:
    given = list(sub_targets(history.indicators, history.stretches, history.cells))
    return {
        (adopted.event.version, one.indicator, one.area, one.period): to_text(reward.paid)
        for adopted in policies
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
