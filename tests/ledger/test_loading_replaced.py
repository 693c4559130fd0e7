"""What a row tells of the entry of the ledger whose place it takes."""

from decimal import Decimal

import pytest
from samples_files.loads import Ledger, yearly

from ledger.indicator.events import Entry, ValuesSubmitted
from ledger.loading.load import Checked
from ledger.loading.mapping import Mapping, MissingMarks, our_columns
from policies.cell import Missing

AREAS = {"E1": "Here", "E2": "There"}
HEADER = "indicator,area,period,value,standing,note"


def file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def marked(*, record: bool) -> Mapping:
    """Our own columns, and a dash for what is missing."""
    ours = our_columns(HEADER.split(","))
    marks = MissingMarks(marks={"-": Missing.MISSING}, record=record)
    return Mapping(columns=ours.columns, missing=marks)


def ledger() -> Ledger:
    """One indicator. It holds 12.3 for E1 in 2022/23 (3.0) and 40, provisional, for E2 (3.1)."""
    made = Ledger(AREAS, {"I1": yearly()})
    held = (
        Entry(period="FY2022", area="E1", value=Decimal("12.3")),
        Entry(period="FY2022", area="E2", value=Decimal(40), provisional=True),
    )
    made.record("I1", ValuesSubmitted(entries=held))
    return made


def replaced(checked: Checked) -> list[tuple[str, str, str]]:
    return [(row.outcome.value, row.replaces, row.was) for row in checked.outcomes]


def test_a_correction_tells_which_entry_it_replaces_and_what_that_one_said() -> None:
    """A row that is new, unchanged or refused takes the place of nothing."""
    rows = ("I1,E1,FY2022,12.4,,", "I1,E2,FY2022,40,provisional,", "I1,E1,FY2023,1,,")
    checked = ledger().check(file(*rows, "I1,E9,FY2022,1,,"))

    expected = [
        ("correction", "3.0", "12.3"),
        ("unchanged", "", ""),
        ("new", "", ""),
        ("rejected", "", ""),
    ]
    assert expected == replaced(checked)


def test_rows_that_contradict_each_other_replace_nothing() -> None:
    checked = ledger().check(file("I1,E1,FY2022,12.4,,", "I1,E1,FY2022,12.5,,"))

    assert [("duplicate", "", "")] * 2 == replaced(checked)


@pytest.mark.parametrize(("record", "told"), [(True, ("3.0", "12.3")), (False, ("", ""))])
def test_a_missing_mark_tells_what_it_replaces_only_where_it_is_recorded(
    record: bool, told: tuple[str, str]
) -> None:
    made, content = ledger(), file("I1,E1,FY2022,-,,", "I1,E1,FY2023,-,,")
    checked = made.load(content, marked(record=record))
    again = made.check(content, marked(record=record))

    assert [("missing", *told), ("missing", "", "")] == replaced(checked)
    if record:
        assert [("missing", "", "")] * 2 == replaced(again)


def test_what_was_no_figure_is_told_in_words() -> None:
    """Parts as they stand, and why there was none."""
    made = Ledger(AREAS, {"I3": yearly(numerator="done", denominator="asked")})
    held = (
        Entry(period="FY2022", area="E1", numerator=Decimal(212), denominator=Decimal("221.0")),
        Entry(period="FY2022", area="E2", missing="not-applicable"),
        Entry(period="FY2023", area="E2", value=Decimal(0)),
    )
    made.record("I3", ValuesSubmitted(entries=held))
    rows = ("I3,E1,FY2022,1,2", "I3,E2,FY2022,1,2", "I3,E2,FY2023,1,2")
    content = "\n".join(("indicator,area,period,numerator,denominator", *rows)).encode()

    was = ["212 of 221.0", "not applicable", "0"]
    assert was == [row.was for row in made.check(content).outcomes]


def test_the_list_of_all_rows_tells_what_is_replaced() -> None:
    checked = ledger().check(file("I1,E1,FY2022,12.4,,"))
    [header, row] = checked.everything().splitlines()

    assert f"row,outcome,code,detail,replaces,was,{HEADER}" == header
    assert "2,correction,,,3.0,12.3,I1,E1,FY2022,12.4,," == row
