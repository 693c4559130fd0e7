"""Reads one sheet of a workbook and writes it as CSV: a process of its own, with limits.

The workbook comes on standard input, the CSV goes to standard output. What a person should be told
goes to standard error, with status 3. It imports nothing of ours, so that it starts quickly, and
is run as a script.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from decimal import Decimal
from typing import TypedDict

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

UNUSABLE = 3  # the exit status of a workbook that a sentence was said about
MAIN_PART = "xl/workbook.xml"
_ENCRYPTED = 0x1  # the flag of a part of an archive that needs a password


class Limits(TypedDict):
    """What a workbook may take; ``sheet`` is the name of the sheet wanted, "" the first."""

    sheet: str
    memory_bytes: int
    cpu_seconds: int
    parts: int
    unfolded_bytes: int
    rows: int
    columns: int
    text_bytes: int


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
        write(open_sheet(content, limits["sheet"]), limits)
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


def open_sheet(content: io.BytesIO, name: str) -> CalamineSheet:
    """The sheet of that name, or the first."""
    try:
        content.seek(0)
        book = CalamineWorkbook.from_filelike(content)
        names = book.sheet_names
        if name and name not in names:
            known = ", ".join(names)
            raise Unusable(f"The workbook has no sheet {name!r}; its sheets are {known}.")
        if not names:
            raise Unusable("The workbook has no sheets.")
        return book.get_sheet_by_name(name or names[0])
    except PasswordError:
        raise Unusable("The workbook has a password: save it without one.") from None
    except CalamineError as error:
        raise Unusable(f"The workbook cannot be read: {error}.") from None


def write(sheet: CalamineSheet, limits: Limits) -> None:
    """Write the rows of a sheet; a blank one is a blank line, so that each keeps its number."""
    if sheet.total_height > limits["rows"]:
        raise Unusable(f"The sheet has more than {limits['rows']:,} rows: split it.")
    if sheet.total_width > limits["columns"]:
        raise Unusable(f"The sheet has more than {limits['columns']:,} columns.")
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    rows = csv.writer(text, lineterminator="\n")
    written = 0
    for row in sheet.iter_rows():
        cells = [as_text(cell) for cell in row]
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
