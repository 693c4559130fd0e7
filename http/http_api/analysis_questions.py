"""The questions of the pages of analysis, answered by the service."""

from http_api.comparator_questions import clocks_of
from http_api.pages.reader import ClocksAsked
from http_api.service import Service
from projections.cube_answers import Cube
from projections.drill_down_answers import DrillDown
from projections.pair_answers import Over, Pairs
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked, read_drill_down
from projections.reading.pairs import read_pairs


class AnalysisAnswers:
    """The part of a page's reader that asks what lies behind."""

    _service: Service

    def cube(self, agreement: str, asked: ClocksAsked, laid_out: CubeAsked) -> Cube:
        """A measure laid out by any two dimensions."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_cube(connection, agreement, clocks, laid_out)

    def drill_down(self, agreement: str, asked: ClocksAsked, looked: DrillAsked) -> DrillDown:
        """One level, its own status, and what lies behind it."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_drill_down(connection, agreement, clocks, looked)

    def pairs(
        self,
        agreement: str,
        asked: ClocksAsked,
        across: str,
        up: str,
        *,
        over: Over,
        period: str | None,
        area: str | None,
    ) -> Pairs:
        """Two indicators against each other."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_pairs(
                connection, agreement, clocks, across, up, over=over, period=period, area=area
            )
