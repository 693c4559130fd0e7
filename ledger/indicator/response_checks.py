"""What must hold before somebody's answer to performance is taken: place, stage, plan, dates.

Each refusal names the field it is about and says what to do.
"""

from datetime import date, timedelta

from ledger.agreement.state import Agreement, escalation_for
from ledger.indicator.checks import check_area, check_period
from ledger.indicator.figures import has_figure
from ledger.indicator.plans import PlanHeld, PlanStanding
from ledger.indicator.response_commands import SubmitActionPlan
from ledger.indicator.responses import PlanStep
from ledger.indicator.stage import present_stage
from ledger.indicator.state import Indicator, Key
from policies.definition import Definition
from policies.escalation import Stage
from policies.period import day_text
from policies.periods import Period
from policies.refusals import ReasonRequired, UnknownBody
from policies.refusals_escalation import (
    DatesOutOfOrder,
    DayInFuture,
    NeverEscalates,
    NoEscalationRules,
    NoStageOpen,
    NoSteps,
    NoValueYet,
    OwnPlan,
    PlanNotWaiting,
    TextRequired,
    TooManySteps,
    UnknownPerson,
    UnknownPlan,
)
from policies.retirement import ALL
from policies.turns import escalates

MOST_STEPS = 100
MOST_SHOWN = 60  # characters of a code that is refused


class Place:
    """Where a command is judged: an indicator of an agreement, on a day, asked by a person."""

    def __init__(
        self,
        state: Indicator,
        definition: Definition,
        agreement: Agreement,
        *,
        actor: str,
        today: date,
        proxy: Indicator | None = None,
    ) -> None:
        self.state = state
        self.today = today
        self._definition = definition
        self._agreement = agreement
        self._actor = actor
        self._proxy = proxy

    def area(self, given: str) -> str:
        """The area a command is about; the first of the agreement's where it names none."""
        area = given or next(iter(self._agreement.areas), "")
        check_area(area, self._agreement.areas)
        return area

    def period(self, code: str) -> Period:
        """The period of a code, which must be one of the indicator's and have begun."""
        return check_period(code, self._definition, self.today)

    def check_body(self, code: str) -> None:
        """Refuse a code, where one is given, that is not of a body of the agreement."""
        bodies = self._agreement.bodies
        if code and code not in bodies:
            known = f"use one of {', '.join(sorted(bodies))}" if bodies else "it has none yet"
            raise UnknownBody(
                f"{code[:MOST_SHOWN]!r} is not a body of this agreement: {known}.", field="body"
            )

    def check_value(self, area: str, period: Period) -> None:
        """Refuse a period that has no headline figure in the area."""
        held = self.state.entries.get(Key(area, period.code, ""))
        if held is None or not has_figure(held.entry):
            raise NoValueYet(
                f"{self.state.code} has no value for {area} and {period.label} yet: submit one"
                " first.",
                field="period",
            )

    def check_happened(self, on: date, period: Period) -> None:
        """Refuse a day that has not come, or lies before the period began."""
        if on > self.today:
            raise DayInFuture(
                f"{on} has not come: record an examination once it has happened.", field="on"
            )
        if on < period.start:
            raise out_of_order("on", on, f"before {period.label} begins", period.start)

    def check_people(self, steps: tuple[PlanStep, ...]) -> None:
        """Refuse who is responsible for a step and holds no role here.

        An id, and one that is known: a name written here would stay in the record for ever.
        """
        people = {
            grant.person
            for grant in self._agreement.grants.values()
            if grant.valid_to is None or self.today <= grant.valid_to
        }
        for n, step in enumerate(steps):
            if step.responsible and step.responsible not in people:
                raise UnknownPerson(
                    f"{step.responsible[:MOST_SHOWN]!r} holds no role in this agreement: give the"
                    " id of a person who does, or leave it out.",
                    field=f"steps[{n}].responsible",
                )

    def stage(self, area: str) -> Stage:
        """The stage at present, where there can be one at all."""
        state = self.state
        if not self._agreement.policies["escalation"]:
            raise NoEscalationRules
        if not escalates(self._definition, state.retired_from):
            why = "retired" if state.retired_from == ALL else "not judged against a target"
            raise NeverEscalates(f"{state.code} is {why}, so no stage can be open for it.")
        return present_stage(state, self._agreement, area, self.today, self._proxy).stage

    def open_stage(self, area: str) -> Stage:
        """The stage at present, which must be one."""
        stage = self.stage(area)
        if stage is Stage.NONE:
            raise NoStageOpen(
                f"No stage is open for {self.state.code} in {area}, so there is nothing to answer;"
                " the board may open one by fast track."
            )
        return stage

    def waiting(self, number: int) -> PlanHeld:
        """The action plan of a number, which waits for a decision and is not the person's own."""
        plan = self.state.plans.get(number)
        if plan is None:
            raise UnknownPlan(f"{self.state.code} has no action plan {number}.")
        if plan.submitted_by == self._actor:
            raise OwnPlan(
                f"You submitted action plan {plan.number}, so somebody else must decide on it."
            )
        if plan.standing is not PlanStanding.SUBMITTED:
            became = plan.standing.value.replace("-", " ")
            raise PlanNotWaiting(
                f"Action plan {plan.number} was {became} already: submit another plan if it is to"
                " be changed."
            )
        return plan

    def review_of(self, plan: PlanHeld, given: date | None) -> date:
        """When an accepted plan is reviewed: as the body says, or the plan, or else the rules."""
        if given is not None:
            if given < self.today:
                raise out_of_order("review_on", given, "before the acceptance", self.today)
            if given < plan.begins_on:
                raise out_of_order("review_on", given, "before the plan begins", plan.begins_on)
            return given
        if plan.review_on is not None and plan.review_on >= self.today:
            return plan.review_on
        settings = escalation_for(self._agreement.policies, self.today, self._agreement.position)
        assert settings is not None, "a stage is open only where rules are adopted"
        return self.today + timedelta(days=settings.review_after_days)


def check_plan(plan: SubmitActionPlan) -> None:
    """Refuse a plan without its steps and texts, or whose dates do not follow one another."""
    needed(plan.cause, "cause", "what lies behind the under-performance")
    if not plan.steps:
        raise NoSteps(field="steps")
    if len(plan.steps) > MOST_STEPS:
        raise TooManySteps(field="steps")
    begins, ends = plan.begins_on, plan.ends_on
    if ends < begins:
        raise out_of_order("ends_on", ends, "before the plan begins", begins)
    for n, step in enumerate(plan.steps):
        needed(step.action, f"steps[{n}].action", "what the step is")
        if step.due_on < begins:
            raise out_of_order(f"steps[{n}].due_on", step.due_on, "before the plan begins", begins)
        if step.due_on > ends:
            raise out_of_order(f"steps[{n}].due_on", step.due_on, "after the plan ends", ends)
    if plan.review_on is not None and plan.review_on < begins:
        raise out_of_order("review_on", plan.review_on, "before the plan begins", begins)


def out_of_order(field: str, day: date, where: str, limit: date) -> DatesOutOfOrder:
    """The refusal of a day that lies before or after another it must not."""
    return DatesOutOfOrder(
        f"{day_text(day)} lies {where}, on {day_text(limit)}: give another day.", field=field
    )


def needed(text: str, field: str, what: str) -> None:
    """Refuse an empty text."""
    if not text:
        raise TextRequired(f"Say {what}, in {field}.", field=field)


def need_reason(text: str) -> None:
    """Refuse an empty reason."""
    if not text:
        raise ReasonRequired(field="reason")
