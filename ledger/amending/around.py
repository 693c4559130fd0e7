"""What a decision on an amendment relies on, as stored: its fold, and what matters to it."""

from collections.abc import Sequence
from uuid import UUID

from ledger.acts import Act, grants_of
from ledger.agreement.events import (
    POLICIES,
    AgreementDefined,
    BasketSet,
    IndicatorPlaced,
    OutcomeSet,
)
from ledger.agreement.state import Agreement
from ledger.amending.recording import Stream, sealed_on
from ledger.amendment.bound import indicators_of
from ledger.amendment.decisions import Around
from ledger.amendment.events import Changes
from ledger.amendment.reach import reach_of
from ledger.amendment.state import Amendment, evolve
from ledger.engine import Connection, StreamMoved
from ledger.event import amendment_id, decode, indicator_id
from ledger.indicator.events import IndicatorDefined, IndicatorRedefined
from ledger.indicator.state import Indicator
from ledger.record import Record
from policies.definition import Definition

# Of an indicator everything matters to a rehearsal but what changed nothing; of the agreement what
# a judgement is made by: the sheet, the rules of every kind, which indicators there are, and which
# of them are judged together.
NOT_MATTERING = ("action-refused",)
MATTERING = (
    AgreementDefined.TOPIC,
    IndicatorPlaced.TOPIC,
    OutcomeSet.TOPIC,
    BasketSet.TOPIC,
    *(adopted.TOPIC for adopted in POLICIES.values()),
)
AT_ONCE = 64  # numbers looked for together
_NEWEST = (
    "SELECT coalesce(max(f.position), 0) FROM unnest(%s::uuid[]) AS s(id) CROSS JOIN LATERAL"
    " (SELECT notification_id AS position FROM ledger.ledger_events e"
    " WHERE e.originator_id = s.id AND {} ORDER BY originator_version DESC LIMIT 1) f"
)

# The definition of each indicator as it stands, and those that ever had a stretch target: told from
# their events alone, since to fold all that is recorded of an agreement takes long.
_SHEETS = """
SELECT s.id, d.topic, d.state FROM unnest(%s::uuid[]) AS s(id) CROSS JOIN LATERAL
  (SELECT topic, state FROM ledger.ledger_events e WHERE e.originator_id = s.id
      AND topic IN ('indicator-defined', 'indicator-redefined')
    ORDER BY originator_version DESC LIMIT 1) d
"""
_STRETCHED = """
SELECT DISTINCT originator_id FROM ledger.ledger_events
 WHERE originator_id = ANY(%s) AND topic IN ('targets-set', 'targets-amended')
   AND position('"kind":"stretch"'::bytea IN state) > 0
"""


def amendment_of(record: Record, agreement: str, number: int) -> Amendment:
    """The fold of an amendment as stored; without a proposal where there is none."""
    fold = Amendment(id=amendment_id(agreement, number))
    if number < 1:
        return fold
    for recorded in record.application.stream(fold.id):
        fold = evolve(fold, recorded)
    return fold


def last_number(record: Record, agreement: str) -> int:
    """The number of the latest amendment of an agreement, 0 for none."""
    last = 0
    while True:
        numbers = {amendment_id(agreement, last + n): last + n for n in range(1, AT_ONCE + 1)}
        found = [numbers[stream] for stream in record.heads(list(numbers))]
        last = max(found, default=last)
        if len(found) < AT_ONCE:
            return last


def concerned(record: Record, body: Agreement, changes: Changes) -> dict[str, Indicator]:
    """The folds of the indicators that changes concern: of rules, every one of the agreement."""
    assert body.sheet is not None
    codes = [*body.placements] if changes.policies else [*indicators_of(changes)]
    return record.indicators(body.sheet.code, dict.fromkeys((*codes, *indicators_of(changes))))


def mattering(record: Record, body: Agreement, changes: Changes) -> dict[str, Indicator]:
    """The folds of all indicators whose facts matter to the rehearsal of changes."""
    assert body.sheet is not None
    agreement = body.sheet.code
    codes = dict.fromkeys((*body.placements, *indicators_of(changes)))
    streams = {indicator_id(agreement, code): code for code in codes}
    with record.pool.connection() as connection:
        sheets = connection.execute(_SHEETS, (list(streams),)).fetchall()
        stretched = connection.execute(_STRETCHED, (list(streams),)).fetchall()
    definitions = {streams[stream]: _definition(topic, state) for stream, topic, state in sheets}
    sharing = [streams[stream] for (stream,) in stretched] if body.policies["reward"] else []
    reach = reach_of(changes, definitions, sharing)
    return record.indicators(agreement, sorted(reach.matter))


def _definition(topic: str, state: bytes) -> Definition:
    event = decode(topic, state)
    assert isinstance(event, IndicatorDefined | IndicatorRedefined)
    return event.definition


def around(body: Agreement, act: Act, indicators: dict[str, Indicator], newest: int = 0) -> Around:
    """What a decision knows beside the amendment."""
    return Around(
        agreement=body,
        indicators=indicators,
        actor=act.actor,
        grants=tuple(grants_of(body, act.actor)),
        today=act.today,
        sealed_on=sealed_on(body),
        newest=newest,
    )


def streams_of(body: Agreement, indicators: dict[str, Indicator]) -> tuple[Stream, ...]:
    """The streams that a decision relies on, with the versions of them that it saw."""
    return ((body.id, body.version), *((each.id, each.version) for each in indicators.values()))


def newest_fact(
    record: Record, body: Agreement, state: Amendment, indicators: dict[str, Indicator]
) -> int:
    """The position of the newest fact that matters to an amendment's rehearsal, as stored.

    Asked after the folds were read: what comes in between is seen here or moves a stream. Raises
    StreamMoved where it came of a decision on the amendment itself, which makes nothing stale.
    """
    with record.pool.connection() as connection:
        of_agreement = _newest(connection, [body.id], "topic = ANY(%s)", MATTERING)
        ids = [indicator.id for indicator in indicators.values()]
        newest = max(of_agreement, _newest(connection, ids, "topic <> ALL(%s)", NOT_MATTERING))
    if record.heads([state.id]).get(state.id, 0) != state.version:
        raise StreamMoved
    return newest


def _newest(
    connection: Connection, streams: Sequence[UUID], where: str, topics: Sequence[str]
) -> int:
    row = connection.execute(_NEWEST.format(where), (list(streams), list(topics))).fetchone()
    assert row is not None
    return int(row[0])
