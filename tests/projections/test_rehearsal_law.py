"""After approval the live pages equal the rehearsal: on random histories, for random proposals."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import msgspec
from histories import (
    AGREEMENT,
    AREAS,
    CODES,
    HOME,
    PERIODS,
    REASON,
    Ledger,
    Story,
    definition,
    empty,
    opening,
)
from hypothesis import given
from random_histories import BEGIN, FIGURES, LIMITS, RAGS, VARIATIONS, stories

from ledger.agreement.events import Area, EscalationPolicyAdopted, RagPolicyAdopted
from ledger.amendment.adopting import adoption_of, first_of
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    PolicyChange,
    RetirementChange,
    TargetChange,
)
from ledger.engine import Connection
from ledger.event import Event
from ledger.indicator.events import (
    Entry,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsAmended,
)
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSubmitted,
    FastTracked,
    PlanStep,
)
from policies.basket import BasketSettings
from policies.definition import Polarity
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from projections.answers import StatusRow
from projections.catch_up import catch_up
from projections.effects import Verdict
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.scorecard import read_scorecard
from projections.reading.status_series import read_status_series
from projections.rehearsing.rehearsal import rehearse
from projections.spans import span_of

Cell = tuple[str, str, str]
Told = tuple[str | None, str | None, str | None, str | None, int | None]
FROM = (date(2021, 4, 1), date(2023, 7, 1), date(2023, 10, 1))
BASKETS = (
    BasketSettings(least_coverage=Decimal("0.3")),
    BasketSettings(method="majority", least_coverage=Decimal(0), overdue="red"),
)
ASKED = ("FY2021", "FY2022", "FY2023", "FY2022-Q4", "FY2023-Q1", "FY2023-Q2", "FY2023-Q4")
ESCALATIONS = (
    EscalationSettings(),
    EscalationSettings(periods_to_action=1, missing="counts"),
    EscalationSettings(tolerance=Decimal(1), trend="projection", missing="breaks"),
    EscalationSettings(periods_to_close=2),
)


def told(row: StatusRow | Verdict) -> Told:
    return row.status, row.reason, row.judged, row.target, row.stage


def live(reader: Connection, clocks: ResolvedClocks) -> dict[Cell, Told]:
    """Every cell of the live pages."""
    return {
        (code, area.code, row.period): told(row)
        for code in CODES
        for area in AREAS
        for row in read_status_series(reader, AGREEMENT, code, clocks, area=area.code)
    }


def baskets(
    reader: Connection, clocks: ResolvedClocks, period: str, area: str
) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Every basket of the live scorecards of a period and an area, by grouping and code."""
    return {
        (by, one.code): (one.status, one.reason)
        for by in ("blocks", "outcomes", "all")
        for one in read_scorecard(
            reader, AGREEMENT, clocks, by=by, period=period, area=area
        ).baskets
    }


figures = st.sampled_from(FIGURES)


@st.composite
def target_changes(draw: st.DrawFn) -> TargetChange:
    code = draw(st.sampled_from(CODES))
    return TargetChange(
        indicator=code,
        target=Target(
            area=draw(st.sampled_from(AREAS)).code,
            period=draw(st.sampled_from(PERIODS[code])),
            level=draw(figures),
            kind=draw(st.sampled_from(("local", "designated"))),
            baseline=draw(st.none() | figures),
        ),
    )


retirement_changes = st.builds(RetirementChange, indicator=st.sampled_from(CODES))
definition_changes = st.builds(
    lambda code, n: DefinitionChange(
        indicator=code, kind="minor", definition=definition(code, **VARIATIONS[n])
    ),
    st.sampled_from(CODES),
    st.integers(0, len(VARIATIONS) - 1),
)
policy_changes = st.one_of(
    st.builds(
        lambda begins, settings: PolicyChange(
            kind="rag", version="new", effective_from=begins, rag=settings
        ),
        st.sampled_from(FROM),
        st.sampled_from(RAGS),
    ),
    st.builds(
        lambda begins, days: PolicyChange(
            kind="due", version="new", effective_from=begins, due=DueSettings(grace_days=days)
        ),
        st.sampled_from(FROM),
        st.integers(0, 200),
    ),
    st.builds(
        lambda begins, settings: PolicyChange(
            kind="basket", version="new", effective_from=begins, basket=settings
        ),
        st.sampled_from(FROM),
        st.sampled_from(BASKETS),
    ),
    st.builds(
        lambda begins, settings: PolicyChange(
            kind="escalation", version="new", effective_from=begins, escalation=settings
        ),
        st.sampled_from(FROM),
        st.sampled_from(ESCALATIONS),
    ),
)


def _each_once(changes: list[TargetChange]) -> tuple[TargetChange, ...]:
    found = {(one.indicator, one.target.area, one.target.period): one for one in changes}
    return tuple(found.values())


def _apart(**fields: Any) -> Changes:
    """A proposal without targets and definitions of what it retires, which would be refused."""
    changes = Changes(**fields)
    retired = {one.indicator for one in changes.retirements}
    return msgspec.structs.replace(
        changes,
        targets=tuple(one for one in changes.targets if one.indicator not in retired),
        definitions=tuple(one for one in changes.definitions if one.indicator not in retired),
    )


proposals = st.builds(
    lambda begins, targets, definitions, policies, retirements: _apart(
        effective_from=begins,
        targets=_each_once(targets),
        definitions=tuple({one.indicator: one for one in definitions}.values()),
        policies=tuple({one.kind: one for one in policies}.values()),
        retirements=retirements,
    ),
    st.sampled_from(("FY2021", "FY2022-Q4", "FY2023-Q2", "FY2023-Q4")),
    st.lists(target_changes(), max_size=4),
    st.lists(definition_changes, max_size=1),
    st.lists(policy_changes, max_size=2),
    st.lists(retirement_changes, max_size=1).map(tuple),
)


def from_the_first(changes: Changes) -> Changes:
    """The same proposal from the first of all periods, so that few are refused."""
    return msgspec.structs.replace(changes, effective_from="FY2021")


def without_earlier(changes: Changes) -> Changes:
    """The same proposal without targets and rules that begin before it does, and are refused."""
    begins = span_of(changes.effective_from).start
    return msgspec.structs.replace(
        changes,
        targets=tuple(one for one in changes.targets if span_of(one.target.period).start >= begins),
        policies=tuple(one for one in changes.policies if one.effective_from >= begins),
    )


def approve(story: Story, changes: Changes) -> None:
    """What an approval records in the streams that the proposal concerns."""
    for change in changes.definitions:
        story.indicator(
            change.indicator, IndicatorRedefined(definition=change.definition, amendment=1)
        )
    for code in CODES:
        targets = tuple(one.target for one in changes.targets if one.indicator == code)
        if targets:
            story.indicator(
                code,
                TargetsAmended(amendment=1, effective_from=changes.effective_from, targets=targets),
            )
    for code in (one.indicator for one in changes.retirements):
        held = story.states[code]
        assert held.definition is not None
        first = first_of(changes, held.definition).code
        story.indicator(code, IndicatorRetired(from_period=first, amendment=1))
    policies: list[Event] = [adoption_of(change, 1) for change in changes.policies]
    story.structure(*policies)


@given(
    story=stories(most=15),
    settings=st.sampled_from(ESCALATIONS),
    changes=proposals,
    fast=st.booleans(),
)
def test_after_approval_the_live_pages_equal_the_rehearsal(
    written: tuple[str, Ledger, Connection],
    story: Story,
    settings: EscalationSettings,
    changes: Changes,
    fast: bool,
) -> None:
    """Every cell: where the rehearsal has no effect, the page is as it was before.

    No period before the effective one moves but where the rehearsal said so, and is refused; the
    stage beside an annual one may, for a proxy leads it on from the effective period.
    """
    url, owner, reader = written
    empty(owner)
    story.structure(EscalationPolicyAdopted(version="1", effective_from=FROM[0], settings=settings))
    if fast:
        story.indicator("I1", FastTracked(area=HOME, stage=2, reason=REASON))
        day = story.at.date()
        number = len(story.states["I1"].plans) + 1
        plan = ActionPlanSubmitted(
            number=number,
            area=HOME,
            period=PERIODS["I1"][0],
            cause=REASON,
            steps=(PlanStep(action=REASON, due_on=day),),
            begins_on=day,
            ends_on=day,
        )
        accepted = ActionPlanAccepted(plan=number, area=HOME, review_on=day)
        story.indicator("I1", plan, accepted)
    before_approval = len(story.commits)
    approve(story, changes)
    day = story.at
    for commit in story.commits[:before_approval]:
        owner.append(commit)
    catch_up(url)
    clocks = resolve(reader, "now", "now", day)
    rehearsed = rehearse(reader, AGREEMENT, changes, clocks)
    before = live(reader, clocks)
    expected = dict(before)
    for effect in rehearsed.document.effects:
        key = (effect.indicator, effect.area, effect.period)
        if key in before:  # else a target would bring the cell into being
            assert before[key] == told(effect.before)
        expected[key] = told(effect.after)
    for commit in story.commits[before_approval:]:
        owner.append(commit)
    catch_up(url)
    now = live(reader, resolve(reader, "now", "now", day))
    assert expected == {key: now[key] for key in expected}
    assert rehearsed.document.counts.changed == len(rehearsed.document.effects)
    begins = span_of(changes.effective_from).start
    earlier = {key for key in before if span_of(key[2]).start < begins}
    moved = [
        key
        for key in earlier
        if before[key][:4] != now[key][:4] or (key[0] == "I1" and before[key] != now[key])
    ]
    assert rehearsed.earlier or not moved  # what changes earlier periods is refused


@given(
    story=stories(most=10),
    changes=proposals.map(from_the_first) | proposals.map(without_earlier),
    period=st.sampled_from(ASKED),
    area=st.sampled_from(AREAS),
    later=st.sampled_from((timedelta(0), timedelta(days=300))),
)
def test_after_approval_the_scorecards_equal_the_rehearsal(
    written: tuple[str, Ledger, Connection],
    story: Story,
    changes: Changes,
    period: str,
    area: Area,
    later: timedelta,
) -> None:
    """Every basket of a period: one that the rehearsal does not name is as it was.

    A proposal may begin within the year that is asked for, and be made when all of it is due.
    """
    url, owner, reader = written
    empty(owner)
    day = story.at + later
    before_approval = len(story.commits)
    approve(story, changes)
    for commit in story.commits[:before_approval]:
        owner.append(commit)
    catch_up(url)
    clocks = resolve(reader, "now", "now", day)
    rehearsed = rehearse(reader, AGREEMENT, changes, clocks)
    cards = baskets(reader, clocks, period, area.code)
    for one in rehearsed.document.baskets:
        if (one.period, one.area) == (period, area.code):
            assert cards[one.by, one.code] == (one.before.status, one.before.reason)
            cards[one.by, one.code] = (one.after.status, one.after.reason)
    for commit in story.commits[before_approval:]:
        owner.append(commit)
    catch_up(url)
    if rehearsed.earlier:
        return  # it is refused
    assert cards == baskets(reader, resolve(reader, "now", "now", day), period, area.code)


def test_a_period_that_only_the_proposal_gives_a_target_is_not_there_before(
    written: tuple[str, Ledger, Connection],
) -> None:
    """Or else its indicator would have been silent for longer than it was."""
    url, owner, reader = written
    empty(owner)
    story = opening("I1", "I2", "I3", start=BEGIN, days_between=10)
    band = definition("I2", polarity=Polarity.PLAN, limits=LIMITS)  # judged without a target
    story.indicator("I2", IndicatorRedefined(definition=band))
    story.structure(
        RagPolicyAdopted(
            version="r",
            effective_from=date(2021, 4, 1),
            settings=RagSettings(amber_margin=Decimal("0.1")),
        )
    )
    story.submit(
        "I2",
        Entry(period="FY2023", area=HOME, numerator=Decimal(110), denominator=Decimal(29)),
        Entry(period="FY2021", area=AREAS[1].code, numerator=Decimal(12), denominator=Decimal(25)),
    )
    rules = EscalationSettings(periods_to_action=1, missing="counts")
    story.structure(
        EscalationPolicyAdopted(version="1", effective_from=date(2021, 4, 1), settings=rules)
    )
    for commit in story.commits:
        owner.append(commit)
    catch_up(url)
    proposed = Target(area=HOME, period="FY2021", level=Decimal("9.99"))
    changes = Changes(
        effective_from="FY2021",
        targets=(TargetChange(indicator="I2", target=proposed),),
        definitions=(DefinitionChange(indicator="I2", kind="minor", definition=definition("I2")),),
    )
    clocks = resolve(reader, "now", "now", datetime(2024, 1, 14, tzinfo=UTC))
    effects = rehearse(reader, AGREEMENT, changes, clocks).document.effects

    before = live(reader, clocks)
    known = {(one.indicator, one.area, one.period): told(one.before) for one in effects}
    assert known
    assert {} == {key: each for key, each in known.items() if key in before and each != before[key]}
