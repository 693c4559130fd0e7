"""What a check found in short, and the list of all rows, as a person or a system reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from ledger.csv_text import csv_text
from ledger.indicator.events import Entry
from ledger.loading.judged import Judged, RowOutcomes
from ledger.loading.named import NamedCounts
from ledger.loading.outcomes import Counts, Outcome, RowOutcome, RowWarning, told_of
from ledger.loading.table import Encoding, Format
from policies.texts import cut

FIRST_SHOWN = 10  # rows of each code that refused some, and of each warning, that are shown
MOST_CELLS = 100  # of such a row
MOST_TEXT = 200  # characters of such a cell, and of the name of its column
OWN_COLUMNS = ("row", "outcome", "code", "detail", "replaces", "was")


class LoadWarning(msgspec.Struct, frozen=True):
    """Something to look at that stopped no row; ``rows`` is how many it is about."""

    code: str
    detail: str
    rows: int = 0


class RowShown(msgspec.Struct, frozen=True):
    """A row with its outcome, and its cells by column as published.

    ``becomes`` is what the entry says that takes the place of what was; "" where none does, and in
    what was kept before it was told.
    """

    row: int
    outcome: Outcome
    code: str
    detail: str
    data: dict[str, str]
    warnings: tuple[RowWarning, ...] = ()
    replaces: str = ""
    was: str = ""
    becomes: str = ""


class MovedRow(msgspec.Struct, frozen=True):
    """A row that is judged otherwise than in the check before, since the ledger moved."""

    row: int
    outcome: Outcome
    detail: str
    replaces: str
    before: Outcome
    before_replaces: str
    data: dict[str, str]


class AbsentShown(msgspec.Struct, frozen=True):
    """An entry of the ledger whose key a file lacks that was declared complete."""

    indicator: str
    name: str
    area: str
    period: str
    breakdown: str


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, for a person and in short.

    ``format`` is what the content showed the file to be. ``codes`` counts rows by the code of what
    is to be said of them, ``indicators`` by the indicator they name. ``refused`` shows the first
    rows, of each code, of each outcome that makes the load answer no, ``corrected`` those of the
    corrections, ``warned`` those of each warning about rows; ``warnings`` counts these.
    ``recorded`` shows the first missing marks that are recorded, those that take an entry's place
    before others, and ``recorded_rows`` counts them. ``unit_changed`` is the sentence of a file
    that seems to be in another unit, "" for others. ``absent`` are the keys a complete file lacks,
    ``moved`` the rows judged otherwise than before.
    """

    format: Format
    encoding: Encoding
    rows: int
    counts: Counts
    codes: dict[str, int]
    indicators: tuple[NamedCounts, ...]
    refused: dict[str, tuple[RowShown, ...]]
    corrected: tuple[RowShown, ...]
    warned: dict[str, tuple[RowShown, ...]]
    warnings: tuple[LoadWarning, ...]
    recorded: tuple[RowShown, ...] = ()
    recorded_rows: int = 0
    unit_changed: str = ""
    absent: tuple[AbsentShown, ...] = ()
    moved: tuple[MovedRow, ...] = ()


class Shown(NamedTuple):
    """The first rows of each outcome that makes a load answer no, of corrections, of missing marks
    that are recorded, and of each warning."""

    refused: dict[str, tuple[RowShown, ...]]
    corrected: tuple[RowShown, ...]
    recorded: tuple[RowShown, ...]
    warned: dict[str, tuple[RowShown, ...]]


def first_rows(
    judged: Judged,
    outcomes: RowOutcomes,
    header: Sequence[str],
    entries: Sequence[Entry | None],
) -> Shown:
    """The rows that a person is shown, found in one reading of the file."""
    refused = {one.value: places for one, places in judged.first_failing(FIRST_SHOWN).items()}
    corrected = judged.first_of(Outcome.CORRECTION, FIRST_SHOWN)
    warned = {code: sorted(places)[:FIRST_SHOWN] for code, places in judged.warned.items()}
    recorded = judged.recorded_marks()[:FIRST_SHOWN]
    lists = (*refused.values(), corrected, recorded, *warned.values())
    wanted = [place for places in lists for place in places]
    rows = {place: _in_short(shown(row, header)) for place, row in outcomes.pick(wanted).items()}
    return Shown(
        _chosen(refused, rows),
        tuple(_becoming(rows[place], entries[place]) for place in corrected),
        tuple(_becoming(rows[place], entries[place]) for place in recorded),
        _chosen(warned, rows),
    )


def _becoming(row: RowShown, entry: Entry | None) -> RowShown:
    """The row with what its entry says."""
    return msgspec.structs.replace(row, becomes=told_of(entry)) if entry else row


def _chosen(
    places: Mapping[str, Iterable[int]], rows: Mapping[int, RowShown]
) -> dict[str, tuple[RowShown, ...]]:
    return {name: tuple(rows[place] for place in of) for name, of in places.items()}


def shown(outcome: RowOutcome, header: Sequence[str]) -> RowShown:
    """A row for reading."""
    cells = dict(zip(header, outcome.cells, strict=False))  # a refused row may be short or long
    o = outcome
    return RowShown(o.row, o.outcome, o.code, o.detail, cells, o.warnings, o.replaces, o.was)


def _in_short(row: RowShown) -> RowShown:
    """A row for the document, which is to be read: of a file with endless cells, a part."""
    first = islice(row.data.items(), MOST_CELLS)
    data = {cut(name, MOST_TEXT): cut(text, MOST_TEXT) for name, text in first}
    return msgspec.structs.replace(row, data=data)


def everything(outcomes: Iterable[RowOutcome], header: Sequence[str]) -> Iterator[str]:
    """All rows as CSV, piece by piece: what became of each, then the file's own columns.

    A row that is taken has no code but those of its warnings; where it takes the place of an
    entry, it tells which one and what that said.
    """
    return csv_text((*OWN_COLUMNS, *header), map(_cells, outcomes))


def _cells(one: RowOutcome) -> Sequence[str]:
    code = " ".join((one.code, *(warning.code for warning in one.warnings))).strip()
    detail = " ".join((one.detail, *(warning.detail for warning in one.warnings))).strip()
    told = (str(one.row), one.outcome.value, code, detail, one.replaces, one.was)
    return (*told, *one.cells)
