"""What a file or a withdrawal changes of other areas' values, as events. Pure functions."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from ledger.comparators.events import (
    ComparatorsReleased,
    ComparatorsWithdrawn,
    Released,
    Reverted,
)
from ledger.comparators.state import Comparators, HeldElsewhere, layers, without
from ledger.indicator.events import MOST_ENTRIES, Correction, Entry, Source

T = TypeVar("T")
_ENTRY_FIELDS = Entry.__struct_fields__


class TakenBackElsewhere(NamedTuple):
    """The events that take a load back, and how many entries each way.

    ``kept`` are those that a later release had revised, which stays as it is.
    """

    events: tuple[ComparatorsWithdrawn, ...]
    withdrawn: int
    reverted: int
    kept: int


def release(
    agreement: str, indicator: str, entries: Sequence[Entry], source: Source
) -> list[ComparatorsReleased]:
    """The events of values that are new or say otherwise than before, the latter corrections.

    None of the events has more entries than an event may have.
    """
    return [
        ComparatorsReleased(
            agreement=agreement,
            indicator=indicator,
            entries=tuple(map(_released, part)),
            source=source,
        )
        for part in _parts(entries)
    ]


def take_back(
    state: Comparators, agreement: str, indicator: str, load: str, reason: str
) -> TakenBackElsewhere:
    """What takes a load back: its values that still hold go, and those before hold again."""
    withdrawn: list[str] = []
    reverted: list[Reverted] = []
    brought = 0
    for held in state.entries.values():
        brought += sum(one.load == load for one in layers(held))
        if held.load != load:
            continue
        before = without(held, load)
        if before is None:
            withdrawn.append(held.name)
        else:
            reverted.append(_reverted(before, held.name))
    events = [
        ComparatorsWithdrawn(
            agreement=agreement, indicator=indicator, load=load, reason=reason, entries=tuple(part)
        )
        for part in _parts(withdrawn)
    ]
    events += [
        ComparatorsWithdrawn(
            agreement=agreement, indicator=indicator, load=load, reason=reason, reverted=tuple(part)
        )
        for part in _parts(reverted)
    ]
    if brought and not events:  # all of it is covered, and must not come back
        events.append(
            ComparatorsWithdrawn(agreement=agreement, indicator=indicator, load=load, reason=reason)
        )
    kept = brought - len(withdrawn) - len(reverted)
    return TakenBackElsewhere(tuple(events), len(withdrawn), len(reverted), kept)


def _released(entry: Entry) -> Released:
    replaces = entry.replaces if isinstance(entry, Correction) else ""
    return Released(**{name: getattr(entry, name) for name in _ENTRY_FIELDS}, replaces=replaces)


def _reverted(held: HeldElsewhere, withdraws: str) -> Reverted:
    entry = held.entry
    return Reverted(
        **{name: getattr(entry, name) for name in _ENTRY_FIELDS},
        withdraws=withdraws,
        name=held.name,
        replaces=entry.replaces if isinstance(entry, Released) else "",
    )


def _parts(entries: Sequence[T]) -> list[Sequence[T]]:
    return [entries[start : start + MOST_ENTRIES] for start in range(0, len(entries), MOST_ENTRIES)]
