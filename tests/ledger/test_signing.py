"""Signing off many entries at once: none that could be signed is lost, and no stale one signed."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from doors import commit, recorded, service_pool

from ledger.acts import Act, Answered
from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    IndicatorPlaced,
    OutcomeSet,
    RoleAssigned,
    RoleEnded,
)
from ledger.event import agreement_id, amendment_id, indicator_id
from ledger.indicator.commands import CorrectValues, EntryGiven, ReturnValues, SignOffValues
from ledger.indicator.events import ActionRefused, SignedEntry, ValuesSignedOff
from ledger.indicator.state import sign_off_digest
from ledger.record import Record
from ledger.signing import Signed, sign_off_chosen
from policies.permissions import Role
from policies.refusals import (
    AlreadySignedOff,
    Conflict,
    IdempotencyKeyReused,
    NoRole,
    NotCurrent,
    SelfSignOff,
    SignOffStale,
    UnknownIndicator,
    WrongStanding,
)
from policies.standing import Assurance
from scenario import AREAS, AT, defined, entry, submit

CODE = "partnership"
OFFICER = Role.SIGN_OFF_OFFICER
SET_UP = (
    AgreementDefined(
        code=CODE,
        title="A partnership",
        start=date(2019, 4, 1),
        end=date(2027, 3, 31),
        accountable_body="county",
        calendar="financial",
        areas=tuple(Area(code, code) for code in AREAS),
    ),
    BlockSet(code="safe", title="Stay safe"),
    OutcomeSet(code="homes", title="Care leavers have homes", block="safe"),
    IndicatorPlaced(indicator="I1", outcome="homes"),
    RoleAssigned(person="asha", role=Role.ENTRY_OFFICER, scope="safe"),
    RoleAssigned(person="asha", role=OFFICER, scope="safe"),
    RoleAssigned(person="sue", role=OFFICER, scope=CODE),
    RoleAssigned(person="tom", role=OFFICER, scope="homes"),
)
YEARS = ("FY2020", "FY2021", "FY2022", "FY2023")


def act(actor: str, key: str | None = None, digest: bytes = b"d" * 32) -> Act:
    return Act(
        actor=actor,
        at=AT,
        correlation_id=uuid4(),
        idempotency_key=key,
        request_digest=digest if key else None,
    )


@pytest.fixture
def record(embedded_database: str) -> Iterator[Record]:
    """Four years of one indicator, given by Asha, wait for their sign-off."""
    with service_pool(embedded_database) as pool:
        record = Record(pool)
        stream = agreement_id(CODE)
        events = [recorded(stream, n, event) for n, event in enumerate(SET_UP, 1)]
        events.append(recorded(indicator_id(CODE, "I1"), 1, defined()))
        record.append(events, commit("operator"))
        given = submit(*(entry("1", period=period) for period in YEARS))
        record.handle(CODE, "I1", given, act("asha"))
        yield record
        record.close()


def seen(record: Record) -> SignOffValues:
    """What somebody would send who has just looked at everything that holds."""
    state = record.indicator(CODE, "I1")
    helds = sorted(state.entries.values(), key=lambda held: held.entry.period)
    return SignOffValues(
        entries=tuple(
            SignedEntry(
                held.name,
                sign_off_digest(state.id, held.name, held.entry, state.definition_version),
            )
            for held in helds
        ),
        assurance="checked",
    )


def sign(
    record: Record, command: SignOffValues, actor: str = "sue", key: str | None = None
) -> Signed:
    return sign_off_chosen(record, CODE, "I1", command, act(actor, key))


def correct(record: Record, period: str, value: str) -> None:
    command = CorrectValues(entries=(EntryGiven(entry=entry(value, period=period)),), reason="aa")
    record.handle(CODE, "I1", command, act("asha"))


def events(record: Record) -> list[object]:
    return [one.event for one in record.application.stream(indicator_id(CODE, "I1"))]


def codes(signed: Signed) -> dict[str, str]:
    return {name: refusal.code for name, refusal in signed.refusals.items()}


def test_all_that_was_seen_is_signed_in_one_commit(record: Record) -> None:
    command = seen(record)
    signed = sign(record, command)
    assert (tuple(one.name for one in command.entries), {}) == (signed.names, signed.refusals)
    assert 1 == len(signed.answered)
    expected = ValuesSignedOff(entries=command.entries, assurance=Assurance.CHECKED)
    assert expected == events(record)[-1]


def test_what_changed_keeps_none_of_the_others_back(record: Record) -> None:
    """One corrected, one returned, one signed by another, one with a wrong digest: one is left."""
    more = submit(entry("1", period="FY2019"))
    record.handle(CODE, "I1", more, act("asha"))
    command = seen(record)
    first, corrected, returned, theirs, wrong = (one.name for one in command.entries)
    correct(record, "FY2020", "2")
    record.handle(CODE, "I1", ReturnValues(entries=(returned,), reason="aa"), act("tom"))
    sign(record, SignOffValues(entries=command.entries[3:4], assurance="checked"), actor="tom")
    entries = (*command.entries[:4], SignedEntry(wrong, "0" * 64))
    signed = sign(record, SignOffValues(entries=entries, assurance="checked"))
    assert (first,) == signed.names
    assert {
        corrected: NotCurrent.code,
        returned: WrongStanding.code,
        theirs: AlreadySignedOff.code,
        wrong: SignOffStale.code,
    } == codes(signed)
    assert (command.entries[0],) == events(record)[-1].entries  # type: ignore[attr-defined]


def test_a_form_sent_twice_is_recorded_once_and_answered_alike(record: Record) -> None:
    """Also where something in it could not be signed, and has changed again meanwhile."""
    command = seen(record)
    correct(record, "FY2021", "2")
    once = sign(record, command, key="k")
    stored = len(events(record))
    again = sign(record, command, key="k")
    assert (once.names, codes(once)) == (again.names, codes(again))
    correct(record, "FY2020", "3")
    later = sign(record, command, key="k")
    assert once.names == later.names
    assert stored + 1 == len(events(record))
    with pytest.raises(IdempotencyKeyReused):
        sign_off_chosen(record, CODE, "I1", command, act("sue", "k", b"e" * 32))


def test_an_entry_named_twice_is_signed_once(record: Record) -> None:
    one, *_ = seen(record).entries
    signed = sign(record, SignOffValues(entries=(one, one), assurance="checked"))
    assert ((one.name,), {}) == (signed.names, signed.refusals)


def test_what_is_ones_own_is_refused_recorded_once_and_the_others_are_signed(
    record: Record,
) -> None:
    record.handle(CODE, "I1", ReturnValues(entries=("10.0",), reason="aa"), act("tom"))
    stream, version = agreement_id(CODE), len(SET_UP) + 1
    entering = RoleAssigned(person="sue", role=Role.ENTRY_OFFICER, scope=CODE)
    record.append([recorded(stream, version, entering)], commit("operator"))
    record.refresh(CODE, "I1")
    given = CorrectValues(entries=(EntryGiven(entry=entry("5", period="FY2020")),), reason="aa")
    record.handle(CODE, "I1", given, act("sue"))
    command = seen(record)
    mine = command.entries[0].name
    for _ in range(2):
        signed = sign(record, command, key="k")
        assert {mine: SelfSignOff.code} == codes(signed)
        assert tuple(one.name for one in command.entries[1:]) == signed.names
    refused = ActionRefused(action="sign-off", code="self-sign-off", entries=(mine,))
    assert 1 == events(record).count(refused)


def test_without_the_role_nothing_is_signed_and_the_attempt_is_recorded(record: Record) -> None:
    """Of a stranger it stands apart from the history of the indicator."""
    before = events(record)
    signed = sign(record, seen(record), actor="lee")
    assert () == signed.names
    assert {NoRole.code} == set(codes(signed).values())
    assert before == events(record)
    *_, refused = record.application.stream(amendment_id(CODE, 0))
    assert ("lee", "amendment-action-refused") == (refused.actor, refused.event.TOPIC)
    with pytest.raises(UnknownIndicator):
        sign_off_chosen(record, CODE, "I9", seen(record), act("sue"))


def test_a_role_that_ended_elsewhere_a_moment_ago_is_noticed(
    record: Record, embedded_database: str
) -> None:
    command = seen(record)
    with service_pool(embedded_database, most=1) as pool:
        other = Record(pool)
        ended = RoleEnded(person="sue", role=OFFICER, scope=CODE)
        other.append([recorded(agreement_id(CODE), len(SET_UP) + 1, ended)], commit("operator"))
        other.close()
    assert {NoRole.code} == set(codes(sign(record, command)).values())


def test_two_people_at_once_sign_each_entry_once_and_each_is_told_of_all(
    record: Record, embedded_database: str
) -> None:
    """From two processes, with the same entries chosen: the second hears who was first."""
    told: dict[str, Signed] = {}
    command = seen(record)
    together = threading.Barrier(2)

    def work(mine: Record, person: str) -> None:
        together.wait()
        told[person] = sign(mine, command, actor=person, key=f"{person}-1")

    with service_pool(embedded_database) as pool:
        other = Record(pool)
        threads = [
            threading.Thread(target=work, args=pair) for pair in ((record, "sue"), (other, "tom"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other.close()
    signed = [one for one in events(record) if isinstance(one, ValuesSignedOff)]
    assert [command.entries] == [one.entries for one in signed]
    names = tuple(one.name for one in command.entries)
    first, second = sorted(told.values(), key=lambda one: len(one.refusals))
    assert (names, {}) == (first.names, first.refusals)
    assert () == second.names
    assert dict.fromkeys(names, AlreadySignedOff.code) == codes(second)


def test_where_others_are_quicker_every_time_it_is_said_and_nothing_is_signed(
    record: Record, embedded_database: str
) -> None:
    """An officer corrects a year before each attempt; the fourth year is not lost by it."""
    years = iter(YEARS)

    class Hurried(Record):
        """A process in which somebody else is always a moment ahead."""

        def handle(self, *asked: Any, **more: Any) -> Answered:
            """Decide a command once something was recorded by somebody else."""
            correct(record, next(years), "7")
            return super().handle(*asked, **more)

    command = seen(record)
    with service_pool(embedded_database) as pool:
        hurried = Hurried(pool)
        signed = sign(hurried, command)
        hurried.close()
    *_, last = (one.name for one in command.entries)
    assert () == signed.names
    assert Conflict.code == codes(signed)[last]
    assert not any(isinstance(one, ValuesSignedOff) for one in events(record))
    assert (last,) == sign(record, command).names
