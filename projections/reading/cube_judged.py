"""The cells of a cube of judgements: status, target, and rank among areas of the same kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from ledger.engine import Connection
from policies.cell import NoStatus
from policies.periods import parse_code
from policies.rag import Status
from policies.ranking import ranks
from policies.refusals import UnsuitableCube
from policies.retirement import is_retired
from projections.answers import StatusRow
from projections.cube_answers import CubeCell, NoValue
from projections.reading.cube_asked import Place, Scope, year_of
from projections.reading.cube_laid import Laid, lay, made
from projections.reading.due_periods import inside
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import COLUMNS, NOTHING, Cell, Stored
from projections.spans import span_of

MOST_JUDGED = 20_000
_ORDER = (*Status, *NoStatus)  # the best first, then what has none
_CELLS = f"""
SELECT s.indicator, s.area, s.period, {COLUMNS} FROM status s
 WHERE s.indicator = ANY(%(indicators)s) AND s.area = ANY(%(areas)s)
   AND (%(periods)s::text[] IS NULL OR s.period = ANY(%(periods)s))
   AND s.from_position <= %(known)s AND s.to_position > %(known)s
 ORDER BY s.indicator, s.area, s.period LIMIT {MOST_JUDGED + 1}
"""


class Judged(NamedTuple):
    """A cell as it is judged, and where it belongs."""

    place: Place
    row: StatusRow


def judged(connection: Connection, scope: Scope) -> Laid[CubeCell]:
    """The cells of a cube of statuses, targets or ranks, as recorded or judged by other rules."""
    asked = scope.asked
    if asked.measure == "rank":
        return _ranked(connection, scope)
    shown = _shown(scope, _read(connection, scope, scope.areas))
    laid = lay(shown, scope)
    if asked.measure == "target":
        return made(laid, _target, None, None)
    totals = _statuses if asked.totals else None
    return made(laid, _statuses, totals, totals)


def _read(connection: Connection, scope: Scope, areas: Iterable[str]) -> list[Judged]:
    """All that is judged of these areas. Raises UnsuitableCube where that is too much."""
    rows = connection.execute(
        _CELLS,
        {
            "indicators": list(scope.indicators),
            "areas": list(areas),
            "periods": None if scope.periods is None else list(scope.periods),
            "known": scope.known,
        },
    ).fetchall()
    if len(rows) > MOST_JUDGED:
        raise UnsuitableCube(
            f"More than {MOST_JUDGED:,} figures would be judged: choose fewer indicators, areas or"
            " periods.",
            field="rows",
        )
    recorded = [
        Cell(scope.indicators[indicator], period, area, Stored(*stored))
        for indicator, area, period, *stored in rows
    ]
    if scope.asked.measure == "status" and "year" in scope.asked.laid_out:
        recorded = _as_years_end(recorded)
    cells = [one for one in recorded if scope.shows(Place(one.indicator, one.area, one.period))]
    told = status_rows(connection, scope.structure, scope.clocks, cells)
    return [
        Judged(Place(cell.indicator, cell.area, cell.period), row)
        for cell, row in zip(cells, told, strict=True)
    ]


def _as_years_end(cells: Iterable[Cell]) -> list[Cell]:
    """The cells, but of a year whose last period is retired that one alone: a board of the year
    shows it, recorded or not."""
    found: dict[tuple[str, str, str], Cell] = {}
    for cell in cells:
        code, definition = cell.indicator.code, cell.indicator.definition
        last = inside(definition, parse_code(year_of(cell.period, definition)))
        if last is None or not is_retired(cell.indicator.retired_from, last):
            found[code, cell.area, cell.period] = cell
        elif last.code == cell.period:
            found[code, cell.area, last.code] = cell
        else:
            unrecorded = cell._replace(period=last.code, stored=NOTHING)
            found.setdefault((code, cell.area, last.code), unrecorded)
    return list(found.values())


def _shown(scope: Scope, found: list[Judged]) -> list[Judged]:
    """Of an indicator and area the latest period with a figure: in all, or in each year.

    Where periods are laid out, each stands for itself.
    """
    if "period" in scope.asked.laid_out:
        return found
    yearly = "year" in scope.asked.laid_out
    latest: dict[tuple[str, str, str], Judged] = {}
    for one in sorted(found, key=_how_late):
        year = scope.member("year", one.place) if yearly else ""
        latest[one.place.indicator.code, one.place.area, year] = one
    return list(latest.values())


def _how_late(one: Judged) -> tuple[bool, object]:
    return one.row.judged is not None, span_of(one.place.period).order


def _statuses(found: list[Judged]) -> CubeCell:
    counts = Counter(one.row.status or one.row.reason or "" for one in found)
    status = found[0].row.status if len(counts) == 1 else None
    reason: NoValue = "several" if len(counts) > 1 else "no-figure"
    return CubeCell(
        value=status,
        reason=None if status is not None else reason,
        entries=len(found),
        period=_only(found),
        unsigned=sum(one.row.judged is not None and one.row.signed_off is None for one in found),
        provisional=sum("provisional" in one.row.marks for one in found),
        counts={each: counts[each] for each in _ORDER if each in counts},
    )


def _target(found: list[Judged]) -> CubeCell:
    target = found[-1].row.target
    return CubeCell(
        value=target,
        reason=None if target is not None else "no-figure",
        entries=len(found),
        period=_only(found),
    )


def _ranked(connection: Connection, scope: Scope) -> Laid[CubeCell]:
    """Ranks are among all areas that lie within the same one, whichever of them are shown."""
    areas = scope.structure.sheet.areas
    within = {area.code: area.within for area in areas}
    every = _read(connection, scope, (area.code for area in areas))
    beside: dict[tuple[str, str, str], list[Judged]] = {}
    for one in every:
        place = one.place
        beside.setdefault(
            (place.indicator.code, place.period, within.get(place.area, "")), []
        ).append(one)
    places: dict[tuple[str, str, str], int] = {}
    for (code, period, _), among in beside.items():
        definition = among[0].place.indicator.definition
        figures = {
            one.place.area: Decimal(one.row.judged) for one in among if one.row.judged is not None
        }
        for area, rank in ranks(figures, definition).items():
            places[code, period, area] = rank
    shown = _shown(scope, [one for one in every if one.place.area in scope.areas])
    return made(lay(shown, scope), partial(_rank, places), None, None)


def _rank(places: Mapping[tuple[str, str, str], int], found: list[Judged]) -> CubeCell:
    place = found[-1].place
    rank = places.get((place.indicator.code, place.period, place.area))
    return CubeCell(
        value=None if rank is None else str(rank),
        reason=None if rank is not None else "no-figure",
        entries=len(found),
        period=_only(found),
    )


def _only(found: list[Judged]) -> str:
    periods = {one.place.period for one in found}
    return periods.pop() if len(periods) == 1 else ""
