"""Assigning and ending roles: who gives which role to whom, over what and on which days."""

from datetime import date
from typing import NamedTuple

import msgspec

from ledger.agreement.events import RoleAssigned, RoleEnded
from ledger.agreement.state import Agreement, grant_of
from ledger.person import Person
from policies.period import day_text
from policies.permissions import OVERSIGHT, Action, Grant, Role, check_may
from policies.refusals import DutyRefusal, OtherPartner
from policies.refusals_escalation import DatesOutOfOrder, UnknownPerson
from policies.refusals_roles import OwnRole, RoleHeld, RoleNotHeld, UnknownScope

# Commands


class AssignRole(msgspec.Struct, frozen=True, kw_only=True):
    """Give a person a role over a scope, or set its days anew.

    ``partner`` may be left out: it is that of the person, and can be no other. The role counts
    from ``valid_from`` to ``valid_to``, both days included; without them, always.
    """

    person: str
    role: Role
    scope: str
    partner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class EndRole(msgspec.Struct, frozen=True, kw_only=True):
    """Take a role from a person."""

    person: str
    role: Role
    scope: str


class By(NamedTuple):
    """Who assigns or ends, by which roles, and on which day."""

    actor: str
    grants: tuple[Grant, ...]
    today: date


# Decisions


def check_entitled(state: Agreement, person: str, role: Role, scope: str, by: By) -> None:
    """Refuse whoever may not assign or end this role.

    Nobody assigns or ends a role of their own. A role over a part is for assigning within that
    part. Only an administrator assigns and ends the roles of administrators and auditors. Raises
    OwnRole and NoRole.
    """
    if person == by.actor:
        raise OwnRole
    check_may(
        action_for(role),
        person=by.actor,
        grants=by.grants,
        scopes=state.scopes_over(scope),
        on=by.today,
    )


def is_entitled(state: Agreement, person: str, role: Role, scope: str, by: By) -> bool:
    """Whether somebody may assign or end this role, for pages that offer it."""
    try:
        check_entitled(state, person, role, scope, by)
    except DutyRefusal:
        return False
    return True


def action_for(role: Role) -> Action:
    """What somebody does who assigns or ends this role."""
    return Action.ASSIGN_OVERSIGHT if role in OVERSIGHT else Action.ASSIGN_ROLE


def assign(state: Agreement, command: AssignRole, by: By, of: Person | None) -> RoleAssigned:
    """The role that is assigned; ``of`` is the person it is given to, None where there is nobody.

    Raises OwnRole, NoRole, OtherPartner, UnknownScope, UnknownPerson, DatesOutOfOrder, RoleHeld.
    """
    check_entitled(state, command.person, command.role, command.scope, by)
    _check_scope(state, command.scope)
    if of is None:
        raise UnknownPerson(
            f"Nobody with the id {command.person!r} is known: add the person first.",
            field="person",
        )
    if command.partner not in ("", of.partner):
        theirs = f"belongs to {of.partner}" if of.partner else "belongs to no partner"
        raise OtherPartner(
            f"{command.person} {theirs}, and can hold no role for {command.partner}.",
            field="partner",
        )
    _check_days(command, by.today)
    event = RoleAssigned(
        person=command.person,
        role=command.role,
        scope=command.scope,
        partner=of.partner,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    if state.grants.get((event.person, event.role, event.scope)) == grant_of(event):
        raise RoleHeld
    return event


def end(state: Agreement, command: EndRole, by: By) -> RoleEnded:
    """The role that is ended. Raises OwnRole, NoRole, UnknownScope and RoleNotHeld."""
    check_entitled(state, command.person, command.role, command.scope, by)
    _check_scope(state, command.scope)
    if (command.person, command.role, command.scope) not in state.grants:
        raise RoleNotHeld(
            f"{command.person} does not hold the role {command.role.value} over {command.scope}.",
            field="person",
        )
    return RoleEnded(person=command.person, role=command.role, scope=command.scope)


def _check_scope(state: Agreement, scope: str) -> None:
    if not state.has_scope(scope):
        raise UnknownScope(
            f"{scope!r} is not the agreement, nor a block, outcome or indicator of it.",
            field="scope",
        )


def _check_days(command: AssignRole, today: date) -> None:
    if command.valid_to is None:
        return
    if command.valid_from is not None and command.valid_to < command.valid_from:
        raise DatesOutOfOrder(
            f"The last day, {day_text(command.valid_to)}, is before the first,"
            f" {day_text(command.valid_from)}.",
            field="valid_to",
        )
    if command.valid_to < today:
        raise DatesOutOfOrder(
            f"The last day, {day_text(command.valid_to)}, is over: to take a role away, end it.",
            field="valid_to",
        )
