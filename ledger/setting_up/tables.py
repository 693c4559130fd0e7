"""The tables of a set-up file: which there may be, and their entries, in TOML or in a CSV file."""

import csv
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

from ledger.setting_up.entry import Entry
from ledger.setting_up.problems import Place, Problems, nearest, one_of
from policies.refusals import BadSetup
from policies.texts import composed

ReadFile = Callable[[str], str]

LISTS = (
    "partners",
    "bodies",
    "people",
    "roles",
    "blocks",
    "priorities",
    "outcomes",
    "indicators",
    "targets",
    "code_maps",
    "comparator_groups",
    "baskets",
)
IN_A_FILE = ("indicators", "targets")  # may also come from a CSV file, named by `…_from`
FROM = {f"{table}_from": table for table in IN_A_FILE}
TABLES = ("agreement", *LISTS, "policies", *FROM)
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
POLICIES_NOT_YET = ("clocks", "change_control", "quality")
NAMED_BY = {
    "people": ("id",),
    "roles": ("person", "role", "scope"),
    "targets": ("indicator", "area", "period"),
    "code_maps": ("kind", "name"),
}


def read_document(text: str, problems: Problems) -> dict[str, Any]:
    """The TOML document, numbers exact; unknown tables are noted. Raises BadSetup if unreadable."""
    try:
        document = tomllib.loads(composed(text), parse_float=Decimal)
    except tomllib.TOMLDecodeError as broken:
        raise BadSetup(f"The set-up is not a TOML file: {broken}.") from None
    for name in document:
        check_name(name, TABLES, (), Place(f"[{name}]", name), problems)
    return document


def check_name(
    name: str, known: tuple[str, ...], not_yet: tuple[str, ...], place: Place, problems: Problems
) -> bool:
    """Whether there is such a table; one that is not, or not yet, is noted."""
    if name in known:
        return True
    if name in not_yet:
        problems.add(place, "", "this table is not supported yet: leave it out for now.")
    else:
        sentence = f"there is no such table. The tables are: {', '.join(known)}."
        problems.add(place, "", sentence + nearest(name, known))
    return False


def entries_of(
    document: Mapping[str, Any], table: str, read_file: ReadFile, problems: Problems
) -> list[Entry]:
    """The entries of a table: those of the CSV file it may come from, then those of its own."""
    given = document.get(table, [])
    if not isinstance(given, list) or not all(isinstance(values, dict) for values in given):
        place = Place(f"[[{table}]]", table)
        problems.add(place, "", f"write [[{table}]] above each entry, in double brackets.")
        given = []
    entries = []
    if f"{table}_from" in document and table in IN_A_FILE:
        entries += entries_in_file(table, document[f"{table}_from"], read_file, problems)
    return entries + [_entry(table, n, values, "") for n, values in enumerate(given, start=1)]


def _entry(table: str, number: int, values: Mapping[str, object], where: str) -> Entry:
    named_by = NAMED_BY.get(table, ("code",))
    code = " ".join(str(values[key]) for key in named_by if key in values)
    words = f"[[{table}]] {code or f'number {number}'}{where}"
    return Entry(Place(words, f"{table}[{code or number}]"), values, code)


def entries_in_file(
    table: str, name: object, read_file: ReadFile, problems: Problems
) -> list[Entry]:
    """The entries of a table that a CSV file beside the set-up holds, one a row."""
    place = Place(f"{table}_from", f"{table}_from")
    path = PurePosixPath(name) if isinstance(name, str) and name else None
    if path is None or path.is_absolute() or ".." in path.parts:
        problems.add(place, "", f"{name!r} must be the name of a CSV file beside the set-up.")
        return []
    try:
        text = read_file(str(name))
    except BadSetup as unreadable:
        problems.add(place, "", unreadable.detail)
        return []
    except (OSError, UnicodeError) as unreadable:
        problems.add(place, "", f"{name} cannot be read: {unreadable}.")
        return []
    return _rows(table, str(name), text, place, problems)


def _rows(table: str, name: str, text: str, place: Place, problems: Problems) -> list[Entry]:
    reader = csv.reader(StringIO(composed(text.removeprefix("\ufeff")), newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as broken:
        problems.add(place, "", f"{name}, line {reader.line_num}, is not CSV: {broken}.")
        return []
    header = [column.strip() for column in rows[0]] if rows else []
    if fault := _fault(header):
        problems.add(place, "", f"{name}: {fault}")
        return []
    entries = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(table, number, _nested(header, row), f" ({name} row {number})")
        if len(row) > len(header):
            problems.add(entry.place, "", "the row has more cells than the header has columns.")
        entries.append(entry)
    return entries


def _fault(header: list[str]) -> str:
    """Why no row could be read by these names of columns; "" for nothing."""
    if not any(header):
        return "the header is missing."
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        return f"the column {one_of(twice)} comes twice."
    if len(header) == 1:
        for separator, called in OTHER_SEPARATORS.items():
            if separator in header[0]:
                return f"{called} stand between the columns: save it with commas."
    return ""


def _nested(header: list[str], row: list[str]) -> dict[str, object]:
    """A row by column, blanks left out; ``limits.low_red`` is the key low_red of limits."""
    values: dict[str, Any] = {}
    for column, cell in zip(header, row, strict=False):
        if cell.strip():
            outer, dot, inner = column.partition(".")
            if dot:
                values.setdefault(outer, {})[inner] = cell.strip()
            else:
                values[column] = cell.strip()
    return values
