"""The chart of an indicator: values, targets and statuses as a picture that reads in grey too.

Vega-Lite specifications rendered to SVG. A status is a shape, and the same shape stands beside its
word on the pages. Numbers reach the picture as exact decimal text.
"""

from decimal import Decimal
from functools import lru_cache
from math import ceil
from textwrap import wrap
from typing import Any

import msgspec
import vl_convert

from http_api.chart_layers import (
    GREY,
    GRID,
    INK,
    TEXT_SIZE,
    WIDTH,
    Chart,
    Point,
    Projected,
    Size,
    across,
    layers_of,
    room,
    rows_of,
)

__all__ = ["Chart", "Point", "Projected", "Size", "draw", "encoded", "specify", "warm"]

VEGA_LITE = "6.4"
KEPT_PICTURES = 256
ROOM_FOR_SLOPE = 20  # pixels that a sloping period label needs
LETTER = 8.5  # pixels of a letter, about

HEIGHT: dict[Size, int] = {"wide": 300, "narrow": 240}
LINE: dict[Size, int] = {"wide": 120, "narrow": 36}  # letters of a line of words
FROM_ZERO = Decimal("0.4")  # values that reach down to this share of the highest start at zero


def draw(chart: Chart, size: Size = "wide") -> str:
    """The chart as an SVG document."""
    return _render(encoded(chart, size))


def encoded(chart: Chart, size: Size) -> str:
    """The specification of a chart as JSON, in which every number has all its digits."""
    return _encoder.encode(specify(chart, size)).decode()


def warm() -> None:
    """Start the renderer, whose first picture takes about a second."""
    draw(Chart(title="", subtitle="", source="", decimals=0, points=()))


_encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")


@lru_cache(maxsize=KEPT_PICTURES)
def _render(specification: str) -> str:
    """Drawn once for the same specification, whose whole text is the key."""
    return vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)


def specify(chart: Chart, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of a chart."""
    if not chart.points:
        return _EMPTY
    return {
        "description": f"{chart.title}. {chart.subtitle}",
        "width": WIDTH[size],
        "height": HEIGHT[size],
        "title": _title(chart, size),
        "data": {"values": list(rows_of(chart))},
        "encoding": {"x": _x_axis(chart, size), "y": _up(chart, "value")},
        "layer": list(layers_of(chart, size)),
        "config": _LOOK,
    }


_EMPTY: dict[str, Any] = {
    "width": 400,
    "height": 60,
    "data": {"values": [{}]},
    "mark": {"type": "text", "text": "There are no values and no targets yet.", "fontSize": 16},
    "config": {"view": {"stroke": None}},
}
_LOOK: dict[str, Any] = {
    "font": "Arial, Helvetica, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": TEXT_SIZE,
        "labelColor": INK,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "titleColor": GREY,
        "gridColor": GRID,
        "domainColor": INK,
        "tickColor": INK,
    },
    "legend": {"labelFontSize": TEXT_SIZE, "labelColor": INK, "symbolSize": 130},
}


def _title(chart: Chart, size: Size) -> dict[str, Any]:
    notes = [chart.subtitle]
    if any(point.provisional for point in chart.points):
        notes.append("A hollow shape is provisional.")
    if chart.projected is not None:
        notes.append("The dots lead to a projection, which nothing is judged by.")
    if chart.points and not _from_zero(chart):
        notes.append("The scale does not start at zero.")
    return {
        "text": wrap(chart.title, LINE[size] * 4 // 5),
        "subtitle": wrap(" ".join(notes), LINE[size]),
        "anchor": "start",
        "frame": "group",
        "color": INK,
        "fontSize": 18,
        "subtitleColor": GREY,
        "subtitleFontSize": TEXT_SIZE,
        "subtitlePadding": 6,
        "offset": 18,
    }


def _from_zero(chart: Chart) -> bool:
    shown = [n for point in chart.points for n in (point.value, point.target) if n is not None]
    shown += [] if chart.projected is None else [chart.projected.comes_to]
    lowest, highest = min(shown, default=Decimal(0)), max(shown, default=Decimal(0))
    # a scale needs two ends, so a single level is shown above zero
    return lowest <= highest * FROM_ZERO or lowest <= 0 or lowest == highest


def _x_axis(chart: Chart, size: Size) -> dict[str, Any]:
    longest = max(len(point.period) for point in chart.points)
    level = longest * LETTER < room(chart, size)
    every = ceil(ROOM_FOR_SLOPE / room(chart, size))  # the last period always has its label
    return {
        **across(chart),
        "axis": {
            "title": wrap(f"Source: {chart.source}", LINE[size]) if chart.source else None,
            "titleAnchor": "start",
            "titleAlign": "left",
            "titlePadding": 14,
            "values": [point.period for point in chart.points[::-1][::every]],
            "labelAngle": 0 if level else -45,
            "labelPadding": 6,
            "labelLimit": 220,
        },
    }


def _up(chart: Chart, field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": _from_zero(chart), "nice": True, "padding": 28},
        "axis": {
            "title": None,
            "format": f",.{chart.decimals}f",
            "tickCount": 6,
            "tickMinStep": Decimal(1).scaleb(-chart.decimals),
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
    }
