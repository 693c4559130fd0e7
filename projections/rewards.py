"""The shapes of answers about reward: what each policy pays on the same facts, side by side."""

from policies.rag import Step
from projections.answers import Answer, Clocks, PolicyInForce


class RewardRow(Answer, frozen=True, kw_only=True):
    """A stretch target in an area, and what it earns; amounts in pounds and pence.

    ``period`` is its last; ``outturn`` the judged figure there, null while there is none, and so
    are then ``achievement``, ``share`` and ``earned``; ``marks`` stand beside it, such as
    ``provisional`` and ``unsigned``. ``interim`` is the level of an earlier stretch target of the
    same indicator and area.
    """

    indicator: str
    title: str
    area: str
    area_name: str
    period: str
    period_label: str
    without: str
    with_performance: str
    outturn: str | None
    marks: tuple[str, ...]
    interim: str | None
    interim_outturn: str | None
    part: str
    achievement: str | None
    share: str | None
    earned: str | None
    on_account: str
    paid: str
    steps: tuple[Step, ...]


class RewardsUnder(Answer, frozen=True, kw_only=True):
    """What one version of the rules of reward pays."""

    policy: PolicyInForce
    rows: tuple[RewardRow, ...]
    earned: str
    paid: str


class Rewards(Answer, frozen=True, kw_only=True):
    """Reward under every adopted version of its rules, in order of adoption."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    policies: tuple[RewardsUnder, ...]
