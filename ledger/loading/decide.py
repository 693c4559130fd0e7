"""What becomes of every row: decided as it is read, against the ledger and the rows before it."""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.checks import check_entry, check_not_retired
from ledger.indicator.events import Correction, Entry
from ledger.indicator.figures import same_figures
from ledger.indicator.state import Indicator, Key, key_of
from ledger.loading.columns import Columns
from ledger.loading.judged import Judged
from ledger.loading.lookup import Found, Known, Lookup
from ledger.loading.named import Named
from ledger.loading.outcomes import Outcome, RefusedRow, refused
from ledger.loading.rows import RowReader
from ledger.loading.slices import Slices
from ledger.loading.table import NumberedRow, Table, TextRow
from ledger.loading.twins import Twins
from ledger.loading.whose import VALUES, Everywhere, HeldByKey, Holding, Whose, held_together
from ledger.memory import no_search_for_cycles
from policies.definition import Definition
from policies.refusals import Refusal

Folds = Callable[[Iterable[str]], dict[str, Indicator]]
BLOCK = 10_000  # rows whose indicators are asked for together
MOST_TITLES = 100  # indicators that are folded to say which of them a title is


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a file changes of one indicator, in the order of its rows.

    ``notes`` are the texts of notes to store; an entry names them by digest once that is done.
    """

    new: tuple[Entry, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: dict[Key, str] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.new or self.corrections)

    def within(self, areas: Container[str]) -> "Changes":
        """What of it is about some areas."""
        return self._of(lambda area: area in areas)

    def outside(self, areas: Container[str]) -> "Changes":
        """What of it is about others."""
        return self._of(lambda area: area not in areas)

    def _of(self, wanted: Callable[[str], bool]) -> "Changes":
        return Changes(
            new=tuple(entry for entry in self.new if wanted(entry.area)),
            corrections=tuple(entry for entry in self.corrections if wanted(entry.area)),
            notes={key: note for key, note in self.notes.items() if wanted(key.area)},
        )


class Decision:
    """The rows of one file, decided one after the other. Used once, in one thread.

    ``held`` is what the ledger holds by indicator, as far as the file can say otherwise.
    ``entries`` are what the rows say by their place, None for a refused one; where the ledger
    holds the same already it is the entry held there, so that nothing is kept twice. ``fine`` are
    the rows whose figure has more decimals than it is judged by. ``refused_keys`` are those of
    rows that were refused, as far as they could be read.
    """

    def __init__(
        self,
        columns: Columns,
        agreement: Agreement,
        folds: Folds,
        today: date,
        whose: Whose = VALUES,
    ) -> None:
        self.judged = Judged()
        self.slices = Slices()
        self.named = Named(columns)
        self.entries: list[Entry | None] = []
        self.fine: list[int] = []
        self.folds: dict[str, Indicator] = {}
        self.held: dict[str, HeldByKey] = {}
        self.refused_keys: set[tuple[str, Key]] = set()
        self._ask = folds
        self._asked: set[str] = set()
        self._definitions: dict[str, Definition] = {}
        self._columns = columns
        self._agreement = agreement
        self._whose = whose
        self._reader = RowReader(columns, self._definitions, agreement, whose, self._titles)
        areas = Everywhere() if whose.others else agreement.areas
        self._check = partial(check_entry, areas=areas, today=today)
        self._note_of = columns.picker("note")
        self._lookup = Lookup(columns, self._reader, self._check)
        self._twins = Twins()

    def fold(self, codes: Collection[str]) -> None:
        """Ask for the folds of indicators that were not asked for before."""
        wanted = set(codes) - self._asked
        if wanted:
            self._asked |= wanted
            found = self._ask(sorted(wanted))
            self.folds |= found
            others = self._whose.elsewhere(sorted(wanted)) if self._whose.others else {}
            self.held |= {
                code: held_together(self._whose, self._agreement, fold, others.get(code))
                for code, fold in found.items()
            }
            self._definitions |= {
                code: fold.definition for code, fold in found.items() if fold.definition
            }

    def _titles(self) -> dict[str, str]:
        """What the agreement's indicators are called, by code. Of very many only the codes are
        told: a title is known from the whole fold."""
        codes = sorted(self._agreement.placements)
        found = self._ask(codes) if len(codes) <= MOST_TITLES else self.folds
        called = {code: fold.definition.title for code, fold in found.items() if fold.definition}
        return {code: called.get(code, code) for code in (*codes, *called)}

    def decide(self, table: Table) -> None:
        """Give each row its one outcome. A row that is refused does not stop the others."""
        rows, is_csv = table.rows(), table.format == "csv"
        with no_search_for_cycles():
            while block := list(islice(rows, BLOCK)):
                if is_csv:  # where a line of separators alone is a blank one, as spreadsheets end
                    block = [row for row in block if any(row[1])]
                self.fold(self._reader.named(self._columns.texts("indicator", block)))
                self.named.note(block)
                self._settle_all(block)
        self._twins.resolve(self.judged, self.entries)

    def changes(self) -> tuple[dict[str, Changes], dict[str, Changes]]:
        """What is to be written of the agreement's areas, and of others: by indicator in order,
        only where something changes."""
        all_of_it = {
            code: Changes(
                new=tuple(writing.new), corrections=tuple(writing.corrections), notes=writing.notes
            )
            for code, writing in sorted(self.slices.writing.items())
            if writing.new or writing.corrections
        }
        if not self._whose.others:
            return all_of_it, {}
        own = {code: change.within(self._agreement.areas) for code, change in all_of_it.items()}
        others = {code: change.outside(self._agreement.areas) for code, change in all_of_it.items()}
        return _not_empty(own), _not_empty(others)

    def has(self, indicator: str, key: Key) -> bool:
        """Whether the file has a row of a key, be it refused."""
        return self.slices.holds(indicator, key) or (indicator, key) in self.refused_keys

    def _settle_all(self, block: Sequence[NumberedRow]) -> None:
        """The outcomes of some rows. A figure for a key that neither the ledger nor a row before
        has is new, and is settled here, without another call: nearly all rows of most files are so.
        """
        lookup, entries = self._lookup, self.entries
        known_by, texts_of, area_of = lookup.known.get, lookup.texts_of, lookup.area_of
        figure_of, at_sight = lookup.figure_of, lookup.at_sight
        note_of, has_limits, width = self._note_of, lookup.has_limits, self._columns.width
        first = self.judged.enter([number for number, _ in block])
        entries.extend([None] * len(block))
        for place, (number, cells) in enumerate(block, first):
            known = known_by(texts_of(cells)) if len(cells) == width else None
            area = known.areas.get(area_of(cells)) if known else None
            if (
                known is None
                or area is None
                or (note_of and note_of(cells))
                or (has_limits and has_limits(cells))
            ):
                self._settle_one(place, number, cells)
                continue
            text = figure_of(cells)
            value = known.figures.get(text)
            if value is None:
                value = at_sight(known, text)
            if value is None or known.rows.setdefault(area, place) != place:
                self._settle_one(place, number, cells)
                continue
            held = known.held and known.held.get((area, known.period, known.breakdown_key))
            if held:
                self._settle_held(place, known, area, value, held)
                continue
            entry = entries[place] = known.entry(area, value)
            known.new.append(entry)

    def _settle_one(self, place: int, number: int, cells: Sequence[str]) -> None:
        """The outcome of a row that is in any way out of the ordinary."""
        strange = len(cells) == self._columns.width and "\0" in self._columns.text(cells, "note")
        # a note that no database takes is refused by the rules, whatever rows before it were
        found = (None if strange else self._lookup.find(cells)) or self._explained(
            place, number, cells
        )
        if found:
            self._settle(place, found, cells)

    def _settle_held(
        self, place: int, known: Known, area: str, value: Decimal, held: Holding
    ) -> None:
        """The outcome of a figure for a key that the ledger has and no row before it."""
        if says(held.entry, value, known.provisional):
            self.entries[place] = held.entry
            self.judged.keep(place, held)
            return
        entry = known.entry(area, value)
        self.entries[place] = known.slice.writing.write(entry, held.name, "")
        self.judged.judge(place, Outcome.CORRECTION, held=held)

    def _explained(self, place: int, number: int, cells: Sequence[str]) -> Found | None:
        """A row read and checked by the rules one after the other; none if it is refused."""
        row = self._reader.read(TextRow(number, tuple(cells)))
        if isinstance(row, RefusedRow):
            self._refuse(place, row)
            return None
        fold, definition = self.folds[row.indicator], self._definitions[row.indicator]
        try:
            self._check(row.entry, definition)
            check_not_retired(fold, row.entry.period)
        except Refusal as refusal:
            self.refused_keys.add((row.indicator, key_of(row.entry)))
            self._refuse(place, refused(number, refusal))
            return None
        held = self.held[row.indicator]
        slice_ = self.slices.of(row.indicator, row.entry, definition, held)
        return self._lookup.learn(cells, row, slice_)

    def _refuse(self, place: int, row: RefusedRow) -> None:
        if row.key:
            self.refused_keys.add(row.key)
        self.judged.judge(place, row.outcome, row.code, row.detail)

    def _settle(self, place: int, found: Found, cells: Sequence[str]) -> None:
        """The outcome of a row by the rows before it, and by what the ledger holds for its key."""
        part, area, entry, fine = found
        self.entries[place] = entry
        first = part.rows.setdefault(area, place)
        if first != place:
            self.judged.judge(place, Outcome.DUPLICATE)
            self._twins.add(part, area, first, place)
            return
        held = part.held.get((area, part.period, part.breakdown_key))
        same = held is not None and same_figures(held.entry, entry)
        if held is not None and same:
            self.entries[place] = held.entry
        elif self._reader.record or not entry.missing:
            note = self._columns.text(cells, "note")
            self.entries[place] = part.writing.write(entry, held.name if held else "", note)
        if entry.missing:
            if self._reader.record and not same:
                self.judged.marked.append(place)
            about = _about_missing(self._reader.record, held, same)
            replaced = held if self._reader.record and not same else None
            self.judged.judge(place, Outcome.MISSING, entry.missing, about, replaced)
        elif same:
            self.judged.judge(place, Outcome.UNCHANGED, held=held)
        else:
            self.judged.judge(place, Outcome.CORRECTION if held else Outcome.NEW, held=held)
            if fine:
                self.fine.append(place)


def _not_empty(changes: dict[str, Changes]) -> dict[str, Changes]:
    return {code: change for code, change in changes.items() if not change.empty}


def says(held: Entry, value: Decimal, provisional: bool) -> bool:
    """Whether an entry says just this figure: same_figures, before there is another entry."""
    return (
        held.value == value
        and held.provisional == provisional
        and not held.missing
        and held.numerator is None
        and held.denominator is None
        and held.confidence_low is None
    )


def _about_missing(record: bool, held: Holding | None, same: bool) -> str:
    """What a missing mark does to the ledger, in a sentence."""
    if held and same:
        return f"{held.name} says so already."
    if record:
        return f"Recorded in the place of {held.name}." if held else "Recorded."
    return f"Not recorded: {held.name} stays." if held else "Not recorded."
