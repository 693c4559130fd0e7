"""Several indicators judged together: four methods, who is missing, and how few are too few."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.basket import ASIDE, Basket, BasketSettings, NoBasket, basket
from policies.cell import NoStatus
from policies.rag import Status
from policies.refusals import BadPolicy

E, G, A, R = Status
LETTERS = dict(zip("EGAR", Status, strict=True))
WORST_OF = BasketSettings()
MAJORITY = BasketSettings(method="majority")
LIMITS: dict[str, Any] = {"green_from": Decimal("0.75"), "amber_from": Decimal("0.5")}
SCORE = BasketSettings(method="weighted-score", **LIMITS)
SHARE = BasketSettings(method="share-green", **LIMITS)


def judged(letters: str, settings: BasketSettings, **others: NoStatus) -> Basket:
    """``GAR``: three members, green, amber and red; and others without a status."""
    members = {f"I{n}": LETTERS[letter] for n, letter in enumerate(letters)}
    return basket({**members, **others}, settings)


@pytest.mark.parametrize(
    ("settings", "letters", "status"),
    [
        (WORST_OF, "EEGA", A),
        (WORST_OF, "EE", E),
        (WORST_OF, "GR", R),
        # majority: the best status that more than half have or surpass
        (MAJORITY, "GGR", G),
        (MAJORITY, "EEG", E),
        (MAJORITY, "GGAA", A),
        (MAJORITY, "GGAAR", A),
        (MAJORITY, "GARRR", R),
        (MAJORITY, "GR", R),
        # score: exceeding and green 1, amber a half, red 0
        (SCORE, "GGAA", G),
        (SCORE, "GGAR", A),
        (SCORE, "AAAR", R),
        (SCORE, "EEEE", G),
        # share: three quarters are enough, and so is half for amber
        (SHARE, "EGGR", G),
        (SHARE, "GGAA", A),
        (SHARE, "GAAA", R),
    ],
)
def test_members_together_have_a_status(
    settings: BasketSettings, letters: str, status: Status
) -> None:
    assert (status, None) == ((found := judged(letters, settings)).status, found.reason)


def test_the_counts_are_told_best_first() -> None:
    assert ((E, 1), (G, 2), (A, 0), (R, 1)) == judged("GEGR", WORST_OF).counts


def test_weights_count_in_a_score() -> None:
    heavy = BasketSettings(method="share-green", weights={"I0": Decimal(3)}, **LIMITS)
    found = judged("GR", heavy)
    assert (Fraction(3, 4), G) == (found.score, found.status)
    none = BasketSettings(method="share-green", weights={"I0": Decimal(0)}, **LIMITS)
    assert NoBasket.NO_WEIGHT is judged("G", none).reason


def test_a_member_without_a_status_is_missing_unless_it_can_have_none() -> None:
    found = judged("GG", WORST_OF, late=NoStatus.OVERDUE, context=NoStatus.CONTEXTUAL)
    assert (("late", NoStatus.OVERDUE),) == found.missing
    assert (("context", NoStatus.CONTEXTUAL),) == found.aside
    assert (Fraction(2, 3), None, NoBasket.LEAST_COVERAGE) == (
        found.coverage,
        found.status,
        found.reason,
    )


@pytest.mark.parametrize(("least", "status"), [("0.66", G), ("0.67", None), ("1", None), ("0", G)])
def test_too_few_members_give_no_status(least: str, status: Status | None) -> None:
    settings = BasketSettings(least_coverage=Decimal(least))
    assert judged("GG", settings, late=NoStatus.OVERDUE).status is status


def test_an_overdue_member_may_be_judged_as_red() -> None:
    strict = BasketSettings(overdue="red")
    found = judged("GG", strict, late=NoStatus.OVERDUE, soon=NoStatus.RETIRED)
    assert (R, (), Fraction(1)) == (found.status, found.missing, found.coverage)
    assert "3 of 4 are judged; overdue, so red: late; not expected to have one: soon (retired)" == (
        found.steps[0].working
    )


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({}, NoBasket.NOTHING_EXPECTED),
        ({"a": NoStatus.RETIRED}, NoBasket.NOTHING_EXPECTED),
        ({"a": NoStatus.AWAITED}, NoBasket.NO_STATUS),
    ],
)
def test_a_basket_of_nothing_has_no_status(others: dict[str, NoStatus], reason: NoBasket) -> None:
    for settings in (WORST_OF, MAJORITY, SCORE, SHARE, BasketSettings(least_coverage=Decimal(0))):
        assert reason is judged("", settings, **others).reason


@pytest.mark.parametrize(
    ("settings", "letters", "steps"),
    [
        (WORST_OF, "GAR", [("worst", "red: I2")]),
        (
            MAJORITY,
            "EGA",
            [
                ("exceeding or better?", "1 of 3, more than half: no"),
                ("green or better?", "2 of 3, more than half: yes"),
            ],
        ),
        (
            SCORE,
            "GA",
            [
                ("points", "I0 1, I1 0.5"),
                ("score", "1.5 ÷ 2 = 0.75"),
                ("limits", "green from 0.75, amber from 0.5"),
            ],
        ),
        (
            msgspec.structs.replace(SCORE, weights={"I0": Decimal(3)}),
            "GR",
            [
                ("points", "I0 1 × 3, I1 0"),
                ("score", "3 ÷ 4 = 0.75"),
                ("limits", "green from 0.75, amber from 0.5"),
            ],
        ),
    ],
)
def test_the_working_says_how(
    settings: BasketSettings, letters: str, steps: list[tuple[str, str]]
) -> None:
    found = judged(letters, settings)
    told = [(step.label, step.working) for step in found.steps]
    count = len(letters)
    assert [
        ("members", f"{count} of {count} are judged"),
        ("coverage", f"{count} ÷ {count} = 1, at least 1"),
        *steps,
        ("status", str(found.status)),
    ] == told


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"least_coverage": Decimal("1.1")}, "least_coverage"),
        ({"least_coverage": Decimal("NaN")}, "least_coverage"),
        ({"weights": {"I1": Decimal(-1)}}, "weights"),
        ({"weights": {"I1": Decimal("Infinity")}}, "weights"),
        ({"points": (Decimal(0), Decimal(1), Decimal(1), Decimal(1))}, "points"),
        ({"points": (Decimal("Infinity"), Decimal(1), Decimal(1), Decimal(0))}, "points"),
        ({"method": "share-green"}, "green_from"),
        ({"method": "weighted-score", "green_from": Decimal(1)}, "green_from"),
        ({"method": "weighted-score", "amber_from": Decimal(1)}, "green_from"),
        ({"method": "share-green"} | LIMITS | {"green_from": Decimal("Infinity")}, "green_from"),
        ({"method": "share-green"} | LIMITS | {"amber_from": Decimal("-Infinity")}, "green_from"),
        ({"method": "share-green"} | LIMITS | {"amber_from": Decimal(1)}, "amber_from"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        BasketSettings(**wrong)
    assert field == refusal.value.errors[0].field


def test_amber_may_begin_where_green_does() -> None:
    """There is no amber then."""
    alike = LIMITS | {"amber_from": LIMITS["green_from"]}
    assert LIMITS["green_from"] == BasketSettings(method="share-green", **alike).amber_from


SETTINGS = st.sampled_from([WORST_OF, MAJORITY, SCORE, SHARE])
FOUND = st.sampled_from([*Status, *NoStatus])
MEMBERS = st.dictionaries(st.sampled_from("ABCDEFGH"), FOUND, max_size=8)
BEST_FIRST = list(Status)


@given(MEMBERS, SETTINGS)
def test_every_member_is_counted_once_and_the_reason_is_there(
    members: dict[str, Status | NoStatus], settings: BasketSettings
) -> None:
    found = basket(members, settings)
    counted = sum(count for _, count in found.counts)
    assert len(members) == counted + len(found.missing) + len(found.aside)
    assert all(reason in ASIDE for _, reason in found.aside)
    assert (found.status is None) is (found.reason is not None)


@given(
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from(Status), min_size=1),
    SETTINGS,
    st.data(),
)
def test_a_member_that_gets_better_never_makes_the_basket_worse(
    members: dict[str, Status], settings: BasketSettings, data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(sorted(members)))
    better = data.draw(st.sampled_from(BEST_FIRST[: BEST_FIRST.index(members[one]) + 1]))
    before = basket({**members}, settings).status
    after = basket({**members, one: better}, settings).status
    assert before is not None and after is not None
    assert BEST_FIRST.index(after) <= BEST_FIRST.index(before)


@given(st.sampled_from(Status), st.integers(1, 9), st.sampled_from([WORST_OF, MAJORITY]))
def test_members_that_are_all_alike_are_what_the_basket_is(
    status: Status, count: int, settings: BasketSettings
) -> None:
    assert basket({str(n): status for n in range(count)}, settings).status is status


@given(MEMBERS, SETTINGS)
def test_the_order_of_members_does_not_matter(
    members: dict[str, Status | NoStatus], settings: BasketSettings
) -> None:
    one, other = basket(members, settings), basket(dict(reversed(members.items())), settings)
    assert (one.status, one.reason, one.score) == (other.status, other.reason, other.score)


@given(MEMBERS, SETTINGS)
def test_a_member_that_can_have_no_status_changes_nothing(
    members: dict[str, Status | NoStatus], settings: BasketSettings
) -> None:
    one = basket(members, settings)
    other = basket({**members, "Z": NoStatus.RETIRED}, settings)
    assert (one.status, one.coverage, one.score) == (other.status, other.coverage, other.score)
