"""The register of restatements: every entry that was replaced or taken away, and what that changed.

The statuses are those of the moment: the page just before the act and just after it, under the
rules adopted by then, or by the policy clock where that is earlier. They never change later.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.numbers import text_or_none
from policies.periods import parse_code
from projections.answers import StatusRow
from projections.changes import CauseKind, RestatedSide, Restatement, Restatements
from projections.judging import judged_of
from projections.reading.area_names import name_former_areas
from projections.reading.causes import ENTRY_KINDS
from projections.reading.clocks import ResolvedClocks, clock_of
from projections.reading.cursors import cursor_of, place_of
from projections.reading.indicators import one_indicator
from projections.reading.recorded import Act, read_acts
from projections.reading.sizes import size_of
from projections.reading.stage_past import StagePast, read_pasts
from projections.reading.status_rows import Link
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.timelines import Instant, Key, Timelines, read_timelines
from projections.reading.value_rows import COLUMNS, Stored, entry_of, figure_text
from projections.reading.walking import rulebook_of
from projections.spans import span_of

RESTATING = (CauseKind.CORRECTION, CauseKind.WITHDRAWAL, CauseKind.RESTORATION)
_TOPICS = [topic for topic, kind in ENTRY_KINDS.items() if kind in RESTATING]
_EVENTS_AT_FIRST, _EVENTS_AT_MOST = 2, 256  # one event may have a thousand entries, or one

_Pasts = dict[tuple[UUID, str], StagePast]
_Place = tuple[int, str, str, str]  # position, period, area, breakdown: where a page ends
_decode_place = msgspec.json.Decoder(_Place).decode


class _Only(NamedTuple):
    """Which entries are asked about."""

    indicators: list[UUID]
    area: str | None
    period: str | None


class _Seen(NamedTuple):
    """What pages showed at one side of an act: the row of the cell, and its indicator's stage."""

    row: StatusRow | None
    stage: int | None


class _Line(NamedTuple):
    """An entry that gave its place to another, or to none, at a position."""

    position: int
    indicator: UUID
    old: Stored
    new: Stored | None

    @property
    def order(self) -> _Place:
        """The latest come first; those of one act by period, area and breakdown."""
        return -self.position, self.old.period, self.old.area, self.old.breakdown


def read_restatements(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    indicator: str | None = None,
    area: str | None = None,
    period: str | None = None,
    after: str | None = None,
    limit: int = 500,
) -> Restatements:
    """A page of the register as known, the latest first.

    ``after`` is the ``next`` of the page before. An area may be one that was the agreement's
    once, since what was restated there stays in the register. Raises UnknownAgreement,
    UnknownIndicator, UnknownArea, UnknownPeriod and BadCursor.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    name_former_areas(connection, structure, clocks.clocks.known_position)
    only = _only(connection, structure, clocks, indicator, area, period)
    lines = _lines(connection, clocks.clocks.known_position, only, after, limit + 1)
    return Restatements(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        restatements=_told(connection, structure, clocks, lines[:limit]),
        next=_cursor(lines[limit - 1]) if len(lines) > limit else None,
    )


def _only(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicator: str | None,
    area: str | None,
    period: str | None,
) -> _Only:
    known = clocks.clocks.known_position
    if indicator is None:
        found = list(read_indicators(connection, structure, known).values())
    else:
        found = [one_indicator(connection, structure, indicator, known)]
    return _Only(
        [one.id for one in found],
        area if area is None or area in structure.names else structure.area(area).code,
        None if period is None else parse_code(period).code,
    )


def _lines(
    connection: Connection, known: int, only: _Only, after: str | None, wanted: int
) -> list[_Line]:
    """The next lines of the register, as many as are wanted where there are so many."""
    place = None if after is None else place_of(after, _decode_place)
    upto = known if place is None else min(known, place[0])
    found: list[_Line] = []
    events = _EVENTS_AT_FIRST
    while len(found) < wanted:
        positions = _restating(connection, only, upto, events)
        lines = _replaced(connection, only, positions)
        found += lines if place is None else [one for one in lines if one.order > _order(place)]
        if len(positions) < events:
            break
        upto = positions[-1][0] - 1
        events = min(2 * events, _EVENTS_AT_MOST)
    return found[:wanted]


def _order(place: _Place) -> _Place:
    return -place[0], *place[1:]


def _cursor(line: _Line) -> str:
    return cursor_of(_order(line.order))


def _restating(
    connection: Connection, only: _Only, upto: int, limit: int
) -> list[tuple[int, UUID]]:
    """The latest events up to a position that replaced or took away entries."""
    return connection.execute(
        "SELECT notification_id, originator_id FROM ledger.ledger_events"
        " WHERE originator_id = ANY(%s) AND topic = ANY(%s) AND notification_id <= %s"
        " ORDER BY notification_id DESC LIMIT %s",
        (only.indicators, _TOPICS, upto, limit),
    ).fetchall()


_BOTH = ", ".join(COLUMNS.replace("v.", f"{side}.") for side in ("o", "n"))
_REPLACED = f"""
SELECT a.position, a.indicator, n.indicator IS NOT NULL, {_BOTH}
  FROM unnest(%(positions)s::int8[], %(indicators)s::uuid[]) AS a (position, indicator)
  JOIN value o ON o.indicator = a.indicator AND o.to_position = a.position
  LEFT JOIN value n ON n.indicator = o.indicator AND n.period = o.period AND n.area = o.area
   AND n.breakdown = o.breakdown AND n.from_position = a.position
 WHERE coalesce(o.area = %(area)s, true) AND coalesce(o.period = %(period)s, true)
"""


def _replaced(connection: Connection, only: _Only, events: list[tuple[int, UUID]]) -> list[_Line]:
    """The entries that these events replaced or took away, in the order of the register."""
    rows = connection.execute(
        _REPLACED,
        {
            "positions": [position for position, _ in events],
            "indicators": [indicator for _, indicator in events],
            "area": only.area,
            "period": only.period,
        },
    )
    width = len(Stored._fields)
    lines = (
        _Line(
            position, indicator, Stored(*both[:width]), Stored(*both[width:]) if follows else None
        )
        for position, indicator, follows, *both in rows
    )
    return sorted(lines, key=lambda line: line.order)


def _told(
    connection: Connection, structure: Structure, clocks: ResolvedClocks, lines: list[_Line]
) -> tuple[Restatement, ...]:
    if not lines:
        return ()
    positions = [line.position for line in lines]
    keys = [(line.indicator, line.old.area, line.old.period) for line in lines]
    timelines = read_timelines(connection, structure, keys, min(positions) - 1, max(positions))
    acts = read_acts(connection, positions)
    pasts = _pasts(connection, structure, clocks.clocks.known_position, lines)
    telling = _Telling(structure, timelines, acts, clocks.clocks.policy_position, pasts)
    return tuple(telling.restatement(line) for line in lines)


def _pasts(connection: Connection, structure: Structure, known: int, lines: list[_Line]) -> _Pasts:
    """What the stages of restated indicators depended on, area by area."""
    if rulebook_of(structure.policies) is None:
        return {}
    indicators = {one.id: one for one in read_indicators(connection, structure, known).values()}
    by_area: dict[str, set[UUID]] = {}
    for line in lines:
        by_area.setdefault(line.old.area, set()).add(line.indicator)
    return {
        (stream, area): past
        for area, streams in by_area.items()
        for stream, past in read_pasts(
            connection, structure, known, [indicators[stream] for stream in streams], area
        ).items()
    }


class _Telling:
    """Turns lines into the answer's form."""

    def __init__(
        self,
        structure: Structure,
        timelines: Timelines,
        acts: Mapping[int, Act],
        policy_position: int,
        pasts: _Pasts,
    ) -> None:
        self._structure = structure
        self._timelines = timelines
        self._acts = acts
        self._policy = policy_position
        self._pasts = pasts

    def restatement(self, line: _Line) -> Restatement:
        """One line of the register."""
        act, old = self._acts[line.position], line.old
        indicator = self._timelines.indicator(line.indicator, line.position)
        earlier, later = self._seen(line, act)
        before, after = _side(old, indicator, earlier), _side(line.new, indicator, later)
        policy = min(line.position, self._policy)
        link = Link(self._structure.sheet.code, clock_of(line.position), clock_of(policy))
        difference, relative = size_of(before.judged, after.judged)
        return Restatement(
            position=line.position,
            recorded_at=act.recorded_at,
            actor=act.actor,
            kind=ENTRY_KINDS[act.topic],
            reason=act.reason,
            file=act.file,
            load=act.load,
            indicator=indicator.code,
            title=indicator.definition.title,
            unit=indicator.definition.unit,
            area=old.area,
            area_name=self._structure.area_name(old.area),
            period=old.period,
            period_label=span_of(old.period).label,
            breakdown=entry_of(old).breakdown,
            before=before,
            after=after,
            difference=difference,
            relative=relative,
            why=link.to(indicator.code, old.period, old.area),
        )

    def _seen(self, line: _Line, act: Act) -> Iterator[_Seen]:
        """What was shown just before the act and just after it; nothing of a breakdown.

        An indicator stands at a stage in an area whether or not the cell is still there.
        """
        key = (line.indicator, line.old.area, line.old.period)
        for position in (line.position - 1, line.position):
            if line.old.breakdown:
                yield _Seen(None, None)
            else:
                at = Instant(position, min(position, self._policy), act.on)
                yield _Seen(self._timelines.row(key, at), self._stage(key, at))

    def _stage(self, key: Key, at: Instant) -> int | None:
        """The stage that was known at a moment; None for no stage, and where the area is gone."""
        stream, area, _ = key
        past = self._pasts.get((stream, area))
        if past is None or not self._timelines.holds(area, at.known):
            return None
        return int(past.at(stream, at.known, at.day).stage_on(at.day)) or None


def _side(stored: Stored | None, indicator: IndicatorKnown, seen: _Seen) -> RestatedSide:
    row, stage = seen
    status, reason = (None, None) if row is None else (row.status, row.reason)
    if stored is None:
        return RestatedSide(status=status, reason=reason, stage=stage)
    entry = entry_of(stored)
    return RestatedSide(
        entry=f"{stored.entry_position}.{stored.entry_index}",
        value=figure_text(entry, indicator),
        numerator=text_or_none(entry.numerator),
        denominator=text_or_none(entry.denominator),
        confidence_low=text_or_none(entry.confidence_low),
        confidence_high=text_or_none(entry.confidence_high),
        missing=entry.missing or None,
        judged=text_or_none(judged_of(entry, indicator.definition)),
        given_by=stored.corrected_by or stored.submitted_by,
        recorded_at=stored.recorded_at,
        signed_off_by=stored.signed_by,
        status=status,
        reason=reason,
        stage=stage,
    )
