"""A file as a table of text, whatever it was written as, and the bounds that every file keeps."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "windows-1252"]
Format = Literal["csv", "xlsx", "json", "dhis2"]

MOST_BYTES = 256_000_000  # of a file, and of the text a workbook unfolds to
MOST_ROWS = 2_000_000
MOST_COLUMNS = 16_384  # as many as a workbook can have
MOST_FIELD = 1_000_000  # characters of one field: more is a quote that was never closed
MOST_RECORD = 4_000_000  # bytes of one row, with all its line breaks

NumberedRow = tuple[int, Sequence[str]]


class TextRow(NamedTuple):
    """A row as text. ``number`` counts as a person does in a spreadsheet: the first row is 1.

    The first object of a JSON list is row 2, as it would be in a table with a header.
    """

    number: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """A file's header, what it is, the encoding it was read in, and its rows.

    ``rows`` reads them anew at every call, as they are asked for, so that no text is held twice:
    each is its number and its cells. Taking a row raises BadFile where the file cannot be read on.
    ``sheets`` are those of a workbook that whoever opens it sees, the one that was read before all.
    ``divided`` are the names that stand for an object in some row: its members are columns instead.
    """

    header: tuple[str, ...]
    format: Format
    encoding: Encoding
    rows: Callable[[], Iterator[NumberedRow]]
    sheets: tuple[str, ...] = ()
    divided: frozenset[str] = frozenset()
