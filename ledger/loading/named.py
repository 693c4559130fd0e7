"""Which indicator each row of a file names, in the file's own words, to count them by."""

from array import array
from collections import Counter
from collections.abc import Iterable

import msgspec

from ledger.load.events import RowCounts
from ledger.loading.columns import Columns
from ledger.loading.table import NumberedRow
from policies.texts import cut

MOST_NAMES = 1000  # a list for a person to read; what is beyond goes together
MOST_NAME = 200  # characters: publishers' titles are long, and differ at their ends
OTHERS = "(others)"


class NamedCounts(msgspec.Struct, frozen=True):
    """How the rows ended that name an indicator, in the file's words.

    ``refused`` counts those that make the load answer no; None in what was kept before they were
    counted. ``recorded`` counts the missing ones that a commit would record.
    """

    indicator: str
    counts: RowCounts
    refused: int | None = None
    recorded: int = 0


class Named:
    """The indicator of each row by its place among the rows. Grows while they are read."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._place = columns.places.get("indicator")
        self._numbers: dict[str, int] = {}
        self._rows = array("H")

    def note(self, block: Iterable[NumberedRow]) -> None:
        """Take the next rows."""
        place = self._place
        if place is None:
            constant = self._columns.mapping.constants.get("indicator", "")
            names = [constant for _ in block]
        else:
            names = [cells[place].strip() if place < len(cells) else "" for _, cells in block]
        for name in dict.fromkeys(names):
            self._numbers.setdefault(name, min(len(self._numbers), MOST_NAMES))
        self._rows.extend(map(self._numbers.__getitem__, names))

    def counts(
        self,
        outcomes: Iterable[int],
        words: Iterable[str],
        refused: Iterable[int],
        marks: Iterable[int],
    ) -> tuple[NamedCounts, ...]:
        """How the rows of each name ended, in the order of the file. ``words`` are the outcomes by
        the number that stands for each in ``outcomes``; ``refused`` are places of rows, and
        ``marks`` those of missing marks that are recorded."""
        fields = tuple(words)
        failing, recorded = (
            Counter(map(self._rows.__getitem__, places)) for places in (refused, marks)
        )
        found = Counter(zip(self._rows, outcomes, strict=True))
        names = [OTHERS] * (MOST_NAMES + 1)
        for name, number in reversed(self._numbers.items()):
            names[number] = name if number < MOST_NAMES else OTHERS
        by_number: dict[int, dict[str, int]] = {}
        for (number, outcome), rows in found.items():
            by_number.setdefault(number, {})[fields[outcome]] = rows
        return tuple(
            NamedCounts(
                cut(names[number], MOST_NAME),
                RowCounts(**counts),
                failing[number],
                recorded[number],
            )
            for number, counts in sorted(by_number.items())
        )
