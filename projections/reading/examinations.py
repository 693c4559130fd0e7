"""The four-week rule, kept or broken, for the values of an area."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from ledger.indicator.responses import ValueExamined
from policies.examination import Examination, Outcome, examine
from policies.periods import parse_code
from projections.escalations import ExaminationRow, Examinations
from projections.reading.clocks import LONDON, ResolvedClocks
from projections.reading.responses import Responded, read_responses
from projections.reading.structure import IndicatorKnown, read_indicators, read_structure
from projections.spans import span_of

# The headline figures that hold, and of each the first figure that ever came of its key (a mark in
# place of one is nothing to examine): when that was, and from which day on its data were available,
# where the submission said so.
_VALUES = """
SELECT v.indicator, v.period, v.entry_position || '.' || v.entry_index, f.recorded_at,
       e.available_on
  FROM {}
 CROSS JOIN LATERAL (
   SELECT w.entry_position, w.recorded_at FROM value w
    WHERE w.indicator = v.indicator AND w.period = v.period AND w.area = v.area
      AND w.breakdown = '' AND w.missing = '' ORDER BY w.from_position LIMIT 1) f
  JOIN event e ON e.position = f.entry_position
 WHERE v.indicator = ANY(%(indicators)s) AND v.area = %(area)s AND v.breakdown = ''
   AND v.missing = '' AND v.from_position <= %(known)s AND v.to_position > %(known)s
"""
# Of each indicator only the latest of them.
_LATEST = """
       (SELECT * FROM latest_figure WHERE indicator = ANY(%(indicators)s) AND area = %(area)s
           AND from_position <= %(known)s AND to_position > %(known)s) l
  JOIN value v ON v.indicator = l.indicator AND v.area = l.area AND v.period = l.period
"""


class FourWeeks(NamedTuple):
    """How the rule stands for a value, by whose examination at which position: "" and None where
    there is none."""

    indicator: UUID
    period: str
    entry: str
    found: Examination
    body: str
    position: int | None


class _Value(NamedTuple):
    """A figure that holds, and when the first of its key came."""

    indicator: UUID
    period: str
    entry: str
    recorded_at: datetime
    said: date | None

    @property
    def available_on(self) -> date:
        """The day its data were available: as said, or the day it was submitted."""
        return self.said or self.recorded_at.astimezone(LONDON).date()


def read_examinations(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    area: str | None = None,
    period: str | None = None,
) -> Examinations:
    """How the four-week rule stands for each value of an area, the latest periods first.

    A correction begins no new four weeks: they are counted from the first value of the period.
    With ``period``, those of periods that end inside it; without ``area``, the home area. Raises
    UnknownAgreement, UnknownArea and UnknownPeriod.
    """
    asked = None if period is None else parse_code(period)
    structure = read_structure(connection, agreement, clocks.clocks)
    place, known = structure.area(area), clocks.clocks.known_position
    indicators = {one.id: one for one in read_indicators(connection, structure, known).values()}
    found = four_weeks(connection, list(indicators), place.code, known, clocks.today)
    order = {stream: n for n, stream in enumerate(indicators)}
    rows = [
        _row(indicators[one.indicator], one)
        for one in sorted(found, key=lambda one: order[one.indicator])
        if asked is None or asked.start <= span_of(one.period).end <= asked.end
    ]
    rows.sort(key=lambda row: span_of(row.period).end, reverse=True)
    return Examinations(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        statement=structure.statement or "",
        area=place.code,
        area_name=place.name,
        period=period,
        rows=tuple(rows),
        counts={one.value: 0 for one in Outcome} | Counter(row.outcome.value for row in rows),
    )


def four_weeks(
    connection: Connection,
    indicators: Sequence[UUID],
    area: str,
    known: int,
    today: date,
    *,
    latest: bool = False,
) -> list[FourWeeks]:
    """The rule for every value of some indicators in an area, or of each the ``latest`` only."""
    rows = connection.execute(
        _VALUES.format(_LATEST if latest else "value v"),
        {"indicators": list(indicators), "area": area, "known": known},
    ).fetchall()
    responses = read_responses(connection, indicators, area, known)
    return [
        _examined(value, responses.get(value.indicator, []), today)
        for value in map(_Value._make, rows)
    ]


def _examined(value: _Value, responses: list[Responded], today: date) -> FourWeeks:
    first = min(
        (
            (one.event.on, one.position, one.event.body)
            for one in responses
            if isinstance(one.event, ValueExamined) and one.event.period == value.period
        ),
        default=None,
    )
    on, position, body = first or (None, None, "")
    found = examine(value.available_on, on, today)
    if not found.examined_on:
        body, position = "", None
    return FourWeeks(value.indicator, value.period, value.entry, found, body, position)


def _row(indicator: IndicatorKnown, value: FourWeeks) -> ExaminationRow:
    found = value.found
    return ExaminationRow(
        indicator=indicator.code,
        title=indicator.definition.title,
        period=value.period,
        period_label=span_of(value.period).label,
        entry=value.entry,
        available_on=found.available_on,
        last_day=found.last_day,
        examined_on=found.examined_on,
        outcome=found.outcome,
        days=found.days,
        words=found.words,
        body=value.body,
        position=value.position,
    )
