"""Whom an area is compared with: home in or out, each area once, in the list's order."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.comparator_group import (
    ComparatorGroup,
    ComparatorSettings,
    checked,
    compared,
)
from policies.refusals import BadSetup

IN, OUT = ComparatorSettings(home="in"), ComparatorSettings(home="out")


def listed(*members: str) -> ComparatorGroup:
    return ComparatorGroup(code="near", title="Neighbours", version="2025", members=members)


@pytest.mark.parametrize(
    ("members", "home", "settings", "areas", "includes_home"),
    [
        ("ABC", "B", IN, "ABC", True),
        ("ABC", "B", OUT, "AC", False),
        ("AC", "B", IN, "BAC", True),
        ("AC", "B", OUT, "AC", False),
        ("BABCC", "B", IN, "BAC", True),
        ("BABCC", "B", OUT, "AC", False),
        ("B", "B", OUT, "", False),
        ("CAC", None, IN, "CA", False),
        ("CAC", None, OUT, "CA", False),
    ],
)
def test_the_home_area_is_in_or_out_and_every_area_counts_once(
    members: str,
    home: str | None,
    settings: ComparatorSettings,
    areas: str,
    includes_home: bool,
) -> None:
    found = compared(listed(*members), home, settings)
    assert (tuple(areas), includes_home) == (found.areas, found.includes_home)


def test_the_answer_tells_what_the_list_named_twice_and_whether_it_named_home() -> None:
    found = compared(listed("A", "B", "A", "C", "C", "C"), "B", OUT)
    assert (("A", "C"), True) == (found.repeated, found.home_listed)
    assert not compared(listed("A"), "B", IN).home_listed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": " "}, "code"),
        ({"title": ""}, "title"),
        ({"version": ""}, "version"),
        ({"members": ()}, "members"),
        ({"members": ("A", "")}, "members"),
    ],
)
def test_a_group_has_names_and_members(changes: dict[str, str], field: str) -> None:
    whole = {"code": "near", "title": "Neighbours", "version": "1", "members": ("A",)}
    assert checked(ComparatorGroup(**whole)).members == ("A",)  # type: ignore[arg-type]
    with pytest.raises(BadSetup) as refused:
        checked(ComparatorGroup(**(whole | changes)))  # type: ignore[arg-type]
    assert field == refused.value.field


LISTS = st.lists(st.sampled_from("ABCDEF"), max_size=12)


@given(LISTS, st.sampled_from("ABCDEF"), st.sampled_from(["in", "out"]))
def test_a_list_with_repeats_compares_as_one_without(
    members: list[str], home: str, where: Literal["in", "out"]
) -> None:
    settings = ComparatorSettings(home=where)
    found = compared(listed(*members), home, settings)
    again = compared(listed(*dict.fromkeys(members)), home, settings)
    assert (found.areas, found.includes_home) == (again.areas, again.includes_home)
    assert {*members} - {home} == {*found.areas} - {home}
    assert (where == "in") is (home in found.areas)
