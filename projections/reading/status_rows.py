"""Rows of status: as they were stored, or judged anew by the same function where that is needed.

A stored judgement serves when the rules of the policy clock that govern its period are those it
was made under. A cell without a figure is judged on reading, since its reason depends on the day.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from ledger.agreement.state import Adopted
from ledger.engine import Connection
from policies.due import due_on
from policies.judgement import EntryFacts, Judgement
from projections.answers import Clocks, SignedOff, StatusRow
from projections.judging import Governing, governing, judgement
from projections.reading.clocks import ResolvedClocks, clock_of
from projections.reading.stored_status import (
    NOTHING,
    Cell,
    Stored,
    entry_facts,
    facts_of,
    stored_cells,
)
from projections.reading.structure import Structure
from projections.spans import BASELINE, span_of


class Placed(NamedTuple):
    """Where an indicator stands in its agreement; "" where it has no place."""

    outcome: str
    block: str


class Told(NamedTuple):
    """A judgement as the answer writes it."""

    status: str | None
    reason: str | None
    marks: tuple[str, ...]
    travel: str
    travel_reason: str


def status_rows(
    connection: Connection, structure: Structure, clocks: ResolvedClocks, cells: list[Cell]
) -> list[StatusRow]:
    """The rows of cells, in their order, under the rules of the policy clock."""
    rules: dict[date, Governing] = {}
    under = []
    for cell in cells:
        start = span_of(cell.period).start
        if start not in rules:
            rules[start] = governing(structure.policies, start, clocks.clocks.policy_position)
        under.append(rules[start])
    stale = [
        n for n, (cell, now) in enumerate(zip(cells, under, strict=True)) if _is_stale(cell, now)
    ]
    anew = _judge_anew(connection, clocks, [(cells[n], under[n]) for n in stale])
    judged = dict(zip(stale, anew, strict=True))
    link = _link_of(structure.sheet.code, clocks.clocks)
    versions = rag_versions(structure.policies)
    return [
        row_of(
            cell,
            judged.get(n) or _as_stored(cell.stored),
            placed(structure, cell.indicator.code),
            versions.get(under[n].rag, ""),
            link,
        )
        for n, cell in enumerate(cells)
    ]


def placed(structure: Structure, indicator: str) -> Placed:
    """Where an indicator stands as known."""
    outcome = structure.placements.get(indicator, "")
    return Placed(outcome, structure.block_of(outcome))


def rag_versions(policies: dict[str, list[Adopted]]) -> dict[int, str]:
    """What the versions of the status policy are called, by the position of their adoption."""
    return {adopted.position: adopted.event.version for adopted in policies["rag"]}


def before_of(
    connection: Connection, known_position: int, wanted: list[tuple[Cell, Governing]]
) -> list[EntryFacts | None]:
    """What each cell is compared with under its rules, as known."""
    compared = [compared_code(cell, under) for cell, under in wanted]
    asked = [
        (cell.indicator.id, cell.area, code)
        for (cell, _), code in zip(wanted, compared, strict=True)
        if code is not None and code != BASELINE
    ]
    found = stored_cells(connection, known_position, asked)
    return [
        baseline_facts(cell.stored)
        if code == BASELINE
        else entry_facts(found.get((cell.indicator.id, cell.area, code or ""), NOTHING))
        for (cell, _), code in zip(wanted, compared, strict=True)
    ]


def compared_code(cell: Cell, under: Governing) -> str | None:
    """The period a cell is compared with under its rules; BASELINE for its baseline."""
    return span_of(cell.period).compared[under.usable.travel.compare_with]


def _is_stale(cell: Cell, under: Governing) -> bool:
    stored = cell.stored
    return stored.judged is None or under.versions != (stored.rag, stored.travel_rules, stored.due)


def _judge_anew(
    connection: Connection, clocks: ResolvedClocks, wanted: list[tuple[Cell, Governing]]
) -> list[Told]:
    with_figure = [one for one in wanted if one[0].stored.judged is not None]
    before = iter(before_of(connection, clocks.clocks.known_position, with_figure))
    return [
        judged_anew(cell, None if cell.stored.judged is None else next(before), under, clocks.today)
        for cell, under in wanted
    ]


def judged_anew(cell: Cell, before: EntryFacts | None, under: Governing, today: date) -> Told:
    """The judgement of a cell, by what it is compared with, its rules and the day."""
    return _told(judgement(facts_of(cell, before), under, today))


def baseline_facts(stored: Stored) -> EntryFacts | None:
    """The baseline of a cell's target as an entry to compare with."""
    if stored.baseline is None:
        return None
    return EntryFacts(judged=Decimal(stored.baseline), signed=True)


def _told(answer: Judgement) -> Told:
    return Told(
        None if answer.status is None else answer.status.value,
        None if answer.reason is None else answer.reason.value,
        tuple(mark.value for mark in answer.marks),
        answer.travel.value,
        answer.travel_reason,
    )


def _as_stored(stored: Stored) -> Told:
    return Told(
        stored.status,
        stored.reason,
        tuple(stored.marks.split()),
        stored.travel,
        stored.travel_reason,
    )


class Link:
    """Writes the addresses of derivations under one pair of clocks; "" for both now."""

    def __init__(self, agreement: str, known_at: str = "", policy_at: str = "") -> None:
        self._start = f"/api/v1/agreements/{_quoted(agreement)}/indicators/"
        self._end = f"&known_at={known_at}&policy_at={policy_at}" if known_at else ""

    def to(self, indicator: str, period: str, area: str) -> str:
        """The address of the derivation of a cell."""
        where = f"period={_quoted(period)}&area={_quoted(area)}"
        return f"{self._start}{_quoted(indicator)}/why?{where}{self._end}"


def _link_of(agreement: str, clocks: Clocks) -> Link:
    if clocks.is_now:
        return Link(agreement)
    return Link(agreement, clock_of(clocks.known_position), clock_of(clocks.policy_position))


@lru_cache(maxsize=4096)
def _quoted(code: str) -> str:
    return quote(code, safe="")


def row_of(cell: Cell, judged: Told, place: Placed, version: str, link: Link) -> StatusRow:
    """The row of a cell as judged; ``version`` is that of its status policy."""
    indicator, period, area, stored = cell
    definition, span = indicator.definition, span_of(period)
    signed = None
    if stored.signed_by is not None and stored.signed_at is not None:
        signed = SignedOff(
            by=stored.signed_by, at=stored.signed_at, assurance=stored.assurance or ""
        )
    entry = (
        None if stored.entry_position is None else f"{stored.entry_position}.{stored.entry_index}"
    )
    return StatusRow(
        indicator=indicator.code,
        title=definition.title,
        block=place.block,
        outcome=place.outcome,
        period=period,
        period_label=span.label,
        area=area,
        unit=definition.unit,
        value=stored.figure,
        judged=stored.judged,
        target=stored.target,
        target_kind=stored.target_kind,
        status=judged.status,
        reason=judged.reason,
        marks=judged.marks,
        travel=judged.travel,
        travel_reason=judged.travel_reason,
        stage=None,
        due_on=due_on(span.period, definition),
        signed_off=signed,
        entry=entry,
        policy_version=version,
        why=link.to(indicator.code, period, area),
    )
