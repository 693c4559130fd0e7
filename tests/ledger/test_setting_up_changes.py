"""A set-up becomes exactly the events that are missing, and nothing the second time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    BodyFormed,
    DuePolicyAdopted,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PolicyAdopted,
    PrioritySet,
    RagPolicyAdopted,
    RewardPolicyAdopted,
    RoleAssigned,
    RoleEnded,
    TravelPolicyAdopted,
)
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.events import (
    Entry,
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    SignedEntry,
    Target,
    TargetsSet,
    ValuesSignedOff,
    ValuesSubmitted,
)
from ledger.indicator.state import Indicator, evolve
from ledger.person import Person
from ledger.setting_up.changes import Changes, changes
from ledger.setting_up.describing import describe
from ledger.setting_up.sheets import IndicatorSheet, SetUp, TargetSheet
from policies.definition import Basis, Definition, Polarity
from policies.due import DueSettings
from policies.periods import Calendar, Interval
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import BadSetup
from policies.reward import RewardSettings
from policies.standing import Assurance
from policies.travel import TravelSettings

AT = datetime(2024, 12, 17, 10, tzinfo=UTC)
AREA = Area("E10000031", "Warwickshire")
CODES = ("a", "b", "c")
DUE = DuePolicyAdopted(
    version="1", effective_from=date(2022, 4, 1), settings=DueSettings(grace_days=30)
)


class Recording:
    """A small record in memory: what was set up so far, folded as the ledger folds it."""

    def __init__(self) -> None:
        self.agreement: Agreement | None = None
        self.indicators: dict[str, Indicator] = {}
        self.people: dict[str, Person] = {}
        self.position = 0

    def changes(self, set_up: SetUp) -> Changes:
        return changes(set_up, self.agreement, self.indicators, self.people)

    def apply(self, set_up: SetUp) -> Changes:
        found = self.changes(set_up)
        self.say(*found.agreement)
        for code, events in found.indicators.items():
            self.tell(code, *events)
        self.people |= {person.id: person for person in found.people}
        return found

    def say(self, *events: Event) -> None:
        """Record events of the agreement."""
        self.agreement = self.agreement or Agreement(agreement_id("test"))
        for event in events:
            recorded = self._recorded(self.agreement.id, self.agreement.version, event)
            evolve_agreement(self.agreement, recorded)

    def tell(self, code: str, *events: Event) -> None:
        """Record events of an indicator."""
        state = self.indicators.setdefault(code, Indicator(indicator_id("test", code)))
        for event in events:
            evolve(state, self._recorded(state.id, state.version, event))

    def _recorded(self, stream: UUID, version: int, event: Event) -> Recorded:
        self.position += 1
        return Recorded(stream, version + 1, event, self.position, AT, "operator")


def definition(**given: object) -> Definition:
    plain = Definition(
        title="Plans",
        unit="%",
        decimals=1,
        polarity=Polarity.SMALLER,
        basis=Basis.ANNUAL,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
    )
    return msgspec.structs.replace(plain, **given)


def target(level: str = "12.5", period: str = "FY2024", code: str = "plans") -> TargetSheet:
    return TargetSheet(
        indicator=code, target=Target(area=AREA.code, period=period, level=Decimal(level))
    )


def stretch(level: str, **performances: Decimal) -> TargetSheet:
    kept = target(level)
    of_kind = msgspec.structs.replace(kept.target, kind="stretch", **performances)
    return msgspec.structs.replace(kept, target=of_kind)


def rag(
    version: str = "1",
    *,
    exceed: Decimal | None = None,
    basis: Literal["relative", "absolute"] = "relative",
) -> RagPolicyAdopted:
    settings = RagSettings(amber_margin=Decimal("0.05"), exceed_margin=exceed, basis=basis)
    return RagPolicyAdopted(version=version, effective_from=date(2022, 4, 1), settings=settings)


def set_up(
    definition: Definition = definition(),  # noqa: B008 - a frozen value
    targets: Iterable[TargetSheet] = (),
    policies: Iterable[PolicyAdopted] = (),
    people: Iterable[Person] = (),
    retired_from: str = "",
) -> SetUp:
    return SetUp(
        agreement=sheet(),
        blocks=(BlockSet(code="safe", title="Stay safe"),),
        outcomes=(OutcomeSet(code="protected", title="Protected", block="safe"),),
        indicators=(
            IndicatorSheet(
                code="plans",
                outcome="protected",
                definition=definition,
                retired_from=retired_from,
            ),
        ),
        roles=(RoleAssigned(person="asha", role=Role.ENTRY_OFFICER, scope="safe"),),
        targets=tuple(targets),
        policies=tuple(policies),
        people=tuple(people),
    )


def sheet(title: str = "A test") -> AgreementDefined:
    return AgreementDefined(
        code="test",
        title=title,
        start=date(2022, 4, 1),
        end=date(2027, 3, 31),
        accountable_body="The council",
        calendar="financial",
        areas=(AREA,),
    )


titles = st.sampled_from(("One", "Two", "Three"))
levels = st.decimals("0.1", "99", places=1)


@st.composite
def set_ups(draw: st.DrawFn) -> SetUp:
    """Any set-up of a small world. A policy's version follows from what it says."""
    codes = draw(st.lists(st.sampled_from(CODES), unique=True))
    amber, band = draw(levels), draw(levels)
    policies = (
        rag(f"{amber}", exceed=amber) if draw(st.booleans()) else None,
        TravelPolicyAdopted(
            version=f"{band}",
            effective_from=date(2022, 4, 1),
            settings=TravelSettings(no_change_band=band),
        )
        if draw(st.booleans())
        else None,
        DUE if draw(st.booleans()) else None,
    )
    return SetUp(
        agreement=sheet(draw(titles)),
        partners=tuple(
            PartnerJoined(code=code, name=draw(titles), kind="council")
            for code in draw(st.sets(st.sampled_from(CODES)))
        ),
        blocks=tuple(BlockSet(code=code, title=draw(titles)) for code in CODES),
        priorities=tuple(PrioritySet(code=code, title=draw(titles)) for code in CODES[:1]),
        outcomes=tuple(
            OutcomeSet(code=code, title=draw(titles), block=draw(st.sampled_from(CODES)))
            for code in CODES
        ),
        bodies=tuple(BodyFormed(code=code, name=draw(titles), kind="board") for code in CODES[:1]),
        indicators=tuple(
            IndicatorSheet(
                code=code,
                outcome=draw(st.sampled_from(CODES)),
                definition=definition(title=draw(titles), decimals=draw(st.integers(0, 2))),
            )
            for code in codes
        ),
        roles=tuple(
            RoleAssigned(
                person=draw(st.sampled_from(CODES)),
                role=role,
                scope="test",
                valid_to=draw(st.none() | st.dates()),
            )
            for role in draw(st.sets(st.sampled_from(list(Role))))
        ),
        targets=tuple(
            TargetSheet(
                indicator=code,
                target=Target(area=AREA.code, period=f"FY{year}", level=draw(levels)),
            )
            for code in codes
            for year in draw(st.sets(st.integers(2022, 2026)))
        ),
        policies=tuple(policy for policy in policies if policy is not None),
        people=tuple(
            Person(id=code, name=draw(titles), email="x@council.example")
            for code in draw(st.sets(st.sampled_from(CODES)))
        ),
    )


@given(st.lists(set_ups(), min_size=1, max_size=3))
def test_a_set_up_applied_twice_changes_nothing_the_second_time_for_any_past(
    past: list[SetUp],
) -> None:
    recording = Recording()
    for one in past:
        recording.apply(one)
    again = recording.changes(past[-1])
    assert again.empty
    assert ((), {}, ()) == (again.agreement, again.indicators, again.people)
    assert [] == describe(again)


@given(set_ups(), set_ups())
def test_after_a_set_up_the_record_says_what_the_set_up_says(one: SetUp, other: SetUp) -> None:
    recording = Recording()
    recording.apply(one)
    recording.apply(other)
    agreement = recording.agreement
    assert agreement is not None
    assert other.agreement == agreement.sheet
    for indicator in other.indicators:
        state = recording.indicators[indicator.code]
        assert indicator.definition == state.definition
        assert indicator.outcome == agreement.placements[indicator.code]
    for wanted in other.targets:
        held = recording.indicators[wanted.indicator].targets[AREA.code, wanted.target.period]
        assert wanted.target == held.target


@given(set_ups(), set_ups())
def test_a_set_up_that_changes_something_says_so_in_lines(one: SetUp, other: SetUp) -> None:
    recording = Recording()
    recording.apply(one)
    found = recording.changes(other)
    lines = describe(found)
    assert found.empty == (not lines)
    assert all(line.startswith(("+ ", "~ ")) for line in lines)


def test_the_first_set_up_defines_everything() -> None:
    found = Recording().changes(set_up(targets=[target()], policies=[rag()]))
    kinds = [type(event) for event in found.agreement]
    assert [
        AgreementDefined,
        BlockSet,
        OutcomeSet,
        IndicatorPlaced,
        RoleAssigned,
        RagPolicyAdopted,
    ] == kinds
    assert [IndicatorDefined, TargetsSet] == [type(event) for event in found.indicators["plans"]]


@pytest.mark.parametrize(
    ("amber", "basis", "says"),
    [
        ("0.05", "relative", ""),
        ("5", "relative", " (amber is up to 500% off the target)"),
        ("5", "absolute", ""),
    ],
)
def test_a_share_that_was_meant_as_per_cent_shows_what_it_comes_to(
    amber: str, basis: Literal["relative", "absolute"], says: str
) -> None:
    settings = RagSettings(amber_margin=Decimal(amber), basis=basis)
    policy = RagPolicyAdopted(version="1", effective_from=date(2022, 4, 1), settings=settings)
    lines = describe(Recording().changes(set_up(policies=[policy])))
    (line,) = (line for line in lines if line.startswith("+ policy rag"))

    assert line.endswith(f"judge submitted, least_coverage 1{says}")


def test_weights_read_as_codes_and_numbers() -> None:
    weights = {"plans": Decimal("2.5")}
    settings = RewardSettings(pot=Decimal(1000), weights=weights)
    policy = RewardPolicyAdopted(version="1", effective_from=date(2022, 4, 1), settings=settings)
    lines = describe(Recording().changes(set_up(policies=[policy])))
    (line,) = (line for line in lines if line.startswith("+ policy reward"))

    assert line.endswith("on_account 0.2, weights plans 2.5")


def test_the_lines_of_a_first_set_up_read_from_the_agreement_down_to_its_targets() -> None:
    targets = [target(period="FY2023"), target(period="FY2024")]
    assert [
        "+ agreement test: A test",
        "+ block safe: Stay safe",
        "+ outcome protected: Protected",
        "+ role entry-officer over safe: asha",
        "+ policy due 1, from 2022-04-01: grace_days 30, notice_days 14, sign_off_days 14",
        "+ indicator plans: Plans",
        "+ targets plans: 2, FY2023 to FY2024",
    ] == describe(Recording().changes(set_up(targets=targets, policies=[DUE])))


def test_only_the_definition_that_differs_is_set_anew() -> None:
    recording = Recording()
    recording.apply(set_up(targets=[target()]))
    found = recording.changes(set_up(definition(unit="per 10,000"), [target()]))
    (event,) = found.indicators["plans"]
    assert IndicatorRedefined(definition=definition(unit="per 10,000")) == event
    assert ["~ indicator plans: unit % → per 10,000"] == describe(found)


@pytest.mark.parametrize(
    ("signed", "told"), [(0, ""), (1, "; 1 sign-off lapses"), (2, "; 2 sign-offs lapse")]
)
def test_the_sign_offs_that_lapse_with_another_definition_are_told(signed: int, told: str) -> None:
    recording = Recording()
    recording.apply(set_up(targets=[target()]))
    entries = [Entry(area=AREA.code, period=f"FY202{n}", value=Decimal(n)) for n in range(3)]
    recording.tell("plans", ValuesSubmitted(entries=tuple(entries)))
    names = [held.name for held in recording.indicators["plans"].entries.values()]
    if signed:
        seen = tuple(SignedEntry(name, "d" * 64) for name in names[:signed])
        recording.tell("plans", ValuesSignedOff(entries=seen, assurance=Assurance.CHECKED))
    changed = set_up(definition(unit="per 10,000"), [target()])
    line = f"~ indicator plans: unit % → per 10,000{told}"
    assert [line] == describe(recording.changes(changed))
    recording.apply(changed)
    again = recording.changes(set_up(definition(unit="per 1,000"), [target()]))
    assert ["~ indicator plans: unit per 10,000 → per 1,000"] == describe(again)


def test_only_the_targets_that_are_new_or_differ_are_set() -> None:
    recording = Recording()
    recording.apply(set_up(targets=[target("12.5", "FY2023"), target("12.5", "FY2024")]))
    wanted = [target("12.50", "FY2023"), target("13", "FY2024"), target("14", "FY2025")]
    found = recording.changes(set_up(targets=wanted))
    (event,) = found.indicators["plans"]
    assert isinstance(event, TargetsSet)
    assert ["FY2024", "FY2025"] == [one.period for one in event.targets]
    assert [
        "~ target plans E10000031 FY2024: level 12.5 → 13",
        "+ target plans E10000031 FY2025: 14",
    ] == describe(found)


def test_what_a_set_up_does_not_name_stays() -> None:
    recording = Recording()
    recording.apply(set_up(targets=[target()], policies=[rag()]))
    assert recording.changes(SetUp(agreement=sheet())).empty


def test_a_role_that_was_ended_is_given_again() -> None:
    recording = Recording()
    recording.apply(set_up())
    recording.say(RoleEnded(person="asha", role=Role.ENTRY_OFFICER, scope="safe"))
    found = recording.changes(set_up())
    assert ["+ role entry-officer over safe: asha"] == describe(found)


def test_a_role_with_other_days_or_for_another_partner_is_set_anew() -> None:
    recording = Recording()
    recording.apply(set_up())
    (role,) = set_up().roles
    later = msgspec.structs.replace(role, valid_from=date(2026, 4, 1), partner="county")
    found = recording.changes(msgspec.structs.replace(set_up(), roles=(later,)))
    assert (later,) == found.agreement
    assert [
        "~ role entry-officer over safe (asha): partner none → county; valid_from none → 2026-04-01"
    ] == describe(found)
    new = msgspec.structs.replace(later, person="bela", valid_to=date(2027, 3, 31))
    added = recording.changes(msgspec.structs.replace(set_up(), roles=(new,)))
    line = "+ role entry-officer over safe: bela, from 2026-04-01, to 2027-03-31"
    assert [line] == describe(added)


def test_people_are_added_or_set_anew_but_an_erased_person_stays_erased() -> None:
    asha = Person(id="asha", name="Asha", email="asha@council.example")
    recording = Recording()
    recording.apply(set_up(people=[asha]))
    moved = msgspec.structs.replace(asha, email="asha@county.example")
    assert (moved,) == recording.changes(set_up(people=[moved])).people
    recording.people["asha"] = Person(id="asha", name="", email="")
    assert () == recording.changes(set_up(people=[asha])).people


def problems(recording: Recording, wanted: SetUp) -> Mapping[str, str]:
    with pytest.raises(BadSetup) as caught:
        recording.changes(wanted)
    return {problem.field: problem.detail for problem in caught.value.errors}


def test_a_policy_version_is_never_given_again_with_other_settings() -> None:
    recording = Recording()
    recording.apply(set_up(policies=[rag()]))
    other = set_up(policies=[rag(exceed=Decimal("0.1"))])
    assert ["policies.rag.version"] == list(problems(recording, other))
    assert not recording.changes(set_up(policies=[rag("2", exceed=Decimal("0.1"))])).empty


def test_a_target_that_could_never_be_judged_is_refused_under_the_policy_that_will_govern() -> None:
    zero = [target("0"), target("0", "FY2025")]
    refused = problems(Recording(), set_up(targets=zero, policies=[rag()]))
    assert {
        "targets[plans E10000031 FY2024].level",
        "targets[plans E10000031 FY2025].level",
    } == set(refused)
    absolute = rag(basis="absolute")
    assert not Recording().changes(set_up(targets=zero, policies=[absolute])).empty
    recording = Recording()
    recording.apply(set_up(policies=[rag()]))
    assert "targets[plans E10000031 FY2024].level" in problems(recording, set_up(targets=zero))


def test_a_definition_does_not_turn_round_a_stretch_target_that_the_file_leaves_out() -> None:
    recording = Recording()
    down = {"performance_without": Decimal(15), "performance_with": Decimal(12)}
    recording.apply(set_up(targets=[stretch("12", **down)]))
    turned = definition(polarity=Polarity.BIGGER)
    assert (
        "E10000031 for FY2024, from 15 to 12, would"
        in (problems(recording, set_up(turned))["indicators[plans].polarity"])
    )
    up = {"performance_without": Decimal(12), "performance_with": Decimal(15)}
    assert not recording.changes(set_up(turned, targets=[stretch("15", **up)])).empty
    assert not recording.changes(set_up(turned, retired_from="FY2024")).empty
    assert not recording.changes(set_up(definition(title="Plans made"))).empty


def test_a_retired_indicator_takes_no_change_but_may_stay_in_the_file() -> None:
    recording = Recording()
    recording.apply(set_up())
    recording.tell("plans", IndicatorRetired())
    assert recording.changes(set_up()).empty
    assert ["indicators[plans]"] == list(problems(recording, set_up(targets=[target()])))


def test_a_file_retires_an_indicator_once() -> None:
    """Applied again it says nothing new, and left out the retirement stays."""
    recording = Recording()
    found = recording.apply(set_up(targets=[target()], retired_from="FY2025"))
    assert IndicatorRetired(from_period="FY2025") == found.indicators["plans"][-1]
    assert "+ retirement plans: from FY2025" in describe(found)
    assert recording.changes(set_up(targets=[target()], retired_from="FY2025")).empty
    assert recording.changes(set_up(targets=[target()])).empty
    assert "FY2025" == recording.indicators["plans"].retired_from


@pytest.mark.parametrize("other", ["FY2024", "FY2026"])
@pytest.mark.parametrize("recorded", ["FY2025", ""])
def test_a_retirement_is_neither_moved_nor_taken_back(recorded: str, other: str) -> None:
    recording = Recording()
    recording.apply(set_up())
    recording.tell("plans", IndicatorRetired(from_period=recorded))
    ((field, sentence),) = problems(recording, set_up(retired_from=other)).items()
    assert "indicators[plans].retired_from" == field
    since = " from 2025/26" if recorded else ""
    assert f"plans is retired{since} already, which can be neither moved nor taken back" in sentence


def test_a_retired_period_takes_no_target_and_earlier_ones_do() -> None:
    """Whether the file itself retires it, or the record already has."""
    late = set_up(targets=[target(period="FY2024"), target(period="FY2025")], retired_from="FY2025")
    expected = ["targets[plans E10000031 FY2025].period"]
    assert expected == list(problems(Recording(), late))
    recording = Recording()
    recording.apply(set_up(retired_from="FY2025"))
    assert expected == list(problems(recording, set_up(targets=[target(period="FY2025")])))
    recording.apply(set_up(targets=[target(period="FY2024")]))
    assert recording.apply(set_up(definition=definition(unit="per 10,000"))).indicators


def test_targets_that_were_set_before_the_retirement_may_stay_in_the_file() -> None:
    recording = Recording()
    recording.apply(set_up(targets=[target(period="FY2025")]))
    found = recording.apply(set_up(targets=[target(period="FY2025")], retired_from="FY2025"))
    assert {"plans": (IndicatorRetired(from_period="FY2025"),)} == found.indicators


@pytest.mark.parametrize("told_again", ["FY2025", ""])
def test_a_target_of_a_retired_period_need_not_be_one_that_can_be_judged(told_again: str) -> None:
    """Whether the file goes on saying the retirement or not; one of an earlier period must be."""
    recording = Recording()
    zero = [target("0", "FY2025")]
    recording.apply(set_up(targets=zero))
    retired = set_up(targets=zero, policies=[rag()], retired_from="FY2025")
    assert recording.changes(retired).agreement
    recording.apply(set_up(targets=zero, retired_from="FY2025"))
    adopted = set_up(targets=zero, policies=[rag()], retired_from=told_again)
    assert (rag(),) == recording.changes(adopted).agreement
    earlier = set_up(targets=[*zero, target("0")], policies=[rag()])
    assert ["targets[plans E10000031 FY2024].level"] == list(problems(recording, earlier))


def test_a_retirement_stays_the_same_where_the_periods_become_others() -> None:
    """The file goes on saying the same year, which is the first quarter now."""
    recording = Recording()
    recording.apply(set_up(retired_from="FY2025"))
    quarterly = definition(interval=Interval.QUARTER)
    found = recording.apply(set_up(definition=quarterly, retired_from="FY2025-Q1"))
    assert {"plans": (IndicatorRedefined(definition=quarterly),)} == found.indicators


def test_weights_are_of_indicators_that_there_are() -> None:
    """One that is misspelt would have counted nowhere, and the one that was meant had none."""

    def weighing(code: str) -> RewardPolicyAdopted:
        settings = RewardSettings(pot=Decimal(100), weights={code: Decimal(1)})
        return RewardPolicyAdopted(version="1", effective_from=date(2022, 4, 1), settings=settings)

    recording = Recording()
    with pytest.raises(BadSetup) as caught:
        recording.apply(set_up(policies=[weighing("plan")]))
    assert ["policies.reward.weights"] == [one.field for one in caught.value.errors]
    assert "no indicator 'plan'. Did you mean 'plans'?" in caught.value.detail
    assert recording.apply(set_up(policies=[weighing("plans")])).agreement
