"""From a row of text to an entry: codes, period and figures read as the mapping says."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger.agreement.events import Area
from ledger.indicator.events import Entry
from ledger.loading.codes import AreaCodes, PeriodRead, our_code, read_period
from ledger.loading.columns import Columns
from ledger.loading.figures import read_figure
from ledger.loading.outcomes import ReadRow, RefusedRow, refused
from ledger.loading.table import TextRow
from policies.cell import Missing
from policies.definition import Definition
from policies.refusals import BadFile, Refusal, UnknownArea, UnknownIndicator, WrongStanding

STANDINGS = {"": False, "final": False, "provisional": True}  # to whether it is provisional


class _Figures(NamedTuple):
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    missing: str = ""


class RowReader:
    """Reads the rows of one file. ``definitions`` are those of the indicators there are.

    It keeps what it has read of codes and periods: one reader serves one file, in one thread.
    ``marks`` are the texts that stand for a missing figure; ``record`` is whether that is recorded.
    """

    def __init__(
        self, columns: Columns, definitions: Mapping[str, Definition], areas: Iterable[Area]
    ) -> None:
        self._columns = columns
        self._mapping = columns.mapping
        self._definitions = definitions
        self.marks = {"": Missing.MISSING} | columns.mapping.missing.marks
        self.record = columns.mapping.missing.record
        self.areas_dated = False
        self._areas = AreaCodes(columns.mapping.codes, areas)
        self._indicator_codes: dict[str, str] = {}
        self._area_codes: dict[str, str] = {}
        self._periods: dict[tuple[str, str], PeriodRead] = {}

    def read(self, row: TextRow) -> ReadRow | RefusedRow:
        """The entry of a row, or why there is none."""
        try:
            return self._read(row)
        except Refusal as refusal:
            return refused(row.number, refusal)

    def named(self, texts: Iterable[str]) -> set[str]:
        """The codes, in our words, of the indicators that texts may be about."""
        table = self._mapping.codes.indicators
        return {our_code(text.strip(), table) for text in texts} - {""}

    def entry(
        self,
        period: str,
        area: str,
        breakdown: dict[str, str],
        provisional: bool,
        cells: Sequence[str],
    ) -> Entry:
        """The entry of a row whose key is known: its figures and missing marks."""
        figures = self._figures(cells)
        return Entry(
            period=period,
            area=area,
            breakdown=breakdown,
            value=figures.value,
            numerator=figures.numerator,
            denominator=figures.denominator,
            missing=figures.missing,
            provisional=provisional,
        )

    def _read(self, row: TextRow) -> ReadRow:
        text, cells = self._columns.text, row.cells
        if len(cells) != self._columns.width:
            raise BadFile(f"The row has {len(cells)} cells, and the header {self._columns.width}.")
        indicator = self._indicator(text(cells, "indicator"))
        area = self._area(text(cells, "area"))
        period = self._period(text(cells, "period"), indicator)
        provisional = _is_provisional(text(cells, "standing")) or period.provisional
        entry = self.entry(period.code, area, self._breakdown(cells), provisional, cells)
        return ReadRow(row.number, indicator, entry, text(cells, "note"))

    def _indicator(self, text: str) -> str:
        code = self._indicator_codes.get(text)
        if code is None:
            code = our_code(text, self._mapping.codes.indicators)
            if not text:
                raise BadFile("The row names no indicator.", field="indicator")
            if code not in self._definitions:
                raise UnknownIndicator(
                    f"{text[:60]!r} is not an indicator of this agreement.", field="indicator"
                )
            self._indicator_codes[text] = code
        return code

    def _area(self, text: str) -> str:
        code = self._area_codes.get(text)
        if code is None:
            code = self._areas.code(text)
            if not text:
                raise BadFile("The row names no area.", field="area")
            if not code:
                raise UnknownArea(f"{text[:60]!r} is not an area of this agreement.", field="area")
            self._area_codes[text] = code
        return code

    def _period(self, text: str, indicator: str) -> PeriodRead:
        period = self._periods.get((indicator, text))
        if period is None:
            definition = self._definitions[indicator]
            period = read_period(text, indicator, definition, self._mapping.period)
            self._periods[indicator, text] = period
        return period

    def _breakdown(self, cells: tuple[str, ...]) -> dict[str, str]:
        """The dimensions that a row names; an empty cell, or a missing mark, means all of it."""
        found = dict(self._mapping.constant_breakdown)
        for dimension, place in self._columns.breakdown.items():
            code = cells[place].strip()
            if code and code not in self._mapping.missing.marks:
                found[dimension] = code
        return found

    def _figures(self, cells: Sequence[str]) -> _Figures:
        value, value_mark = self._figure(cells, "value")
        numerator, numerator_mark = self._figure(cells, "numerator")
        denominator, denominator_mark = self._figure(cells, "denominator")
        if numerator_mark or denominator_mark:  # one part withheld: the other tells nothing
            numerator = denominator = None
        if value is None and numerator is None and denominator is None:
            mark = value_mark or numerator_mark or denominator_mark or self.marks[""]
            return _Figures(missing=mark.value)
        return _Figures(value, numerator, denominator, value_mark.value if value_mark else "")

    def _figure(self, cells: Sequence[str], field: str) -> tuple[Decimal | None, Missing | None]:
        """A figure, or the meaning of the mark in its place, or neither for an empty cell."""
        text = self._columns.text(cells, field)
        if not text:
            return None, None
        mark = self._mapping.missing.marks.get(text)
        if mark is not None:
            return None, mark
        return read_figure(text, self._mapping.numbers, field=field), None


def _is_provisional(text: str) -> bool:
    provisional = STANDINGS.get(text.lower())
    if provisional is None:
        raise WrongStanding(f"{text[:60]!r} is not final or provisional.", field="standing")
    return provisional
