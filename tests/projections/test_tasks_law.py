"""What waits for whom, and what has been collected, over anything that can happen."""

from collections import Counter
from datetime import date, timedelta

from histories import (
    AGREEMENT,
    CODES,
    PERIODS,
    Ledger,
    Story,
    empty,
)
from hypothesis import given, settings
from random_histories import stories

from ledger.agreement.events import RoleAssigned
from ledger.engine import Connection
from policies.cell import NoStatus
from policies.periods import parse_code
from policies.permissions import Role
from policies.standing import Standing
from projections.catch_up import catch_up
from projections.folding.agreements import ROLE
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.collection import read_collection
from projections.reading.status import read_status
from projections.reading.structure import BOARD, read_structure
from projections.reading.task_counts import TaskCounts
from projections.reading.tasks import read_agreement_tasks, read_tasks, tasks_waiting
from projections.task_answers import Collection, TaskAnswer

FEWER = settings(max_examples=15)  # each asks for everything there is
MORE = ("escalation",) * 3 + ("respond",) * 5 + ("areas",)
LACKING = {NoStatus.AWAITED.value, NoStatus.OVERDUE.value}
ROLES = (
    RoleAssigned(person="ed", role=Role.ENTRY_OFFICER, scope=AGREEMENT),
    RoleAssigned(person="eve", role=Role.ENTRY_OFFICER, scope="homes"),
    RoleAssigned(person="sue", role=Role.SIGN_OFF_OFFICER, scope=AGREEMENT),
    RoleAssigned(person="asha", role=Role.SIGN_OFF_OFFICER, scope="homes"),
    RoleAssigned(person="lee", role=Role.LEAD_OFFICER, scope=AGREEMENT),
    RoleAssigned(person="bo", role=Role.BOARD_MEMBER, scope=AGREEMENT),
    RoleAssigned(person="gita", role=Role.BOARD_MEMBER, scope="well"),
    RoleAssigned(person="pat", role=Role.AUDITOR, scope=AGREEMENT),
    RoleAssigned(person="ray", role=Role.LEAD_OFFICER, scope=AGREEMENT, valid_to=date(2001, 3, 31)),
)
WITHOUT = ("pat", "ray", "nobody")  # a role, today, that any task is for
PEOPLE = ("asha", "ed", "eve", "sue", "lee", "bo", "gita", *WITHOUT)


def told(written: tuple[str, Ledger, Connection], story: Story) -> ResolvedClocks:
    """The story on record, with people in every role; the clocks of its last moment."""
    url, owner, reader = written
    empty(owner)
    owner.write(story)
    catch_up(url)
    return resolve(reader, "now", "now", story.at)


def everything(reader: Connection, clocks: ResolvedClocks) -> Collection:
    """The grid of all periods there could be."""
    return read_collection(reader, AGREEMENT, clocks, first="FY2019", last="FY2027")


@FEWER
@given(story=stories(more=MORE, roles=ROLES))
def test_what_status_lacks_is_asked_of_exactly_the_entry_officers(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """Whatever a status page calls awaited or overdue and there is a target for; and beside that
    only what has none, or is no more than context."""
    clocks, reader = told(written, story), written[2]
    structure = read_structure(reader, AGREEMENT, clocks.clocks, (*BOARD, ROLE))
    tasks = read_agreement_tasks(reader, AGREEMENT, clocks).tasks
    sent: dict[tuple[str | None, ...], TaskAnswer] = {
        (task.indicator, task.area, task.period): task
        for task in tasks
        if task.kind in ("submit", "resubmit")
    }
    grid = everything(reader, clocks)
    states = {
        (row.indicator, row.area, cell.period): cell.state
        for row in grid.rows
        for cell in row.cells
        if cell.expected
    }
    rows = {
        (row.indicator, row.area, row.period): row
        for area in structure.sheet.areas
        for period in (None, *(code for codes in PERIODS.values() for code in codes))
        for row in read_status(reader, AGREEMENT, clocks, period=period, area=area.code).rows
    }
    for key, row in rows.items():
        if row.reason in LACKING and (row.target is not None or key in sent):
            scopes = structure.scopes_of(row.indicator)
            officers = {
                one.person
                for one in structure.roles
                if one.role is Role.ENTRY_OFFICER and one.scope in scopes
            }
            task = sent[key]
            if task.kind == "submit":
                assert officers == {*task.people}
                assert row.due_on == task.due_on
                assert (row.reason == "overdue") == (task.urgency == "overdue")
            else:
                assert "returned" == states[key]
    for about, task in sent.items():
        row_of = rows.get(about)  # type: ignore[arg-type] # parts are never None
        if row_of and task.due_on is not None and task.due_on <= clocks.today:
            assert row_of.reason in {*LACKING, "no-target", "contextual"}


@FEWER
@given(story=stories(more=MORE, roles=ROLES))
def test_what_waits_for_a_sign_off_is_asked_of_everybody_who_may_but_whoever_gave_it(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    clocks, reader = told(written, story), written[2]
    structure = read_structure(reader, AGREEMENT, clocks.clocks, (*BOARD, ROLE))
    asked = {
        (row.indicator, row.area, cell.period)
        for row in everything(reader, clocks).rows
        for cell in row.cells
        if cell.expected
    }
    for person in PEOPLE:
        expected: Counter[tuple[str, str]] = Counter()
        for code in CODES:
            scopes = structure.scopes_of(code)
            signs = any(
                one.person == person and one.role is Role.SIGN_OFF_OFFICER and one.scope in scopes
                for one in structure.roles
            )
            for key, held in story.states[code].entries.items():
                waits = held.standing is Standing.SUBMITTED and held.entry.missing != "missing"
                own = person in (held.submitted_by, held.corrected_by)
                if signs and waits and not own and (code, key.area, key.period) in asked:
                    expected[code, key.period] += 1
        tasks = read_tasks(reader, person, clocks, [AGREEMENT]).tasks
        assert expected == {
            (one.indicator, one.period): one.values for one in tasks if one.kind == "sign-off"
        }


@FEWER
@given(story=stories(more=MORE, roles=ROLES))
def test_counts_add_up_and_each_person_is_told_their_part_of_what_everybody_is(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    clocks, reader = told(written, story), written[2]
    every = read_agreement_tasks(reader, AGREEMENT, clocks)
    assert sum(every.counts.values()) == len(every.tasks)
    assert {person for task in every.tasks for person in task.people} <= {*PEOPLE}
    for person in PEOPLE:
        mine = read_tasks(reader, person, clocks, [AGREEMENT])
        assert [task for task in every.tasks if person in task.people] == [*mine.tasks]
        waiting = tasks_waiting(reader, person, clocks)
        # Of those who had a role at first, a story may have ended it.
        assert waiting is None if person in WITHOUT else waiting in (None, len(mine.tasks))
        assert not (waiting is None and mine.tasks)
        assert Counter(task.urgency for task in mine.tasks) == +Counter(mine.counts)
    for grid in (everything(reader, clocks), read_collection(reader, AGREEMENT, clocks)):
        cells = [cell for row in grid.rows for cell in row.cells]
        assert len(cells) == sum(grid.counts.values())
        assert Counter(cell.state for cell in cells) == +Counter(grid.counts)
        for row in grid.rows:
            ends = [parse_code(cell.period).end for cell in row.cells]
            assert sorted(ends) == ends
            assert len({cell.period for cell in row.cells}) == len(ends)


@FEWER
@given(story=stories(more=MORE, roles=ROLES))
def test_what_waited_at_a_position_never_changes(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    url, owner, reader = written
    empty(owner)
    half = len(story.commits) // 2 + 1
    last = [owner.append(commit) for commit in story.commits[:half]][-1]
    catch_up(url)
    moment = story.commits[half - 1].at
    now = as_told(reader, resolve(reader, "now", "now", moment))
    for commit in story.commits[half:]:
        owner.append(commit)
    catch_up(url)
    position = f"position:{last}"
    later = resolve(reader, position, position, moment + timedelta(days=900))
    assert now == as_told(reader, later)


def as_told(reader: Connection, clocks: ResolvedClocks) -> tuple[object, ...]:
    """All that is told of tasks and of the grid, but for the clocks it was told by."""
    tasks: tuple[TaskAnswer, ...] = read_agreement_tasks(reader, AGREEMENT, clocks).tasks
    grid = everything(reader, clocks)
    return tasks, grid.rows, grid.counts


@FEWER
@given(story=stories(most=12, more=MORE, roles=ROLES))
def test_a_remembered_count_is_what_counting_again_would_give(
    written: tuple[str, Ledger, Connection], story: Story
) -> None:
    """After every act, whoever asked before; roles are given on the way."""
    url, owner, reader = written
    empty(owner)
    counts = TaskCounts()
    for n, commit in enumerate(story.commits):
        owner.append(commit)
        catch_up(url)
        clocks = resolve(reader, "now", "now", commit.at)
        for person in PEOPLE[n % 3 :: 3]:
            assert tasks_waiting(reader, person, clocks) == counts.waiting(reader, person, clocks)
            assert tasks_waiting(reader, person, clocks) == counts.waiting(reader, person, clocks)
