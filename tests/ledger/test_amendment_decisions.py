"""Every rule of change control as a sentence: who may, when, and what it comes to."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from change_scenario import (
    DISTRICT,
    REDEFINED,
    REFRESH,
    REHEARSED_AT,
    TODAY,
    change,
    consented,
    given,
    move,
    propose,
    proposed,
    ready,
    rehearsed,
    rules,
    stretch,
    target,
    verdict,
    weighed,
)

from ledger.agreement.events import RoleAssigned
from ledger.amendment.adopting import effects_of
from ledger.amendment.commands import (
    Command,
    Consent,
    Decide,
    Object,
    Rehearse,
    Revise,
    Withdraw,
)
from ledger.amendment.decisions import kinds_needed
from ledger.amendment.events import (
    AmendmentConsented,
    AmendmentDecided,
    AmendmentObjected,
    AmendmentProposed,
    AmendmentRehearsed,
    AmendmentRevised,
    AmendmentWithdrawn,
    Changes,
    DefinitionChange,
    PolicyChange,
    RetirementChange,
    TargetChange,
)
from ledger.event import Event
from ledger.indicator.events import IndicatorRedefined, TargetsAmended
from policies.permissions import Role
from policies.refusals import (
    Conflict,
    NoRole,
    OtherPartner,
    ReasonRequired,
    UnknownBody,
)
from policies.refusals_change_control import (
    AgreementNotSealed,
    AmendmentClosed,
    BadChanges,
    BodyDecided,
    ConsentsMissing,
    Frozen,
    NotBound,
    NotRehearsed,
    NotTheProposer,
    OwnProposal,
    RefreshClosed,
    RefreshOpen,
    RehearsalStale,
    UnknownAmendment,
    UnknownRefresh,
    VersionAdopted,
)
from scenario import definition

DESIGNATED = change(TargetChange(indicator="I2", target=target("75", kind="designated")))
STRETCH = change(TargetChange(indicator="I2", target=stretch("96")), effective_from="FY2026")


def approve(body: str = "board", **more: Any) -> Decide:
    return Decide(decision="approved", body=body, minute_reference="14/2025", **more)


def reject(body: str = "board", reason: str = "d9") -> Decide:
    return Decide(decision="rejected", body=body, minute_reference="14/2025", reason=reason)


def approved(body: str = "board", *, final: bool = True) -> AmendmentDecided:
    return AmendmentDecided(
        decision="approved",
        body=body,
        minute_reference="14/2025",
        final=final,
        rehearsal="ab" * 32,
    )


# Proposing


def test_a_lead_officer_proposes_for_an_indicator_of_their_outcome() -> None:
    event = AmendmentProposed(
        agreement="pact", number=1, title="Fewer homes", reason="d1", changes=change()
    )
    given().when(propose(), by="lena").then(event)


def test_who_has_no_role_over_the_indicator_proposes_nothing() -> None:
    given().when(propose(), by="tom").then_refused(NoRole)
    given().when(propose(), by="ed").then_refused(NoRole)
    both = change(move(), TargetChange(indicator="I2", target=target("75", kind="designated")))
    given().when(propose(both), by="lena").then_refused(NoRole)


def test_a_slip_in_a_code_is_no_refused_duty() -> None:
    """To whoever may read the agreement; to others nothing is told of what it has."""
    slips = change(
        move(),
        move(indicator="I9"),
        definitions=(DefinitionChange(indicator="I8", kind="minor", definition=definition()),),
        retirements=(RetirementChange(indicator="I7"),),
    )
    for by in ("tom", "ed", "lena"):
        told = given().when(propose(slips), by=by).then_refused(BadChanges)
        fields = ["targets[1].indicator", "definitions[0].indicator", "retirements[0].indicator"]
        assert fields == [error.field for error in told.errors]
    given().when(propose(slips), by="nobody").then_refused(NoRole)


def test_a_revision_that_never_was_is_told_from_one_that_is_no_more() -> None:
    for command, by in (
        (Consent(partner="county", revision=99), "lena"),
        (approve(revision=99), "bela"),
    ):
        told = given(*ready()).when(command, by=by).then_refused(Conflict, field="revision")
        assert "99" in told.detail
        assert "revised" not in told.detail


def test_rules_are_proposed_by_whoever_holds_a_role_over_all() -> None:
    given().when(propose(change(policies=(rules(),))), by="lena").then_refused(NoRole)
    event = given().when(propose(change(policies=(rules(),))), by="petra").decided()
    assert isinstance(event, AmendmentProposed)


def test_before_sealing_targets_are_set_freely() -> None:
    given(sealed=False).when(propose(), by="lena").then_refused(AgreementNotSealed)


def test_a_proposal_has_a_title_and_a_reason() -> None:
    given().when(propose(title=" "), by="lena").then_refused(BadChanges, field="title")
    given().when(propose(reason=""), by="lena").then_refused(ReasonRequired, field="reason")


def test_a_refresh_gathers_only_while_it_is_open() -> None:
    asked = propose(refresh=1)
    given(more=[REFRESH]).when(asked, by="lena").decided()
    for today in (REFRESH.opens_on, REFRESH.closes_on):
        given(more=[REFRESH], today=today).when(asked, by="lena").decided()
    for today in (date(2025, 4, 30), date(2025, 7, 1)):
        late = given(more=[REFRESH], today=today).when(asked, by="lena")
        late.then_refused(RefreshClosed, field="refresh")
    given().when(asked, by="lena").then_refused(UnknownRefresh, field="refresh")


# Consents and objections


@pytest.mark.parametrize(
    ("changes", "bound"),
    [
        (change(), {"county"}),
        (change(move("86", area=DISTRICT)), {"county", "district"}),
        (DESIGNATED, {"county", "trust"}),
        (
            change(
                definitions=(DefinitionChange(indicator="I2", kind="minor", definition=REDEFINED),)
            ),
            {"trust"},
        ),
        (change(policies=(rules(),)), {"county", "trust"}),
    ],
)
def test_who_is_bound_has_to_consent(changes: Changes, bound: set[str]) -> None:
    missing = given(proposed(changes, by="petra"), rehearsed()).when(approve(), by="bela")
    told = missing.then_refused(ConsentsMissing).detail
    assert all(partner in told for partner in bound)
    board = given(*ready(changes, *bound, by="petra")).when(approve(), by="bela").decided()
    assert isinstance(board, AmendmentDecided)


def test_a_person_speaks_for_their_own_partner_only() -> None:
    there = proposed(change(move("86", area=DISTRICT)))
    given(there).when(Consent(partner="district"), by="dora").then(
        AmendmentConsented(partner="district")
    )
    given(there).when(Consent(partner="district"), by="lena").then_refused(OtherPartner)
    given(there).when(Consent(partner="county"), by="ed").then_refused(NoRole)
    given(there).when(Consent(partner="trust"), by="tom").then_refused(NotBound, field="partner")


def test_a_person_speaks_for_a_partner_only_on_the_days_of_that_role() -> None:
    """Another role of theirs that counts today is for another partner."""
    there = proposed(change(move("86", area=DISTRICT)))
    until = RoleAssigned(
        person="lena", role=Role.LEAD_OFFICER, scope="I1", partner="district", valid_to=TODAY
    )
    consent = Consent(partner="district")
    given(there, more=[until]).when(consent, by="lena").then(AmendmentConsented(partner="district"))
    tomorrow = TODAY + timedelta(days=1)
    after = given(there, more=[until], today=tomorrow).when(consent, by="lena")
    after.then_refused(OtherPartner, field="partner")


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (Consent(partner="county", revision=1), "lena"),
        (Object(partner="county", reason="d", revision=1), "lena"),
        (Decide(decision="approved", body="board", minute_reference="1", revision=1), "bela"),
    ],
    ids=["consent", "objection", "decision"],
)
def test_what_is_said_of_a_proposal_that_was_revised_since_is_not_taken(
    command: Command, by: str
) -> None:
    """Whoever says which revision they saw speaks of no other one."""
    revised = ("petra", AmendmentRevised(reason="d2", changes=change(move("91"))))
    past = [proposed(by="petra"), revised, *ready(by="petra")[1:]]
    given(*past).when(command, by=by).then_refused(Conflict)
    seen = msgspec.structs.replace(command, revision=2)
    assert given(*past).when(seen, by=by).decided()


def test_an_objection_has_a_reason_and_stands_until_the_partner_consents() -> None:
    there = proposed()
    given(there).when(Object(partner="county", reason=""), by="bela").then_refused(ReasonRequired)
    objected = AmendmentObjected(partner="county", reason="d2")
    given(there).when(Object(partner="county", reason="d2"), by="bela").then(objected)
    after = [*ready(), ("bela", objected)]
    refusal = given(*after).when(approve(), by="bela").then_refused(ConsentsMissing)
    assert "objecting: county" in refusal.detail
    given(*after, *consented("county")).when(approve(), by="bela").then(approved())


# Revising and withdrawing


def test_a_revision_lapses_what_was_said_of_the_old_proposal() -> None:
    other = change(move("93"))
    revised = AmendmentRevised(reason="d3", changes=other)
    given(*ready()).when(Revise(changes=other, reason="d3"), by="lena").then(revised)
    after = given(*ready(), verdict(), ("lena", revised))
    assert (2, {}, None, ()) == (
        after.state.revision,
        after.state.consents,
        after.state.rehearsal,
        after.state.verdicts,
    )
    after.when(approve(), by="bela").then_refused(ConsentsMissing)


def test_only_the_proposer_revises_and_withdraws() -> None:
    revision = Revise(changes=change(move("93")), reason="d3")
    given(proposed()).when(revision, by="petra").then_refused(NotTheProposer)
    given(proposed()).when(Withdraw(reason="d4"), by="bela").then_refused(NotTheProposer)
    given(proposed()).when(Withdraw(reason=""), by="lena").then_refused(ReasonRequired)
    given(proposed()).when(Withdraw(reason="d4"), by="lena").then(AmendmentWithdrawn(reason="d4"))


def test_a_revision_is_gathered_like_a_proposal() -> None:
    there = given(proposed(refresh=1), more=[REFRESH], today=date(2025, 7, 1))
    revision = Revise(changes=change(move("93")), reason="d3")
    there.when(revision, by="lena").then_refused(RefreshClosed)


# Rehearsing


def test_a_rehearsal_is_of_the_present_proposal() -> None:
    command = Rehearse(revision=1, position=50, digest="cd" * 32, summary="Much.")
    event = AmendmentRehearsed(position=50, digest="cd" * 32, summary="Much.")
    given(proposed()).when(command, by="rita").then(event)
    given(proposed()).when(command, by="ed").then_refused(NoRole)
    other = msgspec.structs.replace(command, revision=2)
    given(proposed()).when(other, by="rita").then_refused(Conflict)


def test_approval_needs_a_rehearsal_that_nothing_overtook() -> None:
    not_yet = given(proposed(), *consented("county"))
    not_yet.when(approve(), by="bela").then_refused(NotRehearsed)
    given(*ready()).and_newest(REHEARSED_AT).when(approve(), by="bela").then(approved())
    stale = given(*ready()).and_newest(REHEARSED_AT + 1)
    stale.when(approve(), by="bela").then_refused(RehearsalStale)
    stale.when(reject(), by="bela").decided()


# Deciding


def test_a_local_target_needs_the_board_alone() -> None:
    given(*ready()).when(approve(), by="bela").then(approved())
    given(*ready()).when(approve("office"), by="rita").then_refused(BodyDecided, field="body")


@pytest.mark.parametrize("changes", [DESIGNATED, STRETCH])
@pytest.mark.parametrize("first", ["board", "office"])
def test_a_designated_or_stretch_target_needs_both_bodies_in_any_order(
    changes: Changes, first: str
) -> None:
    people = {"board": "bela", "office": "rita"}
    second = "office" if first == "board" else "board"
    there = ready(changes, "county", "trust", by="tom")
    given(*there).when(approve(first), by=people[first]).then(approved(first, final=False))
    halfway = [*there, verdict(first)]
    given(*halfway).when(approve(first), by=people[first]).then_refused(BodyDecided)
    given(*halfway).when(approve(second), by=people[second]).then(approved(second))


def test_a_target_that_becomes_designated_needs_the_reviewing_body_too() -> None:
    there = given(*ready(change(move("90", kind="designated"))))
    assert ("board", "reviewing-body") == kinds_needed(there.state, there.indicators)


def test_a_rejection_by_either_body_is_final() -> None:
    there = ready(DESIGNATED, "county", "trust", by="tom")
    for past, body, person in (
        (there, "board", "bela"),
        ([*there, verdict()], "office", "rita"),
        ([proposed(DESIGNATED, by="tom")], "board", "bela"),
    ):
        event = given(*past).when(reject(body), by=person).decided()
        assert isinstance(event, AmendmentDecided)
        assert ("rejected", True) == (event.decision, event.final)
    given(*there).when(reject(reason=""), by="bela").then_refused(ReasonRequired)


def test_a_body_decides_by_its_own_people_and_a_minute() -> None:
    given(*ready()).when(approve(), by="rita").then_refused(NoRole)
    given(*ready()).when(approve("scrutiny"), by="bela").then_refused(UnknownBody, field="body")
    given(*ready()).when(approve("nobody"), by="bela").then_refused(UnknownBody)
    blank = msgspec.structs.replace(approve(), minute_reference=" ")
    given(*ready()).when(blank, by="bela").then_refused(BadChanges, field="minute_reference")


@pytest.mark.parametrize("how", [approve, reject])
def test_nobody_decides_on_their_own_proposal(how: Callable[[], Decide]) -> None:
    given(*ready(by="bela")).when(how(), by="bela").then_refused(OwnProposal)
    revised = AmendmentRevised(reason="d3", changes=change(move("93")))
    past = [proposed(by="lena"), ("bela", revised)]  # however it came about
    given(*past).when(how(), by="bela").then_refused(OwnProposal)


def test_no_local_target_moves_during_the_freeze() -> None:
    last = date(2025, 4, 28)  # 28 days from 1 April end the day before the 29th
    given(*ready(), today=last).when(approve(), by="bela").then_refused(Frozen)
    given(*ready(), today=date(2025, 4, 29)).when(approve(), by="bela").then(approved())
    given(*ready(), today=last).when(reject(), by="bela").decided()
    other = given(*ready(DESIGNATED, "county", "trust", by="tom"), today=last)
    other.when(approve(), by="bela").then(approved(final=False))
    becoming = change(move("90", kind="designated"))  # it is local until then
    given(*ready(becoming), today=last).when(approve(), by="bela").then_refused(Frozen)


def test_what_a_refresh_gathered_is_decided_after_its_last_day() -> None:
    there = ready(refresh=1)
    for how in (approve(), reject()):
        still = given(*there, more=[REFRESH], today=REFRESH.closes_on)
        still.when(how, by="bela").then_refused(RefreshOpen)
    given(*there, more=[REFRESH], today=date(2025, 7, 1)).when(approve(), by="bela").then(
        approved()
    )


def test_what_could_stand_when_it_was_proposed_has_to_stand_still() -> None:
    adopted = given(*ready(change(policies=(rules("1"),)), "county", "trust", by="petra"))
    adopted.when(approve(), by="bela").then_refused(VersionAdopted)


COMMANDS: list[tuple[Command, str]] = [
    (Revise(changes=change(), reason="d1"), "lena"),
    (Consent(partner="county"), "bela"),
    (Object(partner="county", reason="d1"), "bela"),
    (Rehearse(revision=1, position=1, digest="", summary=""), "lena"),
    (approve(), "bela"),
    (reject(), "bela"),
    (Withdraw(reason="d1"), "lena"),
]
ENDS: list[tuple[str, Event]] = [
    verdict(final=True),
    ("bela", msgspec.structs.replace(approved(), decision="rejected")),
    ("lena", AmendmentWithdrawn(reason="d1")),
]


@pytest.mark.parametrize(("command", "by"), COMMANDS)
def test_what_is_closed_stays_closed_and_what_is_not_there_takes_nothing(
    command: Command, by: str
) -> None:
    for end in ENDS:
        given(*ready(), end).when(command, by=by).then_refused(AmendmentClosed)
    given().when(command, by=by).then_refused(UnknownAmendment)


@pytest.mark.parametrize(("command", "by"), COMMANDS)
def test_whoever_takes_no_part_is_not_told_what_became_of_it(command: Command, by: str) -> None:
    del by
    for end in ENDS:
        given(*ready(), end).when(command, by="zoe").then_refused(NoRole)


# What an approval records


def test_an_approval_writes_definitions_then_targets_then_rules_with_its_number() -> None:
    redefined = DefinitionChange(indicator="I1", kind="minor", definition=REDEFINED)
    policy = rules()
    effects = effects_of(change(move(), definitions=(redefined,), policies=(policy,)), 7, {})
    amended = TargetsAmended(amendment=7, effective_from="FY2025", targets=(target("92"),))
    assert {
        "I1": (IndicatorRedefined(definition=REDEFINED, amendment=7), amended)
    } == effects.indicators
    [adopted] = effects.agreement
    assert ("rag-policy-adopted", "2", 7, policy.rag) == (
        adopted.TOPIC,
        *(getattr(adopted, name) for name in ("version", "amendment", "settings")),
    )


def test_weights_are_of_indicators_that_there_are() -> None:
    """One that is misspelt would have counted nowhere, and the one that was meant had none."""
    event = given().when(propose(change(policies=(weighed("I2"),))), by="petra").decided()
    assert isinstance(event, AmendmentProposed)


@pytest.mark.parametrize("kind", ["travel", "due", "escalation", "reward", "comparators"])
def test_every_kind_of_rules_can_be_adopted(kind: str) -> None:
    settings = {
        "travel": b'{"no_change_band":"1"}',
        "due": b'{"grace_days":5}',
        "escalation": b'{"tolerance":"1"}',
        "reward": b'{"pot":"100"}',
        "comparators": b'{"home":"out"}',
    }[kind]
    text = b'{"kind":"%b","version":"1","effective_from":"2025-04-01","%b":%b}' % (
        kind.encode(),
        kind.encode(),
        settings,
    )
    policy = msgspec.json.decode(text, type=PolicyChange)
    event = given().when(propose(change(policies=(policy,))), by="petra").decided()
    assert isinstance(event, AmendmentProposed)
    [adopted] = effects_of(event.changes, 1, {}).agreement
    assert f"{kind}-policy-adopted" == adopted.TOPIC
