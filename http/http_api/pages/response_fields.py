"""The forms of what people do about performance: what each asks, and the command it makes.

Every field is one of the body that the API takes for the same act.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from http_api.api import response_bodies as bodies
from http_api.api.acting import Build
from http_api.pages.filling import Field, Form, Option, Rows
from http_api.pages.links import ACTS
from http_api.pages.response_scene import (
    AREA,
    MINUTE,
    NOTE,
    REASON,
    Scene,
    asked_body,
    below_target,
    board,
    body,
    latest,
    latest_value,
    value,
)
from http_api.pages.vocabulary import DECISION, STAGE_WORD
from http_api.pages.words import capital, day
from policies.escalation import Stage
from policies.permissions import Action

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
            below_target(at),
            Field(
                name="action",
                label="What is done",
                kind="text",
                hint="What changes, who does it, and how you will see that it helps.",
                missing="Say what is done.",
            ),
            Field(name="due_on", label="To be done by (optional)", kind="day"),
        ),
        filled={"area": at.story.area, "period": latest(at)},
    )


def _action_plan(at: Scene) -> Form:
    return Form(
        title="Write an action plan",
        button="Submit the plan",
        fields=(
            AREA,
            below_target(at),
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
            _steps(at),
            Field(
                name="review_on",
                label="To be reviewed on (optional)",
                kind="day",
                hint="Whoever accepts the plan may set another day.",
            ),
        ),
        filled={
            "area": at.story.area,
            "period": latest(at),
            "begins_on": at.today.isoformat(),
        },
    )


def _steps(at: Scene) -> Rows:
    """A row for each step of a plan."""
    people = sorted(at.people.items(), key=lambda one: one[1])
    return Rows(
        name="steps",
        legend="Step",
        another="Add another step",
        missing="Give at least one step.",
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
            body(at),
            MINUTE,
            NOTE,
        ),
        filled={"area": at.story.area, "body": asked_body(at)},
    )


def _return(at: Scene) -> Form:
    return Form(
        title=f"Send action plan {at.plan} back",
        button="Send the plan back",
        fields=(AREA, REASON, body(at), MINUTE),
        filled={"area": at.story.area, "body": asked_body(at)},
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
            body(at),
            MINUTE,
        ),
        filled={"area": at.story.area, "body": board(at)},
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
            body(at),
            MINUTE,
        ),
        filled={
            "area": at.story.area,
            "body": board(at),
            "stage": str(int(above[0])) if len(above) == 1 else "",
        },
    )


def _closure(at: Scene) -> Form:
    return Form(
        title="Close the escalation",
        button="Close it",
        fields=(AREA, REASON, body(at), MINUTE),
        filled={"area": at.story.area, "body": board(at)},
        grave=True,
    )


def _commendation(at: Scene) -> Form:
    return Form(
        title="Commend a performance",
        button="Commend it",
        fields=(
            AREA,
            value(at),
            msgspec.structs.replace(
                REASON, hint="What lies behind it, so that others can learn from it."
            ),
            body(at),
            MINUTE,
        ),
        filled={"area": at.story.area, "period": latest_value(at), "body": asked_body(at)},
    )


def _examination(at: Scene) -> Form:
    return Form(
        title="Record an examination",
        button="Record it",
        fields=(
            AREA,
            value(at),
            Field(
                name="on",
                label="Examined on",
                kind="day",
                hint="The day on which the body looked at it.",
            ),
            body(at),
            MINUTE,
            NOTE,
        ),
        filled={
            "area": at.story.area,
            "period": latest_value(at),
            "on": at.today.isoformat(),
            "body": asked_body(at),
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
