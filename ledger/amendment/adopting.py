"""What an approved amendment records in the streams it changes."""

import msgspec

from ledger.agreement.events import POLICIES, PolicyAdopted
from ledger.amendment.bound import indicators_of
from ledger.amendment.events import Changes, PolicyChange
from ledger.event import Event
from ledger.indicator.events import IndicatorRedefined, TargetsAmended


class Effects(msgspec.Struct, frozen=True):
    """The events of an approval: by indicator, and of the agreement."""

    indicators: dict[str, tuple[Event, ...]]
    agreement: tuple[Event, ...]


def adoption_of(change: PolicyChange, amendment: int) -> PolicyAdopted:
    """The adoption of a version of rules, by the number of the amendment."""
    return POLICIES[change.kind](
        version=change.version,
        effective_from=change.effective_from,
        settings=getattr(change, change.kind),
        amendment=amendment,
    )


def effects_of(changes: Changes, amendment: int) -> Effects:
    """What approving these changes records: definitions before targets, which may rest on them."""
    return Effects(
        {code: _of_indicator(changes, amendment, code) for code in indicators_of(changes)},
        tuple(adoption_of(change, amendment) for change in changes.policies),
    )


def _of_indicator(changes: Changes, amendment: int, code: str) -> tuple[Event, ...]:
    events: list[Event] = [
        IndicatorRedefined(definition=change.definition, amendment=amendment)
        for change in changes.definitions
        if change.indicator == code
    ]
    targets = tuple(change.target for change in changes.targets if change.indicator == code)
    if targets:
        events.append(
            TargetsAmended(
                amendment=amendment, effective_from=changes.effective_from, targets=targets
            )
        )
    return tuple(events)
