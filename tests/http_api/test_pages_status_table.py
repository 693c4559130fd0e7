"""The table of the board writes out what the macros of its cells say: both must say the same."""

import itertools
from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest
from browser.built import BuiltReader
from browser.parsed import Element, parsed

from http_api.pages.drawn_rows import DrawnRows
from http_api.pages.links import Links
from http_api.pages.reader import NOW, ClocksAsked
from http_api.pages.render import _ENVIRONMENT
from http_api.pages.vocabulary import REASON_MEANS, STATUS_MEANS, TRAVEL_MEANS
from projections.answers import SignedOff, StatusRow

CODE = "warwickshire"
NAMES = {"p-signer": "Ben <b>Okoro</b>", "p-gone": ""}
CELLS = _ENVIRONMENT.from_string("""{% import "parts.html" as parts with context %}
{% set here = frame.links.indicator(code, row.indicator, area=row.area) %}
{% set links = (frame, code, row.indicator, row.area, row.title) %}
<table>
<tr><th><a href="{{ here }}">{{ row.title }}</a></th>
<td>{{ row.period_label }}</td>
<td>{{ parts.value(row) }} {{ parts.definition_link(*links) }}</td>
<td>{{ parts.target(row) }}</td>
<td>{{ parts.state(row) }} {{ parts.why_link(frame, code, row, row.title) }}
{% if row.stage %} {{ parts.stage_link(frame, code, row) }}{% endif %}</td>
<td>{{ parts.travel(row) }}</td>
<td>{{ parts.signature(row, names) }}</td>
<td>{{ parts.marks(row) }}</td></tr>
</table>""")
TABLE = _ENVIRONMENT.from_string("""{% import "parts.html" as parts with context %}
{{ parts.status_table(frame, {"code": code}, "All", [row], names) }}""")


def rows() -> list[StatusRow]:
    """Rows of every status and reason, with and without what a row may lack."""
    asked = ClocksAsked(NOW, NOW)
    built = BuiltReader().status(CODE, asked, period=None, area=None).rows
    at = datetime(2026, 5, 2, tzinfo=UTC)
    signed = [SignedOff(by=by, at=at, assurance="checked") for by in (*NAMES, "operator")]
    odd = itertools.product(
        [*((status, None) for status in STATUS_MEANS), *((None, one) for one in REASON_MEANS)],
        [("-5.50", "per 10,000 <i>children</i>"), (None, "%"), ("1234", "£")],
    )
    said = zip(odd, itertools.cycle([None, *signed]), itertools.cycle(TRAVEL_MEANS), strict=False)
    made = [
        msgspec.structs.replace(
            built[0],
            title='Homes & "gardens" <script>',
            area="E1 &?",
            status=status,
            reason=reason,
            judged=judged,
            target=judged,
            unit=unit,
            signed_off=signature,
            travel=travel,
            stage=2 if judged else None,
            marks=("provisional", "unsigned") if judged else (),
        )
        for ((status, reason), (judged, unit)), signature, travel in said
    ]
    return [*built, *made]


def told(row: Element) -> list[list[object]]:
    """What each cell says, where it leads, and how it looks."""
    return [
        [
            cell.text,
            [link["href"] for link in cell.every("a")],
            [" ".join(one["class"].split()) for one in cell.every("span", "strong", "svg")
             if one["class"] != "app-with-why"],
            [path["d"] for path in cell.every("path")],
        ]
        for cell in row.every("th", "td")
    ]  # fmt: skip


@pytest.mark.parametrize("clocks", [ClocksAsked(NOW, NOW), ClocksAsked("2026-01-31", "position:5")])
def test_a_row_of_the_table_says_what_its_macros_say(clocks: ClocksAsked) -> None:
    given = {"frame": SimpleNamespace(links=Links(clocks)), "code": CODE, "names": NAMES}
    for row in rows():
        (cells,) = parsed(CELLS.render(**given, row=row)).every("tr")
        (_, line) = parsed(TABLE.render(**given, row=row)).every("tr")
        assert told(cells) == told(line)


def test_a_row_is_drawn_anew_when_anything_that_it_shows_is_another() -> None:
    (row, *_) = [row for row in rows() if row.signed_off and row.signed_off.by == "p-signer"]
    links = Links(ClocksAsked(NOW, NOW))
    drawn = DrawnRows(_ENVIRONMENT).row
    shown = [
        drawn(row, links, CODE, NAMES),
        drawn(row, links, CODE, {**NAMES, "p-signer": ""}),
        drawn(row, links, "elsewhere", NAMES),
        drawn(row, Links(ClocksAsked("2026-01-31")), CODE, NAMES),
        drawn(msgspec.structs.replace(row, judged="7"), links, CODE, NAMES),
    ]
    assert len(shown) == len(set(shown))
    assert shown[0] is drawn(msgspec.structs.replace(row), links, CODE, dict(NAMES))
