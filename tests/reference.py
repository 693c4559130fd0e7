"""What the answers should be, worked out the slow way: fold the record, judge every cell."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from ledger.agreement.state import Agreement, rules_for
from ledger.agreement.state import evolve as evolve_agreement
from ledger.event import Recorded, agreement_id
from ledger.indicator.state import Held, Indicator, TargetHeld, evolve
from policies.due import due_on
from policies.judgement import (
    CellFacts,
    EntryFacts,
    Missing,
    NoStatus,
    Rules,
    TargetFacts,
    judge,
)
from policies.numbers import ratio, round_half_up
from policies.periods import Period, parse_code, periods_between
from policies.rag import RagSettings
from policies.travel import compared_period
from projections.answers import StatusRow

NONE_ADOPTED = Rules(rag=RagSettings(amber_margin=Decimal(0)))


def retired(state: Indicator, period: Period) -> bool:
    """Whether a period is retired: all are, or it begins no sooner than the first that is."""
    first = state.retired_from
    return first == "" or (first is not None and period.start >= parse_code(first).start)


class Shown(NamedTuple):
    """What a row of status says, as far as it is judged or chosen."""

    indicator: str
    area: str
    period: str
    entry: str | None
    judged: str | None
    target: str | None
    status: str | None
    reason: str | None
    marks: tuple[str, ...]
    travel: str
    travel_reason: str


def shown(row: StatusRow) -> Shown:
    """The same of an answer's row."""
    return Shown(*(getattr(row, name) for name in Shown._fields))


class Reference:
    """An agreement as known at one position, under the rules adopted by another."""

    def __init__(self, events: Sequence[Recorded], agreement: str, known: int, policy: int) -> None:
        self._stream = agreement_id(agreement)
        self.structure = self._fold_agreement(events[:known])
        self.governing = self._fold_agreement(events[:policy])
        self._policies = self.governing.policies
        self._policy = policy
        self.indicators: dict[str, Indicator] = {}  # in order of definition
        self._fold_indicators(events[:known])

    def _fold_agreement(self, events: Iterable[Recorded]) -> Agreement:
        state = Agreement(self._stream)
        for recorded in events:
            if recorded.originator_id == self._stream:
                evolve_agreement(state, recorded)
        return state

    def _fold_indicators(self, events: Iterable[Recorded]) -> None:
        states: dict[UUID, Indicator] = {}
        for recorded in events:
            if recorded.originator_id != self._stream:
                new = Indicator(recorded.originator_id)
                evolve(states.setdefault(recorded.originator_id, new), recorded)
        self.indicators = {state.code: state for state in states.values() if state.code}

    def cells(self, code: str, area: str) -> list[str]:
        """The periods of an area that have an entry or a target, in order of time."""
        state = self.indicators[code]
        entered = {key.period for key in state.entries if key.area == area and not key.breakdown}
        codes = entered | {period for place, period in state.targets if place == area}
        return sorted(codes, key=lambda period: parse_code(period).end)

    def has_row(self, code: str, area: str, period: str) -> bool:
        """Whether the page of a period has a row for it: also where there is nothing to show, in
        the agreement's run, which begins with the first value or target where that is earlier."""
        sheet = self.structure.sheet
        if sheet is None or code not in self.indicators:
            return False
        if area not in {each.code for each in sheet.areas}:
            return False
        return period in self.cells(code, area) or period in {p.code for p in self._run(code)}

    def _run(self, code: str) -> tuple[Period, ...]:
        state, sheet = self.indicators[code], self.structure.sheet
        assert state.definition is not None
        assert sheet is not None
        d = state.definition
        ends = [parse_code(key.period).end for key in state.entries if not key.breakdown]
        ends += [parse_code(period).end for _, period in state.targets]
        return periods_between(
            d.calendar, d.interval, min([sheet.start, *ends]), sheet.end, d.pooled_years
        )

    def latest(self, code: str, area: str, today: date) -> str:
        """The later of the latest period with a figure and the latest due one of the run."""
        state, run = self.indicators[code], self._run(code)
        assert state.definition is not None
        d = state.definition
        due = [period for period in run if due_on(period, d) <= today]
        figures = [
            parse_code(key.period)
            for key, held in state.entries.items()
            if key.area == area and not key.breakdown and _figure(held, state) is not None
        ]
        found = sorted(due + figures, key=lambda period: period.end)
        return (found[-1] if found else run[0]).code

    def cell(self, code: str, area: str, period_code: str, today: date) -> Shown:
        """One cell, judged from the facts."""
        state, period = self.indicators[code], parse_code(period_code)
        assert state.definition is not None
        found = rules_for(self._policies, period.start, self._policy)
        rules = found.rules if found else NONE_ADOPTED
        target = state.targets.get((area, period_code))
        held = self.held(state, area, period_code)
        facts = CellFacts(
            definition=state.definition,
            period=period,
            retired=retired(state, period),
            target=None if target is None else TargetFacts(_level(target), target.target.kind),
            entry=entry_facts(held, state),
            before=self._before(state, area, period, rules, target),
        )
        answer = judge(facts, rules, today)
        status, reason = answer.status, answer.reason
        if found is None and status is not None:
            status, reason = None, NoStatus.NOT_JUDGEABLE
        return Shown(
            code,
            area,
            period_code,
            None if held is None else held.name,
            None if answer.judged is None else format(answer.judged, "f"),
            None if target is None else format(_level(target), "f"),
            status,
            reason,
            answer.marks,
            answer.travel,
            answer.travel_reason,
        )

    def _before(
        self,
        state: Indicator,
        area: str,
        period: Period,
        rules: Rules,
        target: TargetHeld | None,
    ) -> EntryFacts | None:
        if rules.travel.compare_with == "baseline":
            if target is None or target.target.baseline is None:
                return None
            return EntryFacts(judged=target.target.baseline, signed=True)
        compared = compared_period(period, rules.travel)
        if compared is None:
            return None
        return entry_facts(self.held(state, area, compared.code), state)

    @staticmethod
    def held(state: Indicator, area: str, period: str) -> Held | None:
        """The headline entry of a cell."""
        return next(
            (held for key, held in state.entries.items() if key == (area, period, "")), None
        )


def _level(target: TargetHeld) -> Decimal:
    return target.target.level


def _figure(held: Held, state: Indicator) -> Decimal | None:
    entry = held.entry
    assert state.definition is not None
    if entry.numerator is not None and entry.denominator is not None:
        exact = ratio(entry.numerator, entry.denominator, state.definition.multiplier)
        return round_half_up(exact, state.definition.decimals)
    return None if entry.value is None else round_half_up(entry.value, state.definition.decimals)


def entry_facts(held: Held | None, state: Indicator) -> EntryFacts | None:
    """An entry as the rules are told of it."""
    if held is None:
        return None
    return EntryFacts(
        judged=_figure(held, state),
        missing=Missing(held.entry.missing) if held.entry.missing else None,
        provisional=held.entry.provisional,
        signed=held.standing == "signed-off",
        corrected=held.corrected_by != "",
    )
