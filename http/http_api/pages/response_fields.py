"""The forms of what people do about performance: what each asks, and the command it makes.

Every field is one of the body that the API takes for the same act.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from http_api.api import response_bodies as bodies
from http_api.api.acting import Build
from http_api.pages.filling import Field, Form, Option, Rows
from http_api.pages.links import ACTS
from http_api.pages.vocabulary import DECISION, STAGE_WORD
from http_api.pages.words import capital, day, figure
from policies.escalation import Stage
from policies.periods import Period, parse_code, period_on, periods_between
from policies.permissions import Action
from projections.answers import AgreementAnswer, IndicatorAnswer, ValueRow
from projections.escalations import ActAnswer, EscalationStory

AREA = Field(name="area", label="", kind="hidden")
REASON = Field(
    name="reason",
    label="Why",
    kind="text",
    hint="It stays on record, and everybody who reads the page sees it.",
    missing="Say why.",
)
NOTE = Field(name="note", label="Note (optional)", kind="text")
MINUTE = Field(
    name="minute_reference",
    label="Reference of the minute (optional)",
    hint="Where the minutes of the body say so, such as 14/2026.",
)
MEANS = {  # of the five decisions
    "review-issues": "Look again at what lies behind the under-performance.",
    "review-why-action-failed": "Find out why what was done did not help.",
    "reallocate-resources": "Move money or people to it.",
    "alternative-solution": "Do something else altogether.",
    "change-control": "Propose another target or definition, by an amendment.",
}
FAST = {
    1: "What is done is asked for.",
    2: "An action plan is asked for.",
    3: "The board is to decide how to intervene.",
}


class Scene(NamedTuple):
    """What a form is drawn from: the indicator in an area as it is today.

    ``people`` are those who hold roles, by id; ``figures`` its headline values; ``boards`` the
    codes of the bodies that are boards; ``plan`` the number of the action plan it is about, 0 for
    none.
    """

    agreement: AgreementAnswer
    sheet: IndicatorAnswer
    story: EscalationStory
    people: Mapping[str, str]
    figures: tuple[ValueRow, ...]
    today: date
    boards: tuple[str, ...] = ()
    plan: int = 0

    @property
    def submitted(self) -> ActAnswer | None:
        """The action plan it is about, as it was submitted."""
        return next(
            (
                act
                for act in self.story.acts
                if act.kind == "plan-submitted" and act.plan == self.plan
            ),
            None,
        )


class ActForm(NamedTuple):
    """One act: what its form asks, and what becomes of that.

    ``about_value`` is an act on the value of a period, which needs no stage.
    """

    action: Action
    shape: type[msgspec.Struct]
    build: Callable[[int], Build[Any]]
    form: Callable[[Scene], Form]
    about_value: bool = False

    @property
    def path(self) -> str:
        """The address of the form below the page of the indicator, as a route has it."""
        return ACTS[self.action].replace("{plan}", "{plan:int}")


def _remedial_action(at: Scene) -> Form:
    return Form(
        title="Record a remedial action",
        button="Record it",
        fields=(
            AREA,
            _period(at),
            Field(
                name="action",
                label="What is done",
                kind="text",
                hint="What changes, who does it, and how you will see that it helps.",
                missing="Say what is done.",
            ),
            Field(name="due_on", label="To be done by (optional)", kind="day"),
        ),
        filled={"area": at.story.area, "period": _latest(at)},
    )


def _action_plan(at: Scene) -> Form:
    people = sorted(at.people.items(), key=lambda one: one[1])
    return Form(
        title="Write an action plan",
        button="Submit the plan",
        fields=(
            AREA,
            _period(at),
            Field(
                name="cause",
                label="What lies behind the under-performance",
                kind="text",
                missing="Say what lies behind the under-performance.",
            ),
            Field(
                name="begins_on",
                label="First day of the plan",
                kind="day",
                missing="Give the first day of the plan.",
            ),
            Field(
                name="ends_on",
                label="Last day of the plan",
                kind="day",
                hint="Every step is due between the two.",
                missing="Give the last day of the plan.",
            ),
            Rows(
                name="steps",
                legend="Step",
                another="Add another step",
                fields=(
                    Field(
                        name="action",
                        label="What is done",
                        kind="text",
                        missing="Say what is done.",
                    ),
                    Field(name="due_on", label="By when", kind="day", missing="Say by when."),
                    Field(
                        name="responsible",
                        label="By whom (optional)",
                        kind="choice",
                        options=(Option("", "Nobody named"), *(Option(*one) for one in people)),
                    ),
                ),
            ),
            Field(
                name="review_on",
                label="To be reviewed on (optional)",
                kind="day",
                hint="Whoever accepts the plan may set another day.",
            ),
        ),
        filled={
            "area": at.story.area,
            "period": _latest(at),
            "begins_on": at.today.isoformat(),
        },
    )


def _acceptance(at: Scene) -> Form:
    plan = at.submitted
    proposed = plan.review_on if plan else None
    left = f"on {day(proposed)}, as the plan says" if proposed and proposed >= at.today else (
        "as many days from now as the rules of escalation say"
    )  # fmt: skip
    return Form(
        title=f"Accept action plan {at.plan}",
        button="Accept the plan",
        fields=(
            AREA,
            Field(
                name="review_on",
                label="To be reviewed on (optional)",
                kind="day",
                hint=f"Left empty, it is reviewed {left}.",
            ),
            _body(at),
            MINUTE,
            NOTE,
        ),
        filled={"area": at.story.area, "body": _asked_body(at)},
    )


def _return(at: Scene) -> Form:
    return Form(
        title=f"Send action plan {at.plan} back",
        button="Send the plan back",
        fields=(AREA, REASON, _body(at), MINUTE),
        filled={"area": at.story.area, "body": _asked_body(at)},
    )


def _intervention(at: Scene) -> Form:
    decisions = tuple(Option(code, text, MEANS[code]) for code, text in DECISION.items())
    return Form(
        title="Decide how to intervene",
        button="Record the decision",
        fields=(
            AREA,
            Field(
                name="decision",
                label="What the board decides",
                kind="radios",
                options=decisions,
                missing="Choose what the board decides.",
            ),
            REASON,
            _body(at),
            MINUTE,
        ),
        filled={"area": at.story.area, "body": _board(at)},
    )


def _fast_track(at: Scene) -> Form:
    above = [stage for stage in Stage if stage > at.story.stage]
    return Form(
        title="Move to a higher stage at once",
        button="Move it",
        fields=(
            AREA,
            Field(
                name="stage",
                label="To which stage",
                kind="radios",
                options=tuple(
                    Option(str(int(one)), capital(STAGE_WORD[one]), FAST[one]) for one in above
                ),
                missing="Choose the stage.",
            ),
            REASON,
            _body(at),
            MINUTE,
        ),
        filled={
            "area": at.story.area,
            "body": _board(at),
            "stage": str(int(above[0])) if len(above) == 1 else "",
        },
    )


def _closure(at: Scene) -> Form:
    return Form(
        title="Close the escalation",
        button="Close it",
        fields=(AREA, REASON, _body(at), MINUTE),
        filled={"area": at.story.area, "body": _board(at)},
        grave=True,
    )


def _commendation(at: Scene) -> Form:
    return Form(
        title="Commend a performance",
        button="Commend it",
        fields=(
            AREA,
            _value(at),
            msgspec.structs.replace(
                REASON, hint="What lies behind it, so that others can learn from it."
            ),
            _body(at),
            MINUTE,
        ),
        filled={"area": at.story.area, "period": _latest_value(at), "body": _asked_body(at)},
    )


def _examination(at: Scene) -> Form:
    return Form(
        title="Record an examination",
        button="Record it",
        fields=(
            AREA,
            _value(at),
            Field(
                name="on",
                label="Examined on",
                kind="day",
                hint="The day on which the body looked at it.",
            ),
            _body(at),
            MINUTE,
            NOTE,
        ),
        filled={
            "area": at.story.area,
            "period": _latest_value(at),
            "on": at.today.isoformat(),
            "body": _asked_body(at),
        },
    )


ACT_FORMS: tuple[ActForm, ...] = (
    ActForm(
        Action.RECORD_REMEDIAL_ACTION,
        bodies.RemedialActionBody,
        lambda _: bodies.remedial_action,
        _remedial_action,
    ),
    ActForm(
        Action.SUBMIT_PLAN,
        bodies.ActionPlanBody,
        lambda _: bodies.action_plan,
        _action_plan,
    ),
    ActForm(
        Action.ACCEPT_PLAN,
        bodies.AcceptanceBody,
        bodies.acceptance,
        _acceptance,
    ),
    ActForm(
        Action.SEND_BACK_PLAN,
        bodies.PlanReturnBody,
        bodies.sending_back,
        _return,
    ),
    ActForm(
        Action.DECIDE_INTERVENTION,
        bodies.InterventionBody,
        lambda _: bodies.intervention,
        _intervention,
    ),
    ActForm(
        Action.FAST_TRACK,
        bodies.FastTrackBody,
        lambda _: bodies.fast_track,
        _fast_track,
    ),
    ActForm(
        Action.CLOSE_ESCALATION,
        bodies.ClosureBody,
        lambda _: bodies.closure,
        _closure,
    ),
    ActForm(
        Action.COMMEND,
        bodies.CommendationBody,
        lambda _: bodies.commendation,
        _commendation,
        about_value=True,
    ),
    ActForm(
        Action.EXAMINE,
        bodies.ExaminationBody,
        lambda _: bodies.examination,
        _examination,
        about_value=True,
    ),
)


def _period(at: Scene) -> Field:
    return Field(
        name="period",
        label="Period that is below target",
        kind="choice",
        options=tuple(Option(one.code, one.label) for one in _begun(at)),
        missing="Choose the period.",
    )


def _begun(at: Scene) -> list[Period]:
    """The indicator's periods that have begun, the latest first."""
    it = at.sheet.definition
    now = period_on(at.today, it.calendar, it.interval, it.pooled_years)
    between = periods_between(
        it.calendar, it.interval, at.agreement.start, at.today, it.pooled_years
    )
    return [now, *(one for one in reversed(between) if one != now)]


def _latest(at: Scene) -> str:
    """The period that moved the stage last; else the latest that is over."""
    moved = [move.period for move in at.story.moves if move.period and not move.proxy]
    begun = [one.code for one in _begun(at)]
    told = [code for code in reversed(moved) if code in begun]
    return (told or begun[1:] or begun)[0]


def _value(at: Scene) -> Field:
    return Field(
        name="period",
        label="Value",
        kind="choice",
        options=tuple(
            Option(row.period, f"{row.period_label}: {figure(row.judged or '', at.story.unit)}")
            for row in reversed(at.figures)
        ),
        missing="Choose the value.",
    )


def _latest_value(at: Scene) -> str:
    ends = [(parse_code(row.period).end, row.period) for row in at.figures]
    return max(ends)[1] if ends else ""


def _body(at: Scene) -> Field:
    known = (Option(one.code, one.name) for one in at.agreement.bodies)
    return Field(
        name="body",
        label="For which body (optional)",
        kind="choice",
        options=(Option("", "None named"), *known),
    )


def _asked_body(at: Scene) -> str:
    """The body that must act, where it is one; else the only one there is."""
    asked = at.story.awaits.body if at.story.awaits else ()
    known = [one.code for one in at.agreement.bodies]
    candidates = list(asked) or known
    return candidates[0] if len(candidates) == 1 else ""


def _board(at: Scene) -> str:
    """The board, where there is one."""
    return at.boards[0] if len(at.boards) == 1 else ""
