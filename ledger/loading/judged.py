"""What became of every row of a file: a byte a row, and words only where something is to be said.

The texts of the rows are not kept: they are read again from the file where a person looks at them.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import overload

from ledger.loading.outcomes import CONFLICTING, Counts, Outcome, RowOutcome, RowWarning, told_of
from ledger.loading.quality import Compared, about
from ledger.loading.table import Table
from ledger.loading.whose import Holding

OUTCOMES = tuple(Outcome)
BYTES = {outcome: byte for byte, outcome in enumerate(OUTCOMES)}
_NEW, _UNCHANGED = BYTES[Outcome.NEW], BYTES[Outcome.UNCHANGED]
REPLACES = frozenset({Outcome.CORRECTION, Outcome.MISSING})
FAILING = (Outcome.DUPLICATE, Outcome.INVALID, Outcome.REJECTED)


class Judged:
    """The judgement of each row by its place among the rows, from 0. Grows while they are read.

    ``held`` is the entry of the ledger that the row replaces, or that says what it says; None where
    there is none, or where the row leaves it as it is. ``said`` is a code and a sentence;
    ``warned`` the places by code of warning, with what was compared where the sentence tells it.
    ``marked`` are the places at which a missing mark is to be recorded, unless they were judged
    otherwise since.
    """

    __slots__ = ("_same", "held", "marked", "numbers", "outcomes", "said", "warned")

    def __init__(self) -> None:
        self.numbers = array("I")
        self.outcomes = bytearray()
        self.held: list[Holding | None] = []  # a reference a row: the entries are the ledger's own
        self.said: dict[int, tuple[str, str]] = {}
        self.warned: dict[str, dict[int, Compared | None]] = {}
        self.marked: list[int] = []
        self._same: dict[tuple[str, str], tuple[str, str]] = {}

    def enter(self, numbers: Sequence[int]) -> int:
        """Enter the next rows, all as new until one is judged otherwise; answers the first place.

        Together, because most rows of most files are new and then nothing more is to be noted.
        """
        first = len(self.numbers)
        self.numbers.extend(numbers)
        self.outcomes.extend(bytes((_NEW,)) * len(numbers))
        self.held.extend([None] * len(numbers))
        return first

    def judge(
        self,
        place: int,
        outcome: Outcome,
        code: str = "",
        detail: str = "",
        held: Holding | None = None,
    ) -> None:
        """Judge a row that was entered, instead of what it was taken for."""
        self.outcomes[place] = BYTES[outcome]
        self.held[place] = held
        if code or detail:
            self.say(place, code, detail)

    def keep(self, place: int, held: Holding) -> None:
        """Judge a row as unchanged: it says what the ledger holds."""
        self.outcomes[place] = _UNCHANGED
        self.held[place] = held

    def say(self, place: int, code: str, detail: str) -> None:
        """Give a row its code and sentence; the same words are kept once."""
        words = (code, detail)
        self.said[place] = self._same.setdefault(words, words)

    def replaced(self, place: int) -> tuple[str, str]:
        """The name of the entry whose place a row takes, and what it says; "" where none."""
        held = self.held[place] if OUTCOMES[self.outcomes[place]] in REPLACES else None
        return (held.name, told_of(held.entry)) if held else ("", "")

    def counts(self) -> Counts:
        """How many rows had each outcome."""
        return Counts(
            **{outcome.value: self.outcomes.count(byte) for outcome, byte in BYTES.items()}
        )

    def codes(self) -> dict[str, int]:
        """How many rows have each code, the most frequent first."""
        found = Counter(code for code, _ in self.said.values() if code)
        return dict(found.most_common())

    @property
    def fails(self) -> bool:
        """Whether any row was invalid, rejected or a conflicting duplicate."""
        return any(True for _ in self.failing())

    def failing(self) -> Iterator[int]:
        """The places of the rows that make a load answer no."""
        return chain.from_iterable(map(self._failing, FAILING))

    def first_failing(self, most: int) -> dict[Outcome, list[int]]:
        """The first rows of each outcome that makes a load answer no: so many of each code, since
        a rule that refused few rows is told of beside one that refused many."""
        first = {outcome: list(self._first_of_codes(outcome, most)) for outcome in FAILING}
        return {outcome: places for outcome, places in first.items() if places}

    def _first_of_codes(self, outcome: Outcome, most: int) -> Iterator[int]:
        found: Counter[str] = Counter()
        for place in self._failing(outcome):
            code = self.said[place][0]
            found[code] += 1
            if found[code] <= most:
                yield place

    def first_of(self, outcome: Outcome, most: int) -> list[int]:
        """The places of the first rows with an outcome."""
        return list(islice(places_of(self.outcomes, outcome), most))

    def recorded_marks(self) -> list[int]:
        """The places at which a missing mark is to be recorded, first those where it takes the
        place of an entry."""
        missing = BYTES[Outcome.MISSING]
        places = [place for place in self.marked if self.outcomes[place] == missing]
        return sorted(places, key=lambda place: (self.held[place] is None, place))

    def _failing(self, outcome: Outcome) -> Iterator[int]:
        for place in places_of(self.outcomes, outcome):
            if outcome is not Outcome.DUPLICATE or self.said[place][0] == CONFLICTING:
                yield place


def places_of(outcomes: bytearray, outcome: Outcome) -> Iterator[int]:
    """The places of the rows with an outcome, in order."""
    byte, place = BYTES[outcome], -1
    while (place := outcomes.find(byte, place + 1)) >= 0:
        yield place


class RowOutcomes(Sequence[RowOutcome]):
    """Every row of a file with what became of it, in the order of the file."""

    def __init__(self, table: Table, judged: Judged) -> None:
        self._table = table
        self._judged = judged

    def __len__(self) -> int:
        return len(self._judged.numbers)

    def __iter__(self) -> Iterator[RowOutcome]:
        for place, number, cells in self._rows():
            yield self._outcome(place, number, cells)

    def _rows(self) -> Iterator[tuple[int, int, Sequence[str]]]:
        """The rows that were judged, by their numbers: others of the file were taken as blank."""
        place, numbers = 0, self._judged.numbers
        for number, cells in self._table.rows():
            if place < len(numbers) and numbers[place] == number:
                yield place, number, cells
                place += 1

    @overload
    def __getitem__(self, index: int) -> RowOutcome: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RowOutcome]: ...
    def __getitem__(self, index: int | slice) -> RowOutcome | Sequence[RowOutcome]:
        places = range(len(self))[index]
        if isinstance(places, int):
            return self.pick((places,))[places]
        picked = self.pick(places)
        return [picked[place] for place in places]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowOutcomes) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # as of any list

    def pick(self, places: Iterable[int]) -> dict[int, RowOutcome]:
        """Some rows by their place, in one reading that ends with the last of them."""
        wanted = frozenset(places)
        rows = islice(self._rows(), max(wanted, default=-1) + 1)
        return {
            place: self._outcome(place, number, cells)
            for place, number, cells in rows
            if place in wanted
        }

    def _outcome(self, place: int, number: int, cells: Sequence[str]) -> RowOutcome:
        judged = self._judged
        code, detail = judged.said.get(place, ("", ""))
        outcome = OUTCOMES[judged.outcomes[place]]
        warnings = tuple(
            RowWarning(warning, about(warning, places[place]))
            for warning, places in judged.warned.items()
            if place in places
        )
        replaces, was = judged.replaced(place)
        return RowOutcome(number, outcome, code, detail, tuple(cells), warnings, replaces, was)
