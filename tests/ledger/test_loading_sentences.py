"""What is said of files that cannot be read as they are: what is wrong, and what to do."""

from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from samples_files.loads import Ledger, yearly

from ledger.loading.figures import Numbers, read_figure
from ledger.loading.judged import RowOutcomes
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Counts
from ledger.loading.reading import read_table
from policies.refusals import BadFile, BadMapping, NotANumber

HEADER = "indicator,area,period,value"
COLUMNS = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in HEADER.split(","))


def check(content: str | bytes, mapping: str = "", **definitions: Any) -> Checked:
    ledger = Ledger({"E1": "Here"}, definitions or {"I1": yearly()})
    given = content.encode() if isinstance(content, str) else content
    return ledger.check(given, read_mapping(mapping) if mapping else None)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("place,year,figure", "its columns are place, year, figure."),
        ("figure", "its only column is figure."),
        (HEADER.replace(",", ";"), 'semicolons stand .* Put separator = ";" at the top'),
        (HEADER.replace(",", "\t"), r'tabs stand .* Put separator = "\\t" at the top'),
        (HEADER.replace(",", "|"), r'upright strokes .* Put separator = "\|" at the top'),
    ],
)
@pytest.mark.parametrize("mapping", ["", COLUMNS])
def test_a_header_that_is_not_recognised_is_told(header: str, says: str, mapping: str) -> None:
    """Which columns there are, or why all of them are one, with or without a mapping."""
    with pytest.raises(BadFile, match=says):
        check(f"{header}\n", mapping)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_mapping_names_the_separator(separator: str) -> None:
    """As the sentence says, also where a cell in quotes has one in it."""
    written = separator.replace("\t", "\\t")
    mapping = f'separator = "{written}"\n{COLUMNS}'
    rows = f"{HEADER}\nI1,E1,FY2021,12.5\n".replace(",", separator)
    [row] = check(rows, mapping).outcomes
    [quoted] = check(rows.replace("I1", f'"I{separator}1"'), mapping).outcomes

    assert ("new", ("I1", "E1", "FY2021", "12.5")) == (row.outcome, row.cells)
    assert f"I{separator}1" == quoted.cells[0]


def test_a_separator_is_one_of_four() -> None:
    with pytest.raises(BadMapping, match="separator: must be one of"):
        read_mapping(f'separator = "x"\n{COLUMNS}')


def test_a_byte_order_mark_before_another_encoding_is_no_part_of_the_first_column() -> None:
    """It says UTF-8, and a letter further down is not."""
    table = read_table(b"\xef\xbb\xbfindicator,area\nI1,Caf\xe9\n")

    assert ("windows-1252", ("indicator", "area")) == (table.encoding, table.header)
    assert [(2, ["I1", "Caf\u00e9"])] == list(table.rows())


def test_lines_of_separators_alone_are_blank() -> None:
    """As spreadsheets end their CSV; the numbers of rows stay those of the file."""
    checked = check(f"{HEADER}\n,,,\nI1,E1,FY2021,1\n,,,\nI1,E1,FY2022,x\n,,,\n,,,\n")

    assert Counts(new=1, invalid=1) == checked.counts
    assert [3, 5] == [row.row for row in checked.outcomes]
    assert "FY2022" == checked.outcomes[1].cells[2]
    assert 3 == len(checked.everything().splitlines())


def test_a_check_that_was_kept_before_lines_were_blank_shows_its_rows() -> None:
    """What a judgement counted as a row is one, whatever is one now."""
    checked = check(f"{HEADER}\n,,,\nI1,E1,FY2021,1\n")
    before = check(f"{HEADER}\nI9,E1,FY2021,1\nI1,E1,FY2021,1\n").judged
    table = read_table(f"{HEADER}\n,,,\nI1,E1,FY2021,1\n".encode())
    outcomes = RowOutcomes(table, before)

    assert [(2, ""), (3, "I1")] == [(row.row, row.cells[0]) for row in outcomes]
    assert "I1" == outcomes[1].cells[0]
    assert [(3, "I1")] == [(row.row, row.cells[0]) for row in islice(checked.outcomes, 5)]


def test_a_code_whose_meaning_another_has_is_told_as_that() -> None:
    """It had been called no indicator of the agreement, which it is."""
    mapping = COLUMNS.replace("[columns]", "[columns]") + '[codes.indicators]\nB = "I1"\n'
    mapping += '[codes.areas]\nthere = "E1"\n'
    content = f"{HEADER}\nI1,there,FY2021,1\nB,E1,FY2021,1\nC,there,FY2021,1\n"
    indicator, area, unknown = check(content, mapping).outcomes

    assert ["rejected"] * 3 == [one.outcome for one in (indicator, area, unknown)]
    assert "'B' is read as 'I1' by the mapping's codes" in indicator.detail
    assert "'there' is read as 'E1' by the mapping's codes" in area.detail
    assert "'C' is not an indicator of this agreement." == unknown.detail


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12,5", "A decimal comma is not read: write 12.5."),
        ("1.0E7", "An exponent is not read: write the figure in full."),
        ("1.2E+07%", "Leave out the %. An exponent is not read: write the figure in full."),
        ("1,234", 'put thousands = "," into [numbers] of the mapping.'),
        ("-1 234 567.8", 'put thousands = " " into [numbers] of the mapping.'),
        ("1'234", 'put thousands = "\'" into [numbers] of the mapping.'),
    ],
)
def test_a_figure_in_another_notation_is_told_what_to_do(text: str, says: str) -> None:
    with pytest.raises(NotANumber) as caught:
        read_figure(text, Numbers(), field="value")

    assert f"{text!r} is not a number in decimal notation." in caught.value.detail
    assert caught.value.detail.endswith(says)


def test_a_figure_that_no_setting_mends_is_told_as_before() -> None:
    """And one whose separator is set is read."""
    with pytest.raises(NotANumber, match=r"notation\.$"):
        read_figure("about 12", Numbers(), field="value")
    assert Decimal(1234) == read_figure("1,234", Numbers(thousands=","), field="value")


@pytest.mark.parametrize(
    "content",
    [
        rb'[{"a":"\ud800"}]',
        rb'[{"a":1,"b":"x\uDBFFy"}]',
        rb'[{"\ud800":"1"}]',
        rb'[{"a":{"b":"\udc00"}}]',
        rb'[{"a":"\ud800\ud800\udc00"}]',
    ],
)
def test_half_a_character_in_json_is_told_as_that(content: bytes) -> None:
    """Where it stands; a whole one is read, and a fault of another kind is told as that."""
    with pytest.raises(BadFile, match=r"half a character in it \(\\u[dD]"):
        list(read_table(content).rows())
    assert [(2, ["\U00010000"])] == list(read_table(rb'[{"a":"\ud800\udc00"}]').rows())
    with pytest.raises(BadFile, match="cannot be read"):
        read_table(rb'[{"a":"\ud800\udc00"')


@pytest.mark.parametrize("first", ["Housing return 2026", "Housing return 2026,,,"])
def test_a_title_above_the_header_is_told(first: str) -> None:
    """With the row that names the columns, where one does."""
    with pytest.raises(
        BadFile, match=r"2026\. Row 2 names them: put header_row = 2 at the top of a"
    ):
        check(f"{first}\n{HEADER}\n")
    with pytest.raises(
        BadFile, match=r"2026\. The first row must name the columns: delete .* as head"
    ):
        check(f"{first}\nplace,year\n")


@pytest.mark.parametrize("mapping", ["", COLUMNS])
@pytest.mark.parametrize("theirs", ["Period", "VALUE", " Value"])
def test_a_column_in_another_spelling_is_told(theirs: str, mapping: str) -> None:
    """It is not taken: two columns may differ in case alone."""
    ours = theirs.strip().lower()
    header = HEADER.replace(ours, theirs)
    todo = "write it in the file and in the mapping" if mapping else f"write it as '{ours}' in the"
    says = f", but '{theirs.strip()}', in which only case or blanks differ: {todo}"
    with pytest.raises(BadFile, match=says):
        check(f"{header}\n", mapping)


@pytest.mark.parametrize(
    "content",
    [
        b'<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0">\n<dataValue value="1"/>',
        b"\xef\xbb\xbf\n<?xml version='1.0'?><a/>",
        b"<a>1,2</a>",
        b"<a",
    ],
)
def test_xml_is_told_as_that(content: bytes) -> None:
    """With a declaration or without; a header that has a < in it is none."""
    with pytest.raises(BadFile, match="XML, which is not read: export it as CSV, XLSX or JSON"):
        read_table(content)
    assert ("<5", "b") == read_table(b"<5,b\n").header


def test_signs_that_a_mapping_may_name_are_spelt_out() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping(f'separator = "x"\n{COLUMNS}[numbers]\nthousands = "."')
    thousands, separator = (fault.detail for fault in caught.value.errors)

    assert (
        'separator: must be one of "," (comma), ";" (semicolon), "\\t" (tab), "|" (vertical line).'
        == separator
    )
    assert '"," (comma), " " (space), "\'" (apostrophe), ' in thousands
    assert thousands.endswith("(narrow no-break space).")
