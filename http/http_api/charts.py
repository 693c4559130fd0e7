"""The chart of an indicator: values, targets and statuses as a picture that reads in grey too.

Vega-Lite specifications rendered to SVG. A status is a shape, and the same shape stands beside its
word on the pages. Numbers reach the picture as exact decimal text.
"""

from decimal import Decimal
from math import ceil
from textwrap import wrap
from typing import Any

from http_api.chart_layers import (
    Chart,
    Point,
    Projected,
    across,
    layers_of,
    room,
    rows_of,
)
from http_api.pictures import LINE, LOOK, WIDTH, Size, drawn, headed, nothing

__all__ = ["Chart", "Point", "Projected", "Size", "draw", "levels_of", "specify", "warm"]

ROOM_FOR_SLOPE = 20  # pixels that a sloping period label needs
LETTER = 8.5  # pixels of a letter, about

HEIGHT: dict[Size, int] = {"wide": 300, "narrow": 240, "small": 110}
TICKS: dict[Size, int] = {"wide": 6, "narrow": 6, "small": 3}
FROM_ZERO = Decimal("0.4")  # values that reach down to this share of the highest start at zero


def draw(chart: Chart, size: Size = "wide") -> str:
    """The chart as an SVG document."""
    return drawn(specify(chart, size))


def warm() -> None:
    """Start the renderer, whose first picture takes about a second."""
    draw(Chart(title="", subtitle="", source="", decimals=0, points=()))


def specify(chart: Chart, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of a chart."""
    if not chart.points:
        empty = nothing("There are no values and no targets yet.", size)
        return {**empty, "title": headed(chart.title, chart.subtitle, size), "config": LOOK}
    return {
        "description": f"{chart.title}. {chart.subtitle}",
        "width": WIDTH[size],
        "height": HEIGHT[size],
        "title": _title(chart, size),
        "data": {"values": list(rows_of(chart))},
        "encoding": {"x": _x_axis(chart, size), "y": _up(chart, size)},
        "layer": list(layers_of(chart, size)),
        "config": LOOK,
    }


def _title(chart: Chart, size: Size) -> dict[str, Any]:
    notes = [chart.subtitle]
    if any(point.provisional for point in chart.points):
        notes.append("A hollow shape is provisional.")
    if any(point.confidence_low is not None for point in chart.points):
        notes.append("A thin upright bar goes from limit to limit of the confidence in a value.")
    notes += _told_of_band(chart)
    if chart.projected is not None:
        notes.append("The dots lead to a projection, which nothing is judged by.")
    if chart.scale is not None:
        notes.append("Drawn on the same scale as the charts beside it that have its unit.")
    if chart.points and not _from_zero(chart):
        notes.append("The scale does not start at zero.")
    return headed(chart.title, " ".join(notes), size)


def _told_of_band(chart: Chart) -> list[str]:
    """What the band and the line in it are, where there is one."""
    if any(point.lower is not None for point in chart.points):
        return [
            f"The shaded band is the middle half of {chart.beside}, the line of dashes and dots in"
            " it their median."
        ]
    if any(point.median is not None for point in chart.points):
        return [f"The line of dashes and dots is the median of {chart.beside}."]
    return []


def _levels(chart: Chart) -> list[Decimal]:
    """Everything that has a height."""
    points = (
        (p.value, p.target, p.lower, p.median, p.upper, p.confidence_low, p.confidence_high)
        for p in chart.points
    )
    shown = [level for each in points for level in each if level is not None]
    return shown if chart.projected is None else [*shown, chart.projected.comes_to]


def _from_zero(chart: Chart) -> bool:
    shown = _levels(chart) if chart.scale is None else [*chart.scale]
    lowest, highest = min(shown, default=Decimal(0)), max(shown, default=Decimal(0))
    # a scale needs two ends, so a single level is shown above zero
    return lowest <= highest * FROM_ZERO or lowest <= 0 or lowest == highest


def _x_axis(chart: Chart, size: Size) -> dict[str, Any]:
    longest = max(len(point.period) for point in chart.points)
    level = longest * LETTER < room(chart, size)
    return {
        **across(chart),
        "axis": {
            "title": wrap(f"Source: {chart.source}", LINE[size]) if chart.source else None,
            "titleAnchor": "start",
            "titleAlign": "left",
            "titlePadding": 14,
            "values": _labelled(chart, size),
            "labelAngle": 0 if level or size == "small" else -45,
            "labelPadding": 6,
            "labelLimit": 220,
        },
    }


def _labelled(chart: Chart, size: Size) -> list[str]:
    """The periods that are written out; the last is always one of them."""
    periods = [point.period for point in chart.points[::-1]]
    if size == "small":
        return [periods[0], periods[-1]] if len(periods) > 1 else periods
    return periods[:: ceil(ROOM_FOR_SLOPE / room(chart, size))]


def levels_of(chart: Chart) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest that a chart shows, with zero where it starts there."""
    shown = _levels(chart)
    if not shown:
        return None
    return min(shown) if not _from_zero(chart) else min(Decimal(0), *shown), max(shown)


def _up(chart: Chart, size: Size) -> dict[str, Any]:
    below = min(_levels(chart), default=Decimal(0)) < 0
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {
            "zero": _from_zero(chart),
            "nice": True,
            "padding": 28,
            **({} if chart.scale is None else {"domain": list(chart.scale)}),
        },
        "axis": {
            "title": None,
            "format": f",.{chart.decimals}f",
            # below zero is only room for what is written under a point, where nothing goes there
            **({} if below else {"labelExpr": "datum.value < 0 ? '' : datum.label"}),
            "tickCount": TICKS[size],
            "tickMinStep": Decimal(1).scaleb(-chart.decimals),
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
    }
