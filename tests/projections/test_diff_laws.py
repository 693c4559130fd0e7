"""The explained difference: its causes lead from the first page to the second, with nothing left.

All histories are random, on a real PostgreSQL; a page here is the status page of every period of
every area, with the rows it makes up where there is neither value nor target.
"""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import hypothesis.strategies as st
import msgspec
from histories import (
    AGREEMENT,
    AREAS,
    HOME,
    PERIODS,
    Ledger,
    Story,
    opening,
    taken_in,
)
from hypothesis import given
from random_histories import stories
from reference import Reference, shown

from ledger.agreement.events import RagPolicyAdopted
from ledger.engine import Connection
from ledger.indicator.events import Entry
from policies.rag import RagSettings
from policies.refusals import Refusal
from projections.answers import StatusRow
from projections.changes import Cause, ChangedCell, Diff
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.diff import read_diff
from projections.reading.status import read_status
from projections.ways import Way, way_of, weight_of

Name = tuple[str, str, str]  # indicator, area, period
Page = dict[Name, StatusRow]
FIRST = 2  # the sheet of the agreement
STORIES = stories(more=("areas", "areas"))


def told(written: tuple[str, Ledger, Connection], story: Story) -> tuple[Connection, int]:
    """The story on record and taken in; whom to ask, and its last position."""
    return taken_in(written, story), len(story.recorded())


def moments(story: Story, last: int) -> st.SearchStrategy[str]:
    """A position, or a day of the story or of the year after: days also pass between events."""
    begins = story.commits[0].at.date()
    days = st.dates(begins, story.at.date() + timedelta(days=400)).map(str)
    return st.integers(FIRST, last).map("position:{}".format) | days


def rules_at(story: Story, last: int) -> st.SearchStrategy[int]:
    """A position to take the rules from: any, or one just before or after some were adopted."""
    adopted = {one.position for one in story.recorded() if "-policy-" in one.event.TOPIC}
    beside = sorted(n for one in adopted for n in (one - 1, one) if FIRST <= n <= last)
    anywhere = st.integers(FIRST, last)
    return st.sampled_from(beside) | anywhere if beside else anywhere


def clocks(reader: Connection, story: Story, known: str, policy: str) -> ResolvedClocks:
    return resolve(reader, known, policy, story.at)


def in_order(*found: ResolvedClocks) -> list[ResolvedClocks]:
    return sorted(found, key=lambda one: (one.clocks.known_at, one.clocks.known_position))


def page(reader: Connection, at: ResolvedClocks) -> Page:
    """All rows of all areas and periods there are then, but for their links."""
    rows: list[StatusRow] = []
    for period in {period for periods in PERIODS.values() for period in periods}:
        for area in AREAS:
            try:
                rows += read_status(reader, AGREEMENT, at, area=area.code, period=period).rows
            except Refusal:  # not known then
                continue
    return {(row.indicator, row.area, row.period): plain(row) for row in rows}


def cells(before: Page, after: Page) -> set[Name]:
    """What is compared: what has a value or a target on either page."""
    return {
        name
        for rows in (before, after)
        for name, row in rows.items()
        if row.entry is not None or row.target is not None
    }


def plain(row: StatusRow) -> StatusRow:
    """Without its link, its stage, and the name of its rules, which are told once for all cells."""
    return msgspec.structs.replace(row, why="", policy_version="", stage=None)


def plainly(row: StatusRow | None) -> StatusRow | None:
    return None if row is None else plain(row)


def named(cell: ChangedCell) -> Name:
    return cell.indicator, cell.area, cell.period


def applied(before: Page, diff: Diff) -> Page:
    """The first page with every cause of every cell applied to it, in order."""
    after = dict(before)
    for cell in diff.cells:
        for cause in cell.causes:
            assert plainly(cause.before) == after.get(named(cell))
            if cause.after is None:
                del after[named(cell)]
            else:
                after[named(cell)] = plain(cause.after)
    return after


def check_explained(before: Page, after: Page, diff: Diff) -> None:
    """The law, and that every cell says on its own what it was and is."""
    compared = cells(before, after)
    changed = applied(before, diff)
    assert {name: changed.get(name) for name in compared} == {
        name: after.get(name) for name in compared
    }
    listed = {named(cell) for cell in diff.cells}
    differing = {name for name in compared if before.get(name) != after.get(name)}
    assert differing == listed
    for cell in diff.cells:
        assert before.get(named(cell)) == plainly(cell.before)
        assert after.get(named(cell)) == plainly(cell.after)
        assert cell.causes
        assert all(plainly(one.before) != plainly(one.after) for one in cell.causes)
        places = [(one.on, one.position or 0) for one in cell.causes]
        assert sorted(places) == places
    assert len(listed) == diff.counts.changed
    assert len(compared) == diff.counts.cells


def check_rules(story: Story, first: ResolvedClocks, then: ResolvedClocks, diff: Diff) -> None:
    """The rules adopted in between are told, each once, in order, and no other."""
    positions = range(first.clocks.policy_position + 1, then.clocks.policy_position + 1)
    events = [event for one in story.commits for event in one.events]
    adopted = [
        (position, event.TOPIC)
        for position, event in enumerate(events, start=1)
        if position in positions and event.TOPIC.endswith("-policy-adopted")
    ]
    told = [(one.position, f"{one.kind}-policy-adopted") for one in diff.rules]
    assert adopted == told


@given(story=STORIES, data=st.data())
def test_the_causes_of_a_difference_lead_from_the_first_page_to_the_second(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """Between any two moments, each under the rules of its own."""
    reader, last = told(written, story)
    for _ in range(2):
        asked = [data.draw(moments(story, last)) for _ in range(2)]
        first, then = in_order(*(clocks(reader, story, each, each) for each in asked))
        diff = read_diff(reader, AGREEMENT, first, then)
        check_explained(page(reader, first), page(reader, then), diff)
        check_rules(story, first, then, diff)


@given(story=STORIES, data=st.data())
def test_facts_and_rules_may_go_different_ways(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """Same rules and new facts, same facts and new rules, and anything between."""
    reader, last = told(written, story)
    for _ in range(2):
        facts = [data.draw(moments(story, last)) for _ in range(2)]
        low, high = sorted(data.draw(rules_at(story, last)) for _ in range(2))
        known = [
            clocks(reader, story, each, "position:1").clocks.known_at.isoformat() for each in facts
        ]
        rules = (f"position:{low}", f"position:{high}")
        first, then = (
            clocks(reader, story, each, rule)
            for each, rule in zip(sorted(known), rules, strict=True)
        )
        diff = read_diff(reader, AGREEMENT, first, then)
        check_explained(page(reader, first), page(reader, then), diff)


def test_what_follows_a_value_moves_with_it_under_rules_older_than_those_it_was_judged_by(
    written: tuple[str, Ledger, Connection],
) -> None:
    """Rules that judge signed-off values alone compare neither; those before them compare both."""
    story = opening("I2")
    before_rules = f"position:{len(story.recorded())}"
    signed_only = RagSettings(amber_margin=Decimal(1), judge="signed-only")
    story.structure(
        RagPolicyAdopted(version="1", effective_from=date(2020, 4, 1), settings=signed_only)
    )
    for period in PERIODS["I2"][:2]:
        story.submit(
            "I2", Entry(period=period, area=HOME, numerator=Decimal(1), denominator=Decimal(2))
        )
    earlier = len(story.recorded())
    story.withdraw("I2", story.held("I2")[0].name)
    reader, last = told(written, story)

    first, then = (
        clocks(reader, story, f"position:{position}", before_rules) for position in (earlier, last)
    )
    diff = read_diff(reader, AGREEMENT, first, then)

    changed = {cell.period: cell.changed for cell in diff.cells}
    assert set(PERIODS["I2"][:2]) == set(changed)
    assert ("travel", "travel_reason") == changed[PERIODS["I2"][1]]
    check_explained(page(reader, first), page(reader, then), diff)


@given(story=stories())
def test_a_cause_is_the_doing_of_its_event_alone(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """The row just before it is that of the position before, on the same day: judged from facts."""
    reader, last = told(written, story)
    begin, end = (clocks(reader, story, f"position:{n}", f"position:{n}") for n in (FIRST, last))
    events = story.recorded()
    for cell in read_diff(reader, AGREEMENT, begin, end).cells[:4]:
        for cause in cell.causes[:6]:
            for row, position in _around(cause):
                facts = Reference(events, AGREEMENT, position, position)
                indicator, area, period = named(cell)
                assert facts.has_row(indicator, area, period) == (row is not None)
                if row is not None:
                    assert facts.cell(indicator, area, period, cause.on) == shown(row)


def _around(cause: Cause) -> list[tuple[StatusRow | None, int]]:
    """The two rows of a cause with their positions; none of a day that came."""
    if cause.position is None:
        return []
    return [(cause.before, cause.position - 1), (cause.after, cause.position)]


def steps(diff: Diff) -> dict[Name, list[Cause]]:
    return {
        named(cell): [
            msgspec.structs.replace(one, before=plainly(one.before), after=plainly(one.after))
            for one in cell.causes
        ]
        for cell in diff.cells
    }


@given(story=STORIES, data=st.data())
def test_two_differences_in_a_row_are_the_difference_of_both(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """From a to b and from b to c: the causes of both, in order, are those from a to c."""
    reader, last = told(written, story)
    asked = [data.draw(moments(story, last)) for _ in range(3)]
    a, b, c = in_order(*(clocks(reader, story, each, each) for each in asked))
    first, second, whole = (
        steps(read_diff(reader, AGREEMENT, *pair)) for pair in ((a, b), (b, c), (a, c))
    )
    for name in first.keys() & second.keys() & whole.keys():
        assert whole[name] == first[name] + second[name]
    # What changed back is in no difference, and what has neither value nor target at both ends is
    # not compared: a cell may be in one of the two alone.
    before, between, after = (page(reader, moment) for moment in (a, b, c))
    compared = cells(before, after)
    for name in first.keys() | second.keys() | whole.keys():
        differs = name in compared and before.get(name) != after.get(name)
        assert (name in whole) == differs
    for name in whole.keys() & cells(before, between) & cells(between, after):
        assert name in first or name in second
        now = [*first.get(name, []), *second.get(name, [])][-1].after
        assert whole[name][-1].after == now == after.get(name)


@given(story=stories(most=12), data=st.data(), worst_first=st.booleans())
def test_a_difference_in_pages_is_the_same(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject, worst_first: bool
) -> None:
    reader, last = told(written, story)
    asked = [data.draw(moments(story, last)) for _ in range(2)]
    first, then = in_order(*(clocks(reader, story, each, each) for each in asked))
    whole = read_diff(reader, AGREEMENT, first, then, worst_first=worst_first)
    limit = data.draw(st.integers(1, 5))
    found: list[ChangedCell] = []
    after: str | None = None
    while True:
        part = read_diff(
            reader, AGREEMENT, first, then, after=after, limit=limit, worst_first=worst_first
        )
        assert whole.counts == part.counts
        found += part.cells
        after = part.next
        if after is None:
            break
    assert list(whole.cells) == found
    for only in whole.cells[:3]:
        (alone,) = read_diff(
            reader, AGREEMENT, first, then,
            indicator=only.indicator, area=only.area, period=only.period,
        ).cells  # fmt: skip
        assert only == alone


@given(story=STORIES, data=st.data())
def test_worst_first_a_difference_begins_with_what_became_worse_and_is_else_in_its_order(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    reader, last = told(written, story)
    asked = [data.draw(moments(story, last)) for _ in range(2)]
    first, then = in_order(*(clocks(reader, story, each, each) for each in asked))
    board = read_diff(reader, AGREEMENT, first, then)
    worst = read_diff(reader, AGREEMENT, first, then, worst_first=True)
    assert msgspec.structs.replace(board, cells=()) == msgspec.structs.replace(worst, cells=())
    weights = [weight_of(*(word(row) for row in (cell.before, cell.after))) for cell in board.cells]
    beside = sorted(zip(weights, range(len(weights)), strict=True))
    assert [board.cells[n] for _, n in beside] == list(worst.cells)
    turns = Counter(way_of(move.before, move.after) for move in board.counts.moves)
    assert turns[Way.WORSE] == 0 or weights.count((0, 0)) > 0


def word(row: StatusRow | None) -> str | None:
    """The status of a cell, or the reason for none; None where it has no value and no target."""
    return row.status or row.reason if row is not None and (row.entry or row.target) else None
