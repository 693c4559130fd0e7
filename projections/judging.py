"""One way to a judgement, for the stored table and for every other pair of clocks."""

from datetime import date
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Adopted, rules_for
from ledger.indicator.figures import MISSING, figure_of, has_figure, judged_of
from policies.cell import NO_POLICY
from policies.judgement import CellFacts, Judgement, NoStatus, Rules, judge

__all__ = [
    "MISSING",
    "NO_POLICY",
    "Governing",
    "figure_of",
    "governing",
    "has_figure",
    "judged_of",
    "judgement",
    "without_policy",
]


class Governing(NamedTuple):
    """The rules for a period, and the positions at which their versions were adopted (0: none)."""

    rules: Rules | None
    rag: int
    travel: int
    due: int

    @property
    def versions(self) -> tuple[int, int, int]:
        """What a judgement made under these rules is stamped with."""
        return self[1:]

    @property
    def usable(self) -> Rules:
        """The rules, or those that judge nothing."""
        return NO_POLICY if self.rules is None else self.rules


def governing(policies: dict[str, list[Adopted]], begins_on: date, at_position: int) -> Governing:
    """The rules for a period that begins on a day, as adopted up to a position."""
    found = rules_for(policies, begins_on, at_position)
    if found is None:
        return Governing(None, 0, 0, 0)
    rag, travel, due = (
        0 if adopted is None else adopted.position
        for adopted in (found.rag, found.travel, found.due)
    )
    return Governing(found.rules, rag, travel, due)


def judgement(facts: CellFacts, under: Governing, today: date) -> Judgement:
    """Judge a cell; without an adopted status policy nothing can be judged."""
    answer = judge(facts, under.usable, today)
    return answer if under.rules is not None else without_policy(answer)


def without_policy(answer: Judgement) -> Judgement:
    """A judgement as it is told where no status policy is adopted."""
    if answer.status is None:
        return answer
    return msgspec.structs.replace(answer, status=None, reason=NoStatus.NOT_JUDGEABLE)
