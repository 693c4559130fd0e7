"""Rows of status: as they were stored, or judged anew by the same function where that is needed.

A stored judgement serves when the rules of the policy clock that govern its period are those it
was made under. A cell without a figure is judged on reading, since its reason depends on the day.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from ledger.engine import Connection
from policies.due import due_on
from policies.judgement import EntryFacts, Judgement
from projections.answers import Clocks, SignedOff, StatusRow
from projections.judging import Governing, governing, judgement
from projections.reading.clocks import ResolvedClocks
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


class _Judged(NamedTuple):
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
    link = _Link(structure.sheet.code, clocks.clocks)
    versions = {a.position: a.event.version for a in structure.policies["rag"]}
    return [
        _row(structure, cell, judged.get(n) or _as_stored(cell.stored), link,
             versions.get(under[n].rag, ""))
        for n, cell in enumerate(cells)
    ]  # fmt: skip


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
        _baseline(cell.stored)
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
) -> list[_Judged]:
    with_figure = [one for one in wanted if one[0].stored.judged is not None]
    before = iter(before_of(connection, clocks.clocks.known_position, with_figure))
    return [
        _told(
            judgement(
                facts_of(cell, None if cell.stored.judged is None else next(before)),
                under,
                clocks.today,
            )
        )
        for cell, under in wanted
    ]


def _baseline(stored: Stored) -> EntryFacts | None:
    if stored.baseline is None:
        return None
    return EntryFacts(judged=Decimal(stored.baseline), signed=True)


def _told(answer: Judgement) -> _Judged:
    return _Judged(
        None if answer.status is None else answer.status.value,
        None if answer.reason is None else answer.reason.value,
        tuple(mark.value for mark in answer.marks),
        answer.travel.value,
        answer.travel_reason,
    )


def _as_stored(stored: Stored) -> _Judged:
    return _Judged(
        stored.status,
        stored.reason,
        tuple(stored.marks.split()),
        stored.travel,
        stored.travel_reason,
    )


class _Link:
    """Writes the address of a row's derivation, carrying the clocks along unless they are now."""

    def __init__(self, agreement: str, clocks: Clocks) -> None:
        self._start = f"/api/v1/agreements/{_quoted(agreement)}/indicators/"
        self._end = (
            ""
            if clocks.is_now
            else f"&known_at=position:{clocks.known_position}"
            f"&policy_at=position:{clocks.policy_position}"
        )

    def to(self, indicator: str, period: str, area: str) -> str:
        """The address of the derivation of a cell."""
        where = f"period={_quoted(period)}&area={_quoted(area)}"
        return f"{self._start}{_quoted(indicator)}/why?{where}{self._end}"


@lru_cache(maxsize=4096)
def _quoted(code: str) -> str:
    return quote(code, safe="")


def _row(structure: Structure, cell: Cell, judged: _Judged, link: _Link, version: str) -> StatusRow:
    indicator, period, area, stored = cell
    definition, span = indicator.definition, span_of(period)
    outcome = structure.placements.get(indicator.code, "")
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
        block=structure.block_of(outcome),
        outcome=outcome,
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
