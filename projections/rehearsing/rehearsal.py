"""A rehearsal: all recorded history as it is judged, and as it would be with a proposal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.amendment.events import Changes
from ledger.amendment.reach import reach_of
from ledger.engine import Connection
from policies.periods import parse_code
from policies.retirement import sooner
from policies.runs import Course
from projections.effects import Effect, EffectCounts, Flip, Rehearsal, StageFlip, Verdict
from projections.reading.clocks import ResolvedClocks
from projections.reading.responses import read_acts
from projections.reading.scorecard import PARTS
from projections.reading.stages import course_of
from projections.reading.stored_cells import Periods, read_cells, read_stretches
from projections.reading.stored_status import NOTHING
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.rehearsing.baskets import Proposed, baskets_otherwise
from projections.rehearsing.history import History
from projections.rehearsing.paid import Paying, paid_otherwise
from projections.rehearsing.proposal import history_with, policies_with
from projections.rehearsing.summary import compare, earlier_sentence, summary_of
from projections.rehearsing.verdicts import Rulings, Series, verdicts
from projections.spans import span_of


class Rehearsed(NamedTuple):
    """The effect table; ``earlier`` are the periods before the effective one that it judges anew,
    which no amendment may."""

    document: Rehearsal
    earlier: tuple[Effect, ...]

    @property
    def against(self) -> str:
        """Why it may not be recorded, in a sentence; "" where it may."""
        return earlier_sentence(self.earlier, self.document.effective_from)

    @property
    def summary(self) -> str:
        """Its first sentences."""
        return self.document.summary


class _Judging(NamedTuple):
    """One side of the comparison."""

    history: History
    rulings: Rulings


def rehearse(
    connection: Connection, agreement: str, changes: Changes, clocks: ResolvedClocks
) -> Rehearsed:
    """Judge all recorded history with and without a proposal, at the clocks given.

    Targets, definitions and retirements concern their own indicators, rules every one of the
    agreement. Raises UnknownAgreement, and UnknownPeriod for an effective period that is none.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    indicators = read_indicators(connection, structure, known)
    history = _read(connection, structure, changes, known, indicators.values())
    after = max(known, clocks.clocks.policy_position) + 1
    policies = policies_with(structure.policies, changes.policies, after)
    sides = (
        _Judging(history, Rulings(structure.policies, clocks.clocks.policy_position)),
        _Judging(
            history_with(connection, agreement, known, history, changes), Rulings(policies, after)
        ),
    )
    on = course_of(structure, clocks.today)
    compared = list(_compared(structure, sides, on))
    effects = tuple(effect for effect in compared if effect.before != effect.after)
    counts = _counts(compared, effects)
    rewards = paid_otherwise(
        Paying(*sides[0], structure.policies["reward"]), Paying(*sides[1], policies["reward"])
    )
    proposed = Proposed(
        changes=changes,
        compared=compared,
        definitions={
            one.code: one
            for stream, one in sides[1].history.indicators.items()
            if stream in history.concerned
        },
        rulings=sides[1].rulings,
        policies=policies["basket"],
        position=after,
    )
    baskets = baskets_otherwise(connection, structure, clocks, list(indicators.values()), proposed)
    document = Rehearsal(
        agreement=structure.sheet.code,
        position=known,
        recorded_at=clocks.clocks.known_at,
        day=clocks.today,
        effective_from=changes.effective_from,
        summary=summary_of(compared, effects, rewards, baskets),
        counts=counts,
        effects=effects,
        rewards=rewards,
        baskets=baskets,
    )
    return Rehearsed(document, _earlier(structure, sides, on, changes, compared))


def _earlier(
    structure: Structure,
    sides: tuple[_Judging, _Judging],
    on: Course,
    changes: Changes,
    compared: Sequence[Effect],
) -> tuple[Effect, ...]:
    """The periods before the effective one that would be others, or none of their indicator's."""
    begins = parse_code(changes.effective_from).start
    found = list(_measured_no_more(compared, sides, begins))
    if any(one.before != one.after for one in compared if _begins(one) < begins):
        found += _moved_before(structure, sides, on, changes)
    each = {(one.indicator, one.area, one.period): one for one in found}
    return tuple(each.values())


def _measured_no_more(
    compared: Iterable[Effect], sides: tuple[_Judging, _Judging], begins: date
) -> Iterator[Effect]:
    """The periods before a day that would be none of their indicator's any more: they are judged
    as they were, and pages would show others in their place."""
    held, anew = (
        {one.code: one.definition for one in side.history.indicators.values()} for side in sides
    )
    for one in compared:
        period = span_of(one.period).period
        measured, then = held[one.indicator], anew[one.indicator]
        if period.start < begins and measured.measures(period) and not then.measures(period):
            yield one


def _moved_before(
    structure: Structure, sides: tuple[_Judging, _Judging], on: Course, changes: Changes
) -> Iterator[Effect]:
    """The periods before the effective one that would be others by the periods before it alone.

    The stage beside a year that is over is led on by a proxy until the next comes due: what the
    proposal does from its period on may show there, and changes nothing of the year.
    """
    since = changes.effective_from
    before, after = (_until(side, since) for side in sides)
    begins = parse_code(since).start
    compared = _compared(structure, (before, after), on)
    return (one for one in compared if _begins(one) < begins and one.before != one.after)


def _until(side: _Judging, since: str) -> _Judging:
    """One side as if nothing were judged from a period on."""
    indicators = {
        stream: msgspec.structs.replace(one, retired_from=sooner(one.retired_from, since))
        for stream, one in side.history.indicators.items()
    }
    return side._replace(history=side.history._replace(indicators=indicators))


def _begins(effect: Effect) -> date:
    return span_of(effect.period).start


def _read(
    connection: Connection,
    structure: Structure,
    changes: Changes,
    known: int,
    every: Iterable[IndicatorKnown],
) -> History:
    indicators = {one.code: one for one in every}
    stretched = read_stretches(connection, known, [one.id for one in indicators.values()])
    codes = {one.id: one.code for one in indicators.values()}
    reach = reach_of(
        changes,
        {code: one.definition for code, one in indicators.items()},
        {codes[stream] for stream, _ in stretched} if structure.policies["reward"] else (),
    )
    looked_at = {one.id: one for code, one in indicators.items() if code in reach.matter}
    ids, areas = list(looked_at), [area.code for area in structure.sheet.areas]
    return History(
        looked_at,
        frozenset(one.id for one in looked_at.values() if one.code in reach.judged),
        read_cells(connection, known, ids, areas),
        {place: targets for place, targets in stretched.items() if place[0] in looked_at},
        read_acts(connection, ids, known),
    )


def _compared(
    structure: Structure, sides: tuple[_Judging, _Judging], on: Course
) -> Iterator[Effect]:
    """Every cell with both its verdicts, by indicator, area and period."""
    before, after = sides
    for stream in before.history.indicators:
        if stream not in before.history.concerned:
            continue
        indicator = before.history.indicators[stream]
        for area in structure.sheet.areas:
            now = after.history.cells.get((stream, area.code), {})
            then = before.history.cells.get((stream, area.code), {})
            then = {period: then.get(period, NOTHING) for period in now}
            same = indicator == after.history.indicators[stream]
            judged = [
                _verdicts(side, stream, area.code, cells, on, then if same else {})
                for side, cells in ((before, then), (after, now))
            ]
            for period in sorted(now, key=lambda code: span_of(code).order):
                yield Effect(
                    indicator=indicator.code,
                    title=indicator.definition.title,
                    unit=indicator.definition.unit,
                    area=area.code,
                    area_name=area.name,
                    period=period,
                    period_label=span_of(period).label,
                    before=judged[0][period],
                    after=judged[1][period],
                )


def _verdicts(
    side: _Judging,
    stream: UUID,
    area: str,
    cells: Periods,
    on: Course,
    recorded: Periods,
) -> dict[str, Verdict]:
    """One side; what is still as ``recorded``, under the same definition, need not be judged."""
    history = side.history
    indicator = history.indicators[stream]
    proxy = history.proxy_of(indicator)
    theirs = None
    if proxy is not None:
        theirs = Series(proxy, area, history.cells.get((proxy.id, area), {}))
    series = Series(indicator, area, cells, history.acts.get((stream, area), ()), theirs)
    return verdicts(series, side.rulings, on, lambda period: cells[period] is recorded.get(period))


def _counts(compared: Sequence[Effect], effects: tuple[Effect, ...]) -> EffectCounts:
    signs = [compare(effect.before.status, effect.after.status) for effect in effects]
    flips = Counter((_word(one.before), _word(one.after)) for one in effects)
    stages = Counter((one.before.stage or 0, one.after.stage or 0) for one in effects)
    return EffectCounts(
        cells=len(compared),
        judged=sum(bool(one.before.status or one.after.status) for one in compared),
        changed=len(effects),
        better=sum(sign > 0 for sign in signs),
        worse=sum(sign < 0 for sign in signs),
        before=dict(Counter(_word(one.before) for one in compared)),
        after=dict(Counter(_word(one.after) for one in compared)),
        flips=tuple(
            Flip(before=before, after=after, count=count)
            for (before, after), count in flips.most_common()
            if before != after
        ),
        stages=tuple(
            StageFlip(before=before, after=after, count=count)
            for (before, after), count in sorted(stages.items())
            if before != after
        ),
    )


def _word(verdict: Verdict) -> str:
    return verdict.status or verdict.reason or ""
