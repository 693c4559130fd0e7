"""The questions of the pages about other areas, answered by the service."""

from collections.abc import Sequence

from http_api.pages.reader import ClocksAsked
from http_api.service import ClocksAsked as ServiceClocks
from http_api.service import Service
from projections.answers import Named
from projections.comparator_answers import Band, Comparators, ComparisonDifference, League
from projections.reading.comparator_band import read_band
from projections.reading.comparators import read_comparators
from projections.reading.compared_periods import read_compared_periods
from projections.reading.comparison_difference import read_comparison_difference
from projections.reading.league import read_league


class ComparatorAnswers:
    """The part of a page's reader that asks about other areas."""

    _service: Service

    def comparators(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        period: str | None,
        group: str | None,
        area: str | None,
    ) -> Comparators:
        """An area among those of a group."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_comparators(
                connection, agreement, indicator, clocks, period=period, group=group, area=area
            )

    def compared_periods(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        group: str | None,
        area: str | None,
    ) -> tuple[Named, ...]:
        """The periods in which there is anything to compare, the latest first."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_compared_periods(
                connection, agreement, indicator, clocks, group=group, area=area
            )

    def band(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str,
        periods: Sequence[str],
    ) -> Band | None:
        """Where the middle half of the first group lies in these periods."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_band(connection, agreement, indicator, clocks, area=area, periods=periods)

    def league(
        self, agreement: str, asked: ClocksAsked, *, group: str | None, area: str | None
    ) -> League:
        """Every indicator by the quartile of an area."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_league(connection, agreement, clocks, group=group, area=area)

    def comparison_difference(
        self,
        agreement: str,
        indicator: str,
        first: ClocksAsked,
        last: ClocksAsked,
        *,
        period: str | None,
        group: str | None,
        area: str | None,
    ) -> ComparisonDifference:
        """Why a place among others differs between two moments."""
        moments = (clocks_of(first), clocks_of(last))
        with self._service.reading_between(*moments) as (connection, begin, end):
            return read_comparison_difference(
                connection, agreement, indicator, begin, end, period=period, group=group, area=area
            )


def clocks_of(asked: ClocksAsked) -> ServiceClocks:
    """The clocks of a page as the service is asked for them."""
    return ServiceClocks(asked.known_at, asked.policy_at, asked.recorded)
