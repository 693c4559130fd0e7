"""Reads one sheet of a workbook and writes it as CSV: a process of its own, with limits.

The workbook comes on standard input, the CSV goes to standard output, and to standard error the
names of the sheets that are seen, the one that was read before all, as a list in JSON. What a
person should be told goes to standard error instead, with status 3. It imports nothing of ours, so
that it starts quickly, and is run as a script.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from posixpath import join, normpath
from typing import TypedDict
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

UNUSABLE = 3  # the exit status of a workbook that a sentence was said about
MAIN_PART = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
ERROR_SIGN = re.compile(rb"""t=["']e["']""")
NO_RESULT = re.compile(  # a formula, and nothing that it comes to
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?: [^<>]*)?/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)"
)
OVERLAP = 1000  # bytes of a piece that are looked at again with the next, for what lies across
MOST_TOLD = 60  # characters of a name that a sentence tells
MOST_LISTED = 20  # names that a sentence lists
CHUNK = 1 << 20  # bytes of a part looked at together
_ENCRYPTED = 0x1  # the flag of a part of an archive that needs a password


class Limits(TypedDict):
    """What a workbook may take; ``sheet`` is the name of the sheet wanted, "" the first
    that is not hidden."""

    sheet: str
    memory_bytes: int
    cpu_seconds: int
    parts: int
    unfolded_bytes: int
    rows: int
    columns: int
    text_bytes: int


Unread = Mapping[int, Mapping[int, str]]  # the texts of cells that are no figure: by row and column


class Unusable(Exception):
    """A sentence for the person whose workbook it is."""


def main() -> None:
    """Read within the limits that the one argument gives as JSON."""
    limits: Limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        content = io.BytesIO(sys.stdin.buffer.read())
        check_directory(content, limits)
        book, sheet = open_sheet(content, limits["sheet"])
        write(sheet, unread_in(content, sheet.name), limits)
        sheets = [sheet.name, *(name for name in seen(book) if name != sheet.name)]
        sys.stderr.buffer.write(json.dumps(sheets).encode())
    except Unusable as unusable:
        sys.stderr.buffer.write(str(unusable).encode())
        sys.exit(UNUSABLE)


def check_directory(content: io.BytesIO, limits: Limits) -> None:
    """Look at what the archive says it holds, before anything is unfolded."""
    try:
        parts = zipfile.ZipFile(content).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unusable("The workbook is cut short or damaged: save it anew.") from None
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Unusable("The workbook has a password: save it without one.")
    if len(parts) > limits["parts"]:
        raise Unusable(f"The workbook has {len(parts):,} parts; at most {limits['parts']:,}.")
    unfolded = sum(part.file_size for part in parts)
    if unfolded > limits["unfolded_bytes"]:
        most = limits["unfolded_bytes"]
        raise Unusable(f"The workbook unfolds to {unfolded:,} bytes; at most {most:,} are read.")
    if MAIN_PART not in {part.filename for part in parts}:
        raise Unusable(
            "The file is an archive and no XLSX workbook: unpack it first, or save the sheet as"
            " XLSX or CSV."
        )


def open_sheet(content: io.BytesIO, name: str) -> tuple[CalamineWorkbook, CalamineSheet]:
    """The workbook, and its sheet of that name, or the first that whoever opens it sees."""
    try:
        content.seek(0)
        book = CalamineWorkbook.from_filelike(content)
        names = book.sheet_names
        if name and name not in names:
            known = ", ".join(one[:MOST_TOLD] for one in names[:MOST_LISTED])
            more = ", …" if len(names) > MOST_LISTED else ""
            sentence = f"has no sheet {name[:MOST_TOLD]!r}; its sheets are {known}{more}."
            raise Unusable(f"The workbook {sentence}")
        if not names:
            raise Unusable("The workbook has no sheets.")
        return book, book.get_sheet_by_name(name or first_seen(book))
    except PasswordError:
        raise Unusable("The workbook has a password: save it without one.") from None
    except CalamineError as error:
        raise Unusable(f"The workbook cannot be read: {error}.") from None


def first_seen(book: CalamineWorkbook) -> str:
    """The name of the first sheet with cells that is not hidden."""
    for name in seen(book):
        return name
    raise Unusable("Every sheet of the workbook is hidden: name one in the mapping, as its sheet.")


def seen(book: CalamineWorkbook) -> list[str]:
    """The names of the sheets with cells that are not hidden."""
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]


def unread_in(content: io.BytesIO, name: str) -> Unread:
    """The cells of a sheet that show an error, such as #N/A, or have a formula and no result.

    The reader of sheets gives them as empty, and what is empty is a figure that is missing. A
    formula has no result where a program wrote the workbook, and no spreadsheet has saved it since.
    """
    try:
        archive = zipfile.ZipFile(content)
        part = part_of(archive, name)
        if part and any(
            ERROR_SIGN.search(some) or NO_RESULT.search(some) for some in overlapping(archive, part)
        ):
            return found_unread(archive, part)
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, OSError):
        raise Unusable("The workbook is damaged: save it anew.") from None
    return {}


def part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The part of the archive that a sheet is in; "" where nothing says so."""
    parts = {part.lower(): part for part in archive.namelist()}
    book, links = (parts.get(part.lower(), "") for part in (MAIN_PART, LINKS))
    if not (book and links):
        return ""
    targets = {one.get("Id"): one.get("Target", "") for _, one in elements(archive.read(links))}
    for tag, sheet in elements(archive.read(book)):
        if tag == "sheet" and sheet.get("name") == name:
            target = next(
                (targets.get(one, "") for key, one in sheet.items() if key[-3:] == ":id"), ""
            )
            return parts.get(normpath(join("/xl", target)).removeprefix("/").lower(), "")
    return ""


def elements(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part, without their prefixes, and what each is given."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, given: found.append((tag.rpartition(":")[2], given))
    parser.Parse(content, True)
    return found


def overlapping(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part piece by piece, each with the end of the one before."""
    with archive.open(part) as opened:
        before = b""
        while piece := opened.read(CHUNK):
            yield before + piece
            before = piece[-OVERLAP:]


class Cells:
    """Finds the cells that the reader gives as empty, as the elements of a sheet go by."""

    def __init__(self) -> None:
        self.found: dict[int, dict[int, str]] = {}
        self._row, self._column = 0, 0  # as a person counts
        self._kind, self._formula, self._value = "n", "", ""
        self._text: list[str] | None = None  # of a formula or a value, and of nothing else

    def begins(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        match tag.rpartition(":")[2]:
            case "row":
                self._row, self._column = int(given.get("r", self._row + 1)), 0
            case "c":
                self._column = column_of(given["r"]) if "r" in given else self._column + 1
                self._kind, self._formula, self._value = given.get("t", "n"), "", ""
            case "f" | "v":
                self._text = []

    def says(self, some: str) -> None:
        """Text of the element."""
        if self._text is not None:
            self._text.append(some)

    def ends(self, tag: str) -> None:
        """An element ends; a formula that shares the text of another has none of its own."""
        match tag.rpartition(":")[2]:
            case "f":
                self._formula = f"={self._taken()}"
            case "v":
                self._value = self._taken()
            case "c" if self._kind == "e":
                self._keep(self._value)
            case "c" if self._kind == "n" and self._formula and not self._value:
                self._keep(self._formula)

    def _taken(self) -> str:
        text, self._text = "".join(self._text or ()).strip(), None
        return text

    def _keep(self, text: str) -> None:
        self.found.setdefault(self._row - 1, {})[self._column - 1] = text


def found_unread(archive: zipfile.ZipFile, part: str) -> Unread:
    """The texts of cells with an error, and the formulas without a result."""
    cells = Cells()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = cells.begins, cells.ends
    parser.CharacterDataHandler = cells.says
    with archive.open(part) as opened:
        parser.ParseFile(opened)
    return cells.found


def column_of(cell: str) -> int:
    """The number of a cell's column: 28 for AB12."""
    number = 0
    for letter in cell.rstrip("0123456789").upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def write(sheet: CalamineSheet, unread: Unread, limits: Limits) -> None:
    """Write the rows of a sheet; a blank one is a blank line, so that each keeps its number."""
    if sheet.total_height > limits["rows"]:
        raise Unusable(f"The sheet has more than {limits['rows']:,} rows: split it.")
    if sheet.total_width > limits["columns"]:
        raise Unusable(f"The sheet has more than {limits['columns']:,} columns.")
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    rows = csv.writer(text, lineterminator="\n")
    written = 0
    for number, row in enumerate(sheet.iter_rows()):
        cells = [as_text(cell) for cell in row]
        for column, shown in unread.get(number, {}).items():
            if column < limits["columns"]:
                cells += [""] * (column + 1 - len(cells))  # past the last cell that is not empty
                cells[column] = shown
        written += rows.writerow(cells) if any(cells) else text.write("\n")
        if written > limits["text_bytes"]:
            raise Unusable("The sheet holds more text than is read from one file: split it.")
    text.flush()


def as_text(cell: object) -> str:
    """A cell as a person would write it: a number in decimal notation, a day as 2021-06-30.

    A number is the shortest decimal that names what the workbook holds: 9.37 for the 9.37 that it
    writes as 9.3699999999999992.
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return str(cell).removesuffix(" 00:00:00")


if __name__ == "__main__":
    main()
