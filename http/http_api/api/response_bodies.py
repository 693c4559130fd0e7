"""The bodies of what people do about performance, and how they become commands.

``area`` is the home area of the agreement when it is left out. Free texts go to the keeper, and
the commands hold their digests.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from msgspec import Meta

from http_api.api.bodies import NO_CONTROLS, Body, Code, LongText, TextKeeper
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    RecordRemedialAction,
    SendBackActionPlan,
    SubmitActionPlan,
)
from ledger.indicator.responses import PlanStep

Named = Annotated[str, Meta(max_length=100, pattern=NO_CONTROLS)]  # a code, or empty for none
Reference = Annotated[str, Meta(max_length=200, pattern=NO_CONTROLS)]  # of minutes


class RemedialActionBody(Body, frozen=True, kw_only=True):
    """What is done about an under-performance, and by when."""

    period: Code
    area: Named = ""
    action: LongText = ""
    due_on: date | None = None


class StepBody(Body, frozen=True, kw_only=True):
    """A step of an action plan: what is done, by when, by which person."""

    action: LongText = ""
    due_on: date
    responsible: Named = ""


class ActionPlanBody(Body, frozen=True, kw_only=True):
    """What lies behind an under-performance, and the steps against it."""

    period: Code
    area: Named = ""
    cause: LongText = ""
    steps: tuple[StepBody, ...]
    begins_on: date
    ends_on: date
    review_on: date | None = None


class AcceptanceBody(Body, frozen=True, kw_only=True):
    """When an accepted action plan is reviewed, and which body accepts it."""

    review_on: date | None = None
    body: Named = ""
    note: LongText = ""
    minute_reference: Reference = ""


class PlanReturnBody(Body, frozen=True, kw_only=True):
    """Why an action plan is sent back, and which body does."""

    reason: LongText = ""
    body: Named = ""
    minute_reference: Reference = ""


class InterventionBody(Body, frozen=True, kw_only=True):
    """What the board decides at stage 3, and why."""

    area: Named = ""
    decision: Code
    reason: LongText = ""
    body: Named = ""
    minute_reference: Reference = ""


class FastTrackBody(Body, frozen=True, kw_only=True):
    """Which higher stage the board moves to at once, and why."""

    area: Named = ""
    stage: int
    reason: LongText = ""
    body: Named = ""
    minute_reference: Reference = ""


class ClosureBody(Body, frozen=True, kw_only=True):
    """Why the board closes the stage that is open."""

    area: Named = ""
    reason: LongText = ""
    body: Named = ""
    minute_reference: Reference = ""


class CommendationBody(Body, frozen=True, kw_only=True):
    """Which period's performance a body commends, and why."""

    period: Code
    area: Named = ""
    reason: LongText = ""
    body: Named = ""
    minute_reference: Reference = ""


class ExaminationBody(Body, frozen=True, kw_only=True):
    """Which period's value a body examined, and when."""

    period: Code
    area: Named = ""
    on: date | None = None
    body: Named = ""
    note: LongText = ""
    minute_reference: Reference = ""


def remedial_action(body: RemedialActionBody, texts: TextKeeper) -> RecordRemedialAction:
    """The command of a remedial action."""
    return RecordRemedialAction(
        period=body.period, area=body.area, action=texts.keep(body.action), due_on=body.due_on
    )


def action_plan(body: ActionPlanBody, texts: TextKeeper) -> SubmitActionPlan:
    """The command of an action plan."""
    return SubmitActionPlan(
        period=body.period,
        area=body.area,
        cause=texts.keep(body.cause),
        steps=tuple(
            PlanStep(
                action=texts.keep(step.action), due_on=step.due_on, responsible=step.responsible
            )
            for step in body.steps
        ),
        begins_on=body.begins_on,
        ends_on=body.ends_on,
        review_on=body.review_on,
    )


def acceptance(plan: int) -> Callable[[AcceptanceBody, TextKeeper], AcceptActionPlan]:
    """How the command of the acceptance of a plan is made."""

    def made(body: AcceptanceBody, texts: TextKeeper) -> AcceptActionPlan:
        return AcceptActionPlan(
            plan=plan,
            review_on=body.review_on,
            body=body.body,
            note=texts.keep(body.note),
            minute_reference=body.minute_reference,
        )

    return made


def sending_back(plan: int) -> Callable[[PlanReturnBody, TextKeeper], SendBackActionPlan]:
    """How the command of the return of a plan is made."""

    def made(body: PlanReturnBody, texts: TextKeeper) -> SendBackActionPlan:
        return SendBackActionPlan(
            plan=plan,
            reason=texts.keep(body.reason),
            body=body.body,
            minute_reference=body.minute_reference,
        )

    return made


def intervention(body: InterventionBody, texts: TextKeeper) -> DecideIntervention:
    """The command of a decision at stage 3."""
    return DecideIntervention(
        area=body.area,
        decision=body.decision,
        reason=texts.keep(body.reason),
        body=body.body,
        minute_reference=body.minute_reference,
    )


def fast_track(body: FastTrackBody, texts: TextKeeper) -> FastTrack:
    """The command of a fast track."""
    return FastTrack(
        area=body.area,
        stage=body.stage,
        reason=texts.keep(body.reason),
        body=body.body,
        minute_reference=body.minute_reference,
    )


def closure(body: ClosureBody, texts: TextKeeper) -> CloseEscalation:
    """The command of a closure."""
    return CloseEscalation(
        area=body.area,
        reason=texts.keep(body.reason),
        body=body.body,
        minute_reference=body.minute_reference,
    )


def commendation(body: CommendationBody, texts: TextKeeper) -> CommendPerformance:
    """The command of a commendation."""
    return CommendPerformance(
        period=body.period,
        area=body.area,
        reason=texts.keep(body.reason),
        body=body.body,
        minute_reference=body.minute_reference,
    )


def examination(body: ExaminationBody, texts: TextKeeper) -> ExamineValue:
    """The command of an examination."""
    return ExamineValue(
        period=body.period,
        area=body.area,
        on=body.on,
        body=body.body,
        note=texts.keep(body.note),
        minute_reference=body.minute_reference,
    )
