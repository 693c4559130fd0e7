"""One indicator's escalation: as it is told now, and as it was known at each time.

A late correction can make a stage in the past, or take one away. What was known then is worked
out by the same walk, from the facts and under the rules of each position at which any of them
changed, so that it stays visible beside what is known now.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import asdict

from ledger.engine import Connection
from policies.escalation import Escalation, Stage
from policies.turns import may_have_proxy
from projections.escalations import EscalationStory, MoveTold, StageKnown
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.recorded import Act, read_acts
from projections.reading.responses import Responded, acts_of, told_acts
from projections.reading.spells import Spells, gathered
from projections.reading.stages import Escalated, course_of, proxies_of, read_stages
from projections.reading.structure import IndicatorKnown, Structure, definition_of, read_structure
from projections.reading.told_stages import PARTS, awaited, told_move
from projections.reading.walking import (
    FACTS,
    NO_ESCALATION,
    Course,
    Facts,
    Rulebook,
    rulebook_of,
    walk,
)

_DAY = timedelta(days=1)


class _Seen(NamedTuple):
    """The stage at the end of a day as known then, and at which position it became so, if any."""

    on: date
    stage: Stage
    position: int | None


class _Past(NamedTuple):
    """Everything that an indicator's stages ever depended on in an area, up to a position."""

    indicators: dict[UUID, Spells[IndicatorKnown]]
    lines: dict[UUID, dict[str, Spells[str]]]  # by indicator and period
    responses: list[Responded]
    rules: Rulebook | None

    def positions(self, known: int) -> list[int]:
        """Where any of it changed."""
        turns = {turn for one in self.indicators.values() for turn in one.turns()}
        turns |= {turn for of in self.lines.values() for one in of.values() for turn in one.turns()}
        turns |= {one.position for one in self.responses}
        if self.rules is not None:
            turns |= {one.position for one in (*self.rules.rag, *self.rules.escalation)}
        return sorted(turn for turn in turns if turn <= known)

    def at(self, stream: UUID, position: int, on: Course) -> Escalation:
        """The escalation by what was known and adopted at a position."""
        own = self._facts(stream, position)
        if own is None or self.rules is None:
            return NO_ESCALATION
        code = own.definition.proxy if may_have_proxy(own.definition) else ""
        proxy = next(
            (
                self._facts(other, position)
                for other, versions in self.indicators.items()
                if other != stream and any(one.code == code for one in versions.values())
            ),
            None,
        )
        acts = acts_of(one for one in self.responses if one.position <= position)
        return walk(own, proxy, code, acts, self.rules.until(position), on)

    def _facts(self, stream: UUID, position: int) -> Facts | None:
        indicator = self.indicators[stream].at(position)
        if indicator is None:
            return None
        periods = sorted(self.lines.get(stream, {}).items())
        lines = (line for _, spells in periods if (line := spells.at(position)) is not None)
        return Facts(indicator.definition, indicator.retired, "\n".join(lines))


def read_escalation(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    area: str | None = None,
) -> EscalationStory:
    """The whole story of an indicator in an area; in the home area without ``area``.

    Raises UnknownAgreement, UnknownIndicator and UnknownArea.
    """
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    place, known = structure.area(area), clocks.clocks.known_position
    found = one_indicator(connection, structure, indicator, known)
    stages = read_stages(connection, structure, clocks, place.code, [found])
    now = stages[indicator].escalation
    seen, recorded = _seen(connection, structure, clocks, found, place.code, stages[indicator])
    asked = awaited(structure, indicator, stages[indicator], clocks.today)
    return EscalationStory(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        indicator=indicator,
        title=found.definition.title,
        unit=found.definition.unit,
        area=place.code,
        area_name=place.name,
        stage=int(now.stage),
        since=now.since,
        below=now.below,
        plan=now.plan or None,
        review_on=now.review_on,
        awaits=asked,
        moves=tuple(
            MoveTold(**asdict(told_move(move)), stage_then=int(_known_on(seen, move.on)))
            for move in now.moves
        ),
        acts=told_acts(connection, stages[indicator].responses),
        known=tuple(_told(one, now, recorded) for one in seen),
    )


def _seen(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicator: IndicatorKnown,
    area: str,
    now: Escalated,
) -> tuple[list[_Seen], dict[int, Act]]:
    """Each time that another stage became known, and what was recorded where one did."""
    known = clocks.clocks.known_position
    past = _read_past(connection, structure, known, indicator, area, now.responses)
    positions = past.positions(known)
    recorded = read_acts(connection, positions)
    days = [*(recorded[position].on for position in positions[1:]), clocks.today + _DAY]
    found: list[_Seen] = []
    for position, following in zip(positions, days, strict=True):
        day = recorded[position].on
        course = course_of(structure, max(day, following - _DAY))
        then = past.at(indicator.id, position, course)
        for one in _told_in(then, position, day):
            if one.stage is not (found[-1].stage if found else Stage.NONE):
                found.append(one)
    return found, recorded


def _told_in(then: Escalation, position: int, day: date) -> Iterator[_Seen]:
    """What was known from a position on: that day, and on the days that came by themselves."""
    yield _Seen(day, then.stage_on(day), position)
    for on in sorted({move.on for move in then.moves if move.on > day}):
        yield _Seen(on, then.stage_on(on), None)


def _known_on(seen: Sequence[_Seen], day: date) -> Stage:
    """The stage that was known at the end of a day."""
    return next((one.stage for one in reversed(seen) if one.on <= day), Stage.NONE)


def _told(one: _Seen, now: Escalation, recorded: dict[int, Act]) -> StageKnown:
    act = None if one.position is None else recorded[one.position]
    return StageKnown(
        on=one.on,
        stage=int(one.stage),
        now=int(now.stage_on(one.on)),
        position=one.position,
        event=act and act.topic,
        actor=act and act.actor,
        reason=act and act.reason,
    )


def _read_past(
    connection: Connection,
    structure: Structure,
    known: int,
    indicator: IndicatorKnown,
    area: str,
    responses: list[Responded],
) -> _Past:
    proxies = proxies_of(connection, structure, known, [indicator])
    ids = [indicator.id, *(one.id for one in proxies.values() if one.id != indicator.id)]
    return _Past(
        _read_versions(connection, ids, known),
        _read_lines(connection, ids, area, known),
        responses,
        rulebook_of(structure.policies),
    )


def _read_versions(
    connection: Connection, ids: Iterable[UUID], known: int
) -> dict[UUID, Spells[IndicatorKnown]]:
    rows = connection.execute(
        "SELECT indicator, code, definition, definition_version, definition_position, retired,"
        " from_position, to_position FROM indicator WHERE indicator = ANY(%s)"
        " AND from_position <= %s",
        (list(ids), known),
    )
    return gathered(
        (stream, IndicatorKnown(stream, code, definition_of(text), *rest), begins, ends)
        for stream, code, text, *rest, begins, ends in rows
    )


def _read_lines(
    connection: Connection, ids: Iterable[UUID], area: str, known: int
) -> dict[UUID, dict[str, Spells[str]]]:
    rows = connection.execute(
        f"SELECT s.indicator, s.period, {FACTS}, s.from_position, s.to_position FROM status s"
        " WHERE s.indicator = ANY(%s) AND s.area = %s AND s.from_position <= %s",
        (list(ids), area, known),
    )
    cells: dict[tuple[UUID, str], Spells[str]] = gathered(
        ((stream, period), line, begins, ends) for stream, period, line, begins, ends in rows
    )
    found: dict[UUID, dict[str, Spells[str]]] = {}
    for (stream, period), spells in cells.items():
        found.setdefault(stream, {})[period] = spells
    return found
