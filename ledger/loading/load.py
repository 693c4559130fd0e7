"""The whole way from a file's bytes to what it would change. Nothing is written or stored."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.events import Source
from ledger.loading.absent import AbsentKey, absent_keys, indicators_within, scopes_known
from ledger.loading.columns import Columns, find_columns
from ledger.loading.decide import Changes, Decision, Folds
from ledger.loading.judged import Judged, RowOutcomes
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.outcomes import Counts
from ledger.loading.quality import WARNINGS, QualitySettings, check_unit, in_rows
from ledger.loading.reading import misnamed, read_table
from ledger.loading.ready_mappings import of_dhis2
from ledger.loading.series import look_over
from ledger.loading.summary import (
    LoadDocument,
    LoadWarning,
    Shown,
    State,
    everything,
    first_rows,
)
from ledger.loading.table import Encoding, Format, Table

ALL_DONE = 100  # per cent
QUALITY = QualitySettings()


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A file as judged: every row's outcome, and what would be written. Nothing is yet."""

    name: str
    digest: str
    format: Format
    encoding: Encoding
    header: tuple[str, ...]
    outcomes: RowOutcomes
    counts: Counts
    codes: dict[str, int]
    fails: bool  # whether any row was invalid, rejected or a conflicting duplicate
    shown: Shown
    changes: dict[str, Changes]
    absent: tuple[AbsentKey, ...]
    warnings: tuple[LoadWarning, ...]

    def source(self, released_on: date | None = None) -> Source:
        """The file as events name it."""
        return Source(self.name, self.digest, released_on)

    def document(self, state: State = "checked", positions: Iterable[int] = ()) -> LoadDocument:
        """The load document, for a state and the positions written."""
        return LoadDocument(
            state=state,
            progress=ALL_DONE,
            file=self.name,
            digest=self.digest,
            format=self.format,
            encoding=self.encoding,
            rows=len(self.outcomes),
            counts=self.counts,
            codes=self.codes,
            refused=self.shown.refused,
            warned=self.shown.warned,
            warnings=self.warnings,
            positions=tuple(positions),
        )

    def everything(self) -> str:
        """Every row with its outcome, as CSV."""
        return "".join(self.pieces())

    def pieces(self) -> Iterable[str]:
        """The same piece by piece, for a file too long to hold."""
        return everything(self.outcomes, self.header)


def check_file(
    content: bytes,
    name: str,
    mapping: FileMapping | None,
    agreement: Agreement,
    indicators: Folds,
    today: date,
    *,
    confirm_unit: bool = False,
    quality: QualitySettings = QUALITY,
) -> Checked:
    """Read, map and judge a file. ``indicators`` answers the folds of those codes that exist.

    It is asked several times, as the rows come to name them. ``confirm_unit``: the figures are
    right though they seem to be in another unit than those of the ledger. Raises BadFile for a
    file that cannot be read at all, BadMapping for a mapping that does not suit the agreement,
    UnitChanged for another unit.
    """
    table = read_table(content, mapping.sheet if mapping else "")
    if mapping is None and table.format == "dhis2":
        mapping = of_dhis2(agreement)
    columns = find_columns(table.header, mapping)
    scopes = columns.mapping.complete_for
    scopes_known(scopes, agreement)
    decision = Decision(columns, agreement, indicators, today)
    decision.fold(indicators_within(scopes, agreement))
    decision.decide(table)
    units = look_over(decision, quality)
    if not confirm_unit:
        check_unit(units.hundredfold, units.compared, quality, units.example)
    absent = absent_keys(decision.has, scopes, decision.folds, agreement)
    judged, outcomes = decision.judged, RowOutcomes(table, decision.judged)
    return Checked(
        name=name,
        digest=sha256(content).hexdigest(),
        format=table.format,
        encoding=table.encoding,
        header=table.header,
        outcomes=outcomes,
        counts=judged.counts(),
        codes=judged.codes(),
        fails=judged.fails,
        shown=first_rows(judged, outcomes, table.header),
        changes=decision.changes(),
        absent=absent,
        warnings=(*_of_file(name, table, columns, absent), *_of_rows(judged)),
    )


def _of_file(
    name: str, table: Table, columns: Columns, absent: tuple[AbsentKey, ...]
) -> tuple[LoadWarning, ...]:
    found = []
    if another := misnamed(name, table.format):
        found.append(LoadWarning("format", another))
    if table.encoding != "utf-8":
        detail = "The file is not UTF-8, so it was read as Windows-1252: look at its accents."
        found.append(LoadWarning("encoding", detail))
    if columns.ignored:
        found.append(LoadWarning("ignored-columns", f"Not read: {', '.join(columns.ignored)}."))
    if absent:
        first = absent[0]
        detail = (
            "In the ledger and not in the file, which is declared complete:"
            f" {len(absent):,}, the first {first.indicator} {first.name}. They stay as they are."
        )
        found.append(LoadWarning("absent", detail, len(absent)))
    return tuple(found)


def _of_rows(judged: Judged) -> tuple[LoadWarning, ...]:
    """How many rows have each warning."""
    counts = {code: len(judged.warned.get(code, ())) for code in WARNINGS}
    return tuple(LoadWarning(c, in_rows(c, rows), rows) for c, rows in counts.items() if rows)
