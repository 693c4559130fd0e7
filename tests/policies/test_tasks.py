"""Whose a task is, since when, until when, and why: given facts, one task of the people it asks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.allowed import Place, may
from policies.answer_tasks import KIND_OF, to_answer, to_commit
from policies.awaits import Awaited, awaits
from policies.collecting import State
from policies.due import DueSettings
from policies.escalation import Act, ActKind, Cause, Escalation, Move, Stage
from policies.examination import examine
from policies.permissions import MAY, Grant, Role
from policies.tasks import ASKED, Kind, Task, Urgency, asked_of, order_of
from policies.value_tasks import (
    Cell,
    Returned,
    Unsigned,
    to_examine,
    to_resubmit,
    to_sign_off,
    to_submit,
)

TODAY = date(2026, 5, 4)
CELL = Cell("repairs", "E10000031", "FY2025-Q4")
HERE = frozenset({"repairs", "homes", "well", "county"})
GRANTS = (
    Grant("asha", Role.ENTRY_OFFICER, "well"),
    Grant("bela", Role.ENTRY_OFFICER, "repairs"),
    Grant("work", Role.ENTRY_OFFICER, "elsewhere"),
    Grant("gone", Role.ENTRY_OFFICER, "county", valid_to=date(2026, 5, 3)),
    Grant("perf", Role.PERFORMANCE_OFFICER, "county"),
    Grant("sue", Role.SIGN_OFF_OFFICER, "homes"),
    Grant("asha", Role.SIGN_OFF_OFFICER, "county"),
    Grant("lee", Role.LEAD_OFFICER, "county"),
    Grant("gita", Role.BOARD_MEMBER, "well"),
    Grant("bo", Role.BOARD_MEMBER, "county"),
    Grant("otto", Role.AUDITOR, "county"),
)
PLACE = Place(grants=GRANTS, scopes=HERE, on=TODAY)
WHOLE = Place(grants=GRANTS, scopes=frozenset({"county"}), on=TODAY)


@pytest.mark.parametrize("kind", ASKED)
def test_a_task_asks_only_roles_that_may_do_it(kind: Kind) -> None:
    assert ASKED[kind].roles <= MAY[ASKED[kind].action]


@pytest.mark.parametrize(
    ("kind", "people"),
    [
        (Kind.SUBMIT, ("asha", "bela")),
        (Kind.SIGN_OFF, ("asha", "sue")),
        (Kind.REMEDIAL_ACTION, ("lee",)),
        (Kind.EXAMINE, ("bo", "gita")),
    ],
)
def test_a_task_is_that_of_everybody_in_its_role_there_on_that_day(
    kind: Kind, people: tuple[str, ...]
) -> None:
    assert people == asked_of(kind, PLACE)


def test_a_role_that_has_ended_asks_nobody_who_still_may_do_it_by_another() -> None:
    """A performance officer may submit, and is not asked to."""
    place = Place(
        grants=(*GRANTS, Grant("gone", Role.PERFORMANCE_OFFICER, "county")), scopes=HERE, on=TODAY
    )
    assert "gone" not in asked_of(Kind.SUBMIT, place)


def test_officers_of_a_partner_are_not_asked_for_what_another_owns() -> None:
    grants = (
        Grant("asha", Role.ENTRY_OFFICER, "county", "health"),
        Grant("bela", Role.ENTRY_OFFICER, "county", "police"),
    )
    place = Place(grants=grants, scopes=HERE, on=TODAY, data_owners=frozenset({"police"}))
    assert ("bela",) == asked_of(Kind.SUBMIT, place)


@pytest.mark.parametrize(
    ("state", "due", "urgency", "late"),
    [
        (State.NOT_DUE, date(2026, 5, 10), Urgency.DUE, 0),
        (State.AWAITED, date(2026, 4, 30), Urgency.DUE, 4),
        (State.OVERDUE, date(2026, 3, 30), Urgency.OVERDUE, 35),
    ],
)
def test_a_value_to_send_has_its_due_date(
    state: State, due: date, urgency: Urgency, late: int
) -> None:
    task = to_submit(CELL, state, due, PLACE)
    assert (Kind.SUBMIT, urgency, due, late) == (
        task.kind, task.urgency, task.due_on, task.days_late,
    )  # fmt: skip
    assert CELL == (task.indicator, task.area, task.period)
    assert ("asha", "bela") == task.people
    assert ("You are an entry officer for this indicator.", 1) == (task.why, task.values)


def test_a_value_recorded_as_missing_says_so() -> None:
    task = to_submit(CELL, State.OVERDUE, TODAY, PLACE, recorded_missing=True)
    assert task.why.endswith("It was recorded as missing.")


@pytest.mark.parametrize(
    ("returned", "people", "why"),
    [
        (
            Returned("asha", False, TODAY, "Two schools are missing."),
            ("asha",),
            "You submitted it and it was returned: Two schools are missing.",
        ),
        (Returned("perf", True, TODAY, ""), ("perf",), "You corrected it and it was returned."),
        (
            Returned("gone", False, TODAY, "No."),
            ("asha", "bela"),
            "You are an entry officer for this indicator, and its value was returned: No.",
        ),
        (
            Returned("operator", False, TODAY, ""),
            ("asha", "bela"),
            "You are an entry officer for this indicator, and its value was returned.",
        ),
    ],
)
def test_a_returned_value_goes_to_whoever_gave_it_or_else_to_the_officers(
    returned: Returned, people: tuple[str, ...], why: str
) -> None:
    task = to_resubmit(CELL, returned, PLACE)
    assert (Kind.RESUBMIT, Urgency.WAITING, TODAY, people, why) == (
        task.kind, task.urgency, task.since, task.people, task.why,
    )  # fmt: skip
    assert 1 == task.values


def sign_offs(*entries: Unsigned) -> list[tuple[tuple[str, ...], int, date | None]]:
    tasks = to_sign_off("repairs", CELL.period, entries, DueSettings(sign_off_days=10), PLACE)
    return sorted((task.people, task.values, task.due_on) for task in tasks)


def test_nobody_is_asked_to_sign_off_their_own_and_each_once_for_a_period() -> None:
    first, second = date(2026, 4, 20), date(2026, 5, 1)
    by_asha = Unsigned("asha", "", first)
    by_bela, corrected = Unsigned("bela", "", second), Unsigned("bela", "asha", first)
    due = first + timedelta(days=10)
    assert [(("sue",), 1, due)] == sign_offs(by_asha)
    assert [(("asha",), 1, date(2026, 5, 11)), (("sue",), 3, due)] == sign_offs(
        by_asha, by_bela, corrected
    )
    assert [(("asha", "sue"), 1, date(2026, 5, 11))] == sign_offs(by_bela)


@pytest.mark.parametrize(
    ("days_ago", "count", "gave", "urgency", "late"),
    [
        (10, 1, "it", Urgency.DUE, 0),
        (11, 2, "these 2 values", Urgency.OVERDUE, 1),
        (13, 3, "these 3 values", Urgency.OVERDUE, 3),
    ],
)
def test_a_sign_off_tells_what_waits_since_when_and_how_late(
    days_ago: int, count: int, gave: str, urgency: Urgency, late: int
) -> None:
    since = TODAY - timedelta(days=days_ago)
    entries = [Unsigned("asha", "", since + timedelta(days=n)) for n in range(count)]
    (task,) = to_sign_off("repairs", CELL.period, entries, DueSettings(sign_off_days=10), PLACE)
    assert (urgency, since, late) == (task.urgency, task.since, task.days_late)
    why = f"You are a sign-off officer for this indicator, and others submitted {gave}."
    assert why == task.why


def test_what_nobody_may_sign_off_is_the_task_of_nobody() -> None:
    own = Unsigned("sue", "asha", TODAY)
    assert [((), 1, date(2026, 5, 14))] == sign_offs(own)


@pytest.mark.parametrize(("areas", "area"), [("NN", "N"), ("NS", "")])
def test_a_sign_off_is_in_an_area_where_all_of_it_is_in_one(areas: str, area: str) -> None:
    entries = [Unsigned("asha", "", TODAY, each) for each in areas]
    (task,) = to_sign_off("repairs", CELL.period, entries, DueSettings(), PLACE)
    assert area == task.area


PERSON = st.sampled_from(["asha", "bela", "sue", "perf", ""])


@given(st.lists(st.builds(Unsigned, PERSON, PERSON, st.just(TODAY)), max_size=6))
def test_every_entry_is_asked_of_exactly_those_who_may_sign_it_off(entries: list[Unsigned]) -> None:
    tasks = to_sign_off("repairs", CELL.period, entries, DueSettings(), PLACE)
    asked: dict[str, int] = {}
    for task in tasks:
        for person in task.people:
            assert person not in asked
            asked[person] = task.values
    expected = {
        person: count
        for person in ("asha", "sue")
        if (count := sum(person not in (one.submitted_by, one.corrected_by) for one in entries))
    }
    assert expected == asked


@pytest.mark.parametrize(
    ("available", "examined", "urgency", "late"),
    [
        (date(2026, 4, 20), None, Urgency.DUE, 0),
        (date(2026, 4, 6), None, Urgency.DUE, 0),
        (date(2026, 4, 5), None, Urgency.OVERDUE, 1),
        (date(2026, 4, 20), date(2026, 5, 1), None, 0),
        (date(2026, 3, 1), date(2026, 5, 1), None, 0),
    ],
)
def test_a_value_is_to_be_examined_until_it_was(
    available: date, examined: date | None, urgency: Urgency | None, late: int
) -> None:
    task = to_examine(CELL, examine(available, examined, TODAY), PLACE, "county")
    if urgency is None:
        assert task is None
        return
    assert task is not None
    assert (urgency, late, available) == (task.urgency, task.days_late, task.since)
    assert available + timedelta(days=28) == task.due_on
    assert (("gita",), 1) == (task.people, task.values)


def test_without_a_group_the_board_examines() -> None:
    place = Place(grants=GRANTS, scopes=HERE - {"well"}, on=TODAY)
    task = to_examine(CELL, examine(TODAY, None, TODAY), place, "county")
    assert task is not None
    assert (("bo",), "You sit on the board") == (task.people, task.why.partition(":")[0])


# Stages


def act(kind: ActKind, days_ago: int, actor: str = "lee", plan: int = 0) -> Act:
    on = TODAY - timedelta(days=days_ago)
    return Act(kind=kind, on=on, position=100 - days_ago, actor=actor, plan=plan)


def at_stage(stage: Stage, days_ago: int = 60) -> Escalation:
    move = Move(
        on=TODAY - timedelta(days=days_ago), before=Stage.NONE, after=stage,
        cause=Cause.BELOW_TARGET, working="worse",
    )  # fmt: skip
    return Escalation(stage=stage, moves=(move,), below=1, plan=0, review_on=None)


def answer(
    stage: Stage, *acts: Act, people: tuple[str, ...], place: Place = PLACE
) -> tuple[Kind, tuple[str, ...], int]:
    """The kind of the task, whose it is, and for how many days it has waited."""
    escalation = at_stage(stage)
    asked = awaits(escalation, acts, today=TODAY)
    assert asked is not None
    task = to_answer("repairs", CELL.area, asked, escalation, acts, people, place)
    assert task.since is not None
    assert (Urgency.WAITING, None, "repairs") == (task.urgency, task.due_on, task.indicator)
    return task.kind, task.people, (TODAY - task.since).days


def test_a_stage_asks_the_lead_officer_the_group_or_the_board() -> None:
    plan = act(ActKind.PLAN_SUBMITTED, 20, plan=1)
    back = act(ActKind.PLAN_SENT_BACK, 10, "gita", plan=1)
    lead, group, board = ("lee",), ("gita",), ("bo",)
    assert (Kind.REMEDIAL_ACTION, lead, 60) == answer(Stage.IDENTIFICATION, people=lead)
    assert (Kind.WRITE_PLAN, lead, 60) == answer(Stage.ACTION, people=lead)
    assert (Kind.ACCEPT_PLAN, group, 20) == answer(Stage.ACTION, plan, people=group)
    assert (Kind.WRITE_PLAN, lead, 10) == answer(Stage.ACTION, plan, back, people=lead)
    assert (Kind.DECIDE_INTERVENTION, board, 60) == answer(
        Stage.INTERVENTION, people=board, place=WHOLE
    )


def test_nobody_is_asked_to_accept_their_own_plan_or_for_what_they_may_not() -> None:
    plan = act(ActKind.PLAN_SUBMITTED, 20, "gita", plan=1)
    assert (Kind.ACCEPT_PLAN, (), 20) == answer(Stage.ACTION, plan, people=("gita",))
    assert (Kind.ACCEPT_PLAN, ("bo",), 20) == answer(Stage.ACTION, plan, people=("otto", "bo"))


def test_only_what_time_tells_and_what_may_stay_as_it_is_is_nobodys_task() -> None:
    assert {Awaited.REVIEW, Awaited.NEXT_PERIOD, Awaited.CLOSURE} == set(Awaited) - set(KIND_OF)


# Loads


@pytest.mark.parametrize(("sender", "people"), [("asha", ("asha",)), ("otto", ()), ("gone", ())])
def test_a_checked_file_waits_for_whoever_sent_it(sender: str, people: tuple[str, ...]) -> None:
    since, expires = TODAY - timedelta(days=2), TODAY + timedelta(days=5)
    task = to_commit("5f1d", "values.csv", sender, since, expires, PLACE)
    assert (people, since, expires, "5f1d", "values.csv", Urgency.DUE) == (
        task.people, task.since, task.due_on, task.load, task.file, task.urgency,
    )  # fmt: skip


# In order


def test_the_most_pressing_comes_first_and_of_these_the_oldest() -> None:
    waiting = Task(kind=Kind.CONSENT, people=(), why="", since=date(2020, 1, 1))
    tasks = [
        to_submit(CELL, State.OVERDUE, date(2026, 1, 1), PLACE),
        to_submit(CELL, State.OVERDUE, date(2026, 2, 1), PLACE),
        to_submit(CELL, State.AWAITED, date(2026, 4, 1), PLACE),
        waiting,
        to_resubmit(CELL, Returned("asha", False, TODAY, ""), PLACE),
    ]
    assert tasks == sorted(reversed(tasks), key=order_of)


def test_of_the_same_urgency_the_day_counts_then_the_kind_and_the_day_it_waits_since() -> None:
    first, second = date(2026, 5, 1), date(2026, 5, 2)
    order: list[tuple[Kind, date | None, date | None, str]] = [
        (Kind.RESUBMIT, first, None, "z"),
        (Kind.CONSENT, first, second, "z"),
        (Kind.CONSENT, second, second, "y"),
        (Kind.CONSENT, None, second, "b"),
        (Kind.CONSENT, None, second, "c"),
        (Kind.RESUBMIT, second, None, "a"),
        (Kind.CONSENT, None, None, "a"),
    ]
    tasks = [
        Task(kind=kind, people=(), why="", since=since, due_on=due, indicator=code)
        for kind, since, due, code in order
    ]
    assert tasks == sorted(reversed(tasks), key=order_of)


ROLES = st.builds(
    Grant,
    st.sampled_from(["asha", "bela"]),
    st.sampled_from(Role),
    st.sampled_from([*sorted(HERE), "elsewhere"]),
    st.sampled_from(["", "health", "police"]),
    st.none() | st.just(TODAY + timedelta(days=1)),
)


@given(
    st.lists(ROLES, max_size=8),
    st.sampled_from(sorted(ASKED)),
    st.frozensets(st.sampled_from(["health", "police"])),
)
def test_whoever_is_asked_may_do_it(
    grants: list[Grant], kind: Kind, data_owners: frozenset[str]
) -> None:
    place = Place(grants=tuple(grants), scopes=HERE, on=TODAY, data_owners=data_owners)
    for person in asked_of(kind, place):
        assert may(ASKED[kind].action, person, place)
        assert any(one.person == person and one.role in ASKED[kind].roles for one in grants)
