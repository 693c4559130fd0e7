"""Whose an id is: asked before it is recorded, since the record keeps for ever what is typed."""

from ledger.engine import Connection
from ledger.moving import agreement_codes
from ledger.person_checks import faults
from ledger.record import Record


def is_known(record: Record, person: str) -> bool:
    """Whether an id is somebody's: of the table of people, or of who holds a role.

    Tokens, passwords and sessions are of people of the table. A role outlives it where only the
    record was brought back from a copy.
    """
    if not faults({"id": person}):  # else a text that could not even be asked for
        with record.pool.connection() as connection:
            if _in_the_table(connection, person):
                return True
    return any(
        grant.person == person
        for code in agreement_codes(record)
        for grant in record.fresh_agreement(code).grants.values()
    )


def _in_the_table(connection: Connection, person: str) -> bool:
    found = connection.execute("SELECT FROM people.person WHERE id = %s", (person,)).fetchone()
    return found is not None
