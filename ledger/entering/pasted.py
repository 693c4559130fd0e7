"""Rows that somebody pasted from a spreadsheet, as rows of our own columns.

With a row of headings the columns may stand in any order. Without one they stand as in
``ORDER``; area and period may be left out where the page has chosen them, and so may the indicator
where the page is of one. A column counts as one of these where most of its cells name one, or some
do and none is a figure: what a few are spelt like must not shift all the others.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from ledger.entering.tab_separated import cells_of
from ledger.entering.typed import without_sign
from ledger.loading.mapping import FIELDS
from ledger.loading.mapping_file import PREFIX
from policies.definition import Definition
from policies.periods import read_label
from policies.refusals import BadFile, Refusal
from policies.texts import plain_name

MOST_CHARACTERS = 1_000_000
MOST_ROWS = 1_000
ORDER = ("indicator", "area", "period", "value or numerator", "denominator", "note")
_FIGURE = re.compile(r"[£€$]?\s*[-−]?[\d.,]+\s*[%‰]?")
_KEYS = ("indicator", "area", "period")
_EITHER = "denominator or note"  # of a ratio the one, of others the other
_REST = {0: ("value",), 1: ("value",), 2: ("value", _EITHER)}  # by how many columns are left
_HEADINGS = {
    **{field: field for field in FIELDS},
    "code": "indicator",
    "measure": "indicator",
    "title": "indicator",
    "place": "area",
    "quarter": "period",
    "month": "period",
    "year": "period",
    "figure": "value",
    "value or numerator": "value",
    "final or provisional": "standing",
    "notes": "note",
    "comment": "note",
}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What rows may name, and what the page has chosen for those that do not say.

    ``indicators`` are definitions by code, ``areas`` names by code. ``indicator`` is "" where the
    page is of several.
    """

    indicators: Mapping[str, Definition]
    areas: Mapping[str, str]
    indicator: str = ""
    period: str = ""
    area: str = ""
    provisional: bool = False


class Row(NamedTuple):
    """A row in our own columns, by field. ``number`` is its line of what was pasted, from 1.

    ``cells`` are its texts as they came; ``stray`` is one that stands in no column. Dimensions of a
    breakdown are fields too, ``breakdown.sex`` and so on.
    """

    number: int
    cells: tuple[str, ...]
    fields: dict[str, str]
    stray: str = ""


class Pasted(NamedTuple):
    """The rows that say something, and how their columns were taken."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_pasted(text: str, known: Known) -> Pasted:
    """The rows of a text. Raises BadFile where it is too long, or its headings are not clear."""
    if len(text) > MOST_CHARACTERS:
        raise BadFile("This is too much to paste: load a file instead.", field="pasted")
    lines = [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(cells_of(text), start=1)
        if any(map(str.strip, cells))
    ]
    if len(lines) > MOST_ROWS:
        raise BadFile(
            f"{len(lines):,} rows are too many to paste: at most {MOST_ROWS:,}, or load a file.",
            field="pasted",
        )
    names = _Names(known)
    columns = _headings(lines[0][1]) if lines else ()
    if columns:
        lines = lines[1:]
    else:
        columns = _guessed([cells for _, cells in lines], names)
    return Pasted(columns, tuple(names.row(number, cells, columns) for number, cells in lines))


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    """The fields of a first row that names nothing else; empty for a row of figures."""
    found = tuple(_heading(cell) for cell in cells)
    if not all(field or not cell for field, cell in zip(found, cells, strict=True)):
        return ()
    for field in found:
        if field and found.count(field) > 1:
            raise BadFile(f"Two columns are headed {field}: which one counts?", field="pasted")
    return found


def _heading(cell: str) -> str:
    """The field that a heading names, "" for none."""
    if cell.startswith(PREFIX) and cell != PREFIX:
        return cell
    return _HEADINGS.get(cell.casefold(), "")


def _guessed(lines: Sequence[Sequence[str]], names: "_Names") -> tuple[str, ...]:
    """The columns of rows without headings."""
    columns: list[str] = []
    tests: dict[str, Callable[[Sequence[str], str], bool]] = {
        "indicator": lambda _, cell: bool(names.indicator(cell)),
        "area": lambda _, cell: bool(names.area(cell)),
        "period": names.is_period,
    }
    for field in _KEYS:
        place = len(columns)
        cells = [(line, line[place]) for line in lines if len(line) > place and line[place]]
        named = sum(tests[field](line, cell) for line, cell in cells)
        needed = field == "indicator" and not names.known.indicator
        others = named and not any(_FIGURE.fullmatch(cell) for _, cell in cells)
        if needed or others or 2 * named > len(cells):
            columns.append(field)
    widest = max((len(line) for line in lines), default=0) - len(columns)
    return (*columns, *_REST.get(widest, ("value", "denominator", "note")))


class _Names:
    """What the texts of rows name, without regard to case and spacing."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._indicators = _by_name(
            (code, definition.title) for code, definition in known.indicators.items()
        )
        self._areas = _by_name(known.areas.items())

    def indicator(self, text: str) -> str:
        """The code of an indicator named by its code or title; "" for none, or for two."""
        return self._indicators.get(plain_name(text), "")

    def area(self, text: str) -> str:
        """The code of an area named by its code or name; "" for none, or for two."""
        return self._areas.get(plain_name(text), "")

    def is_period(self, line: Sequence[str], cell: str) -> bool:
        """Whether a cell is a period of its row's indicator; a bare number may be a figure."""
        definition = self.known.indicators.get(self.indicator(line[0]) or self.known.indicator)
        if definition is None or cell.replace(".", "", 1).isdigit():
            return False
        d = definition
        try:
            read_label(cell, d.calendar, d.interval, d.pooled_years)
        except Refusal:
            return False
        return True

    def row(self, number: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
        """A row in our columns: what it says, and what the page has chosen where it says nothing.

        A name that is not known stays as it is, to be refused in words.
        """
        known = self.known
        said = dict(zip(columns, cells, strict=False))
        stray = said.pop("", "") or next(filter(None, cells[len(columns) :]), "")
        fields = {
            "indicator": self.indicator(said.get("indicator", "")) or said.get("indicator", ""),
            "area": self.area(said.get("area", "")) or said.get("area", ""),
            "period": said.get("period", ""),
            "standing": said.get("standing", ""),
            "note": said.get("note", ""),
        }
        chosen = {
            "indicator": known.indicator,
            "area": known.area,
            "period": known.period,
            "standing": "provisional" if known.provisional else "final",
        }
        fields |= {field: fields[field] or text for field, text in chosen.items()}
        fields |= {field: text for field, text in said.items() if field.startswith(PREFIX)}
        return Row(number, tuple(cells), fields | self._figures(fields, said), stray)

    def _figures(self, fields: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
        definition = self.known.indicators.get(fields["indicator"])
        has_parts = definition is not None and definition.has_parts
        value, numerator = said.get("value", ""), said.get("numerator", "")
        denominator, note = said.get("denominator", ""), fields["note"]
        if _EITHER in said:
            denominator, note = (said[_EITHER], note) if has_parts else ("", said[_EITHER])
        if has_parts and denominator and not numerator:
            value, numerator = "", value
        unit = definition.unit if definition else ""
        return {
            "value": without_sign(value, unit),
            "numerator": without_sign(numerator, ""),
            "denominator": without_sign(denominator, ""),
            "note": note,
        }


def _by_name(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by code and by name; a name that two have means neither."""
    pairs = list(named)
    names = [plain_name(name) for _, name in pairs]
    once = {plain_name(name): code for code, name in pairs if names.count(plain_name(name)) == 1}
    return once | {plain_name(code): code for code, _ in pairs}
