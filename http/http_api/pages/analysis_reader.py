"""What the pages of analysis ask, beside what every page may ask."""

from typing import Protocol

from http_api.pages.reader import ClocksAsked, Reader
from projections.cube_answers import Cube
from projections.drill_down_answers import DrillDown
from projections.pair_answers import Over, Pairs
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked


class AnalysisReader(Reader, Protocol):
    """The questions behind the pages of analysis. Each may raise a Refusal."""

    def cube(self, agreement: str, asked: ClocksAsked, laid_out: CubeAsked) -> Cube:
        """A measure laid out by any two dimensions."""

    def drill_down(self, agreement: str, asked: ClocksAsked, looked: DrillAsked) -> DrillDown:
        """One level, its own status, and what lies behind it."""

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
