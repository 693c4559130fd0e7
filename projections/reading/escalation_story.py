"""One indicator's escalation: as it is told now, and as it was known at each time.

A late correction can make a stage in the past, or take one away. What was known then is worked
out by the same walk, from the facts and under the rules of each position at which any of them
changed, so that it stays visible beside what is known now.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from msgspec.structs import asdict

from ledger.engine import Connection
from policies.escalation import Escalation, Stage
from projections.escalations import EscalationStory, MoveTold, StageKnown
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.recorded import Act, read_acts
from projections.reading.responses import told_acts
from projections.reading.stage_past import read_pasts
from projections.reading.stages import read_stages
from projections.reading.structure import IndicatorKnown, Structure, read_structure
from projections.reading.told_stages import PARTS, awaited, told_move

_DAY = timedelta(days=1)


class _Seen(NamedTuple):
    """The stage at the end of a day as known then, and at which position it became so, if any."""

    on: date
    stage: Stage
    position: int | None


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
    seen, recorded = _seen(connection, structure, clocks, found, place.code)
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
) -> tuple[list[_Seen], dict[int, Act]]:
    """Each time that another stage became known, and what was recorded where one did."""
    known = clocks.clocks.known_position
    past = read_pasts(connection, structure, known, [indicator], area)[indicator.id]
    positions = past.positions(known)
    recorded = read_acts(connection, positions)
    until = [*(recorded[position].on - _DAY for position in positions[1:]), clocks.today]
    found: list[_Seen] = []
    for position, last in zip(positions, until, strict=True):
        day = recorded[position].on
        then = past.at(indicator.id, position, max(day, last))
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
