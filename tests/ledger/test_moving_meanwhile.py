"""A person who goes to another partner while somebody gives them a role: it is for one of the two,
and never for the partner they left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from doors import service_pool
from moving_pact import PARTS, person, role
from servers import Server

from ledger.acts import OPERATOR, Act
from ledger.agreement.assigning import AssignRole
from ledger.amending import accounts
from ledger.amending.accounts import enter_person
from ledger.amending.assigning import assign_role
from ledger.engine import Connection
from ledger.people import people, put_person
from ledger.person import Person
from ledger.record import Record
from ledger.setting_up import applying
from ledger.setting_up.applying import apply_set_up
from policies.permissions import Role
from scenario import AT

PACT = PARTS + person("nina", "county")
MOVED = Person(id="nina", name="nina", email="nina@x.example", partner="trust")


def by_hand() -> Act:
    return Act(actor=OPERATOR, at=AT, correlation_id=uuid4())


def apply(record: Record, text: str) -> None:
    apply_set_up(record, text, lambda name: name, by_hand())


def give_by_name(record: Record) -> None:
    given = AssignRole(person="nina", role=Role.AUDITOR, scope="pact")
    assign_role(record, "pact", given, by_hand())


def give_by_file(record: Record) -> None:
    apply(record, PACT + role("nina", "auditor", "pact"))


def move_by_name(record: Record) -> None:
    enter_person(record, "pact", MOVED, act=by_hand())


def move_by_file(record: Record) -> None:
    apply(record, PARTS + person("nina", "trust"))


@contextmanager
def opened(url: str) -> Iterator[Record]:
    """The record as one process has it, with no more connections than the command line."""
    with service_pool(url, most=2) as pool:
        made = Record(pool)
        yield made
        made.close()


@pytest.mark.parametrize("move", [move_by_name, move_by_file])
@pytest.mark.parametrize("give", [give_by_name, give_by_file])
def test_no_role_is_given_for_the_partner_that_a_person_leaves(
    embedded_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    move: Callable[[Record], None],
    give: Callable[[Record], None],
) -> None:
    with (
        embedded_server.fresh_database() as url,
        opened(url) as record,
        opened(url) as other,
    ):
        apply(record, PACT)
        giving = Thread(target=give, args=(other,))

        def meanwhile(connection: Connection, person: Person, **again: int | None) -> bool:
            if giving.ident is None:
                giving.start()
                giving.join(0.5)  # it waits, where it may not be done now
            return put_person(connection, person, **again)

        for module in (accounts, applying):
            monkeypatch.setattr(module, "put_person", meanwhile)
        move(record)
        giving.join()

        with record.pool.connection() as connection:
            partner = people(connection)["nina"].partner
        grants = record.fresh_agreement("pact").grants.values()
        assert [partner] == [grant.partner for grant in grants]


def test_who_waits_to_give_a_role_takes_no_connection_from_whoever_gives_one(
    embedded_server: Server,
) -> None:
    with embedded_server.fresh_database() as url, opened(url) as record:
        apply(record, PACT)
        together = Barrier(4)
        given: list[Role] = []

        def give(role: Role) -> None:
            together.wait()
            command = AssignRole(person="nina", role=role, scope="pact")
            assign_role(record, "pact", command, by_hand())
            given.append(role)

        threads = [Thread(target=give, args=(role,)) for role in list(Role)[:4]]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert 4 == len(given) == len(record.fresh_agreement("pact").grants)
