"""Accounts that are closed, asked at every door through which somebody acts as their person.

A person whose account is closed stays who they are: what they did is in the record, and their
roles are theirs until these are ended.
"""

from datetime import datetime

from ledger.engine import Connection
from policies.refusals_sign_in import ClosedAccount


def closed_accounts(connection: Connection) -> dict[str, datetime]:
    """The people whose accounts are closed, by id, and since when each is."""
    return dict(connection.execute("SELECT person, closed_at FROM people.closed").fetchall())


def check_open(connection: Connection, person: str) -> None:
    """Raise ClosedAccount where a person's account is closed."""
    found = connection.execute("SELECT 1 FROM people.closed WHERE person = %s", (person,))
    if found.fetchone():
        raise ClosedAccount
