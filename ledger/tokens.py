"""Access tokens: what each may be used for, until when, and when it was used last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from ledger.closed import check_open
from ledger.engine import Connection
from policies.refusals_sign_in import BadToken, NoSuchToken
from policies.sign_in import Scope
from policies.texts import strange

USUAL = (Scope.READ, Scope.SUBMIT, Scope.LOAD)
USED_EVERY = timedelta(minutes=1)  # how exactly it is kept when a token was last used
LONGEST_LABEL = 100


class Holder(msgspec.Struct, frozen=True):
    """Whose token it is, and what it may be used for."""

    person: str
    scopes: frozenset[Scope]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token: everything but the token itself."""

    id: int
    person: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def keep_token(
    connection: Connection,
    token: str,
    person: str,
    label: str,
    at: datetime,
    *,
    scopes: Sequence[Scope] = USUAL,
    expires_at: datetime | None = None,
) -> bool:
    """Keep the digest of a new token; answer whether the person exists.

    Raises BadToken and ClosedAccount.
    """
    if not label.strip() or len(label) > LONGEST_LABEL or strange(label):
        seen = f"1 to {LONGEST_LABEL} characters that can be seen"
        raise BadToken(f"A label has {seen}.", field="label")
    if not scopes:
        raise BadToken("A token needs at least one scope.", field="scopes")
    if expires_at is not None and expires_at <= at:
        # as people and commands name the day they give
        raise BadToken("The end of a token lies in the future.", field="until")
    check_open(connection, person)
    row = connection.execute(
        "INSERT INTO people.token (sha256, person, label, created_at, scopes, expires_at)"
        " SELECT %s, id, %s, %s, %s, %s FROM people.person WHERE id = %s RETURNING true",
        (_digest(token), label.strip(), at, sorted(set(scopes)), expires_at, person),
    ).fetchone()
    return row is not None


def holder_of(connection: Connection, token: str, at: datetime) -> Holder | None:
    """Whose token it is; None for one that is unknown, has run out, or was revoked."""
    row = connection.execute(
        "SELECT person, scopes, last_used_at FROM people.token WHERE sha256 = %b"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)"
        " AND NOT EXISTS (SELECT FROM people.closed c WHERE c.person = token.person)",
        (_digest(token), at),
        prepare=True,
    ).fetchone()
    if row is None:
        return None
    person, scopes, used = row
    if used is None or at - used > USED_EVERY:
        connection.execute(
            "UPDATE people.token SET last_used_at = %s WHERE sha256 = %s"
            " AND (last_used_at IS NULL OR last_used_at < %s)",
            (at, _digest(token), at),
        )
    return Holder(person, frozenset(map(Scope, scopes)))


def tokens_of(connection: Connection, person: str) -> list[Token]:
    """The tokens of a person, the latest first."""
    rows = connection.execute(
        "SELECT id, person, label, scopes, created_at, expires_at, last_used_at, revoked_at"
        " FROM people.token WHERE person = %s ORDER BY id DESC",
        (person,),
    )
    return [
        Token(
            id=row[0],
            person=row[1],
            label=row[2],
            scopes=tuple(map(Scope, row[3])),
            created_at=row[4],
            expires_at=row[5],
            last_used_at=row[6],
            revoked_at=row[7],
        )
        for row in rows
    ]


def revoke_token(connection: Connection, person: str, token: int, at: datetime) -> bool:
    """End a token of a person; answer whether it went on until now. Raises NoSuchToken."""
    row = connection.execute(
        "UPDATE people.token t SET revoked_at = coalesce(t.revoked_at, %s) FROM people.token old"
        " WHERE t.id = old.id AND t.id = %s AND t.person = %s RETURNING old.revoked_at IS NULL",
        (at, token, person),
    ).fetchone()
    if row is None:
        raise NoSuchToken
    return bool(row[0])


def revoke_tokens(connection: Connection, person: str, at: datetime) -> int:
    """End every token of a person, whoever made it; answer how many went on until now."""
    return connection.execute(
        "UPDATE people.token SET revoked_at = %s WHERE person = %s AND revoked_at IS NULL",
        (at, person),
    ).rowcount


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
