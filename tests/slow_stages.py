"""What the stages should be, worked out the slow way: from the record and every act in it."""

from collections.abc import Sequence
from datetime import date, timedelta

from reference import NONE_ADOPTED, Reference, entry_facts, retired

from ledger.agreement.state import escalation_for, rules_for
from ledger.event import Recorded, indicator_id
from ledger.indicator.responses import FastTracked, Response, ValueExamined
from ledger.indicator.state import Indicator
from policies.cell import TargetFacts
from policies.due import due_on
from policies.escalation import Act, ActKind, Escalation, Turn, escalate
from policies.judgement import Rules
from policies.periods import parse_code
from policies.turns import (
    Governed,
    PeriodFacts,
    escalates,
    may_have_proxy,
    turns_of,
    with_proxy,
)
from projections.reading.clocks import LONDON

KINDS = {
    "remedial-action-recorded": ActKind.REMEDIAL_ACTION,
    "action-plan-submitted": ActKind.PLAN_SUBMITTED,
    "action-plan-accepted": ActKind.PLAN_ACCEPTED,
    "action-plan-sent-back": ActKind.PLAN_SENT_BACK,
    "intervention-decided": ActKind.INTERVENTION,
    "fast-tracked": ActKind.FAST_TRACK,
    "escalation-closed": ActKind.CLOSURE,
    "performance-commended": ActKind.COMMENDATION,
}


class SlowStages:
    """An agreement as known at one position, under the rules adopted by another."""

    def __init__(self, events: Sequence[Recorded], agreement: str, known: int, policy: int) -> None:
        self._facts = Reference(events, agreement, known, policy)
        self._policies = Reference(events, agreement, policy, policy).structure.policies
        self._policy = policy
        self._agreement = agreement
        self._events = events[:known]

    def open_stages(self, area: str, today: date) -> dict[str, int]:
        """The stages of an area that are not none, by indicator."""
        found = {code: self._walk(code, area, today) for code in self._facts.indicators}
        return {code: int(one.stage) for code, one in found.items() if one.stage}

    def stage(self, code: str, area: str, period: str, today: date) -> int:
        """The stage beside a row: as it stood on the last day before the next period was due."""
        definition = self._facts.indicators[code].definition
        assert definition is not None
        if retired(self._facts.indicators[code], parse_code(period)):
            return 0
        before_next = due_on(parse_code(period).next(), definition) - timedelta(days=1)
        return int(self._walk(code, area, today).stage_on(min(today, before_next)))

    def _walk(self, code: str, area: str, today: date) -> Escalation:
        state, sheet = self._facts.indicators[code], self._facts.structure.sheet
        assert sheet is not None
        assert state.definition is not None
        definition = state.definition
        adopted = [one for one in self._policies["escalation"] if one.position <= self._policy]
        if not adopted or not escalates(definition, state.retired_from):
            return escalate((), (), definition, today=today, ends_on=sheet.end)
        when = {"start": sheet.start, "end": sheet.end, "today": today}
        turns = self._turns(state, area, **when)
        proxy = self._facts.indicators.get(definition.proxy)
        if may_have_proxy(definition) and proxy is not None and proxy is not state:
            assert proxy.definition is not None
            if escalates(proxy.definition, proxy.retired_from):
                theirs = self._turns(proxy, area, **when)
                turns = with_proxy(turns, theirs, definition.proxy, proxy.definition)
        acts = self._acts(code, area)
        return escalate(turns, acts, definition, today=today, ends_on=sheet.end)

    def _turns(self, state: Indicator, area: str, **when: date) -> tuple[Turn, ...]:
        """The turns of an indicator, without those of retired periods."""
        assert state.definition is not None
        periods = self._periods(state, area)
        every = turns_of(
            state.definition,
            periods,
            self._governed,
            start=when["start"],
            end=when["end"],
            today=when["today"],
        )
        return tuple(turn for turn in every if not retired(state, parse_code(turn.period)))

    def _governed(self, begins_on: date) -> Governed | None:
        settings = escalation_for(self._policies, begins_on, self._policy)
        found = rules_for(self._policies, begins_on, self._policy)
        rules: Rules = found.rules if found else NONE_ADOPTED
        return None if settings is None else Governed(rules, settings)

    def _periods(self, state: Indicator, area: str) -> dict[str, PeriodFacts]:
        found = {}
        for period in self._facts.cells(state.code, area):
            target = state.targets.get((area, period))
            held = self._facts.held(state, area, period)
            found[period] = PeriodFacts(
                entry=entry_facts(held, state),
                target=target and TargetFacts(target.target.level, target.target.kind),
                name=held.name if held else "",
            )
        return found

    def _acts(self, code: str, area: str) -> list[Act]:
        return [
            Act(
                kind=KINDS[one.event.TOPIC],
                on=one.recorded_at.astimezone(LONDON).date(),
                position=one.position,
                stage=one.event.stage if isinstance(one.event, FastTracked) else 0,
                plan=getattr(one.event, "plan", getattr(one.event, "number", 0)),
                review_on=getattr(one.event, "review_on", None),
            )
            for one in self._events
            if one.originator_id == indicator_id(self._agreement, code)
            and isinstance(one.event, Response)
            and not isinstance(one.event, ValueExamined)
            and one.event.area == area
        ]
