"""Workbooks that are loaded: which sheet is read, and what a cell that shows an error is."""

import io
import zipfile

import pytest
from samples_files.loads import Ledger, yearly
from samples_files.workbooks import Cell, Fault, archive, workbook

from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import RowOutcome
from ledger.loading.reading import read_table
from policies.refusals import BadFile

HEADER: list[Cell] = ["indicator", "area", "period", "value", "breakdown.sex", "standing"]
AREAS = {"E08000009": "Trafford"}


def judged(*rows: list[Cell], mapping: str = "", first_row: int = 1) -> Checked:
    """The rows of a workbook, judged."""
    content = workbook({"Returns": [HEADER, *rows]}, first_row=first_row)
    asked = read_mapping(mapping) if mapping else None
    return Ledger(AREAS, {"I1": yearly()}).check(content, asked, name="returns.xlsx")


NA = Fault("#N/A")


@pytest.mark.parametrize("first_row", [1, 4])
@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["I1", "E08000009", "FY2023", NA, "", ""], "#N/A"),
        (["I1", "E08000009", "FY2023", 5, NA, ""], "The breakdown sex is an error: #N/A."),
        (["I1", NA, "FY2023", 5, "", ""], "The area is an error: #N/A."),
        ([NA, "E08000009", "FY2023", 5, "", ""], "The indicator is an error: #N/A."),
        (["I1", "E08000009", Fault("#REF!"), 5, "", ""], "#REF!"),
        (["I1", "E08000009", "FY2023", 5, "", NA], "#N/A"),
    ],
)
def test_a_cell_that_shows_an_error_makes_its_row_invalid(
    row: list[Cell], says: str, first_row: int
) -> None:
    """It had been empty: a figure that is missing, or the figure of all for that of some."""
    checked = judged(["I1", "E08000009", "FY2022", 5, "F", ""], row, first_row=first_row)

    good, bad = checked.outcomes
    assert ("new", "invalid") == (good.outcome, bad.outcome)
    assert says in bad.detail
    assert first_row + 2 == bad.row


def codes_taken(*codes: str) -> list[str]:
    """Those of some texts in the column of a breakdown of a CSV file that are taken for codes."""
    rows = "".join(f"I1,E08000009,FY2023,5,{code}\n" for code in codes)
    content = f"indicator,area,period,value,breakdown.sex\n{rows}".encode()
    checked = Ledger(AREAS, {"I1": yearly()}).check(content)
    return [row.cells[4] for row in checked.outcomes if row.outcome == "new"]


def test_the_errors_of_all_spreadsheets_are_known_as_text_too() -> None:
    """In a CSV file they are nothing else; each would be a code of the breakdown."""
    excel = ("#REF!", "#ref!", "#NAME?", "#DIV/0!", "#N/A", "#n/a", "#SPILL!", "#CALC!", "#FIELD!")
    others = ("#GETTING_DATA", "#ERROR!", "Err:502", "err:508", "#\u00dcBERLAUF!", "#\u00a1REF!")
    of_languages = ("#NV", "#nv", "Fehler:502", "Erreur :508", "#N/D", "#\u041d/\u0414")
    of_add_ins = ("#N/A N/A", "#N/A Field Not Applicable")

    assert [] == codes_taken(*excel, *others, *of_languages, *of_add_ins)


def test_a_code_that_only_looks_like_an_error_is_a_code() -> None:
    codes = ("#1", "Err:", "Err:5021", "#", "#!", "#No answer!", "Really?", "N/A", "x#REF!")
    more = ("NV", "#NVQ", "#1/2", "#N/Ab", "Fehler", "Fehlerfrei:502", "Ward:502", "502")

    assert [*codes, *more] == codes_taken(*codes, *more)


def test_an_error_that_a_mapping_names_as_a_mark_is_one() -> None:
    """Its publisher knows what it stands for."""
    columns = "".join(f'{name} = "{name}"\n' for name in HEADER[:4])
    mapping = f'[columns]\n{columns}[missing]\nmarks = ["#N/A"]\n'
    checked = judged(["I1", "E08000009", "FY2023", NA, "", ""], mapping=mapping)

    assert ["missing"] == [row.outcome for row in checked.outcomes]


def test_errors_are_found_wherever_their_cells_stand() -> None:
    """Beyond column Z, in a row that does not say its number, beside what is only called so."""
    wide: list[Cell] = [f"c{n}" for n in range(30)]
    faults: list[Cell] = ['t="e"', *[None] * 27, Fault("#DIV/0!"), 1]
    content = workbook({"A": [wide], "B": [wide, faults, wide]})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet2.xml"]
    parts["xl/worksheets/sheet2.xml"] = sheet.replace(' r="2"', "")
    _, row = next(iter(read_table(archive(parts), "B").rows()))

    assert ('t="e"', "#DIV/0!", "1") == (row[0], row[28], row[29])


def test_a_sheet_that_breaks_off_is_told() -> None:
    """Where its errors are looked for too."""
    content = workbook({"A": [["a"], [NA]]})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</worksheet>", b"</work"
    )
    with pytest.raises(BadFile, match="cannot be read|damaged"):
        read_table(archive(parts))


def hidden(content: bytes, *names: str) -> bytes:
    """A workbook with some sheets out of sight, in each of the two ways there are."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    for name, state in zip(names, ("hidden", "veryHidden"), strict=False):
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
            f'name="{name}"', f'name="{name}" state="{state}"'
        )
    return archive(parts)


def test_a_hidden_sheet_is_read_only_where_it_is_named() -> None:
    """Whoever sends a workbook means what they see of it."""
    content = hidden(workbook({"A": [["a"]], "B": [["b"]], "C": [["c"]]}), "A", "B")

    assert ("c",) == read_table(content).header
    assert ("b",) == read_table(content, "B").header


def test_a_workbook_of_hidden_sheets_is_told() -> None:
    """No spreadsheet makes one; other programs do."""
    with pytest.raises(BadFile, match="Every sheet of the workbook is hidden"):
        read_table(hidden(workbook({"A": [["a"]]}), "A"))


def test_a_column_that_may_be_on_another_sheet_is_told_with_the_sheets() -> None:
    """A cover stands before the figures of many a workbook; what is hidden is not offered."""
    sheets: dict[str, list[list[Cell]]] = {"Cover": [["Notes"]], "Data": [HEADER], "Lists": [["a"]]}
    ledger = Ledger(AREAS, {"I1": yearly()})
    with pytest.raises(BadFile) as caught:
        ledger.check(hidden(workbook(sheets), "Lists"), None)
    with pytest.raises(BadFile) as alone:
        ledger.check(workbook({"Cover": [["Notes"]]}), None)

    assert "its only column is Notes." in caught.value.detail
    assert caught.value.detail.endswith(
        "The sheet Cover was read; there are also Data: to read another, name it as sheet = at the"
        " top of the mapping."
    )
    assert alone.value.detail.endswith("as header_row = at the top of a mapping.")


def with_value(cell: str, *, after: str = "") -> list[RowOutcome]:
    """The row of a workbook whose value is in a cell that is written in another way, and those
    after it."""
    header: list[Cell] = ["indicator", "area", "period", "value"]
    content = workbook({"A": [header, ["I1", "E08000009", "FY2023", 7]]})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert '"><v>7</v>' in sheet
    changed = sheet.replace('"><v>7</v>', cell).replace("</sheetData>", f"{after}</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = changed
    return list(Ledger(AREAS, {"I1": yearly()}).check(archive(parts)).outcomes)


@pytest.mark.parametrize("empty", ["", "<v/>", "<v />", "<v></v>"])
@pytest.mark.parametrize("formula", ["<f>B2+3</f>", '<f t="shared" si="0"/>'])
def test_a_formula_without_a_result_is_no_figure_that_is_missing(formula: str, empty: str) -> None:
    """As a program writes it, where no spreadsheet has worked it out since."""
    (row,) = with_value(f'">{formula}{empty}')

    assert "invalid" == row.outcome
    assert "A formula is not worked out here: open the file in a spreadsheet" in row.detail


def test_much_text_beside_a_formula_is_gone_through_once() -> None:
    """What is between formulas and values is not kept: it had been copied at every line of it."""
    many = "ab\n" * 300_000
    notes = (
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{many}</t></is></c></row>'
        for n in (3, 4, 5)
    )
    rows = with_value('"><f>B2+3</f>', after="".join(notes))

    assert ["invalid", "rejected", "rejected", "rejected"] == [row.outcome for row in rows]
    assert "A formula is not worked out here" in rows[0].detail


def test_a_formula_that_comes_to_nothing_is_a_cell_left_empty() -> None:
    (row,) = with_value('" t="str"><f>IF(B2="","",B2)</f><v></v>')

    assert "missing" == row.outcome
