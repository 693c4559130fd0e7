"""The whole way from a file's bytes to what it would change. Nothing is written or stored."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.events import Source
from ledger.indicator.state import Indicator
from ledger.loading.absent import AbsentKey, absent_keys, indicators_within, scopes_known
from ledger.loading.columns import Columns, find_columns
from ledger.loading.decide import Changes, decide
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.outcomes import Counts, RowOutcome
from ledger.loading.reading import Encoding, read_csv
from ledger.loading.rows import RowReader, indicators_named
from ledger.loading.summary import (
    LoadDocument,
    LoadWarning,
    State,
    codes_of,
    everything,
    first_refused,
)
from policies.definition import Definition

Indicators = Callable[[Iterable[str]], dict[str, Indicator]]

ALL_DONE = 100  # per cent


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A file as judged: every row's outcome, and what would be written. Nothing is yet."""

    name: str
    digest: str
    encoding: Encoding
    header: tuple[str, ...]
    outcomes: tuple[RowOutcome, ...]
    counts: Counts
    changes: dict[str, Changes]
    absent: tuple[AbsentKey, ...]
    warnings: tuple[LoadWarning, ...]

    @property
    def fails(self) -> bool:
        """Whether any row was invalid, rejected or a conflicting duplicate."""
        return any(one.fails for one in self.outcomes)

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
            encoding=self.encoding,
            rows=len(self.outcomes),
            counts=self.counts,
            codes=codes_of(self.outcomes),
            refused=dict(first_refused(self.outcomes, self.header)),
            warnings=self.warnings,
            positions=tuple(positions),
        )

    def everything(self) -> str:
        """Every row with its outcome, as CSV."""
        return everything(self.outcomes, self.header)


def check_file(
    content: bytes,
    name: str,
    mapping: FileMapping | None,
    agreement: Agreement,
    indicators: Indicators,
    today: date,
) -> Checked:
    """Read, map and judge a file. ``indicators`` answers the folds of those codes that exist.

    Raises BadFile for a file that cannot be read at all, BadMapping for a mapping that does not
    suit the agreement.
    """
    table = read_csv(content)
    columns = find_columns(table.header, mapping)
    scopes = columns.mapping.complete_for
    scopes_known(scopes, agreement)
    texts = list(table.rows)
    named = indicators_named(texts, columns) | indicators_within(scopes, agreement)
    folds = indicators(sorted(named))
    reader = RowReader(columns, _definitions(folds), agreement.areas.values())
    rows = [reader.read(text) for text in texts]
    decided = decide(rows, folds, agreement, today)
    absent = absent_keys(rows, scopes, folds, agreement)
    return Checked(
        name=name,
        digest=sha256(content).hexdigest(),
        encoding=table.encoding,
        header=table.header,
        outcomes=decided.outcomes,
        counts=decided.counts,
        changes=decided.changes,
        absent=absent,
        warnings=_warnings(table.encoding, columns, absent),
    )


def _definitions(folds: Mapping[str, Indicator]) -> dict[str, Definition]:
    return {code: fold.definition for code, fold in folds.items() if fold.definition}


def _warnings(
    encoding: Encoding, columns: Columns, absent: tuple[AbsentKey, ...]
) -> tuple[LoadWarning, ...]:
    found = []
    if encoding != "utf-8":
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
