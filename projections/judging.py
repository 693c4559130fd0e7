"""One way to a judgement, for the stored table and for every other pair of clocks."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Adopted, rules_for
from ledger.indicator.events import Entry
from policies.definition import Definition
from policies.judgement import CellFacts, Judgement, Missing, NoStatus, Rules, judge
from policies.numbers import ratio, round_half_up
from policies.rag import RagSettings

# Directions and reasons can be told before any policy is adopted; a status cannot.
NO_POLICY = Rules(rag=RagSettings(amber_margin=Decimal(0)))
MISSING = {mark.value: mark for mark in Missing}


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


def has_figure(entry: Entry) -> bool:
    """Whether ``figure_of`` would find one; known without working it out."""
    return entry.value is not None or (entry.numerator is not None and bool(entry.denominator))


def figure_of(entry: Entry, definition: Definition) -> Decimal | Fraction | None:
    """The exact figure of an entry: from its parts where it has them, else as given."""
    if entry.numerator is not None and entry.denominator:
        return ratio(entry.numerator, entry.denominator, definition.multiplier)
    return entry.value


def judged_of(entry: Entry, definition: Definition) -> Decimal | None:
    """The figure as it is judged and shown: rounded half-up to the definition's decimals."""
    figure = figure_of(entry, definition)
    return None if figure is None else round_half_up(figure, definition.decimals)
