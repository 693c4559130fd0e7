"""The chart: exact, honest about gaps and scale, and readable without colour."""

import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from browser.built import BuiltReader
from browser.judged import find
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from http_api.charts import Chart, Point, draw, levels_of, specify, warm
from http_api.pages.reader import ClocksAsked
from http_api.pages.series import chart_of
from http_api.pages.views import indicator_chart
from http_api.pictures import encoded
from http_api.shapes import SHAPES

HOME = "E10000031"


def chart(code: str) -> Chart:
    """The chart of a built indicator at home."""
    rows = BuiltReader().status_series("warwickshire", code, ClocksAsked(), area=HOME)
    definition = find(code).definition
    return chart_of(definition, rows, area_name="Warwickshire", known="2 May 2025")


def point(value: str | None, mark: str = "green", **more: Any) -> Point:
    """A point of a chart, named after its value."""
    return Point(
        period=more.pop("period", f"p{value}"),
        value=None if value is None else Decimal(value),
        shown=value or "",
        target=Decimal("50"),
        target_shown="50%",
        mark=mark,
        **more,
    )


def of(*points: Point) -> Chart:
    """A chart of these points."""
    return Chart(title="Title", subtitle="%, Here.", source="Them", decimals=1, points=points)


def runs(drawn: Chart) -> list[int]:
    """Which unbroken piece of the line each point belongs to."""
    return [row["run"] for row in specify(drawn, "wide")["data"]["values"]]


def words(picture: str) -> list[str]:
    """The texts of a picture."""
    root = ElementTree.fromstring(picture)  # noqa: S314 - we drew it ourselves
    return [" ".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_chart_says_its_title_unit_area_moment_target_and_source(size: Any) -> None:
    said = " ".join(words(draw(chart("gld"), size)))

    for part in ("good level", "%, Warwickshire, as", "2 May", "Target", "71%", "Source:"):
        assert part in said


@pytest.mark.parametrize("mark", [mark for mark in SHAPES if mark not in ("awaited", "not-due")])
def test_a_point_is_drawn_in_the_shape_of_its_status(mark: str) -> None:
    plain, marked = draw(of(point("40", "awaited"))), draw(of(point("40", mark)))

    assert plain != marked
    assert mark.replace("-", " ") in words(marked), "the key names it"


def test_a_gap_breaks_the_line() -> None:
    whole = of(point("1"), point("2"), point("3"))
    broken = of(point("1"), point(None), point("3"))

    assert 1 == len(set(runs(whole)))
    assert runs(broken)[0] != runs(broken)[2]


def test_a_new_series_breaks_the_line() -> None:
    first, second, third = runs(of(point("1"), point("2", new_series=True), point("3")))

    assert first != second == third


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_series_break_is_labelled_where_there_is_something_before_it(size: Any) -> None:
    begins = of(point("1", new_series=True), point("2"))
    breaks = of(point("1"), point("2", new_series=True))

    assert "series break" not in words(draw(begins, size))
    assert 1 == words(draw(breaks, size)).count("series break")


def test_periods_nothing_is_known_of_keep_their_place() -> None:
    rows = BuiltReader().status_series("warwickshire", "gld", ClocksAsked(), area=HOME)
    without = [row for row in rows if row.period not in ("FY2022", "FY2023")]
    drawn = chart_of(find("gld").definition, without, area_name="Warwickshire", known="now")

    assert ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26"] == [
        each.period for each in drawn.points
    ]
    assert [None, None] == [each.value for each in drawn.points[2:4]]


def test_periods_stand_in_order_of_time_also_where_the_first_has_no_target() -> None:
    drawn = of(
        replace(point("1", period="2021/22"), target=None),
        point("2", period="2022/23"),
        point(None, "not-due", period="2023/24"),
        replace(point("3", period="2024/25"), target=None),
    )
    years = [word for word in words(draw(drawn)) if word.startswith("202")]

    assert ["2021/22", "2022/23", "2023/24", "2024/25"] == years


def test_hollow_shapes_are_explained_only_where_there_are_some() -> None:
    note = "A hollow shape is provisional."

    assert note in " ".join(words(draw(chart("gld"))))
    assert note not in " ".join(words(draw(chart("recycling"))))


def beside(lower: str | None, median: str | None = "30", upper: str | None = "40") -> Chart:
    """A chart of one value of 50 with others beside it."""
    limits = [None if each is None else Decimal(each) for each in (lower, median, upper)]
    one = replace(point("50"), lower=limits[0], median=limits[1], upper=limits[2])
    return replace(of(one), beside="All of England (version 2)")


def test_the_middle_half_of_others_is_a_band_told_in_words() -> None:
    said = " ".join(words(draw(beside("20"))))

    assert "The shaded band is the middle half of All of England (version 2)" in said
    assert draw(beside("20")) != draw(beside("21"))
    assert "band" not in " ".join(words(draw(of(point("50")))))


def test_without_limits_only_the_median_is_drawn_and_told() -> None:
    said = " ".join(words(draw(beside(None, "30", None))))

    assert "dots is the median of All of England (version 2)" in said
    assert "shaded" not in said


def test_confidence_limits_are_bars_told_in_words() -> None:
    limited = point("50", confidence_low=Decimal(45), confidence_high=Decimal(56))
    said = " ".join(words(draw(of(point("48"), limited))))

    assert "A thin upright bar goes from limit to limit of the confidence in a value." in said
    assert draw(of(limited)) != draw(of(replace(limited, confidence_high=Decimal(57))))
    assert "confidence" not in " ".join(words(draw(of(point("48"), point("50")))))
    assert (Decimal(45), Decimal(56)) == levels_of(of(limited, point("48")))


def test_the_chart_of_a_survey_shows_the_limits_of_each_value() -> None:
    reader = BuiltReader()
    drawn = indicator_chart(reader, ClocksAsked(), "warwickshire", "smoking", area=HOME)
    limits = [
        (each.value - 2, each.value + Decimal("1.5"))
        for each in drawn.points
        if each.value is not None
    ]

    assert len(limits) > 1
    assert limits == [
        (each.confidence_low, each.confidence_high)
        for each in drawn.points
        if each.value is not None
    ]


def test_a_scale_reaches_to_the_ends_of_the_band() -> None:
    note = "The scale does not start at zero."

    assert note in " ".join(words(draw(beside("45", "46", "47"))))
    assert note not in " ".join(words(draw(beside("2"))))


def test_no_level_below_zero_is_written_where_there_is_none() -> None:
    assert not [each for each in words(draw(beside("0"))) if each.startswith("−")]
    assert [each for each in words(draw(of(point("-3"), point("2")))) if each.startswith("−")]


@pytest.mark.parametrize(("low", "told"), [("49", True), ("3", False), ("-2", False)])
def test_a_scale_that_does_not_start_at_zero_says_so(low: str, told: bool) -> None:
    said = " ".join(words(draw(of(point(low), point("52")))))

    assert told == ("The scale does not start at zero." in said)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_a_number_reaches_the_picture_digit_by_digit(value: Decimal) -> None:
    text = encoded(specify(of(point(str(value))), "wide"))
    read = json.loads(text, parse_float=Decimal, parse_int=Decimal)

    assert value == read["data"]["values"][0]["value"]


def test_the_last_value_is_written_even_where_there_is_room_for_one_only() -> None:
    many = of(*(point(str(n), period=f"{n}") for n in range(60)))

    assert "59" in words(draw(many, "narrow"))


@pytest.mark.parametrize(
    "points",
    [(), (point(None, "not-due"),), (point("1"),), (point("50"),), (point("0"), point("0"))],
    ids=["none", "no value", "one", "on target", "noughts"],
)
def test_a_chart_of_little_or_nothing_is_still_a_picture(points: tuple[Point, ...]) -> None:
    root = ElementTree.fromstring(draw(of(*points)))  # noqa: S314 - we drew it ourselves

    assert 0 < float(root.attrib["width"]) < 2000


def test_a_chart_without_a_point_says_so() -> None:
    assert ["There are no values and no targets yet.", "Title", "%, Here."] == words(draw(of()))


def test_the_same_chart_is_drawn_once() -> None:
    warm()
    first = draw(chart("gld"))

    assert first is draw(chart("gld"))
    assert first is not draw(replace(chart("gld"), subtitle="Another"))
