"""Evidence for entries: what becomes of files that are named, and of the sign-offs before them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from ledger.event import Recorded
from ledger.indicator.checks import MOST_ATTACHMENTS
from ledger.indicator.commands import (
    AttachEvidence,
    CorrectValues,
    EntryGiven,
    SignOffValues,
    SubmitValues,
    attachments_named,
)
from ledger.indicator.decisions import decide
from ledger.indicator.events import (
    Correction,
    Entry,
    EvidenceAttached,
    IndicatorRetired,
    SignedEntry,
    Source,
    ValuesCorrected,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.former import history_of
from ledger.indicator.state import Indicator, Key, sign_off_digest
from policies import refusals
from policies.refusals import Refusal
from policies.refusals_attachments import (
    AlreadyAttached,
    NoAttachments,
    TooManyAttachments,
    UnknownAttachment,
)
from policies.standing import Assurance, Standing
from scenario import (
    AREAS,
    AT,
    HOME,
    STREAM,
    TODAY,
    Given,
    defined,
    digest,
    entry,
    fold,
    given,
    submit,
)

FILES = tuple(f"{n:02x}" * 32 for n in range(12))
KEPT = frozenset(FILES[:11])
KEY = Key(HOME, "FY2023", "")
SUBMITTED = ValuesSubmitted(entries=(entry("91.5"),), data_available_on=TODAY)
WITH_ONE = ValuesSubmitted(entries=(entry("91.5", attachments=FILES[:1]),), data_available_on=TODAY)
RETURNED = ValuesReturned(entries=("2.0",), reason="aa" * 32)


def attach(*names: str, files: tuple[str, ...] = FILES[:1]) -> AttachEvidence:
    return AttachEvidence(entries=names, attachments=files)


def signed(seen: str) -> tuple[str, ValuesSignedOff]:
    return "sue", ValuesSignedOff(entries=(SignedEntry("2.0", seen),), assurance=Assurance.CHECKED)


def kept(scene: Given) -> Given:
    """The same, where the files of KEPT are kept."""
    assert scene.command is not None
    scene.decided = lambda: decide(  # type: ignore[method-assign]
        scene.state, scene.command, actor=scene.actor, areas=AREAS, today=TODAY, kept=KEPT  # type: ignore[arg-type]
    )  # fmt: skip
    return scene


def test_a_value_may_come_with_its_evidence() -> None:
    kept(given(defined()).when(submit(entry("91.5", attachments=FILES[:1])))).then(WITH_ONE)


def test_a_correction_has_the_evidence_that_is_given_with_it_and_no_other() -> None:
    other = entry("92", attachments=FILES[1:2])
    command = CorrectValues(entries=(EntryGiven(entry=other),), reason="ab" * 32)
    corrected = ValuesCorrected(
        entries=(
            Correction(
                period="FY2023",
                area=HOME,
                value=Decimal(92),
                attachments=FILES[1:2],
                replaces="2.0",
            ),
        ),
        reason="ab" * 32,
        data_available_on=TODAY,
    )
    kept(given(defined(), WITH_ONE).when(command)).then(corrected)


def test_a_correction_may_change_the_evidence_alone() -> None:
    """The wrong file was attached: the same figure, with another one."""
    command = CorrectValues(
        entries=(EntryGiven(entry=entry("91.5", attachments=FILES[1:2])),), reason="ab" * 32
    )
    assert 1 == len(kept(given(defined(), WITH_ONE).when(command)).decided().events)
    same = CorrectValues(entries=(EntryGiven(entry=WITH_ONE.entries[0]),), reason="ab" * 32)
    kept(given(defined(), WITH_ONE).when(same)).then_refused(refusals.NothingChanged)


def test_a_correction_may_change_the_note_alone() -> None:
    """It is part of what a signer saw."""
    noted = ValuesSubmitted(entries=(entry("91.5", note="aa" * 32),), data_available_on=TODAY)

    def correcting(note: str) -> CorrectValues:
        given_again = (EntryGiven(entry=entry("91.5", note=note)),)
        return CorrectValues(entries=given_again, reason="ab" * 32)

    for note in ("bb" * 32, ""):
        (event,) = given(defined(), noted).when(correcting(note)).decided().events
        assert isinstance(event, ValuesCorrected)
        assert [("2.0", note)] == [(one.replaces, one.note) for one in event.entries]
    given(defined(), noted).when(correcting("aa" * 32)).then_refused(refusals.NothingChanged)


@pytest.mark.parametrize("before", ["", "aa" * 32])
def test_a_note_given_for_a_value_that_is_there_is_not_dropped(before: str) -> None:
    noted = ValuesSubmitted(entries=(entry("91.5", note=before),), data_available_on=TODAY)
    there = given(defined(), noted)

    there.when(submit(entry("91.5", note="bb" * 32))).then_refused(refusals.ValueExists)
    (outcome,) = there.when(submit(entry("91.5"))).decided().outcomes
    assert "unchanged" == outcome.outcome


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        (FILES[:11], TooManyAttachments),
        (FILES[11:], UnknownAttachment),
        (("not a digest",), UnknownAttachment),
        ((FILES[0], FILES[0]), AlreadyAttached),
    ],
    ids=["too many", "not kept", "no digest", "twice"],
)
def test_files_that_cannot_be_evidence_are_refused_by_name(
    files: tuple[str, ...], refusal: type[Refusal]
) -> None:
    scene = kept(given(defined()).when(submit(entry("91.5", attachments=files))))
    scene.then_refused(refusal, field="entries[0].attachments")
    scene = kept(given(defined(), SUBMITTED).when(attach("2.0", files=files)))
    scene.then_refused(refusal, field="entries[0].attachments")


def test_the_same_value_with_new_evidence_is_told_to_be_given_evidence() -> None:
    """Saying that it is unchanged would lose the file silently."""
    scene = given(defined(), SUBMITTED).when(submit(entry("91.5", attachments=FILES[:1])))
    refused = kept(scene).then_refused(refusals.ValueExists, field="entries[0]")
    assert "add the evidence to it" in refused.detail
    again = given(defined(), WITH_ONE).when(submit(entry("91.5", attachments=FILES[:1])))
    kept(again).then()


def test_evidence_is_added_to_entries_that_hold() -> None:
    scene = kept(given(defined(), WITH_ONE).when(attach("2.0", files=FILES[1:3])))
    scene.then(EvidenceAttached(entries=("2.0",), attachments=FILES[1:3]))
    (outcome,) = scene.decided().outcomes
    assert ("attached", "2.0") == (outcome.outcome, outcome.name)
    state = fold([("asha", defined()), ("asha", WITH_ONE), ("asha", scene.decided().events[0])])
    assert FILES[:3] == state.entries[KEY].entry.attachments


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        (attach(), refusals.NoEntries, "entries"),
        (attach("2.0", files=()), NoAttachments, "attachments"),
        (attach("9.9"), refusals.UnknownEntry, "entries[0]"),
        (attach("2.0", "2.0", files=FILES[1:2]), refusals.DuplicateEntry, "entries[1]"),
        (attach("2.0"), AlreadyAttached, "entries[0].attachments"),
        (attach("2.0", files=FILES[1:11]), TooManyAttachments, "entries[0].attachments"),
    ],
)
def test_evidence_that_cannot_be_added_says_why(
    command: AttachEvidence, refusal: type[Refusal], field: str
) -> None:
    kept(given(defined(), WITH_ONE).when(command)).then_refused(refusal, field=field)


def test_an_entry_that_was_withdrawn_takes_no_evidence_and_a_retired_indicators_does() -> None:
    withdrawn = ValuesWithdrawn(entries=("2.0",), reason="aa")
    kept(given(defined(), SUBMITTED, withdrawn).when(attach("2.0"))).then_refused(
        refusals.NotCurrent
    )
    retired = given(defined(), SUBMITTED, IndicatorRetired()).when(attach("2.0"))
    assert 1 == len(kept(retired).decided().events)


def test_more_evidence_lapses_a_sign_off_and_answers_a_return() -> None:
    """What was signed was without it; what was returned waits for sign-off again."""
    before = fold([("asha", defined()), ("asha", SUBMITTED)])
    for third, standing in (
        (signed(digest(before, "2.0")), Standing.SIGNED_OFF),
        (("sue", RETURNED), Standing.RETURNED),
    ):
        past = [("asha", defined()), ("asha", SUBMITTED), third]
        assert standing is fold(past).entries[KEY].standing
        added = EvidenceAttached(entries=("2.0",), attachments=FILES[:1])
        held = fold([*past, ("ben", added)]).entries[KEY]
        assert (Standing.SUBMITTED, None, 4) == (held.standing, held.signature, held.since)


def test_a_signer_who_saw_less_evidence_is_told_to_look_again() -> None:
    """Evidence came between the look and the signature."""
    past = (defined(), SUBMITTED, EvidenceAttached(entries=("2.0",), attachments=FILES[:1]))
    seen = digest(fold([("asha", event) for event in past[:2]]), "2.0")
    command = SignOffValues(entries=(SignedEntry("2.0", seen),), assurance="checked")
    given(*past).when(command, by="sue").then_refused(refusals.SignOffStale)


def test_without_evidence_and_limits_the_digest_is_what_it_always_was() -> None:
    """Sign-offs given before there was any must still hold."""
    one = Entry(period="FY2023", area=HOME, value=Decimal("12.30"), note="ab" * 32)
    assert "6b6805d60a0c840a326b32d518bab272daae996d7207137ec6a3c3610c50e138" == sign_off_digest(
        STREAM, "2.0", one, 1
    )


LIMITS = st.none() | st.tuples(st.integers(0, 3), st.integers(3, 6))


@any_of(LIMITS, LIMITS)
def test_other_confidence_limits_are_another_digest(
    one: tuple[int, int] | None, other: tuple[int, int] | None
) -> None:
    digests = []
    for limits in (one, other):
        low, high = map(Decimal, limits) if limits else (None, None)
        limited = entry("3", confidence_low=low, confidence_high=high)
        digests.append(sign_off_digest(STREAM, "2.0", limited, 1))
    assert (one == other) == (digests[0] == digests[1])


ORDERS = st.lists(st.sampled_from(FILES), max_size=4, unique=True).map(tuple)


@any_of(ORDERS, ORDERS)
def test_other_evidence_or_another_order_is_another_digest(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    digests = [
        sign_off_digest(STREAM, "2.0", entry("91.5", attachments=files), 1)
        for files in (one, other)
    ]
    assert (one == other) == (digests[0] == digests[1])


@any_of(ORDERS.filter(bool), ORDERS.filter(bool))
def test_a_load_taken_back_leaves_the_evidence_that_was_there(
    first: tuple[str, ...], more: tuple[str, ...]
) -> None:
    """What a load's correction replaced holds again with all its evidence."""
    added = tuple(one for one in more if one not in first) or FILES[-1:]
    correction = ValuesCorrected(
        entries=(Correction(**_fields(entry("95")), replaces="2.0"),),
        reason="aa",
        source=Source("a.csv", "00" * 32, load="load-a"),
    )
    past = [
        defined(),
        ValuesSubmitted(entries=(entry("91.5", attachments=first),)),
        EvidenceAttached(entries=("2.0",), attachments=added),
        correction,
    ]
    events = [Recorded(STREAM, n, event, n, AT, "asha") for n, event in enumerate(past, 1)]
    (restored,) = history_of(Indicator(STREAM), events).without("load-a", "aa", ()).events
    after = fold([("asha", event) for event in (*past, restored)])
    assert ("2.0", (*first, *added)) == (
        after.entries[KEY].name,
        after.entries[KEY].entry.attachments,
    )


def _fields(one: Entry) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Entry.__struct_fields__}


def test_the_files_that_a_command_names_are_all_of_its_entries() -> None:
    command = submit(entry("1", attachments=FILES[:2]), entry("2", attachments=FILES[1:3]))
    assert frozenset(FILES[:3]) == attachments_named(command)
    assert frozenset(FILES[:1]) == attachments_named(attach("2.0"))
    assert frozenset() == attachments_named(SubmitValues(entries=()))
    assert MOST_ATTACHMENTS == 10
