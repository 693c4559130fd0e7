"""A rehearsal tells all that an amendment changes: of those it names, and of those beside them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from histories import AGREEMENT, HOME, Ledger, Story, definition, opening, taken_in

from ledger.agreement.events import (
    BasketPolicyAdopted,
    EscalationPolicyAdopted,
    RagPolicyAdopted,
    RewardPolicyAdopted,
)
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    PolicyChange,
    RetirementChange,
    TargetChange,
)
from ledger.engine import Connection
from ledger.indicator.events import (
    Entry,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsAmended,
)
from policies.basket import BasketSettings
from policies.definition import Polarity
from policies.escalation import EscalationSettings
from policies.periods import Interval
from policies.rag import RagSettings
from policies.reward import RewardSettings
from projections.effects import Rehearsal
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.rewards import read_rewards
from projections.reading.scorecard import read_scorecard
from projections.reading.status_series import read_status_series
from projections.rehearsing.rehearsal import rehearse

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
SINCE = date(2020, 4, 1)
Written = tuple[str, Ledger, Connection]
Paid = dict[tuple[str, str], str]  # by indicator and period


def begun(*rules: RewardPolicyAdopted | EscalationPolicyAdopted) -> Story:
    rag = RagSettings(amber_margin=Decimal("0.1"))
    story = opening("I1", "I2")
    story.structure(RagPolicyAdopted(version="1", effective_from=SINCE, settings=rag), *rules)
    return story


def told(written: Written, story: Story) -> tuple[Connection, ResolvedClocks]:
    reader = taken_in(written, story)
    return reader, resolve(reader, "now", "now", NOW)


def rehearsed(written: Written, story: Story, changes: Changes) -> Rehearsal:
    reader, clocks = told(written, story)
    return rehearse(reader, AGREEMENT, changes, clocks).document


def test_other_rules_of_baskets_are_rehearsed_from_their_first_period(written: Written) -> None:
    """Two indicators, one of them without a value: by coverage there is no status, or there is."""
    story = begun().target("I1", Target(area=HOME, period="FY2023-Q4", level=Decimal(90)))
    story.target("I2", Target(area=HOME, period="FY2023", level=Decimal(90)))
    story.submit("I1", Entry(period="FY2023-Q4", area=HOME, value=Decimal(95)))
    rules = BasketSettings(least_coverage=Decimal("0.4"))
    new = PolicyChange(kind="basket", version="1", effective_from=date(2023, 4, 1), basket=rules)
    found = rehearsed(written, story, Changes(effective_from="FY2023", policies=(new,)))

    told_of = {
        (one.by, one.code, one.period): (one.before.reason, one.after.status)
        for one in found.baskets
        if one.area == HOME
    }
    assert ("least-coverage", "green") == told_of["all", "all", "FY2023"]
    assert {"all"} == {by for by, _, _ in told_of}  # nothing else has both of them
    assert not [period for _, _, period in told_of if period < "FY2023"]
    assert () == found.effects
    assert found.summary.endswith(f"differ {len(found.baskets)} times.")


def test_a_retirement_within_a_year_is_rehearsed_on_the_scorecard_of_that_year(
    written: Written,
) -> None:
    """Nothing is recorded of the periods that it retires: the year lacks them no more."""
    story = begun().target("I1", Target(area=HOME, period="FY2024-Q2", level=Decimal(90)))
    story.target("I2", Target(area=HOME, period="FY2024", level=Decimal(90)))
    full = Entry(period="FY2024", area=HOME, numerator=Decimal(95), denominator=Decimal(100))
    story.submit("I2", full)
    rules = BasketSettings(least_coverage=Decimal("0.6"))
    story.structure(BasketPolicyAdopted(version="1", effective_from=SINCE, settings=rules))

    def card() -> tuple[str | None, str | None]:
        reader, clocks = told(written, story)
        year = read_scorecard(reader, AGREEMENT, clocks, by="all", period="FY2024", area=HOME)
        (whole,) = year.baskets
        return whole.status, whole.reason

    before = card()
    retirement = RetirementChange(indicator="I1")
    found = rehearsed(
        written, story, Changes(effective_from="FY2024-Q3", retirements=(retirement,))
    )
    story.indicator("I1", IndicatorRetired(from_period="FY2024-Q3", amendment=1))

    (year,) = (
        one for one in found.baskets if (one.by, one.period, one.area) == ("all", "FY2024", HOME)
    )
    assert before == (year.before.status, year.before.reason) == (None, "least-coverage")
    assert card() == (year.after.status, year.after.reason) == ("green", None)


def stretch(period: str, level: int, without: int) -> Target:
    return Target(
        area=HOME,
        period=period,
        level=Decimal(level),
        kind="stretch",
        performance_without=Decimal(without),
        performance_with=Decimal(level),
    )


def paid(written: Written, story: Story) -> Paid:
    reader, clocks = told(written, story)
    (policy,) = read_rewards(reader, AGREEMENT, clocks).policies
    return {(row.indicator, row.period): row.paid for row in policy.rows}


def check_paid(written: Written, story: Story, target: Target) -> None:
    """What is paid differs as the rehearsal of a target of I1 said, and in nothing else."""
    changes = Changes(
        effective_from=target.period, targets=(TargetChange(indicator="I1", target=target),)
    )
    amended = TargetsAmended(amendment=1, effective_from=target.period, targets=(target,))
    check_paid_as_rehearsed(written, story, changes, amended)


def check_paid_as_rehearsed(
    written: Written, story: Story, changes: Changes, approved: TargetsAmended | IndicatorRetired
) -> Paid:
    """What I1 and the others are paid once it is approved."""
    before = paid(written, story)
    effects = rehearsed(written, story, changes).rewards
    after = paid(written, story.indicator("I1", approved))

    assert before != after
    assert {
        key: (before.get(key), after.get(key))
        for key in before | after
        if before.get(key) != after.get(key)
    } == {(one.indicator, one.period): (one.before, one.after) for one in effects}
    return after


def with_a_pot() -> Story:
    settings = RewardSettings(pot=Decimal(1000))
    story = begun(RewardPolicyAdopted(version="1", effective_from=SINCE, settings=settings))
    story.target("I2", stretch("FY2023", 90, 80))
    full = Entry(period="FY2023", area=HOME, numerator=Decimal(90), denominator=Decimal(100))
    return story.submit("I2", full)


def test_an_amended_stretch_target_is_paid_its_share_of_the_whole_pot(written: Written) -> None:
    story = with_a_pot().target("I1", stretch("FY2023-Q4", 90, 80))
    story.submit("I1", Entry(period="FY2023-Q4", area=HOME, value=Decimal(88)))
    check_paid(written, story, stretch("FY2023-Q4", 88, 80))


def test_a_new_stretch_target_takes_its_share_from_the_others(written: Written) -> None:
    check_paid(written, with_a_pot(), stretch("FY2024-Q4", 88, 80))


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("FY2023-Q3", {("I2", "FY2023"): "1000.00"}),
        ("FY2023-Q4", {("I1", "FY2023-Q3"): "500.00", ("I2", "FY2023"): "500.00"}),
    ],
)
def test_a_stretch_target_that_a_retirement_ends_is_paid_nothing_and_takes_nothing(
    written: Written, since: str, expected: Paid
) -> None:
    """Of the pot or of the outturn; where an earlier target stands, that is now the last."""
    story = with_a_pot()
    for period in ("FY2023-Q3", "FY2023-Q4"):
        story.target("I1", stretch(period, 90, 80))
        story.submit("I1", Entry(period=period, area=HOME, value=Decimal(90)))
    changes = Changes(effective_from=since, retirements=(RetirementChange(indicator="I1"),))
    retired = IndicatorRetired(from_period=since, amendment=1)
    assert expected == check_paid_as_rehearsed(written, story, changes, retired)


def on_a_proxy(**fields: Any) -> Story:
    """I2 is on target in 2023/24, and I1 far below in the first quarter after."""
    settings = EscalationSettings(annual_on_proxy=True)
    story = begun(EscalationPolicyAdopted(version="1", effective_from=SINCE, settings=settings))
    story.indicator("I2", IndicatorRedefined(definition=definition("I2", **fields)))
    years, quarters = ("FY2023", "FY2024"), ("FY2024-Q1", "FY2024-Q2", "FY2024-Q3")
    for code, periods in (("I2", years), ("I1", quarters)):
        story.target(code, *(Target(area=HOME, period=one, level=Decimal(90)) for one in periods))
    full = Entry(period="FY2023", area=HOME, numerator=Decimal(95), denominator=Decimal(100))
    story.submit("I2", full)
    return story.submit("I1", Entry(period="FY2024-Q1", area=HOME, value=Decimal(50)))


def check_stages_as_rehearsed(
    written: Written,
    story: Story,
    changes: Changes,
    approved: IndicatorRedefined | IndicatorRetired,
) -> set[str]:
    """The periods of I2 beside which another stage stands once it is approved."""

    def stages(story: Story) -> dict[str, int | None]:
        reader, clocks = told(written, story)
        rows = read_status_series(reader, AGREEMENT, "I2", clocks, area=HOME)
        return {row.period: row.stage for row in rows}

    before = stages(story)
    differing = {
        one.period: (one.before.stage, one.after.stage)
        for one in rehearsed(written, story, changes).effects
        if one.before.stage != one.after.stage
    }
    after = stages(story.indicator("I2", approved))
    assert differing == {
        period: (before[period], after[period])
        for period in before
        if before[period] != after[period]
    }
    return {*differing}


def test_an_indicator_that_would_stand_in_for_another_is_looked_at(written: Written) -> None:
    """The proposal is what makes it one: until then it was nothing to the annual indicator."""
    sheet = definition("I2", proxy="I1")
    anew = DefinitionChange(indicator="I2", kind="minor", definition=sheet)
    changes = Changes(effective_from="FY2024", definitions=(anew,))
    approved = IndicatorRedefined(definition=sheet)
    assert check_stages_as_rehearsed(written, on_a_proxy(), changes, approved)


def test_the_retirement_of_an_annual_indicator_ends_what_its_proxy_led_it_to_since(
    written: Written,
) -> None:
    """The stage stands beside the year before too, which is not judged anew and keeps no one from
    retiring the indicator."""
    story = on_a_proxy(proxy="I1")
    changes = Changes(effective_from="FY2024", retirements=(RetirementChange(indicator="I2"),))
    reader, clocks = told(written, story)
    assert not rehearse(reader, AGREEMENT, changes, clocks).earlier
    approved = IndicatorRetired(from_period="FY2024", amendment=1)
    assert "FY2023" in check_stages_as_rehearsed(written, story, changes, approved)


def test_a_summary_counts_what_red_would_become(written: Written) -> None:
    """Nine of ten margins wider: the sentence a reviewer reads first."""
    rules, wider = (RagSettings(amber_margin=Decimal(margin)) for margin in ("0.05", "0.15"))
    story = opening("I1")
    story.structure(RagPolicyAdopted(version="1", effective_from=SINCE, settings=rules))
    periods = ("FY2022-Q4", "FY2023-Q1", "FY2023-Q2")
    story.target("I1", *(Target(area=HOME, period=one, level=Decimal(10)) for one in periods))
    for period, value in zip(periods, ("9", "8.5", "5"), strict=True):
        story.submit("I1", Entry(area=HOME, period=period, value=Decimal(value)))
    reader = taken_in(written, story)
    change = PolicyChange(kind="rag", version="2", effective_from=SINCE, rag=wider)
    changes = Changes(effective_from="FY2022", policies=(change,))
    found = rehearse(reader, AGREEMENT, changes, resolve(reader, "now", "now", story.at))
    assert (
        "2 of 3 red quarters would have been amber; none worse."
        " Most of what it changes is red that turns amber or better."
        " What is judged together would differ 9 times."
    ) == found.summary
    assert (3, 2, 2, 0) == (
        found.document.counts.cells,
        found.document.counts.changed,
        found.document.counts.better,
        found.document.counts.worse,
    )
    assert not found.earlier
    assert "" == found.against


def test_what_would_be_judged_otherwise_before_is_named(written: Written) -> None:
    """Three of the periods, with what of each would be another, and how many more there are."""
    story = begun(
        EscalationPolicyAdopted(version="1", effective_from=SINCE, settings=EscalationSettings())
    )
    years = ("FY2020", "FY2021", "FY2022", "FY2023")
    story.target("I2", *(Target(area=HOME, period=one, level=Decimal(50)) for one in years[1:]))
    story.submit(
        "I2",
        *(
            Entry(area=HOME, period=one, numerator=Decimal(1), denominator=Decimal(3))
            for one in years
        ),
    )
    reader, clocks = told(written, story)
    anew = definition("I2", decimals=0, due_lag_days=10)
    change = DefinitionChange(indicator="I2", kind="minor", definition=anew)
    changes = Changes(effective_from="FY2024", definitions=(change,))
    assert (
        "4 periods that begin before 2024/25 would be judged otherwise:"
        " Indicator I2, Warwickshire, 2020/21, 33.3 → 33;"
        " Indicator I2, Warwickshire, 2021/22, 33.3 → 33;"
        " Indicator I2, Warwickshire, 2022/23, 33.3 → 33; and 1 more."
    ) == rehearse(reader, AGREEMENT, changes, clocks).against
    quarterly = definition("I2", interval=Interval.QUARTER)
    change = DefinitionChange(indicator="I2", kind="minor", definition=quarterly)
    changes = Changes(effective_from="FY2021", definitions=(change,))
    assert (
        "1 period that begins before 2021/22 would be judged otherwise:"
        " Indicator I2, Warwickshire, 2020/21, not measured any more."
    ) == rehearse(reader, AGREEMENT, changes, clocks).against
    contextual = definition("I2", polarity=Polarity.NEUTRAL)
    change = DefinitionChange(indicator="I2", kind="minor", definition=contextual)
    changes = Changes(effective_from="FY2022", definitions=(change,))
    assert (
        "2 periods that begin before 2022/23 would be judged otherwise:"
        " Indicator I2, Warwickshire, 2020/21, no target → contextual;"
        " Indicator I2, Warwickshire, 2021/22, red → contextual, stage 1 → no stage."
    ) == rehearse(reader, AGREEMENT, changes, clocks).against
