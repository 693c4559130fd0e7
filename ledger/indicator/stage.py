"""The stage an indicator stands at in an area: its due periods and what people did, walked through.

Nothing here is stored. The same walk serves decisions, which ask where it leads now, and answers,
which may ask with the acts and the figures of an earlier moment.
"""

from collections.abc import Iterable
from datetime import date

from ledger.agreement.state import Agreement, governed_for
from ledger.event import Event, Recorded
from ledger.indicator.figures import facts_of
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    EscalationClosed,
    FastTracked,
    InterventionDecided,
    PerformanceCommended,
    RemedialActionRecorded,
)
from ledger.indicator.state import Indicator
from policies.cell import TargetFacts
from policies.escalation import Act, ActKind, Escalation
from policies.runs import Course, Run, stage_of
from policies.turns import PeriodFacts


def present_stage(
    state: Indicator,
    agreement: Agreement,
    area: str,
    today: date,
    proxy: Indicator | None = None,
) -> Escalation:
    """Where an indicator stands in an area at the end of a day, by all that is recorded.

    Each period goes by the rules in force for it. ``proxy`` stands in for an annual one between
    its outturns.
    """
    sheet = agreement.sheet
    assert sheet is not None, "the agreement is defined"
    return stage_of(
        _run_of(state, area),
        None if proxy is None else _run_of(proxy, area),
        acts_of(state.responses, area),
        lambda begins_on: governed_for(agreement.policies, begins_on, agreement.position),
        Course(sheet.start, sheet.end, today),
    )


def _run_of(state: Indicator, area: str) -> Run:
    assert state.definition is not None, "the indicator is defined"
    return Run(state.code, state.definition, state.retired_from, period_facts(state, area))


def period_facts(state: Indicator, area: str) -> dict[str, PeriodFacts]:
    """What is known of each period of an area: its headline entry and its target."""
    definition = state.definition
    assert definition is not None, "the indicator is defined"
    held = {
        key.period: held
        for key, held in state.entries.items()
        if key.area == area and not key.breakdown
    }
    levels = {period: it.target for (where, period), it in state.targets.items() if where == area}
    facts: dict[str, PeriodFacts] = {}
    for period in held.keys() | levels.keys():
        entry, level = held.get(period), levels.get(period)
        facts[period] = PeriodFacts(
            entry=None if entry is None else facts_of(entry, definition),
            target=None if level is None else TargetFacts(level.level, level.kind),
            name="" if entry is None else entry.name,
        )
    return facts


def acts_of(responses: Iterable[Recorded], area: str) -> tuple[Act, ...]:
    """What people did about the performance of an area, in the order given."""
    acts = (
        act_of(recorded.event, on=recorded.on, position=recorded.position, actor=recorded.actor)
        for recorded in responses
        if getattr(recorded.event, "area", None) == area
    )
    return tuple(act for act in acts if act is not None)


def act_of(event: Event, *, on: date, position: int, actor: str) -> Act | None:
    """An event as an act; None for one that a stage does not ask about, such as an examination."""
    kind = ACT_KINDS.get(type(event))
    if kind is None:
        return None
    plan = event.number if isinstance(event, ActionPlanSubmitted) else getattr(event, "plan", 0)
    return Act(
        kind=kind,
        on=on,
        position=position,
        actor=actor,
        stage=event.stage if isinstance(event, FastTracked) else 0,
        plan=plan,
        review_on=event.review_on if isinstance(event, ActionPlanAccepted) else None,
    )


ACT_KINDS: dict[type[Event], ActKind] = {
    RemedialActionRecorded: ActKind.REMEDIAL_ACTION,
    ActionPlanSubmitted: ActKind.PLAN_SUBMITTED,
    ActionPlanAccepted: ActKind.PLAN_ACCEPTED,
    ActionPlanSentBack: ActKind.PLAN_SENT_BACK,
    InterventionDecided: ActKind.INTERVENTION,
    FastTracked: ActKind.FAST_TRACK,
    EscalationClosed: ActKind.CLOSURE,
    PerformanceCommended: ActKind.COMMENDATION,
}
