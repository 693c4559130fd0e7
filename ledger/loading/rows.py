"""From a row of text to an entry: codes, period and figures read as the mapping says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.agreement.events import CodeEntry
from ledger.agreement.state import Agreement
from ledger.indicator.events import Entry
from ledger.indicator.state import Key, breakdown_key
from ledger.loading.codes import AreaCodes, CodeTable, PeriodRead, code_map_for, read_period
from ledger.loading.columns import SEPARATORS, Columns
from ledger.loading.figures import read_figure
from ledger.loading.mapping_advice import mapping_can
from ledger.loading.meant import Meant, Titles
from ledger.loading.outcomes import ReadRow, RefusedRow, refused
from ledger.loading.table import TextRow
from ledger.loading.whose import VALUES, OtherAreas, Whose
from policies.cell import Missing
from policies.definition import Definition
from policies.periods import parse_code
from policies.refusals import (
    BadFile,
    OwnArea,
    Refusal,
    UnknownArea,
    UnknownIndicator,
    WrongStanding,
)
from policies.texts import composed, cut

# What a cell of a spreadsheet shows that could not be worked out, such as #REF!, #NAME? or Err:502;
# each program has its own in each language (#N/D, #NV, Fehler:502), add-ins say more behind #N/A,
# and new ones come.
ERROR = re.compile(
    r"#\S+[!?]|#[^\W\d_]/[^\W\d_](?:\s.*)?|#NV|#GETTING_DATA"
    r"|(?:Err\w{0,3}|Fehler|Feil|Fejl|Fel|Fout)\s?:\s?[0-9]{3}",
    re.IGNORECASE,
)
DELETED = frozenset({"true", "yes", "1"})
STANDINGS = {"": False, "final": False, "provisional": True}  # to whether it is provisional


class _About(NamedTuple):
    """What a row is about."""

    indicator: str
    area: str
    period: PeriodRead
    breakdown: dict[str, str]


class _Figures(NamedTuple):
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    confidence_low: Decimal | None = None
    confidence_high: Decimal | None = None
    missing: str = ""


class RowReader:
    """Reads the rows of one file. ``definitions`` are those of the indicators there are.

    It keeps what it has read of codes and periods: one reader serves one file, in one thread.
    ``marks`` are the texts that stand for a missing figure; ``record`` is whether that is recorded.
    ``titles`` answers those of the agreement's indicators, and is asked where a row names none.
    """

    def __init__(
        self,
        columns: Columns,
        definitions: Mapping[str, Definition],
        agreement: Agreement,
        whose: Whose = VALUES,
        titles: Titles = dict,
    ) -> None:
        codes = columns.mapping.codes
        self._columns = columns
        self._mapping = columns.mapping
        self._definitions = definitions
        self.marks = {"": Missing.MISSING} | columns.mapping.missing.marks
        self.record = columns.mapping.missing.record
        indicator_map = code_map_for("indicator", codes.indicator_map, agreement)
        self._indicators = CodeTable(codes.indicators, indicator_map)
        self._meant = Meant(titles)
        area_map = code_map_for("area", codes.area_codes, agreement)
        others = OtherAreas(agreement) if whose.others else None
        self._areas = AreaCodes(codes, agreement.areas.values(), area_map, others)
        self._not_taken = frozenset(() if whose.own else agreement.areas)
        self._others = whose.others
        self.areas_dated = self._areas.dated
        self._area_codes: dict[tuple[str, date | None], str] = {}
        self._periods: dict[tuple[str, str], PeriodRead] = {}

    def read(self, row: TextRow) -> ReadRow | RefusedRow:
        """The entry of a row, or why there is none."""
        try:
            about = self._about(row)
        except Refusal as refusal:
            return refused(row.number, refusal)
        try:
            return self._read(row, about)
        except Refusal as refusal:  # the file has the row's key all the same
            key = Key(about.area, about.period.code, breakdown_key(about.breakdown))
            return refused(row.number, refusal)._replace(key=(about.indicator, key))

    def named(self, texts: Iterable[str]) -> set[str]:
        """The codes, in our words, of the indicators that texts may be about."""
        codes = map(str.strip, texts)
        return {one.ours for code in codes for one in self._meanings(code)} - {""}

    def entry(
        self,
        period: str,
        area: str,
        breakdown: dict[str, str],
        provisional: bool,
        cells: Sequence[str],
        unit: str,
    ) -> Entry:
        """The entry of a row whose key is known: its figures, in a unit, and missing marks."""
        figures = self._figures(cells, unit)
        return Entry(
            period=period,
            area=area,
            breakdown=breakdown,
            value=figures.value,
            numerator=figures.numerator,
            denominator=figures.denominator,
            confidence_low=figures.confidence_low,
            confidence_high=figures.confidence_high,
            missing=figures.missing,
            provisional=provisional,
        )

    def _about(self, row: TextRow) -> _About:
        text, cells = self._columns.text, row.cells
        if len(cells) != self._columns.width:
            raise BadFile(_other_width(len(cells), self._columns))
        indicator = self._indicator(text(cells, "indicator"), text(cells, "period"))
        if not self.areas_dated:
            area = self._area(text(cells, "area"), None)
        period = self._period(text(cells, "period"), indicator)
        if self.areas_dated:
            area = self._area(text(cells, "area"), parse_code(period.code).start)
        return _About(indicator, area, period, self._breakdown(cells))

    def _read(self, row: TextRow, about: _About) -> ReadRow:
        text, cells = self._columns.text, row.cells
        indicator, area, period, breakdown = about
        _not_an_error(text(cells, "deleted"), "deleted")
        provisional = _is_provisional(text(cells, "standing")) or period.provisional
        unit = self._definitions[indicator].unit
        entry = self.entry(period.code, area, breakdown, provisional, cells, unit)
        note = text(cells, "note")
        if "\0" in note:  # which no text of the database can have
            raise BadFile("The note has a character in it that nobody sees (U+0000).")
        return ReadRow(row.number, indicator, entry, note)

    def deleted(self, cells: Sequence[str]) -> bool:
        """Whether the publisher says that the figure of a row was taken back."""
        return self._columns.text(cells, "deleted").lower() in DELETED

    def _meanings(self, text: str) -> tuple[CodeEntry, ...]:
        """What their code of an indicator may mean; itself where no table lists it."""
        meanings = self._indicators.meanings(text)
        return (CodeEntry(code=text, ours=text),) if meanings is None else meanings

    def _indicator(self, text: str, label: str) -> str:
        """The indicator a row is about: for a dated code, the one that has it in the period."""
        if not text:
            raise BadFile("The row names no indicator.", field="indicator")
        meanings = [one for one in self._meanings(text) if one.ours in self._definitions]
        if not meanings:
            _not_an_error(text, "indicator")
            _not_taken(
                text, self._indicators.taken_by(text), UnknownIndicator("", field="indicator")
            )
            raise UnknownIndicator(self._no_indicator(text), field="indicator")
        if not self._indicators.dated:
            return meanings[0].ours
        for one in meanings:
            if one.holds_on(parse_code(self._period(label, one.ours).code).start):
                return one.ours
        raise UnknownIndicator(
            f"{text[:60]!r} is no indicator of this agreement in {label[:60]!r}.", field="indicator"
        )

    def _no_indicator(self, text: str) -> str:
        """The sentence about a text that is no indicator, with what it comes near to."""
        ours = next((one.ours for one in self._meanings(text)), text)
        read_as = f" read as {ours[:60]!r} by the mapping's codes, which is" if ours != text else ""
        near, instead = self._meant.of(ours), "."
        if near and near.is_name:
            instead = (
                f", but the title of {near.code}: write the code"
                f"{mapping_can('list the title, under [codes.indicators]')}."
            )
        elif near:
            instead = near.asked
        return f"{text[:60]!r} is{read_as} not an indicator of this agreement{instead}"

    def _area(self, text: str, begins_on: date | None) -> str:
        code = self._area_codes.get((text, begins_on))
        if code is None:
            if not text:
                raise BadFile("The row names no area.", field="area")
            code = self._areas.code(text, begins_on)
            if not code:
                _not_an_error(text, "area")
                _not_taken(text, self._areas.taken_by(text), UnknownArea("", field="area"))
                raise UnknownArea(self._no_area(text), field="area")
            if code in self._not_taken:
                raise OwnArea(
                    f"{text[:60]!r} is an area of this agreement: load its figures as values.",
                    field="area",
                )
            self._area_codes[text, begins_on] = code
        return code

    def _no_area(self, text: str) -> str:
        instead = self._areas.instead(text)
        if self._others and instead == ".":
            return (
                f"{text[:60]!r} is no area that is known: give its ONS code, or add it to a code"
                " map."
            )
        return f"{text[:60]!r} is not an area of this agreement{instead}"

    def _period(self, text: str, indicator: str) -> PeriodRead:
        period = self._periods.get((indicator, text))
        if period is None:
            definition = self._definitions[indicator]
            period = read_period(text, indicator, definition, self._mapping.period)
            self._periods[indicator, text] = period
        return period

    def _breakdown(self, cells: tuple[str, ...]) -> dict[str, str]:
        """The dimensions that a row names; an empty cell means all of it.

        A missing mark does not: the figure of some would be taken for that of all.
        """
        found = dict(self._mapping.constant_breakdown)
        for dimension, place in self._columns.breakdown.items():
            code = composed(cells[place].strip())
            code = self._mapping.codes.breakdowns.get(dimension, {}).get(code, code)
            _not_an_error(code, f"breakdown {dimension}")
            if code and not dimension:  # it would pass for the figure of all
                raise BadFile(
                    f"The breakdown {cut(code)!r} names no dimension: write it in a column such as"
                    ' breakdown.sex, or in JSON as an object such as {"sex": "F"}.',
                    field="breakdown",
                )
            if code:
                found[dimension] = code
        return found

    def _figures(self, cells: Sequence[str], unit: str) -> _Figures:
        if self.deleted(cells):
            return _Figures(missing=Missing.MISSING.value)
        value, value_mark = self._figure(cells, "value", unit)
        numerator, numerator_mark = self._figure(cells, "numerator")
        denominator, denominator_mark = self._figure(cells, "denominator")
        if numerator_mark or denominator_mark:  # one part withheld: the other tells nothing
            numerator = denominator = None
        low, high = self._limits(cells, unit)
        if value is None and numerator is None and denominator is None:
            mark = value_mark or numerator_mark or denominator_mark or self.marks[""]
            return _Figures(None, None, None, low, high, mark.value)
        missing = value_mark.value if value_mark else ""
        return _Figures(value, numerator, denominator, low, high, missing)

    def _limits(self, cells: Sequence[str], unit: str) -> tuple[Decimal | None, Decimal | None]:
        """The confidence limits; neither where one of them is withheld."""
        low, low_mark = self._figure(cells, "confidence_low", unit)
        high, high_mark = self._figure(cells, "confidence_high", unit)
        return (None, None) if low_mark or high_mark else (low, high)

    def _figure(
        self, cells: Sequence[str], field: str, unit: str = ""
    ) -> tuple[Decimal | None, Missing | None]:
        """A figure, or the meaning of the mark in its place, or neither for an empty cell.

        Numerator and denominator are not in the unit of the indicator.
        """
        text = self._columns.text(cells, field)
        if not text:
            return None, None
        mark = self._mapping.missing.marks.get(text)
        if mark is not None:
            return None, mark
        return read_figure(text, self._mapping.numbers, field=field, unit=unit), None


def _other_width(cells: int, columns: Columns) -> str:
    """The sentence about a row that is not as wide as the header."""
    told = f"{cells:,} cell{'s' if cells != 1 else ''}"
    separator, _ = SEPARATORS[columns.mapping.separator]
    why = (
        f": is a {separator} inside a cell that is not in quotes?" if cells > columns.width else "."
    )
    return f"The row has {told}, and the header {columns.width:,}{why}"


def _not_an_error(text: str, field: str) -> None:
    """Refuse a row that cannot be read, since a cell of it shows an error. Raises BadFile."""
    if ERROR.fullmatch(text):
        raise BadFile(f"The {field} is an error: {text}.", field=field)


def _not_taken(text: str, by: str, refusal: Refusal) -> None:
    """Refuse a code of ours whose meaning another of theirs has: here it is something else."""
    if by:
        raise type(refusal)(
            f"{cut(by)!r} is read as {cut(text)!r} by the mapping's codes, so {cut(text)!r} itself"
            " is something else in this file: list it too if it means the same.",
            field=refusal.field,
        )


def _is_provisional(text: str) -> bool:
    provisional = STANDINGS.get(text.lower())
    if provisional is None:
        raise WrongStanding(f"{text[:60]!r} is not final or provisional.", field="standing")
    return provisional
