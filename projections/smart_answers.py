"""The shapes of answers about whether proposed targets are SMART."""

from policies.smart import Answered
from projections.answers import Answer, Clocks


class SmartTarget(Answer, frozen=True, kw_only=True):
    """A proposed target, and the five questions with their answers."""

    indicator: str
    title: str
    area: str
    area_name: str
    period: str
    period_label: str
    answers: tuple[Answered, ...]


class SmartTargets(Answer, frozen=True, kw_only=True):
    """The targets that an amendment proposes."""

    clocks: Clocks
    agreement: str
    amendment: int
    targets: tuple[SmartTarget, ...]
