"""The chart of a rehearsal: how many cells have each status, before and after a proposal.

Cells without a status are not in it: most areas have no target, and nothing changes for them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from http_api.pictures import INK, LOOK, PAPER, TEXT_SIZE, WIDTH, Size, drawn
from http_api.shapes import SHAPES
from policies.rag import Status

BAR, GAP = 56, 30  # pixels of a bar, and between two
ROOM_FOR_NUMBER = 26  # pixels of a piece that has its number written in it
KEY_COLUMNS: dict[Size, int] = {"wide": 5, "narrow": 2}
SIDES = ("Before", "After")


class Sides(NamedTuple):
    """How many cells have each status, or reason for having none, on both sides."""

    before: Mapping[str, int]
    after: Mapping[str, int]


def draw_effects(sides: Sides, size: Size = "wide") -> str:
    """Two bars of equal length, each divided by status, as an SVG document."""
    return drawn(specify(sides, size))


def specify(sides: Sides, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of the chart."""
    pieces = list(_pieces(sides, size))
    words = list(dict.fromkeys(piece["word"] for piece in pieces))
    colours = [SHAPES[code].colour for code in _codes(sides)]
    return {
        "width": WIDTH[size],
        "height": 2 * (BAR + GAP),
        "data": {"values": pieces},
        "encoding": {
            "y": {
                "field": "side",
                "type": "nominal",
                "sort": list(SIDES),
                "scale": {"paddingInner": GAP / (BAR + GAP)},
                "axis": {"title": None, "domain": False, "ticks": False},
            }
        },
        "layer": [_bars(words, colours, size), _numbers()],
        "config": _LOOK,
    }


def _bars(words: list[str], colours: list[str], size: Size) -> dict[str, Any]:
    return {
        "mark": {"type": "bar", "stroke": PAPER, "strokeWidth": 2},
        "encoding": {
            **_across(),
            "color": {
                "field": "word",
                "type": "nominal",
                "scale": {"domain": words, "range": colours},
                "legend": {"title": None, "orient": "bottom", "columns": KEY_COLUMNS[size]},
            },
        },
    }


def _numbers() -> dict[str, Any]:
    return {
        "transform": [{"filter": "datum.room"}],
        "mark": {"type": "text", "fontSize": TEXT_SIZE, "fontWeight": "bold"},
        "encoding": {
            "x": {"field": "middle", "type": "quantitative"},
            "text": {"field": "count", "type": "quantitative"},
            "color": {
                "condition": {"test": "datum.word === 'amber'", "value": INK},
                "value": PAPER,
            },
        },
    }


def _across() -> dict[str, Any]:
    axis = {
        "title": "Periods with a status",
        "format": ",d",
        "tickMinStep": 1,  # a few periods have no halves between them
        "grid": False,
    }
    return {
        "x": {"field": "begins", "type": "quantitative", "axis": axis, "scale": {"nice": False}},
        "x2": {"field": "ends"},
    }


def _codes(sides: Sides) -> list[str]:
    """The statuses on either side, best first."""
    return [status.value for status in Status if status in sides.before or status in sides.after]


def _pieces(sides: Sides, size: Size) -> Iterator[dict[str, Any]]:
    codes = _codes(sides)
    for name, counts in zip(SIDES, sides, strict=True):
        total = sum(counts.get(code, 0) for code in codes) or 1
        begins = 0
        for code in codes:
            count = counts.get(code, 0)
            yield {
                "side": name,
                "word": code.replace("-", " "),
                "count": count,
                "begins": begins,
                "ends": begins + count,
                "middle": begins + count / 2,
                "room": count * WIDTH[size] / total > ROOM_FOR_NUMBER,
            }
            begins += count


_LOOK = LOOK | {"legend": LOOK["legend"] | {"symbolType": "square"}}
