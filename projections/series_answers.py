"""The shape of an answer about many indicators over time, in one area."""

from policies.definition import Definition
from projections.answers import Answer, Clocks, StatusRow


class IndicatorSeries(Answer, frozen=True, kw_only=True):
    """One indicator, with a row for every period that has a value or a target, in order of time."""

    indicator: str
    outcome: str
    definition: Definition
    retired: bool
    retired_from: str | None  # code of the first retired period, "" for all there are
    rows: tuple[StatusRow, ...]


class SeriesOfArea(Answer, frozen=True, kw_only=True):
    """The indicators of an agreement over time in one area, in the order of its board page."""

    clocks: Clocks
    agreement: str
    area: str
    area_name: str
    indicators: tuple[IndicatorSeries, ...]
