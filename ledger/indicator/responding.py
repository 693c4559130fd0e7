"""What becomes of an answer to performance: pure functions of indicator, agreement, command, day.

Each answers the event to record. A refusal is raised; nothing is recorded then, but for a refused
duty, which the caller records.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from ledger.agreement.state import Agreement
from ledger.event import Event
from ledger.indicator.response_checks import (
    MOST_SHOWN,
    Place,
    check_plan,
    need_reason,
    needed,
    out_of_order,
)
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    RecordRemedialAction,
    ResponseCommand,
    SendBackActionPlan,
    SubmitActionPlan,
)
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    EscalationClosed,
    FastTracked,
    Intervention,
    InterventionDecided,
    PerformanceCommended,
    RemedialActionRecorded,
    ValueExamined,
)
from ledger.indicator.state import Indicator
from policies.escalation import Stage
from policies.refusals import UnknownIndicator
from policies.refusals_escalation import StageNotHigher, UnknownDecision, UnknownStage, WrongStage


class Responded(msgspec.Struct, frozen=True, kw_only=True):
    """The event of a command; of a plan its number, and of an accepted one its review date."""

    event: Event
    plan: int = 0
    review_on: date | None = None


def respond(
    state: Indicator,
    command: ResponseCommand,
    *,
    actor: str,
    agreement: Agreement,
    today: date,
    proxy: Indicator | None = None,
) -> Responded:
    """Judge a command. Whether the person's role allows it was checked before.

    ``proxy`` is the indicator that stands in for an annual one between its outturns.
    """
    if state.definition is None:
        raise UnknownIndicator
    place = Place(state, state.definition, agreement, actor=actor, today=today, proxy=proxy)
    return _RESPOND[type(command)](place, command)


def _remedial_action(at: Place, command: RecordRemedialAction) -> Responded:
    area, period = at.area(command.area), at.period(command.period)
    needed(command.action, "action", "what is done")
    if command.due_on is not None and command.due_on < period.start:
        where = f"before {period.label} begins"
        raise out_of_order("due_on", command.due_on, where, period.start)
    at.open_stage(area)
    return Responded(
        event=RemedialActionRecorded(
            area=area, period=command.period, action=command.action, due_on=command.due_on
        )
    )


def _plan(at: Place, command: SubmitActionPlan) -> Responded:
    area = at.area(command.area)
    at.period(command.period)
    check_plan(command)
    at.check_people(command.steps)
    at.open_stage(area)
    number = len(at.state.plans) + 1
    event = ActionPlanSubmitted(
        number=number,
        area=area,
        period=command.period,
        cause=command.cause,
        steps=command.steps,
        begins_on=command.begins_on,
        ends_on=command.ends_on,
        review_on=command.review_on,
    )
    return Responded(event=event, plan=number)


def _acceptance(at: Place, command: AcceptActionPlan) -> Responded:
    plan = at.waiting(command.plan)
    at.check_body(command.body)
    at.open_stage(plan.area)  # without one there is nothing left that the plan could mend
    review_on = at.review_of(plan, command.review_on)
    event = ActionPlanAccepted(
        plan=plan.number,
        area=plan.area,
        review_on=review_on,
        body=command.body,
        note=command.note,
        minute_reference=command.minute_reference,
    )
    return Responded(event=event, plan=plan.number, review_on=review_on)


def _sending_back(at: Place, command: SendBackActionPlan) -> Responded:
    plan = at.waiting(command.plan)
    at.check_body(command.body)
    need_reason(command.reason)
    event = ActionPlanSentBack(
        plan=plan.number,
        area=plan.area,
        reason=command.reason,
        body=command.body,
        minute_reference=command.minute_reference,
    )
    return Responded(event=event, plan=plan.number)


def _intervention(at: Place, command: DecideIntervention) -> Responded:
    area = at.area(command.area)
    at.check_body(command.body)
    need_reason(command.reason)
    if command.decision not in set(Intervention):
        allowed = ", ".join(kind.value for kind in Intervention)
        raise UnknownDecision(
            f"{command.decision[:MOST_SHOWN]!r} is not a decision of stage 3: use one of"
            f" {allowed}.",
            field="decision",
        )
    stage = at.open_stage(area)
    if stage is not Stage.INTERVENTION:
        raise WrongStage(
            f"{at.state.code} is at stage {stage:d} in {area}, and the board intervenes at stage 3:"
            " move it there by fast track first."
        )
    return Responded(
        event=InterventionDecided(
            area=area,
            decision=Intervention(command.decision),
            reason=command.reason,
            body=command.body,
            minute_reference=command.minute_reference,
        )
    )


def _fast_track(at: Place, command: FastTrack) -> Responded:
    area = at.area(command.area)
    at.check_body(command.body)
    need_reason(command.reason)
    if command.stage not in set(Stage) - {Stage.NONE}:
        raise UnknownStage(field="stage")
    stage = at.stage(area)
    if command.stage <= stage:
        raise StageNotHigher(
            f"{at.state.code} is at stage {stage:d} in {area} already: a fast track leads to a"
            " higher one.",
            field="stage",
        )
    return Responded(
        event=FastTracked(
            area=area,
            stage=command.stage,
            reason=command.reason,
            body=command.body,
            minute_reference=command.minute_reference,
        )
    )


def _closure(at: Place, command: CloseEscalation) -> Responded:
    area = at.area(command.area)
    at.check_body(command.body)
    need_reason(command.reason)
    at.open_stage(area)
    return Responded(
        event=EscalationClosed(
            area=area,
            reason=command.reason,
            body=command.body,
            minute_reference=command.minute_reference,
        )
    )


def _commendation(at: Place, command: CommendPerformance) -> Responded:
    area, period = at.area(command.area), at.period(command.period)
    at.check_body(command.body)
    need_reason(command.reason)
    at.check_value(area, period)
    return Responded(
        event=PerformanceCommended(
            area=area,
            period=command.period,
            reason=command.reason,
            body=command.body,
            minute_reference=command.minute_reference,
        )
    )


def _examination(at: Place, command: ExamineValue) -> Responded:
    area, period = at.area(command.area), at.period(command.period)
    at.check_body(command.body)
    on = command.on or at.today
    at.check_happened(on, period)
    at.check_value(area, period)
    return Responded(
        event=ValueExamined(
            area=area,
            period=command.period,
            on=on,
            body=command.body,
            note=command.note,
            minute_reference=command.minute_reference,
        )
    )


_RESPOND: dict[type[ResponseCommand], Callable[[Place, Any], Responded]] = {
    RecordRemedialAction: _remedial_action,
    SubmitActionPlan: _plan,
    AcceptActionPlan: _acceptance,
    SendBackActionPlan: _sending_back,
    DecideIntervention: _intervention,
    FastTrack: _fast_track,
    CloseEscalation: _closure,
    CommendPerformance: _commendation,
    ExamineValue: _examination,
}
