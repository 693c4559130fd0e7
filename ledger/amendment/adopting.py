"""What an approved amendment records in the streams it changes."""

from collections.abc import Iterable, Mapping

import msgspec

from ledger.agreement.events import POLICIES, PolicyAdopted
from ledger.amendment.bound import indicators_of
from ledger.amendment.events import Changes, PolicyChange
from ledger.event import Event
from ledger.indicator.events import IndicatorRedefined, IndicatorRetired, TargetsAmended
from ledger.indicator.state import Indicator
from policies.definition import Definition
from policies.periods import Period, first_beginning, parse_code


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


def definitions_after(
    several: Iterable[Changes], indicators: Mapping[str, Indicator]
) -> dict[str, Definition]:
    """The definitions of indicators once all of these changes are approved.

    An indicator retires from one of the periods it has then, in whichever order they are approved.
    """
    held = {code: state.definition for code, state in indicators.items() if state.definition}
    return held | {one.indicator: one.definition for each in several for one in each.definitions}


def first_of(changes: Changes, definition: Definition) -> Period:
    """The first of an indicator's periods that begins in or after the effective one."""
    d = definition
    begins = parse_code(changes.effective_from).start
    return first_beginning(begins, d.calendar, d.interval, d.pooled_years)


def effects_of(changes: Changes, amendment: int, definitions: Mapping[str, Definition]) -> Effects:
    """What approving these changes records: definitions before targets, which may rest on them.

    ``definitions`` are those that hold once everything is approved, by indicator.
    """
    return Effects(
        {
            code: _of_indicator(changes, amendment, code, definitions)
            for code in indicators_of(changes)
        },
        tuple(adoption_of(change, amendment) for change in changes.policies),
    )


def _of_indicator(
    changes: Changes, amendment: int, code: str, definitions: Mapping[str, Definition]
) -> tuple[Event, ...]:
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
    events += [
        IndicatorRetired(from_period=first_of(changes, definitions[code]).code, amendment=amendment)
        for change in changes.retirements
        if change.indicator == code
    ]
    return tuple(events)
