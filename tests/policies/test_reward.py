"""Reward on stretch targets: the achievement, the payable share, and the division of the pot."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval
from policies.refusals import BadPolicy
from policies.reward import (
    Reward,
    RewardSettings,
    SubTarget,
    achievement,
    is_stretch,
    payable_share,
    rewards,
)

POT = RewardSettings(pot=Decimal(120000))
MONEY = st.decimals(0, 10**7, places=2)


def definition(polarity: Polarity = Polarity.BIGGER) -> Definition:
    return Definition(
        title="Homes made decent",
        unit="homes",
        decimals=0,
        polarity=polarity,
        basis=Basis.ANNUAL,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
    )


def sub_target(outturn: str | None, **changes: Any) -> SubTarget:
    """A stretch from 100 to 200, changed as asked."""
    given: dict[str, Any] = {
        "indicator": "I1",
        "area": "E10000031",
        "period": "FY2009",
        "without": Decimal(100),
        "with_": Decimal(200),
        "outturn": None if outturn is None else Decimal(outturn),
    }
    return SubTarget(**(given | changes))


def paid(one: SubTarget, settings: RewardSettings = POT, **defined: Any) -> Reward:
    (found,) = rewards([one], {"I1": definition(**defined)}, settings)
    return found[1]


@pytest.mark.parametrize(
    ("outturn", "p", "earned"),
    [
        ("90", "-1/10", "0.00"),
        ("100", "0", "0.00"),
        ("159", "59/100", "0.00"),
        ("160", "3/5", "72000.00"),
        ("180", "4/5", "96000.00"),
        ("200", "1", "120000.00"),
        ("250", "3/2", "120000.00"),
    ],
)
def test_the_share_begins_at_the_threshold_and_ends_at_the_cap(
    outturn: str, p: str, earned: str
) -> None:
    found = paid(sub_target(outturn))
    assert Fraction(p) == found.achievement
    assert Decimal(earned) == found.earned == found.paid


def test_a_stretch_downwards_is_the_same_sum() -> None:
    one = sub_target("24", without=Decimal(30), with_=Decimal(20))
    assert Fraction(3, 5) == paid(one, polarity=Polarity.SMALLER).achievement


def test_without_an_outturn_nothing_is_earned_yet_and_the_working_says_so() -> None:
    found = paid(sub_target(None))
    assert (None, Decimal(0)) == (found.earned, found.paid)
    assert "none: there is no outturn yet" in [step.working for step in found.steps]


def test_a_stretch_of_nothing_has_no_achievement() -> None:
    assert achievement(Decimal(5), Decimal(7), Decimal(7)) is None
    assert paid(sub_target("5", with_=Decimal(100))).earned is None


def test_half_or_nothing_may_be_paid_of_what_is_earned() -> None:
    half = RewardSettings(pot=Decimal(120000), share_paid=Decimal("0.5"))
    cancelled = RewardSettings(pot=Decimal(120000), share_paid=Decimal(0))
    earned = [paid(sub_target("180"), settings) for settings in (POT, half, cancelled)]
    assert [Decimal(96000)] * 3 == [one.earned for one in earned]
    assert [Decimal(96000), Decimal(48000), Decimal(0)] == [one.paid for one in earned]


@pytest.mark.parametrize(
    ("polarity", "up", "level", "down"),
    [
        (Polarity.BIGGER, True, False, False),
        (Polarity.SMALLER, False, False, True),
        (Polarity.PLAN, True, False, True),
    ],
)
def test_a_stretch_leads_away_from_what_is_expected_without_it_and_to_no_worse(
    polarity: Polarity, up: bool, level: bool, down: bool
) -> None:
    found = [
        is_stretch(Decimal(50), Decimal(with_), definition(polarity)) for with_ in (60, 50, 40)
    ]
    assert [up, level, down] == found


@pytest.mark.parametrize(
    ("polarity", "interim", "reached"),
    [
        (Polarity.BIGGER, "150", True),
        (Polarity.BIGGER, "149", False),
        (Polarity.SMALLER, "150", True),
        (Polarity.SMALLER, "151", False),
    ],
)
def test_a_fifth_is_paid_on_account_when_the_interim_level_is_reached(
    polarity: Polarity, interim: str, reached: bool
) -> None:
    one = sub_target(None, interim=Decimal(150), interim_outturn=Decimal(interim))
    found = paid(one, polarity=polarity)
    assert Decimal(24000 if reached else 0) == found.on_account == found.paid


def test_the_pot_is_divided_among_targets_and_then_among_sub_targets() -> None:
    given = [
        sub_target("200"),
        sub_target("200", area="E07000218"),
        sub_target("200", indicator="I2"),
    ]
    definitions = {"I1": definition(), "I2": definition()}
    even = [one.part for _, one in rewards(given, definitions, POT)]
    assert [Decimal(30000), Decimal(30000), Decimal(60000)] == even
    weighed = RewardSettings(pot=Decimal(120000), weights={"I1": Decimal(3), "I2": Decimal(1)})
    parts = [one.part for _, one in rewards(given, definitions, weighed)]
    assert [Decimal(45000), Decimal(45000), Decimal(30000)] == parts
    only = RewardSettings(pot=Decimal(120000), weights={"I2": Decimal(1)})
    assert [0, 0, 120000] == [one.part for _, one in rewards(given, definitions, only)]


@given(
    st.fractions(-1, 3),
    st.decimals(0, "0.9", places=2),
    st.decimals("0.9", 2, places=2),
)
def test_more_achieved_never_pays_less_and_never_more_than_the_cap(
    p: Fraction, threshold: Decimal, cap: Decimal
) -> None:
    settings = RewardSettings(pot=Decimal(1), threshold=threshold, cap=cap)
    share = payable_share(p, settings)
    assert 0 <= share <= Fraction(cap)
    assert share <= payable_share(p + Fraction(1, 100), settings)


@given(MONEY, st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 300)), max_size=8))
def test_parts_add_up_to_the_pot_and_no_more_than_it_is_paid(
    pot: Decimal, outturns: list[tuple[str, int]]
) -> None:
    given = [
        sub_target(str(outturn), indicator=code, area=str(n))
        for n, (code, outturn) in enumerate(outturns)
    ]
    found = rewards(given, dict.fromkeys("ABC", definition()), RewardSettings(pot=pot))
    assert sum(one.part for _, one in found) == (pot if given else 0)
    assert sum(one.paid for _, one in found) <= pot


def test_three_thirds_that_are_all_earned_come_to_the_pot() -> None:
    given = [sub_target("200", indicator=code) for code in "ABC"]
    found = rewards(given, dict.fromkeys("ABC", definition()), RewardSettings(pot=Decimal(200000)))
    paid_each = [str(one.paid) for _, one in found]
    assert ["66666.67", "66666.66", "66666.67"] == paid_each


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("pot", Decimal(-1)),
        ("threshold", Decimal("1.1")),
        ("share_paid", Decimal(2)),
        ("on_account", Decimal("NaN")),
        ("weights", {"I1": Decimal(-1)}),
        ("weights", {"I1": Decimal("Infinity")}),
    ],
)
def test_settings_that_make_no_sense_are_refused(field: str, wrong: Any) -> None:
    with pytest.raises(BadPolicy) as refused:
        RewardSettings(**({"pot": Decimal(1)} | {field: wrong}))
    assert field == refused.value.field


def told(reward: Reward) -> list[tuple[str, str]]:
    return [(step.label, step.working) for step in reward.steps]


def test_the_working_goes_from_the_pot_to_what_is_paid() -> None:
    half = RewardSettings(pot=Decimal(120000), share_paid=Decimal("0.5"))
    reached = sub_target("250", interim=Decimal(150), interim_outturn=Decimal(150))
    assert [
        ("part of the pot", "£120,000.00 of £120,000.00"),
        ("on account", "the interim level is reached: £24,000.00"),
        ("achievement", "(250 − 100) ÷ (200 − 100) = 1.5"),
        ("payable share", "1 (threshold 0.6, cap 1)"),
        ("earned", "£120,000.00"),
        ("share paid", "0.5 of it"),
        ("paid", "£60,000.00"),
    ] == told(paid(reached, half))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (sub_target(None), "there is no outturn yet"),
        (sub_target("180", with_=Decimal(100)), "there is no stretch to reach"),
    ],
)
def test_a_working_without_an_achievement_says_why(one: SubTarget, why: str) -> None:
    assert [("achievement", f"none: {why}"), ("paid", "£0.00")] == told(paid(one))[1:]


@pytest.mark.parametrize("missing", ["interim", "interim_outturn"])
def test_nothing_is_paid_on_account_without_an_interim_level_and_its_outturn(missing: str) -> None:
    given = {"interim": Decimal(150), "interim_outturn": Decimal(150)} | {missing: None}
    assert Decimal(0) == paid(sub_target(None, **given)).on_account


def test_a_weight_may_be_nothing_and_nothing_is_shared_by_weights_of_nothing() -> None:
    none = RewardSettings(pot=Decimal(120000), weights={"I1": Decimal(0)})
    assert Decimal(0) == paid(sub_target("200"), none).part
