"""What the direction of travel of a cell starts from, and whether anybody signed that off."""

from collections.abc import Iterable

from ledger.engine import Connection
from projections.answers import StatusRow
from projections.judging import governing
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import some_indicators
from projections.reading.status_rows import before_of
from projections.reading.stored_status import NOTHING, Cell
from projections.reading.structure import read_structure
from projections.spans import span_of

Key = tuple[str, str, str]  # indicator, area and period of a cell


def key_of(row: StatusRow) -> Key:
    """Which cell a row is of."""
    return row.indicator, row.area, row.period


def from_unsigned(
    connection: Connection, agreement: str, clocks: ResolvedClocks, rows: Iterable[StatusRow]
) -> frozenset[Key]:
    """Those cells whose direction of travel starts from a figure that nobody signed off."""
    moved = [row for row in rows if row.travel != "none"]
    if not moved:
        return frozenset()
    known, policies = clocks.clocks.known_position, clocks.clocks.policy_position
    structure = read_structure(connection, agreement, clocks.clocks)
    found = some_indicators(connection, structure, {row.indicator for row in moved}, known)
    wanted = [
        (
            Cell(found[row.indicator], row.period, row.area, NOTHING),
            governing(structure.policies, span_of(row.period).start, policies),
        )
        for row in moved
    ]
    before = before_of(connection, known, wanted)
    return frozenset(
        key_of(row)
        for row, earlier in zip(moved, before, strict=True)
        if earlier is not None and not earlier.signed
    )
