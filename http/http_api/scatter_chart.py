"""Two indicators against each other: a point for every area, or for every period in order.

Points are named where there is room; the one looked at is a diamond, and periods are joined by a
line in the order of time. Nothing is told by colour alone.
"""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

import msgspec

from http_api.pictures import (
    DIAMOND,
    GREY,
    INK,
    LINE,
    LOOK,
    TEXT_SIZE,
    WIDTH,
    Size,
    drawn,
    headed,
    nothing,
)

HEIGHT = 420
PADDING = 24  # pixels between the outermost points and the edge
LETTER, TALL, BESIDE = 7.5, 16, 9  # pixels: of a letter, of a name, from a point to its name

Box = tuple[float, float, float, float]


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of figures, what it is called, and whether it is the one looked at."""

    name: str
    across: Decimal
    up: Decimal
    here: bool = False


class Scatter(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart of pairs shows, and the words around it. ``joined``: in the order of time."""

    title: str
    subtitle: str
    across: str
    up: str
    source: str
    decimals: tuple[int, int]
    dots: tuple[Dot, ...]
    joined: bool


def draw_scatter(scatter: Scatter, size: Size = "wide") -> str:
    """The chart as an SVG document."""
    return drawn(specify(scatter, size))


def specify(scatter: Scatter, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of the chart."""
    if not scatter.dots:
        return nothing("There is no pair of figures.")
    return {
        "description": f"{scatter.title}. {scatter.subtitle}",
        "width": WIDTH[size],
        "height": HEIGHT,
        "title": headed(scatter.title, scatter.subtitle, size),
        "data": {"values": list(_points(scatter, size))},
        "encoding": {
            "x": _axis("across", scatter, size),
            "y": _axis("up", scatter, size),
        },
        "layer": list(_layers(scatter, size)),
        "config": LOOK,
    }


def _points(scatter: Scatter, size: Size) -> Iterator[dict[str, Any]]:
    """Every point, with its name on a side where there is room; the one looked at comes first."""
    places = _places(scatter, size)
    taken: list[Box] = [(x - 4, x + 4, y - 4, y + 4) for x, y in places]
    order = sorted(range(len(places)), key=lambda n: not scatter.dots[n].here)
    sides: dict[int, str] = {}
    for n in order:
        for side in ("left", "right"):
            box = _box(places[n], scatter.dots[n].name, side)
            if 0 <= box[0] and box[1] <= WIDTH[size] and not any(_meet(box, one) for one in taken):
                taken.append(box)
                sides[n] = side
                break
        else:
            if scatter.dots[n].here:  # the one that everybody looks for
                sides[n] = "left" if places[n][0] < WIDTH[size] / 2 else "right"
    for n, dot in enumerate(scatter.dots):
        yield {
            "across": dot.across,
            "up": dot.up,
            "name": dot.name,
            "here": dot.here,
            "order": n,
            "align": sides.get(n, ""),
        }


def _places(scatter: Scatter, size: Size) -> list[tuple[float, float]]:
    """Where each point comes to lie, in pixels from the left and from below."""
    across = _scaled([dot.across for dot in scatter.dots], WIDTH[size])
    up = _scaled([dot.up for dot in scatter.dots], HEIGHT)
    return list(zip(across, up, strict=True))


def _scaled(figures: list[Decimal], pixels: int) -> list[float]:
    low, high = _domain(figures, pixels)
    return [float((each - low) / (high - low)) * pixels for each in figures]


def _domain(figures: list[Decimal], pixels: int) -> tuple[Decimal, Decimal]:
    """From where to where an axis goes: with room about the points, and not below nought for
    figures that never are."""
    low, high = min(figures), max(figures)
    room = ((high - low) or abs(high) or Decimal(1)) * PADDING / (pixels - 2 * PADDING)
    return low - room if low < 0 else max(low - room, Decimal(0)), high + room


def _box(place: tuple[float, float], name: str, side: str) -> Box:
    """Where a name would stand: from and to across, from and to up."""
    x, y = place
    long = LETTER * len(name)
    begins = x + BESIDE if side == "left" else x - BESIDE - long
    return begins, begins + long, y - 2, y + TALL


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[1] and other[0] <= one[1] and one[2] < other[3] and other[2] < one[3]


def _layers(scatter: Scatter, size: Size) -> Iterator[dict[str, Any]]:
    if scatter.joined:
        yield {
            "mark": {"type": "line", "color": GREY, "strokeWidth": 1.5},
            "encoding": {"order": {"field": "order", "type": "quantitative"}},
        }
    yield {
        "transform": [{"filter": "!datum.here"}],
        "mark": {"type": "point", "filled": True, "size": 70, "color": INK, "opacity": 0.75},
    }
    yield {
        "transform": [{"filter": "datum.here"}],
        "mark": DIAMOND,
    }
    for side in ("left", "right"):
        yield {
            "transform": [{"filter": f"datum.align === '{side}'"}],
            "mark": {
                "type": "text",
                "align": side,
                "baseline": "bottom",
                "dx": BESIDE if side == "left" else -BESIDE,
                "fontSize": TEXT_SIZE - 1,
                "color": INK,
            },
            "encoding": {"text": {"field": "name"}},
        }


def _axis(field: str, scatter: Scatter, size: Size) -> dict[str, Any]:
    """An axis with its title; beneath that of the foot stands where the figures are from."""
    upright = field == "up"
    words = wrap(getattr(scatter, field), LINE[size] // 2 if upright else LINE[size])
    told = bool(scatter.source) and not upright
    from_where = ["", *wrap(f"Source: {scatter.source}", LINE[size])] if told else []
    decimals = scatter.decimals[upright]
    figures = [getattr(dot, field) for dot in scatter.dots]
    domain = _domain(figures, HEIGHT if upright else WIDTH[size])
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False, "nice": False, "domain": list(map(float, domain))},
        "axis": {
            "title": [*words, *from_where],
            "titlePadding": 12,
            "format": f",.{decimals}f",
            "tickCount": 6 if size == "wide" else 3,
            "tickMinStep": Decimal(1).scaleb(-decimals),
        },
    }
