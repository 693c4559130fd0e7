"""Adding up: by each basis over time and over areas, and what is never added."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval, Period, parse_code
from policies.year_to_date import Part, roll_up, year_to_date

QUARTERS = [parse_code(f"FY2007-Q{quarter}") for quarter in (1, 2, 3, 4)]


def define(basis: Basis, interval: Interval = Interval.QUARTER, **changes: Any) -> Definition:
    return Definition(
        title="Visits to leisure centres",
        unit="visits",
        decimals=0,
        polarity=Polarity.BIGGER,
        basis=basis,
        interval=interval,
        calendar=Calendar.FINANCIAL,
        multiplier=Decimal(100),
        **changes,
    )


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def part(period: Period, value: str = "", above: str = "", below: str = "") -> Part:
    return Part(
        period=period, value=number(value), numerator=number(above), denominator=number(below)
    )


def parts(*values: str) -> list[Part]:
    return [part(period, value) for period, value in zip(QUARTERS, values, strict=False)]


@pytest.mark.parametrize(
    ("basis", "values", "total", "method"),
    [
        (Basis.DISCRETE, ("10", "20.5", "5"), "35.5", "sum"),
        (Basis.DISCRETE, ("0", "0"), "0", "sum"),
        (Basis.CUMULATIVE, ("10", "20", "35"), "35", "latest"),
        (Basis.SNAPSHOT, ("10", "20", "15"), "15", "latest"),
        (Basis.ROLLING, ("10", "20", "15"), "15", "latest"),
        (Basis.AVERAGE, ("10", "20", "15"), "15", "mean-plain"),
    ],
)
def test_each_basis_has_its_year_to_date(
    basis: Basis, values: tuple[str, ...], total: str, method: str
) -> None:
    answer = year_to_date(parts(*values), define(basis))
    assert (Decimal(total), method, ()) == (answer.value, answer.method, answer.missing)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2008-01-30", ()),
        ("2008-01-31", ("FY2007-Q3",)),
        ("2009-01-01", ("FY2007-Q3", "FY2007-Q4")),
    ],
)
def test_a_period_that_came_due_without_a_figure_is_missing_of_its_year(
    today: str, missing: tuple[str, ...]
) -> None:
    """Half of a year is never shown as the whole of it."""
    due = define(Basis.DISCRETE, due_lag_days=31)
    answer = year_to_date(parts("10", "20"), due, date.fromisoformat(today))
    assert (Decimal(30), missing) == (answer.value, answer.missing)


@pytest.mark.parametrize(
    ("since", "missing"),
    [
        ("FY2007-Q3", ()),
        ("FY2007-Q4", ("FY2007-Q3",)),
        ("", ()),
        ("FY2008", ("FY2007-Q3", "FY2007-Q4")),
    ],
)
def test_no_retired_period_is_missing_of_its_year_and_what_it_has_counts(
    since: str, missing: tuple[str, ...]
) -> None:
    given = parts("10", "20"), define(Basis.DISCRETE), date(2009, 1, 1)
    answer = year_to_date(*given, retired_from=since)
    assert (Decimal(30), missing) == (answer.value, answer.missing)


def test_ratios_are_added_by_their_parts_and_never_averaged() -> None:
    """50% of 10 and 90% of 90 is 86%, not 70%."""
    two = [part(QUARTERS[0], "50", "5", "10"), part(QUARTERS[1], "90", "81", "90")]
    answer = year_to_date(two, define(Basis.RATIO))
    assert (Decimal(86), "ratio-of-sums") == (answer.value, answer.method)


@pytest.mark.parametrize("given", [("", ""), ("81", ""), ("", "90")])
def test_a_ratio_without_both_its_parts_counts_as_missing(given: tuple[str, str]) -> None:
    two = [part(QUARTERS[0], "50", "5", "10"), part(QUARTERS[1], "90", *given)]
    answer = year_to_date(two, define(Basis.RATIO))
    assert (Decimal(50), ("FY2007-Q2",)) == (answer.value, answer.missing)


def test_a_ratio_of_nothing_has_no_value() -> None:
    answer = year_to_date([part(QUARTERS[0], "", "0", "0")], define(Basis.RATIO))
    assert answer.value is None


def test_an_average_is_weighted_where_every_part_has_a_denominator() -> None:
    weighted = [part(QUARTERS[0], "10", "", "1"), part(QUARTERS[1], "20", "", "3")]
    mixed = [part(QUARTERS[0], "10", "", "1"), part(QUARTERS[1], "20")]
    unweighted = [part(QUARTERS[0], "10", "", "0"), part(QUARTERS[1], "20", "", "0")]
    answers = [year_to_date(some, define(Basis.AVERAGE)) for some in (weighted, mixed, unweighted)]
    assert [
        (Fraction(35, 2), "mean-weighted"),
        (Fraction(15), "mean-plain"),
        (None, "mean-weighted"),
    ] == [(answer.value, answer.method) for answer in answers]


@pytest.mark.parametrize("basis", [Basis.ANNUAL, Basis.SURVEY])
def test_an_annual_figure_has_no_year_to_date_until_its_outturn(basis: Basis) -> None:
    year = parse_code("FY2007")
    definition = define(basis, Interval.YEAR)
    before = year_to_date(parts("1", "2"), definition)
    waiting = year_to_date([part(year)], definition)
    outturn = year_to_date([part(year, "7")], definition)
    assert [(None, "none"), (None, "none"), (Decimal(7), "latest")] == [
        (answer.value, answer.method) for answer in (before, waiting, outturn)
    ]


def test_the_latest_pooled_window_stands() -> None:
    windows = [part(parse_code(f"FY{year}+3"), value) for year, value in ((2019, "5"), (2020, "6"))]
    answer = year_to_date(windows, define(Basis.MULTI_YEAR, Interval.POOLED))
    assert (Decimal(6), "latest", ()) == (answer.value, answer.method, answer.missing)


def test_a_fall_of_a_cumulative_figure_is_a_warning() -> None:
    falling = year_to_date(parts("10", "20", "15"), define(Basis.CUMULATIVE))
    rising = year_to_date(parts("10", "20", "20"), define(Basis.CUMULATIVE))
    snapshot = year_to_date(parts("10", "20", "15"), define(Basis.SNAPSHOT))
    assert [("falling-cumulative",), (), ()] == [
        answer.warnings for answer in (falling, rising, snapshot)
    ]


def test_missing_periods_are_named_and_never_counted_as_zero() -> None:
    answer = year_to_date(
        [part(QUARTERS[3], "40"), part(QUARTERS[1]), part(QUARTERS[0], "10")],
        define(Basis.DISCRETE),
    )
    assert (Decimal(50), ("FY2007-Q2", "FY2007-Q3")) == (answer.value, answer.missing)


def test_an_earlier_year_is_left_out() -> None:
    answer = year_to_date(
        [part(parse_code("FY2006-Q4"), "99"), *parts("10", "20")], define(Basis.DISCRETE)
    )
    assert Decimal(30) == answer.value


def test_months_count_in_the_indicators_own_year() -> None:
    months = [part(parse_code(code), "1") for code in ("2007-03", "2007-04", "2007-05")]
    answer = year_to_date(months, define(Basis.DISCRETE, Interval.MONTH))
    assert (Decimal(2), ()) == (answer.value, answer.missing)


def test_nothing_adds_up_to_nothing() -> None:
    answer = year_to_date([], define(Basis.DISCRETE))
    assert (None, "none") == (answer.value, answer.method)
    answer = year_to_date(parts("", ""), define(Basis.DISCRETE))
    assert (None, ("FY2007-Q1", "FY2007-Q2")) == (answer.value, answer.missing)


# Areas


@pytest.mark.parametrize(
    ("basis", "has_parts", "value", "method"),
    [
        (Basis.DISCRETE, False, Decimal(30), "sum"),
        (Basis.CUMULATIVE, False, Decimal(30), "sum"),
        (Basis.AVERAGE, True, Decimal("17.5"), "mean-weighted"),
        (Basis.RATIO, True, Decimal(175), "ratio-of-sums"),
        (Basis.SNAPSHOT, False, None, "none"),
        (Basis.ROLLING, True, Decimal(175), "ratio-of-sums"),
        (Basis.SURVEY, False, None, "none"),
    ],
)
def test_areas_roll_up_by_the_basis(
    basis: Basis, has_parts: bool, value: Decimal | None, method: str
) -> None:
    sheet = define(basis, numerator="seen", denominator="asked") if has_parts else define(basis)
    members = {
        "north": part(QUARTERS[0], "10", "1", "1"),
        "south": part(QUARTERS[0], "20", "6", "3"),
    }
    answer = roll_up(members, sheet)
    assert (value, method) == (answer.value, answer.method)


@pytest.mark.parametrize(
    ("least", "enough"), [("1", False), ("0.76", False), ("0.75", True), ("0", True)]
)
def test_a_missing_member_is_named_and_the_policy_says_what_is_enough(
    least: str, enough: bool
) -> None:
    members = {area: part(QUARTERS[0], "1") for area in ("east", "north", "south")}
    members["west"] = part(QUARTERS[0])
    answer = roll_up(members, define(Basis.DISCRETE), Decimal(least))
    assert (Decimal(3), ("west",), True, enough) == (
        answer.value,
        answer.missing,
        answer.partial,
        answer.enough,
    )


def test_no_members_are_never_enough() -> None:
    for members in ({}, {"west": part(QUARTERS[0])}):
        answer = roll_up(members, define(Basis.DISCRETE), Decimal(0))
        assert (None, False) == (answer.value, answer.enough)


# Laws

COUNTS = st.decimals(0, 10000, places=2)
POSITIVE = st.decimals("0.01", 10000, places=2)
PAIRS = st.lists(st.tuples(COUNTS, POSITIVE), min_size=1, max_size=4)
MEMBERS = st.dictionaries(
    st.sampled_from(["north", "east", "south", "west", "centre"]),
    st.builds(
        Part,
        period=st.just(QUARTERS[0]),
        value=st.none() | COUNTS,
        numerator=st.none() | COUNTS,
        denominator=st.none() | POSITIVE,
    ),
)


@given(PAIRS)
def test_the_year_to_date_of_a_ratio_is_the_ratio_of_the_sums(
    pairs: list[tuple[Decimal, Decimal]],
) -> None:
    some = [
        Part(period=period, numerator=above, denominator=below)
        for period, (above, below) in zip(QUARTERS, pairs, strict=False)
    ]
    above = sum(Fraction(one) for one, _ in pairs)
    below = sum(Fraction(other) for _, other in pairs)
    assert above / below * 100 == year_to_date(some, define(Basis.RATIO)).value


@given(PAIRS)
def test_a_ratio_of_sums_lies_between_its_ratios(pairs: list[tuple[Decimal, Decimal]]) -> None:
    members = {
        str(place): Part(period=QUARTERS[0], numerator=above, denominator=below)
        for place, (above, below) in enumerate(pairs)
    }
    single = [Fraction(above) / Fraction(below) * 100 for above, below in pairs]
    rolled = roll_up(members, define(Basis.RATIO)).value
    assert rolled is not None
    assert min(single) <= rolled <= max(single)


@given(st.sampled_from(Basis), st.booleans(), st.lists(COUNTS, min_size=1, max_size=4), st.data())
def test_the_order_of_the_parts_does_not_matter(
    basis: Basis, has_parts: bool, values: list[Decimal], data: st.DataObject
) -> None:
    sheet = define(basis, numerator="n", denominator="d") if has_parts else define(basis)
    some = [
        Part(period=period, value=value, numerator=value, denominator=value + 1)
        for period, value in zip(QUARTERS, values, strict=False)
    ]
    assert year_to_date(some, sheet) == year_to_date(data.draw(st.permutations(some)), sheet)


@given(st.sampled_from(Basis), st.booleans(), MEMBERS, st.data())
def test_the_order_of_the_areas_does_not_matter(
    basis: Basis, has_parts: bool, members: dict[str, Part], data: st.DataObject
) -> None:
    sheet = define(basis, numerator="n", denominator="d") if has_parts else define(basis)
    shuffled = dict(data.draw(st.permutations(list(members.items()))))
    assert roll_up(members, sheet) == roll_up(shuffled, sheet)


@given(st.lists(COUNTS, min_size=1, max_size=4))
def test_counts_by_area_and_by_period_add_up_to_the_same(values: list[Decimal]) -> None:
    over_time = [
        Part(period=period, value=value) for period, value in zip(QUARTERS, values, strict=False)
    ]
    over_areas = {
        str(place): Part(period=QUARTERS[0], value=value) for place, value in enumerate(values)
    }
    sheet = define(Basis.DISCRETE)
    assert sum(values) == year_to_date(over_time, sheet).value == roll_up(over_areas, sheet).value


@given(st.sampled_from(Basis), MEMBERS)
def test_a_roll_up_is_partial_exactly_when_it_names_a_missing_member(
    basis: Basis, members: dict[str, Part]
) -> None:
    answer = roll_up(members, define(basis))
    assert bool(answer.missing) == answer.partial
    assert answer.enough == (bool(members) and not answer.partial)
