"""From bytes to rows of text: encodings, bounds, and rows counted as a person counts them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import sample

from ledger.loading.columns import find_columns
from ledger.loading.mapping import read_mapping
from ledger.loading.reading import read_table
from ledger.loading.table import MOST_FIELD, TextRow
from policies.refusals import BadFile

HART = "hart_kpi/kpis_2014-08-07.csv"


def rows(content: bytes) -> list[TextRow]:
    return [TextRow(number, tuple(cells)) for number, cells in read_table(content).rows()]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    """Spreadsheets put it in front; it is read past."""
    content = sample(HART)
    plain, marked = read_table(content), read_table(b"\xef\xbb\xbf" + content)

    assert "ref" == marked.header[0]
    assert (plain.header, plain.encoding) == (marked.header, marked.encoding)
    assert rows(content) == rows(b"\xef\xbb\xbf" + content)


def test_what_is_not_utf_8_is_read_as_windows_1252_and_says_so() -> None:
    """The same published rows, dashes and pounds included, from either encoding."""
    text = sample(HART).decode()
    assert {"–", "£"} <= set(text)
    old = read_table(text.encode("cp1252"))

    assert "windows-1252" == old.encoding
    assert "utf-8" == read_table(sample(HART)).encoding
    assert rows(sample(HART)) == rows(text.encode("cp1252"))


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    """The header is row 1; a blank line counts and is no row; a quoted line break adds none."""
    content = b'a,b\n1,"x\ny"\n\n2,z\r\n'

    assert [TextRow(2, ("1", "x\ny")), TextRow(4, ("2", "z"))] == rows(content)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    """Also the one of old Macs."""
    assert [TextRow(2, ("1", "2"))] == rows(ending.join(["a,b", "1,2", ""]).encode())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"a,b\n1,\0\n", "NUL"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"a,b\n1,\xe9\x81\n", "neither UTF-8 nor Windows-1252 (byte 8)"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "Row 3 cannot be read: a quote is opened and never closed"),
        (b'a,b\n1,2\n3,"4"x\n', "Row 3 cannot be read: there is text after a closing quote"),
        (b"a,b\n1," + b"x" * (MOST_FIELD + 1), "Row 2 cannot be read: a field is longer than"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, says: str) -> None:
    """One sentence, with the row where there is one."""
    with pytest.raises(BadFile) as caught:
        rows(content)

    assert says in caught.value.detail


def test_the_longest_field_is_still_read() -> None:
    """The bound is inclusive."""
    [row] = rows(b"a,b\n1," + b"x" * MOST_FIELD)

    assert MOST_FIELD == len(row.cells[1])


def test_rows_are_read_as_they_are_asked_for() -> None:
    """A fault further down does not stop the rows above it."""
    found = read_table(b'a\n1\n"2').rows()

    assert (2, ["1"]) == next(found)
    with pytest.raises(BadFile):
        next(found)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=2),
        min_size=1,
    )
)
def test_every_table_survives_being_written_and_read(table: list[list[str]]) -> None:
    """Whatever the cells hold: quotes, commas, line breaks, any script."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *table])

    assert [tuple(row) for row in table] == [
        row.cells for row in rows(text.getvalue().encode("utf-8"))
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No file, however broken, brings anything but rows or a refusal."""
    try:
        for number, _ in read_table(content).rows():
            assert number > 1
    except BadFile as refusal:
        assert refusal.detail


MAPPING = """
[columns]
indicator = "ref"
value = "this_quarter"
breakdown.unit = "unit_suffix"
[constants]
area = "E07000089"
period = "FY2014-Q1"
"""


def test_the_columns_that_a_mapping_names_are_found_by_name() -> None:
    """Cells by column, trimmed; constants for what has none; "" for what is not given."""
    table = read_table(sample(HART))
    columns = find_columns(table.header, read_mapping(MAPPING))
    _, cells = next(table.rows())

    assert ("CS01", "95.9", "E07000089", "") == tuple(
        columns.text(cells, field) for field in ("indicator", "value", "area", "note")
    )
    assert {"unit": 2} == columns.breakdown


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("ref", "unit_suffix", "target"), "no column 'this_quarter'; its columns are ref"),
        (("ref", "this_quarter"), "no column 'unit_suffix'"),
        (("ref", "unit_suffix", "this_quarter", "this_quarter"), "2 columns 'this_quarter'"),
    ],
)
def test_a_column_that_is_absent_or_there_twice_is_refused(
    header: tuple[str, ...], says: str
) -> None:
    """Nobody guesses which column was meant."""
    with pytest.raises(BadFile) as caught:
        find_columns(header, read_mapping(MAPPING))

    assert says in caught.value.detail


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("indicator", "area", "value"), "no column 'period'"),
        (("indicator", "area", "period", "note"), "neither a column value nor numerator"),
        (("indicator", "area", "period", "numerator"), "neither a column value nor numerator"),
    ],
)
def test_a_file_in_our_own_form_needs_our_columns(header: tuple[str, ...], says: str) -> None:
    """Keys and a figure, or its two parts."""
    with pytest.raises(BadFile) as caught:
        find_columns(header, None)

    assert says in caught.value.detail


def test_columns_of_our_own_form_that_mean_nothing_are_named() -> None:
    """A misspelt column must not be lost in silence."""
    columns = find_columns(("indicator", "area", "period", "value", "breakdown_sex"), None)

    assert ("breakdown_sex",) == columns.ignored
