"""Which periods have a turn, what each is told of, and those of a proxy in between."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from turning import sheet, turns, walked

from policies.cell import EntryFacts, Missing, Rules, TargetFacts
from policies.definition import Basis, Polarity
from policies.escalation import EscalationSettings, Stage, Turn
from policies.periods import Interval, parse_code
from policies.rag import RagSettings
from policies.turns import (
    Governed,
    PeriodFacts,
    escalates,
    may_have_proxy,
    stage_at,
    turns_of,
    with_proxy,
)

START, END, TODAY = date(2023, 4, 1), date(2025, 3, 31), date(2024, 4, 10)
SUBMITTED, SIGNED_ONLY = (
    Governed(Rules(RagSettings(amber_margin=Decimal(1), judge=judge)), EscalationSettings())
    for judge in ("submitted", "signed-only")
)


def given_(figure: str | None = "8", target: str | None = "10", **fields: Any) -> PeriodFacts:
    entry = EntryFacts(judged=None if figure is None else Decimal(figure), **fields)
    level = None if target is None else TargetFacts(Decimal(target), "local")
    return PeriodFacts(entry=entry, target=level, name="7.0")


def told(
    facts: dict[str, PeriodFacts], governed: Governed | None = SUBMITTED, **fields: Any
) -> dict[str, Turn]:
    """The turns by period."""
    when: dict[str, Any] = {"start": START, "end": END, "today": TODAY}
    found = turns_of(sheet(**fields), facts, lambda _: governed, **when)
    return {turn.period: turn for turn in found}


def test_every_period_due_within_the_agreement_has_a_turn() -> None:
    assert ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3", "FY2023-Q4"] == [*told({})]
    assert ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3"] == [*told({}, due_lag_days=11)]


def test_a_period_has_its_turn_from_its_due_date_on() -> None:
    when: dict[str, Any] = {"start": START, "end": END}
    for today, count in ((date(2023, 6, 29), 0), (date(2023, 6, 30), 1)):
        assert count == len(turns_of(sheet(), {}, lambda _: SUBMITTED, today=today, **when))


def test_a_period_is_governed_by_the_rules_of_its_first_day() -> None:
    found = turns_of(
        sheet(),
        {},
        lambda day: SUBMITTED if day == date(2023, 7, 1) else None,
        start=START,
        end=END,
        today=TODAY,
    )
    assert ["FY2023-Q2"] == [turn.period for turn in found]


def test_no_period_after_the_agreements_end_has_one() -> None:
    found = turns_of(
        sheet(), {}, lambda _: SUBMITTED, start=START, end=START, today=date(2030, 1, 1)
    )
    assert () == found


def test_a_run_begins_with_the_first_fact_before_the_agreement() -> None:
    found = told({"FY2022-Q3": given_()})
    assert ["FY2022-Q3", "FY2022-Q4", "FY2023-Q1"] == [*found][:3]


def test_facts_of_periods_that_are_not_the_indicators_any_more_are_left_out() -> None:
    """It was measured by the year, and by the month, before it was by the quarter."""
    facts = {"FY2020": given_(), "2021-02": given_(), "FY2023-Q2": given_()}
    assert ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3", "FY2023-Q4"] == [*told(facts)]


def test_a_turn_has_the_figure_as_judged_and_the_target() -> None:
    turn = told({"FY2023-Q1": given_("8.25")})["FY2023-Q1"]
    assert (Decimal("8.3"), Decimal(10), True, "7.0") == (
        turn.judged, turn.target, turn.counts, turn.entry,
    )  # fmt: skip
    assert (date(2023, 6, 30), date(2023, 6, 30)) == (turn.ends_on, turn.due_on)


def test_a_period_without_rules_of_escalation_has_no_turn() -> None:
    assert {} == told({"FY2023-Q1": given_()}, None)


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        (given_(), True),
        (given_(None), True),
        (PeriodFacts(target=TargetFacts(Decimal(1), "local")), True),
        (given_(target=None), False),
        (given_(None, missing=Missing.MISSING), True),
        (given_(None, missing=Missing.SUPPRESSED), False),
        (given_(None, missing=Missing.NOT_APPLICABLE), False),
    ],
)
def test_what_nothing_is_expected_of_does_not_count(facts: PeriodFacts, counts: bool) -> None:
    assert counts == told({"FY2023-Q1": facts})["FY2023-Q1"].counts


def test_plan_is_best_counts_by_its_limits() -> None:
    assert told({}, polarity=Polarity.PLAN)["FY2023-Q1"].counts


def test_a_figure_that_may_not_be_judged_is_missing() -> None:
    facts = {"FY2023-Q1": given_(), "FY2023-Q2": given_(signed=True)}
    found = told(facts, SIGNED_ONLY)
    assert (None, Decimal(8)) == (found["FY2023-Q1"].judged, found["FY2023-Q2"].judged)


@pytest.mark.parametrize(
    ("fields", "retired_from"),
    [({}, ""), ({"placeholder": True}, None), ({"data_only": True}, None),
     ({"polarity": Polarity.NEUTRAL}, "FY2024")],
)  # fmt: skip
def test_what_cannot_be_below_target_does_not_escalate(
    fields: dict[str, Any], retired_from: str | None
) -> None:
    assert not escalates(sheet(**fields), retired_from)
    assert escalates(sheet(), None)
    assert escalates(sheet(), "FY2024"), "its earlier periods do"


YEARLY: dict[str, Any] = {"interval": Interval.YEAR, "basis": Basis.ANNUAL}


def test_only_what_is_measured_by_the_year_has_a_proxy() -> None:
    assert may_have_proxy(sheet(**YEARLY, proxy="P"))
    assert not may_have_proxy(sheet(**YEARLY))
    assert not may_have_proxy(sheet(proxy="P"))


def between(annual_on_proxy: bool, proxy_lag: int) -> list[tuple[str, str]]:
    """The turns of a year's indicator due 60 days on, and of its quarterly proxy."""
    adopted = EscalationSettings(annual_on_proxy=annual_on_proxy)
    governed = Governed(SUBMITTED.rules, adopted)
    when: dict[str, Any] = {"start": START, "end": END, "today": date(2024, 12, 31)}
    own, proxies = (
        turns_of(
            definition, {"FY2023": given_(), "FY2024-Q1": given_()}, lambda _: governed, **when
        )
        for definition in (sheet(**YEARLY, due_lag_days=60), sheet(due_lag_days=proxy_lag))
    )
    found = with_proxy(own, proxies, "P", sheet())
    assert all((turn.definition is not None) == bool(turn.proxy) for turn in found)
    return [(turn.period, turn.proxy) for turn in found]


def test_a_proxy_stands_in_between_outturns_where_the_policy_says_so() -> None:
    assert [("FY2023", "")] == between(False, 10)
    quarters = ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3", "FY2023-Q4"]
    assert [
        *((quarter, "P") for quarter in quarters),
        ("FY2023", ""),
        *((quarter, "P") for quarter in ("FY2024-Q1", "FY2024-Q2")),
    ] == between(True, 10)


def test_a_proxy_that_comes_after_the_outturn_of_its_time_says_nothing_more() -> None:
    assert ("FY2023-Q4", "P") not in between(True, 70)
    assert ("FY2023-Q3", "P") in between(True, 70)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2023, 7, 9), Stage.NONE),  # the first quarter has its turn on the 10th
        (date(2023, 7, 10), Stage.IDENTIFICATION),
        (date(2023, 10, 10), Stage.IDENTIFICATION),  # the day on which the second has its own
        (date(2024, 3, 31), Stage.IDENTIFICATION),
    ],
)
def test_a_period_stands_beside_the_stage_before_the_next_comes_due(
    today: date, stage: Stage
) -> None:
    found = walked(turns([8, 8]))
    assert stage == stage_at(found, parse_code("FY2023-Q1"), sheet(due_lag_days=10), today)


def test_a_retired_period_stands_beside_no_stage() -> None:
    found, first = walked(turns([8, 8])), parse_code("FY2023-Q1")
    today = date(2024, 3, 31)
    assert Stage.NONE == stage_at(found, first, sheet(due_lag_days=10), today, "FY2023-Q1")
