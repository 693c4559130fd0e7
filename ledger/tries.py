"""Tries to sign in that failed, counted by what was typed as a name and by where they come from."""

from datetime import datetime
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from ledger.engine import Connection
from policies.refusals_sign_in import TooManyTries
from policies.sign_in import TRIES_WITHIN, Tries, check_tries


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


def count_as_failed(connection: Connection, name: str, address: str, at: datetime) -> Counted:
    """Count a try as one that failed, before it is known whether it does. Raises TooManyTries.

    So of many that come at once no more are looked at than of many in turn. One that is not looked
    at is not counted, or whoever goes on trying would keep the holder out for ever.
    """
    counted = Counted(sha256(name.casefold().encode()).digest(), place_of(address))
    connection.execute("DELETE FROM people.failed_try WHERE at < %s", (at - TRIES_WITHIN,))
    row = connection.execute(
        "INSERT INTO people.failed_try (typed, address, at) VALUES (%s, %s, %s)"
        " RETURNING ctid::text",
        (*counted, at),
    ).fetchone()
    assert row is not None
    try:
        check_tries(_failed(connection, counted, at))
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
