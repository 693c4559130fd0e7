"""Roles assigned and ended: decided on what is stored, and recorded in the agreement's stream.

Decided and tried again like the other acts on the agreement itself, sealing and refreshes.
"""

from collections.abc import Callable

from ledger.acts import Act, grants_of
from ledger.agreement.assigning import AssignRole, By, EndRole, assign, end
from ledger.agreement.state import Agreement
from ledger.amending.recording import (
    Acted,
    Said,
    append,
    body_of,
    placed,
    refuse_duty,
    until_recorded,
)
from ledger.event import Event
from ledger.knowing import is_known
from ledger.moving import people_held
from ledger.people import people
from ledger.person import Person
from ledger.record import Record
from policies.refusals import DutyRefusal

ASSIGN, END = "assign-role", "end-role"  # of commands, in commits and in refused actions


def assign_role(record: Record, agreement: str, command: AssignRole, act: Act) -> Acted:
    """Give a person a role, or set its days anew.

    Raises UnknownAgreement, whatever the decision refuses, and Conflict; a refused duty is
    recorded.
    """

    def decide(body: Agreement) -> Event:
        return assign(body, command, _by(body, act), _person(record, command.person))

    with people_held(record):
        return _record(record, agreement, ASSIGN, command, act, decide)


def end_role(record: Record, agreement: str, command: EndRole, act: Act) -> Acted:
    """Take a role from a person. Raises as ``assign_role``."""

    def decide(body: Agreement) -> Event:
        return end(body, command, _by(body, act))

    return _record(record, agreement, END, command, act, decide)


def _record(
    record: Record,
    agreement: str,
    name: str,
    command: AssignRole | EndRole,
    act: Act,
    decide: Callable[[Agreement], Event],
) -> Acted:
    def attempt() -> Acted:
        body = body_of(record, agreement)
        try:
            event = decide(body)
        except DutyRefusal as refusal:
            tried = _tried(record, body, command)
            return refuse_duty(record, act, agreement, name, refusal, tried=tried)
        return append(record, act, name, placed(act, body.id, body.version, event), Said())

    return until_recorded(record, act, attempt)


def _tried(record: Record, body: Agreement, command: AssignRole | EndRole) -> dict[str, str]:
    """What a refused try says of itself; a word that names nothing here may be anybody's name."""
    return {
        "person": command.person if is_known(record, command.person) else "",
        "role": command.role.value,
        "scope": command.scope if body.has_scope(command.scope) else "",
    }


def _by(body: Agreement, act: Act) -> By:
    return By(act.actor, tuple(grants_of(body, act.actor)), act.today)


def _person(record: Record, id: str) -> Person | None:  # noqa: A002 - what it is called everywhere
    """A person of the table, None where there is nobody or their name was erased."""
    with record.pool.connection() as connection:
        found = people(connection).get(id)
    return found if found is not None and found.name else None
