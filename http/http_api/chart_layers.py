"""What a chart shows, as layers of a Vega-Lite specification, from the back to the front."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from http_api.pictures import GREY, INK, PAPER, SHADE, TEXT_SIZE, WIDTH, Size
from http_api.shapes import SHAPES

ROOM_FOR_LABEL = 58  # pixels that a number needs

KEY_COLUMNS: dict[Size, int] = {"wide": 8, "narrow": 3, "small": 3}
SHAPE: dict[Size, int] = {"wide": 170, "narrow": 170, "small": 80}  # square pixels


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
    confidence_low: Decimal | None = None  # limits of the value, both or neither
    confidence_high: Decimal | None = None
    lower: Decimal | None = None  # between lower and upper lies the middle half of the comparators
    median: Decimal | None = None
    upper: Decimal | None = None


class Projected(msgspec.Struct, frozen=True, kw_only=True):
    """Where the values would come to if they went on, after the period of the last one."""

    after: str
    value: Decimal  # of that last one
    period: str
    comes_to: Decimal
    shown: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart shows, in order of time, and the words around it."""

    title: str
    subtitle: str
    source: str
    decimals: int
    points: tuple[Point, ...]
    projected: Projected | None = None
    beside: str = ""  # whose middle half is shown
    scale: tuple[Decimal, Decimal] | None = None  # shared with other charts; None: its own


def rows_of(chart: Chart) -> Iterator[dict[str, Any]]:
    """The points as data. ``run`` changes where the line must break: a gap, or a new series."""
    run = 0
    for point in chart.points:
        run += point.value is None or point.new_series
        yield {**msgspec.structs.asdict(point), "word": point.mark.replace("-", " "), "run": run}


def room(chart: Chart, size: Size) -> float:
    """Pixels each period has to itself."""
    return WIDTH[size] / max(len(chart.points), 1)


def across(chart: Chart) -> dict[str, Any]:
    """The place of a period. Its order is said once for all layers, which each know only some."""
    periods = [point.period for point in chart.points]
    return {
        "field": "period",
        "type": "ordinal",
        "sort": None,
        "scale": {"type": "band", "domain": periods},
    }


def layers_of(chart: Chart, size: Size) -> Iterator[dict[str, Any]]:
    """Band, targets, line, numbers and shapes. Without a value there are only the first two."""
    yield from _band(chart)
    yield _targets(chart)
    yield from _target_label(chart)
    yield from _series_breaks(chart)
    if any(point.value is not None for point in chart.points):
        # the renderer finds no end of a key that has nothing in it
        yield from _limits(chart)
        yield _line()
        yield from _projection(chart)
        yield from _numbers(chart, size)
        yield _clearing(size)
        yield _solid(chart, size)
        yield _hollow(chart, size)


_END = {"field": "period", "bandPosition": 1}
_HAS_VALUE = [{"filter": "isValid(datum.value)"}]


def _band(chart: Chart) -> Iterator[dict[str, Any]]:
    """The middle half of others, a step for each period, and their median in dashes and dots."""
    across_it = {"x": {**across(chart), "bandPosition": 0}, "x2": _END}
    if any(point.lower is not None for point in chart.points):
        yield {
            "transform": [{"filter": "isValid(datum.lower)"}],
            "mark": {"type": "rect", "color": SHADE, "stroke": SHADE, "opacity": 1},
            "encoding": {**across_it, "y": _at("lower"), "y2": {"field": "upper"}},
        }
    if any(point.median is not None for point in chart.points):
        yield {
            "transform": [{"filter": "isValid(datum.median)"}],
            "mark": {"type": "rule", "strokeDash": [8, 3, 2, 3], "strokeWidth": 1.5, "color": INK},
            "encoding": {**across_it, "y": _at("median")},
        }


def _at(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative"}


def _targets(chart: Chart) -> dict[str, Any]:
    """A dashed step for the target of each period."""
    return {
        "transform": [{"filter": "isValid(datum.target)"}],
        "mark": {"type": "rule", "strokeDash": [7, 4], "strokeWidth": 2, "color": GREY},
        "encoding": {
            "x": {**across(chart), "bandPosition": 0},
            "x2": _END,
            "y": _at("target"),
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
            "x": {**across(chart), "bandPosition": 1},
            "y": _at("target"),
        },
    }


def _series_breaks(chart: Chart) -> Iterator[dict[str, Any]]:
    """A dotted line down the chart where a new series begins, with its word at the top."""
    first = [{"period": point.period} for point in chart.points[1:] if point.new_series]
    if not first:
        return
    begins = {"x": {**across(chart), "bandPosition": 0}}
    yield {
        "data": {"values": first},
        "mark": {"type": "rule", "strokeDash": [1, 4], "strokeWidth": 2, "color": INK},
        "encoding": {**begins, "y": {"value": 0}, "y2": {"value": "height"}},
    }
    yield {
        "data": {"values": first},
        "mark": {
            "type": "text",
            "text": "series break",
            "align": "left",
            "baseline": "top",
            "dx": 5,
            "fontSize": TEXT_SIZE,
            "fontStyle": "italic",
            "color": INK,
        },
        "encoding": {**begins, "y": {"value": 0}},
    }


def _limits(chart: Chart) -> Iterator[dict[str, Any]]:
    """A thin bar from limit to limit of the confidence in a value, with an end across each."""
    if all(point.confidence_low is None for point in chart.points):
        return
    there = [{"filter": "isValid(datum.confidence_low)"}]
    yield {
        "transform": there,
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "encoding": {"y": _at("confidence_low"), "y2": {"field": "confidence_high"}},
    }
    for limit in ("confidence_low", "confidence_high"):
        yield {
            "transform": there,
            "mark": {"type": "tick", "color": INK, "thickness": 1.5, "size": 13, "opacity": 1},
            "encoding": {"y": _at(limit)},
        }


def _line() -> dict[str, Any]:
    return {
        "transform": _HAS_VALUE,
        "mark": {"type": "line", "color": INK, "strokeWidth": 2.5},
        "encoding": {"detail": {"field": "run", "type": "nominal"}},
    }


def _projection(chart: Chart) -> Iterator[dict[str, Any]]:
    """Dots to where the values would come to, and that figure in its own words."""
    ahead = chart.projected
    if ahead is None:
        return
    ends = ((ahead.after, ahead.value), (ahead.period, ahead.comes_to))
    yield {
        "data": {"values": [{"period": period, "value": value} for period, value in ends]},
        "mark": {"type": "line", "color": INK, "strokeWidth": 2, "strokeDash": [2, 5]},
    }
    yield {
        "data": {"values": [{"period": ahead.period, "value": ahead.comes_to}]},
        "mark": {
            "type": "text",
            "text": ["projected", ahead.shown],
            "dy": -26,
            "fontSize": TEXT_SIZE,
            "fontStyle": "italic",
            "color": INK,
        },
    }


def _clearing(size: Size) -> dict[str, Any]:
    """White behind the outlines, which the line would otherwise run through."""
    solid = [mark for mark, shape in SHAPES.items() if shape.colour]
    return {
        "transform": [*_HAS_VALUE, {"filter": {"not": {"field": "mark", "oneOf": solid}}}],
        "mark": {"type": "circle", "size": 2.5 * SHAPE[size], "color": PAPER, "opacity": 1},
    }


def _solid(chart: Chart, size: Size) -> dict[str, Any]:
    """A shape for each value, and the key to the shapes."""
    key = {
        "title": None,
        "orient": "bottom",
        "direction": "horizontal",
        "columns": KEY_COLUMNS[size],
        "offset": 14,
    }
    fills = _scale(chart, {mark: shape.colour or PAPER for mark, shape in SHAPES.items()})
    return {
        "transform": _HAS_VALUE,
        "mark": {**_MARK, "size": SHAPE[size], "strokeWidth": 1.5},
        "encoding": {
            "shape": {**_WORD, "scale": _scale(chart, _PATHS), "legend": key},
            "fill": {**_WORD, "scale": fills, "legend": key},
        },
    }


def _hollow(chart: Chart, size: Size) -> dict[str, Any]:
    """White over the solid shape of a provisional value."""
    return {
        "transform": [*_HAS_VALUE, {"filter": "datum.provisional"}],
        "mark": {**_MARK, "size": SHAPE[size], "fill": PAPER, "strokeWidth": 2.5},
        "encoding": {"shape": {**_WORD, "scale": _scale(chart, _PATHS)}},
    }


_MARK: dict[str, Any] = {"type": "point", "stroke": INK, "opacity": 1}
_WORD: dict[str, Any] = {"field": "word", "type": "nominal"}
_PATHS = {mark: shape.path for mark, shape in SHAPES.items()}


def _scale(chart: Chart, drawn: dict[str, str]) -> dict[str, Any]:
    """From the words that occur to what stands for them, in the order a board reads them."""
    occur = {point.mark for point in chart.points if point.value is not None}
    marks = [mark for mark in SHAPES if mark in occur]
    return {
        "domain": [mark.replace("-", " ") for mark in marks],
        "range": [drawn[mark] for mark in marks],
    }


def _numbers(chart: Chart, size: Size) -> Iterator[dict[str, Any]]:
    """The values in figures where there is room, else the last; below a point the line dips to.

    Each stands beyond the limits of its value, where it has any.
    """
    chosen = [place for place, point in enumerate(chart.points) if point.value is not None]
    if room(chart, size) < ROOM_FOR_LABEL:
        chosen = chosen[-1:]
    for dips, away in ((False, -17), (True, 19)):
        places = [place for place in chosen if _dips(chart.points, place) is dips]
        rows = [
            {"period": point.period, "value": _edge(point, dips), "shown": point.shown}
            for point in (chart.points[place] for place in places)
        ]
        words = {"type": "text", "dy": away, "fontSize": TEXT_SIZE, "fontWeight": "bold"}
        if size == "small":  # away from the target's level in the margin
            words |= {"align": "right", "dx": 6}
        for edge in ({"stroke": PAPER, "strokeWidth": 4}, {"color": INK}):
            yield {
                "data": {"values": rows},
                "mark": {**words, **edge},
                "encoding": {"text": {"field": "shown", "type": "nominal"}},
            }


def _edge(point: Point, below: bool) -> Decimal | None:
    """The lowest or the highest that is drawn of a value."""
    limit = point.confidence_low if below else point.confidence_high
    return point.value if limit is None else limit


def _dips(points: tuple[Point, ...], place: int) -> bool:
    """Whether no neighbour lies lower, and one lies higher."""
    value = points[place].value
    beside = (points[other].value for other in (place - 1, place + 1) if 0 <= other < len(points))
    around = [near for near in beside if near is not None]
    return value is not None and min(around, default=value) >= value < max(around, default=value)
