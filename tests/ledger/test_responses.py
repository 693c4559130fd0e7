"""What becomes of remedial actions, plans, decisions of the board, commendations, examinations."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from escalated import (
    BOARD,
    ELSEWHERE,
    LEAD,
    MEMBER,
    SET_UP,
    SHEET,
    STAGES,
    TEXT,
    TODAY,
    accept,
    at_stage,
    given,
    plan,
    quarterly,
    remedy,
    step,
    submitted,
    targets,
    values,
)

from ledger.agreement.events import (
    EscalationPolicyAdopted,
)
from ledger.event import Event, Recorded
from ledger.indicator.events import Correction as Corrected
from ledger.indicator.events import (
    IndicatorRetired,
    Target,
    TargetsSet,
    ValuesCorrected,
    ValuesSubmitted,
)
from ledger.indicator.plans import PlanStanding
from ledger.indicator.responding import Responded
from ledger.indicator.response_commands import (
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    ResponseCommand,
    SendBackActionPlan,
)
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    EscalationClosed,
    FastTracked,
    Intervention,
    InterventionDecided,
    PerformanceCommended,
    RemedialActionRecorded,
    ValueExamined,
)
from ledger.indicator.stage import acts_of
from ledger.indicator.state import evolve
from policies import refusals_escalation as refusals
from policies.definition import Polarity
from policies.escalation import ActKind, EscalationSettings, Stage
from policies.periods import parse_code
from policies.refusals import (
    PeriodNotBegun,
    ReasonRequired,
    Refusal,
    UnknownArea,
    UnknownBody,
    UnknownPeriod,
    WrongInterval,
)
from scenario import AREAS, HOME, STREAM, entry

# What is recorded


def test_a_remedial_action_is_recorded_as_given() -> None:
    due = date(2025, 9, 30)
    answer = at_stage(1).asked(remedy(due_on=due), LEAD)
    assert (
        Responded(
            event=RemedialActionRecorded(area=HOME, period="FY2024-Q4", action=TEXT, due_on=due)
        )
        == answer
    )


def test_a_plan_gets_the_next_number_of_the_indicator() -> None:
    scene = at_stage(2)
    first = scene.asked(plan(review_on=date(2025, 9, 1)), LEAD)
    assert Responded(event=submitted(1, review_on=date(2025, 9, 1)), plan=1) == first
    assert 2 == scene.after(first.event, by=LEAD).asked(plan(), LEAD).plan


def test_an_accepted_plan_is_reviewed_when_the_body_says() -> None:
    day = date(2025, 10, 1)
    command = accept(review_on=day, note=TEXT, **BOARD)
    answer = at_stage(2).after(submitted(), by=LEAD).asked(command)
    event = ActionPlanAccepted(plan=1, area=HOME, review_on=day, note=TEXT, **BOARD)
    assert Responded(event=event, plan=1, review_on=day) == answer


@pytest.mark.parametrize(
    ("own", "review_on"),
    [
        (None, date(2025, 8, 1)),  # sixty days later, by the rules in force
        (date(2025, 9, 15), date(2025, 9, 15)),
        (TODAY, TODAY),
    ],
)
def test_else_when_the_plan_says_and_else_by_the_rules(own: date | None, review_on: date) -> None:
    scene = at_stage(2).after(submitted(review_on=own), by=LEAD)
    assert review_on == scene.asked(accept()).review_on


def test_a_review_that_the_plan_wanted_and_that_is_past_goes_by_the_rules() -> None:
    past = submitted(begins_on=date(2025, 5, 1), review_on=date(2025, 5, 30))
    assert date(2025, 8, 1) == at_stage(2).after(past, by=LEAD).asked(accept()).review_on


def test_the_days_until_a_review_are_those_of_the_rules_in_force_that_day() -> None:
    newer = EscalationPolicyAdopted(
        version="2", effective_from=TODAY, settings=EscalationSettings(review_after_days=10)
    )
    scene = given(quarterly(), targets(), STAGES[2], set_up=(*SET_UP, newer))
    assert date(2025, 6, 12) == scene.after(submitted(), by=LEAD).asked(accept()).review_on


def test_a_plan_is_sent_back_with_the_reason() -> None:
    command = SendBackActionPlan(plan=1, reason=TEXT, **BOARD)
    event = ActionPlanSentBack(plan=1, area=HOME, reason=TEXT, **BOARD)
    assert Responded(event=event, plan=1) == at_stage(2).after(submitted(), by=LEAD).asked(command)


def test_a_plan_may_be_sent_back_though_the_stage_has_closed_meanwhile() -> None:
    """It would wait for ever otherwise; accepting it would mean nothing."""
    scene = at_stage(0).after(submitted(), by=LEAD)
    assert scene.asked(SendBackActionPlan(plan=1, reason=TEXT)).event
    scene.refused(accept(), refusals.NoStageOpen)


@pytest.mark.parametrize("decision", Intervention)
def test_the_board_decides_one_of_five_things_at_stage_3(decision: Intervention) -> None:
    command = DecideIntervention(decision=decision.value, reason=TEXT, **BOARD)
    event = InterventionDecided(area=HOME, decision=decision, reason=TEXT, **BOARD)
    assert event == at_stage(3).asked(command).event


@pytest.mark.parametrize(("before", "to"), [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)])
def test_a_fast_track_leads_to_any_higher_stage_at_once(before: int, to: int) -> None:
    scene = at_stage(before)
    answer = scene.asked(FastTrack(stage=to, reason=TEXT, **BOARD))
    assert FastTracked(area=HOME, stage=to, reason=TEXT, **BOARD) == answer.event
    assert to == scene.after(answer.event).stage()


@pytest.mark.parametrize("before", [1, 2, 3])
def test_the_board_closes_whatever_stage_is_open(before: int) -> None:
    scene = at_stage(before)
    answer = scene.asked(CloseEscalation(reason=TEXT, **BOARD))
    assert EscalationClosed(area=HOME, reason=TEXT, **BOARD) == answer.event
    assert Stage.NONE is scene.after(answer.event).stage()


@pytest.mark.parametrize("stage", [0, 2])
def test_a_commendation_asks_for_no_stage(stage: int) -> None:
    command = CommendPerformance(period="FY2024-Q1", reason=TEXT, **BOARD)
    event = PerformanceCommended(area=HOME, period="FY2024-Q1", reason=TEXT, **BOARD)
    assert event == at_stage(stage).asked(command).event


@pytest.mark.parametrize(("on", "recorded"), [(None, TODAY), (date(2025, 5, 20),) * 2])
def test_a_value_was_examined_on_a_day_or_today(on: date | None, recorded: date) -> None:
    command = ExamineValue(period="FY2024-Q1", on=on, note=TEXT, **BOARD)
    event = ValueExamined(area=HOME, period="FY2024-Q1", on=recorded, note=TEXT, **BOARD)
    assert event == at_stage(0).asked(command).event


def test_another_area_than_the_home_area_is_named() -> None:
    scene = given(
        quarterly(), targets("90", *AREAS[:2]), values("80", area=ELSEWHERE), values("95")
    )
    assert (Stage.IDENTIFICATION, Stage.NONE) == (scene.stage(ELSEWHERE), scene.stage())
    event = scene.asked(remedy(area=ELSEWHERE), LEAD).event
    assert isinstance(event, RemedialActionRecorded)
    assert ELSEWHERE == event.area
    scene.refused(remedy(), refusals.NoStageOpen)


# What is refused


DECIDE = DecideIntervention(decision="change-control", reason=TEXT)
FAST = FastTrack(stage=3, reason=TEXT)
CLOSE = CloseEscalation(reason=TEXT)
COMMEND = CommendPerformance(period="FY2024-Q4", reason=TEXT)
EXAMINE = ExamineValue(period="FY2024-Q4")
OF_AN_AREA = [remedy(), plan(), DECIDE, FAST, CLOSE, COMMEND, EXAMINE]
OF_A_PERIOD = [remedy(), plan(), COMMEND, EXAMINE]
OF_A_BODY = [DECIDE, FAST, CLOSE, COMMEND, EXAMINE]
WITH_REASON = [DECIDE, FAST, CLOSE, COMMEND]


def named(command: ResponseCommand) -> str:
    return type(command).__name__


def but(command: ResponseCommand, **changes: Any) -> ResponseCommand:
    return msgspec.structs.replace(command, **changes)


@pytest.mark.parametrize("command", OF_AN_AREA, ids=named)
def test_the_area_is_one_of_the_agreement(command: ResponseCommand) -> None:
    at_stage(3).refused(but(command, area="E99999999"), UnknownArea, "area")


@pytest.mark.parametrize("command", OF_A_PERIOD, ids=named)
@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        ("2024", UnknownPeriod),
        ("FY2024", WrongInterval),
        ("CY2024-Q4", WrongInterval),
        ("FY2030-Q1", PeriodNotBegun),
    ],
)
def test_the_period_is_one_of_the_indicators_that_has_begun(
    command: ResponseCommand, period: str, refusal: type[Refusal]
) -> None:
    at_stage(2).refused(but(command, period=period), refusal, "period")


@pytest.mark.parametrize("command", OF_A_BODY, ids=named)
def test_a_body_is_one_of_the_agreement(command: ResponseCommand) -> None:
    said = at_stage(3).refused(but(command, body="cabinet"), UnknownBody, "body")
    assert "use one of board" in said.detail


@pytest.mark.parametrize("command", [accept(), SendBackActionPlan(plan=1, reason=TEXT)], ids=named)
def test_so_is_the_body_that_decides_on_a_plan(command: ResponseCommand) -> None:
    scene = at_stage(2).after(submitted(), by=LEAD)
    scene.refused(but(command, body="cabinet"), UnknownBody, "body")


def test_an_agreement_without_bodies_says_so() -> None:
    scene = given(quarterly(), targets(), STAGES[1], set_up=(SHEET, SET_UP[2]))
    said = scene.refused(but(CLOSE, body="board"), UnknownBody, "body")
    assert "it has none yet" in said.detail


@pytest.mark.parametrize("command", WITH_REASON, ids=named)
def test_a_decision_has_its_reason(command: ResponseCommand) -> None:
    at_stage(3).refused(but(command, reason=""), ReasonRequired, "reason")


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        (remedy(action=""), refusals.TextRequired, "action"),
        (remedy(due_on=date(2024, 12, 31)), refusals.DatesOutOfOrder, "due_on"),
        (plan(cause=""), refusals.TextRequired, "cause"),
        (plan(steps=()), refusals.NoSteps, "steps"),
        (plan(steps=step() * 101), refusals.TooManySteps, "steps"),
        (plan(steps=step() + step(action="")), refusals.TextRequired, "steps[1].action"),
        (plan(steps=step(responsible="Ann")), refusals.UnknownPerson, "steps[0].responsible"),
        (
            plan(steps=step(due_on=date(2025, 6, 1))),
            refusals.DatesOutOfOrder,
            "steps[0].due_on",
        ),
        (
            plan(steps=step(due_on=date(2026, 1, 1))),
            refusals.DatesOutOfOrder,
            "steps[0].due_on",
        ),
        (plan(ends_on=date(2025, 6, 1)), refusals.DatesOutOfOrder, "ends_on"),
        (plan(review_on=date(2025, 6, 1)), refusals.DatesOutOfOrder, "review_on"),
    ],
)
def test_an_action_or_plan_that_cannot_be_carried_out_is_refused(
    command: ResponseCommand, refusal: type[Refusal], field: str
) -> None:
    at_stage(2).refused(command, refusal, field, by=LEAD)


def test_a_plan_may_begin_end_and_be_reviewed_on_one_day_with_its_step() -> None:
    one = {"begins_on": TODAY, "ends_on": TODAY, "review_on": TODAY, "steps": step(due_on=TODAY)}
    assert at_stage(2).asked(plan(**one), LEAD).event
    assert at_stage(2).asked(plan(steps=step() * 100), LEAD).event


@pytest.mark.parametrize("command", [remedy(), plan(), DECIDE, CLOSE], ids=named)
def test_without_an_open_stage_there_is_nothing_to_answer(command: ResponseCommand) -> None:
    at_stage(0).refused(command, refusals.NoStageOpen)


@pytest.mark.parametrize("command", [remedy(), plan(), DECIDE, CLOSE, FAST], ids=named)
def test_without_rules_of_escalation_there_is_no_stage(command: ResponseCommand) -> None:
    scene = given(quarterly(), targets(), STAGES[3], set_up=(*SET_UP[:2], SET_UP[3]))
    scene.refused(command, refusals.NoEscalationRules)


@pytest.mark.parametrize(
    "past",
    [
        [quarterly(), targets(), STAGES[3], IndicatorRetired()],
        [quarterly(polarity=Polarity.NEUTRAL), STAGES[3]],
        [quarterly(data_only=True), targets(), STAGES[3]],
        [quarterly(placeholder=True)],
    ],
    ids=["retired", "neutral", "data only", "placeholder"],
)
@pytest.mark.parametrize("command", [remedy(), plan(), DECIDE, CLOSE, FAST], ids=named)
def test_what_is_never_judged_has_no_stage(command: ResponseCommand, past: list[Event]) -> None:
    given(*past).refused(command, refusals.NeverEscalates)


@pytest.mark.parametrize("stage", [1, 2])
def test_the_board_intervenes_at_stage_3_only(stage: int) -> None:
    said = at_stage(stage).refused(DECIDE, refusals.WrongStage)
    assert f"at stage {stage}" in said.detail


def test_a_decision_at_stage_3_is_one_of_the_five() -> None:
    said = at_stage(3).refused(but(DECIDE, decision="wait"), refusals.UnknownDecision, "decision")
    assert all(kind.value in said.detail for kind in Intervention)


@pytest.mark.parametrize("to", [-1, 0, 4, 10**30])
def test_there_are_three_stages(to: int) -> None:
    at_stage(0).refused(but(FAST, stage=to), refusals.UnknownStage, "stage")


@pytest.mark.parametrize(("before", "to"), [(1, 1), (2, 1), (2, 2), (3, 3), (3, 1)])
def test_a_fast_track_never_leads_down_or_nowhere(before: int, to: int) -> None:
    at_stage(before).refused(but(FAST, stage=to), refusals.StageNotHigher, "stage")


@pytest.mark.parametrize("command", [COMMEND, EXAMINE], ids=named)
@pytest.mark.parametrize(
    "past",
    [
        [],
        [values("80", "80", "80")],
        [values("80", "80", "80", "80", area=ELSEWHERE)],
        [
            ValuesSubmitted(
                entries=(entry(period="FY2024-Q4", breakdown={"sex": "F"}),),
                data_available_on=TODAY,
            )
        ],
        [
            ValuesSubmitted(
                entries=(entry(None, period="FY2024-Q4", missing="suppressed"),),
                data_available_on=TODAY,
            )
        ],
    ],
    ids=["none", "other periods", "another area", "a breakdown", "suppressed"],
)
def test_there_must_be_a_value_to_commend_or_examine(
    command: ResponseCommand, past: list[Event]
) -> None:
    given(quarterly(), targets(), *past).refused(command, refusals.NoValueYet, "period")


def test_an_examination_has_happened_and_since_the_period_began() -> None:
    scene = at_stage(0)
    scene.refused(but(EXAMINE, on=date(2025, 6, 3)), refusals.DayInFuture, "on")
    scene.refused(but(EXAMINE, on=date(2024, 12, 31)), refusals.DatesOutOfOrder, "on")


DECIDES = [accept(), SendBackActionPlan(plan=1, reason=TEXT)]


@pytest.mark.parametrize("command", DECIDES, ids=named)
def test_a_plan_must_be_there_to_be_decided_on(command: ResponseCommand) -> None:
    at_stage(2).refused(command, refusals.UnknownPlan)
    at_stage(2).after(submitted(), by=LEAD).refused(but(command, plan=2), refusals.UnknownPlan)


@pytest.mark.parametrize("command", DECIDES, ids=named)
def test_nobody_decides_on_a_plan_of_their_own(command: ResponseCommand) -> None:
    """Whatever their roles; a refused duty, which is recorded."""
    at_stage(2).after(submitted(), by=LEAD).refused(command, refusals.OwnPlan, by=LEAD)


@pytest.mark.parametrize("command", DECIDES, ids=named)
@pytest.mark.parametrize(
    "decided",
    [
        ActionPlanAccepted(plan=1, area=HOME, review_on=date(2025, 8, 1)),
        ActionPlanSentBack(plan=1, area=HOME, reason=TEXT),
    ],
    ids=["accepted", "sent back"],
)
def test_a_plan_is_decided_on_once(command: ResponseCommand, decided: Event) -> None:
    scene = at_stage(2).after(submitted(), by=LEAD).after(decided)
    scene.refused(command, refusals.PlanNotWaiting)


def test_a_plan_is_sent_back_with_a_reason_only() -> None:
    scene = at_stage(2).after(submitted(), by=LEAD)
    scene.refused(SendBackActionPlan(plan=1, reason=""), ReasonRequired, "reason")


@pytest.mark.parametrize(
    ("begins_on", "review_on"),
    [(TODAY, date(2025, 6, 1)), (date(2025, 7, 1), date(2025, 6, 30))],
    ids=["before the acceptance", "before the plan begins"],
)
def test_a_review_is_after_the_acceptance_and_the_beginning(
    begins_on: date, review_on: date
) -> None:
    scene = at_stage(2).after(submitted(begins_on=begins_on), by=LEAD)
    scene.refused(accept(review_on=review_on), refusals.DatesOutOfOrder, "review_on")


# The stage at present


def test_a_late_correction_can_take_away_the_stage_and_with_it_what_may_be_done() -> None:
    scene = at_stage(1)
    name = f"{scene.state.position}.3"
    right = Corrected(period="FY2024-Q4", area=HOME, value=Decimal(95), replaces=name)
    corrected = scene.after(
        ValuesCorrected(entries=(right,), reason=TEXT, data_available_on=TODAY), by="asha"
    )
    assert Stage.NONE is corrected.stage()
    corrected.refused(CLOSE, refusals.NoStageOpen)


def test_a_day_is_where_the_partnership_is() -> None:
    """Late in the evening in Greenwich it is tomorrow in London, in summer."""
    scene = at_stage(1)
    late = Recorded(
        STREAM,
        9,
        EscalationClosed(area=HOME, reason=TEXT),
        9,
        datetime(2025, 6, 2, 23, 30, tzinfo=UTC),
        MEMBER,
    )
    (act,) = acts_of([late], HOME)
    assert (date(2025, 6, 3), 9, MEMBER) == (act.on, act.position, act.actor)
    evolve(scene.state, late)
    assert Stage.IDENTIFICATION is scene.stage()
    assert Stage.NONE is scene.stage(today=date(2025, 6, 3))


def test_acts_are_of_one_area_and_an_examination_is_none() -> None:
    scene = at_stage(2).after(
        submitted(),
        ActionPlanAccepted(plan=1, area=HOME, review_on=date(2025, 8, 1)),
        ValueExamined(area=HOME, period="FY2024-Q4", on=TODAY),
        FastTracked(area=HOME, stage=3, reason=TEXT),
        EscalationClosed(area=ELSEWHERE, reason=TEXT),
    )
    acts = acts_of(scene.state.responses, HOME)
    assert [ActKind.PLAN_SUBMITTED, ActKind.PLAN_ACCEPTED, ActKind.FAST_TRACK] == [
        act.kind for act in acts
    ]
    assert [(1, None, 0), (1, date(2025, 8, 1), 0), (0, None, 3)] == [
        (act.plan, act.review_on, act.stage) for act in acts
    ]


def test_an_accepted_plan_that_fails_its_review_leads_to_stage_3() -> None:
    scene = given(quarterly(), targets(), STAGES[2])
    reviewed = ActionPlanAccepted(plan=1, area=HOME, review_on=date(2025, 7, 1))
    more = TargetsSet(targets=(Target(area=HOME, period="FY2025-Q1", level=Decimal(90)),))
    late = entry("79", period="FY2025-Q1")
    below = ValuesSubmitted(entries=(late,), data_available_on=TODAY)
    scene = scene.after(submitted(), by=LEAD).after(reviewed, more, below)
    due = parse_code("FY2025-Q1").end.replace(month=7, day=30)
    assert (Stage.ACTION, Stage.INTERVENTION) == (
        scene.stage(today=date(2025, 7, 29)),
        scene.stage(today=due),
    )


def test_a_copy_of_the_fold_goes_on_alone() -> None:
    state = at_stage(2).state
    twin = state.copy()
    at = datetime(2025, 6, 2, 12, tzinfo=UTC)
    evolve(twin, Recorded(STREAM, 4, submitted(), 4, at, LEAD))
    assert ({}, []) == (state.plans, state.responses)
    assert PlanStanding.SUBMITTED is twin.plans[1].standing
    sent_back = ActionPlanSentBack(plan=1, area=HOME, reason=TEXT)
    again = twin.copy()
    evolve(again, Recorded(STREAM, 5, sent_back, 5, at, MEMBER))
    assert (1, 2) == (len(twin.responses), len(again.responses))
    assert (PlanStanding.SUBMITTED, PlanStanding.SENT_BACK) == (
        twin.plans[1].standing,
        again.plans[1].standing,
    )
