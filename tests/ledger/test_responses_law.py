"""Whatever people do about performance, in whatever order: the rules can name where it stands."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from escalated import (
    ELSEWHERE,
    LEAD,
    MEMBER,
    QUARTERS,
    SET_UP,
    TEXT,
    Scene,
    agreed,
    given,
    quarterly,
    step,
    targets,
)
from hypothesis import given as any_of
from hypothesis import strategies as st

from ledger.agreement.events import RoleAssigned
from ledger.deciding import ACTIONS
from ledger.event import Event, decode, encode
from ledger.indicator.events import Correction, ValuesCorrected, ValuesSubmitted
from ledger.indicator.offers import Asker, offers
from ledger.indicator.plans import PlanStanding
from ledger.indicator.responding import respond
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    OfThePlan,
    RecordRemedialAction,
    ResponseCommand,
    SendBackActionPlan,
    SubmitActionPlan,
)
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    EscalationClosed,
    FastTracked,
)
from ledger.indicator.stage import present_stage
from ledger.indicator.state import Key
from policies.escalation import Cause, Escalation, Stage
from policies.permissions import Role, check_may
from policies.refusals import Refusal
from scenario import HOME, entry

BEGIN = date(2024, 7, 20)  # before the first quarter's figure is due


class Step(NamedTuple):
    """Something to try, so many days after the last: what, and with which choices."""

    kind: str
    days: int
    area: str
    quarter: int
    number: int
    actor: str


STEPS = st.builds(
    Step,
    st.sampled_from(
        ["figure"] * 6
        + ["remedy", "plan", "plan", "plan", "accept", "accept", "send-back", "decide"]
        + ["fast-track", "fast-track", "close", "commend", "examine"]
    ),
    st.integers(0, 30),
    st.sampled_from([HOME, HOME, HOME, ELSEWHERE]),
    st.integers(0, 3),
    st.integers(0, 4),
    st.sampled_from([LEAD, MEMBER]),
)

# Most of them long: it takes a few figures until there is something to act on.
HISTORIES = st.lists(STEPS, max_size=5) | st.lists(STEPS, min_size=15, max_size=40)


def command_of(scene: Scene, one: Step, today: date) -> ResponseCommand:
    area, period, number = one.area, QUARTERS[one.quarter], one.number
    review = today + timedelta(days=30 * number) if number else None
    which = 1 + number % max(1, len(scene.state.plans))
    ends = today + timedelta(days=90)
    plan = SubmitActionPlan(
        area=area,
        period=period,
        cause=TEXT,
        steps=step(due_on=ends),
        begins_on=today,
        ends_on=ends,
    )
    commands: dict[str, ResponseCommand] = {
        "remedy": RecordRemedialAction(area=area, period=period, action=TEXT),
        "plan": plan,
        "accept": AcceptActionPlan(plan=which, review_on=review),
        "send-back": SendBackActionPlan(plan=which, reason=TEXT),
        "decide": DecideIntervention(area=area, decision="change-control", reason=TEXT),
        "fast-track": FastTrack(area=area, stage=number, reason=TEXT),
        "close": CloseEscalation(area=area, reason=TEXT),
        "commend": CommendPerformance(area=area, period=period, reason=TEXT),
        "examine": ExamineValue(area=area, period=period),
    }
    return commands[one.kind]


def figure(scene: Scene, one: Step) -> Event:
    """A new figure for a quarter, or another in its place."""
    value, period = Decimal(80 + 4 * one.number), QUARTERS[one.quarter]
    held = scene.state.entries.get(Key(one.area, period, ""))
    if held is None:
        new = entry(str(value), area=one.area, period=period)
        return ValuesSubmitted(entries=(new,), data_available_on=BEGIN)
    other = Correction(area=one.area, period=period, value=value, replaces=held.name)
    return ValuesCorrected(entries=(other,), reason=TEXT, data_available_on=BEGIN)


def tell(steps: list[Step]) -> tuple[Scene, date]:
    """The history of what was not refused, and the day it ends on."""
    scene, today = given(quarterly(), targets("90", HOME, ELSEWHERE)), BEGIN
    for one in steps:
        today += timedelta(days=one.days)
        if one.kind == "figure":
            scene = scene.after(figure(scene, one), by="asha", on=today)
            continue
        try:
            answer = scene.asked(command_of(scene, one, today), one.actor, today)
        except Refusal:
            continue
        scene = scene.after(answer.event, by=one.actor, on=today)
    return scene, today


MOVES = {
    Cause.BELOW_TARGET: {(0, 1)},
    Cause.NO_TREND: {(1, 2)},
    Cause.PLAN_FAILED: {(1, 3), (2, 3)},
    Cause.NO_PLAN: {(2, 3)},
    Cause.FAST_TRACK: {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)},
    Cause.ON_TARGET: {(1, 0), (2, 0), (3, 0)},
    Cause.CLOSED: {(1, 0), (2, 0), (3, 0)},
}
OF_ACTS: dict[Cause, type[Event]] = {Cause.FAST_TRACK: FastTracked, Cause.CLOSED: EscalationClosed}


def check_moves(scene: Scene, found: Escalation, area: str) -> None:
    before, on = Stage.NONE, date.min
    events = {recorded.position: recorded.event for recorded in scene.state.responses}
    for move in found.moves:
        assert before is move.before
        assert (int(move.before), int(move.after)) in MOVES[move.cause]
        assert on <= move.on
        assert move.working
        if move.cause in OF_ACTS:
            event = events[move.position]
            assert OF_ACTS[move.cause] is type(event)
            assert area == getattr(event, "area", None)
            assert "" == move.period
        else:
            assert move.period in QUARTERS
            assert 0 == move.position
        before, on = move.after, move.on
    assert before is found.stage


def check_plans(scene: Scene) -> None:
    events = [recorded.event for recorded in scene.state.responses]
    given = [event.number for event in events if isinstance(event, ActionPlanSubmitted)]
    accepted = Counter(event.plan for event in events if isinstance(event, ActionPlanAccepted))
    sent_back = Counter(event.plan for event in events if isinstance(event, ActionPlanSentBack))
    assert list(range(1, len(given) + 1)) == given == list(scene.state.plans)
    for number, plan in scene.state.plans.items():
        decided = (accepted[number], sent_back[number])
        assert decided in {(0, 0), (1, 0), (0, 1)}
        standing = {
            (0, 0): PlanStanding.SUBMITTED,
            (1, 0): PlanStanding.ACCEPTED,
            (0, 1): PlanStanding.SENT_BACK,
        }[decided]
        assert standing is plan.standing


@any_of(HISTORIES)
def test_no_history_leads_where_the_rules_name_no_stage(steps: list[Step]) -> None:
    """A stage of 0 to 3, every move with its cause, every plan in exactly one standing."""
    scene, today = tell(steps)
    for area in (HOME, ELSEWHERE):
        found = present_stage(scene.state, scene.agreement, area, today)
        assert found.stage in set(Stage)
        assert found.stage is found.stage_on(today)
        check_moves(scene, found, area)
        if found.plan:
            assert PlanStanding.ACCEPTED is scene.state.plans[found.plan].standing
            assert area == scene.state.plans[found.plan].area
            assert scene.state.plans[found.plan].review_on == found.review_on
        assert bool(found.plan) == (found.review_on is not None)
        assert found.stage or not found.plan
    check_plans(scene)


@any_of(HISTORIES)
def test_what_is_recorded_is_read_again_as_it_was(steps: list[Step]) -> None:
    scene, _ = tell(steps)
    for recorded in scene.state.responses:
        event = recorded.event
        assert event == decode(event.TOPIC, encode(event))


@any_of(st.lists(STEPS, min_size=1, max_size=20), st.data())
def test_the_stage_of_a_past_day_is_not_changed_by_what_is_done_later(
    steps: list[Step], data: st.DataObject
) -> None:
    """Acts count from their own day; figures are another matter, since a correction restates."""
    cut = data.draw(st.integers(0, len(steps)))
    first, then = tell(steps[:cut])
    later = [one for one in steps[cut:] if one.kind != "figure"]
    whole, _ = tell([*steps[:cut], Step("examine", 1, HOME, 0, 0, MEMBER), *later])
    for area in (HOME, ELSEWHERE):
        assert first.stage(area, then) is whole.stage(area, then)


# What a page offers, against what is taken

ROLES = (
    RoleAssigned(person=MEMBER, role=Role.BOARD_MEMBER, scope="partnership"),
    RoleAssigned(person="group", role=Role.BOARD_MEMBER, scope="I1"),
    RoleAssigned(person="perf", role=Role.PERFORMANCE_OFFICER, scope="partnership"),
)
IN_ROLES = agreed(*SET_UP, *ROLES)


def acts(plans: int) -> list[tuple[str, int, int]]:
    """Every act with every quarter and number that makes a difference, where so many plans are."""
    return [
        *product(("remedy", "plan", "decide", "close"), (0,), (0,)),
        *product(("accept", "send-back", "fast-track"), (0,), range(max(5, plans))),
        *product(("commend", "examine"), range(4), (0,)),
    ]


def taken(scene: Scene, command: ResponseCommand, person: str, today: date) -> bool:
    """Whether a person's command would be recorded: the role, then the decision."""
    action = ACTIONS[type(command)]
    scopes = IN_ROLES.scopes_for(action, "I1")
    try:
        check_may(action, person=person, grants=IN_ROLES.grants.values(), scopes=scopes, on=today)
        respond(scene.state, command, actor=person, agreement=IN_ROLES, today=today)
    except Refusal:
        return False
    return True


@any_of(
    HISTORIES,
    st.sampled_from([HOME, HOME, ELSEWHERE]),
    st.sampled_from([LEAD, MEMBER, "group", "perf", "nobody"]),
)
def test_what_is_offered_is_taken_and_what_is_taken_was_offered(
    steps: list[Step], area: str, person: str
) -> None:
    """Every act in every filling: it is offered where some filling of it would be recorded."""
    scene, today = tell(steps)
    could = set()
    for kind, quarter, number in acts(len(scene.state.plans)):
        command = command_of(scene, Step(kind, 0, area, quarter, number, person), today)
        plan = command.plan if isinstance(command, OfThePlan) else 0
        if plan and (plan not in scene.state.plans or scene.state.plans[plan].area != area):
            continue
        if taken(scene, command, person, today):
            could.add((ACTIONS[type(command)], plan))
    asker = Asker(person, tuple(IN_ROLES.grants.values()), area, today)
    assert could == set(offers(scene.state, IN_ROLES, asker))
