"""From the bytes of a CSV file to rows of text, within bounds."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from ledger.loading.table import (
    MOST_COLUMNS,
    MOST_FIELD,
    MOST_RECORD,
    MOST_ROWS,
    Encoding,
    NumberedRow,
    Table,
)
from policies.refusals import BadFile

csv.field_size_limit(MOST_FIELD)  # the module has one limit for the process, lower by default

_CODECS = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}
_CHUNK = 1 << 20  # bytes looked at together
_FAULTS = (  # what the csv module says, and what a person can do something about
    ("field larger", f"a field is longer than {MOST_FIELD:,} characters; is a quote left open?"),
    ("unexpected end", "a quote is opened and never closed."),
    ("expected after", "there is text after a closing quote; inside a field, write a quote twice."),
)


class _TooLong(Exception):
    """The lines of one row go on and on."""


def read_csv(content: bytes, separator: str = ",", header_row: int = 0) -> Table:
    """Open a CSV file: UTF-8 with or without a byte order mark, else Windows-1252.

    Wholly blank lines are no rows, but count as lines. ``header_row`` is the number of the row that
    names the columns, 0 for the first that is not blank. Raises BadFile.
    """
    encoding = _encoding(content)
    _check_lines(content)
    rows = partial(_rows, content, encoding, separator)
    above, header = _header(rows(), header_row)
    if len(header) > MOST_COLUMNS:
        raise BadFile(f"The file has {len(header):,} columns; at most {MOST_COLUMNS:,} are read.")
    names = tuple(name.strip() for name in header)
    return Table(names, "csv", encoding, lambda: islice(rows(), above + 1, None))


def _header(rows: Iterator[NumberedRow], wanted: int) -> tuple[int, Sequence[str]]:
    """How many rows stand above the header, and what that says."""
    number = 0
    for above, (number, cells) in enumerate(rows):
        if number == wanted or not wanted:
            return above, cells
        if number > wanted:
            raise BadFile(f"Row {wanted:,} must name the columns, by header_row, and is blank.")
    if not number:
        raise BadFile("The file is empty: its first row must name the columns.")
    raise BadFile(
        f"The file has {number:,} row{'s' if number > 1 else ''}, and by header_row the row"
        f" {wanted:,} must name the columns."
    )


def _encoding(content: bytes) -> Encoding:
    """The encoding the whole of the content can be read in, tried piece by piece."""
    if b"\0" in content:
        raise BadFile("The file holds NUL bytes, so it is not text: save it as CSV in UTF-8.")
    if content.isascii() or _fault(content, "utf-8") is None:
        return "utf-8"
    wrong = _fault(content, "cp1252")
    if wrong is None:
        return "windows-1252"
    raise BadFile(
        f"The file is neither UTF-8 nor Windows-1252 (byte {wrong + 1:,}): save it as CSV in UTF-8."
    )


def _fault(content: bytes, codec: str) -> int | None:
    """Where the content cannot be read in a codec, near enough; None where it can."""
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    for start in range(0, len(view), _CHUNK):
        try:
            decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(view))
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _check_lines(content: bytes) -> None:
    """Refuse a line that is too long before any of it is taken apart."""
    start, last = 0, len(content) - MOST_RECORD
    while start < last:
        end = start + MOST_RECORD
        line_end = max(content.rfind(b"\n", start, end), content.rfind(b"\r", start, end))
        if line_end < 0:
            raise BadFile(_too_long(content.count(b"\n", 0, start) + 1))
        start = line_end + 1


def _too_long(number: int) -> str:
    return (
        f"Row {number:,} cannot be read: it is longer than {MOST_RECORD:,} bytes; is a quote left"
        " open, or is this no table?"
    )


def _rows(content: bytes, encoding: Encoding, separator: str) -> Iterator[NumberedRow]:
    number = 0
    size = [0]  # characters of the row so far; reset here, counted by _lines
    source = io.BytesIO(content)
    if encoding != "utf-8" and content.startswith(codecs.BOM_UTF8):
        source.seek(len(codecs.BOM_UTF8))  # what wrote it meant UTF-8, and the rest is not
    lines = io.TextIOWrapper(source, encoding=_CODECS[encoding], newline="")
    try:
        # Strict, because a quote never closed would otherwise swallow the rest of the file.
        told = _counted(lines, size) if b'"' in content else lines
        reader = csv.reader(told, delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1):  # noqa: B007
            size[0] = 0
            if cells:
                yield number, cells
            if number > MOST_ROWS:
                raise BadFile(f"The file has more than {MOST_ROWS:,} rows: split it.")
    except csv.Error as error:
        raise BadFile(_sentence(number + 1, str(error))) from None
    except _TooLong:
        raise BadFile(_too_long(number + 1)) from None


def _counted(lines: Iterable[str], size: list[int]) -> Iterator[str]:
    """The lines, as long as those of one quoted row are together not too long."""
    for line in lines:
        size[0] += len(line)
        if size[0] > MOST_RECORD:
            raise _TooLong
        yield line


def _sentence(number: int, error: str) -> str:
    why = next((sentence for sign, sentence in _FAULTS if sign in error), f"{error}.")
    return f"Row {number:,} cannot be read: {why}"
