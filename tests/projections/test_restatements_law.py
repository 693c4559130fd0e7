"""The register of restatements holds exactly what the record replaced or took away."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import hypothesis.strategies as st
import msgspec
import pytest
from histories import (
    AGREEMENT,
    AREAS,
    CODES,
    HOME,
    OTHER,
    SHEET,
    Ledger,
    Story,
    opening,
    taken_in,
)
from hypothesis import given
from random_histories import stories
from reference import Reference

from ledger.agreement.events import Area, EscalationPolicyAdopted, RagPolicyAdopted
from ledger.engine import Connection
from ledger.event import Recorded
from ledger.indicator.events import (
    Entry,
    Target,
    ValuesCorrected,
    ValuesRestored,
    ValuesWithdrawn,
)
from ledger.indicator.state import Held, Indicator, Key, evolve
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from policies.refusals import UnknownArea
from projections.changes import CauseKind, RestatedSide, Restatement, Restatements
from projections.reading.area_names import name_former_areas
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.diff import read_diff
from projections.reading.escalations import read_escalations
from projections.reading.restatements import read_restatements
from projections.reading.structure import read_structure

FIRST = 2
KINDS = {
    ValuesCorrected: CauseKind.CORRECTION,
    ValuesWithdrawn: CauseKind.WITHDRAWAL,
    ValuesRestored: CauseKind.RESTORATION,
}


class Replaced(NamedTuple):
    """What a line says, as far as the fold of the record knows it."""

    position: int
    kind: CauseKind
    indicator: str
    area: str
    period: str
    breakdown: dict[str, str]
    entries: tuple[str | None, str | None]
    values: tuple[Decimal | None, Decimal | None]


def told(written: tuple[str, Ledger, Connection], story: Story) -> tuple[Connection, int]:
    return taken_in(written, story), len(story.recorded())


def replaced(story: Story) -> list[Replaced]:
    """Every entry that gave its place to another or to none, the latest act first."""
    states = {state.id: Indicator(state.id) for state in story.states.values()}
    found: list[list[Replaced]] = []
    for recorded in story.recorded():
        state = states.get(recorded.originator_id)
        if state is not None:
            before = dict(state.entries)
            keys = evolve(state, recorded)
            kind = KINDS.get(type(recorded.event))
            if kind is not None:
                lines = [_line(recorded, kind, state, before, key) for key in keys]
                found.append(sorted(lines, key=_place))
    return [line for lines in reversed(found) for line in lines]


def _line(
    recorded: Recorded, kind: CauseKind, state: Indicator, before: dict[Key, Held], key: Key
) -> Replaced:
    old, new = before[key], state.entries.get(key)
    return Replaced(
        recorded.position,
        kind,
        state.code,
        key.area,
        key.period,
        old.entry.breakdown,
        (old.name, None if new is None else new.name),
        (_given(old), None if new is None else _given(new)),
    )


def _place(line: Replaced) -> tuple[str, str, bool]:
    return line.period, line.area, bool(line.breakdown)


def _given(held: Held) -> Decimal | None:
    entry = held.entry
    return entry.value if entry.numerator is None else entry.numerator


def shown(line: Restatement) -> Replaced:
    return Replaced(
        line.position,
        line.kind,
        line.indicator,
        line.area,
        line.period,
        line.breakdown,
        (line.before.entry, line.after.entry),
        (_said(line.before), _said(line.after)),
    )


def _said(side: RestatedSide) -> Decimal | None:
    text = side.value if side.numerator is None else side.numerator
    return None if text is None else Decimal(text)


def now(reader: Connection, story: Story) -> ResolvedClocks:
    return resolve(reader, "now", "now", story.at)


@given(story=stories(), data=st.data())
def test_every_entry_that_was_replaced_is_in_the_register_once(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """As a whole, page by page, of one indicator, area or period, and as known before."""
    reader, last = told(written, story)
    expected = replaced(story)
    whole = read_restatements(reader, AGREEMENT, now(reader, story))
    assert expected == [shown(line) for line in whole.restatements]
    paged: list[Restatement] = []
    page: Restatements | None = None
    while page is None or page.next:
        after = None if page is None else page.next
        page = read_restatements(reader, AGREEMENT, now(reader, story), after=after, limit=2)
        paged += page.restatements
    assert list(whole.restatements) == paged
    code, area = data.draw(st.sampled_from(CODES)), data.draw(st.sampled_from(AREAS)).code
    if code in {line.indicator for line in whole.restatements}:
        some = read_restatements(reader, AGREEMENT, now(reader, story), indicator=code, area=area)
        assert [
            line for line in whole.restatements if (line.indicator, line.area) == (code, area)
        ] == list(some.restatements)
    position = data.draw(st.integers(FIRST, last))
    then = resolve(reader, f"position:{position}", "now", story.at)
    earlier = read_restatements(reader, AGREEMENT, then).restatements
    assert [line for line in whole.restatements if line.position <= position] == list(earlier)


@given(story=stories(), data=st.data())
def test_a_restatement_says_what_the_page_said_before_and_after(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """Judged from the record itself, and in the same words as the explained difference."""
    reader, last = told(written, story)
    events = story.recorded()
    policy = data.draw(st.integers(FIRST, last))
    asked = resolve(reader, "now", f"position:{policy}", story.at)
    for line in read_restatements(reader, AGREEMENT, asked).restatements[:6]:
        if line.breakdown:
            assert line.before.status is line.after.reason is None
            continue
        for side, known in ((line.before, line.position - 1), (line.after, line.position)):
            facts = Reference(events, AGREEMENT, known, min(known, policy))
            there = facts.has_row(line.indicator, line.area, line.period)
            on = resolve(reader, f"position:{line.position}", "now", story.at).today
            cell = facts.cell(line.indicator, line.area, line.period, on) if there else None
            assert (side.status, side.reason) == (cell and cell.status, cell and cell.reason)
            assert side.judged == (cell and cell.judged)


@given(story=stories())
def test_the_register_and_the_explained_difference_agree(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """Each correction, withdrawal and restoration among the causes is a line, with its statuses."""
    reader, _ = told(written, story)
    register = {
        (line.position, line.indicator, line.area, line.period): line
        for line in read_restatements(reader, AGREEMENT, now(reader, story)).restatements
        if not line.breakdown
    }
    begin = resolve(reader, f"position:{FIRST}", f"position:{FIRST}", story.at)
    for cell in read_diff(reader, AGREEMENT, begin, now(reader, story)).cells:
        for cause in cell.causes:
            if cause.kind in KINDS.values():
                assert cause.position is not None
                line = register[cause.position, cell.indicator, cell.area, cell.period]
                assert cause.kind == line.kind
                for row, side in ((cause.before, line.before), (cause.after, line.after)):
                    assert (row and row.status) == side.status
                    assert (row and row.judged) == side.judged


def stage_at(reader: Connection, line: Restatement, position: int, story: Story) -> int | None:
    """The stage that escalation answers at a position, looked at when the act was done."""
    then = f"position:{position}@{line.recorded_at.isoformat()}"
    at = resolve(reader, then, then, story.at)
    try:
        rows = read_escalations(reader, AGREEMENT, at, area=line.area).rows
    except UnknownArea:
        return None
    return next((row.stage for row in rows if row.indicator == line.indicator), None)


@given(story=stories(more=("escalation",) * 4 + ("respond",) * 4 + ("areas", "withdraw")))
def test_the_stages_of_a_restatement_are_those_that_escalation_answers(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """Whether or not the cell is still there; an area that is gone has none."""
    reader, _ = told(written, story)
    for line in read_restatements(reader, AGREEMENT, now(reader, story)).restatements[:8]:
        for side, position in ((line.before, line.position - 1), (line.after, line.position)):
            expected = None if line.breakdown else stage_at(reader, line, position, story)
            assert expected == side.stage


def test_an_area_that_left_the_agreement_is_asked_for_and_named_as_it_was_last(
    written: tuple[str, Ledger, Connection],
) -> None:
    """Its lines stay in the register; an area that never was the agreement's is unknown."""
    story = opening("I1")
    story.submit("I1", Entry(period="FY2023-Q1", area=OTHER, value=Decimal(5)))
    story.correct("I1", Entry(period="FY2023-Q1", area=OTHER, value=Decimal(6)))
    home, other = AREAS
    named = (home, Area(other.code, "All England"))
    story.structure(msgspec.structs.replace(SHEET, areas=named))
    story.structure(msgspec.structs.replace(SHEET, areas=(home,)))
    reader, _ = told(written, story)

    whole = read_restatements(reader, AGREEMENT, now(reader, story)).restatements
    there = read_restatements(reader, AGREEMENT, now(reader, story), area=OTHER).restatements

    assert ["All England"] == [line.area_name for line in there]
    assert whole == there
    with pytest.raises(UnknownArea):
        read_restatements(reader, AGREEMENT, now(reader, story), area="E10000099")
    clocks = now(reader, story).clocks
    structure = read_structure(reader, AGREEMENT, clocks)
    for _ in range(2):  # each time that it is asked to: nothing is kept of who was named before
        structure.names = {}
        name_former_areas(reader, structure, clocks.known_position)
        assert "All England" == structure.names[OTHER]


def test_a_value_withdrawn_from_a_cell_without_a_target_ends_no_stage(
    written: tuple[str, Ledger, Connection],
) -> None:
    """The cell goes with its value; the stage is that of a period whose value stands."""
    story = opening("I1")
    since = date(2020, 4, 1)
    story.structure(
        RagPolicyAdopted(
            version="1", effective_from=since, settings=RagSettings(amber_margin=Decimal(0))
        ),
        EscalationPolicyAdopted(version="1", effective_from=since, settings=EscalationSettings()),
    )
    story.target("I1", Target(period="FY2023-Q2", area=HOME, level=Decimal(10)))
    for period in ("FY2023-Q1", "FY2023-Q2"):
        story.submit("I1", Entry(period=period, area=HOME, value=Decimal(5)))
    story.withdraw(
        "I1", next(held.name for held in story.held("I1") if held.entry.period == "FY2023-Q1")
    )
    reader, _ = told(written, story)

    (line,) = read_restatements(reader, AGREEMENT, now(reader, story)).restatements

    assert ("FY2023-Q1", CauseKind.WITHDRAWAL) == (line.period, line.kind)
    assert (1, 1) == (line.before.stage, line.after.stage)
