"""The shapes of answers about scorecards: indicators that are judged together, basket by basket."""

from typing import Any

from policies.rag import Step
from projections.answers import Answer, Clocks, PolicyInForce


class MemberAnswer(Answer, frozen=True, kw_only=True):
    """An indicator of a basket, and what it brings to it: a status, or why it has none.

    ``expected`` is false where nobody expects a status of it, as of a contextual indicator.
    """

    indicator: str
    title: str
    period: str
    period_label: str
    status: str | None
    reason: str | None
    expected: bool


class BasketAnswer(Answer, frozen=True, kw_only=True):
    """Indicators judged together: exactly one of ``status`` and ``reason`` is there.

    ``counts`` are of members by status; with ``missing``, those that should have one and have
    not, and ``aside``, those that nobody expects one of, they add up to the members. ``coverage``
    is the share of expected members that have one, ``score`` what was held against the limits;
    both are null where there is none.
    """

    code: str
    title: str
    status: str | None
    reason: str | None
    counts: dict[str, int]
    missing: int
    aside: int
    coverage: str | None
    score: str | None
    members: tuple[MemberAnswer, ...]
    steps: tuple[Step, ...]


class ScorecardNamed(Answer, frozen=True, kw_only=True):
    """A way to group the indicators: what one asks for it by, and what it is called."""

    code: str
    title: str


class Scorecard(Answer, frozen=True, kw_only=True):
    """The indicators of an agreement in baskets, each judged by the rules of judging together.

    ``policy`` are those in force; null where none were adopted, and then the worst status of the
    members is that of the basket, which needs all of them. ``by`` is one of ``groupings``.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    area: str
    area_name: str
    period: str | None
    by: str
    groupings: tuple[ScorecardNamed, ...]
    policy: PolicyInForce | None
    settings: dict[str, Any]
    baskets: tuple[BasketAnswer, ...]
