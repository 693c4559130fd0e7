"""What is known of other areas for one indicator: the fold of its events."""

from collections.abc import Iterator
from typing import NamedTuple, Optional
from uuid import UUID

from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn
from ledger.event import Recorded
from ledger.indicator.events import Entry
from ledger.indicator.state import Key, key_of


class HeldElsewhere(NamedTuple):
    """A value of another area: the entry that holds, the load it came from, and what held before.

    What held before is kept, since a load that is taken back uncovers it.
    """

    position: int
    index: int  # type: ignore[assignment] # the field's word; nobody looks up a place in one
    entry: Entry
    load: str
    before: Optional["HeldElsewhere"]

    @property
    def name(self) -> str:
        """The entry's name: position and index."""
        return f"{self.position}.{self.index}"

    @property
    def signature(self) -> None:
        """Nobody of the agreement vouches for a figure of another area."""
        return None


class Comparators:
    """The other areas of one indicator as folded so far. Owned by whoever folds them."""

    __slots__ = ("entries", "id", "position", "version")

    def __init__(self, stream: UUID) -> None:
        self.id = stream
        self.version = 0
        self.position = 0
        self.entries: dict[Key, HeldElsewhere] = {}


def evolve(state: Comparators, recorded: Recorded) -> tuple[Key, ...]:
    """Fold one event into the state; answer the keys whose values changed."""
    state.version = recorded.originator_version
    state.position = recorded.position
    match recorded.event:
        case ComparatorsReleased() as event:
            return _released(state, recorded.position, event)
        case ComparatorsWithdrawn() as event:
            return _withdrawn(state, event.load)
        case _:
            return ()


def _released(state: Comparators, position: int, event: ComparatorsReleased) -> tuple[Key, ...]:
    entries, load = state.entries, event.source.load
    keys = tuple(map(key_of, event.entries))
    for index, (key, entry) in enumerate(zip(keys, event.entries, strict=True)):
        entries[key] = HeldElsewhere(position, index, entry, load, entries.get(key))
    return keys


def _withdrawn(state: Comparators, load: str) -> tuple[Key, ...]:
    """Take out what a load brought, also where something later covers it: it never comes back.

    The first of several events of one withdrawal does it all.
    """
    changed = []
    for key, held in list(state.entries.items()):
        left = without(held, load)
        if left is held:
            continue
        if left is None:
            del state.entries[key]
        else:
            state.entries[key] = left
        if held.load == load:
            changed.append(key)
    return tuple(changed)


def without(held: HeldElsewhere, load: str) -> HeldElsewhere | None:
    """What holds without the entries of a load; the same where none of them is of it."""
    kept = [one for one in layers(held) if one.load != load]
    if kept and len(kept) == sum(1 for _ in layers(held)):
        return held
    below: HeldElsewhere | None = None
    for one in reversed(kept):
        below = one._replace(before=below)
    return below


def layers(held: HeldElsewhere | None) -> Iterator[HeldElsewhere]:
    """The entry that holds, the one it covers, and so on down."""
    while held is not None:
        yield held
        held = held.before
