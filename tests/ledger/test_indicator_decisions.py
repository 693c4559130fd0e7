"""What becomes of submissions, corrections, returns, withdrawals and sign-offs."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from ledger.event import Event
from ledger.indicator.commands import (
    CorrectValues,
    EntryGiven,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    ValueCommand,
    WithdrawValues,
)
from ledger.indicator.decisions import decide
from ledger.indicator.events import (
    MOST_ENTRIES,
    Correction,
    Entry,
    IndicatorRedefined,
    IndicatorRetired,
    SignedEntry,
    ValuesCorrected,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.state import Indicator, Key
from policies import refusals
from policies.refusals import Refusal
from policies.refusals_escalation import DayInFuture
from policies.standing import Assurance, Standing
from scenario import AREAS, HOME, TODAY, defined, definition, digest, entry, fold, given, submit

SUBMITTED = ValuesSubmitted(entries=(entry("91.5"),), data_available_on=TODAY)
CORRECTED = ValuesCorrected(
    entries=(Correction(period="FY2023", area=HOME, value=Decimal("92.0"), replaces="2.0"),),
    reason="ab" * 32,
    data_available_on=TODAY,
)
KEY = Key(HOME, "FY2023", "")


def correct(*entries: Entry, reason: str = "ab" * 32, replaces: str = "") -> CorrectValues:
    return CorrectValues(
        entries=tuple(EntryGiven(entry=one, replaces=replaces) for one in entries), reason=reason
    )


def sign(name: str, seen: str, assurance: str = "checked") -> SignOffValues:
    return SignOffValues(entries=(SignedEntry(name, seen),), assurance=assurance)


def test_a_new_value_is_recorded_as_given() -> None:
    """A submission for a key without a value is one event holding its entries."""
    given(defined()).when(submit(entry("91.5"))).then(SUBMITTED)


def test_the_same_value_again_records_nothing() -> None:
    """Sending a value that holds already changes nothing and says so."""
    scene = given(defined(), SUBMITTED).when(submit(entry("91.50")))
    scene.then()
    (outcome,) = scene.decided().outcomes
    assert ("unchanged", "2.0") == (outcome.outcome, outcome.name)


def test_another_value_for_the_same_key_is_refused() -> None:
    """A value is only replaced by a correction."""
    scene = given(defined(), SUBMITTED).when(submit(entry("92")))
    scene.then_refused(refusals.ValueExists, field="entries[0]")


def test_all_problems_of_a_submission_are_named_at_once() -> None:
    """Every bad entry is listed with its field; the first gives the code."""
    bad = submit(entry("1", area="E99"), entry("1.234567"), entry("1", period="FY2022"))
    refusal = given(defined()).when(bad).then_refused(refusals.UnknownArea)
    assert [
        ("entries[0].area", "unknown-area"),
        ("entries[1].value", "too-many-decimals"),
    ] == [(error.field, error.code) for error in refusal.errors]


ONE, TWO = Decimal(1), Decimal(2)
RATIO = {
    "numerator": "leavers in suitable homes",
    "denominator": "leavers",
    "multiplier": Decimal(100),
}


@pytest.mark.parametrize(
    ("bad", "sheet", "refusal"),
    [
        (entry(period="2023"), {}, refusals.UnknownPeriod),
        (entry(period="FY2023-Q1"), {}, refusals.WrongInterval),
        (entry(period="CY2023"), {}, refusals.WrongInterval),
        (entry(period="FY2026"), {}, refusals.PeriodNotBegun),
        (entry(area="E99999999"), {}, refusals.UnknownArea),
        (entry("1.2345"), {}, refusals.TooManyDecimals),
        (entry(None), {}, refusals.NoValue),
        (entry(None, numerator=Decimal(1)), RATIO, refusals.PartsMissing),
        (entry(None), RATIO, refusals.PartsMissing),
        (entry(None, numerator=Decimal(1), denominator=Decimal(2)), {}, refusals.PartsMissing),
        (
            entry(None, numerator=Decimal(1), denominator=Decimal(0)),
            RATIO,
            refusals.ZeroDenominator,
        ),
        (
            entry(None, numerator=Decimal(1), denominator=Decimal(-2)),
            RATIO,
            refusals.ZeroDenominator,
        ),
        (entry("60", numerator=Decimal(1), denominator=Decimal(2)), RATIO, refusals.RatioMismatch),
        (entry("1", missing="suppressed"), {}, refusals.NoValue),
        (entry(None, missing="suppressed", confidence_low=ONE), {}, refusals.NoValue),
        (entry("1", confidence_low=ONE), {}, refusals.LimitMissing),
        (entry("1", confidence_high=ONE), {}, refusals.LimitMissing),
        (entry("1", confidence_low=ONE, confidence_high=Decimal("0.9")), {}, refusals.LimitsAstray),
        (entry("1", confidence_low=Decimal("1.1"), confidence_high=TWO), {}, refusals.LimitsAstray),
        (
            entry(None, numerator=ONE, denominator=TWO, confidence_low=ONE, confidence_high=TWO),
            RATIO,
            refusals.LimitsAstray,
        ),
        (entry("1", breakdown={"sex": ""}), {}, refusals.UnknownBreakdown),
        (entry("1", breakdown={"a=b": "c"}), {}, refusals.UnknownBreakdown),
        (entry("1", breakdown={"sex": "F\x00"}), {}, refusals.UnknownBreakdown),
        (
            entry("1", breakdown={f"dimension{n}": "x" * 90 for n in range(11)}),
            {},
            refusals.UnknownBreakdown,
        ),
    ],
)
def test_an_entry_that_cannot_be_true_is_refused(
    bad: Entry, sheet: dict[str, object], refusal: type[Refusal]
) -> None:
    """Each reason has its own code."""
    given(defined(**sheet)).when(submit(bad)).then_refused(refusal)


def test_a_ratio_may_be_given_by_its_parts() -> None:
    """The value follows from numerator and denominator, and may be given if it agrees."""
    parts = entry("33.3", numerator=Decimal(1), denominator=Decimal(3))
    given(defined(**RATIO)).when(submit(parts)).then(
        ValuesSubmitted(entries=(parts,), data_available_on=TODAY)
    )


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("91.5", "90.1234567", "92"),
        ("91.5", "91.5", "91.5"),
        # Of one figure, rounded more coarsely than its limits were.
        ("91.5", "91.52", "93"),
        ("0", "0", "3.2"),
        ("-2", "-2.5", "-1"),
    ],
)
def test_a_value_lies_between_its_confidence_limits(value: str, low: str, high: str) -> None:
    """Each is compared as figures are judged; kept is what was given."""
    limited = entry(value, confidence_low=Decimal(low), confidence_high=Decimal(high))
    given(defined()).when(submit(limited)).then(
        ValuesSubmitted(entries=(limited,), data_available_on=TODAY)
    )


def test_other_confidence_limits_are_a_correction() -> None:
    """The same figure with the same limits says nothing new."""
    held = entry("91.5", confidence_low=Decimal("90.1"), confidence_high=Decimal("92.8"))
    past = (defined(), ValuesSubmitted(entries=(held,), data_available_on=TODAY))
    given(*past).when(correct(held)).then_refused(refusals.NothingChanged)
    without = entry("91.5")
    given(*past).when(submit(without)).then_refused(refusals.ValueExists)
    given(*past).when(correct(without)).then(
        ValuesCorrected(
            entries=(Correction(**msgspec.structs.asdict(without), replaces="2.0"),),
            reason="ab" * 32,
            data_available_on=TODAY,
        )
    )


def test_a_key_given_twice_in_one_submission_is_refused() -> None:
    """One submission says one thing of a key."""
    scene = given(defined()).when(submit(entry("1"), entry("1")))
    scene.then_refused(refusals.DuplicateEntry, field="entries[1]")


def test_nothing_is_not_a_submission() -> None:
    """An empty list of entries is refused by name."""
    given(defined()).when(submit()).then_refused(refusals.NoEntries)


def test_a_large_act_is_split_into_events_of_bearable_size() -> None:
    """Names of entries follow the events they went into."""
    entries = [entry("1", breakdown={"school": f"S{n}"}) for n in range(MOST_ENTRIES + 2)]
    decided = given(defined()).when(submit(*entries)).decided()
    sizes = [len(e.entries) for e in decided.events if isinstance(e, ValuesSubmitted)]
    assert [MOST_ENTRIES, 2] == sizes
    assert (1, 1) == (decided.outcomes[-1].event, decided.outcomes[-1].index)


@pytest.mark.parametrize("command", [submit(entry("92", period="FY2022")), correct(entry("92"))])
def test_data_were_available_by_the_day_they_are_given(
    command: SubmitValues | CorrectValues,
) -> None:
    """The four weeks of an examination would else begin whenever somebody likes."""
    scene = given(defined(), SUBMITTED)
    later = msgspec.structs.replace(command, data_available_on=TODAY + timedelta(days=1))
    scene.when(later, by="asha").then_refused(DayInFuture, field="data_available_on")
    same_day = msgspec.structs.replace(command, data_available_on=TODAY)
    assert scene.when(same_day, by="asha").decided().events


def test_a_correction_names_what_it_replaces() -> None:
    """The corrected value holds; who submitted and who corrected are both kept."""
    scene = given(defined(), SUBMITTED).when(correct(entry("92.0")), by="ben")
    scene.then(CORRECTED)
    state = fold([*scene.events, ("ben", CORRECTED)])
    held = state.entries[KEY]
    assert ("3.0", "2.0", "asha", "ben") == (
        held.name,
        held.replaces,
        held.submitted_by,
        held.corrected_by,
    )


@pytest.mark.parametrize(
    ("past", "command", "refusal"),
    [
        ([defined()], correct(entry("1")), refusals.NothingToCorrect),
        ([defined(), SUBMITTED], correct(entry("92"), reason=""), refusals.ReasonRequired),
        ([defined(), SUBMITTED], correct(entry("91.5")), refusals.NothingChanged),
        ([defined(), SUBMITTED], correct(entry("92"), replaces="1.0"), refusals.NotCurrent),
        (
            [defined(), SUBMITTED, CORRECTED],
            ReturnValues(entries=("2.0",), reason="aa"),
            refusals.NotCurrent,
        ),
        (
            [defined(), SUBMITTED],
            ReturnValues(entries=("9.9",), reason="aa"),
            refusals.UnknownEntry,
        ),
        (
            [defined(), SUBMITTED],
            ReturnValues(entries=("2.0",), reason=""),
            refusals.ReasonRequired,
        ),
        (
            [defined(), SUBMITTED],
            WithdrawValues(entries=("2.0",), reason=""),
            refusals.ReasonRequired,
        ),
        (
            [defined(), SUBMITTED],
            WithdrawValues(entries=("2.0", "2.0"), reason="aa"),
            refusals.DuplicateEntry,
        ),
        ([defined(), IndicatorRetired()], submit(entry("1")), refusals.Retired),
    ],
)
def test_an_act_that_does_not_fit_the_state_is_refused(
    past: list[Event], command: ValueCommand, refusal: type[Refusal]
) -> None:
    """Each reason has its own code."""
    given(*past).when(command).then_refused(refusal)


def test_only_the_periods_it_is_retired_for_take_no_values() -> None:
    """Those before take values and corrections; what stands in the others may be signed off."""
    retired = IndicatorRetired(from_period="FY2023")
    before, after = entry("91.5", period="FY2022"), entry("91.5")
    given(defined(), retired).when(submit(before)).then(
        ValuesSubmitted(entries=(before,), data_available_on=TODAY)
    )
    given(defined(), retired).when(submit(before, after)).then_refused(refusals.Retired)
    there = given(defined(), SUBMITTED, retired)
    there.when(correct(entry("92"))).then_refused(refusals.Retired)
    past = [("asha", one) for one in (defined(), SUBMITTED, retired)]
    seen = digest(fold(past), "2.0")
    assert 1 == len(there.when(sign("2.0", seen), by="sue").decided().events)
    assert 1 == len(
        there.when(WithdrawValues(entries=("2.0",), reason="aa"), by="asha").decided().events
    )


def test_the_refusal_of_a_retired_period_names_its_entry_and_from_when() -> None:
    scene = given(defined(), IndicatorRetired(from_period="FY2023"))
    with pytest.raises(refusals.Retired) as caught:
        scene.when(submit(entry("1", period="FY2022"), entry("1"))).decided()
    assert "entries[1].period" == caught.value.field
    assert "retired from 2023/24: it takes no values from then on" in caught.value.detail


def test_a_retirement_is_never_moved() -> None:
    """Whatever is recorded later, the first one holds."""
    for first, later in (("FY2023", ""), ("", "FY2023"), ("FY2023", "FY2021")):
        events = (defined(), *(IndicatorRetired(from_period=code) for code in (first, later)))
        assert first == fold([("asha", one) for one in events]).retired_from


def test_a_returned_value_may_be_confirmed_by_the_same_figure() -> None:
    """Whoever was asked to look again may answer that the figure stands."""
    returned = ValuesReturned(entries=("2.0",), reason="aa")
    scene = given(defined(), SUBMITTED, returned).when(correct(entry("91.5")))
    assert 1 == len(scene.decided().events)


def test_a_second_person_signs_off_what_they_saw() -> None:
    """The digest is of exactly the entry and the definition's version."""
    scene = given(defined(), SUBMITTED)
    command = sign("2.0", digest(scene.state, "2.0"))
    signed = ValuesSignedOff(entries=command.entries, assurance=Assurance.CHECKED)
    scene.when(command, by="sue").then(signed)
    state = fold([*scene.events, ("sue", signed)])
    assert (Standing.SIGNED_OFF, "sue") == (
        state.entries[KEY].standing,
        (state.entries[KEY].signature or ("",))[0],
    )


def test_signing_off_ones_own_entry_is_refused() -> None:
    """Neither who submitted nor who last corrected an entry may sign it."""
    scene = given(defined(), SUBMITTED, ("ben", CORRECTED))
    seen = sign("3.0", digest(scene.state, "3.0"))
    scene.when(seen, by="asha").then_refused(refusals.SelfSignOff)
    scene.when(seen, by="ben").then_refused(refusals.SelfSignOff)
    assert scene.when(seen, by="sue").decided().events


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (sign("2.0", "0" * 64), refusals.SignOffStale),
        (sign("2.0", "0" * 64, assurance="perfect"), refusals.UnknownAssurance),
        (sign("7.0", "0" * 64), refusals.UnknownEntry),
    ],
)
def test_a_sign_off_of_something_else_is_refused(
    command: SignOffValues, refusal: type[Refusal]
) -> None:
    """What is signed must be what holds."""
    given(defined(), SUBMITTED).when(command, by="sue").then_refused(refusal)


@pytest.mark.parametrize(
    "name",
    ["2.1", "2.00", "02.0", "2.-1", "2.+0", "2.0 ", "2.٠", "2.²", "2.", "2", ".0", "", "2.0.0",
     "1.0", f"2.{'9' * 5000}", f"{'9' * 5000}.0"],
)  # fmt: skip
def test_a_name_has_one_spelling(name: str) -> None:
    """Only the name that was answered is one; whatever else is written is no entry."""
    scene = given(defined(), SUBMITTED)
    assert KEY == scene.state.key_named("2.0")
    assert scene.state.key_named(name) is None
    scene.when(sign(name, "0" * 64), by="sue").then_refused(refusals.UnknownEntry)


def test_a_new_definition_lapses_sign_offs() -> None:
    """A signature is bound to the definition it was given under."""
    scene = given(defined(), SUBMITTED)
    signed = ValuesSignedOff(
        entries=(SignedEntry("2.0", digest(scene.state, "2.0")),), assurance=Assurance.CHECKED
    )
    state = fold(
        [
            *scene.events,
            ("sue", signed),
            ("pat", IndicatorRedefined(definition=definition(decimals=2))),
        ]
    )
    assert (Standing.SUBMITTED, None, 4) == (
        state.entries[KEY].standing,
        state.entries[KEY].signature,
        state.entries[KEY].since,
    )


def test_a_withdrawn_key_may_be_submitted_again() -> None:
    """A withdrawal leaves the key without a value."""
    withdrawn = ValuesWithdrawn(entries=("2.0",), reason="aa")
    given(defined(), SUBMITTED, withdrawn).when(submit(entry("91.5"))).then(SUBMITTED)


FIGURES = st.decimals(min_value=0, max_value=100, places=1).map(lambda d: format(d, "f"))
GIVEN = st.builds(
    lambda value, area, year: entry(value, area=area, period=f"FY{year}"),
    FIGURES,
    st.sampled_from(AREAS),
    st.integers(2019, 2023),
)


@any_of(st.lists(GIVEN, min_size=1, max_size=6, unique_by=lambda e: (e.area, e.period)))
def test_sent_twice_recorded_once(entries: list[Entry]) -> None:
    """For any entries: the second time they are all unchanged, under the names of the first."""
    command = submit(*entries)
    first = decide(fold([("asha", defined())]), command, actor="asha", areas=AREAS, today=TODAY)
    state = fold([("asha", defined()), *(("asha", event) for event in first.events)])
    again = decide(state, command, actor="asha", areas=AREAS, today=TODAY)
    assert () == again.events
    assert [f"2.{n}" for n in range(len(entries))] == [o.name for o in again.outcomes]


def held_now(state: Indicator) -> list[tuple[Key, str]]:
    return sorted((key, held.name) for key, held in state.entries.items())


@any_of(st.lists(st.tuples(GIVEN, st.sampled_from(["asha", "ben"])), max_size=12))
def test_decisions_do_not_alter_the_state(acts: list[tuple[Entry, str]]) -> None:
    """A decision reads the state and leaves it as it was."""
    events: list[tuple[str, Event]] = [("asha", defined())]
    for one, actor in acts:
        state = fold(events)
        before = msgspec.json.encode((state.version, held_now(state)))
        for command in (submit(one), correct(one)):
            try:
                decided = decide(state, command, actor=actor, areas=AREAS, today=TODAY)
            except Refusal:
                continue
            events.extend((actor, event) for event in decided.events)
            break
        assert before == msgspec.json.encode((state.version, held_now(state)))


def test_a_command_for_nothing_is_refused() -> None:
    """An indicator without a definition does not exist."""
    with pytest.raises(refusals.UnknownIndicator):
        decide(fold([]), SubmitValues(entries=()), actor="asha", areas=AREAS, today=TODAY)
