"""Which cell of a row holds which of our fields."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from ledger.loading.mapping import COMMA, FIELDS, Mapping, our_columns
from ledger.loading.mapping_file import PREFIX
from ledger.loading.ready_mappings import ready_mapping, ready_names
from ledger.loading.slips import CODES, Slips, Spelt
from ledger.loading.table import NumberedRow, Table
from policies.refusals import BadFile
from policies.texts import composed, cut, plain_name, told

SEPARATORS = {  # what one is called, and how a mapping writes it
    COMMA: ("comma", '","'),
    ";": ("semicolon", '";"'),
    "\t": ("tab", '"\\t"'),
    "|": ("upright stroke", '"|"'),
}
NUMBERED = ("csv", "xlsx")  # files in which any row may be the one that names the columns
OPTIONS = ("categoryOptionCombo", "attributeOptionCombo")  # of a DHIS2 data value, always read
MOST_ABOVE = 30  # rows that are looked at for one that does
MOST_SEARCHED = 1000  # columns for one that is spelt nearly as asked


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
        return composed(cells[place].strip()) if place < len(cells) else ""

    def picker(self, field: str) -> Callable[[Sequence[str]], str] | None:
        """Takes the text of a field from a row as wide as the header, not trimmed.

        None where no row has any.
        """
        place, constant = self.places.get(field), self.mapping.constants.get(field, "")
        if place is not None:
            return itemgetter(place)
        return (lambda _: constant) if constant else None

    def texts(self, field: str, rows: Iterable[NumberedRow]) -> set[str]:
        """All texts of a field in some rows, not trimmed."""
        place = self.places.get(field)
        if place is None:
            return {self.mapping.constants.get(field, "")}
        return {cells[place] for _, cells in rows if place < len(cells)}


def columns_of(table: Table, mapping: Mapping | None) -> Columns:
    """The columns of a table. Raises BadFile as find_columns does, saying where they may be."""
    try:
        columns = find_columns(table.header, mapping)
    except BadFile as refusal:
        raise BadFile(
            f"{refusal.detail}{_further_down(table, mapping)}{_on_others(table.sheets)}"
            f"{_ready_for(table.header) if mapping is None else ''}",
            field=refusal.field,
        ) from None
    if table.format not in NUMBERED:
        _check_no_parts_lost(table, columns.mapping)
    return columns


def _check_no_parts_lost(table: Table, mapping: Mapping) -> None:
    """Refuse objects that give one of our fields by its parts, as DHIS2 may give an option by its
    categories: without them the figure of some would be taken for that of all."""
    names = [*mapping.columns.values(), *mapping.breakdown.values()]
    names += [name for others in mapping.others.values() for name in others]
    asked = [*names, *(OPTIONS if table.format == "dhis2" else ())]
    for name in filter(table.divided.__contains__, asked):
        parts = [part for part in table.header if part.startswith(f"{name}.") and part not in names]
        if parts:
            raise BadFile(
                f"The file gives {cut(name)} by its parts, {told(parts)}: export it with one"
                " identifier in their place, or name each part under [columns] of a mapping, as"
                " that of a breakdown.",
                field=cut(name),
            )


def _further_down(table: Table, mapping: Mapping | None) -> str:
    """The sentence about the columns of a file that may be named further down; "" where none is."""
    if table.format not in NUMBERED:
        return ""
    a_mapping = "a mapping" if mapping is None else "the mapping"
    with suppress(BadFile):  # of a row that cannot be read, which is not what is wrong first
        for number, cells in islice(table.rows(), MOST_ABOVE):
            if _are_named([name.strip() for name in cells], mapping):
                return (
                    f" Row {number} names them: put header_row = {number} at the top of"
                    f" {a_mapping}, or delete what stands above it."
                )
    names = [name for name in table.header if name]
    if len(names) != 1 or any(separator in names[0] for separator in SEPARATORS):
        return ""
    return (
        " The first row must name the columns: delete what stands above it, or say which row does,"
        f" as header_row = at the top of {a_mapping}."
    )


def _are_named(header: Sequence[str], mapping: Mapping | None) -> bool:
    try:
        find_columns(header, mapping)
    except BadFile:
        return False
    return True


def _ready_for(header: Sequence[str]) -> str:
    """The sentence about the ready mapping that knows most columns of a file; "" where none does.

    One with constants is of a single publisher's file: its columns alone do not tell that file.
    """
    fitting = []
    for name in ready_names():
        mapping = ready_mapping(name)
        with suppress(BadFile):
            found = find_columns(header, mapping)
            if not mapping.constants:
                fitting.append((len(found.places) + len(found.breakdown), name))
    return f" The ready mapping {max(fitting)[1]} reads such a file." if fitting else ""


def _on_others(sheets: Sequence[str]) -> str:
    """The sentence about the sheets beside the one that was read; "" where there are none."""
    if len(sheets) < 2:  # noqa: PLR2004 - the one that was read, and another
        return ""
    read, *others = sheets
    return (
        f" The sheet {cut(read)} was read; there are also {told(others)}: to read another, name it"
        " as sheet = at the top of the mapping."
    )


def find_columns(header: Sequence[str], mapping: Mapping | None) -> Columns:
    """Find the columns that the mapping names; without it, or where it names none, they are named
    as we name them.

    Raises BadFile for a column that is not there, or is there twice.
    """
    header = [composed(name) for name in header]
    ours = mapping is None or mapping.own_columns
    used = our_columns(header, mapping) if ours else mapping
    assert used is not None
    if ours:
        _check_ours(header, used)
    prefixed = {f"{PREFIX}{dimension}": name for dimension, name in used.breakdown.items()}
    found = {
        field: place
        for field, name in (used.columns | prefixed).items()
        if (place := _place(header, field, name, used, ours=ours)) is not None
    }
    return Columns(
        mapping=used,
        width=len(header),
        places={field: place for field, place in found.items() if field not in prefixed},
        breakdown={
            field.removeprefix(PREFIX): found[field] for field in prefixed if field in found
        },
        ignored=tuple(name for name in header if not _is_ours(name)) if ours else (),
    )


def _check_ours(header: Sequence[str], mapping: Mapping) -> None:
    """Whether columns that are named as ours bring a figure, and nothing that is given twice."""
    constants = {
        *mapping.constants,
        *(f"{PREFIX}{dimension}" for dimension in mapping.constant_breakdown),
    }
    for field in sorted(constants.intersection(header)):
        raise BadFile(
            f"The file has a column {cut(field)!r}, and [constants] of the mapping gives it too:"
            " choose.",
            field=cut(field),
        )
    has_parts = "numerator" in header and "denominator" in {*header, *constants}
    if "value" not in header and not has_parts:
        why = _alike(header, "value", ours=True) or _found(header)
        raise BadFile(f"The file has neither a column value nor numerator and denominator{why}")


def _place(
    header: Sequence[str], field: str, name: str, mapping: Mapping, *, ours: bool
) -> int | None:
    """Where the column of a field stands, by the first of its names that the file has."""
    for named in (name, *mapping.others.get(field, ())):
        found = [place for place, column in enumerate(header) if column == named]
        if len(found) > 1:
            raise BadFile(
                f"The file has {len(found)} columns {cut(named)!r}: which one?", field=cut(named)
            )
        if found:
            return found[0]
    if field in mapping.optional:
        return None
    why = _alike(header, name, ours=ours) or _found(header)
    raise BadFile(f"The file has no column {cut(name)!r}{why}", field=cut(name))


def _alike(header: Sequence[str], name: str, *, ours: bool) -> str:
    """The end of a sentence about a column that is there in another spelling; "" where none is."""
    found = [column for column in header if plain_name(column) == plain_name(name)]
    if not found:
        return _slip(header, name, ours=ours)
    if len(found) != 1:
        return ""
    return f", but {cut(found[0])!r}, in which only case or blanks differ: {_write(name, ours)}."


def _slip(header: Sequence[str], name: str, *, ours: bool) -> str:
    """The same about a column that is there with a slip of the pen."""
    slip = Slips(Spelt(column, column, CODES) for column in header[:MOST_SEARCHED]).of(name)
    if slip is None:
        return ""
    write = _write(name, ours)
    return f", but {cut(slip.code)!r}, which is spelt nearly so: if it is meant, {write}."


def _write(name: str, ours: bool) -> str:  # noqa: FBT001 - the one thing it depends on
    """How to write a column: as the mapping does, where the mapping names it."""
    if ours:
        return f"write it as {cut(name)!r} in the file, or name it under [columns] of a mapping"
    return "write it in the file and in the mapping alike"


def _found(header: Sequence[str]) -> str:
    """The end of a sentence about a column that is not there: which are."""
    names = [name for name in header if name]
    if not names:
        return "; that row names no column."
    if len(names) != 1:
        return f"; its columns are {told(names)}."
    for separator, (called, written) in SEPARATORS.items():
        if separator != COMMA and separator in names[0]:
            return (
                f": all of it is one column, since {called}s stand between the columns and not"
                f" commas. Put separator = {written} at the top of the mapping, or save the file"
                " with commas."
            )
    return f"; its only column is {told(names)}."


def _is_ours(name: str) -> bool:
    return name in FIELDS or f"{name}.".startswith(PREFIX)
