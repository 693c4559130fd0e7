"""Stages by the facts of one clock and the rules of another, over anything that can happen."""

from datetime import timedelta

import hypothesis.strategies as st
import msgspec
from histories import AGREEMENT, AREAS, HOME, Ledger, Story, empty
from hypothesis import given, settings
from random_histories import stories
from slow_stages import SlowStages

from ledger.engine import Connection
from projections.catch_up import catch_up
from projections.check import check
from projections.escalations import EscalationStory
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.escalation_story import read_escalation
from projections.reading.escalations import read_escalations
from projections.reading.examinations import read_examinations
from projections.reading.status import read_status

FIRST = 2  # the sheet of the agreement
FEWER = settings(max_examples=20)  # each asks at many moments, of everything there is
MORE = ("escalation",) * 4 + ("respond",) * 8


def known(reader: Connection, story: Story, known_at: int, policy_at: int) -> ResolvedClocks:
    """Both clocks, as positions."""
    return resolve(reader, f"position:{known_at}", f"position:{policy_at}", story.at)


@FEWER
@given(story=stories(more=MORE), data=st.data())
def test_stages_are_those_of_the_record_walked_through_by_hand(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """At any pair of clocks; and every open stage has a cause and what it waits for."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    positions = st.integers(FIRST, last)
    for p, q in [(last, last), *data.draw(st.lists(st.tuples(positions, positions), max_size=4))]:
        clocks = known(reader, story, p, q)
        slow = SlowStages(story.recorded(), AGREEMENT, p, q)
        for area in AREAS:
            answer = read_escalations(reader, AGREEMENT, clocks, area=area.code)
            expected = slow.open_stages(area.code, clocks.today)
            assert expected == {row.indicator: row.stage for row in answer.rows}
            assert len(answer.rows) == sum(answer.counts.values())
            for row in answer.rows:
                assert row.stage == row.moves[-1].after
                assert 0 == row.moves[0].before
                assert all(move.cause and move.working for move in row.moves)
                assert row.awaits.words
            rows = read_status(reader, AGREEMENT, clocks, area=area.code).rows
            assert {
                row.indicator: slow.stage(row.indicator, area.code, row.period, clocks.today)
                for row in rows
            } == {row.indicator: row.stage or 0 for row in rows}


@FEWER
@given(story=stories(more=MORE))
def test_what_was_known_at_a_position_never_changes(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """Stages, stories and examinations at a position are those shown as now there."""
    url, owner, reader = written
    empty(owner)
    half = len(story.commits) // 2 + 1
    last = [owner.append(commit) for commit in story.commits[:half]][-1]
    catch_up(url)
    moment = story.commits[half - 1].at
    now = everything(reader, resolve(reader, "now", "now", moment))
    for commit in story.commits[half:]:
        owner.append(commit)
    catch_up(url)
    position = f"position:{last}"
    later = resolve(reader, position, position, moment + timedelta(days=900))
    assert now == everything(reader, later)


@FEWER
@given(story=stories(more=MORE))
def test_a_story_tells_what_was_known_at_each_position(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """The list of what was known when is that of asking at every position of the ledger."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    answer = told(reader, known(reader, story, last, last))
    if answer is None:
        return
    for position in range(FIRST, last + 1):
        then = known(reader, story, position, position)
        found = told(reader, then)
        listed = [
            one.stage
            for one in answer.known
            if one.on <= then.today and (one.position is None or one.position <= position)
        ]
        assert (found.stage if found else 0) == (listed[-1] if listed else 0)


@FEWER
@given(story=stories(more=MORE))
def test_what_is_built_anew_is_what_was_taken_in_act_by_act(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    url, owner, _ = written
    empty(owner)
    for commit in story.commits:
        owner.append(commit)
        catch_up(url)
    assert [] == check(url, lambda _done, _head: None)


def told(reader: Connection, clocks: ResolvedClocks) -> EscalationStory | None:
    """The story of the first indicator that was known; None where none was."""
    rows = read_status(reader, AGREEMENT, clocks, area=HOME).rows
    codes = [row.indicator for row in rows if row.indicator == "I1"]
    return read_escalation(reader, AGREEMENT, "I1", clocks) if codes else None


def everything(reader: Connection, clocks: ResolvedClocks) -> list[object]:
    """All that is told of stages, but for the clocks it was told by."""
    found: list[object] = []
    for area in AREAS:
        answers = (
            read_escalations(reader, AGREEMENT, clocks, area=area.code),
            read_examinations(reader, AGREEMENT, clocks, area=area.code),
        )
        found += [msgspec.structs.replace(one, clocks=clocks.clocks).rows for one in answers]
        for row in read_status(reader, AGREEMENT, clocks, area=area.code).rows:
            found.append((row.indicator, row.period, row.stage))
            story = read_escalation(reader, AGREEMENT, row.indicator, clocks, area=area.code)
            found.append((story.moves, story.acts, story.known, story.awaits))
    return found
