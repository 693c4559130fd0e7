"""The refusals of what people do about performance: actions, plans, decisions, examinations."""

from policies.refusing import DutyRefusal, Refusal


class OwnPlan(DutyRefusal):
    """Whoever submitted an action plan cannot be the one who accepts it or sends it back."""

    code = "own-plan"


# What a request names


class UnknownPlan(Refusal):
    """The indicator has no action plan with this number."""

    code = "unknown-plan"


class UnknownPerson(Refusal):
    """Nobody with this id is known here."""

    code = "unknown-person"


class UnknownStage(Refusal):
    """A stage is 1 (identification), 2 (action) or 3 (intervention)."""

    code = "unknown-stage"


class UnknownDecision(Refusal):
    """This is not one of the five decisions that a board may make at stage 3."""

    code = "unknown-decision"


# What a request says


class TextRequired(Refusal):
    """Say it in words: this text is needed."""

    code = "text-required"


class NoSteps(Refusal):
    """An action plan has at least one step."""

    code = "no-steps"


class TooManySteps(Refusal):
    """An action plan has at most 100 steps; put the smaller ones together."""

    code = "too-many-steps"


class DatesOutOfOrder(Refusal):
    """The dates do not follow one another as they must."""

    code = "dates-out-of-order"


class DayInFuture(Refusal):
    """This is recorded once it has happened, so its day cannot be later than today."""

    code = "day-in-future"


# What the state forbids


class NoEscalationRules(Refusal):
    """The agreement has adopted no rules of escalation, so no stage can be open."""

    code = "no-escalation-rules"


class NeverEscalates(Refusal):
    """The indicator is never judged against a target, so no stage can be open for it."""

    code = "never-escalates"


class NoStageOpen(Refusal):
    """No stage of escalation is open here, so there is nothing to answer."""

    code = "no-stage-open"


class WrongStage(Refusal):
    """The stage that is open does not ask for this."""

    code = "wrong-stage"


class StageNotHigher(Refusal):
    """A fast track leads to a stage above the one that is open."""

    code = "stage-not-higher"


class PlanNotWaiting(Refusal):
    """The action plan was accepted or sent back already."""

    code = "plan-not-waiting"


class NoValueYet(Refusal):
    """There is no value for this area and period yet; submit one first."""

    code = "no-value-yet"
