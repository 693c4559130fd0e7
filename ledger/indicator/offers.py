"""What a person may do about a performance now: the decisions themselves, asked beforehand.

Each act is tried as its plainest command. What is refused then would be refused whatever else is
said, so a page does not offer it; what is not refused can be done.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from ledger.agreement.state import Agreement
from ledger.indicator.figures import has_figure
from ledger.indicator.plans import PlanStanding
from ledger.indicator.responding import respond
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
from ledger.indicator.responses import Intervention, PlanStep
from ledger.indicator.state import Indicator
from policies.definition import Definition
from policies.escalation import Stage
from policies.periods import parse_code, period_on
from policies.permissions import Action, Grant, check_may
from policies.refusals import Refusal, UnknownIndicator

_SOMETHING = "said"  # stands for the digest of a text


class Offer(NamedTuple):
    """Something that can be done; ``plan`` is the number of the action plan it is about."""

    action: Action
    plan: int = 0


class Asker(NamedTuple):
    """Who asks, by which roles, for which area ("" is the home area), on which day.

    ``proxy`` is the indicator that stands in for an annual one between its outturns.
    """

    person: str
    grants: tuple[Grant, ...]
    area: str
    today: date
    proxy: Indicator | None = None


def offers(state: Indicator, agreement: Agreement, asker: Asker) -> tuple[Offer, ...]:
    """Everything this person may do about the indicator in the area, in the order it comes in."""
    area = _area_of(asker, agreement)
    waiting = [
        plan.number
        for plan in state.plans.values()
        if plan.standing is PlanStanding.SUBMITTED and plan.area == area
    ]
    possible = [Offer(action) for action in (Action.RECORD_REMEDIAL_ACTION, Action.SUBMIT_PLAN)]
    for number in waiting:
        possible += [Offer(Action.ACCEPT_PLAN, number), Offer(Action.SEND_BACK_PLAN, number)]
    possible += [Offer(action) for action in _OF_BODIES]
    return tuple(one for one in possible if refusal_of(one, state, agreement, asker) is None)


def refusal_of(
    offer: Offer, state: Indicator, agreement: Agreement, asker: Asker
) -> Refusal | None:
    """Why an act would be refused for certain; None where it can be done."""
    if state.definition is None:
        return UnknownIndicator()
    action, area = offer.action, _area_of(asker, agreement)
    place = _Place(state, state.definition, area, asker.today, offer.plan)
    try:
        check_may(
            action,
            person=asker.person,
            grants=asker.grants,
            scopes=agreement.scopes_for(action, state.code),
            on=asker.today,
            data_owners=agreement.data_owners(state.definition.data_owner),
        )
        respond(
            state,
            _PLAINEST[action](place),
            actor=asker.person,
            agreement=agreement,
            today=asker.today,
            proxy=asker.proxy,
        )
    except Refusal as refusal:
        return refusal
    return None


def _area_of(asker: Asker, agreement: Agreement) -> str:
    return asker.area or next(iter(agreement.areas), "")


class _Place(NamedTuple):
    """What the plainest command of an act is made of."""

    state: Indicator
    definition: Definition
    area: str
    today: date
    plan: int

    @property
    def period(self) -> str:
        """A period that has begun: the one that holds the day."""
        it = self.definition
        return period_on(self.today, it.calendar, it.interval, it.pooled_years).code

    @property
    def with_figure(self) -> str:
        """The latest period that has begun and has a headline figure, where there is one."""
        it = self.definition
        figures = [
            period
            for key, held in self.state.entries.items()
            if key.area == self.area and not key.breakdown and has_figure(held.entry)
            for period in [parse_code(key.period)]
            if it.measures(period) and period.start <= self.today
        ]
        return max(figures, key=lambda one: one.end).code if figures else self.period


def _plan(at: _Place) -> SubmitActionPlan:
    today = at.today
    return SubmitActionPlan(
        period=at.period,
        area=at.area,
        cause=_SOMETHING,
        steps=(PlanStep(action=_SOMETHING, due_on=today),),
        begins_on=today,
        ends_on=today,
    )


_PLAINEST: dict[Action, Callable[[_Place], ResponseCommand]] = {
    Action.RECORD_REMEDIAL_ACTION: lambda at: RecordRemedialAction(
        period=at.period, area=at.area, action=_SOMETHING
    ),
    Action.SUBMIT_PLAN: _plan,
    Action.ACCEPT_PLAN: lambda at: AcceptActionPlan(plan=at.plan),
    Action.SEND_BACK_PLAN: lambda at: SendBackActionPlan(plan=at.plan, reason=_SOMETHING),
    Action.DECIDE_INTERVENTION: lambda at: DecideIntervention(
        decision=Intervention.REVIEW_ISSUES, area=at.area, reason=_SOMETHING
    ),
    Action.FAST_TRACK: lambda at: FastTrack(
        stage=Stage.INTERVENTION, area=at.area, reason=_SOMETHING
    ),
    Action.CLOSE_ESCALATION: lambda at: CloseEscalation(area=at.area, reason=_SOMETHING),
    Action.COMMEND: lambda at: CommendPerformance(
        period=at.with_figure, area=at.area, reason=_SOMETHING
    ),
    Action.EXAMINE: lambda at: ExamineValue(period=at.with_figure, area=at.area),
}
_OF_BODIES = (
    Action.DECIDE_INTERVENTION,
    Action.FAST_TRACK,
    Action.CLOSE_ESCALATION,
    Action.COMMEND,
    Action.EXAMINE,
)
