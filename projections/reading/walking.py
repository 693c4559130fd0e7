"""The walk through an indicator's due periods, for facts as the answers hold them.

The facts of an indicator in an area come as one text, so that a page of hundreds of indicators
costs one question, and the same facts under the same rules on the same day are walked once.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Adopted, governed_for
from policies.cell import EntryFacts, TargetFacts
from policies.definition import Definition
from policies.escalation import Act, Escalation
from policies.runs import NO_STAGE, Course, Run, stage_of
from policies.turns import Governed, PeriodFacts
from projections.folding.agreements import DUE, ESCALATION, RAG, TRAVEL
from projections.judging import MISSING

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
    retired_from: str | None
    lines: str


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
    if not rules.escalation:
        return NO_STAGE
    theirs = None if proxy is None else _run_of(code, proxy)
    return stage_of(_run_of("", own), theirs, acts, lambda day: _governed(rules, day), on)


def _run_of(code: str, facts: Facts) -> Run:
    return Run(code, facts.definition, facts.retired_from, _periods(facts.lines))


@lru_cache(maxsize=8192)
def _governed(rules: Rulebook, begins_on: date) -> Governed | None:
    policies: dict[str, list[Adopted]] = {
        RAG: list(rules.rag),
        ESCALATION: list(rules.escalation),
        TRAVEL: [],
        DUE: [],
    }
    return governed_for(policies, begins_on, rules.position)


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
