"""The tables of the answers as the writer sees them: keys, columns and their types, in order."""

from typing import NamedTuple

OPEN = 2**63 - 1  # to_position of a row that still holds


class Table(NamedTuple):
    """A table of rows that hold from one position to another.

    ``columns`` are all but the last two, ``from_position`` and ``to_position``; the first
    ``keys`` of them name what a row is about: at most one row of a key holds at any position.
    """

    name: str
    keys: int
    columns: tuple[tuple[str, str], ...]

    @property
    def key_columns(self) -> tuple[tuple[str, str], ...]:
        """Name and type of each column of the key."""
        return self.columns[: self.keys]

    @property
    def types(self) -> list[str]:
        """The types of all columns, as COPY wants them."""
        return [kind for _, kind in self.columns] + ["int8", "int8"]


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """Columns written as ``name:type``, separated by blanks."""
    pairs = (word.split(":") for word in text.split())
    return tuple((name, kind) for name, kind in pairs)


STRUCTURE = Table(
    "structure", 3, _columns("agreement:uuid kind:text code:text ordinal:int8 data:text")
)
INDICATOR = Table(
    "indicator",
    1,
    _columns(
        "indicator:uuid agreement:uuid code:text ordinal:int8 definition:text"
        " definition_version:int4 definition_position:int8 retired_from:text"
    ),
)
TARGET = Table(
    "target",
    3,
    _columns(
        "indicator:uuid area:text period:text level:numeric kind:text baseline:numeric"
        " performance_without:numeric performance_with:numeric set_at:timestamptz set_by:text"
    ),
)
VALUE = Table(
    "value",
    4,
    _columns(
        "indicator:uuid area:text period:text breakdown:text entry_position:int8 entry_index:int4"
        " value:numeric numerator:numeric denominator:numeric confidence_low:numeric"
        " confidence_high:numeric missing:text provisional:bool standing:text submitted_by:text"
        " corrected_by:text recorded_at:timestamptz signed_by:text signed_at:timestamptz"
        " assurance:text replaces:text note:text"
    ),
)
EVIDENCE = Table(
    "evidence",
    4,
    _columns(
        "indicator:uuid entry_position:int8 entry_index:int4 ordinal:int4 attachment:text"
        " attached_by:text attached_at:timestamptz"
    ),
)
STATUS = Table(
    "status",
    3,
    _columns(
        "indicator:uuid area:text period:text definition_version:int4 entry_position:int8"
        " entry_index:int4 figure:numeric judged:numeric missing:text provisional:bool"
        " corrected:bool signed_by:text signed_at:timestamptz assurance:text target_position:int8"
        " target:numeric target_kind:text baseline:numeric rag:int8 travel_rules:int8 due:int8"
        " status:text reason:text marks:text travel:text travel_reason:text"
    ),
)
LATEST_FIGURE = Table(
    "latest_figure", 2, _columns("indicator:uuid area:text period:text ends_on:date")
)
FIRST_CELL = Table("first_cell", 1, _columns("indicator:uuid period:text ends_on:date"))
LOAD = Table("load", 1, _columns("load:uuid agreement:uuid ordinal:int8 sha256:text data:text"))
AMENDMENT = Table(
    "amendment", 1, _columns("amendment:uuid agreement:uuid number:int4 ordinal:int8 data:text")
)
EVENT = Table(
    "event",
    1,
    _columns(
        "position:int8 agreement:uuid indicator:uuid load:uuid topic:text actor:text"
        " available_on:date"
    ),
)
RESPONSE = Table(
    "response",
    1,
    _columns(
        "position:int8 indicator:uuid area:text topic:text actor:text at:timestamptz data:text"
    ),
)
COMPARATOR = Table(
    "comparator",
    4,
    _columns(
        "indicator:uuid period:text breakdown:text area:text entry_position:int8 entry_index:int4"
        " value:numeric numerator:numeric denominator:numeric confidence_low:numeric"
        " confidence_high:numeric missing:text provisional:bool file:text released_on:date"
        " load:text recorded_at:timestamptz replaces:text note:text"
    ),
)
TABLES = (
    STRUCTURE,
    INDICATOR,
    TARGET,
    VALUE,
    STATUS,
    LATEST_FIGURE,
    FIRST_CELL,
    LOAD,
    EVENT,
    RESPONSE,
    AMENDMENT,
    EVIDENCE,
    COMPARATOR,
)
