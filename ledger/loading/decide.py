"""What becomes of every row: a pure decision over the rows, the indicators and the agreement."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.checks import check_entry
from ledger.indicator.decisions import same_figures
from ledger.indicator.events import Correction, Entry
from ledger.indicator.state import Indicator, Key, key_of
from ledger.loading.outcomes import (
    CONFLICTING,
    Counts,
    Outcome,
    ReadRow,
    RefusedRow,
    Row,
    RowOutcome,
    counts_of,
    refused,
)
from policies.refusals import Refusal, Retired, UnknownIndicator


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a file changes of one indicator, in the order of its rows.

    ``notes`` are the texts of notes to store; an entry names them by digest once that is done.
    """

    new: tuple[Entry, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: dict[Key, str] = {}


class Decided(msgspec.Struct, frozen=True):
    """The outcome of each row in the order of the file, their counts, and what is to be written."""

    outcomes: tuple[RowOutcome, ...]
    counts: Counts
    changes: dict[str, Changes]  # by indicator; only where something changes


def decide(
    rows: Iterable[Row], indicators: Mapping[str, Indicator], agreement: Agreement, today: date
) -> Decided:
    """Give each row its one outcome.

    A row that is refused does not stop the others. ``indicators`` are the folds of those that the
    rows name; ``today`` is the day of the load.
    """
    checked = [_checked(row, indicators, agreement.areas, today) for row in rows]
    twins = _twins(checked)
    writing = _Writing()
    outcomes = tuple(
        RowOutcome(row.number, row.outcome, row.code, row.detail, row.cells)
        if isinstance(row, RefusedRow)
        else _duplicate(row, twins[row.indicator, key_of(row.entry)])
        or _against_record(row, indicators[row.indicator], writing)
        for row in checked
    )
    return Decided(outcomes, counts_of(outcomes), writing.changes())


def _checked(
    row: Row, indicators: Mapping[str, Indicator], areas: Container[str], today: date
) -> Row:
    """The row, or its refusal by the checks that hand entry has too."""
    if isinstance(row, RefusedRow):
        return row
    indicator = indicators.get(row.indicator)
    try:
        if indicator is None or indicator.definition is None:
            raise UnknownIndicator
        if indicator.retired:
            raise Retired(f"{row.indicator} is retired: it takes no values.")
        check_entry(row.entry, indicator.definition, areas, today)
    except Refusal as refusal:
        return refused(row.number, row.cells, refusal)
    return row


def _twins(rows: Iterable[Row]) -> dict[tuple[str, Key], list[ReadRow]]:
    """The rows that share a key, in the order of the file."""
    twins: dict[tuple[str, Key], list[ReadRow]] = {}
    for row in rows:
        if isinstance(row, ReadRow):
            twins.setdefault((row.indicator, key_of(row.entry)), []).append(row)
    return twins


def _duplicate(row: ReadRow, twins: Sequence[ReadRow]) -> RowOutcome | None:
    """The outcome of a row whose key the file has twice; none for the first of identical ones."""
    first = twins[0]
    if len(twins) == 1:
        return None
    if not all(same_figures(first.entry, twin.entry) for twin in twins):
        others = ", ".join(str(twin.number) for twin in twins if twin is not row)
        detail = f"The same key has other figures in row {others}: none of them is taken."
        return _outcome(row, Outcome.DUPLICATE, CONFLICTING, detail)
    if row is first:
        return None
    return _outcome(row, Outcome.DUPLICATE, "", f"The same as row {first.number}, which counts.")


class _Writing:
    """Gathers what is to be written, by indicator."""

    def __init__(self) -> None:
        self._new: dict[str, list[Entry]] = {}
        self._corrections: dict[str, list[Correction]] = {}
        self._notes: dict[str, dict[Key, str]] = {}

    def write(self, row: ReadRow, replaces: str) -> None:
        """Take a row's entry as new, or as the correction of the entry it names."""
        if replaces:
            correction = Correction(**msgspec.structs.asdict(row.entry), replaces=replaces)
            self._corrections.setdefault(row.indicator, []).append(correction)
        else:
            self._new.setdefault(row.indicator, []).append(row.entry)
        if row.note:
            self._notes.setdefault(row.indicator, {})[key_of(row.entry)] = row.note

    def changes(self) -> dict[str, Changes]:
        """What was gathered, sorted by indicator."""
        return {
            code: Changes(
                new=tuple(self._new.get(code, ())),
                corrections=tuple(self._corrections.get(code, ())),
                notes=self._notes.get(code, {}),
            )
            for code in sorted(self._new.keys() | self._corrections.keys())
        }


def _against_record(row: ReadRow, indicator: Indicator, writing: _Writing) -> RowOutcome:
    """The outcome of a row by what the ledger holds for its key."""
    held = indicator.entries.get(key_of(row.entry))
    name = held.name if held else ""
    same = held is not None and same_figures(held.entry, row.entry)
    missing = row.entry.missing
    if not same and (row.record or not missing):
        writing.write(row, name)
    if missing:
        return _outcome(row, Outcome.MISSING, missing, _about_missing(row.record, name, same))
    if same:
        return _outcome(row, Outcome.UNCHANGED)
    return _outcome(row, Outcome.CORRECTION if held else Outcome.NEW)


def _about_missing(record: bool, held: str, same: bool) -> str:
    """What a missing mark does to the ledger, in a sentence."""
    if same:
        return f"{held} says so already."
    if record:
        return f"Recorded in the place of {held}." if held else "Recorded."
    return f"Not recorded: {held} stays." if held else "Not recorded."


def _outcome(row: ReadRow, outcome: Outcome, code: str = "", detail: str = "") -> RowOutcome:
    return RowOutcome(row.number, outcome, code, detail, row.cells)
