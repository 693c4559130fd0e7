"""Our median, distance and averages against those that publishers worked out, over whole files."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from published import (
    MODELS,
    TRAFFORD,
    Row,
    agrees,
    by_region,
    by_type,
    group_of,
    lgbf_averages,
    lgbf_code,
    lgbf_multipliers,
    lgbf_values,
    number,
    oflog_neighbours,
    oflog_tables,
    rows,
    sheet,
    statistical_neighbours,
    trafford_neighbours,
)

from policies.comparator_group import ComparatorSettings, compared
from policies.comparing import Comparison, compare
from policies.definition import Basis, Definition, Polarity
from policies.periods import parse_code
from policies.year_to_date import Part, roll_up

OUT = ComparatorSettings(home="out")
YEAR = parse_code("FY2020")


def compared_all(values: dict[str, Decimal | None], definition: Definition) -> Comparison:
    return compare(group_of(tuple(values)), values, definition, ComparatorSettings())


# The Office for Local Government: median and distance


@pytest.mark.parametrize(("measure", "year"), sorted(oflog_tables()))
def test_the_published_median_and_distance_are_ours(measure: str, year: str) -> None:
    """In all 27 tables, every one of 4,059 values."""
    table = oflog_tables()[measure, year]
    found = compared_all(
        {row["Local authority code"]: number(row["Value"]) for row in table}, sheet()
    )
    assert found.median is not None
    assert all(agrees(found.median, row["MEDIAN"]) for row in table)
    placed = {row.area: found.distance(row.value) for row in found.rows}
    told = {
        row["Local authority code"]: row["MADs_from_median"]
        for row in table
        if row["MADs_from_median"]
    }
    assert placed.keys() == told.keys()
    assert [] == [
        area for area, away in placed.items() if away is None or not agrees(away, told[area])
    ]


def test_areas_without_a_value_are_listed_as_the_publisher_left_them_empty() -> None:
    counts = Counter[str]()
    for table in oflog_tables().values():
        found = compared_all(
            {row["Local authority code"]: number(row["Value"]) for row in table}, sheet()
        )
        counts["ranked"] += len(found.rows)
        counts["not ranked"] += len(found.not_ranked)
    assert {"ranked": 4059, "not ranked": 41} == counts


# The Improvement Service: averages of Scotland and of family groups


def average(councils: dict[str, Row]) -> Fraction | Decimal | None:
    parts = {
        area: Part(period=YEAR, value=number(row["LA_IndicatorReal"]))
        for area, row in councils.items()
    }
    return roll_up(parts, msgspec.structs.replace(sheet(), basis=Basis.AVERAGE), Decimal(0)).value


def ratio_of_sums(councils: dict[str, Row]) -> Fraction | Decimal | None:
    parts = {
        area: Part(
            period=YEAR,
            numerator=number(row["LA_Numerator_real"]),
            denominator=number(row["LA_Den_Real"]),
        )
        for area, row in councils.items()
    }
    ratio = msgspec.structs.replace(
        sheet(), basis=Basis.RATIO, numerator="above", denominator="below"
    )
    return roll_up(parts, ratio, Decimal(0)).value


def test_the_published_averages_are_ours() -> None:
    """Means, medians and ratios of sums of 273 tables of Scotland and 1,092 of family groups."""
    multipliers, counts = lgbf_multipliers(), Counter[tuple[str, str, bool]]()
    for row, who, councils in lgbf_averages():
        values = {area: number(one["LA_IndicatorReal"]) for area, one in councils.items()}
        middle, mean = compared_all(values, sheet()).median, average(councils)
        assert middle is not None and mean is not None
        counts[who, "median", agrees(middle, row[f"Value_{who}_Median"])] += 1
        counts[who, "mean", agrees(mean, row[f"Value_{who}_Mean"])] += 1
        ours, theirs = ratio_of_sums(councils), row[f"{who}_NumDenAv"]
        if ours is None or not theirs:
            counts[who, "no ratio", ours is None and not theirs] += 1
        else:
            times = multipliers[lgbf_code(row["Code"])]
            counts[who, "ratio of sums", agrees(Fraction(ours) * times, theirs)] += 1
    assert {
        ("Scot", "median", True): 273,
        ("Scot", "mean", True): 273,
        ("Scot", "ratio of sums", True): 135,
        ("Scot", "no ratio", True): 138,
        ("FG", "median", True): 1092,
        ("FG", "mean", True): 1092,
        ("FG", "ratio of sums", True): 540,
        ("FG", "no ratio", True): 552,
    } == counts


def test_the_average_beside_each_value_is_that_of_the_areas_with_its_own_label() -> None:
    """Its groups go by three sets of names and are not always those of the list of groups."""
    agree = 0
    for councils in lgbf_values().values():
        labels: dict[str, dict[str, Row]] = {}
        for area, row in councils.items():
            labels.setdefault(row["FamilyGroup"], {})[area] = row
        for members in labels.values():
            mean = average(members)
            assert mean is not None
            agree += sum(agrees(mean, row["FG_Avg_Indicator_Real"]) for row in members.values())
    assert len(rows("lgbf/annual_real_terms")) == agree == 8683


# Trafford's file of obesity: better, similar or worse than England


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (
            "2024-07-12",
            {
                ("better side", "Better"): 1618,
                ("better side", "Similar"): 799,
                ("equal", "Similar"): 54,
                ("worse side", "Similar"): 663,
                ("worse side", "Worse"): 838,
                ("no value", "Not compared"): 338,
                ("England", "Not compared"): 13,
            },
        ),
        (
            "2026-04-30",
            {
                ("better side", "Better"): 1374,
                ("better side", "Similar"): 579,
                ("equal", "Similar"): 32,
                ("worse side", "Similar"): 509,
                ("worse side", "Worse"): 751,
                ("no value", "Not compared"): 334,
                ("England", "Not compared"): 11,
            },
        ),
    ],
)
def test_better_and_worse_than_england_are_on_the_side_our_ranks_say(
    day: str, counts: dict[tuple[str, str], int]
) -> None:
    """Never the other side. What is Similar needs the number of pupils, which is not published."""
    yearly = [
        row
        for row in rows(f"trafford/obese_year6_{day}")
        if row["inequality"] == "NA" and "combined" not in row["indicator"]
    ]
    england = {row["period"]: row for row in yearly if row["area_name"] == "England"}
    found = Counter(
        (side_of(row, england[row["period"]]), row["compared_to_England"]) for row in yearly
    )
    assert counts == found


def side_of(row: Row, england: Row) -> str:
    if row is england:
        return "England"
    if row["value"] == "NA":
        return "no value"
    pair = {"area": Decimal(row["value"]), "England": Decimal(england["value"])}
    rank = {one.area: one.rank for one in compared_all({**pair}, sheet(Polarity.SMALLER)).rows}
    if rank["area"] == rank["England"]:
        return "equal"
    return "better side" if rank["area"] == 1 else "worse side"


def test_pooled_years_have_no_figure_of_england_to_compare_with() -> None:
    """So nothing can be said of their words: the file has England's quintiles only."""
    pooled = [
        row
        for day in ("2024-07-12", "2026-04-30")
        for row in rows(f"trafford/obese_year6_{day}")
        if "combined" in row["indicator"]
    ]
    assert 161 == len(pooled)
    assert [] == [
        row for row in pooled if row["area_name"] == "England" and row["inequality"] == "NA"
    ]


# The groups themselves


def test_every_published_list_without_its_home_has_each_neighbour_once() -> None:
    """Of the 348 lists of the Office, 24 name one area twice and one names every area twice."""
    counts = Counter[tuple[int, bool, bool]]()
    for home, group in oflog_neighbours().items():
        found = compared(group, home, OUT)
        assert len(set(found.areas)) == len(found.areas)
        assert home not in found.areas
        counts[len(found.areas), bool(found.repeated), found.home_listed] += 1
    assert {
        (15, False, True): 306,
        (15, True, True): 25,
        (14, False, True): 15,
        (0, False, True): 2,
    } == counts


@pytest.mark.parametrize(("edition", "authorities"), [("2021-04", 156), ("2025-05", 158)])
def test_statistical_neighbours_are_ten_others_closest_first(
    edition: str, authorities: int
) -> None:
    lists = statistical_neighbours(edition)
    assert authorities == len(lists)
    for home, group in lists.items():
        assert group.members == compared(group, home, OUT).areas
        assert 10 == len(group.members)
        assert (home, *group.members) == compared(group, home, ComparatorSettings()).areas


def test_most_authorities_have_other_neighbours_in_the_later_edition() -> None:
    """Which is why a comparison says the version of its group."""
    before, after = statistical_neighbours("2021-04"), statistical_neighbours("2025-05")
    both = [home for home in before if home in after]
    other = [home for home in both if {*before[home].members} != {*after[home].members}]
    assert (156, 150) == (len(both), len(other))


@pytest.mark.parametrize("model", MODELS)
def test_no_model_of_traffords_neighbours_names_trafford(model: str) -> None:
    group = trafford_neighbours(model)
    found = compared(group, TRAFFORD, OUT)
    assert (group.members, False) == (found.areas, found.home_listed)


def test_types_and_regions_are_groups_too() -> None:
    sizes = [len(by_type(kind).members) for kind in ("UA", "MD", "SC", "OLB", "ILB")]
    assert [62, 36, 27, 19, 14] == sizes
    assert {"937", "330"} <= {*by_region("West Midlands").members}
