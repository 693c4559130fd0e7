"""The judgement of a cell: the order of the reasons, the marks, and the laws of judging."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.definition import Basis, Definition, MarginOverride, PlanLimits, Polarity
from policies.due import DueSettings
from policies.judgement import (
    CellFacts,
    EntryFacts,
    Judgement,
    Mark,
    Missing,
    NoStatus,
    Rules,
    TargetFacts,
    judge,
    working,
)
from policies.numbers import round_half_up
from policies.periods import Calendar, Interval, parse_code
from policies.rag import RagSettings, Status, status_of
from policies.travel import Travel, TravelSettings

Q1 = parse_code("FY2007-Q1")  # ends 30 June 2007, due 30 July, grace to 9 August
EARLY, IN_GRACE, LATE = date(2007, 7, 29), date(2007, 8, 9), date(2007, 8, 10)

BAND = PlanLimits(
    low_red=Decimal(60), low_amber=Decimal(70), high_amber=Decimal(90), high_red=Decimal(95)
)
SHEET = Definition(
    title="Planning applications decided in time",
    unit="%",
    decimals=1,
    polarity=Polarity.BIGGER,
    basis=Basis.RATIO,
    interval=Interval.QUARTER,
    calendar=Calendar.FINANCIAL,
    due_lag_days=30,
)
RULES = Rules(
    rag=RagSettings(amber_margin=Decimal("0.05")), travel=TravelSettings(), due=DueSettings(10)
)
SIGNED_ONLY = msgspec.structs.replace(
    RULES, rag=RagSettings(amber_margin=Decimal("0.05"), judge="signed-only")
)
TARGET = TargetFacts(Decimal(80), "local")


def define(**changes: Any) -> Definition:
    return msgspec.structs.replace(SHEET, **changes)


def figure(
    text: str, *, signed: bool = True, provisional: bool = False, corrected: bool = False
) -> EntryFacts:
    return EntryFacts(
        judged=Decimal(text), signed=signed, provisional=provisional, corrected=corrected
    )


def absent(why: Missing) -> EntryFacts:
    return EntryFacts(judged=None, missing=why, signed=True)


def cell(**facts: Any) -> CellFacts:
    return CellFacts(**{"definition": SHEET, "period": Q1, "target": TARGET} | facts)


def word(judgement: Judgement) -> str:
    return str(judgement.status or judgement.reason)


RETIRED = {"retired": True, "definition": define(placeholder=True, data_only=True)}
ZERO_TARGET = TargetFacts(Decimal(0), "local")
NO_LIMITS = define(polarity=Polarity.PLAN)
PLAN = {"definition": define(polarity=Polarity.PLAN, limits=BAND), "target": None}
PLACEHOLDER = {"definition": define(placeholder=True, data_only=True), "target": None}


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        # holds with or without a figure
        (RETIRED, EARLY, "retired"),
        (RETIRED | {"entry": figure("80")}, LATE, "retired"),
        (PLACEHOLDER, EARLY, "placeholder"),
        (PLACEHOLDER | {"entry": figure("80")}, LATE, "placeholder"),
        ({"definition": define(data_only=True)}, EARLY, "contextual"),
        ({"definition": define(data_only=True), "entry": figure("80")}, LATE, "contextual"),
        ({"definition": define(polarity=Polarity.NEUTRAL), "target": None}, LATE, "contextual"),
        # no figure
        ({"target": None}, EARLY, "not-due"),
        ({"entry": absent(Missing.SUPPRESSED)}, EARLY, "not-due"),
        ({"target": None}, LATE, "no-target"),
        ({"target": None, "entry": absent(Missing.SUPPRESSED)}, LATE, "no-target"),
        ({}, date(2007, 7, 30), "awaited"),
        ({}, IN_GRACE, "awaited"),
        ({}, LATE, "overdue"),
        ({"entry": absent(Missing.MISSING)}, IN_GRACE, "awaited"),
        ({"entry": absent(Missing.MISSING)}, LATE, "overdue"),
        ({"entry": EntryFacts(judged=None)}, LATE, "overdue"),
        ({"entry": absent(Missing.SUPPRESSED)}, LATE, "suppressed"),
        ({"entry": absent(Missing.SUPPRESSED)}, IN_GRACE, "suppressed"),
        ({"entry": absent(Missing.NOT_APPLICABLE)}, LATE, "not-applicable"),
        # a figure
        ({"entry": figure("80")}, EARLY, "green"),
        ({"entry": figure("79.9")}, LATE, "amber"),
        ({"entry": figure("75.9")}, LATE, "red"),
        ({"entry": figure("80"), "target": None}, EARLY, "no-target"),
        ({"entry": figure("80", signed=False)}, LATE, "green"),
        ({"entry": figure("0")}, LATE, "red"),
        ({"entry": figure("80"), "target": ZERO_TARGET}, LATE, "not-judgeable"),
        # plan-is-best needs no target, since the definition has the limits
        (PLAN | {"entry": figure("70")}, LATE, "green"),
        (PLAN, LATE, "overdue"),
        (PLAN | {"definition": NO_LIMITS, "entry": figure("70")}, LATE, "no-target"),
        ({"definition": NO_LIMITS, "entry": figure("70")}, LATE, "not-judgeable"),
    ],
)
def test_each_cell_has_one_word_in_order_of_precedence(
    facts: dict[str, Any], today: date, expected: str
) -> None:
    assert expected == word(judge(cell(**facts), RULES, today))


@pytest.mark.parametrize(
    ("entry", "target", "expected"),
    [
        (figure("80", signed=False), TARGET, "unsigned"),
        (figure("80", signed=False), None, "no-target"),
        (figure("80", signed=False), ZERO_TARGET, "unsigned"),
        (figure("80"), TARGET, "green"),
    ],
)
def test_a_policy_may_judge_signed_values_only(
    entry: EntryFacts, target: TargetFacts | None, expected: str
) -> None:
    judgement = judge(cell(entry=entry, target=target), SIGNED_ONLY, LATE)
    assert (expected, Decimal("80.0")) == (word(judgement), judgement.judged)


def test_the_reasons_are_in_their_order_of_precedence() -> None:
    assert (
        "retired placeholder contextual not-due no-target awaited overdue suppressed "
        "not-applicable unsigned not-judgeable".split()
    ) == [reason.value for reason in NoStatus]


def test_margins_that_clash_leave_a_recorded_figure_not_judgeable() -> None:
    rules = msgspec.structs.replace(
        RULES, rag=RagSettings(amber_margin=Decimal("0.05"), green_margin=Decimal("0.02"))
    )
    clash = define(margins=MarginOverride(amber_margin=Decimal("0.01")))
    facts = cell(definition=clash, entry=figure("80"))
    assert "not-judgeable" == word(judge(facts, rules, LATE))
    assert "not-judgeable" == working(facts, rules, LATE)[-1].working


# Rounding


@pytest.mark.parametrize(
    ("exact", "shown", "expected"),
    [("79.95", "80.0", "green"), ("79.9499", "79.9", "amber"), ("75.95", "76.0", "amber")],
)
def test_a_figure_is_rounded_before_it_is_judged(exact: str, shown: str, expected: str) -> None:
    judgement = judge(cell(entry=figure(exact)), RULES, LATE)
    assert (expected, shown) == (word(judgement), str(judgement.judged))


def test_the_earlier_figure_is_rounded_before_it_is_compared() -> None:
    judgement = judge(cell(entry=figure("79.96"), before=figure("80.04")), RULES, LATE)
    assert Travel.NO_CHANGE == judgement.travel


# Marks


@pytest.mark.parametrize(
    ("facts", "marks"),
    [
        ({}, []),
        ({"entry": figure("80")}, []),
        ({"entry": figure("80", signed=False)}, ["unsigned"]),
        ({"entry": figure("80", provisional=True)}, ["provisional"]),
        ({"entry": figure("80", corrected=True)}, ["corrected"]),
        (
            {"entry": figure("80", signed=False, provisional=True, corrected=True)},
            ["provisional", "unsigned", "corrected"],
        ),
        ({"entry": EntryFacts(judged=None, missing=Missing.MISSING)}, []),
        ({"entry": EntryFacts(judged=None, missing=Missing.SUPPRESSED)}, ["unsigned"]),
        ({"definition": define(series_break_at="FY2007-Q1")}, ["series-break"]),
        ({"definition": define(series_break_at="FY2007-Q2")}, []),
        ({"retired": True, "entry": figure("80", signed=False)}, ["unsigned"]),
    ],
)
def test_marks_stand_beside_the_answer(facts: dict[str, Any], marks: list[str]) -> None:
    assert marks == [mark.value for mark in judge(cell(**facts), RULES, LATE).marks]


# Travel


def travelled(rules: Rules = RULES, **facts: Any) -> tuple[str, str]:
    answer = judge(cell(**facts), rules, LATE)
    return answer.travel.value, answer.travel_reason


NOTHING = ("none", "nothing to compare with")


def test_travel_compares_the_two_figures() -> None:
    assert ("improving", "") == travelled(entry=figure("81"), before=figure("80"))
    assert NOTHING == travelled(entry=figure("81"))
    assert NOTHING == travelled(before=figure("81"))
    assert NOTHING == travelled(entry=figure("81"), before=absent(Missing.SUPPRESSED))
    assert NOTHING == travelled(entry=absent(Missing.SUPPRESSED), before=figure("81"))


def test_a_contextual_figure_still_travels() -> None:
    neutral = define(polarity=Polarity.NEUTRAL)
    assert ("increasing", "") == travelled(
        definition=neutral, entry=figure("81"), before=figure("80")
    )


def test_a_retired_or_placeholder_indicator_does_not_travel() -> None:
    both: dict[str, Any] = {"entry": figure("81"), "before": figure("80")}
    assert ("none", "retired") == travelled(retired=True, **both)
    assert ("none", "placeholder") == travelled(definition=define(placeholder=True), **both)


def test_an_unsigned_figure_does_not_travel_where_only_signed_ones_count() -> None:
    signed, unsigned = figure("81"), figure("80", signed=False)
    assert NOTHING == travelled(SIGNED_ONLY, entry=signed, before=unsigned)
    assert NOTHING == travelled(SIGNED_ONLY, entry=unsigned, before=signed)
    assert ("improving", "") == travelled(SIGNED_ONLY, entry=signed, before=figure("80"))
    assert ("improving", "") == travelled(entry=signed, before=unsigned)


@pytest.mark.parametrize(
    ("compare_with", "break_at", "period", "crosses"),
    [
        ("previous-period", "FY2007-Q1", "FY2007-Q1", True),
        ("previous-period", "FY2007-Q1", "FY2007-Q2", False),
        ("previous-period", "FY2007-Q1", "FY2006-Q4", False),
        ("same-period-last-year", "FY2007-Q1", "FY2007-Q4", True),
        ("same-period-last-year", "FY2007-Q1", "FY2008-Q1", False),
        ("baseline", "FY2007-Q1", "FY2008-Q3", True),
        ("baseline", "FY2007-Q1", "FY2006-Q4", False),
        ("previous-period", "", "FY2007-Q1", False),
        ("previous-period", "no period", "FY2007-Q1", False),
    ],
)
def test_a_series_break_between_the_two_figures_stops_the_travel(
    compare_with: Any, break_at: str, period: str, crosses: bool
) -> None:
    rules = msgspec.structs.replace(RULES, travel=TravelSettings(compare_with=compare_with))
    expected = ("none", "series break") if crosses else ("improving", "")
    assert expected == travelled(
        rules,
        definition=define(series_break_at=break_at),
        period=parse_code(period),
        entry=figure("81"),
        before=figure("80"),
    )


# Laws

NUMBERS = st.decimals(0, 120, places=3)
DAYS = st.dates(date(2007, 1, 1), date(2008, 12, 31))
ENTRIES = st.builds(
    EntryFacts,
    judged=NUMBERS,
    provisional=st.booleans(),
    signed=st.booleans(),
    corrected=st.booleans(),
) | st.builds(EntryFacts, judged=st.none(), missing=st.none() | st.sampled_from(Missing))
SHEETS = st.builds(
    define,
    polarity=st.sampled_from(Polarity),
    decimals=st.integers(0, 3),
    due_lag_days=st.integers(0, 60),
    limits=st.none() | st.just(BAND),
    margins=st.none() | st.builds(MarginOverride, amber_margin=st.none() | NUMBERS, floor=NUMBERS),
    data_only=st.booleans(),
    placeholder=st.booleans(),
    series_break_at=st.sampled_from(["", "FY2007-Q1", "FY2006-Q3"]),
)
CELLS = st.builds(
    CellFacts,
    definition=SHEETS,
    period=st.sampled_from([Q1, Q1.next(), Q1.previous()]),
    retired=st.booleans(),
    target=st.none() | st.builds(TargetFacts, NUMBERS | st.just(Decimal(0)), st.just("local")),
    entry=st.none() | ENTRIES,
    before=st.none() | ENTRIES,
)
ALL_RULES = st.builds(
    Rules,
    st.builds(
        RagSettings,
        basis=st.sampled_from(["relative", "absolute"]),
        amber_margin=st.decimals("0.02", 5, places=2),
        green_margin=st.sampled_from([Decimal(0), Decimal("0.02")]),
        exceed_margin=st.none() | st.decimals(0, 5, places=2),
        judge=st.sampled_from(["signed-only", "submitted"]),
        floor=st.none() | NUMBERS,
    ),
    st.builds(
        TravelSettings,
        compare_with=st.sampled_from(["previous-period", "same-period-last-year", "baseline"]),
        no_change_band=st.decimals(0, 2, places=1),
    ),
    st.builds(DueSettings, st.integers(0, 30)),
)


@given(CELLS, ALL_RULES, DAYS)
def test_there_is_either_a_status_or_a_reason(facts: CellFacts, rules: Rules, today: date) -> None:
    judgement = judge(facts, rules, today)
    assert (judgement.status is None) != (judgement.reason is None)
    if judgement.status is not None:
        assert judgement.judged is not None


@given(CELLS.filter(lambda f: f.entry and f.entry.judged is not None), ALL_RULES, DAYS, DAYS)
def test_a_cell_with_a_figure_is_judged_the_same_on_every_day(
    facts: CellFacts, rules: Rules, one: date, other: date
) -> None:
    assert judge(facts, rules, one) == judge(facts, rules, other)


@given(CELLS, ALL_RULES, DAYS)
def test_only_a_cell_without_a_figure_is_waited_for(
    facts: CellFacts, rules: Rules, today: date
) -> None:
    waiting = {NoStatus.NOT_DUE, NoStatus.AWAITED, NoStatus.OVERDUE}
    judgement = judge(facts, rules, today)
    if judgement.reason in waiting:
        assert judgement.judged is None


@given(CELLS, ALL_RULES, DAYS)
def test_rounding_first_changes_no_judgement(facts: CellFacts, rules: Rules, today: date) -> None:
    """The exact figure and the rounded one are judged alike, and as the rounded one."""
    entry, decimals = facts.entry, facts.definition.decimals
    if entry is None or entry.judged is None:
        return
    shown = round_half_up(entry.judged, decimals)
    rounded = msgspec.structs.replace(facts, entry=msgspec.structs.replace(entry, judged=shown))
    judgement = judge(facts, rules, today)
    assert judge(rounded, rules, today) == judgement
    assert shown == judgement.judged
    if judgement.status is not None:
        level = facts.target.level if facts.target else None
        assert status_of(shown, level, facts.definition, rules.rag) == judgement.status


@given(CELLS, ALL_RULES, DAYS)
def test_a_direction_or_a_reason_for_none(facts: CellFacts, rules: Rules, today: date) -> None:
    judgement = judge(facts, rules, today)
    assert (judgement.travel is Travel.NONE) == bool(judgement.travel_reason)


@given(CELLS, ALL_RULES, DAYS)
def test_the_working_ends_in_the_judgement(facts: CellFacts, rules: Rules, today: date) -> None:
    judgement = judge(facts, rules, today)
    *steps, last = working(facts, rules, today)
    assert ("status", word(judgement)) == (last.label, last.working)
    assert ("direction of travel", True) == (
        steps[-1].label,
        steps[-1].working.startswith(judgement.travel.label),
    )
    assert all(step.label and step.working for step in steps)
    assert (judgement.reason is not None) == ("no status" in [step.label for step in steps])


@given(CELLS, ALL_RULES, DAYS, st.integers(0, 60))
def test_the_word_of_an_absent_figure_only_moves_on(
    facts: CellFacts, rules: Rules, today: date, days: int
) -> None:
    order = [NoStatus.NOT_DUE, NoStatus.AWAITED, NoStatus.OVERDUE]
    empty = msgspec.structs.replace(facts, entry=None)
    now = judge(empty, rules, today).reason
    later = judge(empty, rules, today + timedelta(days=days)).reason
    if now in order and later in order:
        assert order.index(now) <= order.index(later)


def test_a_working_shows_inputs_settings_rounding_and_tests() -> None:
    facts = cell(entry=figure("79.949"), before=figure("78"))
    assert [
        ("period", "Q1 2007/08, due on 2007-07-30, days of grace: 10"),
        ("polarity", "bigger-is-better"),
        ("target", "80 % (local)"),
        ("settings", "relative basis, judges submitted values, amber margin 0.05, green margin 0"),
        ("figure", "79.949"),
        ("judged figure", "79.9, rounded half-up, decimal places: 1"),
        ("distance", "d = (79.9 − 80) ÷ 80 = -0.00125"),
        ("green?", "d ≥ 0: no"),
        ("amber?", "d ≥ -0.05: yes"),
        ("direction of travel", "improving"),
        ("status", "amber"),
    ] == [(step.label, step.working) for step in working(facts, RULES, LATE)]


@pytest.mark.parametrize(
    ("facts", "rules", "told"),
    [
        (
            {"entry": figure("80", signed=False)},
            SIGNED_ONLY,
            [
                ("figure", "80"),
                ("judged figure", "80.0, rounded half-up, decimal places: 1"),
                ("no status", "the policy judges signed-off values only, and this one is not"
                 " signed off"),
            ],
        ),
        (
            {},
            RULES,
            [
                ("figure", "none submitted"),
                ("no status", "there is no figure, and the days of grace are past"),
            ],
        ),
        (
            {"entry": absent(Missing.SUPPRESSED)},
            RULES,
            [
                ("figure", "none: suppressed"),
                ("no status", "the figure is suppressed by its publisher"),
            ],
        ),
        (
            {"entry": EntryFacts(judged=None)},
            RULES,
            [
                ("figure", "none: missing"),
                ("no status", "there is no figure, and the days of grace are past"),
            ],
        ),
    ],
)  # fmt: skip
def test_a_working_without_a_status_says_why_and_tests_nothing(
    facts: dict[str, Any], rules: Rules, told: list[tuple[str, str]]
) -> None:
    steps = [(step.label, step.working) for step in working(cell(**facts), rules, LATE)]
    travel = ("direction of travel", "none (nothing to compare with)")
    assert [*told, travel] == steps[4:-1]


def test_the_statuses_and_marks_are_the_words_of_the_rules() -> None:
    assert "exceeding green amber red".split() == [status.value for status in Status]
    assert "provisional unsigned corrected series-break proxy".split() == [
        mark.value for mark in Mark
    ]
