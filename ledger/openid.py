"""Signing in with a provider of OpenID Connect: sign-ins that were begun, and who somebody is.

A sign-in is begun under a secret that only the browser keeps. It is finished once, in time, by
whoever brings the secret.
"""

from datetime import datetime
from hashlib import sha256

import msgspec

from ledger.engine import Connection
from ledger.people import HAS_ADDRESS
from ledger.tries import place_of
from policies.refusals_sign_in import OtherAccount, SignInNotBegun, UnknownHere
from policies.sign_in import MOST_BEGUN, MOST_BEGUN_FROM_AN_ADDRESS, OPENID_HOLDS


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is for a provider, whose ``issuer`` is its own name for itself."""

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False  # whether the provider has seen that the address is theirs


def begin(connection: Connection, secret: str, going_on: str, address: str, at: datetime) -> None:
    """Keep that a sign-in was begun from an address, and where to go after it.

    Anybody may begin one: of an address, and of all, no more than so many are kept, the latest. To
    refuse would let one keep out everybody behind the same address.
    """
    place = place_of(address)
    connection.execute("DELETE FROM people.openid_begun WHERE began_at < %s", (at - OPENID_HOLDS,))
    connection.execute(
        "INSERT INTO people.openid_begun (sha256, going_on, address, began_at)"
        " VALUES (%s, %s, %s, %s)",
        (_digest(secret), going_on, place, at),
    )
    connection.execute(
        "DELETE FROM people.openid_begun WHERE sha256 IN (SELECT sha256 FROM people.openid_begun"
        " WHERE address = %s ORDER BY began_at DESC OFFSET %s)",
        (place, MOST_BEGUN_FROM_AN_ADDRESS),
    )
    connection.execute(
        "DELETE FROM people.openid_begun WHERE sha256 IN"
        " (SELECT sha256 FROM people.openid_begun ORDER BY began_at DESC OFFSET %s)",
        (MOST_BEGUN,),
    )


def finish(connection: Connection, secret: str, at: datetime) -> str:
    """Where to go after a sign-in that was begun, once. Raises SignInNotBegun."""
    row = connection.execute(
        "DELETE FROM people.openid_begun WHERE sha256 = %s RETURNING going_on, began_at",
        (_digest(secret),),
    ).fetchone()
    if row is None or row[1] < at - OPENID_HOLDS:
        raise SignInNotBegun
    return str(row[0])


def person_of(connection: Connection, claimed: Claimed, provider: str) -> str:
    """The id of the person somebody is here. ``provider`` is what people call the provider.

    Whoever comes the first time is known by the address that the provider has verified, where
    exactly one person has it; from then on by their subject alone. Raises UnknownHere, and
    OtherAccount for an address whose person is another subject already.
    """
    known = _with_subject(connection, claimed)
    if known is not None:
        return known
    person = _with_address(connection, claimed, provider)
    connection.execute(
        "INSERT INTO people.subject (issuer, subject, person) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (claimed.issuer, claimed.subject, person),
    )
    if _with_subject(connection, claimed) != person:
        raise OtherAccount(
            f"{claimed.email} belongs to somebody who signed in with another account of"
            f" {provider}: ask an administrator."
        )
    return person


def forget(connection: Connection, person: str) -> int:
    """Forget who a person is for providers; answer of how many accounts.

    The next sign-in is by a verified address again.
    """
    return connection.execute("DELETE FROM people.subject WHERE person = %s", (person,)).rowcount


def _with_subject(connection: Connection, claimed: Claimed) -> str | None:
    row = connection.execute(
        "SELECT person FROM people.subject WHERE issuer = %s AND subject = %s",
        (claimed.issuer, claimed.subject),
    ).fetchone()
    return None if row is None else str(row[0])


def _with_address(connection: Connection, claimed: Claimed, provider: str) -> str:
    if not claimed.email:
        raise UnknownHere(
            f"You are known to {provider}, which does not say by which address: ask an"
            " administrator."
        )
    you = f"You are known to {provider} as {claimed.email}"
    if not claimed.verified:
        raise UnknownHere(
            f"{you}, but {provider} has not verified that address: verify it there, or ask an"
            " administrator."
        )
    found = connection.execute(
        f"SELECT id FROM people.person WHERE {HAS_ADDRESS}",  # noqa: S608 - a text of ours
        (claimed.email,),
    ).fetchall()
    if not found:
        raise UnknownHere(f"{you}, but nobody here has that address: ask an administrator.")
    if len(found) > 1:
        raise UnknownHere(f"{you}, and several people here have it: ask an administrator.")
    return str(found[0][0])


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
