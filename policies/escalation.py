"""From under-performance to the three stages: identification, action, intervention.

The stage is never stored as a fact. It is walked through again from the first due period, turn by
turn, with what people did in between, so it can be told as known then and as known now.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction

from msgspec.structs import replace

from policies.definition import Definition, Polarity
from policies.line import line_through, reaches
from policies.numbers import exact_text
from policies.stages import (
    Act,
    ActKind,
    Cause,
    Escalation,
    EscalationSettings,
    Move,
    Stage,
    Turn,
)

__all__ = [
    "Act",
    "ActKind",
    "Cause",
    "Escalation",
    "EscalationSettings",
    "Move",
    "Stage",
    "Turn",
    "escalate",
    "gap_of",
]

_ZERO = Decimal(0)
_EXACT = Context(prec=1000)  # more digits than any two figures have between them


def gap_of(figure: Decimal, target: Decimal | None, definition: Definition) -> Decimal:
    """How far a figure is worse than its target, in the unit; negative where it is better.

    Plan-is-best: the distance outside the green band, zero inside it.
    """
    less = _EXACT.subtract
    if definition.polarity is Polarity.PLAN and definition.limits is not None:
        limits = definition.limits
        return max(less(limits.low_amber, figure), less(figure, limits.high_amber), _ZERO)
    assert target is not None, "a turn that counts has a target or limits"
    smaller = definition.polarity is Polarity.SMALLER
    return less(figure, target) if smaller else less(target, figure)


def escalate(
    turns: Sequence[Turn],
    acts: Iterable[Act],
    definition: Definition,
    *,
    today: date,
    ends_on: date,
) -> Escalation:
    """Walk through due periods and acts in the order of their days; answer where that leads.

    A period has its turn on its due date, before the acts of that day; those due after ``today``
    have none. ``ends_on`` is the agreement's end, by which a projected line has to reach the
    period's target. Acts that mean nothing where they stand (a fast track to a stage that is
    reached already) move nothing. A plan accepted without a day of review is reviewed as many
    days later as the settings of the latest due period say. Source: the rules of judgement, 5.
    """
    walk = _Walk(definition, ends_on)
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

    def __init__(self, definition: Definition, ends_on: date) -> None:
        self._definition = definition
        self._ends_on = ends_on
        # turns with a figure, and their gaps; those of a proxy apart
        self._figures: dict[str, list[tuple[Turn, Decimal]]] = {}
        self._review_after = timedelta(days=EscalationSettings().review_after_days)
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
        settings = turn.settings
        self._review_after = timedelta(days=settings.review_after_days)
        if not turn.counts:
            return
        if turn.judged is None:
            if settings.missing == "breaks":
                self.below = self._reached = 0
            if settings.missing == "counts":
                self._below_target(turn)
            return
        gap = gap_of(turn.judged, turn.target, self._of(turn))
        alike = self._figures.setdefault(turn.proxy, [])
        before = alike[-1] if alike else None
        alike.append((turn, gap))
        if gap > settings.tolerance:
            self._below_target(turn, gap, before)
        else:
            self._on_target(turn)

    def act(self, act: Act) -> None:
        """Somebody did something."""
        match act.kind:
            case ActKind.PLAN_ACCEPTED if self.stage:
                self.plan = act.plan
                self.review_on = act.review_on or act.on + self._review_after
            case ActKind.FAST_TRACK if act.stage > self.stage:
                self._standing = self._reached = 0
                self._move(Stage(act.stage), Cause.FAST_TRACK, "the board moved it at once", act)
            case ActKind.CLOSURE if self.stage:
                self._move(Stage.NONE, Cause.CLOSED, "the board closed it", act)
                self._reset()
            case _:
                pass

    def _of(self, turn: Turn) -> Definition:
        return turn.definition or self._definition

    def _below_target(
        self,
        turn: Turn,
        gap: Decimal | None = None,
        before: tuple[Turn, Decimal] | None = None,
    ) -> None:
        self.below += 1
        self._reached = 0
        settings = turn.settings
        if self.stage is Stage.NONE:
            self._move(Stage.IDENTIFICATION, Cause.BELOW_TARGET, self._why(turn, gap), turn)
        if self.stage < Stage.INTERVENTION and self._has_failed_plan(turn):
            failed = f"after plan {self.plan} was to be reviewed on {self.review_on}"
            why = f"{self._why(turn, gap)}, {failed}"
            self._move(Stage.INTERVENTION, Cause.PLAN_FAILED, why, turn)
        elif self.stage is Stage.ACTION:
            self._stands(turn, gap)
        elif self.stage is Stage.IDENTIFICATION and self.below >= settings.periods_to_action:
            toward, trend = self._trend(turn, gap, before)
            if not toward:
                self._standing = 0
                counted = _counted(self.below)
                running = f"{self._why(turn, gap)}: {counted} running, and {trend}"
                self._move(Stage.ACTION, Cause.NO_TREND, running, turn)

    def _has_failed_plan(self, turn: Turn) -> bool:
        """Whether an accepted plan was to be reviewed before a period came due that is below."""
        return self.review_on is not None and turn.due_on > self.review_on

    def _stands(self, turn: Turn, gap: Decimal | None) -> None:
        """Stage 2 stands for one more period below target."""
        self._standing += 1
        if self.review_on is None and self._standing >= turn.settings.periods_to_action:
            none = f"stage 2 stood for {_counted(self._standing)} without an accepted plan"
            why = f"{self._why(turn, gap)}: {none}"
            self._move(Stage.INTERVENTION, Cause.NO_PLAN, why, turn)

    def _on_target(self, turn: Turn) -> None:
        self.below = 0
        self._reached += 1
        if self.stage is Stage.ACTION:
            self._standing += 1
        if self.stage and self._reached >= turn.settings.periods_to_close:
            why = f"{_proxied(turn)} is on target: {_counted(self._reached)} running"
            self._move(Stage.NONE, Cause.ON_TARGET, why, turn)
            self._reset()

    def _move(self, after: Stage, cause: Cause, working: str, by: Turn | Act) -> None:
        move = Move(on=self._day(by), before=self.stage, after=after, cause=cause, working=working)
        if isinstance(by, Turn):
            move = replace(move, period=by.period, entry=by.entry, proxy=by.proxy)
        else:
            move = replace(move, position=by.position)
        self.moves.append(move)
        self.stage = after

    @staticmethod
    def _day(by: Turn | Act) -> date:
        return by.due_on if isinstance(by, Turn) else by.on

    def _why(self, turn: Turn, gap: Decimal | None) -> str:
        """That a period is below target, as a sentence."""
        if gap is None:
            return f"{_proxied(turn)} is due without a figure to judge, which counts"
        beyond = ""
        if turn.settings.tolerance:
            beyond = f", more than the tolerance of {exact_text(turn.settings.tolerance)}"
        limits = self._of(turn).polarity is Polarity.PLAN
        aim = "its limits" if limits else "its target"
        return f"{_proxied(turn)} is worse than {aim} by {_shortly(gap)}{beyond}"

    def _trend(
        self, turn: Turn, gap: Decimal | None, before: tuple[Turn, Decimal] | None
    ) -> tuple[bool, str]:
        """Whether figures move toward the target, and what that was told by."""
        if gap is None:
            return False, "there is no figure to show a trend"
        if turn.settings.trend == "gap-narrows":
            if before is None:
                return False, "there is no earlier gap to compare with"
            earlier, was = before
            return gap < was, f"the gap was {_shortly(max(was, _ZERO))} in {earlier.label}"
        return self._projected(turn)

    def _projected(self, turn: Turn) -> tuple[bool, str]:
        """Where a least-squares line through the last figures stands at the agreement's end."""
        last = self._figures[turn.proxy][-turn.settings.trend_periods :]
        figures = [(one.ends_on, one.judged) for one, _ in last if one.judged is not None]
        line = line_through(figures)
        if line is None:
            return False, "there are too few figures for a line"
        reached = line.at(self._ends_on)
        text = (
            f"a line through the last {len(last)} figures comes to {exact_text(reached)} by"
            f" {self._ends_on}"
        )
        return bool(reaches(reached, turn.target, self._of(turn))), text


def _shortly(gap: Decimal) -> str:
    """A gap without trailing zeros."""
    return exact_text(Fraction(gap))


def _proxied(turn: Turn) -> str:
    """The period as a sentence names it."""
    return f"{turn.label} (by its proxy {turn.proxy})" if turn.proxy else turn.label


def _counted(periods: int) -> str:
    return "1 period" if periods == 1 else f"{periods} periods"
