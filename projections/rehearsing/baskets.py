"""What a proposal would change of the indicators that are judged together.

A basket is looked at as a scorecard shows it: for each area, in each period that has a cell which
would be judged otherwise, and in the longer ones around it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ledger.agreement.state import Adopted, in_force
from ledger.amendment.events import Changes
from ledger.engine import Connection
from policies.basket import BasketSettings, basket
from policies.cell import NoStatus
from policies.periods import (
    INTERVALS,
    Calendar,
    Interval,
    Period,
    parse_code,
    period_on,
    periods_between,
)
from policies.rag import Status
from projections.answers import StatusRow
from projections.effects import BasketEffect, BasketVerdict, Effect, Verdict
from projections.reading.clocks import ResolvedClocks
from projections.reading.due_periods import inside
from projections.reading.scorecard import Group, groupings, groups_by, settings_of
from projections.reading.status import rows_inside
from projections.reading.structure import IndicatorKnown, Structure
from projections.rehearsing.verdicts import Rulings, reason_without_facts

REACH = {"basket", "due"}  # kinds of policy that also change what is said of nothing recorded
Members = dict[str, Status | NoStatus]  # by indicator
_Judged = tuple[str | None, str | None]  # status and reason
_Place = tuple[str, str, str]  # an indicator, an area and a period


class Proposed(NamedTuple):
    """A proposal as baskets feel it.

    ``compared`` are all recorded cells of the indicators it could judge otherwise,
    ``definitions`` those indicators as it has them, and ``rulings`` its rules; ``position`` is
    that of its own rules, which come last of ``policies``.
    """

    changes: Changes
    compared: Sequence[Effect]
    definitions: Mapping[str, IndicatorKnown]
    rulings: Rulings
    policies: list[Adopted]  # of baskets
    position: int


class _Page(NamedTuple):
    """The members of all baskets of an area and a period, before and after."""

    area: str
    asked: Period
    before: Members
    after: Members


def baskets_otherwise(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicators: Sequence[IndicatorKnown],
    proposed: Proposed,
) -> tuple[BasketEffect, ...]:
    """Every basket that would be judged otherwise, by grouping, basket, area and period."""
    pages = list(_pages(connection, structure, clocks, indicators, proposed))
    codes = [one.code for one in indicators]
    return tuple(
        effect
        for by in groupings(structure)
        for group in groups_by(structure, by.code, codes)
        for page in pages
        for effect in _effects(structure, clocks, proposed, by.code, group, page)
    )


def _pages(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicators: Sequence[IndicatorKnown],
    proposed: Proposed,
) -> Iterator[_Page]:
    anew = [proposed.definitions.get(one.code, one) for one in indicators]
    moved = {
        one.id: one
        for one, held in zip(anew, indicators, strict=True)
        if _measure(one) != _measure(held)
    }
    judged = {(one.indicator, one.area, one.period): _said(one.after) for one in proposed.compared}
    for area, periods in _asked(structure, proposed):
        for asked in periods:
            rows = rows_inside(connection, structure, clocks, area, list(indicators), asked)
            before = {row.indicator: _brought((row.status, row.reason)) for row in rows}
            if moved:
                others = {one.code for one in moved.values()}
                theirs = rows_inside(
                    connection, structure, clocks, area, list(moved.values()), asked
                )
                rows = [*(row for row in rows if row.indicator not in others), *theirs]
            after = {
                row.indicator: _brought(_after(row, area, judged, proposed, clocks)) for row in rows
            }
            for code, period in _begun(structure, anew, proposed.changes, area, asked):
                if code not in after:
                    nothing = None, _reason(code, period, area, proposed, clocks)
                    after[code] = _brought(judged.get((code, area, period), nothing))
            yield _Page(area, asked, before, after)


def _measure(indicator: IndicatorKnown) -> tuple[Calendar, Interval, int]:
    """What tells the periods of an indicator."""
    definition = indicator.definition
    return definition.calendar, definition.interval, definition.pooled_years


def _firsts(changes: Changes) -> dict[str, date]:
    """The end of the first period of each indicator that would have a target, by its code."""
    found: dict[str, date] = {}
    for one in changes.targets:
        end = parse_code(one.target.period).end
        found[one.indicator] = min(end, found.get(one.indicator, end))
    return found


def _begun(
    structure: Structure,
    indicators: Sequence[IndicatorKnown],
    changes: Changes,
    area: str,
    asked: Period,
) -> Iterator[tuple[str, str]]:
    """Indicators that a page shows once their proposed targets are there, each with its period:
    where one is for it, and in every area from the first one on, be it before the agreement."""
    firsts = _firsts(changes)
    given = {(one.indicator, one.target.area, one.target.period) for one in changes.targets}
    for indicator in indicators:
        code = indicator.code
        period = inside(indicator.definition, asked) if code in firsts else None
        if period is None:
            continue
        if (code, area, period.code) in given or firsts[code] <= period.end <= structure.sheet.end:
            yield code, period.code


def _asked(structure: Structure, proposed: Proposed) -> Iterator[tuple[str, list[Period]]]:
    """The periods to look at, area by area.

    A definition, a retirement, rules of lateness and those of baskets reach also where nothing is
    recorded: then it is every one from the effective period on, and from the earliest on with a
    definition, which is one for all periods, and with the first rules of baskets, which also rule
    what was before them. The first target of an indicator before the agreement shows it in every
    area from there on. A longer period may have begun before: its page is of the last periods
    inside it.
    """
    sheet, changes = structure.sheet, proposed.changes
    calendar, begins = Calendar(sheet.calendar), parse_code(changes.effective_from).start
    longer = [one for one in INTERVALS[calendar] if one not in (Interval.MONTH, Interval.POOLED)]
    kinds = {one.kind for one in changes.policies}
    everywhere = changes.definitions or changes.retirements or kinds & REACH
    if changes.definitions or ("basket" in kinds and not structure.policies["basket"]):
        earliest = min((parse_code(one.period).start for one in proposed.compared), default=begins)
        begins = min(begins, earliest, sheet.start)
    first = min(_firsts(changes).values(), default=sheet.end)
    span = (begins, sheet.end) if everywhere else (min(first, sheet.start), sheet.start)
    every = {
        period
        for interval in longer
        for period in periods_between(calendar, interval, *span)
        if period.start >= begins
    }
    otherwise = [one for one in proposed.compared if _said(one.before) != _said(one.after)]
    for area in sheet.areas:
        effects = {parse_code(one.period) for one in otherwise if one.area == area.code}
        targets = {one.target.period for one in changes.targets if one.target.area == area.code}
        periods = every | effects | set(map(parse_code, targets))
        around = {period_on(one.end, calendar, interval) for one in periods for interval in longer}
        found = sorted(periods | around, key=lambda one: (one.end, one.start))
        if found:
            yield area.code, found


def _after(
    row: StatusRow,
    area: str,
    judged: Mapping[_Place, _Judged],
    proposed: Proposed,
    clocks: ResolvedClocks,
) -> _Judged:
    """What a row would say; of a cell without value and target, why it has no status."""
    found = judged.get((row.indicator, area, row.period))
    concerned = row.indicator in proposed.definitions
    if found is None and row.entry is None and row.target is None and concerned:
        return None, _reason(row.indicator, row.period, area, proposed, clocks)
    return found or (row.status, row.reason)


def _reason(
    code: str, period: str, area: str, proposed: Proposed, clocks: ResolvedClocks
) -> str | None:
    """Why a cell with neither value nor target would have no status."""
    indicator = proposed.definitions[code]
    return reason_without_facts(indicator, period, area, proposed.rulings, clocks.today)


def _said(verdict: Verdict) -> _Judged:
    return verdict.status, verdict.reason


def _brought(judged: _Judged) -> Status | NoStatus:
    status, reason = judged
    return NoStatus(reason or "") if status is None else Status(status)


def _effects(
    structure: Structure,
    clocks: ResolvedClocks,
    proposed: Proposed,
    by: str,
    group: Group,
    page: _Page,
) -> Iterator[BasketEffect]:
    begins = page.asked.start
    now = in_force(structure.policies["basket"], begins, clocks.clocks.policy_position)
    then = in_force(proposed.policies, begins, proposed.position)
    sides = [
        _verdict(group, members, settings_of(adopted))
        for members, adopted in ((page.before, now), (page.after, then))
    ]
    if sides[0] != sides[1]:
        yield BasketEffect(
            by=by,
            code=group.code,
            title=group.title,
            area=page.area,
            area_name=structure.area_name(page.area),
            period=page.asked.code,
            period_label=page.asked.label,
            before=sides[0],
            after=sides[1],
        )


def _verdict(group: Group, members: Members, settings: BasketSettings) -> BasketVerdict:
    found = basket({code: members[code] for code in group.indicators if code in members}, settings)
    return BasketVerdict(
        status=None if found.status is None else found.status.value,
        reason=None if found.reason is None else found.reason.value,
    )
