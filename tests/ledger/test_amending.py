"""Change control on a real ledger: one commit, several streams, and people acting at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from change_scenario import (
    AT,
    CODE,
    SEALED_AT,
    TARGETS,
    UNSEALED,
    change,
    move,
    rules,
    target,
)
from doors import commit, recorded, service_pool

from ledger.acts import OPERATOR, Act
from ledger.agreement.events import AgreementSealed, DemonstrationDeclared
from ledger.amending import acting
from ledger.amending.acting import handle, propose, to_rehearse
from ledger.amending.around import amendment_of, last_number
from ledger.amending.keeping import keep_rehearsal, read_rehearsal
from ledger.amending.recording import Acted
from ledger.amending.sealing import (
    RefreshAsked,
    check_may_open_refresh,
    check_may_seal,
    open_refresh,
    seal,
)
from ledger.amending.together import DecideTogether, decide_together, waiting_in
from ledger.amendment.commands import Command, Consent, Decide, Rehearse, Revise
from ledger.amendment.events import (
    AmendmentActionRefused,
    Changes,
    DefinitionChange,
    TargetChange,
)
from ledger.amendment.state import Stage
from ledger.engine import Appended, Commit
from ledger.event import Recorded, agreement_id, amendment_id, indicator_id
from ledger.indicator.commands import EntryGiven, SubmitValues
from ledger.indicator.events import (
    ActionRefused,
    Entry,
    IndicatorDefined,
    IndicatorRedefined,
    TargetsAmended,
    TargetsSet,
)
from ledger.record import Record
from policies import refusals
from policies import refusals_change_control as change_control
from policies.definition import MarginOverride
from scenario import definition

LATER = AT + timedelta(days=60)  # after any refresh here


def act(actor: str = "lena", key: str | None = None, at: datetime = AT, digest: int = 0) -> Act:
    return Act(
        actor=actor,
        at=at,
        correlation_id=uuid4(),
        idempotency_key=key,
        request_digest=bytes([digest]) * 32 if key else None,
        simulated=True,
    )


@contextmanager
def the_record(url: str, *, first: bool = True, sealed: bool = True) -> Iterator[Record]:
    with service_pool(url) as pool:
        record = Record(pool)
        if first:
            set_up(record, sealed=sealed)
        yield record
        record.close()


def set_up(record: Record, *, sealed: bool) -> None:
    """The agreement of three partners, its indicators and targets; sealed without a freeze."""
    stream = agreement_id(CODE)
    born = DemonstrationDeclared(statement="Its times are told by the tests.")
    events = [recorded(stream, n, event) for n, event in enumerate((born, *UNSEALED), 1)]
    for code, targets in TARGETS.items():
        its = indicator_id(CODE, code)
        defined = IndicatorDefined(agreement=CODE, code=code, definition=definition())
        events += [recorded(its, 1, defined), recorded(its, 2, TargetsSet(targets=targets))]
    record.append(events, commit(OPERATOR, simulated_at=SEALED_AT))
    if sealed:
        seal(record, CODE, "12/2025", act("bela", at=SEALED_AT), freeze_days=0)


@pytest.fixture
def here(embedded_database: str) -> Iterator[Record]:
    with the_record(embedded_database) as record:
        yield record


def proposal(record: Record, changes: Changes | None = None, **more: Any) -> int:
    by = more.pop("by", "lena")
    given: dict[str, Any] = {"title": "Fewer", "reason": "d1", "changes": changes or change()}
    (number,) = propose(record, CODE, act(by), **(given | more)).numbers
    return number


def head(record: Record) -> int:
    return record.application.ledger_recorder.max_notification_id() or 0


def rehearse(record: Record, number: int, position: int | None = None) -> None:
    with record.pool.connection() as connection:
        digest = keep_rehearsal(connection, amendment_id(CODE, number), b"{}")
    state = amendment_of(record, CODE, number)
    known = head(record) if position is None else position
    command = Rehearse(revision=state.revision, position=known, digest=digest, summary="Little.")
    handle(record, CODE, number, command, act())


def ready(record: Record, changes: Changes | None = None, **more: Any) -> int:
    """An amendment that only waits for its decision."""
    number = proposal(record, changes, **more)
    for partner, person in (("county", "bela"), ("trust", "tom")):
        try:
            handle(record, CODE, number, Consent(partner=partner), act(person))
        except change_control.NotBound:
            continue
    rehearse(record, number)
    return number


def approval(body: str = "board") -> Decide:
    return Decide(decision="approved", body=body, minute_reference="14/2025")


def give(record: Record, period: str = "FY2023", by: str = "ed", indicator: str = "I1") -> None:
    """Somebody submits a value."""
    given = EntryGiven(entry=Entry(period=period, area="E10000031", value=Decimal(1)))
    record.handle(CODE, indicator, SubmitValues(entries=(given,)), act(by))


def topics(record: Record, since: int) -> list[str]:
    with record.pool.connection() as connection:
        rows = connection.execute(
            "SELECT topic FROM ledger.ledger_events WHERE notification_id > %s"
            " ORDER BY notification_id",
            (since,),
        )
        return [topic for (topic,) in rows]


def together(*acts: Callable[[], object]) -> list[object]:
    """What each of several people at once is answered, or refused."""
    begin = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            answers[n] = act()
        except refusals.Refusal as refusal:
            answers[n] = refusal

    threads = [threading.Thread(target=run, args=(n, each)) for n, each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_sealing_is_done_once_by_the_board_or_the_operator(embedded_database: str) -> None:
    with the_record(embedded_database, sealed=False) as record:
        with pytest.raises(change_control.AgreementNotSealed):
            proposal(record)
        with pytest.raises(refusals.NoRole):
            seal(record, CODE, "12/2025", act("petra"))
        with pytest.raises(change_control.BadChanges):
            seal(record, CODE, " ", act("bela"))
        seal(record, CODE, "12/2025", act(OPERATOR), freeze_days=7)
        body = record.fresh_agreement(CODE)
        assert body.sealed is not None
        assert AgreementSealed(minute_reference="12/2025", freeze_days=7) == body.sealed.event
        with pytest.raises(change_control.AlreadySealed):
            seal(record, CODE, "13/2025", act("bela"))
        refused = list(record.application.stream(amendment_id(CODE, 0)))
        event = AmendmentActionRefused(action="seal", code="no-role", agreement=CODE)
        assert [event] == [each.event for each in refused]


def test_an_approval_writes_everything_in_one_commit_and_the_decision_last(here: Record) -> None:
    number = ready(here, change(move(), policies=(rules(),)), by="petra")
    before = head(here)
    acted = handle(here, CODE, number, approval(), act("bela"))
    assert ["targets-amended", "rag-policy-adopted", "amendment-decided"] == topics(here, before)
    assert (before + 1, before + 3) == (acted.first_position, acted.last_position)
    state = here.indicators(CODE, ["I1"])["I1"]
    assert Decimal(92) == state.targets["E10000031", "FY2025"].target.level
    assert Decimal(90) == state.targets["E10000031", "FY2026"].target.level
    assert Stage.APPROVED is amendment_of(here, CODE, number).stage
    give(here)  # whose fold was kept, and is brought up to date


def test_the_first_of_two_bodies_changes_nothing_yet(here: Record) -> None:
    designated = TargetChange(indicator="I2", target=target("75", kind="designated"))
    number = ready(here, change(designated), by="tom")
    before = head(here)
    handle(here, CODE, number, approval(), act("bela"))
    assert ["amendment-decided"] == topics(here, before)
    assert Stage.PROPOSED is amendment_of(here, CODE, number).stage
    handle(here, CODE, number, approval("office"), act("rita"))
    assert ["amendment-decided", "targets-amended", "amendment-decided"] == topics(here, before)


def test_two_who_propose_at_once_get_two_numbers(embedded_database: str) -> None:
    with the_record(embedded_database) as one, the_record(embedded_database, first=False) as two:
        answers = together(*(partial(proposal, record) for record in (one, two) * 2))
        assert [1, 2, 3, 4] == sorted(answers)  # type: ignore[type-var]
        assert 4 == last_number(one, CODE)


def test_two_who_decide_at_once_decide_once(embedded_database: str) -> None:
    with the_record(embedded_database) as one, the_record(embedded_database, first=False) as two:
        number = ready(one)
        answers = together(
            lambda: handle(one, CODE, number, approval(), act("bela")),
            lambda: handle(two, CODE, number, approval(), act("bela")),
        )
        kinds = sorted(type(answer).__name__ for answer in answers)
        assert ["Acted", "AmendmentClosed"] == kinds
        amended = [
            each
            for each in one.application.stream(indicator_id(CODE, "I1"))
            if isinstance(each.event, TargetsAmended)
        ]
        assert 1 == len(amended)


@pytest.mark.parametrize(
    ("changes", "by", "indicator"),
    [(change(), "lena", "I1"), (change(policies=(rules(),)), "petra", "I2")],
)
def test_a_value_after_the_rehearsal_makes_it_stale(
    here: Record, changes: Changes, by: str, indicator: str
) -> None:
    number = ready(here, changes, by=by)
    give(here, indicator=indicator)
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, number, approval(), act("bela"))
    rehearse(here, number)
    handle(here, CODE, number, approval(), act("bela"))


def redefine(record: Record, indicator: str, **more: Any) -> None:
    """Another definition of an indicator, past the rules of change control."""
    state = record.indicators(CODE, [indicator])[indicator]
    event = IndicatorRedefined(definition=definition(**more))
    record.append([recorded(state.id, state.version + 1, event)], commit(OPERATOR, simulated_at=AT))


@pytest.mark.parametrize("named", ["I1", "I2"])
def test_a_value_of_the_one_that_stands_in_for_another_makes_a_rehearsal_stale(
    here: Record, named: str
) -> None:
    """I2 stands in for the annual I1: what changes either is judged by the facts of both."""
    redefine(here, "I1", proxy="I2")
    sheet = definition(proxy="I2", title="Anew") if named == "I1" else definition(title="Anew")
    anew = DefinitionChange(indicator=named, kind="minor", definition=sheet)
    number = ready(here, change(definitions=(anew,)), by="petra")
    give(here, indicator="I2" if named == "I1" else "I1")
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, number, approval(), act("bela"))


def test_what_does_not_matter_makes_no_rehearsal_stale(here: Record) -> None:
    """Another indicator, somebody's refused act, a new role, another amendment."""
    number = ready(here)
    give(here, indicator="I2")
    give(here, by="nobody")
    assert isinstance(
        list(here.application.stream(indicator_id(CODE, "I1")))[-1].event, ActionRefused
    )
    proposal(here)
    handle(here, CODE, number, approval(), act("bela"))


def test_an_amendment_of_the_same_indicator_makes_a_rehearsal_stale(here: Record) -> None:
    first, second = ready(here), ready(here, change(move("91", "FY2026")))
    handle(here, CODE, first, approval(), act("bela"))
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, second, approval(), act("bela"))


def test_rules_adopted_after_the_rehearsal_make_it_stale(here: Record) -> None:
    first = ready(here)
    second = ready(here, change(policies=(rules(),)), by="petra")
    handle(here, CODE, second, approval(), act("bela"))
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, first, approval(), act("bela"))


def test_a_value_between_the_decision_and_its_record_is_seen(
    here: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The append names what the decision relied on: it is made again, and refused."""
    number = ready(here, change(policies=(rules(),)), by="petra")
    appending = Record.append
    arrived = iter([True])

    def late(record: Record, events: Sequence[Recorded], commit: Commit) -> Appended:
        if commit.command == "decide-amendment" and next(arrived, False):
            give(here, indicator="I2")  # a stream that this decision only reads
        return appending(record, events, commit)

    monkeypatch.setattr(Record, "append", late)
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, number, approval(), act("bela"))
    assert Stage.PROPOSED is amendment_of(here, CODE, number).stage


def test_a_refused_duty_is_recorded_in_the_stream_it_is_about(here: Record) -> None:
    number = ready(here, by="bela")
    with pytest.raises(change_control.OwnProposal):
        handle(here, CODE, number, approval(), act("bela"))
    with pytest.raises(refusals.NoRole):
        to_rehearse(here, CODE, number, act("ed"))
    *_, own, rehearsing = here.application.stream(amendment_id(CODE, number))
    assert (
        AmendmentActionRefused(action="decide-amendment", code="own-proposal", agreement=CODE),
        AmendmentActionRefused(action="rehearse-amendment", code="no-role", agreement=CODE),
    ) == (own.event, rehearsing.event)
    with pytest.raises(refusals.NoRole):
        proposal(here, by="ed")
    [refused] = here.application.stream(amendment_id(CODE, 0))
    assert ("ed", "propose-amendment") == (refused.actor, getattr(refused.event, "action", ""))


def test_a_repeat_is_told_the_first_answer(here: Record) -> None:
    def again(key: str, digest: int = 0) -> Acted:
        return propose(
            here,
            CODE,
            act(key=key, digest=digest),
            title="Fewer",
            reason="d1",
            changes=change(),
        )

    first, second = again("a"), again("a")
    assert (first.numbers, first.last_position) == (second.numbers, second.last_position)
    assert second.replayed
    assert (2,) == again("b").numbers
    with pytest.raises(refusals.IdempotencyKeyReused):
        again("a", digest=1)
    for _ in range(2):  # a refused duty is told again, and recorded once
        with pytest.raises(refusals.NoRole):
            handle(here, CODE, 1, approval(), act("rita", key="c"))
    handle(here, CODE, 1, Consent(partner="county"), act("bela", key="d"))
    revision = Revise(changes=change(move("93")), reason="d2")
    handle(here, CODE, 1, revision, act())
    handle(here, CODE, 1, Consent(partner="county"), act("bela", key="d"))
    assert {} == amendment_of(here, CODE, 1).consents


def test_what_is_not_there_is_said(here: Record) -> None:
    with pytest.raises(change_control.UnknownAmendment):
        handle(here, CODE, 1, Consent(partner="county"), act("bela"))
    with pytest.raises(refusals.UnknownAgreement):
        handle(here, "nowhere", 1, Consent(partner="county"), act("bela"))


# Refreshes

SPRING = RefreshAsked(title="Spring", opens_on=date(2025, 6, 1), closes_on=date(2025, 6, 30))


def refreshed(here: Record, *changes: Changes) -> list[int]:
    """Amendments gathered in a refresh, ready to be decided."""
    open_refresh(here, CODE, SPRING, act("petra"))
    return [ready(here, each, by="petra", refresh=1) for each in changes]


def by_board(**more: Any) -> DecideTogether:
    return DecideTogether(body="board", minute_reference="20/2025", **more)


def test_a_refresh_is_opened_with_a_title_and_days_by_those_who_may(here: Record) -> None:
    with pytest.raises(refusals.NoRole):
        open_refresh(here, CODE, SPRING, act("lena"))
    for wrong in (
        RefreshAsked(title=" ", opens_on=SPRING.opens_on, closes_on=SPRING.closes_on),
        RefreshAsked(title="Back", opens_on=SPRING.closes_on, closes_on=SPRING.opens_on),
        RefreshAsked(title="Late", opens_on=date(2025, 1, 1), closes_on=date(2025, 6, 1)),
    ):
        with pytest.raises(change_control.BadRefresh):
            open_refresh(here, CODE, wrong, act("rita"))
    assert (1,) == open_refresh(here, CODE, SPRING, act("rita")).numbers
    assert (2,) == open_refresh(here, CODE, SPRING, act("petra")).numbers


def test_what_a_refresh_gathered_is_decided_in_one_commit(here: Record) -> None:
    designated = TargetChange(indicator="I2", target=target("75", kind="designated"))
    first, second, third, rejected = refreshed(
        here,
        change(),
        change(move("91", "FY2026")),  # of the same indicator as the first
        change(designated),
        change(move("99", "FY2026")),
    )
    other = proposal(here)  # in no refresh
    with pytest.raises(change_control.RefreshOpen):
        decide_together(here, CODE, 1, by_board(), act("bela"))
    before = head(here)
    command = by_board(rejected=(rejected,), reason="d9")
    acted = decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert (first, second, third, rejected) == acted.numbers
    assert acted.first_position == before + 1
    assert [
        "targets-amended", "amendment-decided",
        "targets-amended", "amendment-decided",
        "amendment-decided", "amendment-decided",
    ] == topics(here, before)  # fmt: skip
    stages = [amendment_of(here, CODE, n).stage for n in (first, second, third, rejected, other)]
    assert [
        Stage.APPROVED, Stage.APPROVED, Stage.PROPOSED, Stage.REJECTED, Stage.PROPOSED
    ] == stages  # fmt: skip
    with pytest.raises(change_control.NothingToDecide):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    office = DecideTogether(body="office", minute_reference="3/2025")
    assert (third,) == decide_together(here, CODE, 1, office, act("rita", at=LATER)).numbers
    assert Stage.APPROVED is amendment_of(here, CODE, third).stage


def test_asking_what_waits_in_a_refresh_records_nothing(here: Record) -> None:
    """What each body still has to decide on, for whoever decides for it, once the window closed."""
    first, second = refreshed(
        here, change(), change(TargetChange(indicator="I2", target=target("75", kind="designated")))
    )
    before = head(here)

    def waiting(body: str, by: str, **more: Any) -> list[int]:
        return [one.number for one in waiting_in(here, CODE, 1, body, act(by, **more))]

    assert [first, second] == waiting("board", "bela", at=LATER)
    assert [second] == waiting("office", "rita", at=LATER)
    for body, by, at, refusal in (
        ("board", "rita", LATER, refusals.NoRole),
        ("scrutiny", "bela", LATER, refusals.UnknownBody),
        ("board", "bela", AT, change_control.RefreshOpen),
    ):
        with pytest.raises(refusal):
            waiting(body, by, at=at)
    assert before == head(here)


def test_asking_whether_one_may_begin_records_nothing(embedded_database: str) -> None:
    with the_record(embedded_database, sealed=False) as record:
        before, body = head(record), record.fresh_agreement(CODE)
        check_may_seal(body, act("bela"))
        with pytest.raises(refusals.NoRole):
            check_may_seal(body, act("petra"))
        with pytest.raises(change_control.AgreementNotSealed):
            check_may_open_refresh(body, act("petra"))
        assert before == head(record)
        seal(record, CODE, "12/2025", act("bela"))
        body = record.fresh_agreement(CODE)
        check_may_open_refresh(body, act("petra"))
        for check, by, refusal in (
            (check_may_seal, "bela", change_control.AlreadySealed),
            (check_may_open_refresh, "bela", refusals.NoRole),
        ):
            with pytest.raises(refusal):
                check(body, act(by))


def test_together_is_all_or_nothing(here: Record) -> None:
    first, second = refreshed(here, change(), change(move("91", "FY2026")))
    give(here)
    rehearse(here, first)
    with pytest.raises(change_control.RehearsalStale) as caught:
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    assert f"amendments[{second}]" == caught.value.field
    assert Stage.PROPOSED is amendment_of(here, CODE, first).stage


def test_two_that_change_the_same_are_not_approved_together(here: Record) -> None:
    first, second = refreshed(here, change(move("91")), change(move("92")))
    with pytest.raises(change_control.AmendmentsCollide):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    command = by_board(rejected=(first,), reason="d9")
    decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert Stage.APPROVED is amendment_of(here, CODE, second).stage


def test_a_target_is_not_approved_together_with_what_makes_it_impossible_to_judge(
    here: Record,
) -> None:
    """Zero can be a target by absolute margins; beside it these are taken away."""
    redefine(here, "I1", margins=MarginOverride(basis="absolute", amber_margin=Decimal(1)))
    plain = DefinitionChange(indicator="I1", kind="minor", definition=definition())
    zero = change(move("0", "FY2026"))
    first, second = refreshed(here, change(definitions=(plain,)), zero)
    with pytest.raises(change_control.AmendmentsCollide, match="not all together"):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    command = by_board(rejected=(first,), reason="d9")
    decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert Stage.APPROVED is amendment_of(here, CODE, second).stage


def test_a_refresh_that_is_not_there_or_not_this_bodys_is_said(here: Record) -> None:
    refreshed(here, change())
    for number, command, refusal in (
        (2, by_board(), change_control.UnknownRefresh),
        (1, by_board(rejected=(9,), reason="d9"), change_control.UnknownAmendment),
        (1, DecideTogether(body="none", minute_reference="1"), refusals.UnknownBody),
        (1, DecideTogether(body="scrutiny", minute_reference="1"), change_control.NothingToDecide),
    ):
        with pytest.raises(refusal):
            decide_together(here, CODE, number, command, act("bela", at=LATER))
    with pytest.raises(refusals.NoRole):
        decide_together(here, CODE, 1, by_board(), act("rita", at=LATER))
    [refused] = here.application.stream(amendment_id(CODE, 0))
    assert "rita" == refused.actor


# Evidence


def test_the_document_of_a_rehearsal_is_kept_byte_for_byte(here: Record) -> None:
    stream = amendment_id(CODE, 1)
    with here.pool.connection() as connection:
        digest = keep_rehearsal(connection, stream, b'{"a": "\xc3\xa9"}')
        assert digest == keep_rehearsal(connection, stream, b'{"a": "\xc3\xa9"}')
        assert b'{"a": "\xc3\xa9"}' == read_rehearsal(connection, stream, digest)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE amendments.rehearsal SET content = ''",
        "DELETE FROM amendments.rehearsal",
        "TRUNCATE amendments.rehearsal",
    ],
)
def test_nobody_changes_or_drops_evidence(database: str, statement: str) -> None:
    with the_record(database) as record, record.pool.connection() as connection:
        keep_rehearsal(connection, amendment_id(CODE, 1), b"{}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    with psycopg.connect(database) as owner, pytest.raises(psycopg.Error) as caught:
        owner.execute(statement)
    assert "OT403" == caught.value.sqlstate


def test_every_command_has_a_name_of_its_own() -> None:
    assert len(acting.NAMES) == len(set(acting.NAMES.values())) == len(Command.__args__)
