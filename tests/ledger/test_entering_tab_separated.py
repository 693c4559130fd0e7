"""Cells copied from a spreadsheet are read as they were written, and no row is ever lost."""

import csv
import io
import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entering.tab_separated import cells_of

TEXTS = st.text(st.sampled_from('ab1.,"\t\r\n é'), max_size=8)
TABLES = st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=6)


def written(
    table: list[list[str]], ends: str = "\r\n", quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
) -> str:
    """As a spreadsheet copies it."""
    text = io.StringIO(newline="")
    csv.writer(text, "excel-tab", lineterminator=ends, quoting=quoting).writerows(table)
    return text.getvalue()


@given(TABLES)
def test_what_a_spreadsheet_writes_is_read_back(table: list[list[str]]) -> None:
    assert table == cells_of(written(table))
    assert table == cells_of(written(table, "\n", csv.QUOTE_ALL))


@given(TABLES.filter(bool))
def test_the_end_of_the_last_line_may_be_missing(table: list[list[str]]) -> None:
    table[-1].append("z")
    assert table == cells_of(written(table)[:-2])


@given(st.text(st.sampled_from("ab \t\r\n"), max_size=30))
def test_without_quotation_marks_every_line_is_a_row(text: str) -> None:
    lines = re.split("\r\n|\r|\n", text)
    if not lines[-1]:
        lines.pop()
    assert [line.split("\t") for line in lines] == cells_of(text)


@given(st.text(st.sampled_from('ab"\t\r\n'), max_size=30))
def test_no_character_is_lost_however_the_marks_stand(text: str) -> None:
    kept = "".join(cell for row in cells_of(text) for cell in row)
    assert re.sub(r'["\t\r\n]', "", text) == re.sub(r'["\t\r\n]', "", kept)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"half\tone\nnext\ttwo', [['"half', "one"], ["next", "two"]]),
        ('5" pipe\t"so" called\nnext', [['5" pipe', '"so" called'], ["next"]]),
        ("", []),
        ("\n", [[""]]),
        ("a\t\n\nb", [["a", ""], [""], ["b"]]),
    ],
)
def test_a_mark_that_is_never_closed_swallows_nothing(text: str, rows: list[list[str]]) -> None:
    assert rows == cells_of(text)
