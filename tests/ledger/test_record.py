"""Load, decide, append: commands on a real ledger, with people acting at the same time."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from cutting import wire
from doors import commit, recorded, service_pool

from ledger import refused_lately
from ledger.acts import Act, Told, refusal_of
from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    ComparatorGroupSet,
    IndicatorPlaced,
    OutcomeSet,
    RoleAssigned,
    RoleEnded,
)
from ledger.amendment.events import AmendmentActionRefused
from ledger.engine import Appended, Commit
from ledger.event import Recorded, agreement_id, amendment_id, indicator_id
from ledger.indicator.commands import CorrectValues, EntryGiven, SignOffValues
from ledger.indicator.events import ActionRefused, SignedEntry, Source, ValuesSubmitted
from ledger.indicator.response_commands import CloseEscalation, ExamineValue
from ledger.indicator.responses import ValueExamined
from ledger.indicator.state import sign_off_digest
from ledger.record import Record
from ledger.refused_lately import MOST_REFUSED, WITHIN_SECONDS
from policies import refusals, refusals_escalation
from policies.permissions import Role
from policies.refusals_roles import TooManyRefused
from scenario import AREAS, AT, defined, entry, submit

CODE = "partnership"
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
    RoleAssigned(person="sue", role=Role.SIGN_OFF_OFFICER, scope=CODE),
)


def new_id() -> UUID:
    return uuid4()


def act(actor: str = "asha", key: str | None = None, digest: bytes | None = None) -> Act:
    return Act(
        actor=actor,
        at=AT,
        correlation_id=new_id(),
        idempotency_key=key,
        request_digest=digest or (b"d" * 32 if key else None),
    )


def set_up(record: Record) -> None:
    stream = agreement_id(CODE)
    events = [recorded(stream, n, event) for n, event in enumerate(SET_UP, 1)]
    events.append(recorded(indicator_id(CODE, "I1"), 1, defined()))
    record.append(events, commit("operator"))


@contextmanager
def the_record(url: str, *, first: bool = True) -> Iterator[Record]:
    with service_pool(url) as pool:
        record = Record(pool)
        if first:
            set_up(record)
        yield record
        record.close()


def last_event(record: Record) -> object:
    return list(record.application.stream(indicator_id(CODE, "I1")))[-1].event


def test_a_submission_is_recorded_and_told_by_name(database: str) -> None:
    """The entry's name is its position and index."""
    with the_record(database) as record:
        answered = record.handle(CODE, "I1", submit(entry("91.5")), act())
        assert "8.0" == answered.name_of(answered.told.outcomes[0])
        assert record.indicator(CODE, "I1").key_named("8.0") is not None


def test_two_processes_see_each_other(database: str) -> None:
    """What is kept in memory is never answered from when it is stale."""
    with the_record(database) as one, the_record(database, first=False) as two:
        assert one.handle(CODE, "I1", submit(entry("1")), act()).recorded
        assert not two.handle(CODE, "I1", submit(entry("1")), act()).recorded
        two.handle(CODE, "I1", submit(entry("2", period="FY2022")), act())
        assert not one.handle(CODE, "I1", submit(entry("2", period="FY2022")), act()).recorded
        with pytest.raises(refusals.ValueExists):
            one.handle(CODE, "I1", submit(entry("3", period="FY2022")), act())
        assert one.handle(CODE, "I1", submit(entry("3", period="FY2021")), act()).recorded


def test_a_role_that_ended_ends_at_once_everywhere(database: str) -> None:
    """A decision on a role that was ended in another process is refused, and recorded."""
    with the_record(database) as one, the_record(database, first=False) as two:
        one.handle(CODE, "I1", submit(entry("1")), act())
        stream = agreement_id(CODE)
        ended = RoleEnded(person="asha", role=Role.ENTRY_OFFICER, scope="safe")
        two.append([recorded(stream, len(SET_UP) + 1, ended)], commit("operator"))
        answered = one.handle(CODE, "I1", submit(entry("2", period="FY2022")), act())
        assert isinstance(refusal_of(answered.told), refusals.NoRole)
        assert 2 == one.indicator(CODE, "I1").version
        apart = AmendmentActionRefused(action="submit", code="no-role", agreement=CODE, scope="I1")
        assert [apart] == tried_apart(one)


def tried_apart(record: Record) -> list[object]:
    """What was tried by people without any role, as the agreement keeps it."""
    return [each.event for each in record.application.stream(amendment_id(CODE, 0))]


def test_what_strangers_try_at_once_is_all_recorded_and_moves_no_indicator(database: str) -> None:
    with the_record(database) as record:
        record.handle(CODE, "I1", submit(entry("1")), act())
        version = record.indicator(CODE, "I1").version

        def knock(number: int) -> Told:
            return record.handle(CODE, "I1", submit(entry("2")), act(f"nobody.{number}")).told

        with ThreadPoolExecutor(4) as pool:
            assert {"no-role"} == {told.refused for told in pool.map(knock, range(12))}
        record.refresh(CODE, "I1")
        assert version == record.indicator(CODE, "I1").version
        assert 12 == len(tried_apart(record))
        seen = record.handle(
            CODE, "I1", submit(entry("3", period="FY2021")), act(), if_version=version
        )
        assert seen.recorded


def test_beyond_so_many_refusals_within_a_minute_nothing_more_is_recorded(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one person: others are heard, and so are they when the minute is over."""
    now = 0.0
    monkeypatch.setattr(refused_lately, "monotonic", lambda: now)
    with the_record(database) as record:
        again = record.handle(CODE, "I1", submit(entry("1")), act("lee", key="once")).told
        for actor, command in (("lee", submit(entry("1"))), ("sue", submit(entry("1")))):
            for _ in range(MOST_REFUSED - (actor == "lee")):
                assert "no-role" == record.handle(CODE, "I1", command, act(actor)).told.refused
            now += 20
            with pytest.raises(TooManyRefused) as told:
                record.handle(CODE, "I1", command, act(actor))
            assert WITHIN_SECONDS - 20 == told.value.again_in
        assert MOST_REFUSED == len(tried_apart(record))
        assert again == record.handle(CODE, "I1", submit(entry("1")), act("lee", key="once")).told
        assert record.handle(CODE, "I1", submit(entry("1")), act()).recorded
        now += WITHIN_SECONDS + 1
        assert "no-role" == record.handle(CODE, "I1", submit(entry("1")), act("lee")).told.refused


def test_signing_ones_own_entry_is_refused_and_recorded(database: str) -> None:
    """The refusal is an event; the value is not signed."""
    with the_record(database) as record:
        stream = agreement_id(CODE)
        both = RoleAssigned(person="asha", role=Role.SIGN_OFF_OFFICER, scope=CODE)
        record.append([recorded(stream, len(SET_UP) + 1, both)], commit("operator"))
        record.handle(CODE, "I1", submit(entry("1")), act())
        state = record.indicator(CODE, "I1")
        ((key, held),) = state.entries.items()
        seen = sign_off_digest(state.id, held.name, held.entry, 1)
        command = SignOffValues(entries=(SignedEntry(held.name, seen),), assurance="checked")
        answered = record.handle(CODE, "I1", command, act(key="mine"))
        assert isinstance(refusal_of(answered.told), refusals.SelfSignOff)
        refused = ActionRefused(action="sign-off", code="self-sign-off", entries=(held.name,))
        assert refused == last_event(record)
        again = record.handle(CODE, "I1", command, act(key="mine"))
        assert (True, answered.told) == (again.replayed, again.told)
        assert record.indicator(CODE, "I1").entries[key].signature is None


def test_a_key_sent_twice_gives_the_first_answer(database: str) -> None:
    """Also when the value was corrected in between, so that a new decision would refuse."""
    with the_record(database) as record:
        first = record.handle(CODE, "I1", submit(entry("1")), act(key="k"))
        correction = CorrectValues(entries=(EntryGiven(entry=entry("2")),), reason="aa")
        record.handle(CODE, "I1", correction, act())
        again = record.handle(CODE, "I1", submit(entry("1")), act(key="k"))
        assert (True, first.told, first.last_position) == (
            again.replayed,
            again.told,
            again.last_position,
        )
        with pytest.raises(refusals.IdempotencyKeyReused):
            record.handle(CODE, "I1", submit(entry("5")), act(key="k", digest=b"e" * 32))


def test_the_version_somebody_saw_must_be_the_one_that_holds(database: str) -> None:
    """If-Match with an older version is refused, with the right one it is taken."""
    with the_record(database) as record:
        record.handle(CODE, "I1", submit(entry("1")), act(), if_version=1)
        later = submit(entry("2", period="FY2022"))
        with pytest.raises(refusals.VersionMoved):
            record.handle(CODE, "I1", later, act(), if_version=1)
        assert record.handle(CODE, "I1", later, act(), if_version=2).recorded


def test_a_connection_cut_after_commit_gives_the_first_answer_on_repeat(database: str) -> None:
    """Nothing is stored twice, and the repeat is told what the first was not told."""
    with the_record(database), wire(database) as (url, cutting):
        with the_record(url, first=False) as record:
            record.indicator(CODE, "I1")
            record.agreement(CODE)
            with psycopg.connect(database, autocommit=True) as witness:

                def landed() -> bool:
                    row = witness.execute("SELECT max(last_position) FROM ledger.commits")
                    return row.fetchone() == (8,)

                cutting.arm(landed)
                with pytest.raises(psycopg.OperationalError):
                    record.handle(CODE, "I1", submit(entry("1")), act(key="k"))
                assert (1, True) == (cutting.cuts, landed())
            again = record.handle(CODE, "I1", submit(entry("1")), act(key="k"))
            assert (True, 8, "8.0") == (
                again.replayed,
                again.last_position,
                again.name_of(again.told.outcomes[0]),
            )


def test_many_people_at_one_indicator_lose_nothing(database: str) -> None:
    """Every submission is recorded once, or its sender is told of the conflict."""
    periods = [f"FY{year}" for year in range(1990, 2022)]
    answers: list[object] = []

    def work(record: Record, mine: list[str]) -> None:
        for period in mine:
            try:
                answers.append(record.handle(CODE, "I1", submit(entry("1", period=period)), act()))
            except refusals.Conflict as conflict:
                answers.append(conflict)

    with the_record(database) as one, the_record(database, first=False) as two:
        threads = [
            threading.Thread(target=work, args=(record, periods[n::4]))
            for n, record in enumerate((one, one, two, two))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stored = [event.event for event in one.application.stream(indicator_id(CODE, "I1"))]
        told = [answer for answer in answers if not isinstance(answer, refusals.Conflict)]
        assert len(periods) == len(answers)
        assert len(told) == len(stored) - 1


def overtaking(
    patch: pytest.MonkeyPatch, record: Record, other: Record, source: Source | None, times: int
) -> None:
    """So many times something is written to the indicator just before what a person does."""
    append, periods = record.append, [f"FY{1990 + n}" for n in range(times)]

    def overtaken(events: Sequence[Recorded], by: Commit) -> Appended:
        if periods:
            given = ValuesSubmitted(entries=(entry(period=periods.pop()),), source=source)
            state = other.indicator(CODE, "I1")
            other.append([recorded(state.id, state.version + 1, given)], commit("loader"))
            other.refresh(CODE, "I1")
        return append(events, by)

    patch.setattr(record, "append", overtaken)


def test_parts_of_a_load_do_not_keep_an_officer_out(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One part after the other goes in before the officer's own value: it is recorded behind."""
    source = Source(file="figures.csv", sha256="00" * 32, load=str(new_id()))
    with the_record(database) as one, the_record(database, first=False) as two:
        overtaking(monkeypatch, one, two, source, times=5)
        answered = one.handle(CODE, "I1", submit(entry("91.5")), act())
        assert (True, 13) == (answered.recorded, answered.last_position)


@pytest.mark.parametrize(("times", "told"), [(2, True), (3, False)])
def test_an_officer_who_is_overtaken_by_people_is_told_in_the_end(
    database: str, monkeypatch: pytest.MonkeyPatch, times: int, told: bool
) -> None:
    with the_record(database) as one, the_record(database, first=False) as two:
        overtaking(monkeypatch, one, two, None, times=times)
        if told:
            assert one.handle(CODE, "I1", submit(entry("91.5")), act()).recorded
            return
        with pytest.raises(refusals.Conflict):
            one.handle(CODE, "I1", submit(entry("91.5")), act())


def test_an_agreement_that_moved_meanwhile_is_no_load(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group of areas says in words where its list is from."""
    group = ComparatorGroupSet(
        code="near", title="Near", version=1, members=tuple(AREAS), source="the region's own list"
    )
    with the_record(database) as one, the_record(database, first=False) as two:
        one.handle(CODE, "I1", submit(entry("91.5")), act())
        two.append([recorded(agreement_id(CODE), len(SET_UP) + 1, group)], commit("operator"))
        overtaking(monkeypatch, one, two, None, times=1)
        answered = one.handle(CODE, "I1", submit(entry("2", period="FY2022")), act())
        assert answered.recorded


def test_what_people_do_about_performance_goes_the_same_way(database: str) -> None:
    """Prepared in memory or decided on the database; the board's own acts ask for its scope."""
    examine, close = ExamineValue(period="FY2023"), CloseEscalation(reason="aa" * 32)
    with the_record(database) as record:
        stream = agreement_id(CODE)
        roles = [
            RoleAssigned(person="bo", role=Role.BOARD_MEMBER, scope="safe"),
            RoleAssigned(person="chair", role=Role.BOARD_MEMBER, scope=CODE),
        ]
        first = len(SET_UP) + 1
        given = [recorded(stream, n, role) for n, role in enumerate(roles, first)]
        record.append(given, commit("operator"))
        assert record.prepare(CODE, "I1", examine, act("bo")) is None  # nothing is in memory yet
        record.handle(CODE, "I1", submit(entry("91.5")), act())
        prepared = record.prepare(CODE, "I1", examine, act("bo"))
        assert prepared is not None
        answered = record.finish(prepared, record.append(prepared.recorded, prepared.commit))
        assert answered.recorded
        assert isinstance(last_event(record), ValueExamined)
        assert 1 == len(record.indicator(CODE, "I1").responses)
        told = record.handle(CODE, "I1", close, act("bo")).told
        assert ("no-role", "close-escalation") == (told.refused, last_action(record))
        with pytest.raises(refusals_escalation.NoEscalationRules):
            record.handle(CODE, "I1", close, act("chair"))


def last_action(record: Record) -> str:
    event = last_event(record)
    assert isinstance(event, ActionRefused)
    return event.action
