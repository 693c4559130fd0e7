"""Median, quartile limits and distance: by example, and against the standard library."""

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.numbers import exact_text
from policies.spread import (
    Quartiles,
    deviation,
    distance,
    distance_texts,
    median,
    quartile_limits,
)

FIGURES = st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=30)


def numbers(text: str) -> list[Decimal]:
    return list(map(Decimal, text.split()))


@pytest.mark.parametrize(
    ("figures", "middle"),
    [("", None), ("7", "7"), ("9 7", "8"), ("3 1 2", "2"), ("1 2 3 4.5", "2.5"), ("5 5 5", "5")],
)
def test_the_median_is_the_plain_one(figures: str, middle: str | None) -> None:
    assert (None if middle is None else Decimal(middle)) == median(numbers(figures))


@pytest.mark.parametrize(
    ("figures", "limits"),
    [
        ("1 2 3", None),
        ("1 2 3 4", ("1.75", "2.5", "3.25")),
        ("5 1 4 2 3", ("2", "3", "4")),
        ("10 20 30 40 50 60", ("22.5", "35", "47.5")),
        ("7 7 7 7", ("7", "7", "7")),
        ("0 1 1 3", ("0.75", "1", "1.5")),
    ],
)
def test_limits_are_interpolated_between_closest_ranks_from_four_figures_on(
    figures: str, limits: tuple[str, str, str] | None
) -> None:
    expected = None if limits is None else Quartiles(*map(Decimal, limits))
    assert expected == quartile_limits(numbers(figures))


@pytest.mark.parametrize(
    ("figures", "figure", "away"),
    [
        ("1 2 4 7 9", "7", "1"),  # the median is 4, the distances from it 0 2 3 3 5
        ("1 2 4 7 9", "2", "-2/3"),
        ("1 2 4 7 9", "4", "0"),
        ("5 5 5 9", "9", None),
        ("5", "5", None),
    ],
)
def test_the_distance_is_in_deviations_and_none_where_there_is_no_spread(
    figures: str, figure: str, away: str | None
) -> None:
    middle, spread = median(numbers(figures)), deviation(numbers(figures))
    assert middle is not None and spread is not None
    expected = None if away is None else Fraction(away)
    assert expected == distance(Decimal(figure), middle, spread)


def test_no_figures_have_no_deviation() -> None:
    assert None is deviation([])


def test_limits_are_written_without_the_zeros_of_a_division() -> None:
    assert Quartiles(*numbers("175 250 325")) == quartile_limits(numbers("100 200 300 400"))
    written = [str(median(numbers(two))) for two in ("100 200", "100 300", "1.50 2.50")]
    assert ["150", "200", "2"] == written


@given(FIGURES)
def test_the_standard_library_finds_the_same(figures: list[Decimal]) -> None:
    exact = [Fraction(figure) for figure in figures]
    found = median(figures)
    assert statistics.median(exact) == found
    limits = quartile_limits(figures)
    assert (len(figures) < 4) is (limits is None)
    if limits is not None:
        theirs = statistics.quantiles(exact, n=4, method="inclusive")
        assert theirs == [limits.lower, limits.middle, limits.upper]
        assert found == limits.middle


@given(FIGURES.flatmap(lambda figures: st.tuples(st.just(figures), st.permutations(figures))))
def test_the_order_of_figures_does_not_matter(two: tuple[list[Decimal], list[Decimal]]) -> None:
    figures, other = two
    assert median(figures) == median(other)
    assert quartile_limits(figures) == quartile_limits(other)
    assert deviation(figures) == deviation(other)


@given(
    FIGURES,
    st.decimals("0.1", 50, places=1),
    st.decimals(-100, 100, places=2),
)
def test_scaling_and_shifting_move_the_median_and_leave_distances(
    figures: list[Decimal], times: Decimal, more: Decimal
) -> None:
    moved = [figure * times + more for figure in figures]
    middle, spread = median(figures), deviation(figures)
    there, wide = median(moved), deviation(moved)
    assert middle is not None and spread is not None and there is not None and wide is not None
    assert (middle * times + more, spread * times) == (there, wide)
    before = [distance(figure, middle, spread) for figure in figures]
    assert before == [distance(figure, there, wide) for figure in moved]


LONG = st.decimals(-(10**14), 10**14, places=16)  # thirty digits


@given(figures=st.lists(LONG | st.decimals(-9, 9, places=1), min_size=1, max_size=9), spread=LONG)
def test_distances_are_written_as_the_fractions_they_are(
    figures: list[Decimal], spread: Decimal
) -> None:
    middle, deviates = figures[-1], abs(spread) or Decimal(3)
    exactly = [distance(figure, middle, deviates) for figure in figures]
    assert [exact_text(each) for each in exactly if each is not None] == list(
        distance_texts(figures, middle, deviates)
    )


def test_a_distance_is_rounded_half_up_at_the_twelfth_decimal() -> None:
    half = Decimal("0.0000000000005")
    figures = [half, -half, Decimal("0.00000000000049"), -Decimal("1e-13")]
    told = list(distance_texts(figures, Decimal(0), Decimal(1)))
    assert ["0.000000000001", "-0.000000000001", "0", "0"] == told
