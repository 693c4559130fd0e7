"""Where an indicator is going: series, a line through the last figures, and why there is none."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, PlanLimits, Polarity
from policies.line import line_through
from policies.periods import Calendar, Interval, Period, month_of, parse_code
from policies.refusals import BadPolicy
from policies.trend import NoProjection, Point, Projection, Trend, TrendSettings, trend

BAND = PlanLimits(
    low_red=Decimal(0), low_amber=Decimal(10), high_amber=Decimal(20), high_red=Decimal(30)
)


def define(polarity: Polarity = Polarity.BIGGER, **changes: Any) -> Definition:
    sheet = Definition(
        title="Household waste recycled",
        unit="%",
        decimals=1,
        polarity=polarity,
        basis=Basis.RATIO,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
        limits=BAND if polarity is Polarity.PLAN else None,
    )
    return msgspec.structs.replace(sheet, **changes)


def points(text: str) -> list[Point]:
    """``FY2007=30 FY2008= FY2009=34p``: no figure of 2008, that of 2009 is provisional."""
    found = []
    for code, _, figure in (pair.partition("=") for pair in text.split()):
        value = Decimal(figure.rstrip("p")) if figure else None
        provisional = figure.endswith("p")
        found.append(Point(period=parse_code(code), value=value, provisional=provisional))
    return found


def projected(
    text: str,
    to: str = "FY2013",
    target: str | None = None,
    definition: Definition | None = None,
    **settings: Any,
) -> Projection:
    aim = None if target is None else Decimal(target)
    sheet = definition or define()
    return trend(points(text), sheet, TrendSettings(**settings), parse_code(to), aim).projection


STEADY = "FY2009=30 FY2010=31.99 FY2011=33.99 FY2012=35.99"


def test_a_line_goes_on_as_the_last_figures_went() -> None:
    """The years are 365, 365, 366 and 365 days long, and the line is by days."""
    days = [parse_code(f"FY{year}").end for year in range(2009, 2014)]
    figures = [Decimal(30 + (day - days[0]).days) for day in days[:4]]
    text = " ".join(f"FY{2009 + n}={figure}" for n, figure in enumerate(figures))
    found = projected(text)
    assert Fraction(30 + (days[4] - days[0]).days) == found.value
    assert ("least-squares", None) == (found.method, found.reason)


def test_only_the_last_figures_count_and_gaps_do_not() -> None:
    found = projected("FY2005=99 FY2006=30 FY2007=31 FY2008= FY2009=33 FY2010=34")
    assert ("FY2006", "FY2007", "FY2009", "FY2010") == found.used
    again = projected("FY2006=30 FY2007=31 FY2009=33 FY2010=34")
    assert again.value == found.value


def test_the_order_of_points_does_not_matter() -> None:
    shuffled = points("FY2011=33.99 FY2009=30 FY2012=35.99 FY2010=31.99")
    found = trend(shuffled, define(), TrendSettings(), parse_code("FY2013"))
    assert projected(STEADY) == found.projection


def test_the_working_says_the_method_and_what_it_came_to() -> None:
    found = projected("FY2009=30 FY2010=30 FY2011=30p", target="30")
    assert [
        ("method", "a straight line by least squares, by the last days of periods"),
        ("figures", "3, from 2009/10 to 2011/12"),
        ("slope", "0 a day"),
        ("projection", "30 by 2014-03-31"),
        ("on target?", "the target of 30: yes"),
    ] == [(step.label, step.working) for step in found.steps]
    assert (Decimal("30.0"), ("FY2011",)) == (found.judged, found.provisional)


@pytest.mark.parametrize(
    ("polarity", "target", "on_target"),
    [
        (Polarity.BIGGER, "30", True),
        (Polarity.BIGGER, "30.1", False),
        (Polarity.SMALLER, "30", True),
        (Polarity.SMALLER, "29.9", False),
        (Polarity.NEUTRAL, "30", None),
        (Polarity.BIGGER, None, None),
        (Polarity.PLAN, None, False),
        (Polarity.PLAN, "30", False),
    ],
)
def test_a_projection_says_whether_it_reaches_the_target(
    polarity: Polarity, target: str | None, on_target: bool | None
) -> None:
    found = projected("FY2009=30 FY2010=30 FY2011=30", target=target, definition=define(polarity))
    assert found.on_target is on_target


@pytest.mark.parametrize(
    ("text", "changes", "settings", "reason"),
    [
        ("FY2009=30 FY2010=31", {}, {}, NoProjection.TOO_FEW),
        ("", {}, {}, NoProjection.TOO_FEW),
        ("FY2009= FY2010= FY2011=", {}, {}, NoProjection.TOO_FEW),
        ("FY2011=30 FY2012=31 FY2013=32", {}, {}, NoProjection.REACHED),
        (STEADY, {}, {"method": "none"}, NoProjection.NOT_ASKED),
        (STEADY, {"series_break_at": "FY2011"}, {}, NoProjection.TOO_FEW),
    ],
)
def test_there_is_no_projection_and_it_says_why(
    text: str, changes: dict[str, Any], settings: dict[str, Any], reason: NoProjection
) -> None:
    found = projected(text, definition=define(**changes), **settings)
    assert (None, None, reason, "none") == (
        found.value,
        found.judged,
        found.reason,
        found.method,
    )
    assert found.steps[0].working.startswith("none: ")


def test_fewer_figures_may_be_enough_by_setting() -> None:
    assert projected("FY2009=30 FY2010=31", least=2).value is not None


def test_a_cumulative_figure_is_projected_within_its_year_only() -> None:
    counted = define(basis=Basis.CUMULATIVE, interval=Interval.QUARTER)
    first = "FY2012-Q1=10 FY2012-Q2=20 FY2012-Q3=30 FY2012-Q4=40"
    found = projected(first, "FY2013-Q4", definition=counted)
    assert NoProjection.ANOTHER_YEAR is found.reason
    begun = f"{first} FY2013-Q1=5 FY2013-Q2=10 FY2013-Q3=15"
    found = projected(begun, "FY2013-Q4", definition=counted)
    assert ("FY2013-Q1", "FY2013-Q2", "FY2013-Q3") == found.used
    assert Decimal("19.9") == found.judged


def test_a_cumulative_figure_is_projected_as_soon_as_its_year_has_one() -> None:
    counted = define(basis=Basis.CUMULATIVE, interval=Interval.QUARTER)
    begun = projected("FY2012-Q4=40 FY2013-Q1=5", "FY2013-Q4", definition=counted)
    assert NoProjection.TOO_FEW is begun.reason
    none = projected("FY2013-Q1=", "FY2013-Q4", definition=counted)
    assert NoProjection.TOO_FEW is none.reason


def test_a_projection_that_is_reached_names_the_latest_figure() -> None:
    (step,) = projected("FY2012=30 FY2013=31 FY2014=32").steps
    assert ("projection", "none: there is a figure of 2014/15") == (step.label, step.working)


@pytest.mark.parametrize(
    ("polarity", "target", "step"),
    [
        (Polarity.BIGGER, "31", ("on target?", "the target of 31: no")),
        (Polarity.PLAN, "30", ("on target?", "the green band: no")),
        (Polarity.BIGGER, None, ("projection", "30 by 2014-03-31")),
    ],
)
def test_a_working_ends_with_what_was_to_be_reached(
    polarity: Polarity, target: str | None, step: tuple[str, str]
) -> None:
    found = projected("FY2009=30 FY2010=30 FY2011=30", target=target, definition=define(polarity))
    assert step == (found.steps[-1].label, found.steps[-1].working)


def test_a_series_without_a_figure_before_its_break_is_one_series() -> None:
    broken = define(series_break_at="FY2009")
    found = trend(points("FY2009=30"), broken, TrendSettings(), parse_code("FY2013"))
    assert 1 == len(found.series)


def test_series_are_kept_apart_and_only_the_latest_is_projected() -> None:
    broken = define(series_break_at="FY2009")
    text = "FY2007=80 FY2008=81 FY2009=30 FY2010=30 FY2011=30"
    found = trend(points(text), broken, TrendSettings(), parse_code("FY2013"))
    codes = [[point.period.code for point in run] for run in found.series]
    assert [["FY2007", "FY2008"], ["FY2009", "FY2010", "FY2011"]] == codes
    assert Fraction(30) == found.projection.value


def test_targets_stay_with_their_points() -> None:
    point = Point(period=parse_code("FY2007"), value=Decimal(5), target=Decimal(6))
    found = trend([point], define(), TrendSettings(), parse_code("FY2008"))
    assert ((point,),) == found.series


def test_a_line_may_take_two_figures_or_a_hundred() -> None:
    assert 2 == TrendSettings(least=2, figures=2).figures
    assert 100 == TrendSettings(least=100, figures=100).figures


@pytest.mark.parametrize("wrong", [{"least": 1}, {"least": 5}, {"figures": 101}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadPolicy):
        TrendSettings(**wrong)


def test_a_line_needs_two_days() -> None:
    day = parse_code("FY2007").end
    assert None is line_through([(day, Decimal(1)), (day, Decimal(2))])


MONTHS = [month_of(2007 + n // 12, n % 12 + 1) for n in range(24)]
VALUES = st.lists(st.decimals(-100, 100, places=2), min_size=3, max_size=20)


def of(values: list[Decimal]) -> Trend:
    given = [Point(period=m, value=v) for m, v in zip(MONTHS, values, strict=False)]
    return trend(given, define(interval=Interval.MONTH), TrendSettings(figures=20), MONTHS[-1])


@given(VALUES, st.decimals(-5, 5, places=1), st.decimals(-50, 50, places=1))
def test_scaling_and_shifting_the_figures_does_the_same_to_the_projection(
    values: list[Decimal], times: Decimal, more: Decimal
) -> None:
    one, other = of(values), of([value * times + more for value in values])
    assert one.projection.value is not None
    assert one.projection.value * Fraction(times) + Fraction(more) == other.projection.value


@given(st.integers(-1000, 1000), st.integers(-30, 30), st.integers(3, 20))
def test_figures_on_a_line_are_projected_along_it(start: int, a_day: int, count: int) -> None:
    def along(month: Period) -> int:
        return start + a_day * (month.end - MONTHS[0].end).days

    found = of([Decimal(along(month)) for month in MONTHS[:count]])
    assert along(MONTHS[-1]) == found.projection.value


@given(VALUES)
def test_a_line_leaves_as_much_above_as_below(values: list[Decimal]) -> None:
    figures = [(month.end, value) for month, value in zip(MONTHS, values, strict=False)]
    line = line_through(figures)
    assert line is not None
    assert 0 == sum(Fraction(value) - line.at(day) for day, value in figures)
