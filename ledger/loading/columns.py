"""Which cell of a row holds which of our fields."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.loading.mapping import FIELDS, PREFIX, Mapping, our_columns
from ledger.loading.table import NumberedRow
from policies.refusals import BadFile


class Columns(NamedTuple):
    """Where each field stands in a row, by the mapping in force.

    ``ignored`` are columns of a file in our own form that mean nothing to us.
    """

    mapping: Mapping
    width: int
    places: dict[str, int]
    breakdown: dict[str, int]
    ignored: tuple[str, ...]

    def text(self, cells: Sequence[str], field: str) -> str:
        """The trimmed text of a field: its cell, else its constant, else ""."""
        place = self.places.get(field)
        if place is None:
            return self.mapping.constants.get(field, "")
        return cells[place].strip() if place < len(cells) else ""

    def texts(self, field: str, rows: Iterable[NumberedRow]) -> set[str]:
        """All texts of a field in some rows, not trimmed."""
        place = self.places.get(field)
        if place is None:
            return {self.mapping.constants.get(field, "")}
        return {cells[place] for _, cells in rows if place < len(cells)}


def find_columns(header: Sequence[str], mapping: Mapping | None) -> Columns:
    """Find the columns that the mapping names; without one they are named as we name them.

    Raises BadFile for a column that is not there, or is there twice.
    """
    used = mapping or our_columns(header)
    parts = {"numerator", "denominator"}
    if mapping is None and "value" not in used.columns and not parts <= used.columns.keys():
        raise BadFile("The file has neither a column value nor numerator and denominator.")
    return Columns(
        mapping=used,
        width=len(header),
        places={field: _place(header, name) for field, name in used.columns.items()},
        breakdown={dimension: _place(header, name) for dimension, name in used.breakdown.items()},
        ignored=() if mapping else tuple(name for name in header if not _is_ours(name)),
    )


def _place(header: Sequence[str], name: str) -> int:
    found = [place for place, column in enumerate(header) if column == name]
    if not found:
        have = ", ".join(header[:20])
        raise BadFile(f"The file has no column {name!r}; its columns are {have}.", field=name)
    if len(found) > 1:
        raise BadFile(f"The file has {len(found)} columns {name!r}: which one?", field=name)
    return found[0]


def _is_ours(name: str) -> bool:
    return name in FIELDS or name.startswith(PREFIX)
