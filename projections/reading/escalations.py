"""The open stages of an agreement, and everything in it that asks for attention."""

from typing import NamedTuple

import msgspec

from ledger.agreement.events import Area
from ledger.engine import Connection
from policies.rag import Status
from projections.answers import StatusRow
from projections.escalations import ActAnswer, EscalationRow, Escalations, ExceptionRow, Exceptions
from projections.reading.clocks import ResolvedClocks
from projections.reading.responses import told_acts
from projections.reading.stages import Escalated, read_stages
from projections.reading.status import latest_rows
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.told_stages import PARTS, awaited, told_row

UNDER, OVER = "under-performance", "over-performance"


class _Page(NamedTuple):
    """What an answer about one area begins with."""

    structure: Structure
    area: Area
    indicators: dict[str, IndicatorKnown]
    stages: dict[str, Escalated]


def read_escalations(
    connection: Connection, agreement: str, clocks: ResolvedClocks, *, area: str | None = None
) -> Escalations:
    """The open stages of an area, the highest first and then in the order of a board page.

    Without ``area``, the home area. Raises UnknownAgreement and UnknownArea.
    """
    page = _read(connection, agreement, clocks, area)
    opened = {code: one for code, one in page.stages.items() if one.escalation.stage}
    acts = told_acts(connection, [act for one in opened.values() for act in one.responses])
    told = {act.position: act for act in acts}
    rows = [
        told_row(
            page.structure,
            page.indicators[code],
            page.area.code,
            found,
            [told[one.position] for one in found.responses if one.position in told],
            clocks.today,
        )
        for code, found in opened.items()
    ]
    rows.sort(key=lambda row: -row.stage)
    return Escalations(
        clocks=clocks.clocks,
        agreement=page.structure.sheet.code,
        title=page.structure.sheet.title,
        demonstration=page.structure.demonstration,
        statement=page.structure.statement or "",
        area=page.area.code,
        area_name=page.area.name,
        rows=tuple(rows),
        counts=_by_stage(rows),
    )


def read_exceptions(
    connection: Connection, agreement: str, clocks: ResolvedClocks, *, area: str | None = None
) -> Exceptions:
    """What asks for attention in an area: open stages, red and amber; then what is exceeding.

    Without ``area``, the home area. Raises UnknownAgreement and UnknownArea.
    """
    page = _read(connection, agreement, clocks, area)
    indicators = list(page.indicators.values())
    latest = [
        _as_it_stands(row, page)
        for row in latest_rows(connection, page.structure, clocks, page.area.code, indicators)
    ]
    chosen = [(row, kind) for row in latest if (kind := _kind(row))]
    done = _latest_acts(connection, page, [row.indicator for row, _ in chosen])
    rows = [
        ExceptionRow(
            kind=kind,
            row=row,
            awaits=awaited(page.structure, row.indicator, page.stages[row.indicator], clocks.today),
            action=done.get(row.indicator),
        )
        for row, kind in chosen
    ]
    rows.sort(key=_urgency)
    return Exceptions(
        clocks=clocks.clocks,
        agreement=page.structure.sheet.code,
        title=page.structure.sheet.title,
        demonstration=page.structure.demonstration,
        statement=page.structure.statement or "",
        area=page.area.code,
        area_name=page.area.name,
        rows=tuple(rows),
        counts={kind: sum(row.kind == kind for row in rows) for kind in (UNDER, OVER)},
    )


def _read(
    connection: Connection, agreement: str, clocks: ResolvedClocks, area: str | None
) -> _Page:
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    place = structure.area(area)
    indicators = read_indicators(connection, structure, clocks.clocks.known_position)
    stages = read_stages(connection, structure, clocks, place.code, list(indicators.values()))
    return _Page(structure, place, indicators, stages)


def _by_stage(rows: list[EscalationRow]) -> dict[str, int]:
    return {str(stage): sum(row.stage == stage for row in rows) for stage in (1, 2, 3)}


def _as_it_stands(row: StatusRow, page: _Page) -> StatusRow:
    """A row with the stage of today: its own is of the day before the next period is due, and
    after the last period that day may be long past."""
    stage = int(page.stages[row.indicator].escalation.stage) or None
    return msgspec.structs.replace(row, stage=stage)


def _kind(row: StatusRow) -> str:
    if row.stage or row.status in (Status.RED, Status.AMBER):
        return UNDER
    return OVER if row.status == Status.EXCEEDING else ""


def _urgency(one: ExceptionRow) -> tuple[bool, int, int]:
    """Under-performance first: by stage, then red before amber before what has no status."""
    worst = [Status.RED.value, Status.AMBER.value, None]
    status = one.row.status
    return (
        one.kind == OVER,
        -(one.row.stage or 0),
        worst.index(status) if status in worst else len(worst),
    )


def _latest_acts(connection: Connection, page: _Page, codes: list[str]) -> dict[str, ActAnswer]:
    """The latest act about each indicator that has one; an examination is none."""
    of = {act.position: code for code in codes for act in page.stages[code].responses}
    latest = [page.stages[code].responses for code in codes]
    told = told_acts(connection, [act for acts in latest for act in acts])
    return {of[act.position]: act for act in told}
