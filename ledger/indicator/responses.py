"""Facts of what people do about performance: actions, plans, decisions, examinations.

Topics and field names are stored for ever. Free texts (actions, reasons, notes) are digests of
texts kept beside the ledger. ``body`` is the code of the body that acted, ``minute_reference``
where its minutes say so.
"""

from datetime import date
from enum import StrEnum

import msgspec

from ledger.event import Event, stored


class Intervention(StrEnum):
    """What a board may decide at stage 3."""

    REVIEW_ISSUES = "review-issues"
    REVIEW_FAILURE = "review-why-action-failed"
    REALLOCATE = "reallocate-resources"
    ALTERNATIVE = "alternative-solution"
    CHANGE_CONTROL = "change-control"


class PlanStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of an action plan: what is done, by when, by which person."""

    action: str
    due_on: date
    responsible: str = ""


@stored
class RemedialActionRecorded(Event, frozen=True, kw_only=True):
    """The lead officer says what is done about an under-performance."""

    TOPIC = "remedial-action-recorded"
    area: str
    period: str
    action: str
    due_on: date | None = None


@stored
class ActionPlanSubmitted(Event, frozen=True, kw_only=True):
    """The lead officer submits an action plan; plans of an indicator are numbered from 1."""

    TOPIC = "action-plan-submitted"
    number: int
    area: str
    period: str
    cause: str  # digest: what lies behind the under-performance
    steps: tuple[PlanStep, ...]
    begins_on: date
    ends_on: date
    review_on: date | None = None


@stored
class ActionPlanAccepted(Event, frozen=True, kw_only=True):
    """A body accepts an action plan and says when it is reviewed."""

    TOPIC = "action-plan-accepted"
    plan: int
    area: str
    review_on: date
    body: str = ""
    note: str = ""
    minute_reference: str = ""


@stored
class ActionPlanSentBack(Event, frozen=True, kw_only=True):
    """A body sends an action plan back, for a reason."""

    TOPIC = "action-plan-sent-back"
    plan: int
    area: str
    reason: str
    body: str = ""
    minute_reference: str = ""


@stored
class InterventionDecided(Event, frozen=True, kw_only=True):
    """The board decides at stage 3."""

    TOPIC = "intervention-decided"
    area: str
    decision: Intervention
    reason: str
    body: str = ""
    minute_reference: str = ""


@stored
class FastTracked(Event, frozen=True, kw_only=True):
    """The board moves an indicator to a higher stage at once, for a reason."""

    TOPIC = "fast-tracked"
    area: str
    stage: int
    reason: str
    body: str = ""
    minute_reference: str = ""


@stored
class EscalationClosed(Event, frozen=True, kw_only=True):
    """The board closes the escalation of an indicator, for a reason."""

    TOPIC = "escalation-closed"
    area: str
    reason: str
    body: str = ""
    minute_reference: str = ""


@stored
class PerformanceCommended(Event, frozen=True, kw_only=True):
    """A body commends a performance, so that what lies behind it can be shared."""

    TOPIC = "performance-commended"
    area: str
    period: str
    reason: str
    body: str = ""
    minute_reference: str = ""


@stored
class ValueExamined(Event, frozen=True, kw_only=True):
    """A body examined the value of a period, on a day."""

    TOPIC = "value-examined"
    area: str
    period: str
    on: date
    body: str = ""
    note: str = ""
    minute_reference: str = ""


Response = (
    RemedialActionRecorded
    | ActionPlanSubmitted
    | ActionPlanAccepted
    | ActionPlanSentBack
    | InterventionDecided
    | FastTracked
    | EscalationClosed
    | PerformanceCommended
    | ValueExamined
)
