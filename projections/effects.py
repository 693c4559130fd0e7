"""The shapes of a rehearsal: what a proposal would do to all recorded history."""

from datetime import date, datetime

from projections.answers import Answer


class Verdict(Answer, frozen=True, kw_only=True):
    """How a cell is judged: exactly one of status and reason; ``stage`` is null for none."""

    status: str | None
    reason: str | None
    judged: str | None
    target: str | None
    stage: int | None


class Effect(Answer, frozen=True, kw_only=True):
    """A cell that the proposal would judge otherwise."""

    indicator: str
    title: str
    unit: str
    area: str
    area_name: str
    period: str
    period_label: str
    before: Verdict
    after: Verdict


class Flip(Answer, frozen=True, kw_only=True):
    """How many cells would go from one status, or reason for none, to another."""

    before: str
    after: str
    count: int


class StageFlip(Answer, frozen=True, kw_only=True):
    """How many cells would go from one stage to another; 0 is none."""

    before: int
    after: int
    count: int


class RewardEffect(Answer, frozen=True, kw_only=True):
    """A sub-target that would be paid otherwise under a reward policy, in pounds.

    ``policy`` is its version; null amounts where it has no such sub-target.
    """

    policy: str
    indicator: str
    area: str
    period: str
    before: str | None
    after: str | None


class BasketVerdict(Answer, frozen=True, kw_only=True):
    """How several indicators are judged together: exactly one of status and reason."""

    status: str | None
    reason: str | None


class BasketEffect(Answer, frozen=True, kw_only=True):
    """A basket that would be judged otherwise, as the scorecard of an area and a period shows it.

    ``by`` is how the indicators are grouped, such as ``blocks`` or a scorecard's own code.
    """

    by: str
    code: str
    title: str
    area: str
    area_name: str
    period: str
    period_label: str
    before: BasketVerdict
    after: BasketVerdict


class EffectCounts(Answer, frozen=True, kw_only=True):
    """Counts of cells. ``better`` and ``worse`` are of those that have a status both ways.

    ``before`` and ``after`` are all cells by status, or by reason where there is none.
    """

    cells: int
    judged: int  # those that have a status on either side
    changed: int
    better: int
    worse: int
    before: dict[str, int]
    after: dict[str, int]
    flips: tuple[Flip, ...]
    stages: tuple[StageFlip, ...]


class Rehearsal(Answer, frozen=True, kw_only=True):
    """The effect table of a proposal, as known at a position and on a day.

    ``effects`` has every cell whose verdict differs, in the order of the board page, then area and
    period. ``summary`` says it in sentences, the most important first.
    """

    agreement: str
    position: int
    recorded_at: datetime
    day: date
    effective_from: str
    summary: str
    counts: EffectCounts
    effects: tuple[Effect, ...]
    rewards: tuple[RewardEffect, ...]
    baskets: tuple[BasketEffect, ...] = ()
