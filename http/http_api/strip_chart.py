"""The strip of a comparison: a line for every area along one scale, and where one of them stands.

The area asked about is a diamond with its name and figure, the median a dashed line, the middle
half of the areas a band: nothing is told by colour alone.
"""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

import msgspec

from http_api.pictures import (
    DIAMOND,
    INK,
    LINE,
    LOOK,
    SHADE,
    TEXT_SIZE,
    WIDTH,
    Size,
    drawn,
    headed,
    nothing,
)

HEIGHT = 150
STRIP, TICK, NAMED_AT, MEDIAN_AT = 80, 44, 22, 136  # pixels from above; the length of a line
MIDDLE = Decimal("0.5")


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """What a strip shows, and the words around it.

    ``figures`` are of all areas that are compared, ``home`` is that of the area asked about;
    ``band`` are the limits of the middle half.
    """

    title: str
    subtitle: str
    source: str
    decimals: int
    figures: tuple[Decimal, ...]
    home: Decimal | None
    home_shown: str
    median: Decimal | None
    median_shown: str
    band: tuple[Decimal, Decimal] | None


def draw_strip(strip: Strip, size: Size = "wide") -> str:
    """The strip as an SVG document."""
    return drawn(specify(strip, size))


def specify(strip: Strip, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of a strip."""
    if not strip.figures and strip.home is None:
        return nothing("No area has a value.")
    return {
        "description": f"{strip.title}. {strip.subtitle}",
        "width": WIDTH[size],
        "height": HEIGHT,
        "title": headed(strip.title, strip.subtitle, size),
        "encoding": {"x": _across(strip, size)},
        "layer": list(_layers(strip)),
        "config": LOOK,
    }


def _layers(strip: Strip) -> Iterator[dict[str, Any]]:
    if strip.band is not None:
        low, high = strip.band
        yield {
            "data": {"values": [{"figure": low, "end": high}]},
            "mark": {"type": "rect", "color": SHADE, "opacity": 1},
            "encoding": {
                "x2": {"field": "end"},
                "y": {"value": STRIP - TICK},
                "y2": {"value": STRIP + TICK},
            },
        }
    yield {
        "data": {"values": [{"figure": figure} for figure in strip.figures]},
        "mark": {
            "type": "tick",
            "orient": "vertical",
            "size": TICK,
            "thickness": 1.5,
            "color": INK,
            "opacity": 0.65,
        },
        "encoding": {"y": {"value": STRIP}},
    }
    if strip.median is not None:
        yield from _median(strip, strip.median)
    if strip.home is not None:
        yield from _home(strip, strip.home)


def _median(strip: Strip, median: Decimal) -> Iterator[dict[str, Any]]:
    data = {"values": [{"figure": median, "shown": f"Median {strip.median_shown}"}]}
    yield {
        "data": data,
        "mark": {"type": "rule", "strokeDash": [7, 4], "strokeWidth": 2, "color": INK},
        "encoding": {"y": {"value": STRIP - TICK}, "y2": {"value": STRIP + TICK}},
    }
    yield {
        "data": data,
        "mark": {**_words(strip, median), "fontWeight": "normal"},
        "encoding": {"y": {"value": MEDIAN_AT}, "text": {"field": "shown"}},
    }


def _home(strip: Strip, home: Decimal) -> Iterator[dict[str, Any]]:
    data = {"values": [{"figure": home, "shown": strip.home_shown}]}
    yield {
        "data": data,
        "mark": DIAMOND,
        "encoding": {"y": {"value": STRIP}},
    }
    yield {
        "data": data,
        "mark": {**_words(strip, home), "fontWeight": "bold"},
        "encoding": {"y": {"value": NAMED_AT}, "text": {"field": "shown"}},
    }


def _words(strip: Strip, at: Decimal) -> dict[str, Any]:
    """Words above or below a figure, on the side where there is room for them."""
    shown = _shown(strip)
    low, high = min(shown), max(shown)
    left = high == low or (at - low) / (high - low) < MIDDLE
    return {
        "type": "text",
        "align": "left" if left else "right",
        "dx": -9 if left else 9,
        "fontSize": TEXT_SIZE,
        "color": INK,
    }


def _shown(strip: Strip) -> list[Decimal]:
    more = [number for number in (strip.home, strip.median) if number is not None]
    return [*strip.figures, *more]


def _across(strip: Strip, size: Size) -> dict[str, Any]:
    return {
        "field": "figure",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {
            "title": wrap(f"Source: {strip.source}", LINE[size]) if strip.source else None,
            "titleAnchor": "start",
            "titleAlign": "left",
            "titlePadding": 14,
            "format": f",.{strip.decimals}f",
            "tickCount": 8 if size == "wide" else 3,
            "tickMinStep": Decimal(1).scaleb(-strip.decimals),
            "grid": False,
        },
    }
