"""What the rows of a file that differ only in their area have in common."""

from collections.abc import Mapping

from ledger.indicator.events import Correction, Entry
from ledger.indicator.state import Held, Indicator, Key
from policies.definition import Definition


class Writing:
    """What a file writes of one indicator, in the order of its rows. Grows while it is read.

    ``notes`` are the texts of notes to store; an entry names them by digest once that is done.
    """

    __slots__ = ("corrections", "new", "notes")

    def __init__(self) -> None:
        self.new: list[Entry] = []
        self.corrections: list[Correction] = []
        self.notes: dict[Key, str] = {}


class Slice:
    """One indicator, period and breakdown of a file: its areas, each in the row it first had.

    ``held`` is what the ledger has of the indicator. The counts are those of the rows that write
    a figure: ``compared`` where the period before has one too, ``same`` those that equal it.
    """

    __slots__ = (
        "breakdown",
        "breakdown_key",
        "compared",
        "definition",
        "held",
        "indicator",
        "period",
        "rows",
        "same",
        "writing",
    )

    def __init__(
        self, indicator: str, period: str, breakdown: dict[str, str], breakdown_key: str,
        fold: Indicator, definition: Definition, writing: Writing,
    ) -> None:  # fmt: skip
        self.indicator = indicator
        self.period = period
        self.breakdown = breakdown
        self.breakdown_key = breakdown_key
        self.definition = definition
        self.held: Mapping[Key, Held] = fold.entries
        self.writing = writing
        self.rows: dict[str, int] = {}
        self.compared = 0
        self.same: list[int] = []


class Slices:
    """All slices of a file, and what it writes of each indicator."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, str, str], Slice] = {}  # by indicator, period, breakdown
        self.writing: dict[str, Writing] = {}

    def of(self, indicator: str, entry: Entry, breakdown_key: str, fold: Indicator) -> Slice:
        """The slice that an entry belongs to."""
        key = (indicator, entry.period, breakdown_key)
        found = self.all.get(key)
        if found is None:
            assert fold.definition is not None
            writing = self.writing.setdefault(indicator, Writing())
            found = Slice(
                indicator, entry.period, entry.breakdown, breakdown_key, fold, fold.definition,
                writing,
            )  # fmt: skip
            self.all[key] = found
        return found

    def holds(self, indicator: str, key: Key) -> bool:
        """Whether the file has a row of a key."""
        found = self.all.get((indicator, key.period, key.breakdown))
        return found is not None and key.area in found.rows
