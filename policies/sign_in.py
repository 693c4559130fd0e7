"""What signing in asks: a good password, not too many tries, and what an access token is good for.

The numbers follow the advice of the UK's National Cyber Security Centre and NIST SP 800-63B: length
rather than kinds of characters, and slowing down whoever guesses.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

import msgspec

from policies.permissions import Access, Action
from policies.refusals_sign_in import TooManyTries, WeakPassword

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200  # characters
FEWEST_CHARACTERS = 5  # that differ
LINK_HOLDS = timedelta(hours=24)
SESSION_HOLDS = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
TRIES_WITHIN = timedelta(minutes=15)
BROWSER_KNOWN = timedelta(days=90)  # since somebody signed in with it
OPENID_HOLDS = timedelta(minutes=10)  # from going to a provider to coming back


class Tries(msgspec.Struct, frozen=True):
    """How many tries failed within ``TRIES_WITHIN``: of a name from an address, and of each."""

    of_both: int
    of_name: int
    of_address: int


# One guesser is stopped soon; many together later, so that nobody can easily lock another out. A
# browser that a person signed in with before is a place of its own, and none of the many.
MOST_TRIES = Tries(of_both=5, of_name=50, of_address=100)


# Of sign-ins that go by way of a provider, begun and not finished within ``OPENID_HOLDS``. Of more
# the oldest are forgotten.
MOST_BEGUN_FROM_AN_ADDRESS = 100
MOST_BEGUN = 10_000


class Scope(StrEnum):
    """What an access token may be used for, within the rights of its holder."""

    READ = "read"
    SUBMIT = "submit"
    LOAD = "load"
    ADMINISTER = "administer"


# Every other action is one of submitting: it records what a person does about figures.
_SCOPES: dict[Access | Action, Scope] = {
    Access.ANYONE: Scope.READ,
    Access.A_PERSON: Scope.READ,
    Action.READ: Scope.READ,
    Action.CHASE: Scope.READ,
    Action.LOAD: Scope.LOAD,
    Action.SET_UP: Scope.ADMINISTER,
    Action.MANAGE_PEOPLE: Scope.ADMINISTER,
    Action.ASSIGN_ROLE: Scope.ADMINISTER,
    Action.ASSIGN_OVERSIGHT: Scope.ADMINISTER,
}


def scope_for(right: Access | Action) -> Scope:
    """The scope that an access token must have for what needs a right."""
    return _SCOPES.get(right, Scope.SUBMIT)


def check_tries(failed: Tries) -> None:
    """Refuse another try after too many that failed. Raises TooManyTries."""
    if (
        failed.of_both >= MOST_TRIES.of_both
        or failed.of_name >= MOST_TRIES.of_name
        or failed.of_address >= MOST_TRIES.of_address
    ):
        raise TooManyTries(again_in=int(TRIES_WITHIN.total_seconds()))


def check_password(password: str, known: Iterable[str]) -> None:
    """Refuse a password that is easily guessed. ``known`` are names and addresses of its holder.

    Raises WeakPassword.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters: three random"
            " words make a good one.",
            field="password",
        )
    plain = password.casefold()
    if len(set(plain)) < FEWEST_CHARACTERS or any(plain == each.casefold() for each in known):
        raise WeakPassword(
            "This password is easily guessed: three random words make a good one.",
            field="password",
        )
