"""What people did about performance: as facts of escalation, and as people read it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from ledger.engine import Connection
from ledger.event import decode
from ledger.indicator.responses import (
    ActionPlanSubmitted,
    FastTracked,
    InterventionDecided,
    Response,
    ValueExamined,
)
from ledger.indicator.stage import ACT_KINDS, act_of
from policies.escalation import Act
from projections.escalations import ActAnswer, StepAnswer
from projections.reading.clocks import LONDON
from projections.reading.texts import read_texts

_TEXTS = ("action", "cause", "reason", "note")  # fields that hold the digest of an act's text


class Responded(NamedTuple):
    """An event of what somebody did, as recorded."""

    indicator: UUID
    position: int
    at: datetime
    actor: str
    event: Response

    @property
    def on(self) -> date:
        """The day, in Europe/London."""
        return self.at.astimezone(LONDON).date()


def read_responses(
    connection: Connection, indicators: Sequence[UUID], area: str, known_position: int
) -> dict[UUID, list[Responded]]:
    """Everything that was done about some indicators in an area, in order of position."""
    rows = connection.execute(
        "SELECT indicator, position, at, actor, topic, data FROM response"
        " WHERE indicator = ANY(%s) AND area = %s AND position <= %s ORDER BY position",
        (list(indicators), area, known_position),
    )
    found: dict[UUID, list[Responded]] = {}
    for indicator, position, at, actor, topic, data in rows:
        event = decode(topic, data.encode())
        assert isinstance(event, Response)
        found.setdefault(indicator, []).append(Responded(indicator, position, at, actor, event))
    return found


def read_acts(
    connection: Connection, indicators: Sequence[UUID], known_position: int
) -> dict[tuple[UUID, str], tuple[Act, ...]]:
    """The acts that escalation looks at, in every area, by indicator and area."""
    areas = connection.execute(
        "SELECT DISTINCT area FROM response WHERE indicator = ANY(%s) AND position <= %s",
        (list(indicators), known_position),
    ).fetchall()
    return {
        (indicator, area): acts_of(responses)
        for (area,) in areas
        for indicator, responses in read_responses(
            connection, indicators, area, known_position
        ).items()
    }


def acts_of(responses: Iterable[Responded]) -> tuple[Act, ...]:
    """Those of them that escalation looks at: all but examinations."""
    acts = (
        act_of(one.event, on=one.on, position=one.position, actor=one.actor) for one in responses
    )
    return tuple(act for act in acts if act is not None)


def told_acts(connection: Connection, responses: Sequence[Responded]) -> tuple[ActAnswer, ...]:
    """The acts with their texts."""
    texts = read_texts(connection, (digest for one in responses for digest in _digests(one.event)))
    return tuple(_told(one, texts) for one in responses if type(one.event) is not ValueExamined)


def _plan(event: Response) -> int | None:
    return event.number if isinstance(event, ActionPlanSubmitted) else getattr(event, "plan", None)


def _text(event: Response) -> str:
    return next((text for name in _TEXTS if (text := getattr(event, name, ""))), "")


def _digests(event: Response) -> Iterable[str]:
    yield _text(event)
    if isinstance(event, ActionPlanSubmitted):
        yield from (step.action for step in event.steps)


def _told(one: Responded, texts: dict[str, str]) -> ActAnswer:
    event: Any = one.event
    decision = event.decision.value if isinstance(event, InterventionDecided) else None
    steps = event.steps if isinstance(event, ActionPlanSubmitted) else ()
    return ActAnswer(
        kind=ACT_KINDS[type(one.event)].value,
        on=one.on,
        position=one.position,
        recorded_at=one.at,
        actor=one.actor,
        body=getattr(event, "body", ""),
        text=texts.get(_text(event)),
        period=getattr(event, "period", None),
        stage=event.stage if isinstance(event, FastTracked) else None,
        plan=_plan(event),
        decision=decision,
        due_on=getattr(event, "due_on", None),
        review_on=getattr(event, "review_on", None),
        steps=tuple(
            StepAnswer(
                action=texts.get(step.action), due_on=step.due_on, responsible=step.responsible
            )
            for step in steps
        ),
        minute_reference=getattr(event, "minute_reference", ""),
    )
