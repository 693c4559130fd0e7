"""How a publisher's file maps to ours: its columns, codes, marks, periods, numbers."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from ledger.loading.figures import FloatingPoint, Numbers
from ledger.loading.mapping_file import MappingFile
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
    "standing",
    "note",
)
REQUIRED = ("indicator", "area", "period")
BREAKDOWN = "breakdown"
PREFIX = f"{BREAKDOWN}."  # of the columns of a dimension: breakdown.sex
NEVER_CONSTANT = frozenset({"value", "numerator"})
SEPARATORS = (",", " ", "'", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")

AreaCodes = Literal["gss", "names", "table"]
YearLabel = Literal["start", "end"]


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """Their codes or names, and ours. What no table lists stands for itself.

    ``area_codes`` "names" takes the names of the agreement's areas, "gss" their ONS codes.
    """

    indicators: dict[str, str] = {}
    areas: dict[str, str] = {}
    area_codes: AreaCodes = "gss"


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

    ``columns`` gives our field its column, ``breakdown`` our dimension its column; ``constants``
    and ``constant_breakdown`` give what has no column. ``complete_for`` names scopes (agreement,
    block, outcome, indicator or area codes) of which the file holds every key there is.
    """

    columns: dict[str, str]
    breakdown: dict[str, str] = {}
    constants: dict[str, str] = {}
    constant_breakdown: dict[str, str] = {}
    codes: Codes = Codes()
    missing: MissingMarks = MissingMarks()
    period: Periods = Periods()
    numbers: Numbers = Numbers()
    complete_for: tuple[str, ...] = ()


def our_columns(header: Iterable[str]) -> Mapping:
    """The mapping of a file whose columns are ours already."""
    names = tuple(header)
    return Mapping(
        columns={field: field for field in FIELDS if field in names or field in REQUIRED},
        breakdown={name.removeprefix(PREFIX): name for name in names if name.startswith(PREFIX)},
    )


def read_mapping(text: str) -> Mapping:
    """A mapping from its TOML text.

    Raises BadMapping naming the table and key of every fault found, not only of the first.
    """
    file = MappingFile(text)
    columns, breakdown = _fields(file, "columns")
    constants, constant_breakdown = _fields(file, "constants")
    mapping = Mapping(
        columns=columns,
        breakdown=breakdown,
        constants=constants,
        constant_breakdown=constant_breakdown,
        codes=_codes(file),
        missing=_missing(file),
        period=_period(file),
        numbers=_numbers(file),
        complete_for=file.texts("", "complete_for"),
    )
    _check_fields(file, mapping)
    file.finish()
    return mapping


def _fields(file: MappingFile, table: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a table gives for our fields, and for the dimensions of a breakdown."""
    fields: dict[str, str] = {}
    dimensions: dict[str, str] = {}
    known = FIELDS if table == "columns" else tuple(f for f in FIELDS if f not in NEVER_CONSTANT)
    for key in file.content(table):
        if key == BREAKDOWN:  # breakdown.sex = "…" in TOML is a table within the table
            dimensions |= file.pairs(table, key)
        elif key.startswith(PREFIX):
            dimensions[key.removeprefix(PREFIX)] = file.text(table, key)
        elif key in known:
            fields[key] = file.text(table, key)
        else:
            file.unknown(table, key, (*known, f"{PREFIX}…"))
    return fields, dimensions


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
    has_parts = "numerator" in columns and {"denominator"} & {*columns, *constants}
    if "value" not in columns and not has_parts:
        file.fault("columns", "value", "name its column, or those of numerator and denominator.")


def _codes(file: MappingFile) -> Codes:
    indicators = file.pairs("codes", "indicators")
    match file.get("codes", "areas", default="gss"):
        case "dfe":
            why = "write the DfE numbers, each with our code, in a table [codes.areas]."
            file.fault("codes", "areas", why)
            return Codes(indicators=indicators)
        case str():
            kinds: tuple[AreaCodes, ...] = ("gss", "names")
            kind = file.choice("codes", "areas", kinds) or "gss"
            return Codes(indicators=indicators, area_codes=kind)
    areas = file.pairs("codes", "areas")
    return Codes(indicators=indicators, areas=areas, area_codes="table")


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
    kinds: tuple[FloatingPoint, ...] = ("exact", "shortest")
    return Numbers(
        floating_point=file.choice("numbers", "floating_point", kinds) or "exact",
        thousands=file.choice("numbers", "thousands", SEPARATORS) or "",
    )
