"""Accounts of people: passwords, one-time links, sessions, and tries that failed.

All of it is beside the record. Times come in as arguments; they are real ones also in a
demonstration, whose own clock may stand in the past.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from unicodedata import normalize

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ledger.closed import check_open
from ledger.engine import Connection
from ledger.people import HAS_ADDRESS
from ledger.tokens import revoke_tokens
from ledger.tries import Whence, count_as_failed, forget_failed
from policies.refusals_sign_in import LinkSpent, SignInFailed
from policies.sign_in import (
    LINK_HOLDS,
    LONGEST_PASSWORD,
    SESSION_HOLDS,
    SESSION_IDLE,
    check_password,
)

_HASHER = PasswordHasher()  # Argon2id with the parameters of RFC 9106 for little memory
# Checked where there is no account, so that an answer takes as long as with one: of a password
# that nobody knows, with the same parameters.
_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$haKZuKqXbg0ydFjWdP+/hQ$"
    "eSpQ9fcHZMJbx7EjbNTkhdzw4AzoSniicffgL1Zk0v4"
)
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is kept when a session was last used


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at a page: a person who signed in, or the public, whose ``person`` is ""."""

    person: str = ""
    name: str = ""
    partner: str = ""


PUBLIC = Visitor()


def sign_in(
    connection: Connection, name: str, password: str, secret: str, whence: Whence, at: datetime
) -> str:
    """Begin a session under ``secret`` for whom a name and a password belong to; answer the id.

    Raises as ``prove`` does, also where another password was set meanwhile; and ClosedAccount,
    which only whoever knows the password is told.
    """
    person, kept = _proved(connection, name, password, whence, at)
    with connection.transaction():  # whoever sets another one waits, and ends this session, too
        still = connection.execute(
            "SELECT FROM people.account WHERE person = %s AND password = %s FOR SHARE",
            (person, kept),
        )
        if still.fetchone() is None:
            raise SignInFailed
        begin_session(connection, person, secret, at)
    return person


def prove(connection: Connection, name: str, password: str, whence: Whence, at: datetime) -> str:
    """The id of whom a name and a password belong to; a try that failed is counted.

    ``name`` is a person's id, or an e-mail address that nobody else here has. Raises TooManyTries
    and SignInFailed, which does not tell whether there is such an account.
    """
    return _proved(connection, name, password, whence, at)[0]


def _proved(
    connection: Connection, name: str, password: str, whence: Whence, at: datetime
) -> tuple[str, str]:
    """As ``prove``; answer also the hash that the password goes with."""
    name = name.strip()
    counted = count_as_failed(connection, name, whence, at)
    person, kept = _account_of(connection, name) or ("", _NOBODYS)
    if not _is_of(kept, password) or not person:
        raise SignInFailed
    forget_failed(connection, counted)
    if _HASHER.check_needs_rehash(kept):
        kept = _rehashed(connection, person, password, kept)
    return person, kept


def _account_of(connection: Connection, name: str) -> tuple[str, str] | None:
    """The person with a name and their password's hash; None where it is of nobody or several."""
    rows = connection.execute(
        "SELECT p.id, a.password FROM people.person p JOIN people.account a ON a.person = p.id"
        f" WHERE p.id = %s OR ({HAS_ADDRESS})",  # noqa: S608 - a text of ours
        (name, name),
    ).fetchall()
    by_id = [row for row in rows if row[0] == name]
    found = by_id or rows
    return (found[0][0], found[0][1]) if len(found) == 1 else None


def _is_of(kept: str, password: str) -> bool:
    """Whether a password is the one whose hash is kept.

    One that is longer than any can be is not looked at; the answer takes as long as to a wrong one.
    """
    typed = _as_typed_anywhere(password) if len(password) <= LONGEST_PASSWORD else ""
    try:
        return _HASHER.verify(kept, typed)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _rehashed(connection: Connection, person: str, password: str, kept: str) -> str:
    """The hash of a password made anew, kept in the place of the former, if that is still there."""
    made = _HASHER.hash(_as_typed_anywhere(password))
    connection.execute(
        "UPDATE people.account SET password = %s WHERE person = %s AND password = %s",
        (made, person, kept),
    )
    return made


def _as_typed_anywhere(password: str) -> str:
    """The same letters whichever keyboard they come from (NFC, as RFC 8265 has it)."""
    return normalize("NFC", password)


def begin_session(connection: Connection, person: str, secret: str, at: datetime) -> None:
    """A session of a person who has shown who they are. ``secret`` is new for each.

    Those that nobody can use any more are forgotten. Raises ClosedAccount.
    """
    check_open(connection, person)
    connection.execute("DELETE FROM people.session WHERE expires_at <= %s", (at,))
    connection.execute(
        "INSERT INTO people.session (sha256, person, began_at, seen_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (_digest(secret), person, at, at, at + SESSION_HOLDS),
    )


def visitor_of(connection: Connection, secret: str, at: datetime) -> Visitor | None:
    """Whose session it is, if it goes on still; it is kept that it was used."""
    row = connection.execute(
        "SELECT s.person, p.name, p.partner, s.seen_at FROM people.session s"
        " JOIN people.person p ON p.id = s.person WHERE s.sha256 = %s AND s.ended_at IS NULL"
        " AND s.expires_at > %s AND s.seen_at > %s"
        " AND NOT EXISTS (SELECT FROM people.closed c WHERE c.person = s.person)",
        (_digest(secret), at, at - SESSION_IDLE),
        prepare=True,
    ).fetchone()
    if row is None:
        return None
    person, name, partner, seen = row
    if at - seen > SEEN_EVERY:
        connection.execute(
            "UPDATE people.session SET seen_at = %s WHERE sha256 = %s AND seen_at < %s",
            (at, _digest(secret), at),
        )
    return Visitor(person=person, name=name, partner=partner)


def hold_session(connection: Connection, secret: str, at: datetime) -> bool:
    """Whether a session goes on still, and will to the end of the transaction.

    What is done on the strength of a session, and outlasts it, is done so: a password set, or a
    sign-out everywhere, that comes meanwhile waits, and then ends what was made.
    """
    connection.execute(
        "SELECT FROM people.account a JOIN people.session s ON s.person = a.person"
        " WHERE s.sha256 = %s FOR UPDATE OF a",  # in the order in which a password is set
        (_digest(secret),),
    )
    found = connection.execute(
        "SELECT FROM people.session WHERE sha256 = %s AND ended_at IS NULL AND expires_at > %s"
        " FOR UPDATE",
        (_digest(secret), at),
    )
    return found.fetchone() is not None


def end_session(connection: Connection, secret: str, at: datetime) -> None:
    """Sign out."""
    connection.execute(
        "UPDATE people.session SET ended_at = %s WHERE sha256 = %s AND ended_at IS NULL",
        (at, _digest(secret)),
    )


def end_sessions(connection: Connection, person: str, at: datetime) -> int:
    """End the sessions of a person; answer how many there were."""
    return connection.execute(
        "UPDATE people.session SET ended_at = %s WHERE person = %s AND ended_at IS NULL",
        (at, person),
    ).rowcount


def end_all(connection: Connection, person: str, at: datetime) -> None:
    """Let nobody act as a person any more who was let in so far: by a session or access token.

    All of it or nothing: whoever asked in a session that ended could not ask again for the rest.
    """
    with connection.transaction():
        end_sessions(connection, person, at)
        revoke_tokens(connection, person, at)


def close_account(connection: Connection, person: str, at: datetime) -> bool:
    """Let nobody act as a person until it is opened again; answer whether it was open.

    Sessions, access tokens and a link end with it, and none of them goes on afterwards.
    """
    with connection.transaction():
        closed = connection.execute(
            "INSERT INTO people.closed (person, closed_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (person, at),
        ).rowcount
        end_all(connection, person, at)
        _spend_links(connection, person, at)
        _account_as_of_now(connection, person)
    return closed > 0


def reopen_account(connection: Connection, person: str, at: datetime) -> bool:
    """Let a person sign in again, with the password they had; answer whether they could not.

    What ended stays ended, and so does what was under way while the account was closed.
    """
    with connection.transaction():
        opened = connection.execute("DELETE FROM people.closed WHERE person = %s", (person,))
        if opened.rowcount:
            end_all(connection, person, at)
            _spend_links(connection, person, at)
        _account_as_of_now(connection, person)
    return opened.rowcount > 0


def _account_as_of_now(connection: Connection, person: str) -> None:
    connection.execute(
        "UPDATE people.person SET account_as_of ="
        " (SELECT coalesce(max(last_position), 0) FROM ledger.commits) WHERE id = %s",
        (person,),
    )


def is_account_as_of(connection: Connection, person: str, position: int) -> bool:
    """Whether an account was closed or opened at a position of the record or after it."""
    found = connection.execute(
        "SELECT FROM people.person WHERE id = %s AND account_as_of >= %s", (person, position)
    )
    return found.rowcount > 0


def has_password(connection: Connection, person: str) -> bool:
    """Whether a person signs in with a password, or could."""
    found = connection.execute("SELECT FROM people.account WHERE person = %s", (person,))
    return found.fetchone() is not None


def sessions_of(connection: Connection, person: str, at: datetime) -> list[Mapping[str, datetime]]:
    """When the sessions of a person that go on began and were last used, the latest first."""
    rows = connection.execute(
        "SELECT began_at, seen_at FROM people.session WHERE person = %s AND ended_at IS NULL"
        " AND expires_at > %s AND seen_at > %s ORDER BY seen_at DESC",
        (person, at, at - SESSION_IDLE),
    )
    return [{"began_at": began, "seen_at": seen} for began, seen in rows]


def give_link(connection: Connection, person: str, secret: str, at: datetime) -> bool:
    """Keep a link with which a person sets a password; answer whether there is such a person.

    An earlier one that was not used is good no longer; those that are past their time are
    forgotten. Raises ClosedAccount.
    """
    check_open(connection, person)
    connection.execute("DELETE FROM people.link WHERE expires_at <= %s", (at,))
    _spend_links(connection, person, at)
    row = connection.execute(
        "INSERT INTO people.link (sha256, person, made_at, expires_at)"
        " SELECT %s, id, %s, %s FROM people.person WHERE id = %s RETURNING true",
        (_digest(secret), at, at + LINK_HOLDS, person),
    ).fetchone()
    return row is not None


def _spend_links(connection: Connection, person: str, at: datetime) -> None:
    connection.execute(
        "UPDATE people.link SET spent_at = %s WHERE person = %s AND spent_at IS NULL", (at, person)
    )


def holder_of_link(connection: Connection, secret: str, at: datetime) -> Visitor:
    """Whom a link is for. Raises LinkSpent."""
    row = connection.execute(
        "SELECT p.id, p.name, p.partner FROM people.link l JOIN people.person p ON p.id = l.person"
        " WHERE l.sha256 = %s AND l.spent_at IS NULL AND l.expires_at > %s"
        " AND NOT EXISTS (SELECT FROM people.closed c WHERE c.person = p.id)",
        (_digest(secret), at),
    ).fetchone()
    if row is None:
        raise LinkSpent
    return Visitor(person=row[0], name=row[1], partner=row[2])


def spend_link(connection: Connection, secret: str, password: str, at: datetime) -> str:
    """Set the password of whom a link is for, whoever else acts as them; answer their id.

    All their sessions and access tokens end. Raises LinkSpent, and WeakPassword, after which the
    link is still good.
    """
    with connection.transaction():
        person = holder_of_link(connection, secret, at).person
        check_password(password, _known_of(connection, person))
        spent = connection.execute(
            "UPDATE people.link SET spent_at = %s WHERE sha256 = %s AND spent_at IS NULL",
            (at, _digest(secret)),
        ).rowcount
        if not spent:  # somebody was quicker
            raise LinkSpent
        _keep_password(connection, person, password, at)
        end_all(connection, person, at)
    return person


def set_password(connection: Connection, person: str, password: str, at: datetime) -> None:
    """Give a person who is there a password; all their sessions and access tokens end.

    Raises WeakPassword.
    """
    check_password(password, _known_of(connection, person))
    with connection.transaction():
        _keep_password(connection, person, password, at)
        end_all(connection, person, at)


def _known_of(connection: Connection, person: str) -> list[str]:
    row = connection.execute(
        "SELECT id, name, email FROM people.person WHERE id = %s", (person,)
    ).fetchone()
    return [] if row is None else [each for each in row if each]


def _keep_password(connection: Connection, person: str, password: str, at: datetime) -> None:
    connection.execute(
        "INSERT INTO people.account (person, password, set_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (person) DO UPDATE SET password = excluded.password,"
        " set_at = excluded.set_at",
        (person, _HASHER.hash(_as_typed_anywhere(password)), at),
    )


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
