"""From under-performance to the three stages: identification, action, intervention.

The stage is never stored as a fact. It is walked through again from the first due period, turn by
turn, with what people did in between, so it can be told as known then and as known now.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Literal

import msgspec

from policies.definition import Definition, Polarity
from policies.numbers import exact_text
from policies.refusals import BadPolicy

_ZERO = Fraction(0)


class EscalationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a stage begins and ends, as a body adopts it.

    ``tolerance`` is in the unit of the indicator. ``periods_to_action`` is how many periods running
    may be below target before an action plan is asked for, and how many further ones may pass
    without an accepted plan. ``missing`` says what a due period without a figure does to the
    count. ``trend`` is what spares stage 2: the gap to the target is smaller than one period
    before, or a least-squares line through the last ``trend_periods`` figures reaches the target
    by the agreement's end. An accepted plan is reviewed
    ``review_after_days`` later, unless it says another day. ``annual_on_proxy``: an annual
    indicator escalates on its linked proxy between its outturns. Raises BadPolicy.
    """

    tolerance: Decimal = Decimal(0)
    periods_to_action: int = 2
    missing: Literal["holds", "breaks", "counts"] = "holds"
    trend: Literal["gap-narrows", "projection"] = "gap-narrows"
    trend_periods: int = 3
    review_after_days: int = 90
    periods_to_close: int = 1
    annual_on_proxy: bool = False

    def __post_init__(self) -> None:
        if not (self.tolerance.is_finite() and self.tolerance >= 0):
            raise BadPolicy("The tolerance is a number of zero or more.", field="tolerance")
        for name, least in (
            ("periods_to_action", 1),
            ("trend_periods", 2),
            ("review_after_days", 0),
            ("periods_to_close", 1),
        ):
            if getattr(self, name) < least:
                raise BadPolicy(f"This is a whole number of {least} or more.", field=name)


class Stage(IntEnum):
    """How far an indicator's under-performance in an area has come; 0 is none."""

    NONE = 0
    IDENTIFICATION = 1
    ACTION = 2
    INTERVENTION = 3


class ActKind(StrEnum):
    """What people do about a stage. The value is also the word of the act in data."""

    REMEDIAL_ACTION = "remedial-action"
    PLAN_SUBMITTED = "plan-submitted"
    PLAN_ACCEPTED = "plan-accepted"
    PLAN_SENT_BACK = "plan-sent-back"
    INTERVENTION = "intervention"
    FAST_TRACK = "fast-track"
    CLOSURE = "closure"
    COMMENDATION = "commendation"


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person or body did: on which day, recorded at which position.

    ``stage`` is where a fast track moves to. ``plan`` is the number of an action plan, and
    ``review_on`` the day on which an accepted one is reviewed.
    """

    kind: ActKind
    on: date
    position: int
    actor: str = ""
    stage: int = 0
    plan: int = 0
    review_on: date | None = None


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One due period as known: the figure as judged, and the target it has to reach.

    ``counts`` is false for a period that nothing is expected of: no target, suppressed, not
    applicable, not judgeable. Without a figure, a period that counts is missing. ``settings`` are
    those that govern the period; ``proxy`` is the code of the indicator that stands in for it.
    """

    period: str
    label: str
    ends_on: date
    due_on: date
    judged: Decimal | None
    target: Decimal | None
    settings: EscalationSettings
    counts: bool = True
    entry: str = ""
    proxy: str = ""


class Cause(StrEnum):
    """What moved a stage."""

    BELOW_TARGET = "below-target"
    NO_TREND = "no-trend"
    PLAN_FAILED = "plan-failed"
    NO_PLAN = "no-plan"
    FAST_TRACK = "fast-track"
    ON_TARGET = "on-target"
    CLOSED = "closed"


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A change of stage, and what caused it: a due period or an act.

    ``working`` is the rule applied, as a sentence with its figures.
    """

    on: date
    before: Stage
    after: Stage
    cause: Cause
    working: str
    period: str = ""
    entry: str = ""
    position: int = 0


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """The stage an indicator stands at in an area, and every move that led there, in order.

    ``below`` counts the periods running below target. ``plan`` is the number of the accepted
    action plan of this spell, 0 for none.
    """

    stage: Stage
    moves: tuple[Move, ...]
    below: int
    plan: int
    review_on: date | None

    def stage_on(self, day: date) -> Stage:
        """The stage at the end of a day."""
        stage = Stage.NONE
        for move in self.moves:
            if move.on > day:
                break
            stage = move.after
        return stage

    @property
    def since(self) -> date | None:
        """The day on which the present stage began; None for no stage."""
        return self.moves[-1].on if self.stage and self.moves else None


def gap_of(figure: Decimal | Fraction, target: Decimal | None, definition: Definition) -> Fraction:
    """How far a figure is worse than its target, in the unit; negative where it is better.

    Plan-is-best: the distance outside the green band, zero inside it.
    """
    value = Fraction(figure)
    if definition.polarity is Polarity.PLAN and definition.limits is not None:
        low, high = Fraction(definition.limits.low_amber), Fraction(definition.limits.high_amber)
        return max(low - value, value - high, _ZERO)
    assert target is not None, "a turn that counts has a target or limits"
    gap = Fraction(target) - value
    return -gap if definition.polarity is Polarity.SMALLER else gap


def escalate(
    turns: Sequence[Turn],
    acts: Iterable[Act],
    definition: Definition,
    *,
    today: date,
    ends_on: date,
    goal: Decimal | None = None,
) -> Escalation:
    """Walk through due periods and acts in the order of their days; answer where that leads.

    A period has its turn on its due date, before the acts of that day; those due after ``today``
    have none. ``goal`` is the target to be reached by the agreement's end, ``ends_on``; without
    it, each period's own. Acts that mean nothing where they stand (a fast track to a stage that
    is reached already) move nothing. Source: the rules of judgement, 5.
    """
    walk = _Walk(definition, ends_on, goal)
    steps: list[tuple[date, int, int, Turn | Act]] = [
        (turn.due_on, 0, n, turn) for n, turn in enumerate(turns) if turn.due_on <= today
    ]
    steps += [(act.on, 1, act.position, act) for act in acts if act.on <= today]
    for _, _, _, step in sorted(steps, key=lambda one: one[:3]):
        if isinstance(step, Turn):
            walk.turn(step)
        else:
            walk.act(step)
    return Escalation(
        stage=walk.stage,
        moves=tuple(walk.moves),
        below=walk.below,
        plan=walk.plan,
        review_on=walk.review_on,
    )


class _Walk:
    """Where the walk stands."""

    def __init__(self, definition: Definition, ends_on: date, goal: Decimal | None) -> None:
        self._definition = definition
        self._ends_on = ends_on
        self._goal = goal
        self._figures: list[tuple[Turn, Fraction]] = []  # turns with a figure, and their gaps
        self.moves: list[Move] = []
        self.stage = Stage.NONE
        self._reset()

    def _reset(self) -> None:
        self.below = 0  # periods running
        self._reached = 0  # periods running on or above target
        self._standing = 0  # due periods since stage 2 began
        self.plan = 0
        self.review_on: date | None = None

    def turn(self, turn: Turn) -> None:
        """A period has come due."""
        if not turn.counts:
            return
        settings = turn.settings
        if turn.judged is None:
            if settings.missing == "breaks":
                self.below = self._reached = 0
            if settings.missing == "counts":
                self._below_target(turn, f"{turn.label} is due and has no figure, which counts")
            return
        gap = gap_of(turn.judged, turn.target, self._definition)
        before = self._figures[-1][1] if self._figures else None
        self._figures.append((turn, gap))
        if gap > Fraction(settings.tolerance):
            self._below_target(turn, self._worse(turn, gap), gap, before)
        else:
            self._on_target(turn)

    def act(self, act: Act) -> None:
        """Somebody did something."""
        match act.kind:
            case ActKind.PLAN_ACCEPTED if self.stage:
                self.plan, self.review_on = act.plan, act.review_on
            case ActKind.FAST_TRACK if act.stage > self.stage:
                self._standing = 0
                self._move(Stage(act.stage), Cause.FAST_TRACK, "the board moved it at once", act)
            case ActKind.CLOSURE if self.stage:
                self._move(Stage.NONE, Cause.CLOSED, "the board closed it", act)
                self._reset()
            case _:
                pass

    def _below_target(
        self, turn: Turn, why: str, gap: Fraction | None = None, before: Fraction | None = None
    ) -> None:
        self.below += 1
        self._reached = 0
        settings = turn.settings
        if self.stage is Stage.NONE:
            self._move(Stage.IDENTIFICATION, Cause.BELOW_TARGET, why, turn)
        if self.stage is Stage.ACTION:
            self._stands(turn, why)
        elif self.stage is Stage.IDENTIFICATION and self.below >= settings.periods_to_action:
            toward, trend = self._trend(turn, gap, before)
            if not toward:
                self._standing = 0
                running = f"{why}: {_counted(self.below)} running, and {trend}"
                self._move(Stage.ACTION, Cause.NO_TREND, running, turn)

    def _stands(self, turn: Turn, why: str) -> None:
        """Stage 2 stands for one more period below target."""
        self._standing += 1
        if self.review_on is not None:
            if turn.due_on > self.review_on:
                failed = f"{why}, after plan {self.plan} was to be reviewed on {self.review_on}"
                self._move(Stage.INTERVENTION, Cause.PLAN_FAILED, failed, turn)
        elif self._standing >= turn.settings.periods_to_action:
            none = f"{why}: stage 2 stood for {_counted(self._standing)} without an accepted plan"
            self._move(Stage.INTERVENTION, Cause.NO_PLAN, none, turn)

    def _on_target(self, turn: Turn) -> None:
        self.below = 0
        self._reached += 1
        if self.stage is Stage.ACTION:
            self._standing += 1
        if self.stage and self._reached >= turn.settings.periods_to_close:
            why = f"{turn.label} is on target: {_counted(self._reached)} running"
            self._move(Stage.NONE, Cause.ON_TARGET, why, turn)
            self._reset()

    def _move(self, after: Stage, cause: Cause, working: str, by: Turn | Act) -> None:
        is_turn = isinstance(by, Turn)
        self.moves.append(
            Move(
                on=by.due_on if isinstance(by, Turn) else by.on,
                before=self.stage,
                after=after,
                cause=cause,
                working=working,
                period=by.period if isinstance(by, Turn) else "",
                entry=by.entry if isinstance(by, Turn) else "",
                position=0 if is_turn else by.position,  # type: ignore[union-attr] # an act
            )
        )
        self.stage = after

    def _worse(self, turn: Turn, gap: Fraction) -> str:
        beyond = ""
        if turn.settings.tolerance:
            beyond = f", more than the tolerance of {exact_text(turn.settings.tolerance)}"
        proxy = f" (by its proxy {turn.proxy})" if turn.proxy else ""
        return f"{turn.label}{proxy} is worse than its target by {exact_text(gap)}{beyond}"

    def _trend(self, turn: Turn, gap: Fraction | None, before: Fraction | None) -> tuple[bool, str]:
        """Whether figures move toward the target, and what that was told by."""
        if gap is None:
            return False, "there is no figure to show a trend"
        if turn.settings.trend == "gap-narrows":
            if before is None:
                return False, "there is no earlier gap to compare with"
            text = f"the gap was {exact_text(max(before, _ZERO))} one period before"
            return gap < before, text
        return self._projected(turn)

    def _projected(self, turn: Turn) -> tuple[bool, str]:
        """Where a least-squares line through the last figures stands at the agreement's end."""
        last = self._figures[-turn.settings.trend_periods :]
        days = [Fraction(one.ends_on.toordinal()) for one, _ in last]
        values = [Fraction(one.judged) for one, _ in last if one.judged is not None]
        if len(set(days)) <= 1:
            return False, "there are too few figures for a line"
        mean_day, mean_value = sum(days, _ZERO) / len(days), sum(values, _ZERO) / len(values)
        spread = sum(((day - mean_day) ** 2 for day in days), _ZERO)
        together = (
            (day - mean_day) * (value - mean_value) for day, value in zip(days, values, strict=True)
        )
        slope = sum(together, _ZERO) / spread
        reached = mean_value + slope * (Fraction(self._ends_on.toordinal()) - mean_day)
        goal = turn.target if self._goal is None else self._goal
        beyond = gap_of(reached, goal, self._definition)
        text = (
            f"a line through the last {len(last)} figures comes to {exact_text(reached)} by"
            f" {self._ends_on}"
        )
        return beyond <= _ZERO, text


def _counted(periods: int) -> str:
    return "1 period" if periods == 1 else f"{periods} periods"
