"""Cells over a stretch of the ledger: everything their rows depend on, and the row at any moment.

Read once for the cells that are asked about; then a row at one position, under the rules of
another and on some day costs no more questions. The judging is that of every other read.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from ledger.agreement.events import IndicatorPlaced, OutcomeSet
from ledger.agreement.state import Adopted
from ledger.engine import Connection
from policies.due import due_on
from policies.judgement import EntryFacts
from projections.answers import StatusRow
from projections.folding.agreements import OUTCOME, PLACEMENT, SHEET
from projections.judging import Governing, governing
from projections.reading.clocks import clock_of
from projections.reading.due_periods import has_row
from projections.reading.spells import Spell, Spells, gathered
from projections.reading.status_rows import (
    Link,
    Placed,
    baseline_facts,
    compared_code,
    judged_anew,
    rag_versions,
    row_of,
)
from projections.reading.stored_status import COLUMNS, NOTHING, Cell, Stored, entry_facts
from projections.reading.structure import IndicatorKnown, Structure, definition_of, sheet_of
from projections.spans import BASELINE, span_of

Key = tuple[UUID, str, str]  # indicator, area, period
_NEVER: Spells[Any] = Spells()  # of what never was
_MOVING = (SHEET, OUTCOME, PLACEMENT)  # the parts of an agreement that a row depends on
_outcome = msgspec.json.Decoder(OutcomeSet).decode
_placed = msgspec.json.Decoder(IndicatorPlaced).decode


class Instant(NamedTuple):
    """A moment of a cell: which facts, which rules, and the day by which lateness goes."""

    known: int
    policy: int
    day: date


class _Sheet(NamedTuple):
    """What the sheet of an agreement says of its cells."""

    areas: frozenset[str]
    starts_on: date
    ends_on: date


class _Parts(NamedTuple):
    """The structure of an agreement over the stretch."""

    sheets: Spells[_Sheet]
    outcomes: dict[str, Spells[str]]  # outcome → block
    placements: dict[str, Spells[str]]  # indicator → outcome


class Timelines:
    """Some cells of an agreement between two known positions, both included."""

    def __init__(
        self,
        code: str,
        parts: _Parts,
        policies: dict[str, list[Adopted]],
        indicators: dict[UUID, Spells[IndicatorKnown]],
        cells: dict[Key, Spells[Stored]],
        firsts: dict[UUID, Spells[str]],
    ) -> None:
        self._code = code
        self._parts = parts
        self._policies = policies
        self._indicators = indicators
        self._cells = cells
        self._firsts = firsts  # the first period of an indicator with a value or target
        self._versions = rag_versions(policies)
        self._adopted = {adopted.position for kind in policies.values() for adopted in kind}
        self._rules: dict[tuple[date, int], Governing] = {}

    def row(self, key: Key, at: Instant, known_at: str = "") -> StatusRow | None:
        """The row of a cell at a moment, with value and target or without; None where a page then
        has no such row.

        ``known_at`` is what the derivation's address calls the known clock: its position, unless
        it says otherwise.
        """
        cell = self._cell(key, at.known)
        if cell is None:
            return None
        under = self._under(cell.period, at.policy)
        before = self._before(cell, under, at.known)
        return row_of(
            cell,
            judged_anew(cell, before, under, at.day),
            self._place(cell.indicator.code, at.known),
            self._versions.get(under.rag, ""),
            Link(self._code, known_at or clock_of(at.known), clock_of(at.policy)),
        )

    def holds(self, area: str, known: int) -> bool:
        """Whether an area is in the agreement at a position."""
        sheet = self._parts.sheets.at(known)
        return sheet is not None and area in sheet.areas

    def indicator(self, stream: UUID, known: int) -> IndicatorKnown:
        """An indicator as known at a position at which something is recorded of it."""
        found = self._indicators[stream].at(known)
        assert found is not None, "an indicator is defined before anything else befalls it"
        return found

    def turns(self, key: Key, first: Instant, last: Instant) -> list[int]:
        """The positions after the first moment and up to the last at which the row may differ."""
        indicator, area, period = key
        known = {
            *self._parts.sheets.turns(),
            *self._firsts.get(indicator, _NEVER).turns(),
            *self._indicators.get(indicator, _NEVER).turns(),
            *(turn for code in _compared(period) for turn in self._turns((indicator, area, code))),
            *self._turns(key),
            *self._place_turns(indicator),
        }
        return sorted(
            {turn for turn in known if first.known < turn <= last.known}
            | {turn for turn in self._adopted if first.policy < turn <= last.policy}
        )

    def days_that_tell(self, key: Key, at: Instant) -> tuple[date, ...]:
        """The days from which a value that has not come is awaited and overdue, as things stand."""
        cell = self._cell(key, at.known)
        if cell is None:
            return ()
        due = due_on(span_of(cell.period).period, cell.indicator.definition)
        grace = self._under(cell.period, at.policy).usable.due.grace_days
        return due, due + timedelta(days=grace + 1)

    def first_period(self, indicator: UUID, known: int) -> str | None:
        """The first period of an indicator with a value or a target, in any area."""
        return self._firsts.get(indicator, _NEVER).at(known)

    def compared_entry(self, key: Key, at: Instant) -> tuple[str | None, str | None]:
        """The period a cell is compared with at a moment, and the name of the entry there."""
        cell = self._cell(key, at.known)
        code = None if cell is None else compared_code(cell, self._under(key[2], at.policy))
        if cell is None or code is None or code == BASELINE:
            return None, None
        stored = self._cells.get((key[0], key[1], code), _NEVER).at(at.known)
        if stored is None or stored.entry_position is None:
            return code, None
        return code, f"{stored.entry_position}.{stored.entry_index}"

    def _cell(self, key: Key, known: int) -> Cell | None:
        sheet = self._parts.sheets.at(known)
        indicator = self._indicators.get(key[0], _NEVER).at(known)
        if sheet is None or key[1] not in sheet.areas or indicator is None:
            return None
        stored = self._cells.get(key, _NEVER).at(known)
        if stored is None:
            first, period = self.first_period(key[0], known), span_of(key[2]).period
            ends = None if first is None else span_of(first).period.end
            if not has_row(indicator.definition, period, sheet.starts_on, sheet.ends_on, ends):
                return None
        return Cell(indicator, key[2], key[1], stored or NOTHING)

    def _under(self, period: str, policy: int) -> Governing:
        start = span_of(period).start
        found = self._rules.get((start, policy))
        if found is None:
            found = self._rules[start, policy] = governing(self._policies, start, policy)
        return found

    def _before(self, cell: Cell, under: Governing, known: int) -> EntryFacts | None:
        code = compared_code(cell, under)
        if code == BASELINE:
            return baseline_facts(cell.stored)
        if code is None:
            return None
        stored = self._cells.get((cell.indicator.id, cell.area, code), _NEVER).at(known)
        return None if stored is None else entry_facts(stored)

    def _place(self, indicator: str, known: int) -> Placed:
        outcome = self._parts.placements.get(indicator, _NEVER).at(known) or ""
        return Placed(outcome, self._parts.outcomes.get(outcome, _NEVER).at(known) or "")

    def _turns(self, key: Key) -> Iterable[int]:
        return self._cells.get(key, _NEVER).turns()

    def _place_turns(self, indicator: UUID) -> Iterable[int]:
        for code in {known.code for known in self._indicators[indicator].values()}:
            placement = self._parts.placements.get(code, _NEVER)
            yield from placement.turns()
            for outcome in placement.values():
                yield from self._parts.outcomes.get(outcome, _NEVER).turns()


def read_timelines(
    connection: Connection, structure: Structure, keys: Iterable[Key], first: int, last: int
) -> Timelines:
    """The timelines of cells between two known positions, with what they are compared with.

    ``structure`` is the agreement as known at the end; its policies are the ones that count.
    """
    wanted = set(keys)
    compared = {(i, area, code) for i, area, period in wanted for code in _compared(period)}
    stretch = (last, first)
    return Timelines(
        structure.sheet.code,
        _read_parts(connection, structure.id, stretch),
        structure.policies,
        _read_indicators(connection, {indicator for indicator, _, _ in wanted}, stretch),
        _read_cells(connection, wanted | compared, stretch),
        _read_firsts(connection, {indicator for indicator, _, _ in wanted}, stretch),
    )


def _compared(period: str) -> set[str]:
    """Every period that this one may be compared with, whichever the rules are."""
    return {code for code in span_of(period).compared.values() if code and code != BASELINE}


def _read_parts(connection: Connection, agreement: UUID, stretch: tuple[int, int]) -> _Parts:
    rows = connection.execute(
        "SELECT kind, code, data, from_position, to_position FROM structure WHERE agreement = %s"
        " AND kind = ANY(%s) AND from_position <= %s AND to_position > %s",
        (agreement, list(_MOVING), *stretch),
    ).fetchall()
    of = {kind: [row[1:] for row in rows if row[0] == kind] for kind in _MOVING}
    return _Parts(
        Spells(Spell(_sheet(data), *when) for _, data, *when in of[SHEET]),
        gathered((code, _outcome(data).block, *when) for code, data, *when in of[OUTCOME]),
        gathered((code, _placed(data).outcome, *when) for code, data, *when in of[PLACEMENT]),
    )


def _sheet(data: str) -> _Sheet:
    sheet = sheet_of(data)
    return _Sheet(frozenset(area.code for area in sheet.areas), sheet.start, sheet.end)


def _read_firsts(
    connection: Connection, ids: set[UUID], stretch: tuple[int, int]
) -> dict[UUID, Spells[str]]:
    rows = connection.execute(
        "SELECT indicator, period, from_position, to_position FROM first_cell"
        " WHERE indicator = ANY(%s) AND from_position <= %s AND to_position > %s",
        (list(ids), *stretch),
    )
    return gathered(rows)


def _read_indicators(
    connection: Connection, ids: set[UUID], stretch: tuple[int, int]
) -> dict[UUID, Spells[IndicatorKnown]]:
    rows = connection.execute(
        "SELECT indicator, code, definition, definition_version, definition_position, retired_from,"
        " from_position, to_position FROM indicator WHERE indicator = ANY(%s)"
        " AND from_position <= %s AND to_position > %s",
        (list(ids), *stretch),
    )
    return gathered(
        (stream, IndicatorKnown(stream, code, definition_of(text), *rest), begins, ends)
        for stream, code, text, *rest, begins, ends in rows
    )


def _read_cells(
    connection: Connection, keys: set[Key], stretch: tuple[int, int]
) -> dict[Key, Spells[Stored]]:
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], [], []]
    rows = connection.execute(
        f"SELECT s.indicator, s.area, s.period, s.from_position, s.to_position, {COLUMNS}"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS a (indicator, area, period)"
        " JOIN status s ON s.indicator = a.indicator AND s.area = a.area AND s.period = a.period"
        " WHERE s.from_position <= %s AND s.to_position > %s",
        (*columns, *stretch),
    )
    return gathered(
        ((indicator, area, period), Stored(*stored), begins, ends)
        for indicator, area, period, begins, ends, *stored in rows
    )
