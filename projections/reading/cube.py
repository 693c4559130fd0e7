"""A cube: any measure of an agreement's indicators, laid out by any two dimensions."""

from ledger.engine import Connection
from projections.answers import Named
from projections.cube_answers import Cube, CubeCell, CubeIndicator, CubeRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.cube_asked import CubeAsked, Scope, scope_of
from projections.reading.cube_figures import figured
from projections.reading.cube_judged import judged
from projections.reading.cube_laid import Laid, members
from projections.spans import span_of

_JUDGED = ("status", "target", "rank")


def read_cube(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: CubeAsked
) -> Cube:
    """What is asked for, as known, judged by the rules of the policy clock.

    Raises UnsuitableCube for what cannot be laid out, and UnknownAgreement, UnknownIndicator,
    UnknownArea, UnknownPeriod and UnknownBreakdown.
    """
    scope = scope_of(connection, agreement, clocks, asked)
    if asked.measure in _JUDGED:
        return _cube(scope, judged(connection, scope))
    if asked.measure != "entries" and "area" not in asked.laid_out:
        scope = scope._replace(areas=scope.outermost)
    return _cube(scope, figured(connection, scope))


def _cube(scope: Scope, laid: Laid[CubeCell]) -> Cube:
    asked, structure = scope.asked, scope.structure
    columns = members(scope, asked.columns, (column for _, column in laid.cells))
    rows = members(scope, asked.rows, (row for row, _ in laid.cells))
    return Cube(
        clocks=scope.clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        measure=asked.measure,
        rows_by=asked.rows,
        columns_by=asked.columns,
        indicators=tuple(
            CubeIndicator(code=one.code, name=one.definition.title, unit=one.definition.unit)
            for one in scope.indicators.values()
        ),
        areas=tuple(Named(code=code, name=structure.area_name(code)) for code in scope.areas),
        periods=tuple(
            Named(code=span_of(code).period.code, name=span_of(code).label)
            for code in asked.periods
        ),
        breakdown=scope.breakdown,
        columns=columns,
        rows=tuple(
            CubeRow(
                code=row.code,
                name=row.name,
                cells=tuple(laid.cells.get((row.code, column.code)) for column in columns),
                total=laid.rows.get(row.code),
            )
            for row in rows
        ),
        totals=tuple(laid.columns.get(column.code) for column in columns) if laid.columns else (),
    )
