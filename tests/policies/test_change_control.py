"""Whom a change binds, who decides on it, and when it has to wait."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.change_control import (
    bodies_needed,
    bound_by_definition,
    bound_by_policy,
    bound_by_target,
    freeze_until,
    gathers,
    is_frozen,
    unresolved,
)

AREAS = {"county": "E1", "district": "E2", "trust": "", "police": "E1"}


@pytest.mark.parametrize(
    ("lead", "area", "bound"),
    [
        ("trust", "E1", {"trust", "county", "police"}),
        ("county", "E2", {"county", "district"}),
        ("county", "E1", {"county", "police"}),
        ("trust", "E9", {"trust"}),
        ("", "E2", {"district"}),
        ("", "", set()),
    ],
)
def test_a_target_binds_the_lead_and_whoever_has_its_area(
    lead: str, area: str, bound: set[str]
) -> None:
    assert bound == bound_by_target(lead, area, AREAS)


def test_a_definition_binds_the_lead_and_rules_bind_every_lead() -> None:
    assert {"trust"} == bound_by_definition("trust")
    assert set() == bound_by_definition("")
    assert {"trust", "county"} == bound_by_policy(["trust", "", "county", "trust"])


@pytest.mark.parametrize(
    ("kinds", "needed"),
    [
        ([], ("board",)),
        (["local"], ("board",)),
        (["local", "designated"], ("board", "reviewing-body")),
        (["stretch"], ("board", "reviewing-body")),
    ],
)
def test_the_reviewing_body_has_a_say_in_what_it_fixed_and_what_is_paid_on(
    kinds: list[str], needed: tuple[str, ...]
) -> None:
    assert needed == bodies_needed(kinds)


def test_the_freeze_is_of_local_targets_and_ends_with_its_last_day() -> None:
    until = freeze_until(date(2025, 4, 1), 28)
    assert date(2025, 4, 29) == until
    assert is_frozen(["local"], until, date(2025, 4, 28))
    assert not is_frozen(["local"], until, until)
    assert not is_frozen(["designated"], until, date(2025, 4, 1))
    assert not is_frozen(["local"], freeze_until(date(2025, 4, 1), 0), date(2025, 4, 1))


def test_a_refresh_gathers_on_both_of_its_days() -> None:
    first, last = date(2025, 5, 1), date(2025, 5, 2)
    days = (date(2025, 4, 30), first, last, date(2025, 5, 3))
    assert [False, True, True, False] == [gathers(first, last, day) for day in days]


PARTNERS = st.sets(st.sampled_from(sorted(AREAS)))


@given(PARTNERS, PARTNERS, PARTNERS)
def test_nothing_is_missing_exactly_when_all_who_are_bound_consented(
    bound: set[str], consents: set[str], objections: set[str]
) -> None:
    missing, against = unresolved(bound, consents, objections - consents)
    assert (not missing) == (bound <= consents)
    assert set(against) <= set(missing)
    assert set(missing) == bound - consents
