"""Stages of escalation: an example of every rule, and laws over anything that may happen."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from turning import (
    ENDS_ON,
    act,
    after,
    path,
    sheet,
    turn,
    turns,
    walked,
)

from policies.definition import Polarity
from policies.escalation import (
    Act,
    ActKind,
    Escalation,
    EscalationSettings,
    Stage,
    Turn,
    gap_of,
)
from policies.refusals import BadPolicy

ONE, TWO, THREE = ("Q1", 0, 1, "below-target"), ("Q2", 1, 2, "no-trend"), Stage.INTERVENTION
ACCEPTED = ActKind.PLAN_ACCEPTED


def test_without_a_due_period_there_is_no_stage() -> None:
    none = walked([])
    assert (Stage.NONE, (), 0, 0, None, None) == (
        none.stage, none.moves, none.below, none.plan, none.review_on, none.since,
    )  # fmt: skip


def test_a_period_below_target_begins_stage_1() -> None:
    found = walked(turns([8]))
    (move,) = found.moves
    assert [ONE] == path(found)
    assert (after(0, 0), "FY2023-Q1", "1.0", 0) == (
        move.on, move.period, move.entry, move.position,
    )  # fmt: skip
    assert "Q1 2023/24 is worse than its target by 2" == move.working
    assert (1, after(0, 0)) == (found.below, found.since)


def test_on_target_is_not_below_it() -> None:
    assert () == walked(turns([10, "10.0", 12])).moves


def test_a_period_has_its_turn_on_its_due_date_and_not_before() -> None:
    assert () == walked(turns([8]), today=after(0, -1)).moves
    assert [ONE] == path(walked(turns([8]), today=after(0, 0)))


def test_a_period_has_its_turn_before_the_acts_of_its_day() -> None:
    closed = act(ActKind.CLOSURE, after(2, 0), position=1)
    found = walked(turns([10, 10, 8]), [closed])
    assert [("Q3", 0, 1, "below-target"), ("act", 1, 0, "closed")] == path(found)


def test_an_act_counts_from_its_day_and_not_before() -> None:
    tracked = act(ActKind.FAST_TRACK, after(0), stage=2)
    assert Stage.NONE == walked([], [tracked], today=after(0, 0)).stage
    assert Stage.ACTION == walked([], [tracked], today=after(0)).stage


def test_two_periods_running_without_a_trend_begin_stage_2() -> None:
    found = walked(turns([8, 8]))
    assert [ONE, TWO] == path(found)
    assert found.moves[-1].working == (
        "Q2 2023/24 is worse than its target by 2: 2 periods running,"
        " and the gap was 2 in Q1 2023/24"
    )


def test_a_gap_that_narrows_spares_stage_2_until_it_does_not() -> None:
    assert [ONE] == path(walked(turns([6, 7, 8])))
    assert [ONE, ("Q4", 1, 2, "no-trend")] == path(walked(turns([6, 7, 8, 8])))


def test_a_trend_is_told_by_the_gap_and_not_by_the_figure() -> None:
    """The target rises faster than the figure."""
    assert [ONE, TWO] == path(walked([turn(0, 8, 10), turn(1, 9, 12)]))


def test_stage_2_without_an_accepted_plan_comes_to_stage_3() -> None:
    assert [ONE, TWO] == path(walked(turns([8, 8, 8])))
    found = walked(turns([8, 8, 8, 8]))
    assert [ONE, TWO, ("Q4", 2, 3, "no-plan")] == path(found)
    assert found.moves[-1].working.endswith("stage 2 stood for 2 periods without an accepted plan")


def test_a_period_on_target_that_closes_nothing_yet_is_one_for_which_stage_2_stood() -> None:
    found = walked(turns([8, 8, 10, 8], periods_to_close=2))
    assert [ONE, TWO, ("Q4", 2, 3, "no-plan")] == path(found)


def test_stage_3_stays_however_long_it_is_below_target() -> None:
    assert [ONE, TWO, ("Q4", 2, 3, "no-plan")] == path(walked(turns([8] * 8)))


def test_an_accepted_plan_holds_stage_2_until_its_review() -> None:
    accepted = act(ACCEPTED, after(1), plan=4, review_on=after(3, 0))
    found = walked(turns([8, 8, 8, 8]), [accepted])
    assert [ONE, TWO] == path(found)
    assert (4, after(3, 0)) == (found.plan, found.review_on)


def test_a_period_below_target_after_the_review_of_a_plan_begins_stage_3() -> None:
    accepted = act(ACCEPTED, after(1), plan=4, review_on=after(2))
    found = walked(turns([8, 8, 8, 8]), [accepted])
    assert [ONE, TWO, ("Q4", 2, 3, "plan-failed")] == path(found)
    assert "after plan 4 was to be reviewed on 2024-01-11" in found.moves[-1].working


def test_a_period_due_on_the_day_of_the_review_is_not_after_it() -> None:
    accepted = act(ACCEPTED, after(1), plan=1, review_on=after(2, 0))
    assert Stage.ACTION == walked(turns([8, 8, 8]), [accepted]).stage


def test_a_plan_without_a_day_of_review_is_reviewed_as_the_settings_say() -> None:
    found = walked(turns([8, 8], review_after_days=30), [act(ACCEPTED, after(1), plan=1)])
    assert after(1, 31) == found.review_on


def test_a_plan_accepted_already_at_stage_1_counts_at_stage_2() -> None:
    accepted = act(ACCEPTED, after(0), plan=1, review_on=date(2025, 1, 1))
    assert Stage.ACTION == walked(turns([8] * 5), [accepted]).stage


def test_a_plan_that_was_accepted_at_stage_1_fails_there_as_at_stage_2() -> None:
    """The gap narrows, so that stage 2 never begins; the plan was reviewed, and it is below."""
    accepted = act(ACCEPTED, after(0), plan=1, review_on=after(1))
    found = walked(turns([6, 7, 8]), [accepted])
    assert [ONE, ("Q3", 1, 3, "plan-failed")] == path(found)
    assert [ONE, ("Q3", 1, 0, "on-target")] == path(walked(turns([6, 7, 10]), [accepted]))
    held = act(ACCEPTED, after(0), plan=1, review_on=after(9))
    assert [ONE] == path(walked(turns([6, 7, 8]), [held]))


def test_a_plan_accepted_too_late_does_not_undo_stage_3() -> None:
    assert THREE == walked(turns([8] * 4), [act(ACCEPTED, after(3), plan=1)]).stage


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_a_board_may_move_to_a_higher_stage_at_once(stage: int) -> None:
    found = walked(turns([12]), [act(ActKind.FAST_TRACK, after(0), 77, stage=stage)])
    assert [("act", 0, stage, "fast-track")] == path(found)
    assert (77, "") == (found.moves[0].position, found.moves[0].period)


def test_a_fast_track_to_a_stage_that_is_reached_moves_nothing() -> None:
    tracked = [act(ActKind.FAST_TRACK, after(1), stage=stage) for stage in (1, 2)]
    assert [ONE, TWO] == path(walked(turns([8, 8]), tracked))


def test_a_fast_track_begins_its_own_count_to_the_close_and_to_stage_3() -> None:
    tracked = act(ActKind.FAST_TRACK, after(1), stage=2)
    held = turns([12, 12, 12], periods_to_close=2)
    assert [("act", 0, 2, "fast-track")] == path(walked(held, [tracked]))
    assert Stage.ACTION == walked(turns([8, 9, 8]), [tracked]).stage
    assert THREE == walked(turns([8, 9, 8, 8]), [tracked]).stage


def test_a_period_on_target_closes_any_stage() -> None:
    for figures in ([8], [8, 8], [8, 8, 8, 8]):
        found = walked(turns([*figures, 10]))
        assert (Stage.NONE, 0, None) == (found.stage, found.below, found.since)
        assert "on-target" == found.moves[-1].cause
        assert "is on target: 1 period running" in found.moves[-1].working


def test_a_setting_says_how_many_periods_on_target_close() -> None:
    assert Stage.IDENTIFICATION == walked(turns([8, 10], periods_to_close=2)).stage
    assert Stage.NONE == walked(turns([8, 10, 10], periods_to_close=2)).stage
    assert [ONE] == path(walked(turns([8, 10, 9, 10], periods_to_close=2)))


def test_a_board_may_close_and_the_count_begins_anew() -> None:
    closed = act(ActKind.CLOSURE, after(1), 9)
    found = walked(turns([8, 8, 8]), [closed])
    assert [ONE, TWO, ("act", 2, 0, "closed"), ("Q3", 0, 1, "below-target")] == path(found)
    assert 1 == found.below


def test_a_closed_stage_forgets_its_plan() -> None:
    acts = [act(ACCEPTED, after(1), plan=1, review_on=date(2025, 1, 1))]
    acts.append(act(ActKind.CLOSURE, after(1), 101))
    assert 0 == walked(turns([8, 8]), acts).plan


def test_a_stage_that_was_left_on_target_forgets_its_plan() -> None:
    """Or the next period below target would count as one after the review of that plan."""
    accepted = act(ACCEPTED, after(1), plan=1, review_on=after(1))
    found = walked(turns([8, 8, 10, 8]), [accepted])
    assert [ONE, TWO, ("Q3", 2, 0, "on-target"), ("Q4", 0, 1, "below-target")] == path(found)
    assert (0, None) == (found.plan, found.review_on)


@pytest.mark.parametrize("kind", [ActKind.CLOSURE, ACCEPTED, ActKind.COMMENDATION])
def test_what_means_nothing_without_a_stage_moves_nothing(kind: ActKind) -> None:
    found = walked(turns([12]), [act(kind, after(0), plan=1)])
    assert ((), 0) == (found.moves, found.plan)


def test_a_missing_figure_holds_the_count_breaks_it_or_counts() -> None:
    figures = [8, None, 8]
    assert [ONE, ("Q3", 1, 2, "no-trend")] == path(walked(turns(figures, missing="holds")))
    assert [ONE] == path(walked(turns(figures, missing="breaks")))
    counted = walked(turns(figures, missing="counts"))
    assert [ONE, TWO] == path(counted)
    assert "Q2 2023/24 is due without a figure to judge, which counts" in counted.moves[1].working
    assert "there is no figure to show a trend" in counted.moves[1].working
    assert 3 == counted.below


def test_a_period_that_nothing_is_expected_of_does_not_even_break() -> None:
    told = [turn(0, 8), turn(1, None, None, counts=False), turn(2, 8)]
    assert [ONE, ("Q3", 1, 2, "no-trend")] == path(walked(told))


def test_a_tolerance_is_in_the_unit_and_inclusive() -> None:
    assert () == walked(turns([8, 8], tolerance=Decimal(2))).moves
    found = walked(turns(["7.9"], tolerance=Decimal(2)))
    assert "by 2.1, more than the tolerance of 2" in found.moves[0].working


def test_smaller_is_better_turns_it_round() -> None:
    smaller = sheet(Polarity.SMALLER)
    assert () == walked(turns([8, 10]), definition=smaller).moves
    assert [ONE, TWO] == path(walked(turns([12, 12]), definition=smaller))
    assert [ONE] == path(walked(turns([13, 12]), definition=smaller))


def test_plan_is_best_is_below_on_either_side_of_its_limits() -> None:
    plan = sheet(Polarity.PLAN)
    told = [turn(0, 9, None), turn(1, 12, None), turn(2, 7, None)]
    found = walked(told, definition=plan)
    assert [("Q2", 0, 1, "below-target"), ("Q3", 1, 2, "no-trend")] == path(found)
    assert "Q2 2023/24 is worse than its limits by 1" == found.moves[0].working
    assert [-2, 0, 1, 2] == [
        gap_of(Decimal(12), Decimal(10), sheet()),
        *(gap_of(Decimal(value), None, plan) for value in (11, 12, 7)),
    ]


def test_a_line_that_reaches_the_periods_target_by_the_end_spares_stage_2() -> None:
    assert [ONE] == path(walked(turns([6, 7], trend="projection")))
    found = walked(turns([7, 7], trend="projection"))
    assert [ONE, TWO] == path(found)
    assert "a line through the last 2 figures comes to 7 by 2026-03-31" in found.moves[1].working


def test_a_line_is_drawn_through_as_many_figures_as_the_settings_say() -> None:
    """The last two rise, but the last four fall."""
    falling = [9, 8, 5, 6]
    two = walked(turns(falling, trend="projection", trend_periods=2, periods_to_action=4))
    four = walked(turns(falling, trend="projection", trend_periods=4, periods_to_action=4))
    assert (Stage.IDENTIFICATION, Stage.ACTION) == (two.stage, four.stage)


def test_one_figure_shows_no_trend_of_either_kind() -> None:
    for trend, words in (
        ("gap-narrows", "no earlier gap"),
        ("projection", "too few figures"),
    ):
        found = walked(turns([8], trend=trend, periods_to_action=1))
        assert [ONE, ("Q1", 1, 2, "no-trend")] == path(found)
        assert words in found.moves[1].working


def test_a_late_correction_creates_a_stage_in_the_past_or_removes_one() -> None:
    before = walked(turns([8, 10]), today=after(0))
    assert (1, 0) == (before.stage_on(after(0)), walked(turns([11, 10])).stage_on(after(0)))
    removed, created = walked(turns([11, 10])), walked(turns([8, 8]))
    assert () == removed.moves
    assert Stage.ACTION == created.stage_on(after(1))


def test_figures_of_a_proxy_are_told_apart_and_never_compared_with_the_own() -> None:
    """The proxy counts in another unit, where smaller is better."""
    proxy: dict[str, Any] = {"proxy": "monthly", "definition": sheet(Polarity.SMALLER)}
    told = [turn(0, 9, 10), turn(1, 500, 300, **proxy), turn(2, 400, 300, **proxy)]
    found = walked(told)
    assert [ONE, TWO] == path(found)
    assert "Q2 2023/24 (by its proxy monthly) is worse than its target by 200" in (
        found.moves[1].working
    )
    assert "there is no earlier gap to compare with" in found.moves[1].working
    assert ("", "monthly") == (found.moves[0].proxy, found.moves[1].proxy)


def test_a_stage_stands_since_its_last_move_and_from_the_day_of_it_on() -> None:
    found = walked(turns([8, 8]))
    assert after(1, 0) == found.since
    assert [1, 2] == [found.stage_on(after(1, days)) for days in (-1, 0)]


def test_the_spell_is_what_happened_since_there_was_no_stage_last() -> None:
    found = walked(turns([8, 10, 8, 8]))
    assert [("Q3", 0, 1), ("Q4", 1, 2)] == [one[:3] for one in path(found)[-2:]]
    assert found.moves[-2:] == found.spell
    assert () == walked(turns([8, 10])).spell


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tolerance", Decimal(-1)),
        ("tolerance", Decimal("NaN")),
        ("periods_to_action", 0),
        ("periods_to_action", 101),
        ("trend_periods", 1),
        ("trend_periods", 101),
        ("review_after_days", -1),
        ("review_after_days", 3661),
        ("periods_to_close", 0),
        ("periods_to_close", 101),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(BadPolicy) as refusal:
        EscalationSettings(**{field: value})
    assert field == refusal.value.errors[0].field


# Laws.

settings = st.builds(
    EscalationSettings,
    tolerance=st.sampled_from([Decimal(0), Decimal("0.5")]),
    periods_to_action=st.integers(1, 3),
    missing=st.sampled_from(["holds", "breaks", "counts"]),
    trend=st.sampled_from(["gap-narrows", "projection"]),
    trend_periods=st.integers(2, 4),
    review_after_days=st.sampled_from([0, 90, 200]),
    periods_to_close=st.integers(1, 3),
)
figures = st.one_of(st.none(), st.sampled_from(["7", "8", "9", "9.7", "10", "11", "13"]))
targets = st.sampled_from([None, "9", "10", "12"])
days = st.integers(0, 900).map(lambda n: date(2023, 7, 1) + timedelta(days=n))


@st.composite
def runs(draw: st.DrawFn) -> list[Turn]:
    """Up to ten quarters, of which some are a proxy's, under settings that may change."""
    adopted = draw(st.lists(settings, min_size=1, max_size=2))
    found = []
    for n in range(draw(st.integers(0, 10))):
        target = draw(targets)
        proxy = draw(st.booleans()) and draw(st.booleans())
        fields = {"proxy": "P", "definition": sheet(Polarity.SMALLER)} if proxy else {}
        under = adopted[min(n // 5, len(adopted) - 1)]
        found.append(turn(n, draw(figures), target, under, counts=target is not None, **fields))
    return found


acts = st.lists(
    st.builds(
        Act,
        kind=st.sampled_from([*ActKind]),
        on=days,
        position=st.integers(1, 50),
        stage=st.integers(1, 3),
        plan=st.integers(1, 3),
        review_on=st.one_of(st.none(), days),
    ),
    max_size=6,
    unique_by=lambda one: one.position,
)
sheets = st.sampled_from([sheet(), sheet(Polarity.SMALLER)])


@given(told=runs(), done=acts, definition=sheets)
def test_moves_are_a_chain_and_each_has_a_cause_and_says_why(
    told: list[Turn], done: list[Act], definition: Any
) -> None:
    found = walked(told, done, definition)
    stage, day = Stage.NONE, date.min
    by_position = {one.position: one for one in done}
    periods = {one.period: one for one in told}
    for move in found.moves:
        assert (stage, True) == (move.before, move.before is not move.after)
        assert day <= move.on
        assert move.after in Stage
        assert move.working
        assert bool(move.period) != bool(move.position)
        if move.period:
            assert (periods[move.period].due_on, periods[move.period].entry) == (
                move.on, move.entry,
            )  # fmt: skip
        else:
            assert by_position[move.position].on == move.on
        stage, day = move.after, move.on
    assert stage is found.stage
    assert stage is found.stage_on(ENDS_ON)
    assert bool(found.stage) == (found.since is not None) == bool(found.spell)


@given(told=runs(), done=acts, definition=sheets, day=days)
def test_the_stage_of_a_day_is_told_by_what_had_come_by_then(
    told: list[Turn], done: list[Act], definition: Any, day: date
) -> None:
    """Periods due and acts done later change nothing about it; nor does asking later."""
    whole = walked(told, done, definition)
    by_then: Escalation = walked(
        [one for one in told if one.due_on <= day],
        [one for one in done if one.on <= day],
        definition,
    )
    asked_then = walked(told, done, definition, today=day)
    assert by_then == asked_then
    assert asked_then.stage is whole.stage_on(day)
    assert asked_then.moves == whole.moves[: len(asked_then.moves)]


@given(told=runs(), done=acts)
def test_the_order_in_which_acts_are_handed_over_does_not_matter(
    told: list[Turn], done: list[Act]
) -> None:
    assert walked(told, done) == walked(told, reversed(done))
