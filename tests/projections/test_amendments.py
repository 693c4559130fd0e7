"""Amendments as known: lists, one, the memorandum; both clocks; rebuilt the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from change_scenario import AT, CODE, SEALED_AT, TARGETS, UNSEALED, change, move, rules, target
from doors import commit, recorded, service_pool
from histories import reading
from servers import Server

from ledger.acts import OPERATOR, Act
from ledger.agreement.events import DemonstrationDeclared
from ledger.amending.acting import handle, propose
from ledger.amending.keeping import keep_rehearsal
from ledger.amending.sealing import seal
from ledger.amendment.commands import Consent, Decide, Object, Rehearse, Withdraw
from ledger.amendment.events import TargetChange
from ledger.engine import Connection, Text
from ledger.event import agreement_id, amendment_id, indicator_id
from ledger.indicator.events import IndicatorDefined, TargetsSet
from ledger.record import Record
from policies.refusals import NoRole
from policies.refusals_change_control import AmendmentOpen, UnknownAmendment
from projections.catch_up import catch_up
from projections.check import check
from projections.reading.agreement import read_agreement
from projections.reading.amendments import read_amendment, read_amendments
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.feed import agreement_at, read_events
from projections.reading.memorandum import read_memorandum
from projections.reading.rules import read_rules
from projections.reading.search import EventsAsked, search_events
from scenario import definition

NOW = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
REASON = "ab" * 32


def act(actor: str = "lena", at: datetime = AT) -> Act:
    text = Text(bytes.fromhex(REASON), b"n" * 16, "The depot burned down.")
    return Act(actor=actor, at=at, correlation_id=amendment_id("x", 1), texts=(text,),
               simulated=True)  # fmt: skip


def tell(url: str) -> dict[str, int]:
    """A small story of change control; the positions at which things happened."""
    at = {}
    with service_pool(url) as pool:
        record = Record(pool)
        born = DemonstrationDeclared(statement="Told by the tests.")
        stream = agreement_id(CODE)
        events = [recorded(stream, n, event) for n, event in enumerate((born, *UNSEALED), 1)]
        for code, targets in TARGETS.items():
            its = indicator_id(CODE, code)
            defined = IndicatorDefined(agreement=CODE, code=code, definition=definition())
            events += [recorded(its, 1, defined), recorded(its, 2, TargetsSet(targets=targets))]
        record.append(events, commit(OPERATOR, simulated_at=SEALED_AT))
        at["sealed"] = seal(record, CODE, "12/2025", act("bela", SEALED_AT), 0).last_position
        with pytest.raises(NoRole):
            propose(record, CODE, act("ed"), title="No", reason=REASON, changes=change())
        changes = (
            change(move(), TargetChange(indicator="I2", target=target("75", kind="designated"))),
            change(move("91", "FY2026"), effective_from="FY2026"),
            change(policies=(rules(),)),
        )
        for n, each in enumerate(changes, 1):
            title = f"Number {n}"
            acted = propose(record, CODE, act("petra"), title=title, reason=REASON, changes=each)
            at[f"proposed {n}"] = acted.last_position
        objection = Object(partner="trust", reason=REASON)
        at["objected"] = handle(record, CODE, 1, objection, act("tom")).last_position
        for partner, person in (("county", "bela"), ("trust", "tom")):
            handle(record, CODE, 1, Consent(partner=partner), act(person))
        with pool.connection() as connection:
            digest = keep_rehearsal(connection, amendment_id(CODE, 1), b"{}")
        known = record.application.ledger_recorder.max_notification_id() or 0
        command = Rehearse(revision=1, position=known, digest=digest, summary="Much.")
        handle(record, CODE, 1, command, act())
        for body, person in (("board", "bela"), ("office", "rita")):
            decide = Decide(decision="approved", body=body, minute_reference="14/2025")
            at[body] = handle(record, CODE, 1, decide, act(person)).last_position
        at["withdrawn"] = handle(
            record, CODE, 2, Withdraw(reason=REASON), act("petra")
        ).last_position
        record.close()
    catch_up(url)
    return at


@pytest.fixture(scope="module")
def told(embedded_server: Server) -> Iterator[tuple[str, dict[str, int]]]:
    with embedded_server.fresh_database() as url:
        yield url, tell(url)


@pytest.fixture
def at(told: tuple[str, dict[str, int]]) -> dict[str, int]:
    return told[1]


@pytest.fixture
def reader(told: tuple[str, dict[str, int]]) -> Iterator[Connection]:
    with reading(told[0]) as connection:
        yield connection


def clocks(reader: Connection, position: int | None = None) -> ResolvedClocks:
    known = "now" if position is None else f"position:{position}"
    return resolve(reader, known, known, NOW)


def test_the_list_has_the_latest_first_and_pages(reader: Connection) -> None:
    answer = read_amendments(reader, CODE, clocks(reader), limit=2)
    assert [(3, "proposed"), (2, "withdrawn")] == [(a.number, a.state) for a in answer.amendments]
    rest = read_amendments(reader, CODE, clocks(reader), before=int(answer.next or 0), limit=2)
    assert [(1, "approved", None)] == [(a.number, a.state, rest.next) for a in rest.amendments]
    assert (("I1", "I2"), ()) == (rest.amendments[0].indicators, rest.amendments[0].policies)
    assert ("rag",) == answer.amendments[0].policies
    assert "The depot burned down." == rest.amendments[0].proposed.text


def test_an_amendment_is_told_as_it_stood(reader: Connection, at: dict[str, int]) -> None:
    then = read_amendment(reader, CODE, 1, clocks(reader, at["objected"]))
    assert ("proposed", None) == (then.state, then.rehearsal)
    assert [("county", "awaited"), ("trust", "objected")] == [
        (one.partner, one.says) for one in then.partners
    ]
    assert [("board", None), ("reviewing-body", None)] == [
        (one.kind, one.decision) for one in then.bodies
    ]
    halfway = read_amendment(reader, CODE, 1, clocks(reader, at["board"]))
    assert ["approved", None] == [one.decision for one in halfway.bodies]
    with pytest.raises(UnknownAmendment):
        read_amendment(reader, CODE, 1, clocks(reader, at["proposed 1"] - 1))
    with pytest.raises(UnknownAmendment):
        read_amendment(reader, CODE, 0, clocks(reader))  # the stream of what was refused


def test_what_was_before_stays_after_the_decision(reader: Connection, at: dict[str, int]) -> None:
    for position in (at["objected"], at["office"], None):
        answer = read_amendment(reader, CODE, 1, clocks(reader, position))
        moved = [
            (one.before.level if one.before else None, one.after.level, one.bound)
            for one in answer.changes.targets
        ]
        assert [("90", "92", ("county",)), ("70", "75", ("county", "trust"))] == moved
    assert answer.closed is not None
    assert ("approved", at["office"]) == (answer.state, answer.closed.position)


def test_the_memorandum_is_pinned_to_the_decision(reader: Connection, at: dict[str, int]) -> None:
    memorandum = read_memorandum(reader, CODE, 1, clocks(reader))
    assert at["office"] == memorandum.clocks.known_position
    levels = {(one.indicator, one.area, one.period): one.target.level for one in memorandum.targets}
    held = {(code, one.area, one.period): one.level for code, its in TARGETS.items() for one in its}
    held |= {("I1", "E10000031", "FY2025"): Decimal(92), ("I2", "E10000031", "FY2025"): Decimal(75)}
    assert {key: str(level) for key, level in held.items()} == levels
    assert ["bela", "rita"] == [
        one.decided.by for one in memorandum.amendment.bodies if one.decided
    ]
    assert memorandum == read_memorandum(reader, CODE, 1, clocks(reader, at["office"]))
    for number, position in ((3, None), (2, None), (1, at["board"])):
        with pytest.raises(AmendmentOpen):
            read_memorandum(reader, CODE, number, clocks(reader, position))


def test_the_sheet_says_when_it_was_sealed(reader: Connection, at: dict[str, int]) -> None:
    sealed = read_agreement(reader, CODE, clocks(reader)).sealed
    assert sealed is not None
    assert ("12/2025", SEALED_AT.date()) == (sealed.minute_reference, sealed.freeze_until)
    assert read_agreement(reader, CODE, clocks(reader, at["sealed"] - 1)).sealed is None


def test_every_event_of_an_amendment_is_found_with_its_agreement(
    reader: Connection, at: dict[str, int]
) -> None:
    asked = EventsAsked(kinds=("amendments",), order="oldest")
    found = search_events(reader, CODE, clocks(reader), asked).events
    topics = [event.type for event in found]
    assert ["agreement-sealed", "amendment-action-refused", *["amendment-proposed"] * 3] == (
        topics[:5]
    )
    assert {"amendment-decided", "targets-amended", "amendment-withdrawn"} <= set(topics)
    assert {CODE} == {event.agreement for event in found}
    assert [None, None, 1, 2, 3, 1] == [event.amendment for event in found[:6]]
    assert {1} == {event.amendment for event in found if event.type == "targets-amended"}
    [refused] = search_events(reader, CODE, clocks(reader), EventsAsked(kinds=("refusals",))).events
    assert ("ed", "propose-amendment") == (refused.actor, refused.data["action"])
    assert {CODE} == {event.agreement for event in read_events(reader, clocks(reader)).events}
    assert CODE == agreement_at(reader, at["objected"])


def test_the_change_of_a_target_by_an_amendment_is_a_change_to_the_rules(
    reader: Connection,
) -> None:
    found = read_rules(reader, CODE, clocks(reader), limit=50).rules
    told = {
        (one.about, each.field, each.before, each.after)
        for one in found
        if one.type == "targets-amended"
        for each in one.changes
    }
    assert {("I1", "level", "90", "92"), ("I2", "level", "70", "75")} == told


def test_a_rebuild_gives_the_same_rows(told: tuple[str, dict[str, int]]) -> None:
    assert [] == check(told[0], lambda _done, _head: None)
