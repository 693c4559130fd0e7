"""What waits for whom: each duty of a person as a task, with its date and why it is theirs.

A task is only ever somebody's who may do what it asks, by the rules of permissions. Why it is
theirs is told to the person themselves.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec

from policies.allowed import Place, may
from policies.permissions import Action, Role


class Kind(StrEnum):
    """What is to be done."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    SIGN_OFF = "sign-off"
    REMEDIAL_ACTION = "remedial-action"
    WRITE_PLAN = "write-plan"
    ACCEPT_PLAN = "accept-plan"
    DECIDE_INTERVENTION = "decide-intervention"
    CONSENT = "consent"
    REHEARSE = "rehearse-amendment"
    DECIDE_AMENDMENT = "decide-amendment"
    COMMIT_LOAD = "commit-load"
    EXAMINE = "examine"


class Urgency(StrEnum):
    """How pressing a task is: late, with a date that is not past, or without one."""

    OVERDUE = "overdue"
    DUE = "due"
    WAITING = "waiting"


class Duty(NamedTuple):
    """What a task of a kind asks for, and of which role: fewer than all that may do it."""

    action: Action
    roles: frozenset[Role]


_ENTERING = frozenset({Role.ENTRY_OFFICER})
_LEADING = frozenset({Role.LEAD_OFFICER})
_SITTING = frozenset({Role.BOARD_MEMBER})

ASKED: Mapping[Kind, Duty] = {
    Kind.SUBMIT: Duty(Action.SUBMIT, _ENTERING),
    Kind.RESUBMIT: Duty(Action.CORRECT, _ENTERING),
    Kind.SIGN_OFF: Duty(Action.SIGN_OFF, frozenset({Role.SIGN_OFF_OFFICER})),
    Kind.REMEDIAL_ACTION: Duty(Action.RECORD_REMEDIAL_ACTION, _LEADING),
    Kind.WRITE_PLAN: Duty(Action.SUBMIT_PLAN, _LEADING),
    Kind.ACCEPT_PLAN: Duty(Action.ACCEPT_PLAN, _SITTING),
    Kind.DECIDE_INTERVENTION: Duty(Action.DECIDE_INTERVENTION, _SITTING),
    Kind.EXAMINE: Duty(Action.EXAMINE, _SITTING),
}


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for people, each of whom may do it.

    ``since`` is the day from which it waits, ``due_on`` the last day on which it is on time, None
    where there is no such day; ``days_late`` are counted from there. ``values`` are how many
    entries it is about, where it is about entries.
    """

    kind: Kind
    people: tuple[str, ...]
    why: str
    urgency: Urgency = Urgency.WAITING
    since: date | None = None
    due_on: date | None = None
    days_late: int = 0
    indicator: str = ""
    area: str = ""
    period: str = ""
    plan: int = 0
    amendment: int = 0
    load: str = ""
    file: str = ""
    values: int = 0


def asked_of(kind: Kind, place: Place, *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """Whose a task of a kind is: everybody in its role who may do it there, but for some."""
    action, roles = ASKED[kind]
    away = set(but)
    held = {
        grant.person
        for grant in place.grants
        if grant.role in roles and grant.scope in place.scopes and grant.person not in away
    }
    theirs = msgspec.structs.replace(
        place, grants=tuple(grant for grant in place.grants if grant.role in roles)
    )
    return tuple(sorted(person for person in held if may(action, person, theirs)))


def order_of(task: Task) -> tuple[int, date, str, date, str, str]:
    """By which tasks are told: the most pressing first, and of these the oldest."""
    day = task.due_on or task.since or date.max
    since = task.since or date.max
    return (
        list(Urgency).index(task.urgency), day, task.kind.value, since, task.indicator, task.period
    )  # fmt: skip
