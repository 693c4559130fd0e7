"""Figures that can be read and may yet be wrong: warned about, never stopped."""

import csv
import io
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import Ledger, yearly

from ledger.loading.load import Checked
from ledger.loading.outcomes import Counts
from ledger.loading.quality import (
    DECIMALS,
    FALLING,
    HUNDREDFOLD,
    JUMP,
    STALE,
    WARNINGS,
    ZERO,
    Compared,
    QualitySettings,
    about,
    hundredfold,
)
from policies.definition import Basis
from policies.periods import Interval
from policies.refusals import BadPolicy, UnitChanged

AREAS = {f"E{n}": f"Area {n}" for n in range(1, 9)}
HEADER = "indicator,area,period,value,numerator,denominator"
QUARTERLY = yearly(interval=Interval.QUARTER)
COUNTED = yearly(interval=Interval.QUARTER, basis=Basis.CUMULATIVE, decimals=0)
RATE = yearly(
    basis=Basis.RATIO, numerator="Leavers in homes", denominator="Leavers", multiplier=Decimal(100)
)


def ledger() -> Ledger:
    definitions = {"I1": yearly(decimals=2), "Q": QUARTERLY, "C": COUNTED, "R": RATE}
    return Ledger(AREAS, definitions)


def file(*rows: str) -> bytes:
    return "\n".join(
        (HEADER, *(f"{row},," if row.count(",") == 3 else row for row in rows))
    ).encode()


def series(code: str, area: str, first_year: int, values: str) -> list[str]:
    """Rows of successive years."""
    return [
        f"{code},{area},FY{year},{value}" for year, value in enumerate(values.split(), first_year)
    ]


def warned(checked: Checked) -> list[tuple[int, str]]:
    """The rows with each warning, and nothing that the counts do not say too."""
    found = [(row.row, one.code) for row in checked.outcomes for one in row.warnings]
    counts = {w.code: w.rows for w in checked.findings.warnings if w.code in WARNINGS}
    assert {code: sum(code == one for _, one in found) for code in counts} == counts
    assert set(counts) == {code for _, code in found}
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("0.327 32.7", [(3, HUNDREDFOLD)]),
        ("32.7 0.327", [(3, HUNDREDFOLD)]),
        ("19.85 1994", [(3, HUNDREDFOLD)]),
        ("1 66.6", []),
        ("1 150", [(3, HUNDREDFOLD)]),
        ("1 150.1", []),
        ("-0.5 -50", [(3, HUNDREDFOLD)]),
        ("-0.5 50", []),
        ("0 100", []),
        ("100 0", []),
        ("5 6", []),
    ],
)
def test_about_a_hundred_times_the_figure_before_is_warned_about(
    values: str, expected: list[tuple[int, str]]
) -> None:
    """A fraction taken for a percentage, or the other way round."""
    made = Ledger(AREAS, {"I1": yearly(decimals=3)})

    assert expected == warned(made.check(file(*series("I1", "E1", 2015, values))))


def test_the_sentence_of_a_warning_names_both_figures() -> None:
    """So that a person can see at once what happened; the row itself is taken."""
    [_, row] = ledger().check(file(*series("I1", "E1", 2015, "19.85 1994"))).outcomes

    assert ("new", "", "") == (row.outcome, row.code, row.detail)
    [warning] = row.warnings
    assert "1994 is about 100 times 19.85, the figure before (2015/16): is the unit the same?" == (
        warning.detail
    )


def test_the_ledgers_own_figure_is_the_one_before() -> None:
    """A correction is compared with what it replaces, not with the year before."""
    made = ledger()
    made.load(file(*series("I1", "E1", 2015, "50 0.9 51")))
    checked = made.check(file(*series("I1", "E1", 2015, "50 90 51 52")))

    assert Counts(new=1, unchanged=2, correction=1) == checked.counts
    assert ["90 is about 100 times 0.9, the figure before: is the unit the same?"] == [
        one.detail for row in checked.outcomes for one in row.warnings
    ]


def test_what_a_figure_is_compared_with_is_named_with_its_period() -> None:
    """Periods between may have none: then it is the one that has."""
    made = Ledger(AREAS, {"I1": yearly(decimals=2)})
    rows = series("I1", "E1", 2011, "10 10.4 9.8 10.1")
    made.load(file(*rows))
    [jump] = made.check(file("I1,E1,FY2017,25")).outcomes
    [smaller] = made.check(file("I1,E1,FY2017,0.11"), confirm_unit=True).outcomes

    assert ["25 is far from 10.1, the figure before it (2014/15), for this series."] == [
        one.detail for one in jump.warnings
    ]
    assert [
        "0.11 is about a hundredth of 10.1, the figure before (2014/15): is the unit the same?"
    ] == [one.detail for one in smaller.warnings]


def test_what_was_kept_of_a_comparison_without_its_period_is_told_without() -> None:
    kept = msgspec.msgpack.encode(["25", "10.1"])
    compared = msgspec.msgpack.decode(kept, type=Compared)

    assert "25 is far from 10.1, the figure before it, for this series." == about(JUMP, compared)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("10 10.4 9.8 10.1 25", [6]),
        ("10 10.4 9.8 10.1 14", []),  # less than eight usual steps
        ("10 10 10 10 14.1", [6]),  # a flat series may move by 40 per cent, and no more
        ("10 10 10 10 14", []),
        ("10 10.4 9.8 25", []),  # too few figures to know
        ("10 10.4 25 10.1 9.9 10.2", [4]),  # far from both neighbours
        ("10 10.4 25 24.8 25.1 25", []),  # a new level, on which the next ones stay
        ("10 20 10 20 10 30", []),  # it always moves like that
        ("0 0 0 0 5", []),  # rises from nothing
        ("-10 -10.4 -9.8 -10.1 12", [6]),
    ],
)
def test_a_figure_far_outside_its_own_history_is_warned_about(
    values: str, expected: list[int]
) -> None:
    """Against the usual step of the same series, before and after."""
    found = warned(ledger().check(file(*series("I1", "E1", 2012, values))))

    assert [(row, JUMP) for row in expected] == found


def test_history_may_stand_in_the_ledger_and_in_the_file() -> None:
    """A series is what would stand after the load."""
    made = ledger()
    made.load(file(*series("I1", "E1", 2012, "10 10.4 9.8")))

    assert [(3, JUMP)] == warned(made.check(file(*series("I1", "E1", 2015, "10.1 25"))))


def test_the_figures_of_one_area_are_not_the_history_of_another() -> None:
    """Nor those of a breakdown that of the headline."""
    made = Ledger(AREAS, {"I1": yearly()})
    made.load(file(*series("I1", "E1", 2012, "10 10.4 9.8 10.1")))
    content = b"indicator,area,period,value,breakdown.sex\nI1,E2,FY2016,900,\nI1,E1,FY2016,1000,F\n"

    assert [] == warned(made.check(content))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("5 6 7 0", [5]),
        ("5 6 0", []),
        ("5 0 6 7 0", []),
        ("0 0 0 0", []),
        ("5 6 7 0 0", [5]),
    ],
)
def test_a_zero_after_other_figures_is_asked_about(values: str, expected: list[int]) -> None:
    """It may have been typed for what was missing; a zero among zeros is a zero."""
    found = warned(ledger().check(file(*series("I1", "E1", 2012, values))))

    assert [(row, ZERO) for row in expected] == found


@pytest.mark.parametrize(
    ("code", "rows", "expected"),
    [
        ("C", ("Q1,10", "Q2,25", "Q3,24"), [4]),
        ("C", ("Q1,10", "Q2,25", "Q3,25"), []),
        ("C", ("Q1,10", "Q3,9"), [3]),
        ("Q", ("Q1,10", "Q2,25", "Q3,24"), []),
    ],
)
def test_a_count_that_goes_on_through_the_year_does_not_fall(
    code: str, rows: tuple[str, ...], expected: list[int]
) -> None:
    """Only where the definition says that it is cumulative."""
    found = warned(ledger().check(file(*(f"{code},E1,FY2023-{row}" for row in rows))))

    assert [(row, FALLING) for row in expected] == found


def test_a_count_starts_again_in_the_next_year() -> None:
    """The first quarter is below the fourth of the year before."""
    rows = ("C,E1,FY2023-Q3,30", "C,E1,FY2023-Q4,41", "C,E1,FY2024-Q1,9", "C,E1,FY2024-Q2,8")

    assert [(5, FALLING)] == warned(ledger().check(file(*rows)))


@pytest.mark.parametrize(
    ("value", "fine"), [("12.3", False), ("12.34", True), ("12.300", False), ("12", False)]
)
def test_more_decimals_than_are_judged_by_are_told(value: str, fine: bool) -> None:
    """The figure is kept as given; trailing zeros are no decimals worth a word."""
    made = Ledger(AREAS, {"I1": yearly(decimals=1)})
    checked = made.check(file(f"I1,E1,FY2022,{value}", f"I1,E2,FY2022,{value}"))

    assert Counts(new=2) == checked.counts
    assert ([(2, DECIMALS), (3, DECIMALS)] if fine else []) == warned(checked)


def test_a_figure_of_parts_is_compared_by_what_they_come_to() -> None:
    """912 of 1,000 and 0.912 of 1,000 are a hundredfold apart, and nothing else is told."""
    rows = ("R,E1,FY2022,,912,1000", "R,E1,FY2023,,9,1000", "R,E2,FY2022,,9,10")

    assert [(3, HUNDREDFOLD)] == warned(ledger().check(file(*rows)))


def copied(same: int, others: int) -> bytes:
    """Figures of a year of so many areas, and of the next year the same, or another."""
    areas = list(AREAS)[: same + others]
    before = [f"I1,{area},FY2021,{n + 10}" for n, area in enumerate(areas)]
    after = [f"I1,{area},FY2022,{n + 10 + (n >= same)}" for n, area in enumerate(areas)]
    return file(*before, *after)


@pytest.mark.parametrize(
    ("same", "others", "stale"), [(3, 0, 3), (2, 0, 0), (4, 1, 4), (3, 1, 0), (0, 5, 0)]
)
def test_figures_that_repeat_the_period_before_are_told_where_nearly_all_do(
    same: int, others: int, stale: int
) -> None:
    """One area may stand still; a whole column that does was copied."""
    found = warned(ledger().check(copied(same, others)))

    assert [STALE] * stale == [code for _, code in found]


def test_a_period_of_one_area_repeated_for_all_indicators_is_told_too() -> None:
    """A partnership with one area sends one row for each indicator."""
    codes = [f"I{n}" for n in range(1, 5)]
    made = Ledger(AREAS, dict.fromkeys(codes, yearly()))
    rows = [f"{code},E1,FY{year},{n + 7}" for year in (2021, 2022) for n, code in enumerate(codes)]

    assert [(row, STALE) for row in range(6, 10)] == warned(made.check(file(*rows)))


def test_noughts_that_stay_noughts_are_not_stale() -> None:
    """Nothing happened, and nothing happened again."""
    rows = [f"I1,{area},FY{year},0" for year in (2021, 2022) for area in AREAS]

    assert [] == warned(ledger().check(file(*rows)))


def test_only_what_a_load_would_write_is_warned_about() -> None:
    """What the ledger holds was warned about when it came; a refused row says why already."""
    made = ledger()
    content = file(*series("I1", "E1", 2012, "10 10.4 9.8 10.1 25"), "I1,E9,FY2016,2500")
    first, second = made.load(content), made.check(content)

    assert [(6, JUMP)] == warned(first)
    assert [] == warned(second)


def test_the_document_shows_the_first_rows_of_each_warning() -> None:
    """Ten of them, with their cells, beside the count of all."""
    rows = [f"I1,E1,FY{year},1.22{year % 9 + 1}" for year in range(1990, 2010)]
    document = ledger().check(file(*rows)).findings

    assert [DECIMALS] == list(document.warned)
    assert list(range(2, 12)) == [row.row for row in document.warned[DECIMALS]]
    assert "1.222" == document.warned[DECIMALS][0].data["value"]
    assert [(DECIMALS, 20)] == [(one.code, one.rows) for one in document.warnings]
    assert "More decimals than the indicator is judged by: 20 rows." == document.warnings[0].detail


def test_the_list_of_all_rows_has_the_warnings() -> None:
    """In the place of the code and sentence that a row which is taken has not."""
    checked = ledger().check(file(*series("I1", "E1", 2015, "0.25 25.041")))
    [*_, row] = csv.reader(io.StringIO(checked.everything()))

    assert ["3", "new", f"{HUNDREDFOLD} {DECIMALS}"] == row[:3]
    assert row[3].startswith("25.041 is about 100 times 0.25, the figure before")


def in_percent(*values: str) -> bytes:
    return file(*(f"I1,E{n},FY2022,{value}" for n, value in enumerate(values, 1)))


def test_a_file_in_another_unit_is_refused_until_it_is_confirmed() -> None:
    """More than half of what can be compared is a hundredfold: the person is asked, once."""
    made = ledger()
    made.load(in_percent("0.31", "0.42", "0.53", "0.64"))
    percentages = in_percent("31", "42", "53", "0.65")
    with pytest.raises(UnitChanged) as caught:
        made.check(percentages)
    confirmed = made.check(percentages, confirm_unit=True)

    assert "3 of the 4 figures that can be compared" in caught.value.detail
    assert "row 2, 31 is about 100 times 0.31" in caught.value.detail
    assert Counts(correction=4) == confirmed.counts
    assert (HUNDREDFOLD, 3) in [(one.code, one.rows) for one in confirmed.findings.warnings]


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        (("31", "42", "0.53", "0.64"), False),  # half of them is not more than half
        (("31", "42", "53", "0.64"), True),
        (("31", "42", "0.53", "0.65", "55"), False),  # the fifth has nothing to be compared with
    ],
)
def test_unchanged_figures_count_among_those_that_can_be_compared(
    values: tuple[str, ...], refused: bool
) -> None:
    """They say that the unit is the same."""
    made = ledger()
    made.load(in_percent("0.31", "0.42", "0.53", "0.64"))
    if refused:
        with pytest.raises(UnitChanged):
            made.check(in_percent(*values))
    else:
        assert 2 == len(warned(made.check(in_percent(*values))))


def test_new_years_in_another_unit_are_another_unit_too() -> None:
    """The last figure that the ledger has is the one before, whatever the file says of itself."""
    made = ledger()
    made.load(file(*series("I1", "E1", 2015, "0.31 0.32")))
    with pytest.raises(UnitChanged):
        made.check(file(*series("I1", "E1", 2017, "33 34 35")))


def test_a_first_file_has_nothing_to_be_compared_with() -> None:
    """Its own slips are warnings."""
    checked = ledger().check(file(*series("I1", "E1", 2015, "0.31 33 34")))

    assert [(3, HUNDREDFOLD)] == warned(checked)


FIGURES = st.sampled_from(["0", "0.3", "3", "30", "31", "300", "12.5", "1250", "-30", "-"])
ROWS = st.lists(
    st.tuples(st.sampled_from(["E1", "E2"]), st.integers(2012, 2019), FIGURES),
    unique_by=lambda row: row[:2],
    max_size=14,
)


def told(rows: list[tuple[str, int, str]]) -> bytes:
    return file(*(f"I1,{area},FY{year},{value}" for area, year, value in rows))


@given(ROWS, ROWS)
def test_warnings_stop_nothing(
    before: list[tuple[str, int, str]], rows: list[tuple[str, int, str]]
) -> None:
    """Whatever the figures, each row that has a warning is new or a correction."""
    made = ledger()
    made.load(told(before))
    checked = made.check(told(rows), confirm_unit=True)
    for row in checked.outcomes:
        assert row.outcome in {"new", "correction"} or not row.warnings
        assert all(one.detail for one in row.warnings)
    assert len(rows) == checked.counts.total


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_does_not_change_what_is_warned_about(
    both: tuple[list[tuple[str, int, str]], list[tuple[str, int, str]]],
) -> None:
    """A series is in the order of time, wherever its rows stand."""
    ends: list[Any] = []
    for rows in both:
        outcomes = ledger().check(told(rows)).outcomes
        ends.append(
            sorted((row.cells, sorted(one.code for one in row.warnings)) for row in outcomes)
        )

    assert ends[0] == ends[1]


@given(st.decimals(0, 10**6, places=3), st.decimals(0, 10**6, places=3))
def test_a_hundredfold_is_one_both_ways(one: Decimal, other: Decimal) -> None:
    """And by plain arithmetic: between 100 ÷ 1.5 and 100 × 1.5."""
    within = QualitySettings().hundredfold_within
    big, small = max(one, other), min(one, other)

    assert hundredfold(one, other, within) == hundredfold(other, one, within)
    assert hundredfold(one, other, within) == (
        small > 0 and small * 100 <= big * within and big <= small * 100 * within
    )


def test_settings_that_would_call_ten_a_hundred_are_refused() -> None:
    """About 100 lies above 10 and below 1,000."""
    with pytest.raises(BadPolicy):
        QualitySettings(hundredfold_within=Decimal(10))
