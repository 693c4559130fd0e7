"""What an auditor finds: every event by who did what to what, roles, changes to rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

import hypothesis.strategies as st
import pytest
from histories import (
    AGREEMENT,
    CODES,
    Commit,
    Ledger,
    Story,
    empty,
    ledger,
    opening,
    reading,
    rewritable,
)
from hypothesis import given
from random_histories import stories
from servers import Server

from ledger.agreement.events import (
    CodeEntry,
    CodeMapSet,
    IndicatorPlaced,
    RoleAssigned,
    RoleEnded,
)
from ledger.agreement.state import Agreement, evolve
from ledger.engine import Connection
from ledger.event import CATALOGUE, Recorded, agreement_id, comparators_id, encode, indicator_id
from ledger.indicator.events import (
    ActionRefused,
    Entry,
    Source,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.load.events import LoadActionRefused, LoadReceived
from policies import refusals
from projections.audit_answers import RuleChange
from projections.catch_up import catch_up
from projections.reading.clocks import LONDON, ResolvedClocks, resolve
from projections.reading.kinds import GROUPS, topics_of
from projections.reading.one_event import read_event
from projections.reading.overview import read_actors, read_overview
from projections.reading.roles import read_roles
from projections.reading.rules import read_rules
from projections.reading.search import EventsAsked, search_events

NOW = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
KINDS = ((), ("rules",), ("values", "sign-offs"), ("roles",), ("refusals",), ("targets-set",))
LOAD = UUID(int=77)
KEPT, ERASED = "ab" * 32, "cd" * 32


def at(reader: Connection, position: int) -> ResolvedClocks:
    return resolve(reader, f"position:{position}", "now", NOW)


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_every_kind_of_event_can_be_asked_for_by_its_group(topic: str) -> None:
    assert [group for group, topics in GROUPS.items() if topic in topics]
    assert [topic] == topics_of([topic])


def test_what_is_no_kind_is_refused_and_none_means_all() -> None:
    assert sorted(CATALOGUE) == topics_of([])
    with pytest.raises(refusals.UnknownKind, match="refusals"):
        topics_of(["values", "colour-changed"])


# Laws, for anything that can happen


@pytest.fixture(scope="module")
def written(embedded_server: Server) -> Iterator[tuple[str, Ledger]]:
    with embedded_server.fresh_database() as url, rewritable(url) as disarmed:
        yield url, disarmed


@st.composite
def searches(draw: st.DrawFn) -> EventsAsked:
    day = st.none() | st.dates(date(2023, 8, 1), date(2024, 6, 1))
    return EventsAsked(
        actor=draw(st.sampled_from(["", "", "asha", "sue", "nobody"])),
        kinds=draw(st.sampled_from(KINDS)),
        since=draw(day),
        until=draw(day),
        indicator=draw(st.sampled_from(["", "", *CODES])),
        order=draw(st.sampled_from(["newest", "oldest"])),
        limit=draw(st.integers(1, 9)),
    )


@given(story=stories(), asked=searches(), share=st.floats(0.6, 1))
def test_a_search_finds_what_a_look_at_every_event_finds(
    written: tuple[str, Ledger], story: Story, asked: EventsAsked, share: float
) -> None:
    """Page by page to the end, at any known clock."""
    url, owner = written
    empty(owner)
    owner.write(story)
    catch_up(url)
    recorded = story.recorded()
    known = max(16, round(len(recorded) * share))  # the indicators are there from 16 on
    expected = [each.position for each in recorded[:known] if fits(each, asked)]
    with reading(url) as reader:
        found = paged(reader, asked, at(reader, min(known, len(recorded))))
    assert (expected[::-1] if asked.order == "newest" else expected) == found


def fits(each: Recorded, asked: EventsAsked) -> bool:
    day = each.recorded_at.astimezone(LONDON).date()
    streams = [of(AGREEMENT, asked.indicator) for of in (indicator_id, comparators_id)]
    placed = isinstance(each.event, IndicatorPlaced) and each.event.indicator == asked.indicator
    return (
        asked.actor in ("", each.actor)
        and each.event.TOPIC in topics_of(asked.kinds)
        and (asked.since is None or asked.since <= day)
        and (asked.until is None or day <= asked.until)
        and (not asked.indicator or each.originator_id in streams or placed)
    )


def paged(reader: Connection, asked: EventsAsked, clocks: ResolvedClocks) -> list[int]:
    """All that a search finds, page by page."""
    found: list[int] = []
    after: int | None = None
    while True:
        page = search_events(reader, AGREEMENT, clocks, replaced(asked, after))
        assert len(page.events) <= asked.limit
        found += [event.position for event in page.events]
        if page.next is None:
            return found
        after = int(page.next)


def replaced(asked: EventsAsked, after: int | None) -> EventsAsked:
    fields = {name: getattr(asked, name) for name in asked.__struct_fields__}
    return EventsAsked(**(fields | {"after": after}))


@given(story=stories(), share=st.floats(0.3, 1))
def test_who_held_a_role_at_a_position_is_who_could_use_it_then(
    written: tuple[str, Ledger], story: Story, share: float
) -> None:
    """Of the spans known at the end, those around any position are the grants of a replay."""
    url, owner = written
    empty(owner)
    owner.write(story)
    catch_up(url)
    recorded = story.recorded()
    known = max(2, round(len(recorded) * share))
    with reading(url) as reader:
        spans = read_roles(reader, AGREEMENT, at(reader, known)).roles
    state = Agreement(agreement_id(AGREEMENT))
    for each in recorded[:known]:
        if each.originator_id == state.id:
            evolve(state, each)
        held = {
            (span.person, span.role, span.scope)
            for span in spans
            if span.since_position <= each.position
            and (span.until_position is None or each.position < span.until_position)
        }
        assert {(g.person, g.role.value, g.scope) for g in state.grants.values()} == held


@given(story=stories())
def test_each_change_of_a_rule_begins_where_the_one_before_it_ended(
    written: tuple[str, Ledger], story: Story
) -> None:
    """Field by field: what it was is what it had become, and something did change."""
    url, owner = written
    empty(owner)
    owner.write(story)
    catch_up(url)
    with reading(url) as reader:
        changes = read_rules(reader, AGREEMENT, at(reader, len(story.recorded()))).rules
    stands: dict[tuple[str, ...], str | None] = {}
    for change in reversed(changes):
        for one in change.changes:
            key = (*part(change), one.field, one.area, one.period)
            assert stands.get(key) == one.before, (change, one)
            assert one.before != one.after
            stands[key] = one.after
    topics = set(topics_of(["rules"]))
    assert sum(each.event.TOPIC in topics for each in story.recorded()) == len(changes)


def part(change: RuleChange) -> tuple[str, str]:
    """What a change is a change of: policies follow one another whatever their versions."""
    if change.indicator is not None and change.type.startswith("indicator-"):
        return change.indicator, "definition"
    if change.indicator is not None and change.type.startswith("targets-"):
        return change.indicator, "targets"
    return ("" if "policy" in change.type else change.about), change.type


# Told by hand


@pytest.fixture
def owner(embedded_database: str) -> Iterator[Ledger]:
    with ledger(embedded_database) as owner:
        owner.write(opening("I1", "I2"))  # 1 to 12
        yield owner


@pytest.fixture
def reader(embedded_database: str) -> Iterator[Connection]:
    with reading(embedded_database) as connection:
        yield connection


def record(owner: Ledger, url: str, stream: UUID, *events: object, actor: str = "asha") -> int:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    last = owner.append(Commit(stream, tuple(events), actor, when))  # type: ignore[arg-type]
    catch_up(url)
    return last


def test_the_timeline_of_a_load_has_its_own_events_and_those_it_wrote(
    embedded_database: str, owner: Ledger, reader: Connection
) -> None:
    i1, url = indicator_id(AGREEMENT, "I1"), embedded_database
    received = LoadReceived(agreement=AGREEMENT, file="a.csv", sha256="0", bytes=1)
    first = record(owner, url, LOAD, received)
    entry = Entry(period="FY2023-Q1", area="E10000031", value=Decimal(1))
    source = Source(file="a.csv", sha256="0", load=str(LOAD))
    record(owner, url, i1, ValuesSubmitted(entries=(entry,), source=source))
    record(owner, url, i1, ActionRefused(action="sign-off", code="self-sign-off"))
    record(owner, url, LOAD, LoadActionRefused(action="withdraw", code="no-role"), actor="sue")
    taken = ValuesWithdrawn(entries=(f"{first + 1}.0",), reason="r", load=str(LOAD))
    last = record(owner, url, i1, taken)
    clocks = at(reader, last)
    found = search_events(reader, AGREEMENT, clocks, EventsAsked(load=LOAD, order="oldest"))
    assert [first, first + 1, first + 3, first + 4] == [each.position for each in found.events]
    assert {str(LOAD)} == {each.load for each in found.events}
    assert [None, "I1", None, "I1"] == [each.indicator for each in found.events]
    refused = search_events(reader, AGREEMENT, clocks, EventsAsked(kinds=("refusals",)))
    assert [("sue", "no-role"), ("asha", "self-sign-off")] == [
        (each.actor, each.data["code"]) for each in refused.events
    ]
    with pytest.raises(refusals.UnknownLoad):
        search_events(reader, AGREEMENT, clocks, EventsAsked(load=UUID(int=5)))
    with pytest.raises(refusals.UnknownIndicator):
        search_events(reader, AGREEMENT, clocks, EventsAsked(indicator="I9"))
    counted = read_overview(reader, AGREEMENT, clocks)
    assert last == counted.events == sum(counted.kinds.values())
    assert {"asha": 4, "pat": 12, "sue": 1} == {a.actor: a.events for a in counted.actors}
    assert ("asha", "pat", "sue") == read_actors(reader, AGREEMENT, clocks).actors
    assert ("pat",) == read_actors(reader, AGREEMENT, at(reader, 12)).actors


def test_an_event_is_shown_to_the_last_byte(
    embedded_database: str, owner: Ledger, reader: Connection
) -> None:
    i1, url = indicator_id(AGREEMENT, "I1"), embedded_database
    areas = ("E10000031", "E92000001")
    entries = tuple(Entry(period="FY2023-Q1", area=area, value=Decimal(1)) for area in areas)
    given = record(owner, url, i1, ValuesSubmitted(entries=entries))
    event = ValuesWithdrawn(entries=(f"{given}.0",), reason=KEPT)
    stream = Commit(i1, (event,), "asha", datetime(2026, 1, 1, tzinfo=UTC))
    texts = {bytes.fromhex(KEPT): "Counted twice."}
    position = owner.append(stream, texts=texts)
    gone = record(owner, url, i1, ValuesWithdrawn(entries=(f"{given}.1",), reason=ERASED))
    found = read_event(reader, AGREEMENT, position, at(reader, gone))
    assert encode(event).decode() == found.stored
    assert sha256(encode(event)).hexdigest() == found.sha256
    assert (str(i1), 3, gone) == (found.stream, found.version, found.after)
    assert (
        "values-submitted"
        == read_event(reader, AGREEMENT, found.before or 0, at(reader, gone)).event.type
    )
    assert (position, position) == (found.first_position, found.last_position)
    assert [(KEPT, "Counted twice.")] == [(text.digest, text.text) for text in found.texts]
    (without,) = read_event(reader, AGREEMENT, gone, at(reader, gone)).texts
    assert (ERASED, None) == (without.digest, without.text)
    assert read_event(reader, AGREEMENT, position, at(reader, position)).after is None


def test_an_event_that_is_not_known_yet_or_another_agreements_is_not_shown(
    embedded_database: str, owner: Ledger, reader: Connection
) -> None:
    other = record(owner, embedded_database, agreement_id("other"), RoleEnded(
        person="asha", role="auditor", scope="x"))  # type: ignore[arg-type]  # fmt: skip
    for position, known in ((other, other), (12, 11), (other + 1, other)):
        with pytest.raises(refusals.UnknownEvent):
            read_event(reader, AGREEMENT, position, at(reader, known))


def test_a_code_map_set_anew_tells_which_codes_changed(
    embedded_database: str, owner: Ledger, reader: Connection
) -> None:
    stream, url = agreement_id(AGREEMENT), embedded_database
    maps = (
        (CodeEntry(code="A", ours="E1"), CodeEntry(code="B", ours="E2")),
        (CodeEntry(code="B", ours="E3"), CodeEntry(code="C", ours="E4")),
    )
    for entries in maps:
        last = record(owner, url, stream, CodeMapSet(name="ons", kind="area", entries=entries))
    newest, first, *_ = read_rules(reader, AGREEMENT, at(reader, last)).rules
    told = [
        {(one.field, one.before, one.after) for one in each.changes} for each in (newest, first)
    ]
    assert {
        ("entries.B", "E2", "E3"),
        ("entries.C", None, "E4"),
        ("entries.A", "E1", None),
    } == told[0]
    assert ("entries.A", None, "E1") in told[1]
    assert ("area ons", "code-map-set") == (newest.about, newest.type)


def test_the_days_of_a_search_begin_and_end_in_london(
    embedded_database: str, owner: Ledger, reader: Connection
) -> None:
    """Both days are included, and the clocks go forward on the second."""
    stream, first, days = agreement_id(AGREEMENT), date(2026, 3, 28), range(3)
    midnights = [datetime.combine(first + timedelta(n), time(), LONDON) for n in days]
    moments = [m + timedelta(microseconds=n) for m in midnights for n in (-1, 0)]
    for n, moment in enumerate(moments):
        role = RoleAssigned(person=f"p{n}", role="auditor", scope=AGREEMENT)  # type: ignore[arg-type]
        owner.append(Commit(stream, (role,), "pat", moment))
    catch_up(embedded_database)
    asked = EventsAsked(kinds=("roles",), since=first, until=first + timedelta(1), order="oldest")
    found = search_events(reader, AGREEMENT, at(reader, 12 + len(moments)), asked)
    assert ["p1", "p2", "p3", "p4"] == [each.data["person"] for each in found.events]
    assert [True] * 3 == [a.position < b.position for a, b in pairwise(found.events)]
