"""What the texts of earlier rows turned out to mean, so that a row like them is only looked up.

Nothing is judged here that the explaining path, RowReader and check_entry, would judge otherwise:
what was not met before, or is in any way unusual, is left to it.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from ledger.indicator.events import Entry
from ledger.loading.columns import Columns
from ledger.loading.figures import read_figure
from ledger.loading.mapping import LIMITS
from ledger.loading.outcomes import ReadRow
from ledger.loading.rows import RowReader
from ledger.loading.slices import Slice
from ledger.loading.unit_signs import sign_of
from policies.definition import Definition
from policies.numbers import decimals_of, round_half_up
from policies.refusals import Refusal

PARTS = ("numerator", "denominator")
KEYS = ("indicator", "period", "standing", "deleted")
KEPT_FIGURES = 10_000  # for each number of decimals: figures repeat, but not without end
_SURE = re.compile(r"-?[0-9]+(?:\.([0-9]+))?")
_SURE_LENGTH = 16  # of a text with at most 15 digits: not the long print of a double

# A row that can be taken: its slice, area and entry, and whether its figure has more decimals than
# the indicator is judged by.
Found = tuple[Slice, str, Entry, bool]
Check = Callable[[Entry, Definition], None]  # raises the refusal of an entry


class Known:
    """What the texts of a row beside its area and figure mean; those of areas and figures."""

    __slots__ = (
        "areas",
        "at_sight",
        "breakdown",
        "breakdown_key",
        "decimals",
        "figures",
        "held",
        "most_decimals",
        "new",
        "period",
        "provisional",
        "rows",
        "slice",
    )

    def __init__(
        self, slice_: Slice, provisional: bool, areas: dict[str, str], figures: dict[str, Decimal]
    ) -> None:
        self.slice = slice_
        self.provisional = provisional
        self.areas = areas
        self.figures = figures
        self.decimals = slice_.definition.decimals
        self.most_decimals = slice_.definition.most_decimals
        self.at_sight = min(self.decimals, self.most_decimals)  # decimals that need no look
        # What is asked of the slice for every row.
        self.period = slice_.period
        self.breakdown = slice_.breakdown
        self.breakdown_key = slice_.breakdown_key
        self.held = slice_.held
        self.rows = slice_.rows
        self.new = slice_.writing.new

    def entry(self, area: str, value: Decimal) -> Entry:
        """The entry of a figure."""
        return Entry(
            period=self.period,
            area=area,
            breakdown=self.breakdown,
            value=value,
            provisional=self.provisional,
        )


class Lookup:
    """Finds rows by their texts; ``learn`` is told of each that the explaining path took.

    ``texts_of``, ``area_of`` and ``figure_of`` take texts from a row as wide as the header;
    ``known`` is by the first. The text of a figure is "" where figures have parts. ``has_limits``
    is whether a row brings confidence limits; None where no row can.
    """

    def __init__(self, columns: Columns, reader: RowReader, check: Check) -> None:
        places = columns.places
        keys = [places[field] for field in KEYS if field in places]
        given = {*places, *columns.mapping.constants}
        self._reader = reader
        self._check = check
        self._marks = reader.marks
        self._width = columns.width
        self._numbers = columns.mapping.numbers
        self._in_parts = bool(given.intersection(PARTS))
        self.texts_of = _picker([*keys, *columns.breakdown.values()])
        self.area_of = _picker([places["area"]] if "area" in places else [])
        self.figure_of = _nothing if self._in_parts else _picker([places["value"]])
        self.has_limits = _any_of([places[field] for field in LIMITS if field in places])
        self.known: dict[Hashable, Known] = {}
        self._areas: dict[str, dict[str, str]] = {}
        self._figures: dict[tuple[int, int, str], dict[str, Decimal]] = {}

    def find(self, cells: Sequence[str]) -> Found | None:
        """The row, or none where it is to be explained."""
        if len(cells) != self._width:
            return None
        known = self.known.get(self.texts_of(cells))
        if known is None:
            return None
        area = known.areas.get(self.area_of(cells))
        if area is None:
            return None
        if self._in_parts or (self.has_limits and self.has_limits(cells)):
            return self._whole(known, area, cells)
        text = self.figure_of(cells)
        value = known.figures.get(text)
        if value is None:
            value = self.at_sight(known, text)
        if value is None:
            return self._another(known, area, text)
        return known.slice, area, known.entry(area, value), False

    def at_sight(self, known: Known, text: str) -> Decimal | None:
        """The figure of a text that says it plainly, with no more decimals than are judged.

        None for every other text, be it a mark, a fault or a figure to be looked at.
        """
        match = _SURE.fullmatch(text) if len(text) <= _SURE_LENGTH else None
        if not match or match.end(1) - match.start(1) > known.at_sight or text in self._marks:
            return None
        number = Decimal(text)
        figure = number or number.copy_abs()
        if len(known.figures) < KEPT_FIGURES:
            known.figures[text] = figure
        return figure

    def learn(self, cells: Sequence[str], row: ReadRow, slice_: Slice) -> Found:
        """Remember what the texts of a row mean that was read, and that no rule forbids."""
        entry, definition = row.entry, slice_.definition
        texts = self.texts_of(cells)
        if self._reader.deleted(cells):  # its figure means nothing, so it is explained each time
            return slice_, entry.area, entry, False
        if texts not in self.known:
            of_period = entry.period if self._reader.areas_dated else ""
            sign = sign_of(definition.unit)  # by which the same text may be a figure or none
            alike = (definition.most_decimals, definition.decimals, sign)
            self.known[texts] = Known(
                slice_,
                entry.provisional,
                self._areas.setdefault(of_period, {}),
                self._figures.setdefault(alike, {}),
            )
        self.known[texts].areas[self.area_of(cells)] = entry.area
        return slice_, entry.area, entry, is_fine(entry.value, definition.decimals)

    def _another(self, known: Known, area: str, text: str) -> Found | None:
        """A row whose figure is not plain, or is a missing mark."""
        mark, part, value, fine = self._marks.get(text), known.slice, None, False
        if mark is None:
            value = self._figure(text, known)
            if value is None:
                return None
            fine = is_fine(value, known.decimals)
            if not fine and len(known.figures) < KEPT_FIGURES:
                known.figures[text] = value
        entry = Entry(
            period=part.period,
            area=area,
            breakdown=part.breakdown,
            value=value,
            missing=mark.value if mark else "",
            provisional=known.provisional,
        )
        return part, area, entry, fine

    def _figure(self, text: str, known: Known) -> Decimal | None:
        """The figure of a text, if the indicator takes it."""
        match = _SURE.fullmatch(text) if len(text) <= _SURE_LENGTH else None
        if match:
            number = Decimal(text)
            accepted = match.end(1) - match.start(1) <= known.most_decimals
            return (number or number.copy_abs()) if accepted else None
        unit = known.slice.definition.unit
        try:
            number = read_figure(text, self._numbers, field="value", unit=unit)
        except Refusal:
            return None
        return number if decimals_of(number) <= known.most_decimals else None

    def _whole(self, known: Known, area: str, cells: Sequence[str]) -> Found | None:
        """A row with numerator and denominator, or with limits, which have rules of their own."""
        part = known.slice
        try:
            entry = self._reader.entry(
                part.period,
                area,
                part.breakdown,
                known.provisional,
                cells,
                part.definition.unit,
            )
            self._check(entry, part.definition)
        except Refusal:
            return None
        return part, area, entry, is_fine(entry.value, known.decimals)


def is_fine(value: Decimal | None, decimals: int) -> bool:
    """Whether a figure is given with more decimals than it is judged by, other than zeros."""
    return value is not None and value != round_half_up(value, decimals)


def _picker(places: list[int]) -> Callable[[Sequence[str]], Any]:
    """Takes the cells at some places, as fast as can be."""
    return itemgetter(*places) if places else lambda _: ""


def _any_of(places: list[int]) -> Callable[[Sequence[str]], bool] | None:
    """Tells whether a row has any text at some places."""
    return (lambda cells: any([cells[place] for place in places])) if places else None


def _nothing(_: Sequence[str]) -> str:
    """Takes nothing, which is the text of no figure."""
    return ""
