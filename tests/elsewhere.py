"""What publishers said of the other areas of an indicator: the plain way, one value at a time.

It makes the events of a release or of a withdrawal, and knows what holds after them.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec

from ledger.comparators.events import (
    ComparatorsReleased,
    ComparatorsWithdrawn,
    Released,
    Reverted,
)
from ledger.event import Event
from ledger.indicator.events import Entry, Source
from ledger.indicator.state import Key, key_of


class Known(NamedTuple):
    """A value of another area, its name, and the release that it came in."""

    name: str
    entry: Released
    source: Source


class Elsewhere:
    """The values of other areas of one indicator; for each key the last said is the last known."""

    def __init__(self, agreement: str, indicator: str) -> None:
        self._whose = {"agreement": agreement, "indicator": indicator}
        self._said: dict[Key, list[Known]] = {}
        self._gone: set[str] = set()

    @property
    def known(self) -> dict[Key, Known]:
        """What holds."""
        return {key: said[-1] for key, said in self._said.items() if said}

    def release(
        self, entries: Iterable[Entry], load: str, position: int, released_on: date | None = None
    ) -> tuple[Event, ...]:
        """The event of a release at a position; a value said before takes that one's place."""
        source = Source(f"{load or 'typed'}.csv", "00" * 32, released_on, load)
        known = self.known
        told = []
        for entry in {key_of(entry): entry for entry in entries}.values():
            fields = {name: getattr(entry, name) for name in Entry.__struct_fields__}
            before = known.get(key_of(entry))
            told.append(Released(**fields, replaces=before.name if before else ""))
        for index, entry in enumerate(told):
            said = self._said.setdefault(key_of(entry), [])
            said.append(Known(f"{position}.{index}", entry, source))
        if not told:
            return ()
        return (ComparatorsReleased(**self._whose, entries=tuple(told), source=source),)

    def withdraw(self, load: str, reason: str) -> tuple[Event, ...]:
        """The event of a withdrawal: what the load said goes, what was said before it returns."""
        self._gone.add(load)
        names, reverted = [], []
        for key, known in self.known.items():
            if known.source.load != load:
                continue
            said = self._said[key]
            while said and said[-1].source.load in self._gone:
                said.pop()
            if not said:
                names.append(known.name)
                continue
            fields = msgspec.structs.asdict(said[-1].entry)
            reverted.append(Reverted(**fields, name=said[-1].name, withdraws=known.name))
        if not names and not reverted:
            return ()
        return (
            ComparatorsWithdrawn(
                **self._whose,
                load=load,
                reason=reason,
                entries=tuple(names),
                reverted=tuple(reverted),
            ),
        )
