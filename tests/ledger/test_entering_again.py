"""A person who is entered, and the same command that comes again: nothing is set back."""

from collections.abc import Iterator
from uuid import uuid4

import msgspec
import pytest
from doors import service_pool
from servers import Server
from services import AGREEMENT_FILE

from ledger.accounts import close_account, reopen_account
from ledger.acts import OPERATOR, Act
from ledger.agreement.assigning import AssignRole, EndRole
from ledger.amending import accounts
from ledger.amending.accounts import close_person, enter_person, reopen_person
from ledger.amending.assigning import assign_role, end_role
from ledger.closed import closed_accounts
from ledger.people import people, put_person
from ledger.person import Person
from ledger.record import Record
from ledger.setting_up.applying import apply_set_up
from policies.permissions import Role
from policies.refusals_roles import BadPerson, RolesRemain
from scenario import AT

EVE = Person(id="eve", name="Eve", email="eve@x.example")
MARRIED = Person(id="eve", name="Eve", email="eve.penn@x.example")


def act(key: str | None = None) -> Act:
    digest = key.encode() if key else None
    return Act(
        actor="administrator",
        at=AT,
        correlation_id=uuid4(),
        idempotency_key=key,
        request_digest=digest,
    )


@pytest.fixture
def record(embedded_server: Server) -> Iterator[Record]:
    with embedded_server.fresh_database() as url, service_pool(url) as pool:
        made = Record(pool)
        by_hand = Act(actor=OPERATOR, at=AT, correlation_id=uuid4())
        sheet = AGREEMENT_FILE.read_text("utf-8")
        beside = AGREEMENT_FILE.parent
        apply_set_up(made, sheet, lambda name: (beside / name).read_text("utf-8"), by_hand)
        yield made
        made.close()


def kept(record: Record) -> Person:
    with record.pool.connection() as connection:
        return people(connection)["eve"]


@pytest.mark.parametrize("on_the_command_line", [False, True])
def test_a_command_that_comes_again_late_does_not_set_an_entry_back(
    record: Record, on_the_command_line: bool
) -> None:
    first = enter_person(record, "county", EVE, act("key"))
    if on_the_command_line:
        with record.pool.connection() as connection:
            put_person(connection, MARRIED)
    else:
        enter_person(record, "county", MARRIED, act())

    again = enter_person(record, "county", EVE, act("key"))
    assert (True, first.last_position) == (again.replayed, again.last_position)
    assert MARRIED == kept(record)


@pytest.mark.parametrize("before", [None, MARRIED])
def test_what_failed_after_it_was_recorded_is_done_when_the_command_comes_again(
    record: Record, monkeypatch: pytest.MonkeyPatch, before: Person | None
) -> None:
    if before is not None:
        enter_person(record, "county", before, act())
    with monkeypatch.context() as broken:
        broken.setattr(accounts, "put_person", None)
        with pytest.raises(TypeError):
            enter_person(record, "county", EVE, act("key"))

    assert enter_person(record, "county", EVE, act("key")).replayed
    assert EVE == kept(record)


def test_what_was_said_again_since_is_not_set_back(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said again it changed nothing, and is as of then all the same."""
    enter_person(record, "county", EVE, act())
    with monkeypatch.context() as broken:
        broken.setattr(accounts, "put_person", None)
        with pytest.raises(TypeError):
            enter_person(record, "county", MARRIED, act("key"))
    enter_person(record, "county", EVE, act())

    assert enter_person(record, "county", MARRIED, act("key")).replayed
    assert EVE == kept(record)


def test_what_failed_is_not_made_good_where_it_is_forbidden_by_now(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody acts for a partner that is not theirs, and nobody has the address of another."""
    here = msgspec.structs.replace(EVE, partner="county")
    enter_person(record, "county", here, act())
    with monkeypatch.context() as broken:
        broken.setattr(accounts, "put_person", None)
        for key, entry in (("moved", EVE), ("readdressed", MARRIED)):
            with pytest.raises(TypeError):
                enter_person(record, "county", entry, act(key))
    given = AssignRole(person="eve", role=Role.AUDITOR, scope="county", partner="county")
    assign_role(record, "county", given, act())
    with pytest.raises(RolesRemain):
        enter_person(record, "county", EVE, act("moved"))
    end_role(record, "county", EndRole(person="eve", role=Role.AUDITOR, scope="county"), act())
    with record.pool.connection() as connection:
        put_person(connection, Person(id="eva", name="Eva", email=MARRIED.email))
    with pytest.raises(BadPerson):
        enter_person(record, "county", MARRIED, act("readdressed"))
    assert here == kept(record)


def test_only_an_entry_that_differs_is_a_change(record: Record) -> None:
    with record.pool.connection() as connection:
        assert [True, False, True] == [
            put_person(connection, person) for person in (EVE, EVE, MARRIED)
        ]


@pytest.mark.parametrize("on_the_command_line", [False, True])
def test_an_account_that_was_closed_or_opened_since_stays_so(
    record: Record, on_the_command_line: bool
) -> None:
    enter_person(record, "county", EVE, act())
    close_person(record, "county", "eve", act("close"), now=AT)
    if on_the_command_line:
        with record.pool.connection() as connection:
            assert reopen_account(connection, "eve", AT)
    else:
        reopen_person(record, "county", "eve", act(), now=AT)
    assert close_person(record, "county", "eve", act("close"), now=AT).replayed
    assert not is_closed(record)

    close_person(record, "county", "eve", act(), now=AT)
    reopen_person(record, "county", "eve", act("open"), now=AT)
    if on_the_command_line:
        with record.pool.connection() as connection:
            assert close_account(connection, "eve", AT)
    else:
        close_person(record, "county", "eve", act(), now=AT)
    assert reopen_person(record, "county", "eve", act("open"), now=AT).replayed
    assert is_closed(record)


def test_a_closing_that_failed_once_it_was_recorded_is_made_good(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_person(record, "county", EVE, act())
    with monkeypatch.context() as broken:
        broken.setattr(accounts, "close_account", None)
        with pytest.raises(TypeError):
            close_person(record, "county", "eve", act("close"), now=AT)
    assert close_person(record, "county", "eve", act("close"), now=AT).replayed
    assert is_closed(record)


def is_closed(record: Record) -> bool:
    with record.pool.connection() as connection:
        return "eve" in closed_accounts(connection)
