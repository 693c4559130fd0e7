"""How the cells of one indicator in one area are judged, period by period, with their stages."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.agreement.state import Adopted, governed_for
from policies.escalation import Act
from policies.judgement import CellFacts, TargetFacts
from policies.runs import Course, Run, stage_of
from policies.turns import NOTHING, Governed, PeriodFacts, stage_at
from projections.effects import Verdict
from projections.judging import Governing, governing, judgement
from projections.reading.stored_status import NOTHING as NOT_STORED
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
            found = governed_for(self._policies, begins_on, self._position)
            self._stages[begins_on] = found
        return self._stages[begins_on]


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
    series: Series, rulings: Rulings, on: Course, as_stored: Callable[[str], bool]
) -> dict[str, Verdict]:
    """The verdict of every cell, by period.

    ``as_stored`` tells of a period whether its stored judgement may serve, being of the same facts;
    it does where it was made under the same rules as well.
    """
    stages = _stages(series, rulings, on)
    found = {}
    for period, stored in series.cells.items():
        under = rulings.status(span_of(period).start)
        fresh = under.versions == (stored.rag, stored.travel_rules, stored.due)
        if fresh and stored.judged is not None and as_stored(period):
            status, reason = stored.status, stored.reason
        else:
            facts = facts_of(Cell(series.indicator, period, series.area, stored), None)
            status, reason = _judged(facts, under, on.today)
        found[period] = Verdict(
            status=status,
            reason=reason,
            judged=stored.judged,
            target=stored.target,
            stage=stages.get(period),
        )
    return found


def reason_without_facts(
    indicator: IndicatorKnown, period: str, area: str, rulings: Rulings, today: date
) -> str | None:
    """Why a cell with neither value nor target has no status."""
    under = rulings.status(span_of(period).start)
    return _judged(facts_of(Cell(indicator, period, area, NOT_STORED), None), under, today)[1]


def _judged(facts: CellFacts, under: Governing, today: date) -> tuple[str | None, str | None]:
    answer = judgement(facts, under, today)
    return (
        None if answer.status is None else answer.status.value,
        None if answer.reason is None else answer.reason.value,
    )


def _stages(series: Series, rulings: Rulings, on: Course) -> dict[str, int]:
    """The open stage of each period that has one."""
    proxy = None if series.proxy is None else _run_of(series.proxy)
    walked = stage_of(_run_of(series), proxy, series.acts, rulings.stages, on)
    if not walked.moves:
        return {}
    indicator = series.indicator
    stages = {
        period: stage_at(
            walked,
            span_of(period).period,
            indicator.definition,
            on.today,
            indicator.retired_from,
        )
        for period in series.cells
    }
    return {period: int(stage) for period, stage in stages.items() if stage}


def _run_of(series: Series) -> Run:
    """As stored: a cell that the proposal alone gives a target is not there before it."""
    told = {period: period_facts(stored) for period, stored in series.cells.items()}
    facts = {period: each for period, each in told.items() if each != NOTHING}
    indicator = series.indicator
    return Run(indicator.code, indicator.definition, indicator.retired_from, facts)


def period_facts(stored: Stored) -> PeriodFacts:
    """What escalation needs of a stored cell."""
    target = None
    if stored.target is not None:
        target = TargetFacts(Decimal(stored.target), stored.target_kind or "")
    name = "" if stored.entry_position is None else f"{stored.entry_position}.{stored.entry_index}"
    return PeriodFacts(entry=entry_facts(stored), target=target, name=name)
