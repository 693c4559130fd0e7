"""The walk through an indicator's due periods, for facts as the answers hold them.

The facts of an indicator in an area come as one text, so that a page of hundreds of indicators
costs one question, and the same facts under the same rules on the same day are walked once.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Adopted, escalation_for
from policies.cell import EntryFacts, TargetFacts
from policies.definition import Definition
from policies.escalation import Act, Escalation, Stage, Turn, escalate
from policies.turns import (
    Governed,
    PeriodFacts,
    escalates,
    turns_of,
    with_proxy,
)
from projections.folding.agreements import DUE, ESCALATION, RAG, TRAVEL
from projections.judging import MISSING, governing

NO_ESCALATION = Escalation(stage=Stage.NONE, moves=(), below=0, plan=0, review_on=None)
# One line a period, one field after another; nothing that is written here holds a bar.
FACTS = (
    "concat(s.period, '|', s.judged, '|', s.missing, '|', (s.signed_by IS NOT NULL)::int, '|',"
    " s.target, '|', s.target_kind, '|', s.entry_position, '|', s.entry_index)"
)


class Rulebook(msgspec.Struct, frozen=True, cache_hash=True):
    """The rules that stages are told by, as adopted up to a position."""

    rag: tuple[Adopted, ...]
    escalation: tuple[Adopted, ...]
    position: int

    def until(self, position: int) -> "Rulebook":
        """The same as it was at an earlier position."""
        return _rulebook(
            tuple(one for one in self.rag if one.position <= position),
            tuple(one for one in self.escalation if one.position <= position),
        )


class Facts(NamedTuple):
    """An indicator and what is known of its periods in an area, each a line of ``FACTS``."""

    definition: Definition
    retired: bool
    lines: str


class Course(NamedTuple):
    """The agreement's days, and the day by which periods are due."""

    start: date
    end: date
    today: date


def rulebook_of(policies: dict[str, list[Adopted]]) -> Rulebook | None:
    """The rules as adopted; None where there are none of escalation."""
    if not policies[ESCALATION]:
        return None
    return _rulebook(tuple(policies[RAG]), tuple(policies[ESCALATION]))


@lru_cache(maxsize=64)
def _rulebook(rag: tuple[Adopted, ...], escalation: tuple[Adopted, ...]) -> Rulebook:
    """Always the same one for the same rules, so that it is quickly told from others."""
    return Rulebook(rag, escalation, max((one.position for one in (*rag, *escalation)), default=0))


@lru_cache(maxsize=4096)
def walk(
    own: Facts, proxy: Facts | None, code: str, acts: tuple[Act, ...], rules: Rulebook, on: Course
) -> Escalation:
    """Where due periods and acts lead an indicator; ``code`` is that of its proxy.

    Nowhere before rules of escalation are adopted.
    """
    if not rules.escalation or not escalates(own.definition, retired=own.retired):
        return NO_ESCALATION
    periods = _periods(own.lines)
    turns = _turns(own, periods, rules, on)
    if proxy is not None and escalates(proxy.definition, retired=proxy.retired):
        theirs = _turns(proxy, _periods(proxy.lines), rules, on)
        turns = with_proxy(turns, theirs, code, proxy.definition)
    return escalate(turns, acts, own.definition, today=on.today, ends_on=on.end)


def _turns(
    facts: Facts, periods: dict[str, PeriodFacts], rules: Rulebook, on: Course
) -> tuple[Turn, ...]:
    return turns_of(
        facts.definition,
        periods,
        lambda begins_on: _governed(rules, begins_on),
        start=on.start,
        end=on.end,
        today=on.today,
    )


@lru_cache(maxsize=8192)
def _governed(rules: Rulebook, begins_on: date) -> Governed | None:
    policies: dict[str, list[Adopted]] = {
        RAG: list(rules.rag),
        ESCALATION: list(rules.escalation),
        TRAVEL: [],
        DUE: [],
    }
    settings = escalation_for(policies, begins_on, rules.position)
    if settings is None:
        return None
    return Governed(governing(policies, begins_on, rules.position).usable, settings)


def _periods(lines: str) -> dict[str, PeriodFacts]:
    return dict(map(_period, lines.splitlines()))


def _period(line: str) -> tuple[str, PeriodFacts]:
    period, judged, missing, signed, target, kind, position, index = line.split("|")
    entry = None
    if position:
        entry = EntryFacts(
            judged=Decimal(judged) if judged else None,
            missing=MISSING[missing] if missing else None,
            signed=signed == "1",
        )
    return period, PeriodFacts(
        entry=entry,
        target=TargetFacts(Decimal(target), kind) if target else None,
        name=f"{position}.{index}" if position else "",
    )
