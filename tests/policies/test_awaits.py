"""What each stage asks for, and of whom."""

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace
from turning import act, after, turns, walked

from policies.awaits import Asked, Awaited, Awaits, awaits
from policies.escalation import Act, ActKind

REMEDY, PLAN = ActKind.REMEDIAL_ACTION, ActKind.PLAN_SUBMITTED
ACCEPTED, SENT_BACK = ActKind.PLAN_ACCEPTED, ActKind.PLAN_SENT_BACK
REVIEW = after(5)
ONE, TWO, THREE = [8], [8, 8], [8, 8, 8, 8]


def asked(figures: Sequence[float | str | None], *acts: Act, today: date | None = None) -> Awaits:
    """What is waited for a week after the last figure was due, or on another day."""
    day = today or after(len(figures) - 1, 7)
    found = awaits(walked(turns(figures), acts, today=day), acts, today=day)
    assert found is not None
    return found


def test_no_stage_asks_for_nothing() -> None:
    acts = [act(REMEDY, after(0))]
    assert awaits(walked(turns([10]), acts), acts, today=after(1)) is None


@pytest.mark.parametrize(
    ("figures", "acts", "what", "who", "plan", "words"),
    [
        (ONE, [], "remedial-action", "lead-officer", 0, "to record a remedial action"),
        (ONE, [act(REMEDY, after(0))], "next-period", "", 0, "A remedial action is recorded;"),
        (
            ONE,
            [act(PLAN, after(0), plan=1)],
            "plan-acceptance",
            "thematic-group",
            1,
            "to accept action plan 1 or send it back",
        ),
        (TWO, [], "action-plan", "lead-officer", 0, "to submit an action plan."),
        (TWO, [act(REMEDY, after(0))], "action-plan", "lead-officer", 0, "submit an action plan."),
        (TWO, [act(PLAN, after(1), plan=7)], "plan-acceptance", "thematic-group", 7, "plan 7"),
        (
            TWO,
            [act(PLAN, after(1), 1, plan=7), act(SENT_BACK, after(1), 2, plan=7)],
            "action-plan",
            "lead-officer",
            0,
            "since plan 7 was sent back",
        ),
        (
            TWO,
            [
                act(PLAN, after(1), 1, plan=1),
                act(SENT_BACK, after(1), 2, plan=1),
                act(PLAN, after(1), 3, plan=2),
                act(SENT_BACK, after(1), 4, plan=2),
            ],
            "action-plan",
            "lead-officer",
            0,
            "since plan 2 was sent back",
        ),
        (
            TWO,
            [act(PLAN, after(1), 1, plan=1), act(REMEDY, after(1), 2)],
            "plan-acceptance",
            "thematic-group",
            1,
            "plan 1",
        ),
        (
            TWO,
            [
                act(PLAN, after(1), 1, plan=1),
                act(SENT_BACK, after(1), 2, plan=1),
                act(PLAN, after(1), 3, plan=2),
            ],
            "plan-acceptance",
            "thematic-group",
            2,
            "plan 2",
        ),
        (
            TWO,
            [
                act(PLAN, after(1), 1, plan=1),
                act(ACCEPTED, after(1), 2, plan=1, review_on=REVIEW),
            ],
            "review",
            "thematic-group",
            1,
            f"to review action plan 1 on {REVIEW}",
        ),
        (THREE, [], "decision", "board", 0, "The board is to decide"),
        (THREE, [act(REMEDY, after(3))], "decision", "board", 0, "The board is to decide"),
        (THREE, [act(ActKind.INTERVENTION, after(3))], "next-period", "", 0, "board has decided"),
        (
            THREE,
            [act(ActKind.INTERVENTION, after(1))],
            "decision",
            "board",
            0,
            "The board is to decide",
        ),
    ],
)
def test_what_is_waited_for_and_who_must_act(
    figures: Sequence[float | str | None],
    acts: list[Act],
    what: str,
    who: str,
    plan: int,
    words: str,
) -> None:
    found = asked(figures, *acts)
    assert (what, who, plan) == (found.what, found.who, found.plan)
    assert words in found.words


@pytest.mark.parametrize(
    ("figures", "kind"), [(ONE, REMEDY), (THREE, ActKind.INTERVENTION)], ids=["remedy", "decision"]
)
def test_what_is_done_on_the_day_a_stage_begins_counts(
    figures: Sequence[float | str | None], kind: ActKind
) -> None:
    begins = walked(turns(figures), [], today=after(len(figures))).spell[-1].on
    assert Awaited.NEXT_PERIOD == asked(figures, act(kind, begins)).what


@pytest.mark.parametrize("over", [False, True])
def test_a_review_is_still_to_be_held_on_its_day(over: bool) -> None:
    day = after(2)
    acts = [act(PLAN, after(1), 1, plan=1), act(ACCEPTED, after(1), 2, plan=1, review_on=day)]
    walk = replace(walked(turns(TWO), acts, today=day), over=over)
    found = awaits(walk, acts, today=day)
    assert found is not None
    assert f"The thematic group is to review action plan 1 on {day}." == found.words


def test_a_review_that_is_past_says_what_decides() -> None:
    acts = [act(PLAN, after(1), 1, plan=1), act(ACCEPTED, after(1), 2, plan=1, review_on=after(2))]
    found = asked(TWO, *acts, today=after(2, 2))
    assert (Awaited.REVIEW, Asked.THEMATIC_GROUP, after(2)) == (found.what, found.who, found.on)
    assert "the next due period decides" in found.words


@pytest.mark.parametrize(
    ("figures", "acts", "words"),
    [
        (ONE, [act(REMEDY, after(0))], "A remedial action is recorded; no further period"),
        (THREE, [act(ActKind.INTERVENTION, after(3))], "The board has decided; no further period"),
        (
            TWO,
            [
                act(PLAN, after(1), 1, plan=1),
                act(ACCEPTED, after(1), 2, plan=1, review_on=after(2)),
            ],
            f"Action plan 1 was to be reviewed on {after(2)}; no further period",
        ),
    ],
)
def test_where_no_further_period_comes_due_the_board_is_to_close_it(
    figures: list[float | str | None], acts: list[Act], words: str
) -> None:
    day = after(len(figures), 7)
    found = awaits(replace(walked(turns(figures), acts, today=day), over=True), acts, today=day)
    assert found is not None
    assert (Awaited.CLOSURE, Asked.BOARD) == (found.what, found.who)
    assert found.words.startswith(words)
    assert found.words.endswith("comes due, so the stage stays until the board closes it.")


def test_what_is_still_to_be_done_is_asked_though_no_further_period_comes_due() -> None:
    done = walked(turns(ONE), [], today=after(0, 7))
    assert awaits(done, [], today=after(0, 7)) == awaits(
        replace(done, over=True), [], today=after(0, 7)
    )


def test_what_was_done_in_an_earlier_spell_does_not_count() -> None:
    found = asked([8, 10, 8], act(REMEDY, after(0)))
    assert Awaited.REMEDIAL_ACTION == found.what
