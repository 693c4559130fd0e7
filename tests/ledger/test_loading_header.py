"""Files with a title or notes above the names of their columns, and a mapping that says so."""

from typing import Any

import pytest
from samples_files.loads import Ledger, yearly
from samples_files.workbooks import Cell, workbook

from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Counts
from ledger.loading.reading import read_table
from policies.refusals import BadFile, BadMapping

HEADER = "indicator,area,period,value"
COLUMNS = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in HEADER.split(","))
ROWS = "I1,E1,FY2021,12.5\n\nI1,E1,FY2022,x\n"
ABOVE = 'Housing return,,\n\n"Notes, which go\non a line further"\n'  # rows 1 to 3 of a spreadsheet
FILE = f"{ABOVE}{HEADER}\n{ROWS}"


def check(content: str | bytes, mapping: str = "") -> Checked:
    given = content.encode() if isinstance(content, str) else content
    asked = read_mapping(mapping) if mapping else None
    return Ledger({"E1": "Here"}, {"I1": yearly()}).check(given, asked)


@pytest.mark.parametrize("columns", ["", COLUMNS])
def test_the_row_that_names_the_columns_is_said(columns: str) -> None:
    """What stands above is no row of the file, and the others keep their numbers."""
    checked = check(FILE, f"header_row = 4\n{columns}")

    assert Counts(new=1, invalid=1) == checked.counts
    assert [5, 7] == [row.row for row in checked.outcomes]
    assert ("indicator", "area", "period", "value") == checked.header
    assert 2 == checked.findings.rows


@pytest.mark.parametrize("columns", ["", COLUMNS])
def test_as_in_a_workbook(columns: str) -> None:
    """Whose blank rows count too."""
    cells: list[list[Cell]] = [
        ["Housing return"],
        [],
        ["indicator", "area", "period", "value"],
        ["I1", "E1", "FY2021", 12.5],
    ]
    checked = check(workbook({"Returns": cells}), f"header_row = 3\n{columns}")

    assert [(4, "new")] == [(row.row, row.outcome) for row in checked.outcomes]


def test_objects_name_their_own_columns() -> None:
    content = '[{"indicator": "I1", "area": "E1", "period": "FY2021", "value": "1"}]'

    assert Counts(new=1) == check(content, "header_row = 9").counts


@pytest.mark.parametrize("mapping", ["", "header_row = 1", COLUMNS, f"header_row = 3\n{COLUMNS}"])
def test_a_file_that_is_refused_for_what_stands_above_tells_the_row(mapping: str) -> None:
    """And the same file by that row is taken."""
    with pytest.raises(BadFile, match="Row 4 names them: put header_row = 4 at the top of"):
        check(FILE, mapping)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (2, "Row 2 must name the columns, by header_row, and is blank"),
        (8, "The file has 7 rows, and by header_row the row 8 must"),
    ],
)
def test_a_row_that_is_not_there_names_nothing(row: int, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        read_table(FILE.encode(), header_row=row)


@pytest.mark.parametrize("given", ["0", "-1", "2.0", "true", '"4"', "2_000_001"])
def test_it_is_a_whole_number_from_1(given: str) -> None:
    with pytest.raises(BadMapping, match="header_row: write a whole number from 1 to 2,000,000"):
        read_mapping(f"header_row = {given}\n{COLUMNS}")


def test_columns_of_our_own_go_with_all_else_that_a_mapping_says() -> None:
    """And what has a constant needs no column."""
    mapping = 'optional = ["note"]\n[constants]\nindicator = "I1"\n[missing]\nmarks = ["-"]\n'
    checked = check("area,period,value,spare\nE1,FY2021,1\nE1,FY2022,-,\n", mapping)

    assert Counts(missing=1, invalid=1) == checked.counts
    assert ["ignored-columns"] == [warning.code for warning in checked.findings.warnings]


@pytest.mark.parametrize(
    ("header", "mapping", "says"),
    [
        (HEADER, 'constants.indicator = "I1"', "a column 'indicator', and .constants."),
        (
            f"{HEADER},breakdown.sex",
            'constants."breakdown.sex" = "F"',
            "a column 'breakdown.sex', and .constants.",
        ),
        ("area,period,value", "header_row = 1", "no column 'indicator'"),
        ("indicator,area,period,numerator", "header_row = 1", "neither a column value nor"),
    ],
)
def test_columns_of_our_own_are_looked_for_in_the_file(
    header: str, mapping: str, says: str
) -> None:
    with pytest.raises(BadFile, match=says):
        check(f"{header}\n", mapping)


def test_what_every_row_is_about_is_never_optional() -> None:
    with pytest.raises(BadMapping, match="'area' has no column, or is needed"):
        read_mapping('optional = ["area"]')


def test_constants_may_be_a_part() -> None:
    parts: dict[str, Any] = {"numerator": "Done", "denominator": "Asked", "multiplier": 100}
    ledger = Ledger({"E1": "Here"}, {"I1": yearly(**parts)})
    mapping = read_mapping('constants.denominator = "4"')
    checked = ledger.check(b"indicator,area,period,numerator\nI1,E1,FY2021,3\n", mapping)

    assert Counts(new=1) == checked.counts


def test_one_line_is_a_mapping_of_areas_by_name() -> None:
    """Names are taken where a mapping says so, and without it they are refused."""
    content = f"{HEADER}\nI1,Here,FY2021,1\n"

    assert Counts(new=1) == check(content, 'codes.areas = "names"').counts
    assert Counts(rejected=1) == check(content).counts
