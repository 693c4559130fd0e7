"""The status of an agreement: one row an indicator, for one area."""

from collections import Counter
from datetime import date
from uuid import UUID

from ledger.engine import Connection
from policies.periods import Period, parse_code
from projections.answers import Status, StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.due_periods import first_of_agreement, inside, latest_due
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import COLUMNS, NOTHING, Cell, Stored, stored_cells
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.spans import span_of

# For each indicator the later of its latest period with a figure and the latest that is due.
# Either is found by one probe, at the newest position as at any earlier one.
_LATEST = f"""
SELECT a.n, c.period, (s.to_position > %(known)s) IS TRUE, {COLUMNS}
  FROM unnest(%(indicators)s::uuid[], %(due)s::text[], %(due_ends)s::date[])
       WITH ORDINALITY AS a (indicator, due, due_ends, n)
  LEFT JOIN LATERAL (
    SELECT * FROM latest_figure l
     WHERE l.indicator = a.indicator AND l.area = %(area)s AND l.from_position <= %(known)s
     ORDER BY l.from_position DESC LIMIT 1) l ON l.to_position > %(known)s
 CROSS JOIN LATERAL (
    SELECT CASE WHEN l.period IS NULL OR a.due_ends >= l.ends_on THEN a.due ELSE l.period END
        AS period) c
  LEFT JOIN LATERAL (
    SELECT * FROM status s
     WHERE s.indicator = a.indicator AND s.area = %(area)s AND s.period = c.period
       AND s.from_position <= %(known)s
     ORDER BY s.from_position DESC LIMIT 1) s ON true
 ORDER BY a.n
"""


def read_status(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    period: str | None = None,
    area: str | None = None,
) -> Status:
    """The status page of an agreement.

    Without ``period``, each indicator shows the later of its latest due period and its latest
    with a figure; with it, the indicator's last period that ends inside. Without ``area``, the
    home area. Raises UnknownAgreement, UnknownArea and UnknownPeriod.
    """
    asked = None if period is None else parse_code(period)
    structure = read_structure(connection, agreement, clocks.clocks)
    place = structure.area(area)
    indicators = list(read_indicators(connection, structure, clocks.clocks.known_position).values())
    if asked is None:
        rows = latest_rows(connection, structure, clocks, place.code, indicators)
    else:
        cells = _Finder(connection, structure, clocks, place.code).inside(indicators, asked)
        rows = tuple(status_rows(connection, structure, clocks, cells))
    return Status(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        period=period,
        area=place.code,
        area_name=place.name,
        rows=rows,
        counts=counts_of(rows),
    )


def latest_rows(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    area: str,
    indicators: list[IndicatorKnown],
) -> tuple[StatusRow, ...]:
    """One row for each indicator: the later of its latest due period and its latest figure."""
    cells = _Finder(connection, structure, clocks, area).latest(indicators)
    return tuple(status_rows(connection, structure, clocks, cells))


def counts_of(rows: tuple[StatusRow, ...]) -> dict[str, int]:
    """How many rows have each status, or each reason for none."""
    return dict(Counter(row.status or row.reason or "" for row in rows))


class _Finder:
    """Finds the cells that a page of one area shows."""

    def __init__(
        self, connection: Connection, structure: Structure, clocks: ResolvedClocks, area: str
    ) -> None:
        self._connection = connection
        self._structure = structure
        self._known = clocks.clocks.known_position
        self._today = clocks.today
        self._area = area

    def latest(self, indicators: list[IndicatorKnown]) -> list[Cell]:
        """The latest period of each indicator, by its due dates and its figures."""
        due = self._due(indicators)
        rows = self._connection.execute(
            _LATEST,
            {
                "indicators": [indicator.id for indicator in indicators],
                "due": ["" if period is None else period.code for period in due],
                "due_ends": [date.min if period is None else period.end for period in due],
                "area": self._area,
                "known": self._known,
            },
        ).fetchall()
        start = self._structure.sheet.start
        return [
            Cell(
                indicator,
                code or first_of_agreement(indicator.definition, start).code,
                self._area,
                Stored(*stored) if holds else NOTHING,
            )
            for indicator, (_, code, holds, *stored) in zip(indicators, rows, strict=True)
        ]

    def inside(self, indicators: list[IndicatorKnown], asked: Period) -> list[Cell]:
        """The last period of each indicator that ends inside the asked one, where it has one."""
        wanted = [(indicator, inside(indicator.definition, asked)) for indicator in indicators]
        periods = [(indicator, period) for indicator, period in wanted if period is not None]
        keys = [(indicator.id, self._area, period.code) for indicator, period in periods]
        found = stored_cells(self._connection, self._known, keys)
        empty = [one for one, key in zip(periods, keys, strict=True) if key not in found]
        belongs = self._belonging(empty)
        return [
            Cell(indicator, period.code, self._area, found.get(key, NOTHING))
            for (indicator, period), key in zip(periods, keys, strict=True)
            if key in found or indicator.id in belongs
        ]

    def _due(self, indicators: list[IndicatorKnown]) -> list[Period | None]:
        """The latest due period of each, where it belongs to the indicator's run."""
        end = self._structure.sheet.end
        due = [(one, latest_due(one.definition, self._today, end)) for one in indicators]
        belongs = self._belonging(due)
        return [period if one.id in belongs else None for one, period in due]

    def _belonging(self, periods: list[tuple[IndicatorKnown, Period]]) -> set[UUID]:
        """The indicators whose period ends between the agreement's start and end, or lies before
        its start but not before the indicator's first value or target."""
        start, end = self._structure.sheet.start, self._structure.sheet.end
        belongs = {one.id for one, period in periods if start <= period.end <= end}
        before = [(one, period) for one, period in periods if period.end < start]
        first = self._first_periods([one.id for one, _ in before])
        for one, period in before:
            if one.id in first and first[one.id] <= period.end:
                belongs.add(one.id)
        return belongs

    def _first_periods(self, indicators: list[UUID]) -> dict[UUID, date]:
        """The end of the first period of each that has an entry or a target, in any area."""
        if not indicators:
            return {}
        rows = self._connection.execute(
            "SELECT DISTINCT indicator, period FROM status WHERE indicator = ANY(%s)"
            " AND from_position <= %s AND to_position > %s",
            (indicators, self._known, self._known),
        )
        first: dict[UUID, date] = {}
        for indicator, period in rows:
            end = span_of(period).end
            first[indicator] = min(end, first.get(indicator, end))
        return first
