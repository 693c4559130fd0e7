"""Direction of travel: against what, inside which band, and which way is better."""

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, PlanLimits, Polarity
from policies.periods import Calendar, Interval, parse_code
from policies.refusals import BadPolicy
from policies.travel import Travel, TravelSettings, compared_period, travel_of

BIGGER, SMALLER, PLAN, NEUTRAL = Polarity
BAND = PlanLimits(
    low_red=Decimal(0), low_amber=Decimal(10), high_amber=Decimal(20), high_red=Decimal(30)
)


def define(polarity: Polarity, limits: PlanLimits | None = BAND) -> Definition:
    return Definition(
        title="Bed occupancy",
        unit="%",
        decimals=1,
        polarity=polarity,
        basis=Basis.SNAPSHOT,
        interval=Interval.QUARTER,
        calendar=Calendar.FINANCIAL,
        limits=limits,
    )


def travel(polarity: Polarity, before: str, judged: str, band: str = "0") -> str:
    answer = travel_of(
        Decimal(judged),
        Decimal(before),
        define(polarity),
        TravelSettings(no_change_band=Decimal(band)),
        series_break=False,
    )
    return answer.travel.value


@pytest.mark.parametrize(
    ("polarity", "before", "judged", "band", "word"),
    [
        (BIGGER, "5", "6", "0", "improving"),
        (BIGGER, "6", "5", "0", "worsening"),
        (BIGGER, "5", "5.0", "0", "no-change"),
        (BIGGER, "5", "6", "1", "no-change"),
        (BIGGER, "5", "6.1", "1", "improving"),
        (SMALLER, "5", "6", "0", "worsening"),
        (SMALLER, "6", "5", "0", "improving"),
        (NEUTRAL, "5", "6", "0", "increasing"),
        (NEUTRAL, "6", "5", "0", "decreasing"),
        (PLAN, "5", "9", "0", "improving"),
        (PLAN, "25", "21", "0", "improving"),
        (PLAN, "20", "25", "0", "worsening"),
        (PLAN, "10", "20", "0", "no-change"),
        (PLAN, "11", "15", "0", "no-change"),
        (PLAN, "5", "25", "0", "no-change"),
        (PLAN, "5", "26", "1", "no-change"),
        (PLAN, "5", "26.1", "1", "worsening"),
    ],
)
def test_a_move_has_its_word(
    polarity: Polarity, before: str, judged: str, band: str, word: str
) -> None:
    assert word == travel(polarity, before, judged, band)


def test_there_is_no_travel_without_an_earlier_figure() -> None:
    answer = travel_of(Decimal(5), None, define(BIGGER), TravelSettings(), series_break=True)
    assert (Travel.NONE, "nothing to compare with") == (answer.travel, answer.reason)


def test_there_is_no_travel_across_a_series_break() -> None:
    answer = travel_of(Decimal(5), Decimal(4), define(BIGGER), TravelSettings(), series_break=True)
    assert (Travel.NONE, "series break") == (answer.travel, answer.reason)


def test_there_is_no_travel_to_a_plan_without_limits() -> None:
    sheet = define(PLAN, limits=None)
    answer = travel_of(Decimal(5), Decimal(4), sheet, TravelSettings(), series_break=False)
    assert Travel.NONE == answer.travel


@pytest.mark.parametrize(
    ("compare_with", "period", "compared"),
    [
        ("previous-period", "FY2007-Q1", "FY2006-Q4"),
        ("previous-period", "2008-01", "2007-12"),
        ("previous-period", "CY2020+3", "CY2019+3"),
        ("same-period-last-year", "FY2007-Q1", "FY2006-Q1"),
        ("same-period-last-year", "CY2020+3", None),
        ("baseline", "FY2007-Q1", None),
    ],
)
def test_the_setting_names_the_compared_period(
    compare_with: Literal["previous-period", "same-period-last-year", "baseline"],
    period: str,
    compared: str | None,
) -> None:
    found = compared_period(parse_code(period), TravelSettings(compare_with=compare_with))
    assert compared == (None if found is None else found.code)


@pytest.mark.parametrize("band", ["-1", "NaN"])
def test_the_band_is_never_negative(band: str) -> None:
    with pytest.raises(BadPolicy):
        TravelSettings(no_change_band=Decimal(band))


def test_the_label_is_in_words() -> None:
    assert "no change" == Travel.NO_CHANGE.label
    assert "improving" == Travel.IMPROVING.label


FIGURES = st.decimals(-50, 50, places=1).map(str)
BANDS = st.decimals(0, 5, places=1).map(str)
OPPOSITE = {
    "improving": "worsening",
    "worsening": "improving",
    "increasing": "decreasing",
    "decreasing": "increasing",
    "no-change": "no-change",
}


@given(st.sampled_from(Polarity), FIGURES, FIGURES, BANDS)
def test_the_way_back_is_the_opposite(polarity: Polarity, one: str, other: str, band: str) -> None:
    assert OPPOSITE[travel(polarity, one, other, band)] == travel(polarity, other, one, band)


@given(FIGURES, FIGURES, BANDS)
def test_better_for_one_polarity_is_worse_for_the_other(one: str, other: str, band: str) -> None:
    assert OPPOSITE[travel(BIGGER, one, other, band)] == travel(SMALLER, one, other, band)


@given(st.sampled_from(Polarity), FIGURES, FIGURES, BANDS, BANDS)
def test_a_wider_band_only_ever_turns_a_move_into_no_change(
    polarity: Polarity, one: str, other: str, band: str, another: str
) -> None:
    narrow, wide = sorted((band, another), key=Decimal)
    assert travel(polarity, one, other, wide) in (
        "no-change",
        travel(polarity, one, other, narrow),
    )
