"""The chart of an indicator: values, targets and statuses as a picture that reads in grey too.

Vega-Lite specifications rendered to SVG. A status is a shape, and the same shape stands beside its
word on the pages. Numbers reach the picture as exact decimal text.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from math import ceil
from textwrap import wrap
from typing import Any, Literal

import msgspec
import vl_convert

from http_api.shapes import SHAPES

VEGA_LITE = "6.4"
KEPT_PICTURES = 256
INK, GREY, GRID, PAPER = "#0b0c0c", "#484949", "#d8dadb", "#ffffff"
TEXT_SIZE = 14
ROOM_FOR_LABEL = 58  # pixels that a number, or a level period label, needs
ROOM_FOR_SLOPE = 20  # pixels that a sloping period label needs
LETTER = 7.5  # pixels of a letter, about

Size = Literal["wide", "narrow"]
WIDTH: dict[Size, int] = {"wide": 880, "narrow": 215}
HEIGHT: dict[Size, int] = {"wide": 300, "narrow": 240}
KEY_COLUMNS: dict[Size, int] = {"wide": 8, "narrow": 3}
LINE: dict[Size, int] = {"wide": 120, "narrow": 36}  # letters of a line of words
FROM_ZERO = Decimal("0.4")  # values that reach down to this share of the highest start at zero


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One period. ``mark`` is its status, or the reason why it has none."""

    period: str
    value: Decimal | None
    shown: str  # the value as written beside its point
    target: Decimal | None
    target_shown: str
    mark: str
    provisional: bool = False
    new_series: bool = False


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart shows, in order of time, and the words around it."""

    title: str
    subtitle: str
    source: str
    decimals: int
    points: tuple[Point, ...]


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
    rows = list(_rows(chart))
    layers = [_targets(), *_target_label(chart)]
    if any(point.value is not None for point in chart.points):
        # the renderer finds no end of a key that has nothing in it
        layers += [_line(), *_numbers(chart, size), _clearing(), _solid(rows, size), _hollow(rows)]
    return {
        "description": f"{chart.title}. {chart.subtitle}",
        "width": WIDTH[size],
        "height": HEIGHT[size],
        "title": _title(chart, size),
        "data": {"values": rows},
        "encoding": {"x": _across(chart, size), "y": _up(chart, "value")},
        "layer": layers,
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


def _rows(chart: Chart) -> Iterator[dict[str, Any]]:
    """The points as data. ``run`` changes where the line must break: a gap, or a new series."""
    run = 0
    for point in chart.points:
        run += point.value is None or point.new_series
        yield {**msgspec.structs.asdict(point), "word": point.mark.replace("-", " "), "run": run}


def _title(chart: Chart, size: Size) -> dict[str, Any]:
    notes = [chart.subtitle]
    if any(point.provisional for point in chart.points):
        notes.append("A hollow shape is provisional.")
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
    lowest, highest = min(shown, default=Decimal(0)), max(shown, default=Decimal(0))
    # a scale needs two ends, so a single level is shown above zero
    return lowest <= highest * FROM_ZERO or lowest <= 0 or lowest == highest


def _across(chart: Chart, size: Size) -> dict[str, Any]:
    longest = max(len(point.period) for point in chart.points)
    level = longest * LETTER < _room(chart, size)
    every = ceil(ROOM_FOR_SLOPE / _room(chart, size))  # the last period always has its label
    return {
        "field": "period",
        "type": "ordinal",
        "sort": None,
        "scale": {"type": "band"},
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


def _room(chart: Chart, size: Size) -> float:
    """Pixels each period has to itself."""
    return WIDTH[size] / max(len(chart.points), 1)


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


_TARGET_AT = {"field": "target", "type": "quantitative"}
_HAS_VALUE = [{"filter": "isValid(datum.value)"}]


def _targets() -> dict[str, Any]:
    """A dashed step for the target of each period."""
    return {
        "transform": [{"filter": "isValid(datum.target)"}],
        "mark": {"type": "rule", "strokeDash": [7, 4], "strokeWidth": 2, "color": GREY},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "sort": None, "bandPosition": 0},
            "x2": {"field": "period", "bandPosition": 1},
            "y": _TARGET_AT,
        },
    }


def _target_label(chart: Chart) -> Iterator[dict[str, Any]]:
    """The last target's level, in the margin, where no value is in the way."""
    last = next((point for point in reversed(chart.points) if point.target is not None), None)
    if last is None:
        return
    yield {
        "data": {"values": [{"period": chart.points[-1].period, "target": last.target}]},
        "mark": {
            "type": "text",
            "text": ["Target", last.target_shown],
            "align": "left",
            "baseline": "middle",
            "dx": 8,
            "fontSize": TEXT_SIZE,
            "color": GREY,
        },
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "sort": None, "bandPosition": 1},
            "y": _TARGET_AT,
        },
    }


def _line() -> dict[str, Any]:
    return {
        "transform": _HAS_VALUE,
        "mark": {"type": "line", "color": INK, "strokeWidth": 2.5},
        "encoding": {"detail": {"field": "run", "type": "nominal"}},
    }


def _clearing() -> dict[str, Any]:
    """White behind the outlines, which the line would otherwise run through."""
    solid = [mark for mark, shape in SHAPES.items() if shape.colour]
    return {
        "transform": [*_HAS_VALUE, {"filter": {"not": {"field": "mark", "oneOf": solid}}}],
        "mark": {"type": "circle", "size": 420, "color": PAPER, "opacity": 1},
    }


def _solid(rows: list[dict[str, Any]], size: Size) -> dict[str, Any]:
    """A shape for each value, and the key to the shapes."""
    key = {
        "title": None,
        "orient": "bottom",
        "direction": "horizontal",
        "columns": KEY_COLUMNS[size],
        "offset": 14,
    }
    fills = _scale(rows, {mark: shape.colour or PAPER for mark, shape in SHAPES.items()})
    return {
        "transform": _HAS_VALUE,
        "mark": {**_MARK, "strokeWidth": 1.5},
        "encoding": {
            "shape": {**_WORD, "scale": _scale(rows, _PATHS), "legend": key},
            "fill": {**_WORD, "scale": fills, "legend": key},
        },
    }


def _hollow(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """White over the solid shape of a provisional value."""
    return {
        "transform": [*_HAS_VALUE, {"filter": "datum.provisional"}],
        "mark": {**_MARK, "fill": PAPER, "strokeWidth": 2.5},
        "encoding": {"shape": {**_WORD, "scale": _scale(rows, _PATHS)}},
    }


_MARK: dict[str, Any] = {"type": "point", "size": 170, "stroke": INK, "opacity": 1}
_WORD: dict[str, Any] = {"field": "word", "type": "nominal"}
_PATHS = {mark: shape.path for mark, shape in SHAPES.items()}


def _scale(rows: list[dict[str, Any]], drawn: dict[str, str]) -> dict[str, Any]:
    """From the words that occur to what stands for them, in the order a board reads them."""
    occur = {row["mark"] for row in rows if row["value"] is not None}
    marks = [mark for mark in SHAPES if mark in occur]
    return {
        "domain": [mark.replace("-", " ") for mark in marks],
        "range": [drawn[mark] for mark in marks],
    }


def _numbers(chart: Chart, size: Size) -> Iterator[dict[str, Any]]:
    """The values in figures where there is room, else the last; below a point the line dips to."""
    chosen = [place for place, point in enumerate(chart.points) if point.value is not None]
    if _room(chart, size) < ROOM_FOR_LABEL:
        chosen = chosen[-1:]
    for dips, away in ((False, -17), (True, 19)):
        places = [place for place in chosen if _dips(chart.points, place) is dips]
        rows = [
            {"period": point.period, "value": point.value, "shown": point.shown}
            for point in (chart.points[place] for place in places)
        ]
        words = {"type": "text", "dy": away, "fontSize": TEXT_SIZE, "fontWeight": "bold"}
        for edge in ({"stroke": PAPER, "strokeWidth": 4}, {"color": INK}):
            yield {
                "data": {"values": rows},
                "mark": {**words, **edge},
                "encoding": {"text": {"field": "shown", "type": "nominal"}},
            }


def _dips(points: tuple[Point, ...], place: int) -> bool:
    """Whether no neighbour lies lower, and one lies higher."""
    value = points[place].value
    beside = (points[other].value for other in (place - 1, place + 1) if 0 <= other < len(points))
    around = [near for near in beside if near is not None]
    return value is not None and min(around, default=value) >= value < max(around, default=value)
