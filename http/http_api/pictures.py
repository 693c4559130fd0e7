"""How every chart is drawn: a Vega-Lite specification becomes SVG, and all of them look alike."""

from functools import lru_cache
from textwrap import wrap
from typing import Any, Literal

import msgspec
import vl_convert

VEGA_LITE = "6.4"
KEPT_PICTURES = 512
INK, GREY, GRID, PAPER = "#0b0c0c", "#484949", "#d8dadb", "#ffffff"
SHADE = "#d6d9db"  # of an area behind lines that are read before it
TEXT_SIZE = 14

Size = Literal["wide", "narrow", "small"]
WIDTH: dict[Size, int] = {"wide": 880, "narrow": 215, "small": 230}
LINE: dict[Size, int] = {"wide": 120, "narrow": 36, "small": 40}  # letters of a line of words

LOOK: dict[str, Any] = {
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
# The area that is looked at, among others.
DIAMOND: dict[str, Any] = {
    "type": "point",
    "shape": "diamond",
    "size": 340,
    "fill": INK,
    "stroke": PAPER,
    "strokeWidth": 2,
    "opacity": 1,
}
_encode = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode


def drawn(specification: dict[str, Any]) -> str:
    """The SVG of a specification."""
    return _drawn(encoded(specification))


def encoded(specification: dict[str, Any]) -> str:
    """A specification as JSON, in which every number has all its digits."""
    return _encode(specification).decode()


@lru_cache(maxsize=KEPT_PICTURES)
def _drawn(specification: str) -> str:
    """Drawn once for the same specification, whose whole text is the key."""
    return vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)


def headed(title: str, subtitle: str, size: Size) -> dict[str, Any]:
    """The title of a chart, and what is to be known of it beneath."""
    return {
        "text": wrap(title, LINE[size] * 4 // 5),
        "subtitle": wrap(subtitle, LINE[size]),
        "anchor": "start",
        "frame": "group",
        "color": INK,
        "fontSize": 18,
        "subtitleColor": GREY,
        "subtitleFontSize": TEXT_SIZE,
        "subtitlePadding": 6,
        "offset": 18,
    }


def nothing(words: str, size: Size = "wide") -> dict[str, Any]:
    """The specification of a chart of nothing, which says so."""
    return {
        "width": min(WIDTH[size], 400),
        "height": 60,
        "data": {"values": [{}]},
        "mark": {"type": "text", "text": wrap(words, LINE[size]), "fontSize": 16},
        "config": {"view": {"stroke": None}},
    }
