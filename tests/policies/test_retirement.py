"""From which period on an indicator is retired, and what a retired period is left out of."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from turning import sheet

from policies.cell import EntryFacts, Rules, TargetFacts
from policies.collecting import Span, asked_for
from policies.definition import Basis, Definition
from policies.escalation import Act, ActKind, EscalationSettings, Stage
from policies.periods import (
    Calendar,
    Interval,
    Period,
    first_beginning,
    fits,
    parse_code,
    period_on,
)
from policies.rag import RagSettings
from policies.retirement import ALL, begins, is_retired, is_retired_on, sooner, words_of
from policies.runs import Course, Run, stage_of
from policies.turns import Governed, PeriodFacts, stage_at, turns_of

KINDS = [
    (calendar, interval)
    for calendar in (Calendar.FINANCIAL, Calendar.CALENDAR)
    for interval in (Interval.MONTH, Interval.QUARTER, Interval.YEAR, Interval.POOLED)
] + [(Calendar.ACADEMIC, Interval.TERM)]
periods = st.builds(
    lambda kind, day: period_on(day, *kind),
    st.sampled_from(KINDS),
    st.dates(date(2010, 1, 1), date(2040, 12, 31)),
)
GOVERNED = Governed(
    Rules(RagSettings(amber_margin=Decimal(1), judge="submitted")),
    EscalationSettings(periods_to_action=1),
)
ON = Course(date(2023, 4, 1), date(2025, 3, 31), date(2025, 5, 1))


@given(period=periods, first=periods)
def test_a_period_is_retired_from_the_first_day_of_the_first_on(
    period: Period, first: Period
) -> None:
    """Whatever the two calendars and lengths are."""
    assert is_retired(first.code, period) == (period.start >= first.start)
    assert is_retired(ALL, period)
    assert not is_retired(None, period)


@given(period=periods, first=periods)
def test_what_comes_after_a_retired_period_is_retired(period: Period, first: Period) -> None:
    assert is_retired(first.code, period.next()) or not is_retired(first.code, period)


@pytest.mark.parametrize(
    ("since", "day", "expected"),
    [
        (None, date(2030, 1, 1), False),
        (ALL, date(1990, 1, 1), True),
        ("FY2024", date(2024, 3, 31), False),
        ("FY2024", date(2024, 4, 1), True),
    ],
)
def test_a_retirement_has_begun_on_its_first_day(
    since: str | None, day: date, expected: bool
) -> None:
    assert expected is is_retired_on(since, day)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, None, None),
        (None, "FY2024", "FY2024"),
        ("FY2024", "FY2023-Q4", "FY2023-Q4"),
        ("FY2024", ALL, ALL),
        # by the days they begin on, 1 April 2024 and 1 January 2025, and not by their codes
        ("FY2024", "CY2025", "FY2024"),
    ],
)
def test_the_sooner_of_two_retirements(
    one: str | None, other: str | None, expected: str | None
) -> None:
    assert expected == sooner(one, other) == sooner(other, one)


def test_a_retirement_in_words() -> None:
    assert (" from 2024/25", "") == (words_of("FY2024"), words_of(ALL))
    assert date.min == begins(ALL)


@given(day=st.dates(date(2010, 1, 1), date(2040, 12, 31)), kind=st.sampled_from(KINDS))
def test_the_first_period_from_a_day_on(day: date, kind: tuple[Calendar, Interval]) -> None:
    """It is one of its kind, and the one before begins sooner."""
    first = first_beginning(day, *kind)
    assert fits(first, *kind, 3)
    assert first.previous().start < day <= first.start


def quarters(figure: str = "8") -> dict[str, PeriodFacts]:
    """Eight quarters below their target."""
    entry = EntryFacts(judged=Decimal(figure))
    target = TargetFacts(Decimal(10), "local")
    facts = PeriodFacts(entry=entry, target=target, name="7.0")
    return {f"FY{year}-Q{n}": facts for year in (2023, 2024) for n in (1, 2, 3, 4)}


def turns(since: str | None) -> list[str]:
    found = turns_of(
        sheet(),
        quarters(),
        lambda _: GOVERNED,
        start=ON.start,
        end=ON.end,
        today=ON.today,
        retired_from=since,
    )
    return [turn.period for turn in found]


def test_a_retired_period_has_no_turn_and_earlier_ones_keep_theirs() -> None:
    every = turns(None)
    assert every[: every.index("FY2024-Q1")] == turns("FY2024-Q1") == turns("FY2024")
    assert [] == turns(ALL) == turns("FY2020")


def run(since: str | None, code: str = "I") -> Run:
    return Run(code, sheet(), since, quarters())


def test_a_stage_that_earlier_periods_led_to_stays_until_the_board_closes_it() -> None:
    found = stage_of(run("FY2024-Q1"), None, (), lambda _: GOVERNED, ON)
    whole = stage_of(run(None), None, (), lambda _: GOVERNED, ON)
    assert Stage.NONE is not found.stage
    assert list(found.moves) == [move for move in whole.moves if move.on < date(2024, 6, 30)]
    close = Act(kind=ActKind.CLOSURE, on=date(2025, 2, 1), position=9, actor="bela")
    closed = stage_of(run("FY2024-Q1"), None, (close,), lambda _: GOVERNED, ON)
    assert Stage.NONE is closed.stage


def test_a_stage_is_over_when_no_further_period_comes_due() -> None:
    """After the last period before the retirement, or the agreement's last, was due."""
    last = date(2024, 3, 31)
    for since, end in (("FY2024-Q1", ON.end), ("FY2024", ON.end), (None, last)):
        on = [
            stage_of(run(since), None, (), lambda _: GOVERNED, Course(ON.start, end, day)).over
            for day in (last - timedelta(days=1), last)
        ]
        assert [False, True] == on, (since, end)


@pytest.mark.parametrize(("on_proxy", "over"), [(True, False), (False, True)])
def test_a_stage_is_not_over_while_a_proxy_that_counts_comes_due(
    on_proxy: bool, over: bool
) -> None:
    """The annual one's own last period ended with 2023; a quarter of its proxy is to come."""
    yearly = sheet(interval=Interval.YEAR, basis=Basis.ANNUAL, proxy="P")
    yearly = replace(yearly, calendar=Calendar.CALENDAR)
    governed = Governed(GOVERNED.rules, EscalationSettings(annual_on_proxy=on_proxy))
    on = Course(ON.start, date(2024, 3, 31), date(2024, 1, 1))
    own = Run("I", yearly, None, {})
    assert stage_of(own, None, (), lambda _: governed, on).over
    assert over is stage_of(own, run(None, "P"), (), lambda _: governed, on).over


def test_a_stage_is_over_though_a_proxy_comes_due_that_says_nothing_more() -> None:
    """The annual one's own turn for that time has come."""
    yearly = sheet(interval=Interval.YEAR, basis=Basis.ANNUAL, proxy="P")
    governed = Governed(GOVERNED.rules, EscalationSettings(annual_on_proxy=True))
    proxy = Run("P", sheet(due_lag_days=180), None, quarters())
    on = Course(ON.start, ON.end, date(2025, 5, 1))
    assert stage_of(Run("I", yearly, None, {}), proxy, (), lambda _: governed, on).over


def test_nothing_comes_due_of_an_agreement_in_which_no_period_ends() -> None:
    """The year before it, whose value is to come, is none of its periods."""
    yearly = sheet(interval=Interval.YEAR, basis=Basis.ANNUAL, due_lag_days=400)
    yearly = replace(yearly, calendar=Calendar.CALENDAR)
    on = Course(date(2024, 4, 1), date(2024, 9, 30), date(2024, 10, 1))
    assert stage_of(Run("I", yearly, None, {}), None, (), lambda _: GOVERNED, on).over


def test_an_indicator_that_is_retired_for_all_its_periods_has_no_stage() -> None:
    fast = Act(kind=ActKind.FAST_TRACK, on=date(2024, 2, 1), position=9, actor="bela", stage=2)
    assert Stage.NONE is stage_of(run(ALL), None, (fast,), lambda _: GOVERNED, ON).stage
    assert Stage.NONE is not stage_of(run("FY2024"), None, (fast,), lambda _: GOVERNED, ON).stage


@pytest.mark.parametrize(
    ("since", "stands_in"), [(None, True), ("FY2025", True), ("FY2024", True), ("FY2022", False)]
)
def test_a_proxy_stands_in_by_the_periods_before_either_is_retired(
    since: str | None, stands_in: bool
) -> None:
    """As far as its own retirement does, the retirement of the annual one ends it."""
    yearly = sheet(interval=Interval.YEAR, basis=Basis.ANNUAL, proxy="P", due_lag_days=400)
    settings = EscalationSettings(periods_to_action=1, annual_on_proxy=True)
    governed = Governed(GOVERNED.rules, settings)
    found, own_retired = (
        stage_of(Run("I", yearly, own, {}), run(proxy, "P"), (), lambda _: governed, ON)
        for own, proxy in ((None, since), (since, None))
    )
    assert stands_in is (found.stage is not Stage.NONE)
    assert found.moves == own_retired.moves


def test_a_retired_period_stands_beside_no_stage() -> None:
    found = stage_of(run("FY2024-Q1"), None, (), lambda _: GOVERNED, ON)
    beside = [
        stage_at(found, parse_code(code), sheet(), ON.today, "FY2024-Q1")
        for code in ("FY2023-Q4", "FY2024-Q1", "FY2024-Q2")
    ]
    assert [True, False, False] == [stage is not Stage.NONE for stage in beside]


def collected(since: str | None, definition: Definition) -> list[Period]:
    held = {parse_code("FY2023-Q4"): False, parse_code("FY2024-Q3"): True}
    span = Span(ON.start, ON.end, date(2024, 11, 1))
    return list(asked_for(definition, held, span, home=True, retired_from=since))


@given(since=st.sampled_from([None, ALL, "FY2023-Q4", "FY2024-Q2", "FY2024", "FY2030"]))
def test_no_value_of_a_retired_period_is_collected_and_every_other_is(since: str | None) -> None:
    every = collected(None, sheet())
    assert [one for one in every if not is_retired(since, one)] == collected(since, sheet())
    assert timedelta(0) < every[-1].end - every[0].end
