"""Whole files of publishers who worked out medians, averages, distances and groups themselves."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import StringIO
from pathlib import Path

from policies.comparator_group import ComparatorGroup
from policies.definition import Basis, Definition, Polarity
from policies.numbers import MOST_DECIMALS
from policies.periods import Calendar, Interval

FOLDER = Path(__file__).parent / "samples_files" / "published"
Row = Mapping[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a file, every value as text."""
    plain = FOLDER / f"{name}.csv"
    if plain.exists():
        text = plain.read_text(encoding="utf-8")
    else:
        text = gzip.decompress((FOLDER / f"{name}.csv.gz").read_bytes()).decode("utf-8")
    return tuple(csv.DictReader(StringIO(text)))


def sheet(polarity: Polarity = Polarity.BIGGER, decimals: int = MOST_DECIMALS) -> Definition:
    """A yearly indicator whose figures are taken as exactly as they were published."""
    return Definition(
        title="As published",
        unit="",
        decimals=decimals,
        polarity=polarity,
        basis=Basis.ANNUAL,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
    )


def group_of(members: tuple[str, ...], code: str = "all", version: str = "1") -> ComparatorGroup:
    """A group of these areas."""
    return ComparatorGroup(code=code, title=code, version=version, members=members)


def number(text: str) -> Decimal | None:
    """A published number, or None where the field is empty."""
    return Decimal(text) if text else None


def agrees(ours: Fraction | Decimal, theirs: str) -> bool:
    """Equal to nine figures: the publishers reckoned in binary, and some rounded at the eighth."""
    said = Fraction(theirs)
    return abs(Fraction(ours) - said) <= Fraction(1, 10**9) * max(Fraction(1), abs(said))


# The Office for Local Government: measures of adult social care, and its nearest neighbours


def oflog_tables() -> dict[tuple[str, str], list[Row]]:
    """The rows of each measure and year, in which the publisher compared all authorities."""
    tables: dict[tuple[str, str], list[Row]] = {}
    for row in rows("oflog_asc/asc_measures"):
        tables.setdefault((row["Code"], row["Financial year"]), []).append(row)
    return tables


def oflog_neighbours() -> dict[str, ComparatorGroup]:
    """The list of each area, as published: most name the area itself, some an area twice."""
    lists: dict[str, list[str]] = {}
    for row in rows("oflog_asc/nearest_neighbours"):
        lists.setdefault(row["area_code"], []).append(row["neighbour_code"])
    return {area: group_of(tuple(found), f"oflog-{area}") for area, found in lists.items()}


# The Department for Education: ten statistical neighbours of each authority, in two editions


def statistical_neighbours(edition: str) -> dict[str, ComparatorGroup]:
    """The list of each authority, closest first, by the department's own numbers."""
    lists: dict[str, list[tuple[int, str]]] = {}
    for row in rows(f"lait/statistical_neighbours_{edition}"):
        lists.setdefault(row["LA num"], []).append((int(row["rank"]), row["neighbour LA num"]))
    return {
        home: group_of(tuple(area for _, area in sorted(found)), f"neighbours-{home}", edition)
        for home, found in lists.items()
    }


def by_type(kind: str) -> ComparatorGroup:
    """All authorities of a type: UA, MD, SC (a county), OLB or ILB (London)."""
    found = tuple(row["LA Number"] for row in rows("lait/la_codes") if row["Type"] == kind)
    return group_of(found, f"type-{kind}")


def by_region(region: str) -> ComparatorGroup:
    """All authorities of a region."""
    found = tuple(row["LA Number"] for row in rows("lait/la_codes") if row["Region"] == region)
    return group_of(found, f"region-{region}")


# Trafford: its neighbours by five models, and a measure compared to England

TRAFFORD = "E08000009"
MODELS = ("cipfa2019", "cipfa2021", "cipfalga0724", "cssn", "nhsennpg")


def trafford_neighbours(model: str) -> ComparatorGroup:
    """Trafford's neighbours by one model."""
    found = tuple(row["area_code"] for row in rows(f"trafford/neighbours_{model}"))
    return group_of(found, "neighbours-trafford", model)


# The Improvement Service: Scottish averages and those of four family groups


def lgbf_code(code: str) -> str:
    """One spelling of what is `ENV01a` in one file and `ENV 01a` in another."""
    return code.replace(" ", "")


@cache
def lgbf_values() -> dict[tuple[str, str], dict[str, Row]]:
    """The councils' rows of each indicator and year."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows("lgbf/annual_real_terms"):
        found.setdefault((lgbf_code(row["Code"]), row["Year"]), {})[row["LocalAuthority"]] = row
    return found


def lgbf_families() -> dict[str, ComparatorGroup]:
    """The four groups by which environment and culture are compared."""
    lists: dict[str, list[str]] = {}
    for row in rows("lgbf/family_groups"):
        if row["Type"].startswith("Environmental"):
            lists.setdefault(row["Family_Group"], []).append(row["Local_Authority"])
    return {name: group_of(tuple(found), name) for name, found in lists.items()}


def lgbf_multipliers() -> dict[str, Fraction]:
    """What numerator ÷ denominator is multiplied by; the two files state it in two halves."""
    return {
        lgbf_code(row["Code"]): Fraction(row["Numerator_Multipier"] or 1)
        / Fraction(row["Denominator_Multiplier"] or 1)
        for row in rows("lgbf/indicators")
    }


def lgbf_averages() -> Iterator[tuple[Row, str, dict[str, Row]]]:
    """Each row of averages, the words its columns go by, and the councils it is made of."""
    families, values = lgbf_families(), lgbf_values()
    for row in rows("lgbf/scottish_averages"):
        yield row, "Scot", values[lgbf_code(row["Code"]), row["Period"]]
    for row in rows("lgbf/family_averages"):
        every = values[lgbf_code(row["Code"]), row["Period"]]
        members = families[row["Family_Group"]].members
        yield row, "FG", {area: every[area] for area in members if area in every}
