"""From a row of text to an entry, or to the reason why there is none."""

import json
from decimal import Decimal
from typing import Any

import pytest
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import CodeEntry, CodeMapSet
from ledger.indicator.events import Entry
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Counts
from policies.definition import Basis

AREAS = {"E08000009": "Trafford", "E92000001": "England", "E06000030": "Swindon"}
OURS = "indicator,area,period,value,numerator,denominator,standing,note,breakdown.sex\n"
RATE = yearly(
    basis=Basis.RATIO, numerator="Leavers in homes", denominator="Leavers", multiplier=Decimal(100)
)


def ours(*rows: str, **definitions: Any) -> Checked:
    """Rows in our own form, judged."""
    ledger = Ledger(AREAS, {"I1": yearly(), "R1": RATE} | definitions)
    return ledger.check((OURS + "\n".join(rows)).encode())


def entries(checked: Checked) -> list[Entry]:
    """What would be new, in the order of the indicators."""
    return [entry for changes in checked.changes.values() for entry in changes.new]


def test_a_letter_with_its_accent_behind_it_is_the_same_letter() -> None:
    checked = ours("I1,E08000009,FY2023,91.5,,,,,Fe\u0301")

    assert [{"sex": "F\u00e9"}] == [entry.breakdown for entry in entries(checked)]


def test_a_row_in_our_own_form_is_an_entry_as_hand_entry_gives_it() -> None:
    """Figures exact, cells trimmed, an empty dimension left out."""
    checked = ours(
        "I1,E08000009,2023/24, 91.50 ,,,provisional,,F",
        "I1,E08000009,FY2023,91.5,,,,,",
        "R1,E92000001,FY2023,,912,1000,Final,,",
        "R1,E06000030,FY2023,91.2,912,1000,final,,",
    )

    assert Counts(new=4) == checked.counts
    assert [
        Entry(
            period="FY2023",
            area="E08000009",
            breakdown={"sex": "F"},
            value=Decimal("91.50"),
            provisional=True,
        ),
        Entry(period="FY2023", area="E08000009", value=Decimal("91.5")),
        Entry(
            period="FY2023",
            area="E92000001",
            numerator=Decimal(912),
            denominator=Decimal(1000),
        ),
        Entry(
            period="FY2023",
            area="E06000030",
            value=Decimal("91.2"),
            numerator=Decimal(912),
            denominator=Decimal(1000),
        ),
    ] == entries(checked)


LIMITED = "indicator,area,period,value,confidence_low,confidence_high\n"


def test_confidence_limits_are_read_with_the_figure() -> None:
    """Whatever stood in the rows before; a row may have none."""
    rows = (
        "I1,E08000009,FY2020,91.5,,",
        "I1,E08000009,FY2021,91.5,90.1,92.8",
        "I1,E92000001,FY2021,91.5,,",
        "I1,E06000030,FY2021,91.5, 91 ,92.75",
        "I1,E06000030,FY2022,91.5,92,93",
        "I1,E06000030,FY2023,91.5,91,",
        "I1,E06000030,FY2019,,91,92",
    )
    checked = Ledger(AREAS, {"I1": yearly()}).check((LIMITED + "\n".join(rows)).encode())

    assert [
        (None, None), (Decimal("90.1"), Decimal("92.8")), (None, None), (91, Decimal("92.75")),
    ] == [(one.confidence_low, one.confidence_high) for one in entries(checked)]  # fmt: skip
    assert ["limits-astray", "limit-missing", "no-value"] == [
        row.code for row in checked.outcomes if row.fails
    ]


def test_a_file_of_limits_says_nothing_new_the_second_time_and_other_limits_correct() -> None:
    ledger = Ledger(AREAS, {"I1": yearly()})
    content = f"{LIMITED}I1,E08000009,FY2021,91.5,90.1,92.8\nI1,E08000009,FY2022,91.5,,"
    ledger.load(content.encode())
    assert Counts(unchanged=2) == ledger.check(content.encode()).counts

    checked = ledger.check(content.replace("92.8", "92.9").encode())
    assert Counts(unchanged=1, correction=1) == checked.counts
    (corrected,) = [row for row in checked.outcomes if row.outcome == "correction"]
    assert "91.5 (90.1 to 92.8)" == corrected.was


@pytest.mark.parametrize(
    ("row", "outcome", "code"),
    [
        ("I1,E08000009,FY2023,91.5", "invalid", "bad-file"),  # too few cells
        ("I1,E08000009,FY2023,91.5,,,,,,,", "invalid", "bad-file"),
        (",E08000009,FY2023,91.5,,,,,", "invalid", "bad-file"),
        ("I1,,FY2023,91.5,,,,,", "invalid", "bad-file"),
        ("I1,E08000009,,91.5,,,,,", "invalid", "unknown-period"),
        ("I1,E08000009,2023,91.5,,,,,", "invalid", "unknown-period"),
        ("I1,E08000009,FY2023-Q1,91.5,,,,,", "invalid", "wrong-interval"),
        ("I1,E08000009,FY2023,n/a,,,,,", "invalid", "not-a-number"),
        ("I1,E08000009,FY2023,~91.5,,,,,", "invalid", "not-a-number"),
        ("I1,E08000009,FY2023,91.5001,,,,,", "invalid", "too-many-decimals"),
        ("I1,E08000009,FY2023,91.5,,,final-ish,,", "invalid", "wrong-standing"),
        ("I1,E08000009,FY2023,91.5,,,,,a=b", "invalid", "unknown-breakdown"),
        ("I1,E08000009,FY2023,91.5,1,2,,,", "invalid", "parts-missing"),
        ("R1,E08000009,FY2023,,912,,,,", "invalid", "parts-missing"),
        ("R1,E08000009,FY2023,,912,0,,,", "invalid", "zero-denominator"),
        ("R1,E08000009,FY2023,,912,-1000,,,", "invalid", "zero-denominator"),
        ("R1,E08000009,FY2023,91.4,912,1000,,,", "invalid", "ratio-mismatch"),
        ("I9,E08000009,FY2023,91.5,,,,,", "rejected", "unknown-indicator"),
        ("I1,E10000031,FY2023,91.5,,,,,", "rejected", "unknown-area"),
        ("I1,E10000031,FY2023,,,,,,", "rejected", "unknown-area"),
        ("I1,E08000009,FY2029,91.5,,,,,", "rejected", "period-not-begun"),
        ("I1,E08000009,FY2023,,,,,,", "missing", "missing"),
    ],
)
def test_a_row_that_is_no_entry_says_why(row: str, outcome: str, code: str) -> None:
    """Invalid cannot be read; rejected can, and a rule forbids it. The rest is loaded."""
    checked = ours(row, "I1,E92000001,FY2023,90.1,,,,,")
    bad, good = checked.outcomes

    assert (2, outcome, code) == (bad.row, bad.outcome, bad.code)
    assert bad.detail
    assert (outcome != "missing") == bad.fails == checked.fails
    assert (3, "new", "") == (good.row, good.outcome, good.code)
    assert tuple(row.split(",")) == bad.cells


def test_a_note_that_no_text_of_the_database_can_be_is_invalid_and_the_rest_is_loaded() -> None:
    row = {"indicator": "I1", "area": "E08000009", "period": "FY2023", "value": "5"}
    content = json.dumps([row | {"note": "a\0b"}, row | {"area": "E92000001", "note": "Fine."}])
    checked = Ledger(AREAS, {"I1": yearly()}).check(content.encode())
    assert Counts(new=1, invalid=1) == checked.counts
    assert "bad-file" == next(iter(checked.outcomes)).code


def mapped(marks: str, *rows: str) -> Checked:
    """Rows of a publisher that withholds parts."""
    mapping = f"""
[columns]
indicator = "code"
area = "place"
period = "year"
value = "rate"
numerator = "top"
denominator = "bottom"
[codes]
areas = "names"
[missing]
marks = {marks}
record = true
"""
    content = "code,place,year,rate,top,bottom\n" + "\n".join(rows)
    return Ledger(AREAS, {"R1": RATE}).check(content.encode(), read_mapping(mapping))


MARKS = '{ "-" = "missing", "c" = "suppressed", "z" = "not-applicable" }'


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("-,,", {"missing": "missing"}),
        ("c,,", {"missing": "suppressed"}),
        ("z,c,1000", {"missing": "not-applicable"}),
        ("z,z,z", {"missing": "not-applicable"}),
        (",c,1000", {"missing": "suppressed"}),
        ("c,c,1000", {"missing": "suppressed"}),
        (",,", {"missing": "missing"}),
        ("91.2,c,1000", {"value": Decimal("91.2")}),
        ("91.2,c,c", {"value": Decimal("91.2")}),
    ],
)
def test_marks_say_why_a_figure_is_not_there(cells: str, expected: dict[str, Any]) -> None:
    """Missing is never a number; of a withheld part the other tells nothing."""
    checked = mapped(MARKS, f"R1,trafford,2023/24,{cells}")

    assert [Entry(period="FY2023", area="E08000009", **expected)] == entries(checked)


def test_a_breakdown_that_names_no_dimension_does_not_pass_for_the_headline() -> None:
    """As a text, or a list, in the place of an object; of nothing, it is the headline."""
    row = {"indicator": "I1", "area": "E08000009", "period": "FY2023", "value": "1"}
    given: tuple[object, ...] = ("F", ["F"], None, {"sex": "F"})
    content = json.dumps([row | {"breakdown": one} for one in given]).encode()
    checked = Ledger(AREAS, {"I1": yearly()}).check(content)

    assert [{}, {"sex": "F"}] == [entry.breakdown for entry in entries(checked)]
    assert [(2, "invalid"), (3, "invalid")] == [
        (one.row, one.outcome) for one in checked.outcomes if one.detail
    ]
    assert [] == [one.code for one in checked.findings.warnings if one.code == "ignored-columns"]


def test_a_missing_mark_in_a_breakdown_is_a_code_like_any_other() -> None:
    """It had made the figure of some that of all. A mapping may say that it means all."""
    text = BY_NAME + '[missing]\nmarks = ["-"]\n'
    text = text.replace("[codes]", 'breakdown.sex = "sex"\n[codes]').replace("names", "gss")
    content = b"code,place,year,rate,sex\nI1,E08000009,2023/24,1,-\nI1,E08000009,2023/24,2,\n"
    ledger = Ledger(AREAS, {"I1": yearly()})
    apart = ledger.check(content, read_mapping(text))
    whole = ledger.check(content, read_mapping(text + '[codes.breakdown.sex]\n"-" = ""\n'))

    assert [{"sex": "-"}, {}] == [entry.breakdown for entry in entries(apart)]
    assert ["duplicate", "duplicate"] == [row.outcome for row in whole.outcomes]


def test_a_withheld_value_beside_its_parts_is_a_contradiction() -> None:
    """Either it is known or it is not."""
    [row] = mapped(MARKS, "R1,Trafford,2023/24,c,912,1000").outcomes

    assert ("invalid", "no-value") == (row.outcome, row.code)


def test_names_of_areas_are_read_without_regard_to_case_and_spacing() -> None:
    """Publishers differ in these from file to file. A code is taken among names, as it is."""
    rows = (
        "R1,  ENGLAND ,2023/24,91.2,,",
        "R1,E92000001,2022/23,91.2,,",
        "R1,e92000001,2021/22,9,,",
    )
    checked = mapped("[]", *rows)

    assert ["new", "new", "rejected"] == [row.outcome for row in checked.outcomes]


BY_NAME = """
[columns]
indicator = "code"
area = "place"
period = "year"
value = "rate"
[codes]
areas = "names"
"""


def by_name(*rows: str, entries: tuple[CodeEntry, ...] = ()) -> Checked:
    """Rows of an agreement in which two areas have one name, but for case."""
    ledger = Ledger({"E07000218": "Newport", "W06000022": "NEWPORT "}, {"I1": yearly()})
    if entries:
        ledger.tell(CodeMapSet(name="names", kind="area", entries=entries))
    content = "code,place,year,rate\n" + "\n".join(rows)
    return ledger.check(content.encode(), read_mapping(BY_NAME))


def test_a_name_that_two_areas_have_is_neither_and_says_which() -> None:
    """It had been the last of them. By their codes both are areas."""
    checked = by_name("I1,newport,2023/24,1", "I1,E07000218,2023/24,2", "I1,W06000022,2023/24,3")

    assert ["invalid", "new", "new"] == [row.outcome for row in checked.outcomes]
    assert "'newport' is the name of 2 areas (E07000218, W06000022): give the code" in (
        checked.outcomes[0].detail
    )


def test_a_code_map_decides_between_two_areas_of_one_name() -> None:
    """One that the record has from before, and that says two things itself, decides nothing."""
    decided = by_name(
        "I1,newport,2023/24,1", entries=(CodeEntry(code="Newport", ours="E07000218"),)
    )
    both = (
        CodeEntry(code="Newport", ours="E07000218"),
        CodeEntry(code="NEWPORT", ours="W06000022"),
    )
    undecided = by_name("I1,newport,2023/24,1", entries=both)

    assert ["E07000218"] == [entry.area for entry in entries(decided)]
    assert ["invalid"] == [row.outcome for row in undecided.outcomes]


def test_a_code_that_another_of_theirs_maps_to_is_not_ours() -> None:
    """Their B is our A; then their A is something else, unless it is listed too."""
    text = """
[columns]
indicator = "code"
area = "area"
period = "period"
value = "value"
[codes.indicators]
B = "I1"
"""
    content = b"code,area,period,value\nB,E08000009,FY2023,1\nI1,E08000009,FY2022,2\n"
    ledger = Ledger(AREAS, {"I1": yearly()})
    listed = ledger.check(content, read_mapping(text + 'I1 = "I1"'))
    alone = ledger.check(content, read_mapping(text))

    assert ["new", "rejected"] == [row.outcome for row in alone.outcomes]
    assert ["new", "new"] == [row.outcome for row in listed.outcomes]
