"""What becomes of every row: decided as it is read, against the ledger and the rows before it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.checks import check_entry
from ledger.indicator.decisions import same_figures
from ledger.indicator.events import Correction, Entry
from ledger.indicator.state import Indicator, Key, key_of
from ledger.loading.columns import Columns
from ledger.loading.judged import Judged
from ledger.loading.lookup import Found, Lookup
from ledger.loading.outcomes import Outcome, RefusedRow, refused
from ledger.loading.rows import RowReader
from ledger.loading.slices import Slice, Slices
from ledger.loading.table import NumberedRow, Table, TextRow
from ledger.loading.twins import Twins
from policies.definition import Definition
from policies.refusals import Refusal, Retired

Folds = Callable[[Iterable[str]], dict[str, Indicator]]
BLOCK = 10_000  # rows whose indicators are asked for together


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a file changes of one indicator, in the order of its rows.

    ``notes`` are the texts of notes to store; an entry names them by digest once that is done.
    """

    new: tuple[Entry, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: dict[Key, str] = {}


class Decision:
    """The rows of one file, decided one after the other. One thread, used once.

    ``entries`` are what the rows say, None for a refused one: for a row that repeats what the
    ledger holds it is the entry held there, so that nothing is kept twice. ``refused_keys`` are
    those of rows that could be read, and that a rule forbids.
    """

    def __init__(
        self, columns: Columns, agreement: Agreement, folds: Folds, today: date
    ) -> None:
        self.judged = Judged()
        self.slices = Slices()
        self.entries: list[Entry | None] = []
        self.indicators: dict[str, Indicator] = {}
        self.refused_keys: set[tuple[str, Key]] = set()
        self.fine: list[int] = []  # rows with more decimals than are judged by
        self._ask = folds
        self._definitions: dict[str, Definition] = {}
        self._columns = columns
        self._reader = RowReader(columns, self._definitions, agreement.areas.values())
        self._check = partial(check_entry, areas=agreement.areas, today=today)
        self._lookup = Lookup(columns, self._reader, self._check)
        self._twins = Twins()

    def decide(self, table: Table) -> None:
        """Give each row its one outcome. A row that is refused does not stop the others."""
        rows = table.rows()
        while block := list(islice(rows, BLOCK)):
            self._fold(self._reader.named(self._columns.texts("indicator", block)))
            find = self._lookup.find
            for number, cells in block:
                found = find(cells) or self._explained(number, cells)
                if found:
                    self._settle(number, found, cells)
        self._twins.resolve(self.judged, self.entries)

    def fold(self, codes: Iterable[str]) -> None:
        """Take the folds of indicators, those that there are."""
        fresh = self._ask(sorted(codes - self._asked))
