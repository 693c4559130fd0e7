"""Data value sets as DHIS2 writes them, from its versions of long ago to those of today."""

import io
import json
import zipfile
from typing import Any

import pytest
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import CodeEntry, CodeKind, CodeMapSet
from ledger.indicator.events import Entry
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.ready_mappings import ready_mapping, ready_names, ready_text
from policies.definition import Basis
from policies.periods import Calendar, Interval
from policies.refusals import BadFile

OURS = "E10000031"
VALUE = {"dataElement": "visits", "period": "202404", "orgUnit": OURS, "value": "5"}
LONG = '"dataelement","period","orgunit","categoryoptioncombo","attributeoptioncombo","value"'
SHORT = (
    '"dataelement","period","orgunit","catoptcombo","attroptcombo","value","strby","lstupd","cmt"'
)
CODES: tuple[tuple[CodeKind, str, str], ...] = (
    ("indicator", "fbfJHSPpUQD", "visits"),
    ("area", "DiszpKrYNg8", OURS),
)


def ledger(**changes: Any) -> Ledger:
    """An agreement of one area with an indicator that is measured monthly, or as asked."""
    settings = {"interval": Interval.MONTH, "basis": Basis.DISCRETE, "unit": "visits"} | changes
    return Ledger({OURS: "Warwickshire"}, {"visits": yearly(**settings)})


def set_of(*values: dict[str, Any], **above: Any) -> bytes:
    """A data value set, with what is said above its values."""
    return json.dumps(above | {"dataValues": values}).encode()


def new(checked: Checked) -> list[Entry]:
    """The entries that a load would bring, where no row is refused."""
    assert not checked.findings.refused, checked.findings.refused
    return [entry for change in checked.changes.values() for entry in change.new]


def told(checked: Checked) -> str:
    """Why the one row was refused."""
    [[row]] = checked.findings.refused.values()
    return row.detail


@pytest.mark.parametrize("header", [LONG, SHORT])
def test_the_csv_of_every_version_and_of_the_manual_is_read_by_option(header: str) -> None:
    """Read without its options, each figure of a part would pass for that of all."""
    rows = f'"visits","202404","{OURS}","Prlt0C1RF0s","HllvX50cXC0","7"'
    rows += f'\n"visits","202404","{OURS}","HllvX50cXC0","","10"'
    wide = header.count(",") - rows.splitlines()[0].count(",")
    content = "\n".join((header, *(row + "," * wide for row in rows.splitlines())))
    found = new(ledger().check(content.encode(), ready_mapping("dhis2_format")))

    wanted = [({"category": "Prlt0C1RF0s"}, "7"), ({}, "10")]
    assert wanted == [(entry.breakdown, str(entry.value)) for entry in found]


def test_the_comment_of_the_manual_is_the_note() -> None:
    content = f'{SHORT}\n"visits","202404","{OURS}","","","7","joe","2024-05-01","counted twice"\n'
    [change] = ledger().check(content.encode(), ready_mapping("dhis2_format")).changes.values()
    assert ["counted twice"] == list(change.notes.values())


@pytest.mark.parametrize("whole", ["HllvX50cXC0", "default", "", None])
def test_what_is_not_divided_is_the_headline(whole: str | None) -> None:
    """A set that names codes or names calls the option so."""
    options = {"categoryOptionCombo": whole, "attributeOptionCombo": whole}
    assert [{}] == [entry.breakdown for entry in new(ledger().check(set_of(VALUE | options)))]


@pytest.mark.parametrize(
    ("above", "value"),
    [
        ({"dataSet": None, "completeDate": None, "period": None, "orgUnit": None}, VALUE),
        ({"period": 202404}, {"dataElement": "visits", "orgUnit": OURS, "value": 5}),
        ({"period": "202404", "orgUnit": OURS}, VALUE | {"period": None, "orgUnit": ""}),
    ],
)
def test_what_says_nothing_leaves_the_word_to_the_other(above: Any, value: Any) -> None:
    """Version 2.43 writes null where the other says it: above the values, or in each."""
    [found] = new(ledger().check(set_of(value, **above)))
    assert ("2024-04", OURS) == (found.period, found.area)


@pytest.mark.parametrize(
    ("field", "above", "value"),
    [
        ("attributeOptionCombo", {"attributeOptionCombo": {"agency": "A"}}, {}),
        ("categoryOptionCombo", {}, {"categoryOptionCombo": {"sex": "F"}}),
        ("value", {}, {"value": {"sum": 5}}),
    ],
)
def test_options_that_are_given_by_category_are_not_passed_over(
    field: str, above: Any, value: Any
) -> None:
    """Version 2.43 can write them so. A figure of some must not be taken for that of all."""
    with pytest.raises(BadFile, match=f"gives {field} by its parts, {field}"):
        ledger().check(set_of(VALUE | value, **above))


def test_so_it_is_in_a_list_of_values_without_their_set() -> None:
    """Where a name may have a stop in it, and be that of another column."""
    value = VALUE | {"categoryOptionCombo": {"sex": "F"}}
    ready = ready_mapping("dhis2_format")
    with pytest.raises(BadFile, match="gives categoryOptionCombo by its parts"):
        ledger().check(json.dumps([value]).encode(), ready)
    named = json.dumps([VALUE | {"period.label": "April 2024"}]).encode()
    assert 1 == len(new(ledger().check(named, ready)))


@pytest.mark.parametrize("beside", ["HllvX50cXC0", None])
def test_options_by_category_are_refused_beside_values_that_name_one(beside: str | None) -> None:
    """In a list, and in a set: one row that says it plainly says nothing of the others."""
    by_category = VALUE | {"categoryOptionCombo": {"sex": "F"}}
    plain = VALUE | {"period": "202405", "categoryOptionCombo": beside}
    for content in (json.dumps([by_category, plain]).encode(), set_of(by_category, plain)):
        with pytest.raises(BadFile, match="gives categoryOptionCombo by its parts"):
            ledger().check(content, ready_mapping("dhis2_format"))


@pytest.mark.parametrize("named", ['breakdown.sex = "categoryOptionCombo.sex"', ""])
def test_a_mapping_of_ones_own_names_every_part_or_none_is_taken(named: str) -> None:
    mapping = read_mapping(
        '[columns]\nindicator = "dataElement"\narea = "orgUnit"\nperiod = "period"\n'
        f'value = "value"\n{named}'
    )
    value = VALUE | {"categoryOptionCombo": {"sex": "F", "age": "0-4"}}
    with pytest.raises(BadFile, match="categoryOptionCombo.age"):
        ledger().check(set_of(value), mapping)


def test_of_several_fields_that_are_divided_the_first_is_told() -> None:
    options = {"categoryOptionCombo": {"sex": "F"}, "attributeOptionCombo": {"agency": "A"}}
    with pytest.raises(BadFile) as caught:
        ledger().check(set_of(VALUE | options | {"orgUnit": {"code": "x"}}))
    assert "orgUnit" == caught.value.field


def test_what_stands_above_the_values_names_nothing_twice() -> None:
    whole = b'{"attributeOptionCombo": {"agency": "A", "agency": "B"}, "dataValues": []}'
    with pytest.raises(BadFile, match="What stands above the values names 'agency' twice"):
        ledger().check(whole)


def test_a_mapping_can_name_them_one_by_one() -> None:
    columns = '[columns]\nbreakdown.sex = "categoryOptionCombo.sex"'
    mapping = ready_text("dhis2_format").replace("[columns]", columns)
    value = VALUE | {"categoryOptionCombo": {"sex": "F"}}
    [found] = new(ledger().check(set_of(value), read_mapping(mapping)))
    assert {"sex": "F"} == found.breakdown


def test_a_set_without_values_is_one_in_which_nothing_changed() -> None:
    """As DHIS2 answers for a day on which nobody entered anything."""
    checked = ledger().check(b'{"dataSet": "pBOMPrpg1QX", "dataValues": []}')
    said = {warning.code: warning.detail for warning in checked.findings.warnings}
    assert "The data value set has no values." == said["no-rows"]
    assert (0, False) == (checked.findings.rows, checked.fails)


def test_a_set_that_is_still_packed_is_to_be_unpacked() -> None:
    """DHIS2's own page of exports hands it out in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.json", set_of(VALUE))
    with pytest.raises(BadFile, match="no XLSX workbook: unpack it first"):
        ledger().check(packed.getvalue())


def test_what_a_value_says_itself_counts() -> None:
    """With units below the one asked for, DHIS2 names that one above the values of all."""
    [found] = new(ledger().check(set_of(VALUE, period="202403", orgUnit="E92000001")))
    assert ("2024-04", OURS) == (found.period, found.area)


def test_a_set_that_a_template_made_may_begin_with_blank_lines() -> None:
    assert 1 == len(new(ledger().check(b"\n" * 200 + set_of(VALUE))))


@pytest.mark.parametrize(
    ("label", "calendar", "interval", "period"),
    [
        ("202404", Calendar.FINANCIAL, Interval.MONTH, "2024-04"),
        ("2024Q1", Calendar.CALENDAR, Interval.QUARTER, "CY2024-Q1"),
        ("2024Q1", Calendar.FINANCIAL, Interval.QUARTER, "FY2023-Q4"),
        ("2024", Calendar.CALENDAR, Interval.YEAR, "CY2024"),
        ("2024April", Calendar.FINANCIAL, Interval.YEAR, "FY2024"),
        ("2024Sep", Calendar.ACADEMIC, Interval.YEAR, "AY2024"),
    ],
)
def test_a_period_is_of_the_days_that_dhis2_means(
    label: str, calendar: Calendar, interval: Interval, period: str
) -> None:
    """Its quarters and bare years are those of the calendar year, whatever the indicator's are."""
    checked = ledger(calendar=calendar, interval=interval).check(set_of(VALUE | {"period": label}))
    assert [period] == [entry.period for entry in new(checked)]


@pytest.mark.parametrize(
    ("label", "interval", "sentence"),
    [
        ("201112", Interval.YEAR, "is read by the calendar year, as the mapping in force says"),
        ("2023/24", Interval.YEAR, "and the indicator is measured by the financial year"),
        ("2024", Interval.YEAR, "which is measured by the financial year."),
        ("2024W12", Interval.MONTH, "cannot be read as a period. Write it like June 2026 or"),
        ("2024AprilS1", Interval.QUARTER, "cannot be read as a period. Write it like Q1 2026/27"),
        ("2024Oct", Interval.YEAR, "cannot be read as a period. Write it like 2026/27 or FY2026"),
    ],
)
def test_a_period_of_another_kind_is_refused(label: str, interval: Interval, sentence: str) -> None:
    """December 2011 is not the financial year 2011/12."""
    checked = ledger(interval=interval).check(set_of(VALUE | {"period": label}))
    assert sentence in told(checked)


def test_code_maps_of_that_name_are_used_by_themselves() -> None:
    """Of a set without a mapping, and of the CSV form, or a set, with the ready one."""
    theirs = ledger()
    for kind, code, ours in CODES:
        entries = (CodeEntry(code=code, ours=ours),)
        theirs.tell(CodeMapSet(kind=kind, name="dhis2", entries=entries))
    whole = set_of(VALUE | {"dataElement": "fbfJHSPpUQD", "orgUnit": "DiszpKrYNg8"})
    as_csv = f'{LONG}\n"fbfJHSPpUQD","202404","DiszpKrYNg8","","","5"\n'.encode()
    ready = ready_mapping("dhis2_format")
    for content, mapping in ((whole, None), (whole, ready), (as_csv, ready)):
        assert [OURS] == [entry.area for entry in new(theirs.check(content, mapping))]


@pytest.mark.parametrize("name", ready_names())
def test_the_columns_of_a_ready_mapping_are_told_its_name(name: str) -> None:
    """But of one publisher's file alone, which its columns do not tell from others."""
    mapping = ready_mapping(name)
    header = [*mapping.columns.values(), *mapping.breakdown.values()]
    with pytest.raises(BadFile) as caught:
        ledger().check(f"{','.join(header)}\n".encode())
    sentence = f"The ready mapping {name} reads such a file."
    assert (sentence in caught.value.detail) is not bool(mapping.constants)


def test_the_ready_mapping_is_named_where_a_file_needs_it() -> None:
    with pytest.raises(BadFile, match="The ready mapping dhis2_format reads such a file"):
        ledger().check(f"{LONG}\n".encode())
    with pytest.raises(BadFile) as caught:
        ledger().check(b"measure,place\n")
    assert "ready mapping" not in caught.value.detail


def test_a_figure_that_was_deleted_is_taken_back_whatever_it_still_says() -> None:
    """The CSV writes null where it does not know."""
    theirs = ledger()
    theirs.load(set_of(VALUE))
    rows = [f'"visits","202404","{OURS}","","","5","{deleted}"' for deleted in ("null", "true")]
    for row, outcome in zip(rows, ("unchanged", "missing"), strict=True):
        content = f'{LONG},"deleted"\n{row}\n'.encode()
        checked = theirs.check(content, ready_mapping("dhis2_format"))
        assert 1 == getattr(checked.counts, outcome)
