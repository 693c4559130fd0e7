"""Rows typed or pasted by hand, judged as the rows of a file: the same outcomes and warnings."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Agreement
from ledger.entering.pasted import Row
from ledger.entering.typed import NUMBERS
from ledger.indicator.events import Entry
from ledger.indicator.state import Held, Indicator
from ledger.loading.columns import find_columns
from ledger.loading.decide import Decision
from ledger.loading.judged import RowOutcomes
from ledger.loading.mapping import FIELDS, our_columns
from ledger.loading.mapping_advice import without_mapping
from ledger.loading.outcomes import Outcome, RowOutcome
from ledger.loading.quality import QualitySettings, unit_changed
from ledger.loading.series import look_over
from ledger.loading.table import Table
from ledger.loading.whose import Holding
from policies.refusals import BadFile, NoRole
from policies.standing import Standing

QUALITY = QualitySettings()
_RETURNED = "It was returned: it stays so until it is corrected on a page of its own."
_LEFT = "The note and evidence of the earlier value stay with that one."

Folds = Callable[[Collection[str]], Mapping[str, Indicator]]


class LookedAt(NamedTuple):
    """What became of a row; what it would record and with which note, where it is taken."""

    outcome: RowOutcome
    indicator: str
    entry: Entry | None
    note: str

    @property
    def writes(self) -> bool:
        """Whether sending it would record something."""
        return self.outcome.outcome in (Outcome.NEW, Outcome.CORRECTION)


class Looked(NamedTuple):
    """Every row in order, and the sentence of rows that seem to be in another unit, "" for others.

    The outcomes are counted over all of them.
    """

    rows: tuple[LookedAt, ...]
    unit_changed: str

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome; they add up to the rows."""
        found = [one.outcome.outcome for one in self.rows]
        return {outcome.value: found.count(outcome) for outcome in Outcome}


def look_at(
    rows: Sequence[Row],
    body: Agreement,
    folds: Folds,
    today: date,
    *,
    forbidden: Mapping[str, str] | None = None,
) -> Looked:
    """Judge rows on the record as it stands; nothing is written.

    ``forbidden`` are indicators that the person may not enter, each with the sentence that says so:
    their rows are rejected.
    """
    aside = [_aside(row, forbidden or {}) for row in rows]
    judged = [row for row, refused in zip(rows, aside, strict=True) if refused is None]
    looked, changed = _judged(judged, body, folds, today)
    found = iter(looked)
    return Looked(tuple(refused or next(found) for refused in aside), changed)


def _aside(row: Row, forbidden: Mapping[str, str]) -> LookedAt | None:
    """A row that is not even judged: it has a cell too many, or is not this person's to enter."""
    if row.stray:
        said = f"{row.stray[:60]!r} stands in no column: the row has more cells than the others."
        code, outcome = BadFile.code, Outcome.INVALID
    elif row.fields["indicator"] in forbidden:
        said = forbidden[row.fields["indicator"]]
        code, outcome = NoRole.code, Outcome.REJECTED
    else:
        return None
    refused = RowOutcome(row.number, outcome, code, said, row.cells)
    return LookedAt(refused, row.fields["indicator"], None, "")


def _judged(
    rows: Sequence[Row], body: Agreement, folds: Folds, today: date
) -> tuple[Sequence[LookedAt], str]:
    header = tuple(dict.fromkeys([*FIELDS, *(field for row in rows for field in row.fields)]))
    mapping = msgspec.structs.replace(our_columns(header), numbers=NUMBERS)
    numbered = [(row.number, tuple(row.fields.get(one, "") for one in header)) for row in rows]
    table = Table(header, "csv", "utf-8", lambda: iter(numbered))
    columns = find_columns(header, mapping)
    decision = Decision(columns, body, lambda codes: dict(folds(tuple(codes))), today)
    decision.decide(table)
    units = look_over(decision, QUALITY)
    changed = unit_changed(units.hundredfold, units.compared, QUALITY, units.example)
    outcomes = RowOutcomes(table, decision.judged)
    held = decision.judged.held
    looked = []
    for place, (row, outcome) in enumerate(zip(rows, outcomes, strict=True)):
        said = without_mapping(outcome.detail)
        told = msgspec.structs.replace(outcome, cells=row.cells, detail=said)
        told = msgspec.structs.replace(told, detail=told.detail or _about(told, held[place]))
        entry = decision.entries[place]
        looked.append(LookedAt(told, row.fields["indicator"], entry, row.fields.get("note", "")))
    return looked, changed


def _about(outcome: RowOutcome, held: Holding | None) -> str:
    """What a load has no need to say of a row, and a person may not expect."""
    if not isinstance(held, Held):  # none, for what is pasted is about the agreement's own areas
        return ""
    if outcome.outcome is Outcome.UNCHANGED and held.standing is Standing.RETURNED:
        return _RETURNED
    has_more = held.entry.note or held.entry.attachments
    return _LEFT if outcome.outcome is Outcome.CORRECTION and has_more else ""
