"""Change control on a real ledger: one commit, several streams, and people acting at once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import psycopg
import pytest
from change_record import (
    act,
    approval,
    give,
    head,
    proposal,
    ready,
    redefine,
    rehearse,
    the_record,
    together,
    topics,
)
from change_scenario import (
    AT,
    CODE,
    change,
    move,
    rules,
    target,
)
from doors import commit, recorded

from ledger.acts import OPERATOR
from ledger.agreement.events import AgreementSealed, BasketSet, OutcomeSet
from ledger.amending import acting
from ledger.amending.acting import handle, propose, to_rehearse
from ledger.amending.around import amendment_of, last_number
from ledger.amending.keeping import keep_rehearsal, read_rehearsal
from ledger.amending.recording import Acted
from ledger.amending.sealing import (
    seal,
)
from ledger.amendment.commands import Command, Consent, Revise
from ledger.amendment.events import (
    AmendmentActionRefused,
    Changes,
    DefinitionChange,
    PolicyChange,
    TargetChange,
)
from ledger.amendment.state import Stage
from ledger.engine import Appended, Commit
from ledger.event import Event, Recorded, amendment_id, indicator_id
from ledger.indicator.events import (
    ActionRefused,
    TargetsAmended,
)
from ledger.record import Record
from policies import refusals
from policies import refusals_change_control as change_control
from policies.basket import BasketSettings
from scenario import definition


@pytest.fixture
def here(embedded_database: str) -> Iterator[Record]:
    with the_record(embedded_database) as record:
        yield record


def test_sealing_is_done_once_by_the_board_or_the_operator(embedded_database: str) -> None:
    with the_record(embedded_database, sealed=False) as record:
        with pytest.raises(change_control.AgreementNotSealed):
            proposal(record)
        with pytest.raises(refusals.NoRole):
            seal(record, CODE, "12/2025", act("petra"))
        with pytest.raises(change_control.BadChanges):
            seal(record, CODE, " ", act("bela"))
        evening = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)  # the next day, where they are
        seal(record, CODE, "12/2025", act(OPERATOR, at=evening), freeze_days=7)
        body = record.fresh_agreement(CODE)
        assert body.sealed is not None
        assert AgreementSealed(minute_reference="12/2025", freeze_days=7) == body.sealed.event
        with pytest.raises(change_control.AlreadySealed, match="on 1 July 2025 already"):
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
    give(here, by="bela")
    tried = [
        list(here.application.stream(stream))[-1].event
        for stream in (amendment_id(CODE, 0), indicator_id(CODE, "I1"))
    ]
    assert [AmendmentActionRefused, ActionRefused] == [type(event) for event in tried]
    proposal(here)
    handle(here, CODE, number, approval(), act("bela"))


def test_an_amendment_of_the_same_indicator_makes_a_rehearsal_stale(here: Record) -> None:
    first, second = ready(here), ready(here, change(move("91", "FY2026")))
    handle(here, CODE, first, approval(), act("bela"))
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, second, approval(), act("bela"))


BASKETS = PolicyChange(
    kind="basket",
    version="1",
    effective_from=date(2025, 4, 1),
    basket=BasketSettings(method="majority"),
)


@pytest.mark.parametrize("adopted", [rules(), BASKETS], ids=["rag", "basket"])
def test_rules_adopted_after_the_rehearsal_make_it_stale(
    here: Record, adopted: PolicyChange
) -> None:
    first = ready(here)
    second = ready(here, change(policies=(adopted,)), by="petra")
    handle(here, CODE, second, approval(), act("bela"))
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, first, approval(), act("bela"))


@pytest.mark.parametrize(
    "moved",
    [
        OutcomeSet(code="homes", title="Homes", block="people", lead="county", priorities=("p",)),
        BasketSet(code="q1", title="Customers", scorecard="quadrants", indicators=("I1",)),
    ],
    ids=["outcome", "basket"],
)
def test_what_is_judged_together_makes_a_rehearsal_stale_where_it_is_set_anew(
    here: Record, moved: Event
) -> None:
    """A rehearsal tells what would become of each block, outcome, priority and basket."""
    number = ready(here)
    body = here.fresh_agreement(CODE)
    here.append([recorded(body.id, body.version + 1, moved)], commit(OPERATOR, simulated_at=AT))
    with pytest.raises(change_control.RehearsalStale):
        handle(here, CODE, number, approval(), act("bela"))


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
