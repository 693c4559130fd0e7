"""Who may chase figures: whoever collects them, and sees what waits for everybody."""

from datetime import date

from ledger.acts import grants_of
from ledger.agreement.state import Agreement
from policies.permissions import Action, check_may
from policies.refusals import Refusal


def check_may_chase(person: str, agreement: Agreement, on: date) -> None:
    """Refuse whoever is not a performance officer of any part of an agreement. Raises NoRole."""
    grants = tuple(grants_of(agreement, person))
    check_may(
        Action.CHASE,
        person=person,
        grants=grants,
        scopes=frozenset(grant.scope for grant in grants if grant.person == person),
        on=on,
    )


def may_chase(person: str, agreement: Agreement, on: date) -> bool:
    """Whether they are not refused it."""
    try:
        check_may_chase(person, agreement, on)
    except Refusal:
        return False
    return True
