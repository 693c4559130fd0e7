"""Whatever people ask of an amendment, in any order: it ends as the rules say, or stays open."""

from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import hypothesis.strategies as st
import msgspec
from change_scenario import (
    AT,
    CODE,
    COUNTY,
    DISTRICT,
    REFRESH,
    SEALED,
    SEALED_AT,
    UNSEALED,
    agreement,
    change,
    indicators,
    move,
    rules,
    stretch,
    target,
)
from hypothesis import given, settings

from ledger.agreement.state import Agreement, in_force
from ledger.agreement.state import evolve as evolve_agreement
from ledger.amendment.adopting import effects_of
from ledger.amendment.bound import partners_of
from ledger.amendment.commands import (
    Command,
    Consent,
    Decide,
    Object,
    Propose,
    Rehearse,
    Revise,
    Withdraw,
)
from ledger.amendment.decisions import Around, decide, kinds_decided, kinds_needed
from ledger.amendment.events import Changes, RetirementChange, TargetChange
from ledger.amendment.offers import offers, proposal_refused
from ledger.amendment.state import Amendment, Stage, evolve
from ledger.event import Recorded, amendment_id
from ledger.indicator.events import Target
from ledger.indicator.state import evolve as evolve_indicator
from policies.change_control import freeze_until
from policies.periods import parse_code
from policies.refusals import Refusal

PEOPLE = ("lena", "dora", "tom", "bela", "rita", "petra", "ed")
FREE = freeze_until(SEALED_AT.date(), SEALED.freeze_days)

targets = st.builds(
    TargetChange,
    indicator=st.sampled_from(["I1", "I2"]),
    target=st.builds(
        target,
        level=st.sampled_from(["0", "70", "85", "90", "95"]),
        period=st.sampled_from(["FY2024", "FY2025", "FY2026", "FY2027"]),
        area=st.sampled_from([COUNTY, DISTRICT]),
        kind=st.sampled_from(["local", "local", "designated"]),
    )
    | st.builds(stretch, level=st.sampled_from(["95", "96"])),
)
policies = st.builds(
    rules,
    version=st.sampled_from(["1", "2"]),
    margin=st.sampled_from(["0.05", "0.1"]),
    effective_from=st.sampled_from([date(2021, 4, 1), date(2025, 4, 1), date(2026, 4, 1)]),
)
proposals = st.builds(
    Changes,
    effective_from=st.sampled_from(["FY2020", "FY2025", "FY2025", "FY2025-Q3", "FY2026"]),
    targets=st.lists(targets, max_size=2).map(tuple),
    policies=st.lists(policies, max_size=1).map(tuple),
    retirements=st.lists(
        st.builds(RetirementChange, indicator=st.sampled_from(["I1", "I2"])), max_size=1
    ).map(tuple),
) | st.just(change(move()))
partners = st.sampled_from(["county", "district", "trust"])
bodies = st.sampled_from(["board", "board", "office", "scrutiny"])
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Revise, changes=proposals, reason=st.sampled_from(["", "d1"])),
    st.builds(Consent, partner=partners),
    st.builds(Object, partner=partners, reason=st.just("d2")),
    st.builds(
        Rehearse,
        revision=st.integers(1, 3),
        position=st.integers(0, 40),
        digest=st.just("ab" * 32),
        summary=st.just("Little."),
    ),
    st.builds(
        Decide,
        decision=st.sampled_from(["approved", "approved", "approved", "rejected"]),
        body=bodies,
        minute_reference=st.just("14/2025"),
        reason=st.just("d3"),
    ),
    st.builds(Withdraw, reason=st.just("d4")),
)


class Asked(NamedTuple):
    """Somebody asks something after some days, when facts are known up to a position."""

    command: Command
    by: str
    days: int
    newest: int


def asks(command: st.SearchStrategy[Command]) -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked,
        command=command,
        by=st.sampled_from(PEOPLE),
        days=st.integers(0, 20),
        newest=st.integers(0, 10),
    )


@st.composite
def stories(draw: st.DrawFn) -> list[Asked]:
    """A proposal, then anything; often enough what a proper way would be."""
    changes = draw(proposals)
    first: Command = Propose(
        number=1, title="A", reason="d0", changes=changes, refresh=draw(st.sampled_from([0, 0, 1]))
    )
    story = [Asked(first, draw(st.sampled_from(["petra", "petra", "bela", "tom"])), 40, 0)]
    if draw(st.booleans()):
        story += [
            Asked(Consent(partner="county"), "bela", 0, 0),
            Asked(Consent(partner="district"), "dora", 0, 0),
            Asked(Consent(partner="trust"), "tom", 0, 0),
            Asked(
                Rehearse(revision=1, position=20, digest="ab" * 32, summary="Little."),
                "petra",
                draw(st.integers(0, 40)),
                0,
            ),
        ]
        end: Literal["approved", "rejected"] = draw(
            st.sampled_from(["approved", "approved", "approved", "rejected"])
        )
        story += [
            Asked(
                Decide(decision=end, body=body, minute_reference="14/2025", reason="d3"),
                by,
                1,
                newest,
            )
            for body, by, newest in draw(
                st.permutations([("board", "bela", 20), ("office", "rita", 20)])
            )
        ]
    extra = draw(st.lists(asks(commands), max_size=12))
    for ask in extra:
        story.insert(draw(st.integers(1, len(story))), ask)
    return story


class Played:
    """An amendment while it is played, and what holds around it."""

    def __init__(self) -> None:
        self.agreement = agreement(*UNSEALED, SEALED, REFRESH)
        self.indicators = indicators()
        self.state = Amendment(id=amendment_id(CODE, 1))
        self.day = SEALED_AT.date()
        self.position = 0

    def around(self, asked: Asked) -> Around:
        return Around(
            agreement=self.agreement,
            indicators=self.indicators,
            actor=asked.by,
            grants=tuple(self.agreement.grants.values()),
            today=self.day,
            sealed_on=SEALED_AT.date(),
            newest=asked.newest,
        )

    def play(self, asked: Asked) -> None:
        """One more ask; the laws hold whatever becomes of it."""
        self.day += timedelta(days=asked.days)
        before = self.state
        offered = self.was_offered(asked)
        try:
            event = decide(before, asked.command, self.around(asked))
        except Refusal:
            return
        assert offered, "what is taken was offered"
        self.position += 1
        recorded = Recorded(before.id, before.version + 1, event, self.position, AT, asked.by)
        self.state = evolve(before, recorded)
        assert before.stage in (None, Stage.PROPOSED), "what is closed stays closed"
        if isinstance(asked.command, Decide):
            self.decided(asked, before)
        elif isinstance(asked.command, Withdraw | Revise):
            assert before.began is not None
            assert before.began.by == asked.by

    def was_offered(self, asked: Asked) -> bool:
        """Whether a page would have offered what is asked."""
        around = self.around(asked)
        if isinstance(asked.command, Propose):
            return proposal_refused(around) is None
        found = offers(self.state, around)
        match asked.command:
            case Revise():
                return found.revise is None
            case Consent() | Object():
                return asked.command.partner in found.speaks_for
            case Rehearse():
                return found.rehearse is None
            case Decide():
                approves = found.approve is None or asked.command.decision == "rejected"
                return asked.command.body in found.decides_for and approves
            case Withdraw():
                return found.withdraw is None

    def takes(self, command: Command, by: str) -> bool:
        """Whether a command would be recorded now."""
        try:
            decide(self.state, command, self.around(Asked(command, by, 0, 20)))
        except Refusal:
            return False
        return True

    def decided(self, asked: Asked, before: Amendment) -> None:
        """A decision was taken; an approval was everything it has to be."""
        assert isinstance(asked.command, Decide)
        assert asked.by not in before.authors
        assert asked.by == {"board": "bela", "office": "rita"}[asked.command.body]
        assert before.proposed is not None
        assert not before.proposed.refresh or self.day > REFRESH.closes_on
        if asked.command.decision == "rejected":
            assert Stage.REJECTED is self.state.stage
            return
        ended = self.ended(before.changes)
        held = {(one, each.area, each.period): each for one, each in ended}
        bound = partners_of(self.agreement).of(before.changes, held)
        assert all(each.area != DISTRICT or "district" in bound for _, each in ended)
        assert bound <= set(before.consents)
        assert not bound & set(before.objections)
        assert before.rehearsal is not None
        assert asked.newest <= before.rehearsal.event.position
        local: list[object] = [
            one
            for one in before.changes.targets
            if "local" in (one.target.kind, self.held_kind(one))
        ]
        local += [each for _, each in ended if each.kind == "local"]
        assert not local or self.day >= FREE
        needed = set(kinds_needed(self.state, self.indicators))
        done = needed <= kinds_decided(self.state, self.agreement)
        assert done is (self.state.stage is Stage.APPROVED)
        if done:
            self.take_effect()

    def ended(self, changes: Changes) -> list[tuple[str, Target]]:
        """The targets that the retirements end, each with its indicator."""
        begins = parse_code(changes.effective_from).start
        return [
            (one.indicator, held.target)
            for one in changes.retirements
            for held in self.indicators[one.indicator].targets.values()
            if parse_code(held.target.period).start >= begins
        ]

    def held_kind(self, one: TargetChange) -> str:
        held = self.indicators[one.indicator].targets.get((one.target.area, one.target.period))
        return held.target.kind if held else ""

    def take_effect(self) -> None:
        """What the approval records changes no period before the one it applies from."""
        begins = parse_code(self.state.changes.effective_from).start
        before = self.earlier(self.agreement, begins)
        definitions = {code: f.definition for code, f in self.indicators.items() if f.definition}
        effects = effects_of(self.state.changes, 1, definitions)
        for code, events in effects.indicators.items():
            fold = self.indicators[code]
            for event in events:
                at = Recorded(fold.id, fold.version + 1, event, 9000, AT, "bela")
                evolve_indicator(fold, at)
        for event in effects.agreement:
            body = self.agreement
            at = Recorded(body.id, body.version + 1, event, 9000, AT, "bela")
            evolve_agreement(body, at)
        assert before == self.earlier(self.agreement, begins)

    def earlier(self, body: Agreement, begins: date) -> dict[Any, Any]:
        """Every target and the rules of every period before a day."""
        held = {
            (code, *key): one.target
            for code, fold in self.indicators.items()
            for key, one in fold.targets.items()
            if parse_code(key[1]).start < begins
        }
        days = [day for year in range(2019, 2030) if (day := date(year, 4, 1)) < begins]
        rag = body.policies["rag"]
        return held | {day: in_force(rag, day, body.position) for day in days}


@given(stories())
def test_no_order_of_asking_leads_where_the_rules_do_not(story: list[Asked]) -> None:
    played = Played()
    for asked in story:
        played.play(asked)
    state = played.state
    assert state.stage in (None, *Stage)
    assert (state.ended is not None) == (state.stage not in (None, Stage.PROPOSED))
    assert not set(state.consents) & set(state.objections)
    approvals = [each for each in state.verdicts if each.event.decision == "approved"]
    assert len(approvals) == len({each.event.body for each in approvals})


@given(stories(), st.sampled_from(PEOPLE))
def test_what_is_offered_is_taken_in_some_filling(story: list[Asked], person: str) -> None:
    played = Played()
    for asked in story:
        played.play(asked)
    found = offers(played.state, played.around(Asked(Withdraw(reason="d"), person, 0, 20)))
    if found.revise is None:
        new = (change(move("91.5", "FY2027", indicator=code)) for code in ("I1", "I2"))
        assert any(played.takes(Revise(changes=one, reason="d"), person) for one in new)
    for partner in found.speaks_for:
        assert played.takes(Object(partner=partner, reason="d"), person)
    for body in found.decides_for:
        minute = Decide(decision="rejected", body=body, minute_reference="1", reason="d")
        assert played.takes(minute, person)
        approval = msgspec.structs.replace(minute, decision="approved")
        assert (found.approve is None) == played.takes(approval, person)


def test_the_stories_reach_every_end() -> None:
    """The law above would say little of stories that never get anywhere."""
    reached: set[Any] = set()

    @settings(max_examples=200, derandomize=True, database=None)
    @given(stories())
    def look(story: list[Asked]) -> None:
        played = Played()
        for asked in story:
            played.play(asked)
        reached.add(played.state.stage)

    look()
    assert {Stage.APPROVED, Stage.REJECTED, Stage.WITHDRAWN, Stage.PROPOSED} <= reached
