"""Every change to the rules of an agreement: what it was, and what it became."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from ledger.agreement.events import KIND_OF
from ledger.engine import Connection
from ledger.event import Event, decode
from ledger.indicator.events import (
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsAmended,
    TargetsSet,
)
from policies.definition import Definition
from policies.numbers import exact_text
from projections.audit_answers import FieldChanged, RuleChange, RuleChanges
from projections.folding.agreements import KINDS, part_code
from projections.reading.clocks import ResolvedClocks
from projections.reading.events import SELECT
from projections.reading.fields import Fields, changed, fields_of
from projections.reading.kinds import RULES
from projections.reading.search import EventsAsked, positions_of
from projections.reading.streams import Stream, streams_of
from projections.reading.structure import definition_of

_EARLIER_PART = (
    "SELECT data FROM structure WHERE agreement = %s AND kind = %s AND (code = %s OR %s)"
    " AND from_position < %s ORDER BY from_position DESC LIMIT 1"
)
_EARLIER_DEFINITION = (
    "SELECT definition, retired_from FROM indicator WHERE indicator = %s AND from_position < %s"
    " ORDER BY from_position DESC LIMIT 1"
)
_EARLIER_TARGETS = """
SELECT a.area, a.period, t.level, t.kind, t.baseline, t.performance_without, t.performance_with
  FROM unnest(%(areas)s::text[], %(periods)s::text[]) AS a (area, period) CROSS JOIN LATERAL (
    SELECT * FROM target t WHERE t.indicator = %(indicator)s AND t.area = a.area
       AND t.period = a.period AND t.from_position < %(position)s
     ORDER BY t.from_position DESC LIMIT 1) t
"""


def read_rules(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    indicator: str = "",
    after: int | None = None,
    limit: int = 500,
) -> RuleChanges:
    """The changes to policies, definitions, targets, code maps and structure, the latest first.

    Those recorded up to the known clock, of one indicator where it is named. Raises
    UnknownAgreement and UnknownIndicator.
    """
    asked = EventsAsked(kinds=(RULES,), indicator=indicator, after=after, limit=limit)
    found = positions_of(connection, agreement, clocks, asked)
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s) ORDER BY e.notification_id DESC",
        (found[:limit],),
    ).fetchall()
    streams = streams_of(connection, {row[4] for row in rows})
    return RuleChanges(
        clocks=clocks.clocks,
        rules=tuple(_rule(connection, row, streams) for row in rows),
        next=str(found[limit - 1]) if len(found) > limit else None,
    )


def _rule(
    connection: Connection, row: tuple[Any, ...], streams: Mapping[UUID, Stream]
) -> RuleChange:
    position, recorded_at, actor, topic, stream, state = row
    event = decode(topic, bytes(state))
    indicator = streams.get(stream, Stream()).indicator
    return RuleChange(
        position=position,
        recorded_at=recorded_at,
        actor=actor,
        type=topic,
        indicator=indicator,
        about=indicator or _part(event, position),
        changes=tuple(_changes(connection, event, stream, position)),
    )


def _part(event: Event, position: int) -> str:
    """What a part of the agreement is called in its events; a policy by its version."""
    policy = type(event) in KIND_OF
    return str(getattr(event, "version", "")) if policy else part_code(event, position)


def _changes(
    connection: Connection, event: Event, stream: UUID, position: int
) -> Iterator[FieldChanged]:
    match event:
        case TargetsSet() | TargetsAmended():
            yield from _targets_changed(connection, event, stream, position)
        case IndicatorDefined() | IndicatorRedefined():
            row = connection.execute(_EARLIER_DEFINITION, (stream, position)).fetchone()
            before = _fields(definition_of(row[0])) if row else {}
            yield from changed(before, _fields(event.definition))
        case IndicatorRetired():
            row = connection.execute(_EARLIER_DEFINITION, (stream, position)).fetchone()
            before = _retired(row[1] if row else None)
            yield from changed(before, before or _retired(event.from_period))
        case _:
            kind = KINDS[type(event)]
            code, any_code = part_code(event, position), type(event) in KIND_OF
            row = connection.execute(
                _EARLIER_PART, (stream, kind, code, any_code, position)
            ).fetchone()
            before = _fields(decode(event.TOPIC, row[0].encode())) if row else {}
            yield from changed(before, _fields(event))


def _fields(version: Event | Definition) -> Fields:
    return fields_of(msgspec.to_builtins(version))


def _retired(since: str | None) -> Fields:
    """What is said of a retirement, which holds as it was first recorded."""
    if since is None:
        return {}
    return {"retired": "yes", "retired_from": since} if since else {"retired": "yes"}


def _targets_changed(
    connection: Connection, event: TargetsSet | TargetsAmended, stream: UUID, position: int
) -> Iterator[FieldChanged]:
    targets = {(target.area, target.period): target for target in event.targets}  # the last holds
    rows = connection.execute(
        _EARLIER_TARGETS,
        {
            "indicator": stream,
            "areas": [area for area, _ in targets],
            "periods": [period for _, period in targets],
            "position": position,
        },
    )
    earlier = {(area, period): _target_fields(*numbers) for area, period, *numbers in rows}
    for key, target in targets.items():
        for one in changed(earlier.get(key, {}), _fields_of_target(target)):
            yield msgspec.structs.replace(one, area=target.area, period=target.period)


def _fields_of_target(target: Target) -> Fields:
    return _target_fields(
        target.level,
        target.kind,
        target.baseline,
        target.performance_without,
        target.performance_with,
    )


def _target_fields(level: Any, kind: str, baseline: Any, without: Any, reached: Any) -> Fields:
    numbers = {
        "level": level,
        "baseline": baseline,
        "performance_without": without,
        "performance_with": reached,
    }
    told = {name: exact_text(number) for name, number in numbers.items() if number is not None}
    return {**told, "kind": kind}
