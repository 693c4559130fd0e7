"""How a publisher's file maps to ours: its columns, codes, marks, periods, numbers."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from ledger.loading.figures import SEPARATORS, FloatingPoint, Numbers
from ledger.loading.mapping_file import BREAKDOWN, PREFIX, MappingFile
from ledger.loading.table import MOST_ROWS
from policies.cell import Missing
from policies.periods import Calendar, parse_code
from policies.refusals import UnknownPeriod

FIELDS = (
    "indicator",
    "area",
    "period",
    "value",
    "numerator",
    "denominator",
    "confidence_low",
    "confidence_high",
    "standing",
    "note",
)
MAPPED = (*FIELDS, "deleted")  # what a publisher's file may also say of a row
REQUIRED = ("indicator", "area", "period")
LIMITS = ("confidence_low", "confidence_high")
NEVER_CONSTANT = frozenset({"value", "numerator", "deleted", *LIMITS})
GSS, NAMES, TABLE = "gss", "names", "table"  # codes of areas that need no code map
COMMA = ","
CSV_SEPARATORS = (COMMA, ";", "\t", "|")

YearLabel = Literal["start", "end"]
Texts = dict[str, str]


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """Their codes or names, and ours. What no table lists stands for itself.

    ``area_codes`` "names" takes the names of the agreement's areas, "gss" their ONS codes, "table"
    those of ``areas``; it may also be the name of a code map of the agreement, which adds to the
    names or codes where it is called so. ``indicator_map`` is the name of one for indicators.
    ``breakdowns`` are by dimension; a code of theirs that becomes "" is the headline.
    """

    indicators: dict[str, str] = {}
    indicator_map: str = ""
    areas: dict[str, str] = {}
    area_codes: str = GSS
    breakdowns: dict[str, dict[str, str]] = {}


class MissingMarks(msgspec.Struct, frozen=True, kw_only=True):
    """What stands where there is no figure, and why; an empty cell always does.

    ``record``: a missing mark becomes an entry that says so; else it is counted and not stored.
    """

    marks: dict[str, Missing] = {}
    record: bool = False


class Periods(msgspec.Struct, frozen=True, kw_only=True):
    """How the publisher writes periods.

    ``calendar`` is that of the labels, where it is not the indicator's own. ``year_label`` says
    whether a financial or academic year is named by the year it starts or ends in,
    ``year_labels`` the same for single indicators (our codes). ``labels`` gives whole labels
    their period code. Each of ``strip_suffixes`` is cut off a label; with ``provisional`` it also
    marks the entry as provisional.
    """

    calendar: Calendar | None = None
    year_label: YearLabel | None = None
    year_labels: dict[str, YearLabel] = {}
    labels: dict[str, str] = {}
    strip_suffixes: tuple[str, ...] = ()
    provisional: bool = False


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A whole mapping.

    ``columns`` gives our field its column, ``breakdown`` our dimension its column; ``others`` are
    further names a column goes by, and ``optional`` the fields a file may lack, both by our field
    or ``breakdown.…``. ``constants`` and ``constant_breakdown`` give what has no column. ``sheet``
    is that of a workbook, "" the first that is not hidden. ``complete_for`` names scopes
    (agreement, block, outcome, indicator or area codes) of which the file holds every key there is.
    ``separator`` stands between the columns of a CSV file. ``header_row`` is the number of the row
    that names the columns, 0 for the first. ``own_columns``: they are named as we name them.
    """

    columns: dict[str, str] = {}
    breakdown: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    optional: tuple[str, ...] = ()
    constants: dict[str, str] = {}
    constant_breakdown: dict[str, str] = {}
    codes: Codes = Codes()
    missing: MissingMarks = MissingMarks()
    period: Periods = Periods()
    numbers: Numbers = Numbers()
    complete_for: tuple[str, ...] = ()
    sheet: str = ""
    separator: str = COMMA
    header_row: int = 0
    own_columns: bool = False


def our_columns(header: Iterable[str], mapping: Mapping | None = None) -> Mapping:
    """The mapping of a file whose columns are ours already; else as the one that is given."""
    names, mapping = tuple(header), mapping or Mapping()
    wanted = {*REQUIRED, *names} - mapping.constants.keys()
    # that of a column called breakdown is "", of which every row is refused
    dimensions = {name[len(PREFIX) :]: name for name in names if f"{name}.".startswith(PREFIX)}
    return msgspec.structs.replace(
        mapping,
        columns={field: field for field in FIELDS if field in wanted},
        breakdown=dimensions,
    )


def read_mapping(text: str) -> Mapping:
    """A mapping from its TOML text.

    Raises BadMapping naming the table and key of every fault found, not only of the first.
    """
    file = MappingFile(text)
    columns, breakdown, others = _columns(file)
    constants, constant_breakdown = _constants(file)
    mapping = Mapping(
        columns=columns,
        breakdown=breakdown,
        others=others,
        optional=file.texts("", "optional"),
        constants=constants,
        constant_breakdown=constant_breakdown,
        codes=_codes(file),
        missing=_missing(file),
        period=_period(file),
        numbers=_numbers(file),
        complete_for=file.texts("", "complete_for"),
        sheet=file.text("", "sheet") if file.get("", "sheet") is not None else "",
        separator=file.choice("", "separator", CSV_SEPARATORS) or COMMA,
        header_row=file.count("", "header_row", MOST_ROWS),
        own_columns=file.get("", "columns") is None,
    )
    _check_optional(file, mapping)
    if not mapping.own_columns:  # of which only the file tells which there are
        _check_fields(file, mapping)
    file.finish()
    return mapping


def _columns(file: MappingFile) -> tuple[Texts, Texts, dict[str, tuple[str, ...]]]:
    """The columns of our fields and of the dimensions of a breakdown; their other names."""
    given = file.fields("columns", MAPPED)
    named = {field: file.names("columns", field, names) for field, names in given.items()}
    fields, dimensions = _apart({field: names[0] for field, names in named.items() if names})
    return fields, dimensions, {field: names[1:] for field, names in named.items() if names[1:]}


def _constants(file: MappingFile) -> tuple[Texts, Texts]:
    """What is the same for every row: our fields, and dimensions of a breakdown."""
    known = tuple(field for field in MAPPED if field not in NEVER_CONSTANT)
    given = file.fields("constants", known)
    named = {field: file.names("constants", field, [text]) for field, text in given.items()}
    return _apart({field: names[0] for field, names in named.items() if names})


def _apart(fields: Texts) -> tuple[Texts, Texts]:
    """Our fields, and the dimensions of a breakdown without their prefix."""
    dimensions = {f: text for f, text in fields.items() if f.startswith(PREFIX)}
    return (
        {field: text for field, text in fields.items() if field not in dimensions},
        {field.removeprefix(PREFIX): text for field, text in dimensions.items()},
    )


def _check_optional(file: MappingFile, mapping: Mapping) -> None:
    """What a file may lack has a column, and is not what every row is about."""
    dimensions = {f"{PREFIX}{dimension}" for dimension in mapping.breakdown}
    has_column = {*FIELDS} if mapping.own_columns else {*mapping.columns, *dimensions}
    for field in mapping.optional:
        if field not in has_column or field in REQUIRED:
            file.fault("", "optional", f"{field!r} has no column, or is needed.")


def _check_fields(file: MappingFile, mapping: Mapping) -> None:
    """Every field we need comes from one place, and from one only."""
    columns, constants = mapping.columns, mapping.constants
    for field in REQUIRED:
        if field not in columns and field not in constants:
            file.fault("columns", field, "name its column, or give it in [constants].")
    for field in sorted(columns.keys() & constants.keys()):
        file.fault("constants", field, "has a column too: choose.")
    for dimension in sorted(mapping.breakdown.keys() & mapping.constant_breakdown.keys()):
        file.fault("constants", f"{PREFIX}{dimension}", "has a column too: choose.")
    for field, other in (LIMITS, LIMITS[::-1]):
        if field in columns and other not in columns:
            file.fault("columns", other, f"name its column too, as that of {field}.")
    has_parts = "numerator" in columns and {"denominator"} & {*columns, *constants}
    if "value" not in columns and not has_parts:
        file.fault("columns", "value", "name its column, or those of numerator and denominator.")


def _codes(file: MappingFile) -> Codes:
    indicators = file.get("codes", "indicators")
    areas = file.get("codes", "areas", default=GSS)
    tables = file.tables("codes", BREAKDOWN)
    return Codes(
        indicators=file.pairs("codes", "indicators") if not isinstance(indicators, str) else {},
        indicator_map=indicators if isinstance(indicators, str) else "",
        areas=file.pairs("codes", "areas") if not isinstance(areas, str) else {},
        area_codes=areas if isinstance(areas, str) else TABLE,
        breakdowns=tables,
    )


def _missing(file: MappingFile) -> MissingMarks:
    meaning = file.choice("missing", "meaning", Missing) or Missing.MISSING
    if isinstance(file.get("missing", "marks"), dict):
        marks = file.chosen("missing", "marks", Missing)
    else:
        marks = dict.fromkeys(file.texts("missing", "marks"), meaning)
    return MissingMarks(marks=marks, record=file.flag("missing", "record"))


def _period(file: MappingFile) -> Periods:
    ends: tuple[YearLabel, ...] = ("start", "end")
    labels = file.pairs("period", "labels")
    for label, code in labels.items():
        try:
            parse_code(code)
        except UnknownPeriod as error:
            file.fault("period.labels", label, error.detail)
    suffixes = file.texts("period", "strip_suffixes")
    if "" in suffixes:
        file.fault("period", "strip_suffixes", "an empty text ends every label; leave it out.")
    return Periods(
        calendar=file.choice("period", "calendar", Calendar),
        year_label=file.choice("period", "year_label", ends),
        year_labels=file.chosen("period", "year_labels", ends),
        labels=labels,
        strip_suffixes=suffixes,
        provisional=file.flag("period", "provisional"),
    )


def _numbers(file: MappingFile) -> Numbers:
    kinds: tuple[FloatingPoint, ...] = ("exact", "shortest", "fifteen")
    return Numbers(
        floating_point=file.choice("numbers", "floating_point", kinds) or "exact",
        thousands=file.choice("numbers", "thousands", SEPARATORS) or "",
    )
