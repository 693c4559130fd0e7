"""Who assigns and ends roles, as sentences; and on a real ledger, with what was refused."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from change_scenario import AT, CODE, SEALED_AT, TODAY, UNSEALED
from doors import commit, recorded, service_pool
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.acts import OPERATOR, Act, grants_of, refusal_of
from ledger.agreement.assigning import AssignRole, By, EndRole, assign, end
from ledger.agreement.events import DemonstrationDeclared, RoleAssigned, RoleEnded
from ledger.agreement.state import Agreement, evolve
from ledger.amending.assigning import assign_role, end_role
from ledger.amendment.events import AmendmentActionRefused
from ledger.deciding import outcome_of
from ledger.event import LONDON, Event, agreement_id, amendment_id, indicator_id
from ledger.indicator.events import IndicatorDefined
from ledger.indicator.state import Indicator
from ledger.indicator.state import evolve as evolve_indicator
from ledger.people import put_person
from ledger.person import Person
from ledger.record import Record
from policies.permissions import Role
from policies.refusals import NoRole, OtherPartner, Refusal
from policies.refusals_escalation import DatesOutOfOrder, UnknownPerson
from policies.refusals_roles import OwnRole, RoleHeld, RoleNotHeld, UnknownScope
from scenario import definition, entry, submit

NINA = Person(id="nina", name="Nina", email="nina@county.example", partner="county")
TED = Person(id="ted", name="Ted", email="ted@trust.example", partner="trust")
PEOPLE = {person.id: person for person in (NINA, TED)}
ADA = RoleAssigned(person="ada", role=Role.ADMINISTRATOR, scope=CODE)
GIVEN = RoleAssigned(person="nina", role=Role.ENTRY_OFFICER, scope="homes", partner="county")
OF_HOMES = RoleAssigned(
    person="hal", role=Role.PERFORMANCE_OFFICER, scope="homes", partner="county"
)


def folded(*more: Event) -> Agreement:
    state = Agreement(agreement_id(CODE))
    for n, event in enumerate((*UNSEALED, ADA, OF_HOMES, *more), 1):
        evolve(state, recorded(state.id, n, event))
    return state


class Told:
    """What was asked in an agreement, and by whom. Made by ``given``."""

    def __init__(self, past: tuple[Event, ...]) -> None:
        self._state = folded(*past)
        self._run: Callable[[], Event]

    def when(self, command: AssignRole | EndRole, by: str = "petra") -> "Told":
        asking = By(by, tuple(grants_of(self._state, by)), TODAY)
        if isinstance(command, AssignRole):
            of = PEOPLE.get(command.person, None if command.person == "nobody" else NINA)
            self._run = lambda: assign(self._state, command, asking, of)
        else:
            self._run = lambda: end(self._state, command, asking)
        return self

    def then(self, event: Event) -> None:
        assert event == self._run()

    def refused(self, refusal: type[Refusal], words: str | None = None, field: str = "") -> None:
        with pytest.raises(refusal, match=words) as raised:
            self._run()
        assert field == raised.value.field


def given(*past: Event) -> Told:
    return Told(past)


def giving(**more: Any) -> AssignRole:
    return AssignRole(**({"person": "nina", "role": Role.ENTRY_OFFICER, "scope": "homes"} | more))


def ending(**more: Any) -> EndRole:
    return EndRole(**({"person": "nina", "role": Role.ENTRY_OFFICER, "scope": "homes"} | more))


@pytest.mark.parametrize("by", ["petra", "ada", "hal", OPERATOR])
def test_whoever_may_assigns_a_role_for_the_persons_own_partner(by: str) -> None:
    given().when(giving(), by).then(GIVEN)


@pytest.mark.parametrize("by", ["bela", "lena", "ed", "rita"])
def test_no_other_role_assigns(by: str) -> None:
    given().when(giving(), by).refused(NoRole, "assign or end a role")


def test_a_role_has_its_days() -> None:
    days = {"valid_from": date(2025, 7, 1), "valid_to": date(2026, 3, 31)}
    given().when(giving(**days)).then(
        RoleAssigned(
            person="nina", role=Role.ENTRY_OFFICER, scope="homes", partner="county", **days
        )
    )


def test_the_same_role_with_other_days_is_set_anew() -> None:
    until = date(2025, 12, 31)
    again = RoleAssigned(
        person="nina", role=Role.ENTRY_OFFICER, scope="homes", partner="county", valid_to=until
    )
    given(GIVEN).when(giving(valid_to=until)).then(again)
    held = [grant for grant in folded(GIVEN, again).grants.values() if grant.person == "nina"]
    assert [until] == [grant.valid_to for grant in held]


def test_the_same_role_on_the_same_days_is_held_already() -> None:
    given(GIVEN).when(giving()).refused(RoleHeld)


@pytest.mark.parametrize("by", ["petra", "hal", "ada", OPERATOR])
def test_whoever_may_assign_may_end(by: str) -> None:
    given(GIVEN).when(ending(), by).then(
        RoleEnded(person="nina", role=Role.ENTRY_OFFICER, scope="homes")
    )


def test_only_a_role_that_is_held_is_ended() -> None:
    given().when(ending()).refused(RoleNotHeld, "nina does not hold", "person")
    given(GIVEN).when(ending(scope="I1")).refused(RoleNotHeld, field="person")


def test_nobody_assigns_or_ends_a_role_of_their_own() -> None:
    given().when(giving(person="petra")).refused(OwnRole)
    given().when(ending(person="petra", role=Role.PERFORMANCE_OFFICER, scope=CODE)).refused(OwnRole)
    given().when(giving(person="ada"), "ada").refused(OwnRole)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_are_assigned_and_ended_by_administrators_only(
    role: Role,
) -> None:
    held = RoleAssigned(person="nina", role=role, scope=CODE, partner="county")
    given().when(giving(role=role, scope=CODE), "ada").then(held)
    given().when(giving(role=role, scope=CODE)).refused(NoRole, "an administrator for it")
    gone = RoleEnded(person="nina", role=role, scope=CODE)
    given(held).when(ending(role=role, scope=CODE), "ada").then(gone)
    given(held).when(ending(role=role, scope=CODE)).refused(NoRole, "administrator or auditor")


@pytest.mark.parametrize("scope", ["homes", "I1"])
def test_a_role_over_a_part_assigns_within_that_part(scope: str) -> None:
    given().when(giving(scope=scope), "hal").then(
        RoleAssigned(person="nina", role=Role.ENTRY_OFFICER, scope=scope, partner="county")
    )


@pytest.mark.parametrize("scope", [CODE, "people", "healthy", "I2"])
def test_a_role_over_a_part_assigns_nothing_beyond_it(scope: str) -> None:
    given().when(giving(scope=scope), "hal").refused(NoRole)
    held = RoleAssigned(person="nina", role=Role.ENTRY_OFFICER, scope=scope)
    given(held).when(ending(scope=scope), "hal").refused(NoRole)


def test_a_role_is_over_something_there_is() -> None:
    given().when(giving(scope="roads")).refused(UnknownScope, "'roads' is not", "scope")
    given().when(ending(scope="roads")).refused(UnknownScope, field="scope")


def test_a_role_is_given_to_somebody_there_is() -> None:
    given().when(giving(person="nobody")).refused(UnknownPerson, "'nobody'", "person")


def test_nobody_holds_a_role_for_another_partner_than_their_own() -> None:
    given().when(giving(partner="county")).then(GIVEN)
    given().when(giving(partner="trust")).refused(OtherPartner, "belongs to county", "partner")
    given().when(giving(person="ted", partner="county")).refused(OtherPartner, field="partner")


def test_the_last_day_is_neither_before_the_first_nor_over() -> None:
    early = giving(valid_from=date(2025, 9, 1), valid_to=date(2025, 8, 31))
    given().when(early).refused(DatesOutOfOrder, "31 August 2025, is before", "valid_to")
    over = giving(valid_to=TODAY - timedelta(days=1))
    given().when(over).refused(DatesOutOfOrder, "end it", "valid_to")
    given().when(giving(valid_from=TODAY, valid_to=TODAY)).then(
        RoleAssigned(
            person="nina",
            role=Role.ENTRY_OFFICER,
            scope="homes",
            partner="county",
            valid_from=TODAY,
            valid_to=TODAY,
        )
    )


# A role counts on its days, and for its partner


def indicator(data_owner: str = "") -> Indicator:
    state = Indicator(indicator_id(CODE, "I1"))
    defined = IndicatorDefined(
        agreement=CODE, code="I1", definition=definition(data_owner=data_owner)
    )
    evolve_indicator(state, recorded(state.id, 1, defined))
    return state


def outcome(state: Agreement, actor: str, at: datetime, data_owner: str = "") -> str:
    """What a submission comes to: "" where it is recorded, else the code of its refusal."""
    act = Act(actor=actor, at=at, correlation_id=uuid4())
    _, told = outcome_of(state, indicator(data_owner), submit(entry("91.5")), act, None)
    return told.refused


@for_all(
    st.dates(date(2025, 5, 20), date(2025, 6, 20)),
    st.none() | st.dates(date(2025, 5, 20), date(2025, 6, 20)),
    st.none() | st.dates(date(2025, 5, 20), date(2025, 6, 20)),
    st.integers(0, 24 * 60 - 1),
)
def test_at_no_moment_does_a_person_act_under_a_role_outside_its_days(
    day: date, begins: date | None, ends: date | None, minute: int
) -> None:
    """Whatever the minute of a day, where the partnership is."""
    held = RoleAssigned(
        person="nina", role=Role.ENTRY_OFFICER, scope="homes", valid_from=begins, valid_to=ends
    )
    at = datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=LONDON)
    inside = (begins or date.min) <= day <= (ends or date.max)
    assert ("" if inside else "no-role") == outcome(folded(held), "nina", at)


@pytest.mark.parametrize("named", ["trust", "Trust", " trust "])
def test_values_of_a_partner_that_is_the_data_owner_are_for_its_own_people(named: str) -> None:
    ted = RoleAssigned(person="ted", role=Role.ENTRY_OFFICER, scope="homes", partner="trust")
    state = folded(GIVEN, ted)
    assert ["other-partner", ""] == [outcome(state, who, AT, named) for who in ("nina", "ted")]


def test_a_data_owner_that_is_no_partner_closes_nobody_out() -> None:
    assert "" == outcome(folded(GIVEN), "nina", AT, "Office for National Statistics")


# On a real ledger


@pytest.fixture
def here(embedded_database: str) -> Iterator[Record]:
    with service_pool(embedded_database) as pool:
        record = Record(pool)
        stream = agreement_id(CODE)
        born = DemonstrationDeclared(statement="Its times are told by the tests.")
        events = [recorded(stream, n, each) for n, each in enumerate((born, *UNSEALED, ADA), 1)]
        defined = IndicatorDefined(agreement=CODE, code="I1", definition=definition())
        events.append(recorded(indicator_id(CODE, "I1"), 1, defined))
        record.append(events, commit(OPERATOR, simulated_at=SEALED_AT))
        with pool.connection() as connection:
            for person in PEOPLE.values():
                put_person(connection, person)
        yield record
        record.close()


def acting(actor: str = "petra", key: str | None = None) -> Act:
    return Act(
        actor=actor,
        at=AT,
        correlation_id=uuid4(),
        idempotency_key=key,
        request_digest=b"d" * 32 if key else None,
        simulated=True,
    )


def test_a_role_is_given_sent_twice_used_and_ended(here: Record) -> None:
    once = assign_role(here, CODE, giving(), acting(key="once"))
    again = assign_role(here, CODE, giving(), acting(key="once"))
    assert (once.last_position, True) == (again.last_position, again.replayed)
    assert here.handle(CODE, "I1", submit(entry("91.5")), acting("nina")).recorded
    end_role(here, CODE, ending(), acting("ada"))
    refused = here.handle(CODE, "I1", submit(entry("1", period="FY2022")), acting("nina"))
    assert isinstance(refusal_of(refused.told), NoRole)
    with pytest.raises(RoleNotHeld):
        end_role(here, CODE, ending(), acting("ada"))


def test_what_somebody_tried_with_a_role_is_in_the_record(here: Record) -> None:
    with pytest.raises(OwnRole):
        assign_role(here, CODE, giving(person="petra", scope=CODE), acting())
    with pytest.raises(NoRole):
        end_role(here, CODE, ending(person="ed", scope=CODE), acting("lena"))
    with pytest.raises(UnknownPerson):
        assign_role(here, CODE, giving(person="nobody"), acting())
    with pytest.raises(NoRole):  # a name is no id, and could never be erased
        end_role(here, CODE, ending(person="Jane Doe", scope="Jane's homes"), acting("lena"))
    tried = [each.event for each in here.application.stream(amendment_id(CODE, 0))]
    officer = {"agreement": CODE, "role": "entry-officer", "scope": CODE}
    assert [
        AmendmentActionRefused(action="assign-role", code="own-role", person="petra", **officer),
        AmendmentActionRefused(action="end-role", code="no-role", person="ed", **officer),
        AmendmentActionRefused(action="end-role", code="no-role", **officer | {"scope": ""}),
    ] == tried
