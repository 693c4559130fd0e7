"""What is told of a file is short, however long its own texts are."""

import msgspec
import pytest
from samples_files.loads import Ledger, yearly
from samples_files.workbooks import workbook

from ledger.loading.document import document_of_check
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.reading import read_table
from policies.refusals import BadFile, BadMapping

LONG = "x" * 100_000
FIELDS = "indicator,area,period,value,numerator,denominator,standing,breakdown.sex"
GOOD = ("I1", "E1", "FY2021", "1", "", "", "", "")
MOST_SENTENCE = 2_500  # twenty names of sixty characters, and the words around them
MAPPING = '[columns]\nindicator = "i"\narea = "a"\nperiod = "p"\nvalue = "v"\n'


def check(content: str, mapping: str = "") -> Checked:
    ledger = Ledger({"E1": "Here"}, {"I1": yearly()})
    return ledger.check(content.encode(), read_mapping(mapping) if mapping else None)


@pytest.mark.parametrize(
    ("content", "mapping"),
    [
        (",".join(f"{n}{LONG}" for n in range(30)), ""),
        (",".join(f"{n}{LONG}" for n in range(30)), MAPPING),
        (f"i,{LONG},{LONG},p,v", MAPPING.replace('"a"', f'"{LONG}"')),
        ("i,a,p,v", MAPPING.replace('"a"', f'"{LONG}"')),
        ("i,a,p,v", f'complete_for = "{LONG}"\n{MAPPING}'),
        ("i,a,p,v", f'{MAPPING}[codes]\nareas = "{LONG}"'),
        ("i,a,p,v", f'{MAPPING}[codes]\n{LONG} = "{LONG}"'),
        ("i,a,p,v", f'{MAPPING}[period]\nlabels = {{ {LONG} = "{LONG}" }}'),
    ],
)
def test_a_refusal_is_a_sentence_however_long_the_names_are(content: str, mapping: str) -> None:
    """A person reads it, and it is kept in the record."""
    with pytest.raises((BadFile, BadMapping)) as caught:
        check(content, mapping)

    assert len(caught.value.detail) < MOST_SENTENCE
    assert all(len(one.field) < 200 for one in caught.value.errors)


def test_faults_of_a_mapping_are_told_up_to_a_hundred() -> None:
    """The others are counted."""
    with pytest.raises(BadMapping, match=r"and 149 more") as caught:
        read_mapping(MAPPING + "".join(f"x{n} = 1\n" for n in range(150)))

    assert 100 == len(caught.value.errors)


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_what_is_said_of_a_row_is_short(place: int) -> None:
    """Whichever cell is long."""
    cells = (*GOOD[:place], LONG, *GOOD[place + 1 :])
    [row] = check(f"{FIELDS}\n{','.join(cells)}").outcomes

    assert row.outcome in {"invalid", "rejected"}
    assert len(row.detail) < 400


def test_a_document_of_a_file_with_long_names_and_cells_can_be_read() -> None:
    """Of a row it shows the first cells, each cut; of an indicator's name two hundred letters."""
    names = [f"{LONG[:50_000]}{n}" for n in range(40)]
    content = f"{FIELDS},{','.join(names)}\n" + "\n".join(
        f"{n}{LONG},E1,FY2021,1,,,,{',' * len(names)}" for n in range(20)
    )
    checked = check(content)
    document = document_of_check("partnership", checked, len(content))

    assert len(msgspec.json.encode(document)) < 200_000
    [warning] = [one for one in document.warnings if one.code == "ignored-columns"]
    assert warning.detail.endswith("… and 20 more.")
    assert len(warning.detail) < MOST_SENTENCE


def test_columns_without_a_name_that_are_not_read_are_counted() -> None:
    """Nothing could be called by nothing."""
    checked = check(FIELDS + ",,,remarks,\n")
    [_, warning] = checked.findings.warnings  # after the one that says that it has no rows

    assert "Not read: remarks and 3 columns without a name." == warning.detail


def test_the_sheets_of_a_workbook_are_told_in_short() -> None:
    """Twenty of them, none longer than sixty characters."""
    book = workbook({f"{n}{LONG[:1000]}": [["a"]] for n in range(30)})
    with pytest.raises(BadFile) as caught:
        read_table(book, LONG)

    assert len(caught.value.detail) < MOST_SENTENCE
