"""The whole way from a file's bytes to what it would change. Nothing is written or stored."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import islice

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.events import Entry, Source
from ledger.loading.absent import AbsentKey, absent_keys, indicators_within, scopes_known
from ledger.loading.columns import Columns, columns_of
from ledger.loading.decide import Changes, Decision, Folds
from ledger.loading.judged import OUTCOMES, Judged, RowOutcomes
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.outcomes import Counts
from ledger.loading.quality import WARNINGS, QualitySettings, in_rows, unit_changed
from ledger.loading.reading import misnamed, read_table
from ledger.loading.ready_mappings import for_agreement
from ledger.loading.series import look_over
from ledger.loading.slices import Slices
from ledger.loading.summary import (
    AbsentShown,
    Findings,
    LoadWarning,
    Shown,
    everything,
    first_rows,
)
from ledger.loading.table import NumberedRow, Table
from ledger.loading.whose import VALUES, Whose
from policies.texts import told as listed

QUALITY = QualitySettings()

Told = Callable[[int], None]  # how many rows are read so far
TOLD_EVERY = 5_000  # rows
NO_ROWS = "The file has no rows below the names of its columns."


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A file as judged: every row's outcome, and what would be written. Nothing is yet.

    ``changes`` are those of the agreement's areas, ``elsewhere`` those of other areas.
    ``entries`` are what the rows say by their place, None for a refused one. ``fails`` is whether
    any row was invalid, rejected or a conflicting duplicate.
    """

    name: str
    digest: str
    header: tuple[str, ...]
    outcomes: RowOutcomes
    judged: Judged
    slices: Slices
    entries: Sequence[Entry | None]
    fails: bool
    findings: Findings
    changes: dict[str, Changes]
    elsewhere: dict[str, Changes]
    absent: tuple[AbsentKey, ...]

    @property
    def counts(self) -> Counts:
        """How many rows had each outcome."""
        return self.findings.counts

    @property
    def writes(self) -> int:
        """How many entries a commit would write."""
        both = (*self.changes.values(), *self.elsewhere.values())
        return sum(len(one.new) + len(one.corrections) for one in both)

    def source(self, released_on: date | None = None, load: str = "") -> Source:
        """The file as events name it."""
        return Source(self.name, self.digest, released_on, load)

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
    whose: Whose = VALUES,
    quality: QualitySettings = QUALITY,
    told: Told | None = None,
) -> Checked:
    """Read, map and judge a file. ``indicators`` answers the folds of those codes that exist.

    It is asked several times, as the rows come to name them. ``whose`` says whether figures of
    other areas are taken. ``told`` hears now and then how many rows are read. Raises BadFile for a
    file that cannot be read at all, BadMapping for a mapping that does not suit the agreement.
    """
    table = open_table(content, mapping)
    columns = columns_of(table, for_agreement(mapping, table.format, agreement))
    scopes = columns.mapping.complete_for
    scopes_known(scopes, agreement)
    decision = Decision(columns, agreement, indicators, today, whose)
    decision.fold(indicators_within(scopes, agreement))
    decision.decide(table._replace(rows=partial(_telling, table, told)) if told else table)
    units = look_over(decision, quality)
    absent = absent_keys(decision.has, scopes, decision.held, agreement)
    changes, elsewhere = decision.changes()
    judged, outcomes = decision.judged, RowOutcomes(table, decision.judged)
    return Checked(
        name=name,
        digest=sha256(content).hexdigest(),
        header=table.header,
        outcomes=outcomes,
        judged=judged,
        slices=decision.slices,
        entries=decision.entries,
        fails=judged.fails,
        findings=_findings(
            decision,
            table,
            first_rows(judged, outcomes, table.header, decision.entries),
            (*_of_file(name, table, columns, absent, judged.numbers), *_of_rows(judged)),
            unit_changed(units.hundredfold, units.compared, quality, units.example),
            absent,
        ),
        changes=changes,
        elsewhere=elsewhere,
        absent=absent,
    )


def open_table(content: bytes, mapping: FileMapping | None) -> Table:
    """The table of a file, as the mapping says where it is. Raises BadFile."""
    if mapping is None:
        return read_table(content)
    return read_table(content, mapping.sheet, mapping.separator, mapping.header_row)


def _telling(table: Table, told: Told) -> Iterator[NumberedRow]:
    """The rows of a table, now and then saying how many they were."""
    rows, read = table.rows(), 0
    while some := list(islice(rows, TOLD_EVERY)):
        yield from some
        read += len(some)
        told(read)


def _findings(
    decision: Decision,
    table: Table,
    shown: Shown,
    warnings: tuple[LoadWarning, ...],
    unit: str,
    absent: tuple[AbsentKey, ...],
) -> Findings:
    judged = decision.judged
    marks = judged.recorded_marks()
    return Findings(
        format=table.format,
        encoding=table.encoding,
        rows=len(judged.outcomes),
        counts=judged.counts(),
        codes=judged.codes(),
        indicators=decision.named.counts(
            judged.outcomes,
            (o.value for o in OUTCOMES),
            judged.failing(),
            marks,
        ),
        refused=shown.refused,
        corrected=shown.corrected,
        recorded=shown.recorded,
        recorded_rows=len(marks),
        warned=shown.warned,
        warnings=warnings,
        unit_changed=unit,
        absent=tuple(
            AbsentShown(one.indicator, one.name, one.key.area, one.key.period, one.key.breakdown)
            for one in absent
        ),
    )


def _of_file(
    name: str, table: Table, columns: Columns, absent: Sequence[AbsentKey], rows: Sequence[int]
) -> tuple[LoadWarning, ...]:
    found = []
    if another := misnamed(name, table.format):
        found.append(LoadWarning("format", another))
    if table.encoding != "utf-8":
        detail = "The file is not UTF-8, so it was read as Windows-1252: look at its accents."
        found.append(LoadWarning("encoding", detail))
    if not rows:
        is_set = table.format == "dhis2"
        below = "The data value set has no values." if is_set else NO_ROWS
        found.append(LoadWarning("no-rows", below))
    if columns.ignored:
        found.append(LoadWarning("ignored-columns", _not_read(columns.ignored)))
    if absent:
        first = absent[0]
        detail = (
            "In the ledger and not in the file, which is declared complete:"
            f" {len(absent):,}, the first {first.indicator} {first.name}. They stay as they are."
        )
        found.append(LoadWarning("absent", detail, len(absent)))
    return tuple(found)


def _not_read(names: Sequence[str]) -> str:
    """Which columns mean nothing to us, and how many have no name at all."""
    named = [name for name in names if name]
    without = len(names) - len(named)
    columns = f"{without:,} column{'s' if without > 1 else ''} without a name"
    parts = (*((listed(named),) if named else ()), *((columns,) if without else ()))
    return f"Not read: {' and '.join(parts)}."


def _of_rows(judged: Judged) -> tuple[LoadWarning, ...]:
    """How many rows have each warning."""
    counts = {code: len(judged.warned.get(code, ())) for code in WARNINGS}
    return tuple(LoadWarning(c, in_rows(c, rows), rows) for c, rows in counts.items() if rows)
