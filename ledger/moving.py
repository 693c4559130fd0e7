"""A person who goes to another partner: not while they hold roles for the one they leave.

A role is for the partner of its person, and says so in the record; the table of people does not.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from psycopg.errors import LockNotAvailable

from ledger.agreement.events import AgreementDefined
from ledger.agreement.state import Agreement
from ledger.engine import Connection
from ledger.person import Person
from ledger.record import Record
from policies.refusals_roles import RolesRemain

WAIT_SECONDS = 3  # as long as for the record itself
Role = tuple[str, str, str]  # person, role and scope: what a role that is held is known by


@contextmanager
def people_held(record: Record) -> Iterator[Connection]:
    """Let nobody else enter people or give roles, in any process, until this transaction ends.

    A role is recorded and a person is put into the table one after the other: in between, a role
    would be given for the partner they leave. Raises LockNotAvailable where others do so for long.
    """
    # One at a time in this process too: who waits takes no connection from whoever works.
    if not record.people_door.acquire(timeout=WAIT_SECONDS):
        raise LockNotAvailable
    try:
        with record.pool.connection() as connection, connection.transaction():
            # A large set-up may take longer than a server lets others be idle.
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.execute("SELECT pg_advisory_xact_lock(7310006, 1)")
            yield connection
    finally:
        record.people_door.release()


def check_may_move(
    record: Record,
    persons: Collection[Person],
    known: Mapping[str, Person],
    *,
    given_anew: Mapping[str, Collection[Role]],
) -> None:
    """Refuse to enter persons under another partner than their roles are for.

    ``known`` are those of the table as it is, ``given_anew`` by agreement the roles that are
    assigned together with it. Raises RolesRemain, naming the roles.
    """
    moving = {
        one.id: one.partner
        for one in persons
        if one.id in known and known[one.id].partner != one.partner
    }
    if not moving:
        return
    for code in agreement_codes(record):
        remaining = _remaining(record.fresh_agreement(code), moving, given_anew.get(code, ()))
        if remaining:
            raise RolesRemain(f"In {code}: {'; '.join(remaining)}. End these roles first.")


def agreement_codes(record: Record) -> list[str]:
    """The codes of all agreements there are."""
    with record.pool.connection() as connection:
        rows = connection.execute(
            "SELECT DISTINCT convert_from(state, 'UTF8')::json ->> 'code'"
            " FROM ledger.ledger_events WHERE topic = %s ORDER BY 1",
            (AgreementDefined.TOPIC,),
        ).fetchall()
    return [code for (code,) in rows]


def _remaining(
    body: Agreement, moving: Mapping[str, str], given_anew: Collection[Role]
) -> list[str]:
    return [
        f"{grant.person} is {grant.role.value} over {grant.scope}"
        f" for {grant.partner or 'no partner'}"
        for key, grant in body.grants.items()
        if grant.person in moving and grant.partner != moving[grant.person]
        if key not in given_anew
    ]
