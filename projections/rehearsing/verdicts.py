"""How the cells of one indicator in one area are judged, period by period, with their stages."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.agreement.state import Adopted, escalation_for
from policies.escalation import Act, Turn, escalate
from policies.judgement import CellFacts, TargetFacts
from policies.turns import (
    Governed,
    PeriodFacts,
    escalates,
    stage_at,
    turns_of,
    with_proxy,
)
from projections.effects import Verdict
from projections.judging import Governing, governing, judgement
from projections.reading.stored_status import Cell, Stored, entry_facts, facts_of
from projections.reading.structure import IndicatorKnown
from projections.spans import span_of


class Rulings:
    """The rules by which periods are judged, by their first day; each looked up once."""

    def __init__(self, policies: dict[str, list[Adopted]], position: int) -> None:
        self._policies = policies
        self._position = position
        self._status: dict[date, Governing] = {}
        self._stages: dict[date, Governed | None] = {}

    def status(self, begins_on: date) -> Governing:
        """The rules of status for a period."""
        found = self._status.get(begins_on)
        if found is None:
            found = governing(self._policies, begins_on, self._position)
            self._status[begins_on] = found
        return found

    def stages(self, begins_on: date) -> Governed | None:
        """The rules of escalation for a period, with those of status; None where none govern it."""
        if begins_on not in self._stages:
            settings = escalation_for(self._policies, begins_on, self._position)
            rules = self.status(begins_on).usable
            governed = None if settings is None else Governed(rules, settings)
            self._stages[begins_on] = governed
        return self._stages[begins_on]


class Days(NamedTuple):
    """The agreement's first and last day, and the day by which lateness and stages go."""

    start: date
    end: date
    today: date


class Series(NamedTuple):
    """One indicator in one area: its cells by period, and what people did about them.

    ``proxy`` is the indicator that stands in for it between its outturns, with its own cells.
    """

    indicator: IndicatorKnown
    area: str
    cells: Mapping[str, Stored]
    acts: tuple[Act, ...] = ()
    proxy: "Series | None" = None


def verdicts(
    series: Series, rulings: Rulings, days: Days, as_stored: Callable[[str], bool]
) -> dict[str, Verdict]:
    """The verdict of every cell, by period.

    ``as_stored`` tells of a period whether its stored judgement may serve, being of the same facts;
    it does where it was made under the same rules as well.
    """
    stages = _stages(series, rulings, days)
    found = {}
    for period, stored in series.cells.items():
        under = rulings.status(span_of(period).start)
        fresh = under.versions == (stored.rag, stored.travel_rules, stored.due)
        if fresh and stored.judged is not None and as_stored(period):
            status, reason = stored.status, stored.reason
        else:
            facts = facts_of(Cell(series.indicator, period, series.area, stored), None)
            status, reason = _judged(facts, under, days.today)
        found[period] = Verdict(
            status=status,
            reason=reason,
            judged=stored.judged,
            target=stored.target,
            stage=stages.get(period),
        )
    return found


def _judged(facts: CellFacts, under: Governing, today: date) -> tuple[str | None, str | None]:
    answer = judgement(facts, under, today)
    return (
        None if answer.status is None else answer.status.value,
        None if answer.reason is None else answer.reason.value,
    )


def _stages(series: Series, rulings: Rulings, days: Days) -> dict[str, int]:
    """The open stage of each period that has one."""
    definition = series.indicator.definition
    turns = _turns(series, rulings, days)
    if series.proxy is not None:
        proxy = series.proxy.indicator
        theirs = _turns(series.proxy, rulings, days)
        turns = with_proxy(turns, theirs, proxy.code, proxy.definition)
    if not escalates(definition, retired=series.indicator.retired):
        return {}
    walked = escalate(turns, series.acts, definition, today=days.today, ends_on=days.end)
    if not walked.moves:
        return {}
    stages = {
        period: stage_at(walked, span_of(period).period, definition, days.today)
        for period in series.cells
    }
    return {period: int(stage) for period, stage in stages.items() if stage}


def _turns(series: Series, rulings: Rulings, days: Days) -> tuple[Turn, ...]:
    definition = series.indicator.definition
    if not escalates(definition, retired=series.indicator.retired):
        return ()
    return turns_of(
        definition,
        {period: period_facts(stored) for period, stored in series.cells.items()},
        rulings.stages,
        start=days.start,
        end=days.end,
        today=days.today,
    )


def period_facts(stored: Stored) -> PeriodFacts:
    """What escalation needs of a stored cell."""
    target = None
    if stored.target is not None:
        target = TargetFacts(Decimal(stored.target), stored.target_kind or "")
    name = "" if stored.entry_position is None else f"{stored.entry_position}.{stored.entry_index}"
    return PeriodFacts(entry=entry_facts(stored), target=target, name=name)
