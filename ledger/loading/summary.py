"""The load document, and the list of all rows, as a person or a partner's system reads them."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from ledger.loading.outcomes import Counts, Outcome, RowOutcome

FIRST_SHOWN = 10  # rows of each refused outcome that the document itself shows
OWN_COLUMNS = ("row", "outcome", "code", "detail")

State = Literal["received", "checked", "committed", "abandoned", "withdrawn"]


class LoadWarning(msgspec.Struct, frozen=True):
    """Something to look at that stopped no row; ``rows`` is how many it is about."""

    code: str
    detail: str
    rows: int = 0


class RowShown(msgspec.Struct, frozen=True):
    """A row with its outcome, and its cells by column as published."""

    row: int
    outcome: Outcome
    code: str
    detail: str
    data: dict[str, str]


class LoadDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    ``digest`` is the SHA-256 of its bytes. ``positions`` are those of the events it wrote, none
    if it changed nothing or was only checked. ``progress`` is the share of the rows done, 0 to
    100. ``codes`` counts rows by the code of what is to be said of them.
    """

    state: State
    progress: int
    file: str
    digest: str
    encoding: str
    rows: int
    counts: Counts
    codes: dict[str, int]
    refused: dict[str, tuple[RowShown, ...]]
    warnings: tuple[LoadWarning, ...]
    positions: tuple[int, ...]


def codes_of(outcomes: Iterable[RowOutcome]) -> dict[str, int]:
    """How many rows have each code, the most frequent first."""
    return dict(Counter(one.code for one in outcomes if one.code).most_common())


def shown(outcome: RowOutcome, header: Sequence[str]) -> RowShown:
    """A row for reading."""
    cells = dict(zip(header, outcome.cells, strict=False))  # a refused row may be short or long
    return RowShown(outcome.row, outcome.outcome, outcome.code, outcome.detail, cells)


def first_refused(
    outcomes: Iterable[RowOutcome], header: Sequence[str]
) -> Mapping[str, tuple[RowShown, ...]]:
    """The first rows of each outcome that makes the load answer no."""
    first: dict[str, list[RowShown]] = {}
    for one in outcomes:
        if one.fails and len(first.setdefault(one.outcome.value, [])) < FIRST_SHOWN:
            first[one.outcome.value].append(shown(one, header))
    return {outcome: tuple(rows) for outcome, rows in first.items()}


def everything(outcomes: Iterable[RowOutcome], header: Sequence[str]) -> str:
    """All rows as CSV: number, outcome, code and detail, then the file's own columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*OWN_COLUMNS, *header))
    writer.writerows(
        (one.row, one.outcome.value, one.code, one.detail, *one.cells) for one in outcomes
    )
    return text.getvalue()
