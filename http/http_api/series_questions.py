"""The questions of the pages about figures over time, answered by the service."""

from http_api.comparator_questions import clocks_of
from http_api.pages.reader import ClocksAsked
from http_api.service import Service
from projections.answers import StatusRow
from projections.reading.series_of_area import read_series_of_area
from projections.reading.status_series import read_status_series
from projections.series_answers import SeriesOfArea


class SeriesAnswers:
    """The part of a page's reader that asks about indicators over time."""

    _service: Service

    def status_series(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str
    ) -> tuple[StatusRow, ...]:
        """One row for every period of an area that has a value or a target."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_status_series(connection, agreement, indicator, clocks, area=area)

    def series_of_area(
        self, agreement: str, asked: ClocksAsked, *, outcome: str | None, area: str | None
    ) -> SeriesOfArea:
        """Every indicator of an outcome, or of the agreement, over time in an area."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_series_of_area(connection, agreement, clocks, outcome=outcome, area=area)
