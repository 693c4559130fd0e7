"""Codes, periods and figures of publishers, each read by itself."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import yearly

from ledger.loading.codes import CodeTable, PeriodRead, read_period
from ledger.loading.figures import Numbers, fifteen, read_figure, shortest
from ledger.loading.mapping import Periods
from policies.periods import Calendar, Interval
from policies.refusals import NotANumber, Refusal, UnknownPeriod, WrongInterval


@pytest.mark.parametrize(
    ("published", "read"),
    [
        ("9.3699999999999992", "9.37"),
        ("-0.10000000000000001", "-0.1"),
        ("5.0500000000000007", "5.050000000000001"),  # itself what the publisher's sum gave
        ("130586.00000000001", "130586.00000000001"),
        ("1.8469898644523142", "1.8469898644523142"),
        ("12.30", "12.30"),
        ("100.0000000000000000", "100.0000000000000000"),
        ("12345678901234567890", "12345678901234567890"),
        ("0.12345678901234567890", "0.12345678901234567890"),  # no print of a double: left alone
    ],
)
def test_a_floating_point_tail_is_read_as_the_shortest_decimal(published: str, read: str) -> None:
    """Only the print of a binary double is touched; every other figure stays as published."""
    figure = read_figure(published, Numbers("shortest"), field="value")

    assert read == format(figure, "f")


@pytest.mark.parametrize(
    ("published", "read"),
    [
        ("58.576640000000005", "58.57664"),  # what the publisher's sum left
        ("5.0500000000000007", "5.05"),
        ("9.3699999999999992", "9.37"),
        ("-0.30000000000000004", "-0.3"),
        ("1.8469898644523142", "1.84698986445231"),
        ("130586.00000000001", "130586"),
        ("58.57664", "58.57664"),
        ("12.30", "12.30"),
        ("0.000012345678901234567", "0.000012345678901234567"),  # no print of a double: left alone
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_tail_of_sums_is_read_as_fifteen_digits(published: str, read: str) -> None:
    """Where the publisher's mapping asks for it; again only the print of a double is touched."""
    figure = read_figure(published, Numbers("fifteen"), field="value")

    assert read == format(figure, "f")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1e9, max_value=1e9),
    st.integers(-2, 2),
)
def test_a_sum_that_missed_its_figure_by_a_hair_is_that_figure(number: Decimal, hair: int) -> None:
    """Up to two doubles beside the one that stands for it."""
    double = float(number)
    for _ in range(abs(hair)):
        double = math.nextafter(double, math.copysign(math.inf, hair))
    assert number == fifteen(Decimal(f"{double:.17g}"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1e9, max_value=1e9))
def test_a_figure_of_few_digits_survives_a_spreadsheet(number: Decimal) -> None:
    """What seventeen digits of a double print is read back as the figure that was typed."""
    printed = Decimal(f"{float(number):.17g}")

    assert number == shortest(printed)


def test_without_the_setting_a_tail_is_kept() -> None:
    """A mapping must ask for it."""
    assert Decimal("9.3699999999999992") == read_figure(
        "9.3699999999999992", Numbers(), field="value"
    )


@pytest.mark.parametrize(
    ("published", "separator", "read"),
    [("1,234", ",", "1234"), ("-12,345,678.90", ",", "-12345678.90"), ("1 234", " ", "1234")],
)
def test_thousands_separators_are_read_past(published: str, separator: str, read: str) -> None:
    """Between groups of three, before the point."""
    assert read == str(read_figure(published, Numbers("exact", separator), field="value"))


@pytest.mark.parametrize(
    "published", ["1,23", "12,3456", ",123", "1,234,", "1.234,567", "1234,567"]
)
def test_a_separator_elsewhere_is_no_number(published: str) -> None:
    """It may be a decimal comma or a slip: nobody guesses."""
    with pytest.raises(NotANumber):
        read_figure(published, Numbers("exact", ","), field="value")


FINANCIAL = yearly()
MONTHLY = yearly(interval=Interval.MONTH)
QUARTERLY = yearly(interval=Interval.QUARTER)
CALENDAR = yearly(calendar=Calendar.CALENDAR)
ACADEMIC = yearly(calendar=Calendar.ACADEMIC)
POOLED = yearly(calendar=Calendar.CALENDAR, interval=Interval.POOLED, pooled_years=3)
FIVE = yearly(interval=Interval.POOLED, pooled_years=5)
PROVISIONAL = Periods(strip_suffixes=(" (prov)",), provisional=True)


@pytest.mark.parametrize(
    ("label", "definition", "periods", "code"),
    [
        ("FY2023", FINANCIAL, Periods(), "FY2023"),
        ("2010-11", FINANCIAL, Periods(), "FY2010"),  # not November 2010
        ("2010-11", MONTHLY, Periods(), "2010-11"),
        ("2024/25", FINANCIAL, Periods(), "FY2024"),
        ("2024", FINANCIAL, Periods(year_label="end"), "FY2023"),
        ("2024", FINANCIAL, Periods(year_label="start"), "FY2024"),
        ("2024", ACADEMIC, Periods(year_label="end"), "AY2023"),
        ("2024", CALENDAR, Periods(year_label="end"), "CY2024"),
        ("2024", FINANCIAL, Periods(year_label="end", year_labels={"I1": "start"}), "FY2024"),
        ("2024", FINANCIAL, Periods(year_label="end", year_labels={"I2": "start"}), "FY2023"),
        ("2020-22", POOLED, Periods(), "CY2020+3"),
        ("2020/21 - 24/25", FIVE, Periods(), "FY2020+5"),
        ("March 2023", MONTHLY, Periods(), "2023-03"),
        ("Mar-23", MONTHLY, Periods(), "2023-03"),
        ("2022/23 Q3", QUARTERLY, Periods(), "FY2022-Q3"),
        ("2022-12-31", QUARTERLY, Periods(), "FY2022-Q3"),
        ("2023Q1", QUARTERLY, Periods(calendar=Calendar.CALENDAR), "FY2022-Q4"),
        ("FY2022-Q4", QUARTERLY, Periods(calendar=Calendar.CALENDAR), "FY2022-Q4"),
        (
            "2023",
            FINANCIAL,
            Periods(calendar=Calendar.CALENDAR),
            "CY2023",
        ),  # other days: refused later
        ("2022 (prov)", CALENDAR, PROVISIONAL, "CY2022"),
        ("to Q2", QUARTERLY, Periods(labels={"to Q2": "FY2019-Q2"}), "FY2019-Q2"),
        (
            "year 1 (prov)",
            CALENDAR,
            Periods(labels={"year 1": "CY2001"}, strip_suffixes=(" (prov)",)),
            "CY2001",
        ),
    ],
)
def test_a_publishers_period_is_read_with_the_indicators_calendar(
    label: str, definition: Any, periods: Periods, code: str
) -> None:
    """The same words mean different periods for different indicators."""
    assert code == read_period(label, "I1", definition, periods).code


@pytest.mark.parametrize(
    ("label", "definition", "periods", "refusal"),
    [
        ("2024", FINANCIAL, Periods(), UnknownPeriod),
        ("last year", FINANCIAL, Periods(), UnknownPeriod),
        ("", FINANCIAL, Periods(), UnknownPeriod),
        ("FY2023-Q1", FINANCIAL, Periods(), WrongInterval),
        ("2022 (prov)", CALENDAR, Periods(), UnknownPeriod),
    ],
)
def test_a_period_that_could_be_two_or_is_none_is_refused(
    label: str, definition: Any, periods: Periods, refusal: type[Refusal]
) -> None:
    """A mapping can decide; nobody guesses."""
    with pytest.raises(refusal):
        read_period(label, "I1", definition, periods)


@pytest.mark.parametrize(("marks", "expected"), [(True, True), (False, False)])
def test_a_suffix_marks_a_figure_as_provisional_if_the_mapping_says_so(
    marks: bool, expected: bool
) -> None:
    """Cut off it is in any case."""
    periods = Periods(strip_suffixes=(" (prov)",), provisional=marks)

    assert PeriodRead("CY2022", expected) == read_period("2022 (prov)", "I1", CALENDAR, periods)
    assert PeriodRead("CY2022", False) == read_period("2022", "I1", CALENDAR, periods)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("old", "new"), ("same", "same"), ("new", ""), ("kept", "kept")],
)
def test_a_code_no_table_lists_stands_for_itself(theirs: str, ours: str) -> None:
    """Unless another of their codes has that meaning already."""
    meanings = CodeTable({"old": "new", "kept": "kept"}, None).meanings(theirs)

    assert [ours] == ([theirs] if meanings is None else [one.ours for one in meanings] or [""])
