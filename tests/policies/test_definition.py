"""An indicator's sheet: its words, its limits and margins, and what cannot stand together."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import (
    Basis,
    Definition,
    MarginOverride,
    PlanLimits,
    Polarity,
    checked,
)
from policies.periods import Calendar, Interval
from policies.refusals import BadPolicy, BadSetup, UnorderedLimits

NUMBERS = st.decimals(-100, 100, places=2)
RISING = PlanLimits(
    low_red=Decimal(1), low_amber=Decimal(2), high_amber=Decimal(3), high_red=Decimal(4)
)


def define(**changes: Any) -> Definition:
    sheet = Definition(
        title="Recycling of household waste",
        unit="%",
        decimals=1,
        polarity=Polarity.BIGGER,
        basis=Basis.RATIO,
        interval=Interval.QUARTER,
        calendar=Calendar.FINANCIAL,
        numerator="tonnes recycled",
        denominator="tonnes collected",
        multiplier=Decimal(100),
    )
    return msgspec.structs.replace(sheet, **changes)


def test_the_words_of_polarity_and_basis_are_those_of_the_rules() -> None:
    assert ["bigger-is-better", "smaller-is-better", "plan-is-best", "neutral"] == [
        polarity.value for polarity in Polarity
    ]
    assert (
        "discrete cumulative snapshot average ratio rolling multi-year annual survey".split()
        == [basis.value for basis in Basis]
    )


def test_a_sheet_survives_storage() -> None:
    sheet = define(limits=RISING, margins=MarginOverride(amber_margin=Decimal("0.10")))
    assert sheet == msgspec.json.decode(msgspec.json.encode(sheet), type=Definition)


def test_an_indicator_with_a_numerator_is_submitted_in_parts() -> None:
    assert define().has_parts
    assert not define(numerator="", denominator="").has_parts


def test_two_more_decimals_than_shown_are_accepted_unless_set() -> None:
    assert 3 == define().most_decimals
    assert 1 == define(decimals_accepted=1).most_decimals


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_limits_are_refused_exactly_when_they_do_not_rise(
    limits: tuple[Decimal, Decimal, Decimal, Decimal],
) -> None:
    names = ("low_red", "low_amber", "high_amber", "high_red")
    try:
        PlanLimits(**dict(zip(names, limits, strict=True)))
        refused = False
    except UnorderedLimits:
        refused = True
    assert (list(limits) != sorted(limits)) == refused


def test_a_limit_that_is_no_number_is_refused() -> None:
    one = Decimal(1)
    with pytest.raises(UnorderedLimits) as refused:
        PlanLimits(low_red=one, low_amber=one, high_amber=one, high_red=Decimal("NaN"))
    assert "limits" == refused.value.field


@pytest.mark.parametrize("margin", ["amber_margin", "green_margin", "exceed_margin"])
@pytest.mark.parametrize("number", ["-0.01", "NaN", "Infinity"])
def test_a_margin_below_zero_or_no_number_is_refused(margin: str, number: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        msgspec.convert({margin: number}, MarginOverride)
    assert "margins" == refused.value.field


def test_a_basis_of_its_own_needs_an_amber_margin_of_its_own() -> None:
    with pytest.raises(BadPolicy, match="amber margin of its own") as refused:
        MarginOverride(basis="absolute")
    assert "margins.amber_margin" == refused.value.field
    own = MarginOverride(basis="absolute", amber_margin=Decimal(2))
    assert ("absolute", Decimal(2)) == (own.basis, own.amber_margin)


def test_a_sound_sheet_is_taken_as_it_is() -> None:
    assert define() == checked(define())


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": "  "}),
        ("decimals", {"decimals": -1}),
        ("decimals", {"decimals": 2, "decimals_accepted": 1}),
        ("decimals", {"decimals": 29}),
        ("multiplier", {"multiplier": Decimal(0)}),
        ("interval", {"interval": Interval.TERM}),
        ("interval", {"calendar": Calendar.ACADEMIC}),
        ("pooled_years", {"pooled_years": 1}),
        ("due_lag_days", {"due_lag_days": -1}),
        ("denominator", {"denominator": ""}),
        ("numerator", {"numerator": "", "denominator": ""}),
        ("limits", {"polarity": Polarity.PLAN}),
        ("series_break_at", {"series_break_at": "FY07"}),
        ("series_break_at", {"series_break_at": "FY2007"}),
        ("proxy", {"proxy": "missed-bins"}),
    ],
)
def test_a_sheet_whose_parts_do_not_fit_is_refused_by_field(
    field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(BadSetup) as refused:
        checked(define(**changes))
    assert field == refused.value.field


@pytest.mark.parametrize(
    "changes",
    [
        {"polarity": Polarity.PLAN, "placeholder": True},
        {"polarity": Polarity.PLAN, "limits": RISING},
        {"decimals": 0},
        {"decimals": 28},  # 30 are accepted
        {"decimals_accepted": 1},
        {"multiplier": Decimal("0.5")},
        {"pooled_years": 2},
        {"interval": Interval.YEAR, "proxy": "missed-bins"},
        {"interval": Interval.POOLED, "proxy": "missed-bins"},
        {"series_break_at": "FY2007-Q3"},
        {"basis": Basis.DISCRETE, "numerator": "", "denominator": ""},
        {"interval": Interval.TERM, "calendar": Calendar.ACADEMIC},
    ],
)
def test_a_sheet_whose_parts_fit_passes(changes: dict[str, Any]) -> None:
    sheet = define(**changes)
    assert sheet == checked(sheet)
