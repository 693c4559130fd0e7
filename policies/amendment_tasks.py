"""Whom an amendment waits for: bound partners, whoever proposed it, and the bodies that decide.

In this order: a body is asked once every bound partner has spoken, it is rehearsed as things are,
and neither a refresh nor a freeze holds it back.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from policies.allowed import Place, may
from policies.change_control import BOARD, REVIEWING_BODY
from policies.permissions import MAY, Action, Role
from policies.tasks import Kind, Task

_SPEAKERS = MAY[Action.CONSENT]
_DECIDING = {
    BOARD: (Action.DECIDE, Role.BOARD_MEMBER, "You sit on the board, which is to decide"),
    REVIEWING_BODY: (
        Action.REVIEW,
        Role.CHANGE_REVIEWER,
        "You are a change reviewer, and the reviewing body is to decide",
    ),
}


class OpenAmendment(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that is neither decided nor withdrawn.

    ``since`` is the day of the present proposal, ``authors`` whoever proposed or revised it.
    ``bound`` are the names of the bound partners by code, ``spoke`` the day on which each of them
    consented or objected, ``against`` those that object. ``rehearsed`` is the day of its rehearsal,
    None where there is none, and ``stale`` whether something that matters came since. ``kinds`` are
    the kinds of body that have yet to approve. ``gathered_until`` is the last day of the refresh
    it is in, ``frozen_until`` the first day on which it may be approved.
    """

    number: int
    since: date
    authors: frozenset[str]
    bound: Mapping[str, str] = {}
    spoke: Mapping[str, date] = {}
    against: frozenset[str] = frozenset()
    rehearsed: date | None = None
    stale: bool = False
    kinds: tuple[str, ...] = (BOARD,)
    gathered_until: date | None = None
    frozen_until: date | None = None

    @property
    def silent(self) -> tuple[str, ...]:
        """The bound partners that have neither consented nor objected."""
        return tuple(code for code in sorted(self.bound) if code not in self.spoke)


def to_amend(amendment: OpenAmendment, place: Place) -> list[Task]:
    """Every task of an amendment. ``place`` is the whole agreement, with all of its roles."""
    tasks = [_to_consent(amendment, partner, place) for partner in amendment.silent]
    if amendment.rehearsed is None or amendment.stale:
        tasks.append(_to_rehearse(amendment, place))
    elif not amendment.silent and _ready_on(amendment) <= place.on:
        tasks += [_to_decide(amendment, kind, place) for kind in amendment.kinds]
    return tasks


def _to_consent(amendment: OpenAmendment, partner: str, place: Place) -> Task:
    speakers = {
        grant.person
        for grant in place.grants
        if grant.role in _SPEAKERS and grant.partner == partner and grant.holds_on(place.on)
    }
    return Task(
        kind=Kind.CONSENT,
        people=tuple(sorted(speakers)),
        why=f"You speak for {amendment.bound[partner]}, which this amendment binds.",
        since=amendment.since,
        amendment=amendment.number,
    )


def _to_rehearse(amendment: OpenAmendment, place: Place) -> Task:
    anywhere = frozenset(grant.scope for grant in place.grants) | place.scopes
    there = msgspec.structs.replace(place, scopes=anywhere)
    authors = sorted(one for one in amendment.authors if may(Action.REHEARSE, one, there))
    last = amendment.rehearsed
    why = "it has not been rehearsed yet" if last is None else "what matters to it has changed"
    again = "" if last is None else " since it was rehearsed"
    return Task(
        kind=Kind.REHEARSE,
        people=tuple(authors),
        why=f"You proposed this amendment, and {why}{again}.",
        since=last or amendment.since,
        amendment=amendment.number,
    )


def _to_decide(amendment: OpenAmendment, kind: str, place: Place) -> Task:
    action, role, why = _DECIDING[kind]
    held = {
        grant.person
        for grant in place.grants
        if grant.role is role and grant.person not in amendment.authors
    }
    objects = " A bound partner objects." if amendment.against else ""
    return Task(
        kind=Kind.DECIDE_AMENDMENT,
        people=tuple(sorted(person for person in held if may(action, person, place))),
        why=f"{why} on this amendment.{objects}",
        since=_ready_on(amendment),
        amendment=amendment.number,
    )


def _ready_on(amendment: OpenAmendment) -> date:
    """The first day on which a body could decide, once everybody has spoken."""
    days: list[date] = [amendment.since, *amendment.spoke.values()]
    days += _given(amendment.rehearsed, amendment.frozen_until)
    if amendment.gathered_until is not None:
        days.append(amendment.gathered_until + timedelta(days=1))
    return max(days)


def _given(*days: date | None) -> Iterable[date]:
    return (day for day in days if day is not None)
