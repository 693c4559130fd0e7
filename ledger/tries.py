"""Tries to sign in that failed, counted by what was typed as a name and by where they come from.

Those of a browser that somebody signed in with before are counted apart, for this person: else
strangers who guess could keep them out.
"""

from datetime import datetime
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from msgspec.structs import replace

from ledger.engine import Connection
from ledger.people import HAS_ADDRESS
from policies.refusals_sign_in import TooManyTries
from policies.sign_in import BROWSER_KNOWN, TRIES_WITHIN, Tries, check_tries


class Whence(NamedTuple):
    """Where a try comes from: an address, and by which secret a browser is known, "" for none."""

    address: str
    browser: str = ""


class Counted(NamedTuple):
    """Under what a try is counted: the digest of what was typed as a name, and whence it comes."""

    typed: bytes
    place: str


def place_of(address: str) -> str:
    """Where a try comes from: who has one IPv6 address has all that begin with the same half."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return address


def count_as_failed(connection: Connection, name: str, whence: Whence, at: datetime) -> Counted:
    """Count a try as one that failed, before it is known whether it does. Raises TooManyTries.

    So of many that come at once no more are looked at than of many in turn. One that is not looked
    at is not counted, or whoever goes on trying would keep the holder out for ever.
    """
    known = _is_known(connection, name, whence, at)
    place = f"browser {_digest(whence.browser).hex()}" if known else place_of(whence.address)
    counted = Counted(_digest(name.casefold()), place)
    connection.execute("DELETE FROM people.failed_try WHERE at < %s", (at - TRIES_WITHIN,))
    row = connection.execute(
        "INSERT INTO people.failed_try (typed, address, at) VALUES (%s, %s, %s)"
        " RETURNING ctid::text",
        (*counted, at),
    ).fetchone()
    assert row is not None
    try:
        failed = _failed(connection, counted, at)
        check_tries(replace(failed, of_name=0) if known else failed)
    except TooManyTries:
        connection.execute(
            "DELETE FROM people.failed_try WHERE ctid = %s::tid AND typed = %s AND at = %s",
            (*row, counted.typed, at),
        )
        raise
    return counted


def forget_failed(connection: Connection, counted: Counted) -> None:
    """Forget the tries of a name from a place: one of them did not fail."""
    connection.execute("DELETE FROM people.failed_try WHERE typed = %s AND address = %s", counted)


def remember_browser(
    connection: Connection, person: str, sent: str, fresh: str, at: datetime
) -> str:
    """Know a browser by which a person has shown who they are; answer the secret it is to keep.

    That is the one it ``sent``, where it is one of ours, or else a ``fresh`` one. Browsers that
    nobody signed in with for long are forgotten.
    """
    connection.execute("DELETE FROM people.known_browser WHERE seen_at < %s", (at - BROWSER_KNOWN,))
    ours = connection.execute(
        "SELECT FROM people.known_browser WHERE sha256 = %s", (_digest(sent),)
    )
    secret = fresh if ours.fetchone() is None else sent
    connection.execute(
        "INSERT INTO people.known_browser (sha256, person, seen_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (sha256, person) DO UPDATE SET seen_at = excluded.seen_at",
        (_digest(secret), person, at),
    )
    return secret


def _is_known(connection: Connection, name: str, whence: Whence, at: datetime) -> bool:
    """Whether whoever has a name or an address signed in with this browser before."""
    if not whence.browser:
        return False
    found = connection.execute(
        "SELECT FROM people.known_browser k JOIN people.person p ON p.id = k.person"
        f" WHERE k.sha256 = %s AND k.seen_at >= %s AND (p.id = %s OR ({HAS_ADDRESS}))",  # noqa: S608 - a text of ours
        (_digest(whence.browser), at - BROWSER_KNOWN, name, name),
    )
    return found.fetchone() is not None


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _failed(connection: Connection, counted: Counted, at: datetime) -> Tries:
    """The tries before this one, which is counted already."""
    typed, address = counted
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE typed = %s AND address = %s),"
        " count(*) FILTER (WHERE typed = %s), count(*) FILTER (WHERE address = %s)"
        " FROM people.failed_try WHERE (typed = %s OR address = %s) AND at > %s",
        (typed, address, typed, address, typed, address, at - TRIES_WITHIN),
    ).fetchone()
    assert row is not None
    return Tries(*(tries - 1 for tries in row))
