"""The publisher's files as published: figures by measure, area and period, and the dictionary.

Used where the demonstration's own files are made; loads go through the mapping like any other.
"""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from http_api.demonstration.make_slice import rows_of
from policies.numbers import to_text
from policies.periods import Calendar, Interval, Period, read_label

DATA = Path(__file__).parent / "data"
PROVISIONAL = " (prov)"
MISSING = "-"
CALENDARS = {
    "Financial Year": Calendar.FINANCIAL,
    "Annual": Calendar.FINANCIAL,  # of a year that ends on 31 March, as that measure's text says
    "Academic Year": Calendar.ACADEMIC,
    "Calendar Year": Calendar.CALENDAR,
}
POOLED = frozenset({"RTA"})  # measures whose years are pooled by three


class Figure(NamedTuple):
    """A published figure; None where the publisher shows ``-``."""

    value: Decimal | None
    provisional: bool


class Key(NamedTuple):
    """What a figure is about: the measure's short name, the area's name, the period."""

    measure: str
    area: str
    period: Period


def dictionary(day: str) -> dict[str, dict[str, str]]:
    """The publisher's dictionary by short name. Of a measure listed twice, the newer entry."""
    measures: dict[str, dict[str, str]] = {}
    for row in rows_of(DATA / f"measures_published_{day}.csv"):
        short, known = row["Measure_short"], measures.get(row["Measure_short"])
        if known is None or row["Last Update"] > known["Last Update"]:
            measures[short] = row
    return measures


def calendar_of(measure: dict[str, str]) -> Calendar:
    """The calendar of a measure, by the dictionary's Year_Type."""
    return CALENDARS[measure["Year_Type"]]


def shortest(text: str) -> Decimal:
    """The shortest decimal that names the same binary floating-point number as the text."""
    number = Decimal(repr(float(text)))
    return Decimal(to_text(number.quantize(1) if number == number.to_integral() else number))


def figures(day: str) -> dict[Key, Figure]:
    """Every figure of a vintage. A year label names the year in which the period ends."""
    measures = dictionary(day)
    found = {}
    for row in rows_of(DATA / f"values_published_{day}.csv"):
        short, label, text = row["Short Desc"], row["Years"], row["Values"]
        interval = Interval.POOLED if short in POOLED else Interval.YEAR
        plain = label.removesuffix(PROVISIONAL)
        period = read_label(plain, calendar_of(measures[short]), interval, year_label="end")
        value = None if text == MISSING else shortest(text)
        key = Key(short, row["LA and Regions"], period)
        found[key] = Figure(value, provisional=plain != label)
    return found
