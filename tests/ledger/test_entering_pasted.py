"""What is pasted is read as it was meant, judged as a file is, and never loses a row."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import TODAY, Ledger, yearly

from ledger.entering.looking import Looked, look_at
from ledger.entering.pasted import MOST_CHARACTERS, MOST_ROWS, Known, read_pasted
from ledger.entering.tab_separated import cells_of
from ledger.entering.typed import without_sign
from ledger.indicator.events import Correction, Entry, ValuesReturned, ValuesSubmitted
from ledger.loading.load import check_file
from ledger.loading.outcomes import Outcome
from policies.definition import Basis
from policies.refusals import BadFile

AREAS = {"E1": "Warwickshire", "E2": "Rugby"}
REPEATS = yearly(
    title="Homeless twice",
    basis=Basis.RATIO,
    numerator="Accepted again",
    denominator="Accepted",
    multiplier=Decimal(100),
)
HOMES = yearly(title="Homes let", unit="homes", decimals=0)
DEFINITIONS = {"leavers": yearly(), "repeats": REPEATS, "homes": HOMES}
KNOWN = Known(indicators=DEFINITIONS, areas=AREAS, period="FY2024", area="E1")


def a_ledger(file: str = "") -> Ledger:
    """The three indicators, with what a file says of them."""
    ledger = Ledger(AREAS, DEFINITIONS)
    if file:
        ledger.load(f"indicator,area,period,value\n{file}".encode())
    return ledger


def fields_of(text: str, known: Known = KNOWN) -> list[dict[str, str]]:
    """What each pasted row says, without what is empty."""
    rows = read_pasted(text, known).rows
    return [{name: said for name, said in row.fields.items() if said} for row in rows]


def looked_at(ledger: Ledger, text: str, **more: dict[str, str]) -> Looked:
    pasted = read_pasted(text, KNOWN)
    return look_at(pasted.rows, ledger.agreement, ledger.folds, TODAY, **more)


def test_rows_without_headings_stand_as_the_page_says() -> None:
    text = "leavers\tRugby\t2023-24\t91.5\t\tas told\nHomeless twice\tE1\tFY2024\t30\t200\t"
    assert [
        {
            "indicator": "leavers",
            "area": "E2",
            "period": "2023-24",
            "value": "91.5",
            "standing": "final",
            "note": "as told",
        },
        {
            "indicator": "repeats",
            "area": "E1",
            "period": "FY2024",
            "numerator": "30",
            "denominator": "200",
            "standing": "final",
        },
    ] == fields_of(text)
    read = read_pasted(text, KNOWN)
    assert ("indicator", "area", "period", "value", "denominator", "note") == read.columns


def test_what_the_page_has_chosen_need_not_be_pasted() -> None:
    chosen = {"area": "E1", "period": "FY2024", "standing": "final"}
    assert [
        {"indicator": "leavers", "value": "91.5"} | chosen,
        {"indicator": "homes", "value": "2023", "note": "counted"} | chosen,
        {"indicator": "repeats", "numerator": "3", "denominator": "20"} | chosen,
    ] == fields_of("leavers\t91.5\t\nhomes\t2023\tcounted\nrepeats\t3\t20")


def test_on_a_page_of_one_indicator_the_periods_come_first() -> None:
    known = Known(indicators=DEFINITIONS, areas=AREAS, area="E1", indicator="leavers")
    text = "2022-23\t90\n2023-24\t91.5%"
    assert ["2022-23", "2023-24"] == [row["period"] for row in fields_of(text, known)]
    assert ["90", "91.5"] == [row["value"] for row in fields_of(text, known)]
    assert {"leavers"} == {row["indicator"] for row in fields_of(text, known)}


def test_with_headings_the_columns_stand_in_any_order() -> None:
    text = "Value\tTitle\tPeriod\tStanding\n1,204\tHomes let\t2023-24\tprovisional"
    assert [
        {
            "indicator": "homes",
            "area": "E1",
            "period": "2023-24",
            "value": "1,204",
            "standing": "provisional",
        }
    ] == fields_of(text)


def test_a_misspelt_name_is_refused_in_its_row_and_shifts_no_column() -> None:
    text = "leavers\tRugby\t2023-24\t90\nleevers\tRugby\t2023-24\t91\nhomes\tRugbie\t2023-24\t92"
    looked = looked_at(a_ledger(), text)

    assert [("new", ""), ("rejected", "unknown-indicator"), ("rejected", "unknown-area")] == [
        (one.outcome.outcome, one.outcome.code) for one in looked.rows
    ]


@pytest.mark.parametrize(
    ("typed", "unit", "figure"),
    [
        (" 91.5 %", "%", "91.5"),
        ("91.5%", "per cent", "91.5"),
        ("£1,200", "£", "1,200"),
        ("−£3", "£", "-3"),
        ("91.5%", "homes", "91.5%"),
        ("−3", "homes", "-3"),
    ],
)
def test_the_sign_of_the_unit_is_no_part_of_a_figure(typed: str, unit: str, figure: str) -> None:
    assert figure == without_sign(typed, unit)


@pytest.mark.parametrize("odd", ["FY 24/25", "last year"])
def test_periods_of_which_half_cannot_be_read_are_periods_still(odd: str) -> None:
    """Or the figures of all rows would be looked for among the periods."""
    text = f"leavers\tRugby\t2023/24\t91.5\tcounted by hand\nleavers\tRugby\t{odd}\t92\t"
    said = [(one["period"], one["value"]) for one in fields_of(text)]
    assert [("2023/24", "91.5"), (odd, "92")] == said


def test_figures_are_not_taken_for_periods_that_some_of_them_spell() -> None:
    text = "leavers\t2023/24\nleavers\t91.5"
    assert ["2023/24", "91.5"] == [one["value"] for one in fields_of(text)]


def test_each_row_is_told_as_a_load_tells_it() -> None:
    before = "\n".join(f"leavers,E1,FY20{year},{year * 2}" for year in range(10, 24))
    text = "\n".join(
        (
            "indicator\tarea\tperiod\tvalue",
            "leavers\tE1\tFY2023\t46",
            "leavers\tE1\tFY2022\t45",
            "leavers\tE1\tFY2024\t4700",
            "leavers\tE1\tFY2025\t",
            "leavers\tE2\tFY2024\tabout 9",
            "homes\tE1\tFY2024\t7",
            "homes\tE1\tFY2024\t8",
            "homes\tE9\tFY2024\t7",
        )
    )
    ledger = a_ledger(before)
    looked = looked_at(ledger, text)
    file = check_file(
        text.replace("\t", ",").encode(), "f.csv", None, ledger.agreement, ledger.folds, TODAY
    )

    assert [
        "unchanged", "correction", "new", "missing", "invalid", "duplicate", "duplicate",
        "rejected",
    ] == [one.outcome.outcome for one in looked.rows]  # fmt: skip
    assert list(file.outcomes) == [one.outcome for one in looked.rows]
    assert ("hundredfold",) == tuple(w.code for w in looked.rows[2].outcome.warnings)
    assert [False, True, True, False, False, False, False, False] == [
        one.writes for one in looked.rows
    ]
    correction = looked.rows[1].entry
    assert isinstance(correction, Correction)
    assert "2.12" != correction.replaces != ""


def test_rows_of_which_most_are_a_hundred_times_those_before_are_asked_about() -> None:
    looked = looked_at(a_ledger("leavers,E1,FY2023,0.91"), "leavers\tE1\tFY2024\t91.5")
    assert looked.unit_changed.startswith("1 of the 1 figures")
    assert "row 1" in looked.unit_changed


def test_a_returned_value_sent_again_is_not_passed_over_in_silence() -> None:
    ledger = a_ledger("leavers,E1,FY2023,90")
    name = next(iter(ledger.indicators["leavers"].entries.values())).name
    ledger.record("leavers", ValuesReturned(entries=(name,), reason="ab" * 32))
    (row,) = looked_at(ledger, "leavers\tE1\tFY2023\t90").rows

    assert Outcome.UNCHANGED is row.outcome.outcome
    assert row.outcome.detail.startswith("It was returned")


def test_that_a_note_stays_with_the_value_it_was_given_for_is_said() -> None:
    ledger = a_ledger("leavers,E1,FY2023,90")
    held = Entry(period="FY2022", area="E1", value=Decimal(89), note="ab" * 32)
    ledger.record("leavers", ValuesSubmitted(entries=(held,)))
    plain, noted = looked_at(ledger, "leavers\tFY2023\t91\nleavers\tFY2022\t91").rows

    assert (Outcome.CORRECTION, "") == (plain.outcome.outcome, plain.outcome.detail)
    assert "stay with that one" in noted.outcome.detail


def test_an_indicator_that_is_not_this_persons_is_rejected_and_the_others_are_judged() -> None:
    looked = looked_at(a_ledger(), "homes\t5\nleavers\t91", forbidden={"homes": "Not yours."})

    assert [("rejected", "no-role", "Not yours."), ("new", "", "")] == [
        (one.outcome.outcome, one.outcome.code, one.outcome.detail) for one in looked.rows
    ]
    assert [None, Entry(period="FY2024", area="E1", value=Decimal(91))] == [
        one.entry for one in looked.rows
    ]


def test_what_only_a_mapping_file_could_say_is_not_told_where_there_is_none() -> None:
    headings = "indicator\tperiod\tvalue\n"
    (row,) = looked_at(a_ledger(), f"{headings}leavers\t31/03/2024\t91.5").rows

    assert (
        "'31/03/2024' cannot be read as a period. Write the period that is meant, such as 2023/24"
        " or FY2023."
    ) == row.outcome.detail


def test_a_cell_in_no_column_is_not_dropped() -> None:
    looked = looked_at(a_ledger(), "value\tindicator\n91\tleavers\tand more\n92\tleavers")
    assert ["invalid", "new"] == [one.outcome.outcome for one in looked.rows]
    assert "'and more' stands in no column" in looked.rows[0].outcome.detail


@pytest.mark.parametrize(
    "text",
    [
        "value\tvalue\n1\t2",
        "leavers\t1\n" * (MOST_ROWS + 1),
        "x" * (MOST_CHARACTERS + 1),
    ],
)
def test_what_cannot_be_taken_at_all_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_pasted(text, KNOWN)
    assert "pasted" == refused.value.field


CELLS = st.sampled_from(
    ("leavers", "Homes let", "repeats", "nothing", "Rugby", "E9", "2023-24", "FY2024-Q1", "7", "")
)
OTHERS = st.sampled_from(("91.5", "1,200", "x\ty", 'say "so"', "a\nb", "final", "-", "200"))


@given(st.lists(st.lists(CELLS | OTHERS, min_size=1, max_size=8), max_size=8), st.booleans())
def test_no_row_is_lost_and_the_counts_add_up(table: list[list[str]], headed: bool) -> None:
    heading = [["indicator", "area", "period", "value", "note"]] if headed else []
    text = io.StringIO(newline="")
    csv.writer(text, dialect="excel-tab").writerows([*heading, *table])
    looked = looked_at(LEDGER, text.getvalue())

    said = [number for number, row in enumerate(cells_of(text.getvalue()), 1) if any(row)]
    assert said[len(heading) :] == [one.outcome.row for one in looked.rows]
    assert [row for row in table if any(row)] == [list(one.outcome.cells) for one in looked.rows]
    assert len(looked.rows) == sum(looked.counts.values())
    for one in looked.rows:
        assert one.writes <= (one.entry is not None)
        assert one.outcome.detail or one.outcome.outcome in {"new", "unchanged", "correction"}


LEDGER = a_ledger("leavers,E1,FY2023,7\nhomes,E2,FY2023,91.5")
