"""Status: each test of the rule by example, and the laws that hold for every figure."""

from decimal import Decimal
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, MarginOverride, PlanLimits, Polarity
from policies.periods import Calendar, Interval
from policies.rag import (
    RagSettings,
    Status,
    check_target,
    effective,
    explain,
    status_of,
)
from policies.refusals import BadPolicy, RelativeBasisZeroTarget

BIGGER, SMALLER, PLAN = Polarity.BIGGER, Polarity.SMALLER, Polarity.PLAN
GREEN, AMBER, RED, EXCEEDING = Status.GREEN, Status.AMBER, Status.RED, Status.EXCEEDING
WORST_FIRST = [RED, AMBER, GREEN, EXCEEDING]


def define(polarity: Polarity = BIGGER, **changes: Any) -> Definition:
    sheet = Definition(
        title="Pupils with five good passes",
        unit="%",
        decimals=2,
        polarity=polarity,
        basis=Basis.RATIO,
        interval=Interval.YEAR,
        calendar=Calendar.ACADEMIC,
    )
    return msgspec.structs.replace(sheet, **changes)


def settings(
    basis: Literal["relative", "absolute"] = "relative", amber: str = "0.05", **others: str
) -> RagSettings:
    margins: dict[str, Any] = {name: Decimal(number) for name, number in others.items()}
    return RagSettings(basis=basis, amber_margin=Decimal(amber), **margins)


def limits(*four: str | Decimal) -> PlanLimits:
    low_red, low_amber, high_amber, high_red = map(Decimal, four)
    return PlanLimits(
        low_red=low_red, low_amber=low_amber, high_amber=high_amber, high_red=high_red
    )


FIVE_PERCENT = settings()
TWO_POINTS = settings("absolute", "2")
GREEN_TOO = settings(green_margin="0.01")
EXCEED = settings(exceed_margin="0.1")
FLOOR_90 = settings(amber="0.5", floor="90")


@pytest.mark.parametrize(
    ("polarity", "judged", "target", "policy", "status"),
    [
        # relative: 5% of 80 is 4
        (BIGGER, "80", "80", FIVE_PERCENT, GREEN),
        (BIGGER, "79.99", "80", FIVE_PERCENT, AMBER),
        (BIGGER, "76", "80", FIVE_PERCENT, AMBER),
        (BIGGER, "75.99", "80", FIVE_PERCENT, RED),
        (SMALLER, "80", "80", FIVE_PERCENT, GREEN),
        (SMALLER, "80.01", "80", FIVE_PERCENT, AMBER),
        (SMALLER, "84", "80", FIVE_PERCENT, AMBER),
        (SMALLER, "84.01", "80", FIVE_PERCENT, RED),
        # a negative target is measured by its size
        (BIGGER, "-84", "-80", FIVE_PERCENT, AMBER),
        (BIGGER, "-84.01", "-80", FIVE_PERCENT, RED),
        # absolute: 2 points
        (BIGGER, "78", "80", TWO_POINTS, AMBER),
        (BIGGER, "77.99", "80", TWO_POINTS, RED),
        (BIGGER, "-2", "0", TWO_POINTS, AMBER),
        (SMALLER, "2.01", "0", TWO_POINTS, RED),
        # a green margin: 1% of 80 is 0.8
        (BIGGER, "79.2", "80", GREEN_TOO, GREEN),
        (BIGGER, "79.19", "80", GREEN_TOO, AMBER),
        # an exceed margin: 10% of 80 is 8
        (BIGGER, "88", "80", EXCEED, EXCEEDING),
        (BIGGER, "87.99", "80", EXCEED, GREEN),
        (SMALLER, "72", "80", EXCEED, EXCEEDING),
        (SMALLER, "72.01", "80", EXCEED, GREEN),
        # a floor: worse than 90 is red whatever the target
        (BIGGER, "90", "95", FLOOR_90, AMBER),
        (BIGGER, "89.99", "95", FLOOR_90, RED),
        (BIGGER, "89.99", "80", FLOOR_90, RED),
        (SMALLER, "90", "85", FLOOR_90, AMBER),
        (SMALLER, "90.01", "100", FLOOR_90, RED),
    ],
)
def test_a_figure_against_its_target(
    polarity: Polarity, judged: str, target: str, policy: RagSettings, status: Status
) -> None:
    """Every limit belongs to the better status."""
    assert status == status_of(Decimal(judged), Decimal(target), define(polarity), policy)


@pytest.mark.parametrize(
    ("judged", "status"),
    [
        ("9.99", RED),
        ("10", AMBER),
        ("19.99", AMBER),
        ("20", GREEN),
        ("30", GREEN),
        ("30.01", AMBER),
        ("40", AMBER),
        ("40.01", RED),
    ],
)
@pytest.mark.parametrize("target", [None, Decimal(25), Decimal(0)])
def test_plan_is_best_goes_by_its_limits_and_not_by_a_target(
    judged: str, status: Status, target: Decimal | None
) -> None:
    sheet = define(PLAN, limits=limits("10", "20", "30", "40"))
    assert status == status_of(Decimal(judged), target, sheet, FIVE_PERCENT)


@pytest.mark.parametrize(
    ("sheet", "target", "policy"),
    [
        (define(BIGGER), "0", FIVE_PERCENT),
        (define(SMALLER), "0.00", FLOOR_90),
        (define(BIGGER), None, FIVE_PERCENT),
        (define(PLAN), "5", FIVE_PERCENT),
        (define(Polarity.NEUTRAL), "5", FIVE_PERCENT),
        (define(margins=MarginOverride(amber_margin=Decimal("0.001"))), "5", GREEN_TOO),
    ],
    ids=["zero target", "zero before floor", "no target", "no limits", "neutral", "margins clash"],
)
def test_some_figures_cannot_be_judged(
    sheet: Definition, target: str | None, policy: RagSettings
) -> None:
    level = None if target is None else Decimal(target)
    assert status_of(Decimal(5), level, sheet, policy) is None
    assert "not-judgeable" == explain(Decimal(5), level, sheet, policy)[-1].working


def test_thirty_digits_are_judged_to_the_last_one() -> None:
    target = Decimal("9" * 30)
    assert GREEN == status_of(target, target, define(), settings(amber="0"))
    just_below = Decimal("9" * 29 + "8.99")
    assert RED == status_of(just_below, target, define(), settings(amber="0"))


# Settings


@pytest.mark.parametrize(
    ("margins", "field"),
    [
        ({"amber_margin": "-0.01"}, "amber_margin"),
        ({"amber_margin": "0.05", "green_margin": "-0.01"}, "green_margin"),
        ({"amber_margin": "0.05", "green_margin": "0.06"}, "green_margin"),
        ({"amber_margin": "0.05", "exceed_margin": "-0.1"}, "exceed_margin"),
        ({"amber_margin": "NaN"}, "amber_margin"),
        ({"amber_margin": "0.05", "floor": "Infinity"}, "floor"),
        ({"amber_margin": "0.05", "least_coverage": "1.1"}, "least_coverage"),
        ({"amber_margin": "0.05", "least_coverage": "NaN"}, "least_coverage"),
    ],
)
def test_margins_that_contradict_are_refused_by_name(margins: dict[str, str], field: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        RagSettings(**{name: Decimal(number) for name, number in margins.items()})  # type: ignore[arg-type]
    assert field == refusal.value.errors[0].field


@pytest.mark.parametrize("share", ["0", "1"])
def test_a_status_may_need_no_part_or_every_part(share: str) -> None:
    assert Decimal(share) == settings(least_coverage=share).least_coverage


def test_a_definition_overrides_what_it_names_and_leaves_the_rest() -> None:
    own = MarginOverride(amber_margin=Decimal("0.2"), floor=Decimal(10))
    policy = settings(green_margin="0.01", exceed_margin="0.3")
    expected = settings(amber="0.2", green_margin="0.01", exceed_margin="0.3", floor="10")
    assert expected == effective(policy, define(margins=own))
    assert policy == effective(policy, define())


def test_margins_of_one_basis_are_not_carried_into_another() -> None:
    own = MarginOverride(basis="absolute", amber_margin=Decimal(3))
    policy = settings(green_margin="0.01", exceed_margin="0.3")
    assert settings("absolute", "3") == effective(policy, define(margins=own))


def test_an_override_decides_the_status() -> None:
    own = define(margins=MarginOverride(basis="absolute", amber_margin=Decimal(10)))
    assert RED == status_of(Decimal(70), Decimal(80), define(), FIVE_PERCENT)
    assert AMBER == status_of(Decimal(70), Decimal(80), own, FIVE_PERCENT)


def test_a_zero_target_on_a_relative_basis_is_refused_when_it_is_set() -> None:
    with pytest.raises(RelativeBasisZeroTarget) as refusal:
        check_target(Decimal("0.00"), define(), FIVE_PERCENT)
    assert "level" == refusal.value.errors[0].field


@pytest.mark.parametrize(
    ("level", "sheet", "policy"),
    [
        ("0", define(), TWO_POINTS),
        ("0.01", define(), FIVE_PERCENT),
        (
            "0",
            define(margins=MarginOverride(basis="absolute", amber_margin=Decimal(1))),
            FIVE_PERCENT,
        ),
        ("0", define(PLAN, limits=limits("-1", "0", "0", "1")), FIVE_PERCENT),
        ("0", define(Polarity.NEUTRAL), FIVE_PERCENT),
    ],
    ids=["absolute", "not zero", "overridden", "plan", "neutral"],
)
def test_a_target_that_can_be_judged_or_needs_no_judging_passes(
    level: str, sheet: Definition, policy: RagSettings
) -> None:
    check_target(Decimal(level), sheet, policy)
    judged = status_of(Decimal(1), Decimal(level), sheet, policy)
    assert (sheet.polarity is Polarity.NEUTRAL) == (judged is None)


# Laws

FIGURES = st.decimals(-200, 200, places=2)
MARGINS = st.decimals(0, 3, places=3)
LIMITS = st.lists(FIGURES, min_size=4, max_size=4).map(lambda four: limits(*sorted(four)))


@st.composite
def policies(draw: st.DrawFn) -> RagSettings:
    """Any status policy whose margins can stand together."""
    green, amber = sorted((draw(MARGINS), draw(MARGINS)))
    return RagSettings(
        basis=draw(st.sampled_from(("relative", "absolute"))),
        amber_margin=amber,
        green_margin=green,
        exceed_margin=draw(st.none() | MARGINS),
        floor=draw(st.none() | FIGURES),
    )


JUDGING = st.sampled_from([BIGGER, SMALLER])


@given(JUDGING, FIGURES, FIGURES, FIGURES, policies())
def test_a_better_actual_never_gives_a_worse_status(
    polarity: Polarity, one: Decimal, other: Decimal, target: Decimal, policy: RagSettings
) -> None:
    worse, better = sorted((one, other), reverse=polarity is SMALLER)
    below = status_of(worse, target, define(polarity), policy)
    above = status_of(better, target, define(polarity), policy)
    if below is None or above is None:
        assert (None, None, "relative") == (below, above, policy.basis)
        assert not target
    else:
        assert WORST_FIRST.index(below) <= WORST_FIRST.index(above)


@given(FIGURES, st.decimals(0, 1, places=2), LIMITS)
def test_nearer_to_plan_never_gives_a_worse_status(
    far: Decimal, share: Decimal, four: PlanLimits
) -> None:
    """Moving any part of the way from a figure to the middle of the band does no harm."""
    middle = (four.low_amber + four.high_amber) / 2
    near = far + (middle - far) * share
    sheet = define(PLAN, limits=four)
    at_far = status_of(far, None, sheet, FIVE_PERCENT)
    at_near = status_of(near, None, sheet, FIVE_PERCENT)
    assert at_far is not None
    assert at_near is not None
    assert WORST_FIRST.index(at_far) <= WORST_FIRST.index(at_near)


@given(JUDGING, FIGURES, FIGURES, policies())
def test_the_mirror_of_a_figure_has_the_same_status_under_the_mirrored_polarity(
    polarity: Polarity, judged: Decimal, target: Decimal, policy: RagSettings
) -> None:
    mirrored = SMALLER if polarity is BIGGER else BIGGER
    floor = None if policy.floor is None else -policy.floor
    turned = msgspec.structs.replace(policy, floor=floor)
    assert status_of(judged, target, define(polarity), policy) == status_of(
        -judged, -target, define(mirrored), turned
    )


@given(FIGURES, LIMITS)
def test_the_mirror_of_a_plan_has_the_same_status(judged: Decimal, four: PlanLimits) -> None:
    turned = limits(-four.high_red, -four.high_amber, -four.low_amber, -four.low_red)
    assert status_of(judged, None, define(PLAN, limits=four), FIVE_PERCENT) == status_of(
        -judged, None, define(PLAN, limits=turned), FIVE_PERCENT
    )


@given(JUDGING, FIGURES, FIGURES, policies(), st.integers(1, 1000))
def test_a_relative_status_does_not_depend_on_the_unit(
    polarity: Polarity, judged: Decimal, target: Decimal, policy: RagSettings, scale: int
) -> None:
    assume(policy.basis == "relative")
    floor = None if policy.floor is None else policy.floor * scale
    scaled = msgspec.structs.replace(policy, floor=floor)
    assert status_of(judged, target, define(polarity), policy) == status_of(
        judged * scale, target * scale, define(polarity), scaled
    )


@given(JUDGING, FIGURES, policies())
def test_the_target_itself_is_green_or_better_unless_the_floor_forbids(
    polarity: Polarity, target: Decimal, policy: RagSettings
) -> None:
    free = msgspec.structs.replace(policy, floor=None)
    status = status_of(target, target, define(polarity), free)
    assert status in ((GREEN, EXCEEDING) if target or policy.basis == "absolute" else (None,))


@given(
    st.sampled_from(Polarity),
    FIGURES,
    st.none() | FIGURES,
    policies(),
    st.none() | LIMITS,
    st.none()
    | st.builds(
        MarginOverride, amber_margin=st.none() | MARGINS, exceed_margin=st.none() | MARGINS
    ),
)
def test_the_explanation_ends_in_the_status(
    polarity: Polarity,
    judged: Decimal,
    target: Decimal | None,
    policy: RagSettings,
    four: PlanLimits | None,
    own: MarginOverride | None,
) -> None:
    sheet = define(polarity, limits=four, margins=own)
    status = status_of(judged, target, sheet, policy)
    *steps, last = explain(judged, target, sheet, policy)
    assert ("status", status.value if status else "not-judgeable") == (last.label, last.working)
    assert all(step.working for step in steps)
    if status not in (None, RED):
        assert (f"{status}?", True) == (steps[-1].label, steps[-1].working.endswith(": yes"))


def test_an_explanation_of_a_plan_reads_like_the_rule() -> None:
    sheet = define(PLAN, limits=limits("10", "20", "30", "40"))
    assert [
        ("green?", "41 is outside 20 to 30 (limits included): no"),
        ("amber?", "41 is outside 10 to 40 (limits included): no"),
        ("status", "red"),
    ] == [(step.label, step.working) for step in explain(Decimal(41), None, sheet, FIVE_PERCENT)]


def test_an_explanation_goes_on_to_red() -> None:
    steps = explain(Decimal("75.9"), Decimal("80"), define(), settings(exceed_margin="0.1"))
    assert [
        ("distance", "d = (75.9 − 80) ÷ 80 = -0.05125"),
        ("exceeding?", "d ≥ 0.1: no"),
        ("green?", "d ≥ 0: no"),
        ("amber?", "d ≥ -0.05: no"),
        ("status", "red"),
    ] == [(step.label, step.working) for step in steps]


def test_an_explanation_stops_at_the_floor() -> None:
    steps = explain(Decimal("90.1"), Decimal("100"), define(SMALLER), FLOOR_90)
    assert [
        ("worse than the floor?", "90.1 against a floor of 90: yes"),
        ("status", "red"),
    ] == [(step.label, step.working) for step in steps]


def test_an_explanation_reads_like_the_rule() -> None:
    steps = explain(Decimal("84.0"), Decimal("80"), define(SMALLER), settings(floor="90"))
    assert [
        ("worse than the floor?", "84.0 against a floor of 90: no"),
        ("distance", "d = −((84.0 − 80) ÷ 80), since smaller is better = -0.05"),
        ("green?", "d ≥ 0: no"),
        ("amber?", "d ≥ -0.05: yes"),
        ("status", "amber"),
    ] == [(step.label, step.working) for step in steps]


def test_an_explanation_in_the_unit_divides_by_nothing() -> None:
    for target, d in (("80", "d = 78 − 80 = -2"), ("0", "d = 78 − 0 = 78")):
        first = explain(Decimal(78), Decimal(target), define(), TWO_POINTS)[0]
        assert ("distance", d) == (first.label, first.working)


@pytest.mark.parametrize(
    ("sheet", "target", "policy", "step"),
    [
        (define(), None, FIVE_PERCENT, ("target", "nothing to judge against")),
        (define(PLAN), "5", FIVE_PERCENT, ("limits", "none are set")),
        (
            define(),
            "0",
            FIVE_PERCENT,
            ("distance", "a distance from a target of zero has no percentage"),
        ),
        (
            define(margins=MarginOverride(amber_margin=Decimal("0.001"))),
            "5",
            GREEN_TOO,
            ("margins", "The green margin cannot be wider than the amber margin."),
        ),
    ],
)
def test_an_explanation_says_why_a_figure_cannot_be_judged(
    sheet: Definition, target: str | None, policy: RagSettings, step: tuple[str, str]
) -> None:
    level = None if target is None else Decimal(target)
    steps = explain(Decimal(5), level, sheet, policy)
    assert [step, ("status", "not-judgeable")] == [(one.label, one.working) for one in steps]


@pytest.mark.parametrize("judged", ["20", "30"])
def test_an_explanation_of_a_plan_includes_its_limits(judged: str) -> None:
    sheet = define(PLAN, limits=limits("10", "20", "30", "40"))
    assert [
        ("green?", f"{judged} is inside 20 to 30 (limits included): yes"),
        ("status", "green"),
    ] == [
        (step.label, step.working) for step in explain(Decimal(judged), None, sheet, FIVE_PERCENT)
    ]
