"""Reads one sheet of a workbook and writes it as CSV: a process of its own, with limits.

The workbook comes on standard input, the CSV goes to standard output, and to standard error the
names of the sheets that are seen, the one that was read before all, as a list in JSON. What a
person should be told goes to standard error instead, with status 3. It imports nothing of ours, so
that it starts quickly, and is run as a script.
"""

import csv
import io
import json
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
ERROR_SIGNS = (b't="e"', b"t='e'")
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


Errors = Mapping[int, Mapping[int, str]]  # the texts of cells that show an error: by row and column


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
        write(sheet, errors_in(content, sheet.name), limits)
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
            "The file is an archive and no XLSX workbook: save the sheet as XLSX or CSV."
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


def errors_in(content: io.BytesIO, name: str) -> Errors:
    """The cells of a sheet that show an error, such as #N/A.

    The reader of sheets gives them as empty, and what is empty is a figure that is missing.
    """
    try:
        archive = zipfile.ZipFile(content)
        part = part_of(archive, name)
        if part and any(
            sign in some for some in overlapping(archive, part) for sign in ERROR_SIGNS
        ):
            return found_errors(archive, part)
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
            before = piece[-max(map(len, ERROR_SIGNS)) :]


def found_errors(archive: zipfile.ZipFile, part: str) -> Errors:
    """The texts of cells with an error, read as the part goes by."""
    found: dict[int, dict[int, str]] = {}
    row, column, wanted = 0, 0, False  # both as a person counts
    text: list[str] = []

    def begins(tag: str, given: dict[str, str]) -> None:
        nonlocal row, column, wanted
        match tag.rpartition(":")[2]:
            case "row":
                row, column = int(given.get("r", row + 1)), 0
            case "c":
                column = column_of(given["r"]) if "r" in given else column + 1
                wanted = given.get("t") == "e"
                text.clear()

    def ends(tag: str) -> None:
        nonlocal wanted
        if wanted and tag.rpartition(":")[2] == "v":
            found.setdefault(row - 1, {})[column - 1] = "".join(text).strip()
            wanted = False

    def says(some: str) -> None:
        if wanted:
            text.append(some)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler = says
    with archive.open(part) as opened:
        parser.ParseFile(opened)
    return found


def column_of(cell: str) -> int:
    """The number of a cell's column: 28 for AB12."""
    number = 0
    for letter in cell.rstrip("0123456789").upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def write(sheet: CalamineSheet, errors: Errors, limits: Limits) -> None:
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
        for column, error in errors.get(number, {}).items():
            cells[column] = error
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
