"""What lies behind a status: from the agreement down to areas and the parts of a figure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ledger.agreement.events import Area, BlockSet, OutcomeSet
from ledger.engine import Connection
from policies.periods import parse_code
from projections.answers import Named, StatusRow
from projections.drill_down_answers import Above, DrillDown, Level
from projections.reading.areas_within import areas_around, areas_within, read_areas_within
from projections.reading.broken_down import read_broken_down
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.own_periods import check_asked
from projections.reading.scorecard import Group, judged_together, rules_of_baskets
from projections.reading.status import latest_rows, read_status
from projections.reading.status_rows import placed, status_rows
from projections.reading.stored_status import NOTHING, Cell, stored_cells
from projections.reading.structure import Structure, read_structure
from projections.reading.values import canonical
from projections.scorecards import BasketAnswer
from projections.spans import span_of


class DrillAsked(NamedTuple):
    """How far down to look: the narrowest of block, outcome and indicator that is named."""

    block: str | None = None
    outcome: str | None = None
    indicator: str | None = None
    area: str | None = None
    period: str | None = None
    breakdown: str = ""


def read_drill_down(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: DrillAsked
) -> DrillDown:
    """One level and what lies behind it, for one area.

    Which period each indicator shows is as on the board page; at an indicator a period is its own.
    Raises UnknownAgreement, UnknownBlock, UnknownOutcome, UnknownIndicator, UnknownArea,
    UnknownPeriod, UnknownBreakdown, and WrongInterval as check_asked does.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    if asked.indicator is not None:
        return _of_indicator(connection, structure, clocks, asked, asked.indicator)
    return _of_group(connection, structure, clocks, asked)


def _of_group(
    connection: Connection, structure: Structure, clocks: ResolvedClocks, asked: DrillAsked
) -> DrillDown:
    """The agreement, a block or an outcome: judged together, and by what lies in it."""
    code = structure.sheet.code
    status = read_status(connection, code, clocks, period=asked.period, area=asked.area)
    rows = {row.indicator: row for row in status.rows}
    _, settings = rules_of_baskets(structure, clocks, asked.period)

    def judged(group: Group) -> BasketAnswer:
        return judged_together(group, [rows[one] for one in group.indicators], settings)

    level, own, groups = _groups(structure, rows, asked)
    return DrillDown(
        clocks=clocks.clocks,
        agreement=code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        level=level,
        code=own.code,
        name=own.title,
        trail=tuple(_above(structure, asked.outcome if level == "outcome" else None))
        if level != "agreement"
        else (),
        area=status.area,
        area_name=status.area_name,
        around=_named(areas_around(structure, status.area)),
        period=status.period,
        period_label="" if status.period is None else span_of(status.period).label,
        basket=judged(own),
        baskets=tuple(map(judged, groups)),
        rows=tuple(rows[one] for one in own.indicators) if level == "outcome" else (),
    )


def _groups(
    structure: Structure, rows: Mapping[str, StatusRow], asked: DrillAsked
) -> tuple[Level, Group, list[Group]]:
    """The level asked for, and the groups that lie behind it; with those of no place last."""
    if asked.outcome is not None:
        return "outcome", _outcome(structure, rows, structure.outcome(asked.outcome)), []
    if asked.block is not None:
        block = structure.block(asked.block)
        inside = [one for one in structure.outcomes.values() if one.block == block.code]
        groups = [_outcome(structure, rows, one) for one in inside]
        return "block", _block(structure, rows, block), groups
    groups = [_block(structure, rows, block) for block in structure.blocks.values()]
    placed = {code for group in groups for code in group.indicators}
    unplaced = [code for code in rows if code not in placed]
    if unplaced:
        groups.append(Group("", "No block", unplaced))
    return "agreement", Group(structure.sheet.code, structure.sheet.title, list(rows)), groups


def _block(structure: Structure, rows: Iterable[str], block: BlockSet) -> Group:
    inside = [one for one in rows if placed(structure, one).block == block.code]
    return Group(block.code, block.title, inside)


def _outcome(structure: Structure, rows: Iterable[str], outcome: OutcomeSet) -> Group:
    inside = [one for one in rows if structure.placements.get(one) == outcome.code]
    return Group(outcome.code, outcome.title, inside)


def _above(structure: Structure, outcome: str | None) -> Iterator[Above]:
    """The levels above an outcome, or above a block for None, from the agreement down."""
    yield Above(level="agreement", code=structure.sheet.code, name=structure.sheet.title)
    block = structure.blocks.get(structure.block_of(outcome)) if outcome else None
    if block is not None:
        yield Above(level="block", code=block.code, name=block.title)


def _of_indicator(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    asked: DrillAsked,
    code: str,
) -> DrillDown:
    """One indicator in one area and period: its areas, and its parts."""
    known = clocks.clocks.known_position
    indicator = one_indicator(connection, structure, code, known)
    area = structure.area(asked.area)
    if asked.period is None:
        (shown,) = latest_rows(connection, structure, clocks, area.code, [indicator])
        period = shown.period
    else:
        period = parse_code(asked.period).code
    key = (indicator.id, area.code, period)
    stored = stored_cells(connection, known, [key])
    if key not in stored:
        check_asked(connection, indicator, period, known)
    own = Cell(indicator, period, area.code, stored.get(key, NOTHING))
    (row,) = status_rows(connection, structure, clocks, [own])
    inside = areas_within(structure, area.code)
    areas, together = read_areas_within(connection, structure, clocks, own, inside)
    breakdown = canonical(asked.breakdown)
    broken = read_broken_down(connection, indicator, period, area.code, breakdown, known)
    outcome = structure.outcomes.get(structure.placements.get(code, ""))
    trail = list(_above(structure, None if outcome is None else outcome.code))
    if outcome is not None:
        trail.append(Above(level="outcome", code=outcome.code, name=outcome.title))
    return DrillDown(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        level="indicator",
        code=code,
        name=indicator.definition.title,
        trail=tuple(trail),
        area=area.code,
        area_name=area.name,
        around=_named(areas_around(structure, area.code)),
        period=period,
        period_label=span_of(period).label,
        row=row,
        areas=areas,
        together=together,
        breakdown=breakdown,
        figure=broken.figure,
        breakdowns=broken.by,
    )


def _named(areas: Iterable[Area]) -> tuple[Named, ...]:
    return tuple(Named(code=area.code, name=area.name) for area in areas)
