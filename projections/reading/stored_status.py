"""What is stored of a cell's judgement, and the facts it was made from."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from policies.judgement import CellFacts, EntryFacts, TargetFacts
from policies.retirement import is_retired
from projections.judging import MISSING
from projections.reading.structure import IndicatorKnown
from projections.spans import span_of

# What a stored row gives; numbers as text, exactly as stored.
COLUMNS = (
    "s.entry_position, s.entry_index, s.figure::text, s.judged::text, s.missing, s.provisional,"
    " s.corrected, s.signed_by, s.signed_at, s.assurance, s.target::text, s.target_kind,"
    " s.baseline::text, s.rag, s.travel_rules, s.due, s.status, s.reason, s.marks, s.travel,"
    " s.travel_reason"
)


class Stored(NamedTuple):
    """The state of a cell's judgement at the known clock."""

    entry_position: int | None
    entry_index: int | None
    figure: str | None
    judged: str | None
    missing: str | None
    provisional: bool
    corrected: bool
    signed_by: str | None
    signed_at: datetime | None
    assurance: str | None
    target: str | None
    target_kind: str | None
    baseline: str | None
    rag: int
    travel_rules: int
    due: int
    status: str | None
    reason: str | None
    marks: str
    travel: str
    travel_reason: str


NOTHING = Stored(
    None, None, None, None, None, False, False, None, None, None, None, None, None,
    -1, -1, -1, None, None, "", "", "",
)  # fmt: skip


class Cell(NamedTuple):
    """A cell to show: of which indicator, which period and area, and what is stored of it."""

    indicator: IndicatorKnown
    period: str
    area: str
    stored: Stored  # NOTHING for a cell without entry and target


def facts_of(cell: Cell, before: EntryFacts | None) -> CellFacts:
    """What the judgement of a cell is made from."""
    stored, indicator = cell.stored, cell.indicator
    target = None
    if stored.target is not None and stored.target_kind is not None:
        target = TargetFacts(Decimal(stored.target), stored.target_kind)
    period = span_of(cell.period).period
    return CellFacts(
        definition=indicator.definition,
        period=period,
        retired=is_retired(indicator.retired_from, period),
        target=target,
        entry=entry_facts(stored),
        before=before,
    )


def entry_facts(stored: Stored) -> EntryFacts | None:
    """The entry of a cell as the judgement needs it."""
    if stored.entry_position is None:
        return None
    return EntryFacts(
        judged=None if stored.judged is None else Decimal(stored.judged),
        missing=None if stored.missing is None else MISSING[stored.missing],
        provisional=stored.provisional,
        signed=stored.signed_by is not None,
        corrected=stored.corrected,
    )


def stored_cells(
    connection: Connection, known_position: int, keys: list[tuple[UUID, str, str]]
) -> dict[tuple[UUID, str, str], Stored]:
    """What is stored of cells (indicator, area, period) at a position."""
    if not keys:
        return {}
    indicators, areas, periods = (list(column) for column in zip(*keys, strict=True))
    rows = connection.execute(
        f"SELECT a.indicator, a.area, a.period, {COLUMNS}"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS a (indicator, area, period)"
        " CROSS JOIN LATERAL (SELECT * FROM status s WHERE s.indicator = a.indicator"
        "  AND s.area = a.area AND s.period = a.period AND s.from_position <= %s"
        "  ORDER BY s.from_position DESC LIMIT 1) s WHERE s.to_position > %s",
        (indicators, areas, periods, known_position, known_position),
    ).fetchall()
    return {(row[0], row[1], row[2]): Stored(*row[3:]) for row in rows}


def first_ends(
    connection: Connection, known_position: int, indicators: list[UUID]
) -> dict[UUID, date]:
    """The end of the first period of each that has an entry or a target, in any area."""
    rows = connection.execute(
        "SELECT indicator, ends_on FROM first_cell WHERE indicator = ANY(%s)"
        " AND from_position <= %s AND to_position > %s",
        (indicators, known_position, known_position),
    )
    return dict(rows.fetchall())
