"""A status is the same whether it was stored or is worked out: for every pair of clocks."""

from datetime import timedelta

import hypothesis.strategies as st
import msgspec
from histories import AGREEMENT, AREAS, Ledger, Story, empty
from hypothesis import given
from random_histories import stories
from reference import Reference, shown

from ledger.engine import Connection
from projections.answers import StatusRow
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.series_of_area import read_series_of_area
from projections.reading.status import read_status
from projections.reading.status_series import read_status_series


def known(reader: Connection, story: Story, known_at: int, policy_at: int) -> ResolvedClocks:
    """Both clocks, as positions."""
    return resolve(reader, f"position:{known_at}", f"position:{policy_at}", story.at)


FIRST = 2  # the sheet of the agreement: before it there is no agreement to ask about


@given(story=stories(), data=st.data())
def test_stored_and_computed_are_the_same_for_every_pair_of_clocks(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """All periods of both areas, known at any position, by the rules of any other."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    assert last == catch_up(url)
    events = story.recorded()
    positions = st.integers(FIRST, last)
    pairs = data.draw(st.lists(st.tuples(positions, positions), min_size=1, max_size=12))
    for p, q in [(last, last), *pairs]:
        expected = Reference(events, AGREEMENT, p, q)
        clocks = known(reader, story, p, q)
        together = {
            (one.indicator, area.code): one.rows
            for area in AREAS
            for one in read_series_of_area(reader, AGREEMENT, clocks, area=area.code).indicators
        }
        for code in expected.indicators:
            for area in AREAS:
                rows = read_status_series(reader, AGREEMENT, code, clocks, area=area.code)
                assert [
                    expected.cell(code, area.code, period, clocks.today)
                    for period in expected.cells(code, area.code)
                ] == [shown(row) for row in rows]
                assert [msgspec.structs.replace(row, stage=None) for row in rows] == [
                    *together[code, area.code]
                ]


@given(story=stories(), data=st.data())
def test_the_page_shows_for_each_indicator_its_latest_period_judged_from_the_facts(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """The board page of any area at any pair of clocks, on the day of the known clock."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    p, q = (data.draw(st.integers(FIRST, last)) for _ in "pq")
    area = data.draw(st.sampled_from(AREAS)).code
    clocks = known(reader, story, p, q)
    page = read_status(reader, AGREEMENT, clocks, area=area)
    expected = Reference(story.recorded(), AGREEMENT, p, q)
    assert {
        code: expected.cell(code, area, expected.latest(code, area, clocks.today), clocks.today)
        for code in expected.indicators
    } == {row.indicator: shown(row) for row in page.rows}
    assert sum(page.counts.values()) == len(page.rows)
    assert all((row.status is None) != (row.reason is None) for row in page.rows)


@given(story=stories())
def test_what_was_known_at_a_position_never_changes(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """The page at a position is the page that was shown as now there, whatever came later."""
    url, owner, reader = written
    empty(owner)
    half = len(story.commits) // 2 + 1
    last = [owner.append(commit) for commit in story.commits[:half]][-1]
    catch_up(url)
    moment = story.commits[half - 1].at
    now = resolve(reader, "now", "now", moment)
    then_now = everything(reader, now)
    for commit in story.commits[half:]:
        owner.append(commit)
    catch_up(url)
    position = f"position:{last}"
    later = moment + timedelta(days=900)
    assert then_now == everything(reader, resolve(reader, position, position, later))


def everything(reader: Connection, clocks: ResolvedClocks) -> list[StatusRow]:
    """All rows of the page and of every series, but for the links, which name the clocks."""
    rows: list[StatusRow] = []
    for area in AREAS:
        page = read_status(reader, AGREEMENT, clocks, area=area.code).rows
        rows += page
        for row in page:
            rows += read_status_series(reader, AGREEMENT, row.indicator, clocks, area=area.code)
    return [msgspec.structs.replace(row, why="") for row in rows]
