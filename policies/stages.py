"""What escalation is told by: settings, due periods, acts; and what it answers: stages, moves."""

from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Literal

import msgspec

from policies.definition import Definition
from policies.refusals import BadPolicy


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
        for name, least, most in (
            ("periods_to_action", 1, 100),
            ("trend_periods", 2, 100),
            ("review_after_days", 0, 3660),
            ("periods_to_close", 1, 100),
        ):
            if not least <= getattr(self, name) <= most:
                raise BadPolicy(f"This is a whole number from {least} to {most}.", field=name)


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
    those that govern the period. ``proxy`` is the code of the indicator that stands in for it, and
    ``definition`` then that indicator's own: its figures are never mixed with the others.
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
    definition: Definition | None = None


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

    ``working`` is the rule applied, as a sentence with its figures. A due period is told by
    ``period``, ``entry`` and ``proxy``, an act by the ``position`` of its event.
    """

    on: date
    before: Stage
    after: Stage
    cause: Cause
    working: str
    period: str = ""
    entry: str = ""
    position: int = 0
    proxy: str = ""


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """The stage an indicator stands at in an area, and every move that led there, in order.

    ``below`` counts the periods running below target. ``plan`` is the number of the accepted
    action plan of this spell, 0 for none. ``over`` is whether no further period comes due: the
    agreement has had its last, or the indicator is retired.
    """

    stage: Stage
    moves: tuple[Move, ...]
    below: int
    plan: int
    review_on: date | None
    over: bool = False

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

    @property
    def spell(self) -> tuple[Move, ...]:
        """The moves since there was no stage last; none where there is none now."""
        if not self.stage:
            return ()
        first = max(n for n, move in enumerate(self.moves) if move.before is Stage.NONE)
        return self.moves[first:]
