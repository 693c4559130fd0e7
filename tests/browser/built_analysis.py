"""What lies behind the built board: cubes, drill-down and pairs, over its made figures."""

from collections import Counter
from decimal import Decimal
from typing import Protocol

import msgspec
from browser.indicators import AREAS, BLOCKS, HOME, INDICATORS, OUTCOMES
from browser.judged import CODE, TITLE, clocks, find, row

from http_api.pages.reader import ClocksAsked
from policies.basket import BasketSettings
from policies.pairing import correlation
from policies.periods import parse_code
from policies.refusals import UnsuitableCube
from projections.answers import Named, Status, StatusRow
from projections.cube_answers import Cube, CubeCell, CubeIndicator, CubeRow
from projections.drill_down_answers import (
    Above,
    AreaBehind,
    BrokenDown,
    DrillDown,
    Level,
    PartBehind,
    Together,
)
from projections.pair_answers import Over, PairRow, Pairs, Side, Unpaired
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked
from projections.reading.scorecard import Group, judged_together

DISTRICTS = tuple(code for code in AREAS if code != HOME)
RULES = BasketSettings(least_coverage=Decimal("0.5"))


class _Board(Protocol):
    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """The rows of the board."""


class BuiltAnalysis:
    """The part of the built reader that looks behind."""

    def cube(self: _Board, agreement: str, asked: ClocksAsked, laid_out: CubeAsked) -> Cube:
        """Statuses of outcomes by area, or any other measure of indicators by area; "by period",
        so many columns that a sheet of paper has no room for them."""
        if laid_out.rows == laid_out.columns:
            raise UnsuitableCube("Rows and columns are the same: choose another for one.")
        boards = {
            area: self.status(agreement, asked, period=None, area=area).rows for area in AREAS
        }
        counted = laid_out.measure == "status"
        rows = _statuses(boards, laid_out) if counted else _figures(boards, laid_out)
        if laid_out.blocks == ("none",):
            rows = ()
        columns = tuple(Named(code=code, name=name) for code, name in AREAS.items())
        if laid_out.columns == "period":
            columns *= 4
            rows = tuple(msgspec.structs.replace(each, cells=each.cells * 4) for each in rows)
        return Cube(
            clocks=clocks(asked),
            agreement=agreement,
            title=TITLE,
            demonstration=True,
            measure=laid_out.measure,
            rows_by="outcome" if counted else "indicator",
            columns_by="area",
            indicators=tuple(
                CubeIndicator(code=one.code, name=one.definition.title, unit=one.definition.unit)
                for one in INDICATORS
            ),
            areas=tuple(Named(code=code, name=name) for code, name in AREAS.items()),
            periods=tuple(
                Named(code=code, name=parse_code(code).label) for code in laid_out.periods
            ),
            breakdown=laid_out.breakdown,
            columns=columns,
            rows=rows,
            totals=rows[0].cells if laid_out.totals and rows else (),
        )

    def drill_down(
        self: _Board, agreement: str, asked: ClocksAsked, looked: DrillAsked
    ) -> DrillDown:
        """The agreement, a block, an outcome, or an indicator with its districts and parts."""
        if looked.indicator is not None:
            return _indicator(asked, looked, looked.indicator)
        board = self.status(agreement, asked, period=None, area=looked.area)
        rows = {each.indicator: each for each in board.rows}
        if looked.outcome is not None:
            title, block = {code: (title, block) for code, title, block in OUTCOMES}[looked.outcome]
            inside = tuple(each for each in board.rows if each.outcome == looked.outcome)
            trail = (_above(None), _above(block))
            return _group(board, "outcome", Group(looked.outcome, title, ()), trail, rows=inside)
        if looked.block is not None:
            groups = [
                Group(code, title, [i for i, each in rows.items() if each.outcome == code])
                for code, title, block in OUTCOMES
                if block == looked.block
            ]
            own = Group(looked.block, BLOCKS[looked.block], ())
            return _group(board, "block", own, (_above(None),), groups=groups)
        groups = [
            Group(code, title, [i for i, each in rows.items() if each.block == code])
            for code, title in BLOCKS.items()
        ]
        groups.append(Group("", "No block", []))
        return _group(board, "agreement", Group(CODE, TITLE, ()), (), groups=groups)

    def pairs(
        self: _Board,
        agreement: str,
        asked: ClocksAsked,
        across: str,
        up: str,
        *,
        over: Over,
        period: str | None,
        area: str | None,
    ) -> Pairs:
        """Every area but the last, which has only one figure; over periods three of them."""
        if across == up:
            raise UnsuitableCube("An indicator lies on one line with itself: choose two.")
        sides = [find(across), find(up)]
        years = {f"FY{year}": parse_code(f"FY{year}").label for year in range(2022, 2025)}
        places = AREAS if over == "area" else years
        found = tuple(
            PairRow(
                code=code, name=name, across=f"{40 + n * n}.5", up=f"{12 + n}.25",
                across_period="FY2024", up_period=f"FY2024-Q{4 if n else 3}",
                provisional=n == 1,
            )
            for n, (code, name) in enumerate(places.items())
        )  # fmt: skip
        told = correlation([(Decimal(each.across), Decimal(each.up)) for each in found])
        return Pairs(
            clocks=clocks(asked),
            agreement=agreement,
            title=TITLE,
            demonstration=True,
            across=_side(sides[0].code),
            up=_side(sides[1].code),
            over=over,
            period="FY2024" if over == "area" else None,
            period_label="2024/25" if over == "area" else "",
            area=HOME if over == "period" else None,
            area_name=AREAS[HOME] if over == "period" else "",
            pairs=() if period == "FY2014" else found,
            unpaired=(Unpaired(code="E07000999", name="Elsewhere", lacking=across),),
            correlation=f"{told}" if isinstance(told, Decimal) else None,
            no_correlation=None if isinstance(told, Decimal) else told,
        )


def _figures(boards: dict[str, tuple[StatusRow, ...]], laid_out: CubeAsked) -> tuple[CubeRow, ...]:
    """The first few with a value, without one, partial, never added up, and with nothing."""
    rows = []
    for number, built in enumerate(INDICATORS):
        cells: list[CubeCell | None] = []
        for n, area in enumerate(AREAS):
            judged = boards[area][number].judged
            lacking = DISTRICTS[:n] if number == 0 else ()
            cells.append(
                CubeCell(
                    value=judged,
                    reason=None if judged else "never-added" if number % 2 else "no-figure",
                    entries=1,
                    method="sum" if judged and lacking else "",
                    period=boards[area][number].period,
                    partial=bool(lacking),
                    missing_areas=lacking,
                )
                if n or number != 1
                else None
            )
        total = cells[-1] if laid_out.totals else None
        named = built.definition.title
        rows.append(CubeRow(code=built.code, name=named, cells=tuple(cells), total=total))
    return tuple(rows)


def _statuses(boards: dict[str, tuple[StatusRow, ...]], laid_out: CubeAsked) -> tuple[CubeRow, ...]:
    rows = []
    for code, title, _ in OUTCOMES:
        cells = []
        for board in boards.values():
            counts = Counter(
                each.status or each.reason or "" for each in board if each.outcome == code
            )
            one = next(iter(counts)) if len(counts) == 1 else None
            status = one if one in ("green", "amber", "red", "exceeding") else None
            cells.append(
                CubeCell(
                    value=status,
                    reason=None if status else "several",
                    entries=counts.total(),
                    counts=dict(counts),
                )
                if counts
                else None
            )
        total = cells[0] if laid_out.totals else None
        rows.append(CubeRow(code=code, name=title, cells=tuple(cells), total=total))
    return tuple(rows)


def _group(
    board: Status,
    level: Level,
    own: Group,
    trail: tuple[Above, ...],
    *,
    groups: list[Group] | None = None,
    rows: tuple[StatusRow, ...] = (),
) -> DrillDown:
    by_code = {each.indicator: each for each in board.rows}
    members = rows or [by_code[code] for group in groups or [] for code in group.indicators]
    return DrillDown(
        clocks=board.clocks,
        agreement=board.agreement,
        title=TITLE,
        demonstration=True,
        level=level,
        code=own.code,
        name=own.title,
        trail=trail,
        area=board.area,
        area_name=board.area_name,
        around=() if board.area == HOME else (Named(code=HOME, name=AREAS[HOME]),),
        period=None,
        period_label="",
        basket=judged_together(own, members, RULES),
        baskets=tuple(
            judged_together(group, [by_code[code] for code in group.indicators], RULES)
            for group in groups or []
        ),
        rows=rows,
    )


def _indicator(asked: ClocksAsked, looked: DrillAsked, code: str) -> DrillDown:
    built = find(code)
    period = looked.period or "FY2025"
    area = looked.area or HOME
    inside = DISTRICTS if area == HOME and built.values else ()
    rows = [row(built, period, one) for one in inside]
    shares = ("0.2", "0.31", None, "0.25", "0.1")
    whole = row(built, period, area)
    parts = tuple(
        PartBehind(
            code=sex, name=sex, value=value, missing=missing, share=share, signed_off=sex == "F",
            provisional=sex == "M", entry="1701.0",
        )
        for sex, value, missing, share in (
            ("F", "12.5", None, "0.6"), ("M", "7", None, "0.35"), ("X", None, "suppressed", None),
        )
    )  # fmt: skip
    together = Together(
        figure=CubeCell(
            value="91.5", entries=4, method="ratio-of-sums", partial=True,
            missing_areas=DISTRICTS[2:3],
        ),
        expected=5,
        counted=4,
        status="green" if code == "gld" else None,
        reason=None if code == "gld" else "least-coverage",
        target="90",
        own=whole.judged,
    )  # fmt: skip
    return DrillDown(
        clocks=clocks(asked),
        agreement=CODE,
        title=TITLE,
        demonstration=True,
        level="indicator",
        code=code,
        name=built.definition.title,
        trail=(_above(None), _above("children"), Above(level="outcome", code="care", name="Care")),
        area=area,
        area_name=AREAS[area],
        around=() if area == HOME else (Named(code=HOME, name=AREAS[HOME]),),
        period=period,
        period_label=parse_code(period).label,
        row=whole,
        areas=tuple(
            AreaBehind(code=one, name=AREAS[one], row=each, share=share)
            for one, each, share in zip(inside, rows, shares, strict=False)
        ),
        together=together if inside else None,
        breakdown=looked.breakdown,
        figure=parts[0] if looked.breakdown else None,
        breakdowns=(BrokenDown(dimension="sex", parts=parts, rest="0.5"),) if inside else (),
    )


def _side(code: str) -> Side:
    definition = find(code).definition
    return Side(
        code=code,
        name=definition.title,
        unit=definition.unit,
        decimals=definition.decimals,
        source=definition.source,
    )


def _above(block: str | None) -> Above:
    if block is None:
        return Above(level="agreement", code=CODE, name=TITLE)
    return Above(level="block", code=block, name=BLOCKS[block])
