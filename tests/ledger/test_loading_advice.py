"""What is said of a row that names nothing, or cannot be read: what to write instead."""

import pytest
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import CodeMapSet, IndicatorPlaced
from ledger.load.events import LoadKind
from ledger.loading.figures import Numbers, read_figure
from ledger.loading.mapping import read_mapping
from policies.periods import Interval
from policies.refusals import BadMapping, NotANumber

HEADER = "indicator,area,period,value"
COLUMNS = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in HEADER.split(","))
AREAS = {"E10000031": "Warwickshire", "E07000220": "Rugby", "E1": "Twin", "E2": "Twin"}
TITLE = "Emergency repairs done within a day"
YEAR_LABEL = 'the mapping must say which, with year_label = "start" or "end" in [period].'


def said(
    row: str,
    mapping: str = "",
    kind: LoadKind = "values",
    *,
    interval: Interval = Interval.QUARTER,
) -> str:
    """What is said of a row of an agreement with two areas and an indicator by the quarter."""
    definition = yearly(title=TITLE, interval=interval)
    ledger = Ledger(AREAS, {"repairs-in-time": definition})
    ledger.tell(IndicatorPlaced(indicator="repairs-in-time", outcome="homes"))
    asked = read_mapping(COLUMNS + mapping) if mapping else None
    [outcome] = ledger.check(f"{HEADER}\n{row}\n".encode(), asked, kind=kind).outcomes
    return outcome.detail


@pytest.mark.parametrize(
    ("area", "says"),
    [
        (
            "warwickshire",
            "'warwickshire' is not an area of this agreement, but the name of E10000031: write the"
            ' code; a mapping file can say areas = "names" in [codes].',
        ),
        ("e07000220", "'e07000220' is not an area of this agreement: did you mean E07000220?"),
        ("Coventry", "'Coventry' is not an area of this agreement."),
        ("Twin", "'Twin' is not an area of this agreement."),
    ],
)
def test_a_name_where_a_code_is_expected_is_told_with_its_code(area: str, says: str) -> None:
    """Where it is the name of one area; what nothing comes near to is told as before."""
    assert says == said(f"repairs-in-time,{area},Q1 2026/27,1")


def test_where_names_are_read_a_code_in_another_case_is_told() -> None:
    """Also where figures of other areas are taken."""
    row, names = "repairs-in-time,e07000220,Q1 2025/26,1", '[codes]\nareas = "names"\n'

    assert said(row, names).endswith("agreement: did you mean E07000220?")
    assert said(row, names, "both").endswith("agreement: did you mean E07000220?")
    assert "is no area that is known" in said(row.replace("e07000220", "X"), names, "both")


@pytest.mark.parametrize(
    ("indicator", "says"),
    [
        ("Repairs-in-time", ": did you mean repairs-in-time?"),
        (TITLE, ", but the title of repairs-in-time: write the code; a mapping file can list the"
         " title, under [codes.indicators]."),
        ("Potholes", "."),
    ],
)  # fmt: skip
def test_an_indicator_in_other_words_is_told_with_its_code(indicator: str, says: str) -> None:
    row = f"{indicator},E07000220,Q1 2025/26,1"

    assert f"{indicator!r} is not an indicator of this agreement{says}" == said(row)


def test_a_code_that_the_mapping_gives_and_nobody_has_is_told_as_the_mappings() -> None:
    mapping = '[codes.indicators]\n"Emergency repairs" = "repairs-in-tme"\n'
    detail = said("Emergency repairs,E07000220,Q1 2025/26,1", mapping)

    assert (
        "'Emergency repairs' is read as 'repairs-in-tme' by the mapping's codes, which is not an"
        " indicator of this agreement: did you mean repairs-in-time?" == detail
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("91.5%", "Leave out the %."),
        ("91.5 %", "Leave out the %."),
        ("£12", "Leave out the £."),
        ("~12", "Leave out the ~."),
        ("~£12", "Leave out the ~ and the £."),
        ("91,5%", "Leave out the %. A decimal comma is not read: write 91.5."),
        ("n/a", "leave it empty; a mapping file can list it, under marks in [missing]."),
        ("-", "leave it empty; a mapping file can list it, under marks in [missing]."),
        ("about 12%", "is not a number in decimal notation."),
        ("%", "leave it empty; a mapping file can list it, under marks in [missing]."),
    ],
)
def test_a_figure_with_a_sign_or_a_mark_is_told_what_to_do(text: str, says: str) -> None:
    with pytest.raises(NotANumber) as caught:
        read_figure(text, Numbers(), field="value")

    assert caught.value.detail.endswith(says)


@pytest.mark.parametrize("label", ["Q1 26/27", "Quarter 1 2026/27", "Q1 FY26/27", "99999"])
def test_a_label_that_cannot_be_read_is_told_how_to_write_it(label: str) -> None:
    """By an example of the indicator's own periods."""
    assert "rite it like Q1 2026/27 or FY2026-Q1; a mapping file can give its meaning" in (
        said(f"repairs-in-time,E07000220,{label},1")
    )


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("30/06/2026", "read as a period. Write the period that is meant, such as Q1 2026/27 or"),
        ("46203", "46203 is how a spreadsheet keeps the day 30 June 2026: write the period that is"
         " meant, such as Q1 2026/27 or FY2026-Q1; a mapping file can give its meaning"),
    ],
)  # fmt: skip
def test_a_day_is_told_with_the_period_that_it_is_in(label: str, says: str) -> None:
    assert says in said(f"repairs-in-time,E07000220,{label},1")


def test_a_day_that_no_period_ends_on_is_told_with_the_period_that_it_is_in() -> None:
    assert (
        "2026-07-01 is not the last day of a quarter; a date names a period by its last day. Write"
        " the period that is meant, such as Q2 2026/27 or FY2026-Q2; a mapping file"
    ) in said("repairs-in-time,E07000220,2026-07-01,1")


@pytest.mark.parametrize("label", ["2026-04-01", "46113"])
def test_a_month_that_a_spreadsheet_made_a_day_of_is_to_be_typed_as_text(label: str) -> None:
    """Whoever types April 2026 or 2026-04 into a cell anew has its first day there again."""
    detail = said(f"repairs-in-time,E07000220,{label},1", interval=Interval.MONTH)
    assert "such as April 2026 or 2026-04, in a cell that is formatted as text; a map" in detail


@pytest.mark.parametrize(
    ("code_maps", "says"),
    [
        ((), "; it has none yet. Put it right, or add the map"),
        (("ours", "dfe"), "; those it has are ours, dfe. Put it right, or add the map"),
    ],
)
def test_a_code_map_that_there_is_not_is_told_with_those_there_are(
    code_maps: tuple[str, ...], says: str
) -> None:
    ledger = Ledger(AREAS, {"repairs-in-time": yearly()})
    for name in code_maps:
        ledger.tell(CodeMapSet(name=name, kind="area", entries=()))
    with pytest.raises(BadMapping) as caught:
        ledger.check(f"{HEADER}\n".encode(), read_mapping(f'{COLUMNS}[codes]\nareas = "our"\n'))

    assert f"codes.areas: the agreement has no code map 'our' of areas{says}" in caught.value.detail


@pytest.mark.parametrize("label", ["2026Q1", "Q1 2026"])
def test_where_a_key_of_the_mapping_decides_it_is_named(label: str) -> None:
    assert said(f"repairs-in-time,E07000220,{label},1").endswith(YEAR_LABEL)


def test_a_cell_too_many_is_asked_for_its_quotes() -> None:
    """By the separator of the file; of a row that is short nothing more is known."""
    row = "repairs-in-time,E07000220,Q1 2025/26,1,234"
    mapping = read_mapping(f'separator = ";"\n{COLUMNS}')
    content = f"{HEADER}\n{row};5\n".replace(",", ";").encode()
    [outcome] = Ledger(AREAS, {"repairs-in-time": yearly()}).check(content, mapping).outcomes
    asked = ": is a {} inside a cell that is not in quotes?"

    assert f"The row has 5 cells, and the header 4{asked.format('comma')}" == said(row)
    assert f"The row has 6 cells, and the header 4{asked.format('semicolon')}" == outcome.detail
    assert "The row has 1 cell, and the header 4." == said("repairs-in-time")


def test_a_file_of_a_header_alone_is_told() -> None:
    """It is checked well, and nothing is in it."""
    checked = Ledger(AREAS, {"repairs-in-time": yearly()}).check(f"{HEADER}\n".encode())

    assert ["no-rows"] == [warning.code for warning in checked.findings.warnings]
    assert not checked.fails


def test_a_correction_says_what_it_was_and_what_it_becomes() -> None:
    """Of a row with many figures nobody should have to guess which is the new one."""
    ledger = Ledger(AREAS, {"repairs-in-time": yearly()})
    ledger.load(f"{HEADER}\nrepairs-in-time,E07000220,FY2021,1.5\n".encode())
    checked = ledger.check(f"{HEADER}\nrepairs-in-time,E07000220,FY2021,2.5\n".encode())
    [row] = checked.findings.corrected

    assert ("1.5", "2.5") == (row.was, row.becomes)
