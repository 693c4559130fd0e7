"""Targets as known, and the events that set them."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from ledger.engine import Connection
from policies.numbers import text_or_none, to_text
from projections.answers import TargetAnswer
from projections.spans import span_of

_SELECT = (
    "SELECT area, period, level, kind, baseline, set_at, set_by, from_position FROM target"
    " WHERE indicator = %s AND from_position <= %s AND to_position > %s"
)


def read_targets(
    connection: Connection, indicator: UUID, known_position: int
) -> tuple[TargetAnswer, ...]:
    """The targets of an indicator, by period and area."""
    rows = connection.execute(_SELECT, (indicator, known_position, known_position))
    return tuple(sorted(_answers(rows), key=lambda one: (span_of(one.period).order, one.area)))


def read_target(
    connection: Connection, indicator: UUID, area: str, period: str, known_position: int
) -> TargetAnswer | None:
    """The target of one cell."""
    rows = connection.execute(
        f"{_SELECT} AND area = %s AND period = %s",
        (indicator, known_position, known_position, area, period),
    )
    return next(_answers(rows), None)


def _answers(rows: Iterable[tuple[Any, ...]]) -> Iterator[TargetAnswer]:
    for area, period, level, kind, baseline, set_at, set_by, position in rows:
        yield TargetAnswer(
            area=area,
            period=period,
            period_label=span_of(period).label,
            level=to_text(level),
            kind=kind,
            baseline=text_or_none(baseline),
            set_at=set_at,
            set_by=set_by,
            position=position,
        )
