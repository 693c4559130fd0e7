"""A comparator table at any two moments is what the rules say of the facts known there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from histories import AGREEMENT, HOME, OTHER, Ledger, Story, empty
from hypothesis import given
from random_histories import ELSEWHERE, GROUPS, compared_stories
from reference import Reference

from ledger.agreement.events import ComparatorsPolicyAdopted
from ledger.agreement.state import Agreement, in_force
from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn
from ledger.engine import Connection
from ledger.event import Recorded, comparators_id
from ledger.indicator.decisions import holding
from ledger.indicator.events import Entry, IndicatorDefined
from ledger.indicator.figures import figure_of
from ledger.indicator.state import Indicator, key_of
from policies.comparator_group import ComparatorGroup, ComparatorSettings
from policies.comparing import Comparison, compare
from policies.numbers import exact_text, text_or_none, to_text
from policies.periods import parse_code
from policies.refusals_comparators import UnknownComparatorGroup
from projections.catch_up import catch_up
from projections.comparator_answers import Comparators
from projections.reading.clocks import resolve
from projections.reading.comparator_band import read_band
from projections.reading.comparators import read_comparators
from projections.reading.comparison_difference import read_comparison_difference
from projections.reading.league import read_league


class Told(NamedTuple):
    """A value of another area as a reader is told of it."""

    name: str
    entry: Entry
    file: str
    released_on: date | None


def released(events: Iterable[Recorded], code: str) -> dict[str, Told]:
    """The values of other areas that hold after these events, by name."""
    stream = comparators_id(AGREEMENT, code)
    ever: dict[str, Told] = {}
    held: dict[str, Told] = {}
    for recorded in events:
        if recorded.originator_id != stream:
            continue
        event = recorded.event
        if isinstance(event, ComparatorsReleased):
            for index, entry in enumerate(event.entries):
                name = f"{recorded.position}.{index}"
                told = Told(name, entry, event.source.file, event.source.released_on)
                held.pop(entry.replaces, None)
                held[name] = ever[name] = told
        elif isinstance(event, ComparatorsWithdrawn):
            for name in event.entries:
                del held[name]
            for reverted in event.reverted:
                del held[reverted.withdraws]
                held[reverted.name] = ever[reverted.name]
    return held


def settings_of(state: Agreement, period: str, position: int) -> ComparatorSettings:
    found = in_force(state.policies["comparators"], parse_code(period).start, position)
    if found is None:
        return ComparatorSettings()
    assert isinstance(found.event, ComparatorsPolicyAdopted)
    return found.event.settings


def expected(
    reference: Reference,
    others: dict[str, Told],
    state: Indicator,
    settings: ComparatorSettings,
    asked: tuple[str, str, str],
) -> Comparison:
    """The rules over the facts: the agreement's own value before what a publisher says."""
    group_code, period, area = asked
    set_so = reference.structure.comparator_groups[group_code]
    group = ComparatorGroup(
        code=set_so.code, title=set_so.title, version=str(set_so.version), members=set_so.members
    )
    definition = state.definition
    assert definition is not None
    values = {
        told.entry.area: figure_of(told.entry, definition)
        for told in others.values()
        if key_of(told.entry)[1:] == (period, "")
    }
    values |= {
        key.area: figure_of(held.entry, definition)
        for key, held in state.entries.items()
        if key[1:] == (period, "")
    }
    return compare(group, values, definition, settings, area)


@given(story=compared_stories(), data=st.data())
def test_a_table_is_what_the_rules_say_of_what_was_known(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """At any known and policy clock, for any group, period and area, now or long ago."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    events = story.recorded()
    for _ in range(6):
        known = data.draw(st.sampled_from([last, last, *range(last // 2, last)]))
        policy = data.draw(st.sampled_from([last, *range(2, last)]))
        clocks = resolve(reader, f"position:{known}", f"position:{policy}", story.at)
        reference = Reference(events, AGREEMENT, known, policy)
        code = data.draw(st.sampled_from(("I1", "I1", "I1", "I2")))
        state, others = reference.indicators.get(code), released(events[:known], code)
        if state is None:
            continue
        periods = {told.entry.period for told in others.values()} | {
            key.period for key in state.entries
        }
        if not periods:
            continue
        period = data.draw(st.sampled_from(sorted(periods)))
        group = data.draw(st.sampled_from(GROUPS))
        area = data.draw(st.sampled_from((HOME, OTHER, *ELSEWHERE)))
        by = settings_of(reference.governing, period, policy)
        group_known = reference.structure.comparator_groups
        if group not in group_known:
            with pytest.raises(UnknownComparatorGroup):
                read_comparators(reader, AGREEMENT, code, clocks, period=period, group=group)
            continue
        if area not in (HOME, OTHER, *group_known[group].members):
            continue
        answer = read_comparators(
            reader, AGREEMENT, code, clocks, period=period, group=group, area=area
        )
        wanted = expected(reference, others, state, by, (group, period, area))
        check(answer, wanted, others, state)
        assert answer.definition_version == state.definition_version
        assert answer.group_version == group_known[group].version


def check(
    answer: Comparators, wanted: Comparison, others: dict[str, Told], state: Indicator
) -> None:
    """Every figure and place, and every value as its publisher gave it."""
    assert [(row.area, row.value, row.rank, row.quartile) for row in answer.rows] == [
        (row.area, to_text(row.value), row.rank, row.quartile) for row in wanted.rows
    ]
    assert [row.area for row in answer.not_ranked] == list(wanted.not_ranked)
    assert answer.median == (None if wanted.median is None else to_text(wanted.median))
    limits = wanted.limits
    assert answer.quartiles == (
        None if limits is None else tuple(map(to_text, (limits.lower, limits.middle, limits.upper)))
    )
    assert answer.includes_home == wanted.includes_home
    home = wanted.home
    assert (answer.home and (answer.home.value, answer.home.rank)) == (
        home and (to_text(home.value), home.rank)
    )
    for row in answer.rows:
        distance = wanted.distance(next(r.value for r in wanted.rows if r.area == row.area))
        assert row.distance == (None if distance is None else exact_text(distance))
        if row.own:
            entry = holding(state, row.entry).entry
        else:
            told = others[row.entry]
            entry = told.entry
            assert (told.file, told.released_on) == (row.source.file, row.source.released_on)
        assert entry.provisional == row.provisional
        assert [text_or_none(entry.confidence_low), text_or_none(entry.confidence_high)] == [
            row.confidence_low,
            row.confidence_high,
        ]


def lately(story: Story, last: int) -> st.SearchStrategy[int]:
    """A position near the end of a story, at which the indicator was there."""
    defined = next(
        each.position
        for each in story.recorded()
        if isinstance(each.event, IndicatorDefined) and each.event.code == "I1"
    )
    return st.integers(max(defined, last - 14), last)


@given(story=compared_stories(), data=st.data())
def test_the_band_of_a_chart_is_what_the_tables_of_its_periods_say(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """All periods are read with one question, and none of them differs from its table."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    periods = sorted(
        {each.entry.period for each in released(story.recorded(), "I1").values()} | {"FY1999"}
    )
    for known in (last, data.draw(lately(story, last))):
        clocks = resolve(reader, f"position:{known}", f"position:{known}", story.at)
        band = read_band(reader, AGREEMENT, "I1", clocks, periods=periods)
        try:
            tables = [
                read_comparators(reader, AGREEMENT, "I1", clocks, period=period)
                for period in periods
                if period != "FY1999"
            ]
        except UnknownComparatorGroup:
            assert band is None
            continue
        assert band is not None
        told = {each.period: each for each in band.periods}
        for table in tables:
            if table.quartiles is None:
                assert table.period not in told
                continue
            lies = told.pop(table.period)
            assert (lies.median, lies.areas) == (table.median, len(table.rows))
            on_scale = table.better != "in-band"
            assert (lies.lower, lies.upper) == (
                (table.quartiles[0], table.quartiles[2]) if on_scale else (None, None)
            )
        assert not told


@given(story=compared_stories(), data=st.data())
def test_a_league_and_a_difference_say_what_the_tables_say(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """A league is read for all indicators at once, a difference cause by cause: neither differs."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    for _ in range(3):
        group = data.draw(st.sampled_from(GROUPS))
        begin, end = sorted(data.draw(st.tuples(*2 * [lately(story, last)])))
        then, now = (
            resolve(reader, f"position:{at}", f"position:{at}", story.at) for at in (begin, end)
        )
        try:
            league = read_league(reader, AGREEMENT, now, group=group)
            told = read_comparison_difference(reader, AGREEMENT, "I1", then, now, group=group)
        except UnknownComparatorGroup:
            continue
        for row in league.rows:
            if row.period is None:
                continue
            table = read_comparators(
                reader, AGREEMENT, row.indicator, now, period=row.period, group=group
            )
            assert table.home is not None
            assert (row.value, row.rank, row.quartile, row.distance, row.median, row.ranked) == (
                *(getattr(table.home, name) for name in ("value", "rank", "quartile", "distance")),
                table.median,
                len(table.rows),
            )
            chosen = read_comparators(reader, AGREEMENT, row.indicator, now, group=group)
            both = any(each.area != HOME for each in table.rows)
            assert chosen.period == row.period or not both
        tables = [
            read_comparators(reader, AGREEMENT, "I1", at, period=told.period, group=group)
            for at in (then, now)
        ]
        steps = [told.before, *(cause.after for cause in told.causes)]
        assert steps[:-1] == [cause.before for cause in told.causes]
        assert steps[-1] == told.after
        for standing, table in zip((told.before, told.after), tables, strict=True):
            home = table.home
            assert (standing.value, standing.rank) == (
                (home.value, home.rank) if home else (None, None)
            )
            assert (standing.median, standing.ranked) == (table.median, len(table.rows))
