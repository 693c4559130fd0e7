"""Everything stored of some indicators at one position: cells of all periods, stretch targets."""

from collections.abc import Sequence
from uuid import UUID

from ledger.engine import Connection
from ledger.indicator.events import Target
from projections.reading.stored_status import COLUMNS, Stored

Periods = dict[str, Stored]  # by period code
Place = tuple[UUID, str]  # indicator and area


def read_cells(
    connection: Connection, known: int, indicators: Sequence[UUID], areas: Sequence[str]
) -> dict[Place, Periods]:
    """Every stored cell of indicators in areas, as known at a position."""
    rows = connection.execute(
        f"SELECT s.indicator, s.area, s.period, {COLUMNS} FROM status s"
        " WHERE s.indicator = ANY(%s) AND s.area = ANY(%s) AND s.from_position <= %s"
        " AND s.to_position > %s",
        (list(indicators), list(areas), known, known),
    )
    found: dict[Place, Periods] = {}
    for indicator, area, period, *stored in rows:
        found.setdefault((indicator, area), {})[period] = Stored(*stored)
    return found


def read_stretches(
    connection: Connection, known: int, indicators: Sequence[UUID]
) -> dict[Place, dict[str, Target]]:
    """The stretch targets of indicators, as known at a position."""
    rows = connection.execute(
        "SELECT indicator, area, period, level, baseline, performance_without, performance_with"
        " FROM target WHERE indicator = ANY(%s) AND kind = 'stretch' AND from_position <= %s"
        " AND to_position > %s",
        (list(indicators), known, known),
    )
    found: dict[Place, dict[str, Target]] = {}
    for indicator, area, period, level, baseline, without, with_ in rows:
        found.setdefault((indicator, area), {})[period] = Target(
            area=area,
            period=period,
            level=level,
            kind="stretch",
            baseline=baseline,
            performance_without=without,
            performance_with=with_,
        )
    return found
