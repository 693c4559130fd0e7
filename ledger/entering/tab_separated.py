"""The cells of rows that were copied from a spreadsheet: tabs between cells, a line for each row.

A cell with a tab, a line's end or a quotation mark in it stands in quotation marks, its own ones
doubled. What only begins with a quotation mark is a text like any other, so that one which is
never closed cannot swallow the rows that follow.
"""

import re

_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"[^\t\r\n]*")
_ENDS = re.compile(r"\r\n|\r|\n")


def cells_of(text: str) -> list[list[str]]:
    """Every row with its cells, blank ones too; the end of the last line begins no row."""
    rows: list[list[str]] = []
    place = 0
    while place < len(text):
        row, place = _row(text, place)
        rows.append(row)
    return rows


def _row(text: str, place: int) -> tuple[list[str], int]:
    """The row that begins at a place, and where the next one does."""
    row: list[str] = []
    while True:
        quoted = _QUOTED.match(text, place)
        found = quoted or _PLAIN.match(text, place)
        assert found is not None  # a plain cell may be empty
        row.append(quoted[1].replace('""', '"') if quoted else found[0])
        place = found.end()
        if not text.startswith("\t", place):
            break
        place += 1
    end = _ENDS.match(text, place)
    return row, end.end() if end else place
