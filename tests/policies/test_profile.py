"""A year's target spread over its periods: linear, seasonal, given, by the basis of measurement."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval, parse_code
from policies.profile import ProfileSettings, Shape, profile
from policies.refusals import BadPolicy

QUARTERS = [parse_code(f"FY2007-Q{n}") for n in range(1, 5)]


def define(basis: Basis, decimals: int = 0) -> Definition:
    return Definition(
        title="Affordable homes completed",
        unit="homes",
        decimals=decimals,
        polarity=Polarity.BIGGER,
        basis=basis,
        interval=Interval.QUARTER,
        calendar=Calendar.FINANCIAL,
    )


def numbers(text: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, text.split()))


def spread(
    basis: Basis,
    target: str,
    start: str | None = None,
    decimals: int = 0,
    **settings: Any,
) -> str:
    begins = None if start is None else Decimal(start)
    found = profile(
        QUARTERS, Decimal(target), define(basis, decimals), ProfileSettings(**settings), begins
    )
    assert QUARTERS == [period for period, _ in found.targets]
    return " ".join(str(level) for _, level in found.targets)


SEASONAL: dict[str, Any] = {"shape": "seasonal", "shares": numbers("0.1 0.2 0.3 0.4")}


@pytest.mark.parametrize(
    ("basis", "target", "start", "settings", "targets"),
    [
        (Basis.DISCRETE, "100", None, {}, "25 25 25 25"),
        (Basis.DISCRETE, "10", None, {}, "3 2 3 2"),
        (Basis.CUMULATIVE, "100", None, {}, "25 50 75 100"),
        (Basis.CUMULATIVE, "10", None, {}, "3 5 8 10"),
        (Basis.RATIO, "60", "40", {}, "45 50 55 60"),
        (Basis.RATIO, "40", "60", {}, "55 50 45 40"),
        (Basis.SNAPSHOT, "60", None, {}, "60 60 60 60"),
        (Basis.DISCRETE, "100", None, SEASONAL, "10 20 30 40"),
        (Basis.CUMULATIVE, "100", None, SEASONAL, "10 30 60 100"),
        (Basis.AVERAGE, "60", "40", SEASONAL, "42 46 52 60"),
    ],
)
def test_a_target_is_spread_by_its_shape_and_basis(
    basis: Basis, target: str, start: str | None, settings: dict[str, Any], targets: str
) -> None:
    assert targets == spread(basis, target, start, **settings)


def test_the_figures_of_an_earlier_year_are_a_shape() -> None:
    last_year: dict[str, Any] = {"shape": "seasonal", "shares": numbers("30 60 90 120")}
    assert "10 20 30 40" == spread(Basis.DISCRETE, "100", **last_year)


@pytest.mark.parametrize(
    ("basis", "levels"), [(Basis.DISCRETE, "10 10 30 50"), (Basis.CUMULATIVE, "10 20 50 100")]
)
def test_given_levels_are_taken_as_they_are(basis: Basis, levels: str) -> None:
    assert levels == spread(basis, "100", shape="given", levels=numbers(levels))


@pytest.mark.parametrize(
    ("basis", "settings", "field"),
    [
        (Basis.DISCRETE, {"shape": "given", "levels": numbers("10 10 30 49")}, "levels"),
        (Basis.CUMULATIVE, {"shape": "given", "levels": numbers("10 10 30 99")}, "levels"),
        (Basis.CUMULATIVE, {"shape": "given", "levels": numbers("50 100")}, "levels"),
        (Basis.DISCRETE, {"shape": "seasonal", "shares": numbers("1 1 1")}, "shares"),
        (Basis.DISCRETE, {"shape": "seasonal", "shares": numbers("0 0 0 0")}, "shares"),
        (Basis.DISCRETE, {"shape": "seasonal", "shares": numbers("2 -1 0 0")}, "shares"),
        (Basis.DISCRETE, {"shape": "seasonal"}, "shares"),
        (Basis.DISCRETE, {"shares": numbers("1 1 1 1")}, "shares"),
        (Basis.DISCRETE, {"shape": "given"}, "levels"),
        (Basis.DISCRETE, {"levels": numbers("1 1 1 1")}, "levels"),
        (Basis.DISCRETE, {"shape": "given", "levels": numbers("NaN 1")}, "shape"),
    ],
)
def test_what_does_not_fit_is_refused(basis: Basis, settings: dict[str, Any], field: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        spread(basis, "100", **settings)
    assert field == refused.value.field


def test_a_year_has_periods() -> None:
    with pytest.raises(BadPolicy):
        profile([], Decimal(1), define(Basis.DISCRETE), ProfileSettings())


@pytest.mark.parametrize(
    ("basis", "start", "settings", "workings"),
    [
        (
            Basis.DISCRETE,
            None,
            {},
            [
                "linear: the same share for each of 4 periods",
                "the periods add up to the year's target",
            ],
        ),
        (
            Basis.RATIO,
            Decimal(5),
            SEASONAL,
            ["seasonal: shares 0.1, 0.2, 0.3, 0.4", "from 5 to 100"],
        ),
        (
            Basis.CUMULATIVE,
            None,
            {"shape": "given", "levels": numbers("1 2 3 100")},
            ["the levels as they were given"],
        ),
    ],
)
def test_the_working_says_how_it_was_spread(
    basis: Basis, start: Decimal | None, settings: dict[str, Any], workings: list[str]
) -> None:
    found = profile(QUARTERS, Decimal(100), define(basis), ProfileSettings(**settings), start)
    assert workings == [step.working for step in found.steps]


def test_every_shape_has_its_examples() -> None:
    assert {"linear", "seasonal", "given"} == {*get_args(Shape)}


TARGETS = st.decimals(0, 10**6, places=1)
WEIGHTS = st.lists(st.decimals(0, 100, places=2), min_size=4, max_size=4).filter(any)


@given(TARGETS, WEIGHTS)
def test_rounding_never_changes_what_the_periods_come_to(
    target: Decimal, weights: list[Decimal]
) -> None:
    settings = ProfileSettings(shape="seasonal", shares=tuple(weights))
    each = profile(QUARTERS, target, define(Basis.DISCRETE, 1), settings).targets
    climb = profile(QUARTERS, target, define(Basis.CUMULATIVE, 1), settings).targets
    assert target == sum(level for _, level in each) == climb[-1][1]
    assert all(level >= 0 for _, level in each)
    assert [level for _, level in climb] == sorted(level for _, level in climb)


@given(TARGETS, TARGETS, WEIGHTS)
def test_a_level_never_leaves_the_way_from_its_start_to_its_target(
    target: Decimal, start: Decimal, weights: list[Decimal]
) -> None:
    settings = ProfileSettings(shape="seasonal", shares=tuple(weights))
    found = profile(QUARTERS, target, define(Basis.RATIO, 1), settings, start).targets
    levels = [level for _, level in found]
    assert levels == sorted(levels, reverse=target < start)
    assert all(min(start, target) <= level <= max(start, target) for level in levels)
    assert target == levels[-1]
