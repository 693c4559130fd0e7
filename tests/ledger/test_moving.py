"""Nobody acts for a partner that is not theirs: a person's roles and partner go together."""

from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

import pytest
from doors import service_pool
from moving_pact import PARTS, person, role
from servers import Server

from ledger.acts import OPERATOR, Act
from ledger.agreement.assigning import AssignRole, EndRole
from ledger.amending.accounts import (
    close_person,
    enter_person,
    give_sign_in_link,
    reopen_person,
)
from ledger.amending.assigning import assign_role, end_role
from ledger.engine import Appended, Commit
from ledger.event import Recorded
from ledger.moving import check_may_move
from ledger.people import people, put_person
from ledger.person import Person
from ledger.record import Record
from ledger.setting_up.applying import Applied, apply_set_up
from ledger.taking_part import people_around
from policies.permissions import Role
from policies.refusals import Conflict, NoRole
from policies.refusals_roles import OtherAgreement, OwnRole, RolesRemain
from scenario import AT

BEFORE = (
    PARTS
    + person("nina", "county")
    + person("petra", "county")
    + role("nina", "entry-officer", "homes")
    + role("nina", "sign-off-officer", "work")
    + role("petra", "performance-officer", "pact")
)
MOVED = BEFORE.replace(person("nina", "county"), person("nina", "trust"))


def apply(record: Record, text: str, by: str = OPERATOR) -> Applied:
    act = Act(actor=by, at=AT, correlation_id=uuid4())
    return apply_set_up(record, text, lambda name: name, act)


@pytest.fixture
def record(embedded_server: Server) -> Iterator[Record]:
    with embedded_server.fresh_database() as url, service_pool(url) as pool:
        made = Record(pool)
        apply(made, BEFORE)
        yield made
        made.close()


def partners_of(record: Record) -> set[tuple[str, str]]:
    grants = record.fresh_agreement("pact").grants.values()
    return {(grant.scope, grant.partner) for grant in grants if grant.person == "nina"}


def test_a_file_that_names_all_roles_moves_a_person_with_them(record: Record) -> None:
    lines = apply(record, MOVED).changes
    assert "~ role entry-officer over homes (nina): partner county → trust" in lines
    assert {("homes", "trust"), ("work", "trust")} == partners_of(record)
    apply(record, BEFORE)
    assert {("homes", "county"), ("work", "county")} == partners_of(record)


def test_a_file_that_is_overtaken_moves_nobody(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its roles were refused, and the person moved all the same."""
    append = Record.append

    def overtaken(self: Record, events: Sequence[Recorded], commit: Commit) -> Appended:
        monkeypatch.setattr(Record, "append", append)
        ending = EndRole(person="petra", role=Role.PERFORMANCE_OFFICER, scope="pact")
        end_role(record, "pact", ending, Act(actor=OPERATOR, at=AT, correlation_id=uuid4()))
        return append(self, events, commit)

    monkeypatch.setattr(Record, "append", overtaken)
    with pytest.raises(Conflict, match="apply the file again"):
        apply(record, MOVED)
    with record.pool.connection() as connection:
        assert "county" == people(connection)["nina"].partner
    assert {("homes", "county"), ("work", "county")} == partners_of(record)

    apply(record, MOVED)
    with record.pool.connection() as connection:
        assert "trust" == people(connection)["nina"].partner
    assert {("homes", "trust"), ("work", "trust")} == partners_of(record)


def test_who_goes_to_another_partner_leaves_no_role_behind_for_the_former(record: Record) -> None:
    part = MOVED.replace(role("nina", "sign-off-officer", "work"), "")
    with pytest.raises(RolesRemain, match="nina is sign-off-officer over work for county"):
        apply(record, part)
    other = BEFORE.replace("pact", "other").replace(role("nina", "sign-off-officer", "work"), "")
    apply(record, other)
    with pytest.raises(RolesRemain, match="In other: nina is entry-officer over homes for county"):
        apply(record, MOVED)
    assert {("homes", "county"), ("work", "county")} == partners_of(record)


def test_a_person_alone_is_held_to_the_same(record: Record) -> None:
    with record.pool.connection() as connection:
        known = people(connection)
    for partner in ("trust", ""):
        moved = Person(id="nina", name="Nina", email="n@x.example", partner=partner)
        with pytest.raises(RolesRemain):
            check_may_move(record, [moved], known, given_anew={})
    same = Person(id="nina", name="Nina Marsh", email="n@x.example", partner="county")
    check_may_move(record, [same], known, given_anew={})


def test_an_agreement_shows_whom_it_knows_and_nobody_of_another(record: Record) -> None:
    """Who held a role stays; whom no agreement knows is there for the partner they are of."""
    other = BEFORE.replace("pact", "other").replace("nina", "olga").replace("petra", "otto")
    apply(record, other)
    apply(record, BEFORE)
    for scope, held in (("homes", Role.ENTRY_OFFICER), ("work", Role.SIGN_OFF_OFFICER)):
        ending = EndRole(person="nina", role=held, scope=scope)
        end_role(record, "pact", ending, Act(actor=OPERATOR, at=AT, correlation_id=uuid4()))
    with record.pool.connection() as connection:
        for new, partner in (("ulla", "county"), ("una", "parish"), ("uwe", "")):
            put_person(connection, Person(id=new, name=new, email="", partner=partner))
    entered = Person(id="eve", name="Eve", email="eve@x.example")
    act = Act(actor=OPERATOR, at=AT, correlation_id=uuid4())
    enter_person(record, "other", entered, act)

    known = people_around(record, record.fresh_agreement("pact"))
    assert {"nina", "petra", "ulla"} == set(known)
    assert {"olga", "otto", "ulla", "eve"} == set(
        people_around(record, record.fresh_agreement("other"))
    )


def test_whom_another_agreement_entered_is_left_to_its_administrators(record: Record) -> None:
    """Before they have a role too: who had a link could wait in their account for it."""
    apply(record, BEFORE + person("ada", "county") + role("ada", "administrator", "pact"))
    apply(record, BEFORE.replace("pact", "other") + role("petra", "administrator", "other"))
    eve = Person(id="eve", name="Eve", email="eve@x.example", partner="county")

    def act(by: str = OPERATOR) -> Act:
        return Act(actor=by, at=AT, correlation_id=uuid4())

    enter_person(record, "other", eve, act("petra"))
    with pytest.raises(OtherAgreement):
        give_sign_in_link(record, "pact", "eve", "secret", act("ada"), now=AT)
    with pytest.raises(OtherAgreement):
        enter_person(record, "pact", eve, act("ada"))
    give_sign_in_link(record, "other", "eve", "secret", act("petra"), now=AT)

    given = AssignRole(person="eve", role=Role.LEAD_OFFICER, scope="homes")
    assign_role(record, "other", given, act())
    with pytest.raises(OtherAgreement):
        close_person(record, "pact", "eve", act("ada"), now=AT)
    ending = EndRole(person="eve", role=given.role, scope=given.scope)
    end_role(record, "other", ending, act())
    with pytest.raises(OtherAgreement):
        close_person(record, "pact", "eve", act("ada"), now=AT)
    assign_role(record, "pact", given, act())
    close_person(record, "pact", "eve", act("ada"), now=AT)


@pytest.mark.parametrize("partner", ["", "parish"])
def test_whom_the_command_line_entered_is_seen_to_where_their_partner_is(
    record: Record, partner: str
) -> None:
    """An administrator of any agreement could have waited in the account for its first role."""
    apply(record, BEFORE + person("ada", "county") + role("ada", "administrator", "pact"))
    ulla = Person(id="ulla", name="Ulla", email="ulla@x.example", partner="county")
    una = Person(id="una", name="Una", email="una@x.example", partner=partner)
    with record.pool.connection() as connection:
        for one in (ulla, una):
            put_person(connection, one)

    def act() -> Act:
        return Act(actor="ada", at=AT, correlation_id=uuid4())

    give_sign_in_link(record, "pact", "ulla", "hers", act(), now=AT)
    taken_over = Person(id="una", name="Una", email="ada@x.example", partner=partner)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: enter_person(record, "pact", taken_over, act()),
        lambda: give_sign_in_link(record, "pact", "una", "secret", act(), now=AT),
        lambda: close_person(record, "pact", "una", act(), now=AT),
        lambda: reopen_person(record, "pact", "una", act(), now=AT),
    )
    for attempt in attempts:
        with pytest.raises(OtherAgreement, match="Nobody of this agreement"):
            attempt()
    with record.pool.connection() as connection:
        assert una == people(connection)["una"]

    given = AssignRole(person="una", role=Role.AUDITOR, scope="pact")
    assign_role(record, "pact", given, act())
    give_sign_in_link(record, "pact", "una", "secret", act(), now=AT)


def test_a_set_up_file_gives_nobody_what_they_could_not_give_by_hand(record: Record) -> None:
    with pytest.raises(OwnRole):
        apply(record, BEFORE + role("petra", "sign-off-officer", "pact"), by="petra")
    with pytest.raises(NoRole, match="administrator or auditor"):
        apply(record, BEFORE + role("nina", "administrator", "pact"), by="petra")
    assert apply(record, BEFORE + role("nina", "lead-officer", "homes"), by="petra").changes
