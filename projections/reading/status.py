"""The status of an agreement: one row an indicator, for one area."""

from collections import Counter

from ledger.engine import Connection
from policies.periods import Period, parse_code
from projections.answers import Status, StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.due_periods import first_of_agreement, has_row, inside, latest_due
from projections.reading.stages import with_stages
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import (
    COLUMNS,
    NOTHING,
    Cell,
    Stored,
    first_ends,
    stored_cells,
)
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)

# For each indicator the later of its latest period with a figure and the latest that is due; with
# neither, the first of its run. Due periods count from the agreement's start, or from the first
# value or target before it. All are found by one probe, at any position as at the newest.
_LATEST = f"""
SELECT c.period, (s.to_position > %(known)s) IS TRUE, {COLUMNS}
  FROM unnest(%(indicators)s::uuid[], %(due)s::text[], %(due_ends)s::date[], %(first)s::text[],
         %(first_ends)s::date[])
       WITH ORDINALITY AS a (indicator, due, due_ends, first, first_ends, n)
  LEFT JOIN LATERAL (
    SELECT * FROM latest_figure l
     WHERE l.indicator = a.indicator AND l.area = %(area)s AND l.from_position <= %(known)s
     ORDER BY l.from_position DESC LIMIT 1) l ON l.to_position > %(known)s
  LEFT JOIN LATERAL (
    SELECT * FROM first_cell f
     WHERE f.indicator = a.indicator AND f.from_position <= %(known)s
     ORDER BY f.from_position DESC LIMIT 1) f ON f.to_position > %(known)s
 CROSS JOIN LATERAL (
    SELECT CASE
      WHEN a.due_ends >= coalesce(l.ends_on, '-infinity')
       AND a.due_ends >= least(%(start)s::date, f.ends_on) THEN a.due
      WHEN l.period IS NOT NULL THEN l.period
      WHEN f.ends_on < a.first_ends THEN f.period
      ELSE a.first END AS period) c
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
        judged = rows_inside(connection, structure, clocks, place.code, indicators, asked)
        rows = with_stages(connection, structure, clocks, indicators, judged)
    return Status(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        statement=structure.statement or "",
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
    rows = status_rows(connection, structure, clocks, cells)
    return with_stages(connection, structure, clocks, indicators, rows)


def rows_inside(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    area: str,
    indicators: list[IndicatorKnown],
    asked: Period,
) -> list[StatusRow]:
    """One row for each indicator that has a period ending inside the asked one; without stages."""
    cells = _Finder(connection, structure, clocks, area).inside(indicators, asked)
    return status_rows(connection, structure, clocks, cells)


def counts_of(rows: tuple[StatusRow, ...]) -> dict[str, int]:
    """How many rows have each status, or each reason for none."""
    return dict(Counter(row.status or row.reason or "" for row in rows))


class _Finder:
    """Finds the cells that a page of one area shows."""

    def __init__(
        self, connection: Connection, structure: Structure, clocks: ResolvedClocks, area: str
    ) -> None:
        self._connection = connection
        self._sheet = structure.sheet
        self._known = clocks.clocks.known_position
        self._today = clocks.today
        self._area = area

    def latest(self, indicators: list[IndicatorKnown]) -> list[Cell]:
        """The latest period of each indicator, by its due dates and its figures."""
        start, end = self._sheet.start, self._sheet.end
        due = [latest_due(one.definition, self._today, end) for one in indicators]
        first = [first_of_agreement(one.definition, start) for one in indicators]
        rows = self._connection.execute(
            _LATEST,
            {
                "indicators": [one.id for one in indicators],
                "due": [period.code for period in due],
                "due_ends": [period.end for period in due],
                "first": [period.code for period in first],
                "first_ends": [period.end for period in first],
                "start": start,
                "area": self._area,
                "known": self._known,
            },
        ).fetchall()
        return [
            Cell(indicator, code, self._area, Stored(*stored) if holds else NOTHING)
            for indicator, (code, holds, *stored) in zip(indicators, rows, strict=True)
        ]

    def inside(self, indicators: list[IndicatorKnown], asked: Period) -> list[Cell]:
        """The last period of each indicator that ends inside the asked one, where it has one.

        It has one between the agreement's start and end, and before the start from its first
        value or target on; what is recorded outside is shown as well.
        """
        wanted = [(one, inside(one.definition, asked)) for one in indicators]
        periods = [(one, period) for one, period in wanted if period is not None]
        keys = [(one.id, self._area, period.code) for one, period in periods]
        found = stored_cells(self._connection, self._known, keys)
        first = first_ends(self._connection, self._known, [one.id for one, _ in periods])
        start, end = self._sheet.start, self._sheet.end
        return [
            Cell(one, period.code, self._area, found.get(key, NOTHING))
            for (one, period), key in zip(periods, keys, strict=True)
            if key in found or has_row(one.definition, period, start, end, first.get(one.id))
        ]
