"""The tasks of open stages, and of files that wait to be committed."""

from collections.abc import Iterable, Mapping
from datetime import date

from policies.allowed import Place, may
from policies.awaits import Awaited, Awaits
from policies.collecting import days_late
from policies.escalation import Act, ActKind, Escalation
from policies.permissions import Action
from policies.tasks import ASKED, Kind, Task, Urgency

# What an open stage waits for, that is for somebody to do.
KIND_OF: Mapping[Awaited, Kind] = {
    Awaited.REMEDIAL_ACTION: Kind.REMEDIAL_ACTION,
    Awaited.ACTION_PLAN: Kind.WRITE_PLAN,
    Awaited.PLAN_ACCEPTANCE: Kind.ACCEPT_PLAN,
    Awaited.DECISION: Kind.DECIDE_INTERVENTION,
}
_WHY = {
    Kind.REMEDIAL_ACTION: "You are a lead officer for this indicator, which is at stage {stage}.",
    Kind.WRITE_PLAN: "You are a lead officer for this indicator, which is at stage {stage} and"
    " has no action plan.",
    Kind.ACCEPT_PLAN: "You sit on the thematic group for this indicator: action plan {plan} waits"
    " for its answer.",
    Kind.DECIDE_INTERVENTION: "You sit on the board: this indicator is at stage {stage}.",
}


def to_answer(
    indicator: str,
    area: str,
    asked: Awaits,
    escalation: Escalation,
    acts: Iterable[Act],
    people: Iterable[str],
    place: Place,
) -> Task:
    """The task of an open stage that waits for one of ``KIND_OF``.

    ``people`` are those whom the stage asks: it is theirs who may do it, and nobody accepts a plan
    of their own.
    """
    kind = KIND_OF[asked.what]
    action, spell, done = ASKED[kind].action, escalation.spell, list(acts)
    about = [act for act in done if act.plan == asked.plan and act.kind is ActKind.PLAN_SUBMITTED]
    since = spell[-1].on
    but: tuple[str, ...] = ()
    if kind is Kind.ACCEPT_PLAN:
        since, but = about[-1].on, (about[-1].actor,)
    elif kind is Kind.WRITE_PLAN:
        since = max([since, *(act.on for act in done if act.kind is ActKind.PLAN_SENT_BACK)])
    return Task(
        kind=kind,
        people=tuple(one for one in people if one not in but and may(action, one, place)),
        why=_WHY[kind].format(stage=int(escalation.stage), plan=asked.plan),
        since=since,
        indicator=indicator,
        area=area,
        plan=asked.plan,
    )


def to_commit(load: str, file: str, sender: str, since: date, expires: date, place: Place) -> Task:
    """The task of a file that is checked and waits for whoever sent it, until it is given up."""
    late = days_late(expires, place.on)
    return Task(
        kind=Kind.COMMIT_LOAD,
        people=(sender,) if may(Action.LOAD, sender, place) else (),
        why="You sent this file, and it is checked.",
        urgency=Urgency.OVERDUE if late else Urgency.DUE,
        since=since,
        due_on=expires,
        days_late=late,
        load=load,
        file=file,
    )
