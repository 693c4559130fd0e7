"""Targets of several indicators, whole, as they stood at a position."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from ledger.indicator.events import Target


class Standing(NamedTuple):
    """A target that stands, and the position of the event that set it."""

    indicator: UUID
    target: Target
    position: int


def standing_targets(
    connection: Connection, indicators: Sequence[UUID], position: int
) -> Iterator[Standing]:
    """The targets of indicators at a position, in no order."""
    rows = connection.execute(
        "SELECT indicator, area, period, level, kind, baseline, performance_without,"
        " performance_with, from_position FROM target"
        " WHERE indicator = ANY(%s) AND from_position <= %s AND to_position > %s",
        (list(indicators), position, position),
    )
    for indicator, area, period, level, kind, baseline, without, with_, at in rows:
        target = Target(
            area=area,
            period=period,
            level=level,
            kind=kind,
            baseline=baseline,
            performance_without=without,
            performance_with=with_,
        )
        yield Standing(indicator, target, at)
