"""Which cells of an agreement differ between two moments, with both of their rows.

A cell is asked about only where something can have changed it: a version of it began or ended in
between, or of one it may be compared with; its indicator, its area or the rules of its period
changed; or it has no figure, and the day is another.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.refusals import UnknownAgreement, UnknownArea, UnknownIndicator
from projections.answers import StatusRow
from projections.judging import governing
from projections.reading.clocks import ResolvedClocks
from projections.reading.status_rows import placed, status_rows
from projections.reading.stored_status import Cell, stored_cells
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.timelines import Instant, Key
from projections.spans import span_of


class Only(NamedTuple):
    """Which cells are asked about: of an indicator, an area, a period; None for all."""

    indicator: str | None = None
    area: str | None = None
    period: str | None = None


class End(NamedTuple):
    """One of the two moments: its clocks, and the agreement as known there, if it was."""

    clocks: ResolvedClocks
    structure: Structure | None
    indicators: dict[UUID, IndicatorKnown]

    @property
    def instant(self) -> Instant:
        """The moment as a cell sees it."""
        clocks = self.clocks.clocks
        return Instant(clocks.known_position, clocks.policy_position, self.clocks.today)

    @property
    def areas(self) -> dict[str, str]:
        """The names of the areas by code, in their order."""
        if self.structure is None:
            return {}
        return {area.code: area.name for area in self.structure.sheet.areas}


class Changed(NamedTuple):
    """A cell whose rows differ; None where the page has no such cell at that moment."""

    key: Key
    before: StatusRow | None
    after: StatusRow | None


def read_end(connection: Connection, agreement: str, clocks: ResolvedClocks) -> End:
    """An agreement at a moment; nothing where it was not known yet."""
    try:
        structure = read_structure(connection, agreement, clocks.clocks)
    except UnknownAgreement:
        return End(clocks, None, {})
    known = read_indicators(connection, structure, clocks.clocks.known_position)
    return End(clocks, structure, {one.id: one for one in known.values()})


def same(one: StatusRow | None, other: StatusRow | None) -> bool:
    """Whether two rows say the same, apart from the clocks in the address of their derivation."""
    if one is None or other is None:
        return one is other
    return one == other or one == msgspec.structs.replace(other, why=one.why)


def changed_cells(connection: Connection, first: End, last: End, only: Only) -> list[Changed]:
    """Every cell whose row differs, in the order of a board page at the end.

    Raises UnknownArea and UnknownIndicator for what is known at neither moment.
    """
    _check_known(first, last, only)
    keys = _candidates(connection, first, last, only)
    before, after = _rows(connection, first, keys), _rows(connection, last, keys)
    found = (Changed(key, before.get(key), after.get(key)) for key in keys)
    changed = [one for one in found if not same(one.before, one.after)]
    place = order_of(first, last)
    return sorted(changed, key=lambda one: place(one.key))


def order_of(first: End, last: End) -> Callable[[Key], tuple[Any, ...]]:
    """What cells are sorted by: the board page's order of indicators, the areas', and time.

    Raises KeyError for a cell of neither moment.
    """
    indicators = {one: n for n, one in enumerate(last.indicators | first.indicators)}
    areas = {one: n for n, one in enumerate(last.areas | first.areas)}
    return lambda key: (indicators[key[0]], areas[key[1]], span_of(key[2]).order)


def count_cells(connection: Connection, end: End, only: Only) -> int:
    """How many cells there are at a moment."""
    known = end.clocks.clocks.known_position
    row = connection.execute(
        "SELECT count(*) FROM status s WHERE s.indicator = ANY(%s) AND s.area = ANY(%s)"
        " AND coalesce(s.period = %s, true) AND s.from_position <= %s AND s.to_position > %s",
        (_ids(end, only), _codes(end, only), only.period, known, known),
    ).fetchone()
    return 0 if row is None else int(row[0])


def _check_known(first: End, last: End, only: Only) -> None:
    codes = {one.code for end in (first, last) for one in end.indicators.values()}
    if only.indicator is not None and only.indicator not in codes:
        raise UnknownIndicator(f"There is no indicator {only.indicator!r} as known then.")
    if only.area is not None and only.area not in first.areas | last.areas:
        raise UnknownArea(f"{only.area!r} is not an area as known then.", field="area")


def _ids(end: End, only: Only) -> list[UUID]:
    return [one.id for one in end.indicators.values() if only.indicator in (None, one.code)]


def _codes(end: End, only: Only) -> list[str]:
    return [code for code in end.areas if only.area in (None, code)]


_CANDIDATES = """
SELECT DISTINCT s.indicator, s.area, s.period,
       s.from_position > %(after)s OR s.to_position <= %(upto)s AS moved
  FROM status s
 WHERE s.indicator = ANY(%(indicators)s) AND s.area = ANY(%(areas)s)
   AND (%(periods)s::text[] IS NULL OR s.period = ANY(%(periods)s))
   AND s.from_position <= %(upto)s AND s.to_position > %(after)s
   AND (s.from_position > %(after)s OR s.to_position <= %(upto)s
        OR (s.judged IS NULL AND %(days)s)
        OR s.indicator = ANY(%(other_indicators)s) OR s.area = ANY(%(other_areas)s)
        OR s.period = ANY(%(other_periods)s))
"""


def _candidates(connection: Connection, first: End, last: End, only: Only) -> list[Key]:
    """The cells that something can have changed, those compared with what moved among them."""
    ids = sorted({*_ids(first, only), *_ids(last, only)})
    rows = connection.execute(
        _CANDIDATES,
        {
            "after": first.instant.known,
            "upto": last.instant.known,
            "days": first.instant.day != last.instant.day,
            "indicators": ids,
            "areas": sorted({*_codes(first, only), *_codes(last, only)}),
            "periods": None if only.period is None else _with_compared(only.period),
            "other_indicators": [one for one in ids if _differs(first, last, one)],
            "other_areas": sorted(first.areas.keys() ^ last.areas.keys()),
            "other_periods": _ruled_otherwise(connection, first, last, ids),
        },
    ).fetchall()
    keys = {(indicator, area, period) for indicator, area, period, _ in rows}
    keys |= {
        (indicator, area, follower)
        for indicator, area, period, moved in rows
        if moved
        for follower in span_of(period).followers
    }
    return [key for key in keys if only.period in (None, key[2])]


def _with_compared(period: str) -> list[str]:
    return [period, *(code for code in span_of(period).compared.values() if code)]


def _differs(first: End, last: End, indicator: UUID) -> bool:
    """Whether what an indicator says of all its cells differs: definition, place, retirement."""
    before, after = first.indicators.get(indicator), last.indicators.get(indicator)
    if before is None or after is None or first.structure is None or last.structure is None:
        return True
    return before != after or placed(first.structure, before.code) != placed(
        last.structure, after.code
    )


def _ruled_otherwise(
    connection: Connection, first: End, last: End, indicators: list[UUID]
) -> list[str]:
    """The periods that other versions of rules govern at one moment than at the other."""
    assert last.structure is not None
    policies = last.structure.policies
    before, after = first.instant.policy, last.instant.policy
    if all(not before < one.position <= after for kind in policies.values() for one in kind):
        return []
    rows = connection.execute(
        "SELECT DISTINCT period FROM status WHERE indicator = ANY(%s)", (indicators,)
    ).fetchall()
    starts = {period: span_of(period).start for (period,) in rows}
    differ = {
        start: governing(policies, start, before).versions
        != governing(policies, start, after).versions
        for start in set(starts.values())
    }
    return [period for period, start in starts.items() if differ[start]]


def _rows(connection: Connection, end: End, keys: Iterable[Key]) -> dict[Key, StatusRow]:
    """The rows of those cells that the page has at a moment."""
    if end.structure is None:
        return {}
    areas = end.areas
    there = [key for key in keys if key[0] in end.indicators and key[1] in areas]
    stored = stored_cells(connection, end.clocks.clocks.known_position, there)
    cells = {
        key: Cell(end.indicators[key[0]], key[2], key[1], stored[key])
        for key in there
        if key in stored
    }
    rows = status_rows(connection, end.structure, end.clocks, list(cells.values()))
    return dict(zip(cells, rows, strict=True))
