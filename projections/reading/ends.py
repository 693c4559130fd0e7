"""The two ends of a difference: an agreement at a moment, and the rows of cells there."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.refusals import UnknownAgreement
from projections.answers import StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.due_periods import has_row
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import NOTHING, Cell, first_ends, stored_cells
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.timelines import Instant, Key
from projections.spans import span_of


class End(NamedTuple):
    """One of the two moments: its clocks, and the agreement as known there, if it was."""

    clocks: ResolvedClocks
    structure: Structure | None
    indicators: dict[UUID, IndicatorKnown]

    @property
    def instant(self) -> Instant:
        """The moment as a cell sees it."""
        clocks = self.clocks.clocks
        return Instant(clocks.known_position, clocks.policy_position, self.clocks.today)

    @property
    def areas(self) -> dict[str, str]:
        """The names of the areas by code, in their order."""
        if self.structure is None:
            return {}
        return {area.code: area.name for area in self.structure.sheet.areas}


def read_end(connection: Connection, agreement: str, clocks: ResolvedClocks) -> End:
    """An agreement at a moment; nothing where it was not known yet."""
    try:
        structure = read_structure(connection, agreement, clocks.clocks)
    except UnknownAgreement:
        return End(clocks, None, {})
    known = read_indicators(connection, structure, clocks.clocks.known_position)
    return End(clocks, structure, {one.id: one for one in known.values()})


def rows_at(connection: Connection, end: End, keys: Iterable[Key]) -> dict[Key, StatusRow]:
    """The rows that a page has of those cells at a moment, with value and target or without."""
    if end.structure is None:
        return {}
    known, areas, sheet = end.clocks.clocks.known_position, end.areas, end.structure.sheet
    there = [key for key in keys if key[0] in end.indicators and key[1] in areas]
    stored = stored_cells(connection, known, there)
    first = first_ends(connection, known, list({key[0] for key in there if key not in stored}))
    cells = {
        key: Cell(one, key[2], key[1], stored.get(key, NOTHING))
        for key in there
        if (one := end.indicators[key[0]])
        and (
            key in stored
            or has_row(
                one.definition, span_of(key[2]).period, sheet.start, sheet.end, first.get(one.id)
            )
        )
    }
    rows = status_rows(connection, end.structure, end.clocks, list(cells.values()))
    return dict(zip(cells, rows, strict=True))


def holds(row: StatusRow | None) -> bool:
    """Whether there is a cell: a row that has a value or a target, and not one that a page makes
    up to say that there is neither."""
    return row is not None and (row.entry is not None or row.target is not None)


# The moment of a row, the name of its rules, and the stage, which belongs to no one cell.
NOT_COMPARED = ("why", "policy_version", "stage")


def same(one: StatusRow | None, other: StatusRow | None) -> bool:
    """Whether two rows say the same of their cell.

    That other rules judge it alike is no difference of the cell: the rules are told once, for all.
    """
    if one is None or other is None:
        return one is other
    alike = {name: getattr(one, name) for name in NOT_COMPARED}
    return one == other or one == msgspec.structs.replace(other, **alike)


def order_of(first: End, last: End) -> Callable[[Key], tuple[Any, ...]]:
    """What cells are sorted by: the board page's order of indicators, the areas', and time.

    Raises KeyError for a cell of neither moment.
    """
    indicators = {one: n for n, one in enumerate(last.indicators | first.indicators)}
    areas = {one: n for n, one in enumerate(last.areas | first.areas)}
    return lambda key: (indicators[key[0]], areas[key[1]], span_of(key[2]).order)
