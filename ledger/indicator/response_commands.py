"""What a person may ask to do about performance. Orders, not yet facts: the decisions judge them.

Free texts (actions, causes, reasons, notes) are digests. An ``area`` left empty is the home area
of the agreement.
"""

from datetime import date

import msgspec

from ledger.indicator.responses import PlanStep


class RecordRemedialAction(msgspec.Struct, frozen=True, kw_only=True):
    """Say what is done about an under-performance, and by when."""

    period: str
    action: str
    area: str = ""
    due_on: date | None = None


class SubmitActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Submit an action plan: what lies behind the under-performance, and the steps against it."""

    period: str
    cause: str
    steps: tuple[PlanStep, ...]
    begins_on: date
    ends_on: date
    area: str = ""
    review_on: date | None = None


class AcceptActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Accept an action plan for a body, and say when it is reviewed."""

    plan: int
    review_on: date | None = None
    body: str = ""
    note: str = ""
    minute_reference: str = ""


class SendBackActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Send an action plan back for a body, for a reason."""

    plan: int
    reason: str
    body: str = ""
    minute_reference: str = ""


class DecideIntervention(msgspec.Struct, frozen=True, kw_only=True):
    """Decide for the board what is done at stage 3, for a reason."""

    decision: str
    reason: str
    area: str = ""
    body: str = ""
    minute_reference: str = ""


class FastTrack(msgspec.Struct, frozen=True, kw_only=True):
    """Move to a higher stage at once for the board, for a reason."""

    stage: int
    reason: str
    area: str = ""
    body: str = ""
    minute_reference: str = ""


class CloseEscalation(msgspec.Struct, frozen=True, kw_only=True):
    """Close the stage that is open for the board, for a reason."""

    reason: str
    area: str = ""
    body: str = ""
    minute_reference: str = ""


class CommendPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """Commend a period's performance for a body, for a reason that others can learn from."""

    period: str
    reason: str
    area: str = ""
    body: str = ""
    minute_reference: str = ""


class ExamineValue(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a body examined a period's value; ``on`` is today when it is left out."""

    period: str
    area: str = ""
    on: date | None = None
    body: str = ""
    note: str = ""
    minute_reference: str = ""


OfThePlan = AcceptActionPlan | SendBackActionPlan
OfTheBoard = DecideIntervention | FastTrack | CloseEscalation
ResponseCommand = (
    RecordRemedialAction
    | SubmitActionPlan
    | AcceptActionPlan
    | SendBackActionPlan
    | DecideIntervention
    | FastTrack
    | CloseEscalation
    | CommendPerformance
    | ExamineValue
)
