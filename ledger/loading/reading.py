"""From the bytes of a CSV file to rows of text, within bounds."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from policies.refusals import BadFile

Encoding = Literal["utf-8", "windows-1252"]

MOST_FIELD = 1_000_000  # characters of one field: more is a quote that was never closed
csv.field_size_limit(MOST_FIELD)  # the module has one limit for the process, lower by default

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ZIP_MARK = b"PK\x03\x04"
_FAULTS = (  # what the csv module says, and what a person can do something about
    ("field larger", f"a field is longer than {MOST_FIELD:,} characters; is a quote left open?"),
    ("unexpected end", "a quote is opened and never closed."),
    ("expected after", "there is text after a closing quote; inside a field, write a quote twice."),
)


class TextRow(NamedTuple):
    """A row as text. ``number`` counts as a person does in a spreadsheet: the first row is 1."""

    number: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """A file's header, the encoding it was read in, and its rows, read as they are asked for.

    Taking a row raises BadFile where the file cannot be read on.
    """

    header: tuple[str, ...]
    encoding: Encoding
    rows: Iterator[TextRow]


def read_csv(content: bytes) -> Table:
    """Open a CSV file: UTF-8 with or without a byte order mark, else Windows-1252.

    Wholly blank lines are no rows, but count as lines. Raises BadFile.
    """
    text, encoding = _decoded(content)
    rows = _rows(io.StringIO(text, newline=""))
    header = next(rows, None)
    if header is None:
        raise BadFile("The file is empty: its first row must name the columns.")
    return Table(tuple(name.strip() for name in header.cells), encoding, rows)


def _decoded(content: bytes) -> tuple[str, Encoding]:
    if content.startswith(_ZIP_MARK):
        raise BadFile("The file is a workbook or a ZIP archive, not CSV: save the sheet as CSV.")
    if content.startswith(_UTF16_MARKS):
        raise BadFile("The file is UTF-16 text: save it as CSV in UTF-8.")
    if b"\0" in content:
        raise BadFile("The file holds NUL bytes, so it is not text: save it as CSV in UTF-8.")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError as error:
        raise BadFile(
            f"The file is neither UTF-8 nor Windows-1252 (byte {error.start + 1:,}): save it as"
            " CSV in UTF-8."
        ) from None


def _rows(lines: Iterable[str]) -> Iterator[TextRow]:
    number = 0
    try:
        # Strict, because a quote never closed would otherwise swallow the rest of the file.
        for number, cells in enumerate(csv.reader(lines, strict=True), start=1):  # noqa: B007
            if cells:
                yield TextRow(number, tuple(cells))
    except csv.Error as error:
        raise BadFile(_sentence(number + 1, str(error))) from None


def _sentence(number: int, error: str) -> str:
    why = next((sentence for sign, sentence in _FAULTS if sign in error), f"{error}.")
    return f"Row {number:,} cannot be read: {why}"
