"""What a mapping says, and how a wrong one is refused."""

import pytest

from ledger.loading.figures import Numbers
from ledger.loading.mapping import Codes, Mapping, MissingMarks, Periods, our_columns, read_mapping
from policies.cell import Missing
from policies.periods import Calendar
from policies.refusals import BadMapping

SHORT = """
[columns]
indicator = "Short Desc"
area = "Area"
period = "Years"
value = "Values"
"""


def test_a_whole_mapping_is_read_as_written() -> None:
    """Every table and key there is, once."""
    text = """
complete_for = ["care-leavers", "E10000031"]

[columns]
indicator = "Short Desc"
area = "LA and Regions"
value = "Values"
numerator = "Top"
denominator = "Bottom"
note = "Remarks"
standing = "Status"
breakdown.sex = "Sex"
"breakdown.ward" = "Ward"

[constants]
period = "FY2023"
breakdown.age = "16-17"

[codes.indicators]
"%_of LAC Adopted" = "LAC_Adopted"

[codes.areas]
937 = "E10000031"

[missing]
record = true
marks = { "-" = "missing", "[c]" = "suppressed", "z" = "not-applicable" }

[period]
calendar = "calendar"
year_label = "end"
year_labels = { LAC_Adopted = "start" }
labels = { "2019/20 Q1 - 2019/20 Q2" = "FY2019-Q2" }
strip_suffixes = [" (prov)"]
provisional = true

[numbers]
floating_point = "shortest"
thousands = ","
"""
    expected = Mapping(
        columns={
            "indicator": "Short Desc",
            "area": "LA and Regions",
            "value": "Values",
            "numerator": "Top",
            "denominator": "Bottom",
            "note": "Remarks",
            "standing": "Status",
        },
        breakdown={"sex": "Sex", "ward": "Ward"},
        constants={"period": "FY2023"},
        constant_breakdown={"age": "16-17"},
        codes=Codes(
            indicators={"%_of LAC Adopted": "LAC_Adopted"},
            areas={"937": "E10000031"},
            area_codes="table",
        ),
        missing=MissingMarks(
            marks={
                "-": Missing.MISSING,
                "[c]": Missing.SUPPRESSED,
                "z": Missing.NOT_APPLICABLE,
            },
            record=True,
        ),
        period=Periods(
            calendar=Calendar.CALENDAR,
            year_label="end",
            year_labels={"LAC_Adopted": "start"},
            labels={"2019/20 Q1 - 2019/20 Q2": "FY2019-Q2"},
            strip_suffixes=(" (prov)",),
            provisional=True,
        ),
        numbers=Numbers(floating_point="shortest", thousands=","),
        complete_for=("care-leavers", "E10000031"),
    )

    assert expected == read_mapping(text)


def test_a_short_mapping_takes_the_defaults() -> None:
    """ONS codes, no marks but the empty cell, numbers as they stand."""
    mapping = read_mapping(SHORT)

    assert Codes() == mapping.codes
    assert MissingMarks(marks={}, record=False) == mapping.missing
    assert Numbers("exact", "") == mapping.numbers


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ('marks = ["-", "NA"]', {"-": Missing.MISSING, "NA": Missing.MISSING}),
        ('marks = ["[c]"]\nmeaning = "suppressed"', {"[c]": Missing.SUPPRESSED}),
        ('marks = "*"', {"*": Missing.MISSING}),
    ],
)
def test_a_list_of_missing_marks_has_one_meaning(
    missing: str, expected: dict[str, Missing]
) -> None:
    """Missing, unless the mapping says which."""
    assert expected == read_mapping(f"{SHORT}[missing]\n{missing}").missing.marks


def test_names_of_areas_need_no_table() -> None:
    """The agreement knows the names of its own areas."""
    assert "names" == read_mapping(f'{SHORT}[codes]\nareas = "names"').codes.area_codes


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("[columns", "", "not TOML"),
        (SHORT + '[colums]\nvalue = "V"', "colums", "did you mean columns?"),
        (SHORT + 'valeu = "V"', "columns.valeu", "did you mean value?"),
        (SHORT + "note = 3", "columns.note", "text in quotes"),
        (SHORT + 'note = ""', "columns.note", "text in quotes"),
        (SHORT + "breakdown.sex = 1", "columns.breakdown.sex", "text in quotes"),
        (SHORT + 'breakdown = "Sex"', "columns.breakdown", "table of texts"),
        (SHORT + '[constants]\nnumerator = "3"', "constants.numerator", "known are area"),
        (SHORT.replace('period = "Years"', ""), "columns.period", "[constants]"),
        (SHORT.replace('value = "Values"', ""), "columns.value", "numerator and denominator"),
        (SHORT.replace("value =", "numerator ="), "columns.value", "name its column"),
        (SHORT + '[constants]\narea = "E1"', "constants.area", "has a column too"),
        (
            SHORT + 'breakdown.sex = "S"\n[constants]\nbreakdown.sex = "F"',
            "constants.breakdown.sex",
            "has a column too",
        ),
        (SHORT + "[constants]\nstanding = true", "constants.standing", "text in quotes"),
        (SHORT + "[codes]\nareas = 3", "codes.areas", "table of texts"),
        (
            SHORT + '[codes]\nregions = "x"',
            "codes.regions",
            "known are areas, breakdown, indicators",
        ),
        (SHORT + "[codes.indicators]\nA = 3", "codes.indicators.A", "text in quotes"),
        (SHORT + 'missing = "-"', "columns.missing", "unknown"),
        ('missing = "-"\n' + SHORT, "missing", "must be a table, written [missing]"),
        (SHORT + '[missing]\nmark = ["-"]', "missing.mark", "did you mean marks?"),
        (SHORT + "[missing]\nmarks = 3", "missing.marks", "list of texts"),
        (SHORT + "[missing]\nmarks = [3]", "missing.marks", "list of texts"),
        (SHORT + '[missing.marks]\n"-" = "gone"', "missing.marks.-", "suppressed"),
        (SHORT + '[missing]\nmeaning = "gone"', "missing.meaning", "must be one of missing"),
        (SHORT + '[missing]\nrecord = "yes"', "missing.record", "true or false"),
        (SHORT + '[period]\ncalendar = "fiscal"', "period.calendar", "financial"),
        (SHORT + '[period]\nyear_label = "middle"', "period.year_label", "start, end"),
        (SHORT + "[period]\nyear_label = 3", "period.year_label", "start, end"),
        (SHORT + '[period.year_labels]\nA = "x"', "period.year_labels.A", "start, end"),
        (SHORT + '[period.labels]\n"Q1" = "Q1"', "period.labels.Q1", "period"),
        (SHORT + '[period]\nstrip_suffixes = [""]', "period.strip_suffixes", "empty text"),
        (SHORT + "[period]\nprovisional = 1", "period.provisional", "true or false"),
        (SHORT + '[numbers]\nfloating_point = "round"', "numbers.floating_point", "shortest"),
        (SHORT + '[numbers]\nthousands = "."', "numbers.thousands", "must be one of"),
        ("complete_for = 3\n" + SHORT, "complete_for", "list of texts"),
    ],
)
def test_a_fault_names_its_table_and_key(text: str, field: str, says: str) -> None:
    """One fault, one problem: at the key, with what is allowed."""
    with pytest.raises(BadMapping) as caught:
        read_mapping(text)

    assert [field] == [problem.field for problem in caught.value.errors]
    assert says in caught.value.detail


def test_every_fault_is_named_at_once() -> None:
    """A person mends a mapping in one go."""
    text = SHORT + '[missing]\nrecord = 1\n[numbers]\nthousands = "."\n[period]\nfirst = 1'

    with pytest.raises(BadMapping) as caught:
        read_mapping(text)

    expected = {"missing.record", "numbers.thousands", "period.first"}
    assert expected == {problem.field for problem in caught.value.errors}
    assert "(and 2 more)" in caught.value.detail


def test_a_file_in_our_own_form_needs_no_mapping() -> None:
    """Our columns have our names; of the optional ones those that are there are used."""
    mapping = our_columns(("period", "area", "indicator", "value", "breakdown.sex", "remarks"))

    expected = {"indicator": "indicator", "area": "area", "period": "period", "value": "value"}
    assert expected == mapping.columns
    assert {"sex": "breakdown.sex"} == mapping.breakdown
