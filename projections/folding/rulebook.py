"""What rules each period of an agreement, as adopted up to one position."""

from datetime import date
from typing import NamedTuple

from ledger.agreement.state import Adopted
from policies.judgement import Rules
from policies.periods import Period
from projections.judging import Governing, governing
from projections.spans import Span, span_of


class Ruled(NamedTuple):
    """A period under its rules: what all of its cells have in common.

    ``compared`` is the code it is compared with, or BASELINE, or nothing; ``followers`` are the
    codes of those that are compared with it.
    """

    period: Period
    rules: Rules
    adopted: bool  # whether there is a policy of status
    versions: tuple[int, int, int]
    compared: str | None
    followers: tuple[str, ...]


class Rulebook:
    """The rules up to a position; those adopted later do not change it."""

    __slots__ = ("_governing", "_policies", "_position", "_ruled")

    def __init__(self, policies: dict[str, list[Adopted]], position: int) -> None:
        self._policies = policies
        self._position = position
        self._governing: dict[date, Governing] = {}
        self._ruled: dict[str, Ruled] = {}

    def of(self, code: str) -> Ruled:
        """A period and what rules it, by its code."""
        found = self._ruled.get(code)
        if found is None:
            found = self._ruled[code] = self._rule(span_of(code), code)
        return found

    def _rule(self, span: Span, code: str) -> Ruled:
        under = self._under(span)
        followers = tuple(
            follower
            for follower in span.followers
            if _compared(span_of(follower), self._under(span_of(follower))) == code
        )
        return Ruled(
            span.period,
            under.usable,
            under.rules is not None,
            under.versions,
            _compared(span, under),
            followers,
        )

    def _under(self, span: Span) -> Governing:
        found = self._governing.get(span.start)
        if found is None:
            found = governing(self._policies, span.start, self._position)
            self._governing[span.start] = found
        return found


def _compared(span: Span, under: Governing) -> str | None:
    return span.compared[under.usable.travel.compare_with]
