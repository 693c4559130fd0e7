"""The stage an indicator stands at in an area: its due periods and what people did, walked through.

Nothing here is stored. The same walk serves decisions, which ask where it leads now, and answers,
which may ask with the acts and the figures of an earlier moment.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ledger.agreement.state import Agreement, escalation_for, rules_for
from ledger.event import Recorded
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
from policies.cell import Rules, TargetFacts
from policies.escalation import Act, ActKind, Escalation, Stage, Turn, escalate
from policies.rag import RagSettings
from policies.turns import Governed, PeriodFacts, escalates, turns_of, with_proxy

NO_STAGE = Escalation(stage=Stage.NONE, moves=(), below=0, plan=0, review_on=None)

# Where no rules of status are adopted: every figure is judged, signed off or not.
_EVERY_FIGURE = Rules(rag=RagSettings(amber_margin=Decimal(0)))


def present_stage(
    state: Indicator,
    agreement: Agreement,
    area: str,
    today: date,
    proxy: Indicator | None = None,
) -> Escalation:
    """Where an indicator stands in an area at the end of a day, by all that is recorded.

    Each period goes by the rules in force for it. An indicator that is never judged against a
    target, or is retired, has no stage. ``proxy`` stands in for an annual one between its
    outturns.
    """
    definition, sheet = state.definition, agreement.sheet
    assert definition is not None, "the indicator is defined"
    assert sheet is not None, "the agreement is defined"
    if not escalates(definition, retired=state.retired):
        return NO_STAGE
    turns = _turns_of(state, agreement, area, today)
    if proxy is not None and proxy.definition is not None:
        theirs = _turns_of(proxy, agreement, area, today)
        turns = with_proxy(turns, theirs, proxy.code, proxy.definition)
    return escalate(
        turns,
        acts_of(state.responses, area),
        definition,
        today=today,
        ends_on=sheet.end,
    )


def _turns_of(state: Indicator, agreement: Agreement, area: str, today: date) -> tuple[Turn, ...]:
    definition, sheet = state.definition, agreement.sheet
    assert definition is not None, "the indicator is defined"
    assert sheet is not None, "the agreement is defined"
    if not escalates(definition, retired=state.retired):
        return ()
    return turns_of(
        definition,
        period_facts(state, area),
        lambda begins_on: governed_by(agreement, begins_on),
        start=sheet.start,
        end=sheet.end,
        today=today,
    )


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


def governed_by(agreement: Agreement, begins_on: date) -> Governed | None:
    """The settings in force for a period that begins on a day; None without rules of escalation."""
    escalation = escalation_for(agreement.policies, begins_on, agreement.position)
    if escalation is None:
        return None
    status = rules_for(agreement.policies, begins_on, agreement.position)
    return Governed(_EVERY_FIGURE if status is None else status.rules, escalation)


def acts_of(responses: Iterable[Recorded], area: str) -> tuple[Act, ...]:
    """What people did about the performance of an area, in the order given."""
    acts = (act_of(recorded) for recorded in responses if _is_of(recorded, area))
    return tuple(act for act in acts if act is not None)


def act_of(recorded: Recorded) -> Act | None:
    """An event as an act; None for one that a stage does not ask about, such as an examination."""
    stage, plan = 0, 0
    review_on: date | None = None
    match recorded.event:
        case RemedialActionRecorded():
            kind = ActKind.REMEDIAL_ACTION
        case ActionPlanSubmitted(number=plan):
            kind = ActKind.PLAN_SUBMITTED
        case ActionPlanAccepted(plan=plan, review_on=review_on):
            kind = ActKind.PLAN_ACCEPTED
        case ActionPlanSentBack(plan=plan):
            kind = ActKind.PLAN_SENT_BACK
        case InterventionDecided():
            kind = ActKind.INTERVENTION
        case FastTracked(stage=stage):
            kind = ActKind.FAST_TRACK
        case EscalationClosed():
            kind = ActKind.CLOSURE
        case PerformanceCommended():
            kind = ActKind.COMMENDATION
        case _:
            return None
    return Act(
        kind=kind,
        on=recorded.on,
        position=recorded.position,
        actor=recorded.actor,
        stage=stage,
        plan=plan,
        review_on=review_on,
    )


def _is_of(recorded: Recorded, area: str) -> bool:
    return getattr(recorded.event, "area", None) == area
