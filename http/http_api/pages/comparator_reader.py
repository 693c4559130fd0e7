"""What the pages about other areas ask, beside what every page may ask."""

from typing import Protocol

from http_api.pages.reader import ClocksAsked, Reader
from projections.answers import Named
from projections.comparator_answers import Comparators, ComparisonDifference, League


class ComparatorReader(Reader, Protocol):
    """The questions behind the pages of comparison. Each may raise a Refusal."""

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
        """An area among those of a group; the home area and the first group where none is named."""

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

    def league(
        self, agreement: str, asked: ClocksAsked, *, group: str | None, area: str | None
    ) -> League:
        """Every indicator by the quartile of an area, the best first."""

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
