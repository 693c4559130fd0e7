"""What a list offers for sign-off is exactly what the decision would accept, whatever happened."""

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import hypothesis.strategies as st
from histories import AGREEMENT, CODES, Ledger, Story, definition, taken_in
from hypothesis import given, settings
from random_histories import stories

from ledger.acts import Act, refusal_of
from ledger.agreement.events import PartnerJoined, RoleAssigned, RoleEnded
from ledger.agreement.state import Agreement, evolve
from ledger.deciding import outcome_of
from ledger.engine import Connection
from ledger.event import Event
from ledger.indicator.commands import SignOffValues
from ledger.indicator.decisions import holding
from ledger.indicator.events import IndicatorRedefined, SignedEntry
from ledger.indicator.state import Indicator
from ledger.indicator.state import evolve as fold
from policies.permissions import Action, Role
from policies.refusals import Refusal
from policies.signing import why_not_sign
from policies.standing import Standing
from projections.reading.clocks import resolve
from projections.reading.waiting import read_waiting
from projections.waiting_answers import ActKind, Waiting, WaitingEntry

PEOPLE = ("asha", "sue", "lee")
SCOPES = (AGREEMENT, AGREEMENT, "safe", "well", "homes", "roads", "I1", "I3")
OFFICER = Role.SIGN_OFF_OFFICER
days = st.sampled_from([None, None, None, -30, -1, 0, 1, 30])

PLENTY = 1000


class Assigned(NamedTuple):
    """A role to be given or ended, with days counted from the end of the story."""

    ends: bool
    person: str
    role: Role
    scope: str
    partner: str
    begins_in: int | None
    ends_in: int | None


assigned = st.builds(
    Assigned,
    ends=st.sampled_from([False, False, False, True]),
    person=st.sampled_from(PEOPLE),
    role=st.sampled_from([OFFICER, OFFICER, OFFICER, Role.ENTRY_OFFICER, Role.PERFORMANCE_OFFICER]),
    scope=st.sampled_from(SCOPES),
    partner=st.sampled_from(["", "county", "trust"]),
    begins_in=days,
    ends_in=days,
)


@st.composite
def pasts(draw: st.DrawFn) -> Story:
    """Anything that can happen to values, then roles of every kind, and two data owners."""
    story = draw(stories(most=15))
    story.structure(PartnerJoined(code="trust", name="The health trust", kind="trust"))
    for code in CODES[:2]:
        owner = draw(st.sampled_from(["", "county", " the HEALTH trust", "Somebody else"]))
        if owner and story.states[code].retired_from is None:
            changed = definition(code, data_owner=owner)
            story.indicator(code, IndicatorRedefined(definition=changed))
    partner = draw(st.sampled_from(["", "county", "trust"]))
    story.structure(RoleAssigned(person="lee", role=OFFICER, scope=AGREEMENT, partner=partner))
    roles = draw(st.lists(assigned, max_size=4))
    on = story.at.date() + timedelta(days=5 * len(roles))
    for one in roles:
        story.structure(_event(one, on))
    return story


def _event(one: Assigned, on: date) -> Event:
    if one.ends:
        return RoleEnded(person=one.person, role=one.role, scope=one.scope)
    first, last = (
        None if n is None else on + timedelta(days=n) for n in (one.begins_in, one.ends_in)
    )
    return RoleAssigned(
        person=one.person,
        role=one.role,
        scope=one.scope,
        partner=one.partner,
        valid_from=first,
        valid_to=last,
    )


def waiting(reader: Connection, story: Story, person: str, **asked: Any) -> Waiting:
    clocks = resolve(reader, "now", "now", story.at)
    return read_waiting(reader, AGREEMENT, clocks, person=person, **asked)


def entries(answer: Waiting) -> list[tuple[str, WaitingEntry]]:
    return [(group.indicator, one) for group in answer.groups for one in group.entries]


class Deciding:
    """The decision itself, on the record of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.body = Agreement(story.agreement)
        for recorded in story.recorded():
            if recorded.originator_id == story.agreement:
                evolve(self.body, recorded)

    def refusal(self, person: str, state: Indicator, name: str, digest: str) -> Refusal | None:
        """What becomes of a sign-off of one entry; None where it is recorded."""
        command = SignOffValues(entries=(SignedEntry(name, digest),), assurance="checked")
        act = Act(actor=person, at=self.story.at, correlation_id=UUID(int=1))
        try:
            _, answered = outcome_of(self.body, state, command, act, None)
        except Refusal as refusal:
            return refusal
        return refusal_of(answered)

    def of_all(self, person: str) -> dict[tuple[str, str], Refusal | None]:
        """What becomes of each entry that holds, by indicator and name."""
        return {
            (code, held.name): self.refusal(
                person, self.story.states[code], held.name, self.story.digest(code, held.name)
            )
            for code in CODES
            for held in self.story.held(code)
        }


@given(story=pasts(), person=st.sampled_from(PEOPLE))
def test_why_not_is_the_refusal_that_the_decision_would_give(story: Story, person: str) -> None:
    """The pure function over any past: of every entry that holds, for anybody."""
    deciding = Deciding(story)
    body = deciding.body
    for (code, name), refusal in deciding.of_all(person).items():
        state = story.states[code]
        held = holding(state, name)
        assert state.definition is not None
        told = why_not_sign(
            person,
            grants=body.grants.values(),
            scopes=body.scopes_for(Action.SIGN_OFF, code),
            on=story.at.date(),
            data_owners=body.data_owners(state.definition.data_owner),
            given_by=(held.submitted_by, held.corrected_by),
            stands=held.standing,
        )
        assert (refusal and refusal.code) == (told and told.code)


@settings(max_examples=15)
@given(story=pasts(), person=st.sampled_from(PEOPLE))
def test_what_is_offered_is_exactly_what_the_decision_would_accept(
    written: tuple[str, Ledger, Connection], story: Story, person: str
) -> None:
    """With the digests of the list; and of what is not offered the list says why."""
    reader, deciding = taken_in(written, story), Deciding(story)
    answer = waiting(reader, story, person, limit=PLENTY)
    offered = {(code, one.entry.name): one.entry.digest for code, one in entries(answer)}
    refusals = deciding.of_all(person)
    assert {key for key, refusal in refusals.items() if refusal is None} == set(offered)
    for (code, name), digest in offered.items():
        assert None is deciding.refusal(person, story.states[code], name, digest)
    submitted = {
        (code, held.name)
        for code in CODES
        for held in story.held(code)
        if held.standing is Standing.SUBMITTED
    }
    why = Counter((key[0], refusals[key].code) for key in submitted - set(offered))  # type: ignore[union-attr]
    assert why == {(one.indicator, one.reason): one.count for one in answer.others}
    assert len(offered) == answer.count
    for one in answer.others:
        mine = {key for key in submitted - set(offered) if key[0] == one.indicator}
        mine = {key for key in mine if refusals[key].code == one.reason}  # type: ignore[union-attr]
        may = {who for who in PEOPLE if any(deciding.of_all(who)[key] is None for key in mine)}
        assert may == set(one.may_sign)


@settings(max_examples=12)
@given(story=pasts(), data=st.data(), by_indicator=st.booleans())
def test_a_list_page_by_page_is_the_list(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject, by_indicator: bool
) -> None:
    """And one of an indicator, an area or a period is the part of it that one asks for. Each page
    says how many are before it; of whole indicators, one ends within one that it has alone."""
    reader = taken_in(written, story)
    every = waiting(reader, story, "lee", limit=PLENTY)
    whole = entries(every)
    counts = Counter(code for code, _ in whole)
    assert list(counts.items()) == [(one.indicator, one.count) for one in every.by_indicator]
    paged: list[tuple[str, WaitingEntry]] = []
    after: str | None = None
    while True:
        page = waiting(reader, story, "lee", after=after, limit=3, whole=by_indicator)
        assert len(paged) == page.before
        assert every.by_indicator == page.by_indicator
        paged += entries(page)
        cut = {code for code, _ in whole[len(paged) :]} & {code for code, _ in entries(page)}
        assert not (by_indicator and cut) or 1 == len(page.groups)
        after = page.next
        if after is None:
            break
    assert [(code, one.entry.name) for code, one in whole] == [
        (code, one.entry.name) for code, one in paged
    ]
    if whole:
        code, one = data.draw(st.sampled_from(whole))
        some = waiting(
            reader, story, "lee", indicator=code, area=one.entry.area, period=one.entry.period
        )
        place = (code, one.entry.area, one.entry.period)  # no period of an indicator holds another
        assert [
            (code, other.entry.name)
            for code, other in whole
            if (code, other.entry.area, other.entry.period) == place
        ] == [(code, other.entry.name) for code, other in entries(some)]


@settings(max_examples=12)
@given(story=pasts())
def test_a_sign_off_that_lapsed_is_told_with_what_ended_it(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """By the record itself: the last sign-off of the cell before the entry that waits now."""
    reader = taken_in(written, story)
    signed: dict[tuple[str, str, str, bool], tuple[str, str]] = {}
    states = {state.id: code for code, state in story.states.items()}
    fresh = {stream: Indicator(stream) for stream in states}
    for recorded in story.recorded():
        state = fresh.get(recorded.originator_id)
        if state is not None:
            for key in fold(state, recorded):
                held = state.entries.get(key)
                if held is not None and held.signature is not None:
                    place = (states[state.id], key.area, key.period, bool(key.breakdown))
                    signed[place] = held.name, held.signature.by
    for code, one in entries(waiting(reader, story, "lee", limit=PLENTY)):
        row = one.entry
        told_of = one.earlier and one.earlier.signed_off
        last = signed.get((code, row.area, row.period, bool(row.breakdown)))
        assert last == (told_of and one.earlier and (one.earlier.entry, told_of.by))
        if one.earlier is not None and one.earlier.entry == row.name:
            assert one.earlier.ended.kind in (ActKind.DEFINITION, ActKind.EVIDENCE)
            assert one.earlier.judged is None or one.earlier.signed_off
