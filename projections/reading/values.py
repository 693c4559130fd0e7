"""The entries of one indicator, a page at a time."""

from typing import Any

import msgspec

from ledger.engine import Connection
from policies.periods import parse_code
from policies.refusals import UnknownBreakdown
from policies.texts import composed
from projections.answers import Values
from projections.reading.clocks import ResolvedClocks
from projections.reading.cursors import cursor_of, place_of
from projections.reading.indicators import one_indicator
from projections.reading.own_periods import check_asked
from projections.reading.structure import read_structure
from projections.reading.value_rows import COLUMNS, Stored, value_rows

_Place = tuple[str, str, str]  # period, area, breakdown: where a page ends
_decode_place = msgspec.json.Decoder(_Place).decode


def read_values(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    area: str | None = None,
    period: str | None = None,
    breakdown: str | None = None,
    after: str | None = None,
    limit: int = 500,
) -> Values:
    """The entries that hold at the known clock, ordered by period, area and breakdown.

    ``breakdown`` as ``sex=F;ward=E05000001``; "" for the headline only, None for all. ``after``
    is the ``next`` of the page before. Raises UnknownAgreement, UnknownIndicator, UnknownArea,
    UnknownPeriod, UnknownBreakdown, BadCursor, and WrongInterval as
    check_asked does.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    found = one_indicator(connection, structure, indicator, clocks.clocks.known_position)
    conditions: list[tuple[str, list[Any]]] = []
    if area is not None:
        conditions.append(("v.area = %s", [structure.area(area).code]))
    if period is not None:
        conditions.append(("v.period = %s", [parse_code(period).code]))
    if breakdown is not None:
        conditions.append(("v.breakdown = %s", [canonical(breakdown)]))
    if after is not None:
        place = place_of(after, _decode_place)
        conditions.append(("(v.period, v.area, v.breakdown) > (%s, %s, %s)", [*place]))
    known = clocks.clocks.known_position
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM value v WHERE v.indicator = %s AND v.from_position <= %s"
        f" AND v.to_position > %s {''.join(f' AND {text}' for text, _ in conditions)}"
        " ORDER BY v.period, v.area, v.breakdown LIMIT %s",
        [found.id, known, known, *(value for _, given in conditions for value in given), limit + 1],
    ).fetchall()
    if period is not None and not rows:
        check_asked(connection, found, period, known)
    page = [Stored(*row) for row in rows[:limit]]
    return Values(
        clocks=clocks.clocks,
        values=value_rows(connection, structure, found, page, known),
        next=cursor_of((page[-1].period, page[-1].area, page[-1].breakdown))
        if len(rows) > limit and page
        else None,
    )


def canonical(breakdown: str) -> str:
    """A breakdown as given, with its dimensions in the order in which keys have them."""
    pairs = [pair.partition("=") for pair in composed(breakdown).split(";") if pair]
    if not all(dimension and code for dimension, _, code in pairs):
        raise UnknownBreakdown(
            f"{breakdown[:60]!r} is not a breakdown: write it as sex=F;ward=E05000001.",
            field="breakdown",
        )
    return ";".join(f"{dimension}={code}" for dimension, _, code in sorted(pairs))
