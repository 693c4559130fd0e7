"""What a person may do with the values of an indicator today, as its fold and the roles stand."""

from collections.abc import Iterable
from datetime import date

from ledger.acts import grants_of
from ledger.agreement.state import Agreement
from ledger.indicator.state import Held, Indicator
from policies import allowed
from policies.allowed import Place
from policies.periods import parse_code
from policies.permissions import Action
from policies.retirement import is_retired


def place_of(body: Agreement, state: Indicator, person: str, on: date) -> Place:
    """An indicator on a day, as the rules of roles ask for it."""
    data_owner = state.definition.data_owner if state.definition else ""
    return Place(
        grants=tuple(grants_of(body, person)),
        scopes=body.scopes_of(state.code),
        on=on,
        data_owners=body.data_owners(data_owner),
    )


def may_enter(body: Agreement, state: Indicator, person: str, on: date) -> bool:
    """Whether a person may give figures for an indicator, in periods that are not retired."""
    return allowed.may(Action.SUBMIT, person, place_of(body, state, person, on))


def offered(
    body: Agreement, state: Indicator, held: Held, person: str, on: date
) -> frozenset[Action]:
    """What a person may do with an entry that holds."""
    return allowed.allowed(
        person,
        place_of(body, state, person, on),
        held.standing,
        by=(held.submitted_by, held.corrected_by),
        retired=is_retired(state.retired_from, parse_code(held.entry.period)),
    )


def signers(body: Agreement, state: Indicator, on: date, *, but: Iterable[str]) -> tuple[str, ...]:
    """Who may sign an entry off next: all with the role, ``but`` those who gave or corrected it."""
    return allowed.holders(Action.SIGN_OFF, place_of(body, state, "", on), but=but)
