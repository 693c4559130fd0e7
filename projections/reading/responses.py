"""What people did about performance, as known: the acts that escalation walks through."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ledger.event import LONDON
from ledger.engine import Connection
from ledger.event import decode
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    EscalationClosed,
    FastTracked,
    InterventionDecided,
    PerformanceCommended,
    RemedialActionRecorded,
)
from policies.stages import Act, ActKind
from projections.reading.stored_cells import Place

_KINDS = {
    RemedialActionRecorded: ActKind.REMEDIAL_ACTION,
    ActionPlanSubmitted: ActKind.PLAN_SUBMITTED,
    ActionPlanAccepted: ActKind.PLAN_ACCEPTED,
    ActionPlanSentBack: ActKind.PLAN_SENT_BACK,
    InterventionDecided: ActKind.INTERVENTION,
    FastTracked: ActKind.FAST_TRACK,
    EscalationClosed: ActKind.CLOSURE,
    PerformanceCommended: ActKind.COMMENDATION,
}


def read_acts_of(
    connection: Connection, known: int, indicators: Sequence[UUID]
) -> dict[Place, list[Act]]:
    """What was done about indicators up to a position, by indicator and area, in order."""
    rows = connection.execute(
        "SELECT indicator, area, topic, actor, position, at, data FROM response"
        " WHERE indicator = ANY(%s) AND position <= %s ORDER BY position",
        (list(indicators), known),
    )
    found: dict[Place, list[Act]] = {}
    for indicator, area, *stored in rows:
        act = _act(*stored)
        if act is not None:
            found.setdefault((indicator, area), []).append(act)
    return found


def _act(topic: str, actor: str, position: int, at: datetime, data: str) -> Act | None:
    """An act that escalation knows; None for others, such as an examination."""
    event = decode(topic, data.encode())
    kind = _KINDS.get(type(event))
    if kind is None:
        return None
    plan = getattr(event, "plan", 0) or getattr(event, "number", 0)
    return Act(
        kind=kind,
        on=at.astimezone(LONDON).date(),
        position=position,
        actor=actor,
        stage=getattr(event, "stage", 0),
        plan=plan,
        review_on=getattr(event, "review_on", None),
    )
