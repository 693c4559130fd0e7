"""A comparator table: ranks, quartiles, who is left out, and the laws that hold for every table."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.comparator_group import ComparatorGroup, ComparatorSettings
from policies.comparing import Comparison, MiddleHalf, compare, middle_half
from policies.comparing_why import working
from policies.definition import Basis, Definition, PlanLimits, Polarity
from policies.periods import Calendar, Interval
from policies.spread import Quartiles

BIGGER, SMALLER, PLAN, NEUTRAL = Polarity
BAND = PlanLimits(
    low_red=Decimal(0), low_amber=Decimal(10), high_amber=Decimal(20), high_red=Decimal(30)
)
IN, OUT = ComparatorSettings(home="in"), ComparatorSettings(home="out")


def define(polarity: Polarity = BIGGER, decimals: int = 1) -> Definition:
    return Definition(
        title="Care leavers in suitable accommodation",
        unit="%",
        decimals=decimals,
        polarity=polarity,
        basis=Basis.RATIO,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
        limits=BAND if polarity is PLAN else None,
    )


def group(members: str) -> ComparatorGroup:
    return ComparatorGroup(code="near", title="Neighbours", version="2025", members=tuple(members))


def values(text: str) -> dict[str, Decimal | Fraction | None]:
    """``A=5 B= C=7``: B has no value."""
    pairs = (pair.split("=") for pair in text.split())
    return {area: Decimal(value) if value else None for area, value in pairs}


def table(
    text: str,
    polarity: Polarity = BIGGER,
    *,
    home: str | None = None,
    settings: ComparatorSettings = IN,
) -> Comparison:
    given = values(text)
    return compare(group("".join(given)), given, define(polarity), settings, home)


def said(comparison: Comparison) -> str:
    """Area, rank and quartile of every row, in their order."""
    return " ".join(f"{row.area}{row.rank or '-'}/{row.quartile or '-'}" for row in comparison.rows)


@pytest.mark.parametrize(
    ("polarity", "given", "rows"),
    [
        # competition rank: after two that are equal comes the fourth
        (BIGGER, "A=5 B=7 C=7 D=9", "D1/1 B2/2 C2/2 A4/4"),
        (SMALLER, "A=5 B=7 C=7 D=9", "A1/1 B2/2 C2/2 D4/4"),
        (NEUTRAL, "A=5 B=7 C=7 D=9", "A-/- B-/- C-/- D-/-"),
        # inside the band 10 to 20 all are equally good, then by how far outside
        (PLAN, "A=12 B=8 C=20 D=23 E=35", "A1/1 C1/1 B3/2 D4/3 E5/4"),
        # a value equal to a limit is in the better quartile: limits 2, 3 and 4
        (BIGGER, "A=1 B=2 C=3 D=4 E=5", "E1/1 D2/1 C3/2 B4/3 A5/4"),
        (SMALLER, "A=1 B=2 C=3 D=4 E=5", "A1/1 B2/1 C3/2 D4/3 E5/4"),
        # all alike are all the best
        (BIGGER, "A=4 B=4 C=4 D=4", "A1/1 B1/1 C1/1 D1/1"),
        # no quartile below four values, which areas without one do not make up
        (BIGGER, "A=1 B=2 C=3", "C1/- B2/- A3/-"),
        (BIGGER, "A=1 B=2 C=3 D= E=", "C1/- B2/- A3/-"),
        # judged figures are compared: 7.04 and 7.0 are both shown as 7.0
        (BIGGER, "A=7.04 B=7.0", "A1/- B1/-"),
        (BIGGER, "", ""),
    ],
)
def test_areas_have_their_rank_and_quartile(polarity: Polarity, given: str, rows: str) -> None:
    assert rows == said(table(given, polarity))


def test_areas_without_a_value_are_listed_and_not_ranked() -> None:
    given = values("A=5 C= D=0")
    found = compare(group("ABCD"), given, define(), IN)
    assert (("B", "C"), "A1/- D2/-") == (found.not_ranked, said(found))


def test_the_table_has_the_median_the_limits_and_distances() -> None:
    found = table("A=1 B=2 C=4 D=7 E=9")
    assert (Decimal(4), Decimal(3)) == (found.median, found.deviation)
    assert Quartiles(Decimal(2), Decimal(4), Decimal(7)) == found.limits
    assert Fraction(-2, 3) == found.distance(Decimal(2))


def test_an_exact_ratio_is_rounded_as_it_is_judged() -> None:
    found = compare(group("AB"), {"A": Fraction(200, 3), "B": Decimal("66.7")}, define(), IN)
    assert [1, 1] == [row.rank for row in found.rows]


@pytest.mark.parametrize(
    ("settings", "rows", "home", "middle"),
    [
        (IN, "D1/1 C2/1 A3/2 B4/3 H5/4", "H5/4", "3"),
        (OUT, "D1/1 C2/2 A3/3 B4/4", "H5/4", "3.5"),
    ],
)
def test_a_home_area_outside_the_group_is_placed_beside_the_others(
    settings: ComparatorSettings, rows: str, home: str, middle: str
) -> None:
    """It has the rank it would have among them, and moves neither median nor limits."""
    given = values("A=3 B=2 C=4 D=5 H=1")
    found = compare(group("ABCD"), given, define(), settings, "H")
    assert (rows, Decimal(middle)) == (said(found), found.median)
    assert found.home is not None
    assert home == f"H{found.home.rank}/{found.home.quartile}"
    assert (settings is IN) is found.includes_home


def test_a_home_area_without_a_value_has_no_place() -> None:
    assert None is table("A=1 H=", home="H").home
    assert ("H",) == table("A=1 H=", home="H").not_ranked
    assert () == table("A=1 H=", home="H", settings=OUT).not_ranked


@pytest.mark.parametrize(("polarity", "given"), [(BIGGER, "A=5 B=4 H=5"), (SMALLER, "A=5 B=6 H=5")])
def test_the_best_rank_can_be_shared_with_an_area_beside_the_group(
    polarity: Polarity, given: str
) -> None:
    found = compare(group("ABH"), values(given), define(polarity), OUT, "H")
    assert found.home is not None
    assert ("A1/- B2/-", 1) == (said(found), found.home.rank)


# The working


def why(found: Comparison, area: str) -> dict[str, str]:
    (row,) = (row for row in (*found.rows, found.home) if row is not None and row.area == area)
    return {step.label: step.working for step in working(found, row)}


def test_the_working_says_how_a_place_was_found() -> None:
    found = compare(group("ABCDAE"), values("A=5 B=7 C=7 D=9 H=6"), define(SMALLER), IN, "H")
    assert {
        "group": "Neighbours, version 2025; the home area counts among them, which does not name"
        " it; named more than once and counted once: A",
        "areas": "5 of 6 have a value; without one: E",
        "better": "smaller",
        "rank": "2 of the others are better, so 3, shared with 1",
        "median": "7.0 is the middle of 5 values",
        "quartile": "2: 7.0 ≤ 7.0, of the limits 6.0, 7.0, 7.0",
        "distance": "(7.0 − 7.0) ÷ 1.0 = 0",
    } == why(found, "B")
    assert "4: 9.0 reaches none of 6.0, 7.0, 7.0" == why(found, "D")["quartile"]


@pytest.mark.parametrize(
    ("polarity", "given", "label", "sentence"),
    [
        (NEUTRAL, "A=1 B=2 C=3 D=4", "better", "none: the indicator is neutral"),
        (NEUTRAL, "A=1 B=2 C=3 D=4", "rank", "none, since no figure is better than another"),
        (NEUTRAL, "A=1 B=2 C=3 D=4", "quartile", "none, since no figure is better than another"),
        (PLAN, "A=8", "better", "the smaller distance outside the green band"),
        (PLAN, "A=8 B=9 C=9 D=9", "quartile", "4: 2.0 reaches none of 1, 1, 1.25"),
        (BIGGER, "A=1 B=2 C=3", "quartile", "none: 3 values, and it takes 4"),
        (BIGGER, "A=1", "distance", "none: the median absolute deviation is 0"),
        (BIGGER, "A=1 B=2", "rank", "1 of the others is better, so 2"),
        (BIGGER, "A=1 B=2 C=3 D=4", "quartile", "4: 1.0 reaches none of 3.25, 2.5, 1.75"),
    ],
)
def test_what_there_is_not_has_its_reason(
    polarity: Polarity, given: str, label: str, sentence: str
) -> None:
    assert sentence == why(table(given, polarity), "A")[label]


def test_a_list_that_names_home_says_so_where_it_does_not_count() -> None:
    found = table("A=1 H=2", home="H", settings=OUT)
    assert why(found, "H")["group"].endswith(
        "the home area does not count among them, though the list names it"
    )
    alone = table("H=2", home="H", settings=OUT)
    assert "none: no area has a value" == why(alone, "H")["median"] == why(alone, "H")["distance"]


def test_a_plan_without_limits_has_no_better_side() -> None:
    bare = msgspec.structs.replace(define(PLAN), limits=None)
    found = compare(group("A"), values("A=1"), bare, IN)
    assert "none: the plan has no limits" == why(found, "A")["better"]
    assert None is found.rows[0].rank


# The laws

AREAS = "ABCDEFGHIJ"
FIGURES = st.dictionaries(
    st.sampled_from(AREAS), st.none() | st.decimals(-60, 60, places=1), min_size=1
)
POLARITIES = st.sampled_from(Polarity)
HOMES = st.none() | st.sampled_from(AREAS)
WHERE = st.sampled_from(["in", "out"])
Given = Mapping[str, Decimal | None]


def placed(
    given: Given,
    polarity: Polarity = BIGGER,
    members: str = AREAS,
    home: str | None = None,
    where: Literal["in", "out"] = "in",
) -> Comparison:
    settings = ComparatorSettings(home=where)
    return compare(group(members), given, define(polarity), settings, home)


def places(comparison: Comparison) -> dict[str, tuple[int | None, int | None]]:
    return {row.area: (row.rank, row.quartile) for row in comparison.rows}


@given(FIGURES, POLARITIES, st.permutations(AREAS))
def test_the_order_of_areas_does_not_matter(
    given: Given, polarity: Polarity, members: list[str]
) -> None:
    one, other = placed(given, polarity), placed(given, polarity, "".join(members))
    assert places(one) == places(other)
    assert (one.median, one.limits, one.deviation) == (other.median, other.limits, other.deviation)


@given(FIGURES, POLARITIES, HOMES, WHERE)
def test_every_area_is_counted_once(
    given: Given, polarity: Polarity, home: str | None, where: Literal["in", "out"]
) -> None:
    found = placed(given, polarity, home=home, where=where)
    told = [*(row.area for row in found.rows), *found.not_ranked]
    assert sorted(found.compared.areas) == sorted(told)
    assert all(given.get(area) is None for area in found.not_ranked)
    left_out = {home} if home is not None and where == "out" else set()
    assert {*AREAS} - left_out == {*told}


@given(FIGURES, st.sampled_from([BIGGER, SMALLER]))
def test_a_better_figure_never_has_a_worse_place(given: Given, polarity: Polarity) -> None:
    rows = placed(given, polarity).rows
    for better, worse in zip(rows, rows[1:], strict=False):
        ahead = better.value - worse.value if polarity is BIGGER else worse.value - better.value
        assert ahead >= 0
        assert (better.rank or 0) <= (worse.rank or 0)
        assert (ahead == 0) is (better.rank == worse.rank)
        assert (better.quartile or 0) <= (worse.quartile or 0)


@given(FIGURES, POLARITIES)
def test_a_rank_is_one_more_than_there_are_better_areas(given: Given, polarity: Polarity) -> None:
    ranked = [row.rank for row in placed(given, polarity).rows if row.rank is not None]
    assert ranked == [1 + sum(other < rank for other in ranked) for rank in ranked]


@given(FIGURES)
def test_the_mirror_of_all_figures_has_the_same_places_by_the_other_polarity(given: Given) -> None:
    mirror = {area: None if figure is None else -figure for area, figure in given.items()}
    one, other = placed(given, BIGGER), placed(mirror, SMALLER)
    assert places(one) == places(other)
    assert [one.distance(row.value) for row in one.rows] == [
        None if (away := other.distance(row.value)) is None else -away for row in other.rows
    ]


@given(FIGURES, POLARITIES)
def test_an_area_without_a_value_changes_no_place(given: Given, polarity: Polarity) -> None:
    one = placed(given, polarity)
    other = placed({**given, "Z": None}, polarity, AREAS + "Z")
    assert (one.rows, one.limits, one.median) == (other.rows, other.limits, other.median)
    assert (*one.not_ranked, "Z") == other.not_ranked


@given(
    FIGURES,
    st.sampled_from([BIGGER, SMALLER, NEUTRAL]),
    st.integers(1, 20),
    st.decimals(-90, 90, places=1),
)
def test_scaling_and_shifting_leave_places_and_distances(
    given: Given, polarity: Polarity, times: int, more: Decimal
) -> None:
    """Which a plan's limits in the unit would not bear."""
    moved = {a: None if figure is None else figure * times + more for a, figure in given.items()}
    one, other = placed(given, polarity), placed(moved, polarity)
    assert places(one) == places(other)
    assert [one.distance(row.value) for row in one.rows] == [
        other.distance(row.value) for row in other.rows
    ]


@given(FIGURES, POLARITIES, st.sampled_from(AREAS))
def test_the_rank_beside_the_others_is_the_rank_among_them(
    given: Given, polarity: Polarity, home: str
) -> None:
    among = placed(given, polarity, home=home, where="in")
    beside = placed(given, polarity, home=home, where="out")
    assert (among.home is None) is (beside.home is None)
    if among.home is not None and beside.home is not None:
        assert among.home.rank == beside.home.rank
        assert among.home.value == beside.home.value


@given(FIGURES, POLARITIES, HOMES, WHERE)
def test_every_place_has_a_working_whose_words_fit_it(
    given: Given, polarity: Polarity, home: str | None, where: Literal["in", "out"]
) -> None:
    found = placed(given, polarity, home=home, where=where)
    for row in found.rows:
        told = {step.label: step.working for step in working(found, row)}
        assert told["rank"].startswith("none") is (row.rank is None)
        assert told["quartile"].startswith("none") is (row.quartile is None)
        assert row.quartile is None or told["quartile"].startswith(f"{row.quartile}:")
        assert told["distance"].startswith("none") is (found.distance(row.value) is None)


@pytest.mark.parametrize("polarity", [BIGGER, SMALLER, NEUTRAL])
@pytest.mark.parametrize("settings", [IN, OUT])
@given(figures=st.lists(st.none() | st.decimals(-99, 99, places=2), max_size=9))
def test_the_middle_half_is_that_of_the_table(
    polarity: Polarity, settings: ComparatorSettings, figures: list[Decimal | None]
) -> None:
    given = dict(zip("ABCDEFGHI", figures, strict=False))
    asked = (group("ABCDEFGHI"), given, define(polarity), settings, "A")
    whole, half = compare(*asked), middle_half(*asked)

    limits = whole.limits
    assert half == (
        limits and MiddleHalf(limits.lower, limits.middle, limits.upper, len(whole.rows))
    )


def test_plan_is_best_has_a_median_and_no_limits_since_those_are_of_another_measure() -> None:
    found = middle_half(group("ABCD"), values("A=5 B=12 C=18 D=40"), define(PLAN), IN)

    assert MiddleHalf(None, Decimal(15), None, 4) == found


def test_three_figures_have_no_middle_half() -> None:
    assert middle_half(group("ABCD"), values("A=5 B= C=7 D=9"), define(), IN) is None
