"""What the rows of a file that differ only in their area have in common."""

from collections.abc import Collection, Mapping
from typing import cast

import msgspec

from ledger.indicator.events import Correction, Entry
from ledger.indicator.state import Key, breakdown_key, key_of
from ledger.loading.whose import HeldByKey, Holding
from policies.definition import Definition


class Writing:
    """What a file writes of one indicator, in the order of its rows. Grows while it is read.

    ``notes`` are the texts of notes to store; an entry names them by digest once that is done.
    """

    __slots__ = ("corrections", "new", "notes")

    def __init__(self) -> None:
        self.new: list[Entry] = []  # the one list for good: others add to it
        self.corrections: list[Correction] = []
        self.notes: dict[Key, str] = {}

    def write(self, entry: Entry, replaces: str, note: str) -> Entry:
        """Take an entry as new, or as the correction of the one it names; answer what it became."""
        if note:
            self.notes[key_of(entry)] = note
        if not replaces:
            self.new.append(entry)
            return entry
        correction = Correction(**msgspec.structs.asdict(entry), replaces=replaces)
        self.corrections.append(correction)
        return correction

    def drop(self, entries: Collection[Entry]) -> None:
        """Take entries back, the very ones."""
        gone = {id(entry) for entry in entries}
        self.new[:] = [entry for entry in self.new if id(entry) not in gone]
        self.corrections[:] = [entry for entry in self.corrections if id(entry) not in gone]
        for entry in entries:
            self.notes.pop(key_of(entry), None)


class Slice:
    """One indicator, period and breakdown of a file: its areas, each with the first row it has.

    ``held`` is what the ledger has of the indicator.
    """

    __slots__ = (
        "breakdown",
        "breakdown_key",
        "definition",
        "held",
        "indicator",
        "period",
        "rows",
        "writing",
    )

    def __init__(
        self,
        indicator: str,
        entry: Entry,
        definition: Definition,
        held: HeldByKey,
        writing: Writing,
    ) -> None:
        self.indicator = indicator
        self.period = entry.period
        self.breakdown = entry.breakdown
        self.breakdown_key = breakdown_key(entry.breakdown)
        self.definition = definition
        # A Key equals the plain tuple of its parts, which is made in half the time.
        self.held = cast(Mapping[tuple[str, str, str], Holding], held)
        self.writing = writing
        self.rows: dict[str, int] = {}


class Slices:
    """All slices of a file, and what it writes of each indicator."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, str, str], Slice] = {}  # by indicator, period, breakdown
        self.writing: dict[str, Writing] = {}

    def of(self, indicator: str, entry: Entry, definition: Definition, held: HeldByKey) -> Slice:
        """The slice that an entry belongs to."""
        key = (indicator, entry.period, breakdown_key(entry.breakdown))
        found = self.all.get(key)
        if found is None:
            writing = self.writing.setdefault(indicator, Writing())
            found = self.all[key] = Slice(indicator, entry, definition, held, writing)
        return found

    def holds(self, indicator: str, key: Key) -> bool:
        """Whether the file has a row of a key."""
        return self.place(indicator, key) is not None

    def place(self, indicator: str, key: Key) -> int | None:
        """The first row of a key, by its place; None where the file has none."""
        found = self.all.get((indicator, key.period, key.breakdown))
        return None if found is None else found.rows.get(key.area)
