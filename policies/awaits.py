"""What an open stage asks for, and of whom."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from policies.escalation import Act, ActKind, Escalation, Stage


class Awaited(StrEnum):
    """What is waited for."""

    REMEDIAL_ACTION = "remedial-action"
    ACTION_PLAN = "action-plan"
    PLAN_ACCEPTANCE = "plan-acceptance"
    REVIEW = "review"
    DECISION = "decision"
    CLOSURE = "closure"
    NEXT_PERIOD = "next-period"


class Asked(StrEnum):
    """Who must act. The value is a role, or the kind of a body."""

    LEAD_OFFICER = "lead-officer"
    THEMATIC_GROUP = "thematic-group"
    BOARD = "board"
    NOBODY = ""


class Awaits(msgspec.Struct, frozen=True, kw_only=True):
    """What an open stage waits for, and who must act.

    ``plan`` is the number of the action plan it is about, 0 for none; ``on`` the day of its
    review. ``words`` says it as a sentence, with the day as ISO 8601.
    """

    what: Awaited
    who: Asked
    words: str
    plan: int = 0
    on: date | None = None


def awaits(escalation: Escalation, acts: Iterable[Act], *, today: date) -> Awaits | None:
    """What the present stage asks for, by what people did since it was none last.

    ``acts`` are all that are known, in the order of their positions. None where there is no stage.
    Source: the rules of judgement, 5.
    """
    spell = escalation.spell
    if not spell:
        return None
    done = [act for act in acts if act.on >= spell[0].on]
    if escalation.stage is Stage.INTERVENTION:
        return _decision(escalation, done)
    plan = _pending(done)
    if plan:
        return Awaits(
            what=Awaited.PLAN_ACCEPTANCE,
            who=Asked.THEMATIC_GROUP,
            words=f"The thematic group is to accept action plan {plan} or send it back.",
            plan=plan,
        )
    if escalation.review_on is not None:
        return _review(escalation, escalation.review_on, today)
    return _plan(done) if escalation.stage is Stage.ACTION else _remedy(escalation, done)


def _remedy(escalation: Escalation, done: Sequence[Act]) -> Awaits:
    if any(act.kind is ActKind.REMEDIAL_ACTION for act in done):
        return _time_tells(escalation, "A remedial action is recorded")
    return Awaits(
        what=Awaited.REMEDIAL_ACTION,
        who=Asked.LEAD_OFFICER,
        words="The lead officer is to record a remedial action.",
    )


def _plan(done: Sequence[Act]) -> Awaits:
    sent_back = [act.plan for act in done if act.kind is ActKind.PLAN_SENT_BACK]
    again = f", since plan {sent_back[-1]} was sent back" if sent_back else ""
    return Awaits(
        what=Awaited.ACTION_PLAN,
        who=Asked.LEAD_OFFICER,
        words=f"The lead officer is to submit an action plan{again}.",
    )


def _pending(done: Sequence[Act]) -> int:
    """The number of the newest plan that was submitted and not answered; 0 for none."""
    answered = {
        act.plan for act in done if act.kind in (ActKind.PLAN_ACCEPTED, ActKind.PLAN_SENT_BACK)
    }
    given = [act.plan for act in done if act.kind is ActKind.PLAN_SUBMITTED]
    return given[-1] if given and given[-1] not in answered else 0


def _review(escalation: Escalation, on: date, today: date) -> Awaits:
    plan = escalation.plan
    if today > on and escalation.over:
        return _closure(f"Action plan {plan} was to be reviewed on {on}")
    if today > on:
        told = f"Action plan {plan} was to be reviewed on {on}; the next due period decides."
    else:
        told = f"The thematic group is to review action plan {plan} on {on}."
    return Awaits(what=Awaited.REVIEW, who=Asked.THEMATIC_GROUP, words=told, plan=plan, on=on)


def _decision(escalation: Escalation, done: Sequence[Act]) -> Awaits:
    since = escalation.spell[-1].on
    if any(act.kind is ActKind.INTERVENTION and act.on >= since for act in done):
        return _time_tells(escalation, "The board has decided")
    return Awaits(
        what=Awaited.DECISION,
        who=Asked.BOARD,
        words="The board is to decide how to intervene.",
    )


def _time_tells(escalation: Escalation, done: str) -> Awaits:
    if escalation.over:
        return _closure(done)
    told = f"{done}; the next due period shows whether it helps."
    return Awaits(what=Awaited.NEXT_PERIOD, who=Asked.NOBODY, words=told)


def _closure(done: str) -> Awaits:
    told = f"{done}; no further period comes due, so the stage stays until the board closes it."
    return Awaits(what=Awaited.CLOSURE, who=Asked.BOARD, words=told)
