"""A cube over a million entries, against the SQL that somebody would write by hand for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from histories import reading
from ledgers import CODE, YEARS, definition, ledger, ratio, report
from msgspec.structs import replace
from servers import Server

from ledger.engine import Connection
from ledger.event import Event
from ledger.indicator.events import IndicatorDefined
from policies.definition import Basis, Definition
from projections.catch_up import catch_up
from projections.reading.clocks import resolve
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked

INDICATORS, AREAS, ROUNDS = 200, 500, 9
NOW = datetime(2026, 5, 1, tzinfo=UTC)

# The same cells: counts of all areas together, by indicator and period.
BY_PERIOD = """
SELECT indicator, period, sum(value), count(*) FROM value
 WHERE breakdown = '' AND from_position <= %(known)s AND to_position > %(known)s
 GROUP BY indicator, period
"""
# Likewise of one indicator, by area and period: 5,000 of the million.
BY_AREA = """
SELECT area, period, value FROM value
 WHERE indicator = %(indicator)s AND breakdown = ''
   AND from_position <= %(known)s AND to_position > %(known)s
"""


def timed(act: Callable[[], Any]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


@pytest.mark.timeout(1800)
def test_a_cube_against_sql_written_by_hand(embedded_server: Server) -> None:
    """All of a million entries in 2,000 cells, and one indicator in 5,000 cells, in turn."""
    with ledger(embedded_server, indicators=INDICATORS, area_count=AREAS) as (url, filler):
        counts: list[tuple[str, list[Event]]] = [
            (f"I{n}", [IndicatorDefined(agreement=CODE, code=f"I{n}", definition=counted(n))])
            for n in range(INDICATORS)
        ]
        filler.append(counts)
        filler.values(INDICATORS, AREAS, 1)
        catch_up(url)
        with reading(url) as connection:
            connection.execute("RESET ROLE; ANALYZE answers.value")
            measure(connection)


def counted(number: int) -> Definition:
    return replace(definition(number), basis=Basis.DISCRETE)


def measure(connection: Connection) -> None:
    clocks = resolve(connection, "now", "now", NOW)
    row = connection.execute("SELECT indicator FROM indicator WHERE code = 'I7'").fetchone()
    assert row is not None
    asked = {"known": clocks.clocks.known_position, "indicator": row[0]}
    every = CubeAsked(rows="indicator", columns="period", areas=("*",))
    single = CubeAsked(rows="area", columns="period", indicators=("I7",))
    cube = read_cube(connection, CODE, clocks, every)
    by_hand = connection.execute(BY_PERIOD, asked).fetchall()
    assert (INDICATORS, len(YEARS)) == (len(cube.rows), len(cube.columns))
    assert sorted(f"{total:.1f}" for _, _, total, _ in by_hand) == sorted(
        cell.value or "" for each in cube.rows for cell in each.cells if cell is not None
    )
    found: dict[str, list[float]] = {"all": [], "all by hand": [], "one": [], "one by hand": []}
    for _ in range(ROUNDS):
        found["all"].append(timed(lambda: read_cube(connection, CODE, clocks, every)))
        found["all by hand"].append(timed(lambda: connection.execute(BY_PERIOD, asked).fetchall()))
        found["one"].append(timed(lambda: read_cube(connection, CODE, clocks, single)))
        found["one by hand"].append(timed(lambda: connection.execute(BY_AREA, asked).fetchall()))
    report(
        "A cube over 1,000,000 entries",
        [
            *((name, f"{Decimal(sorted(each)[ROUNDS // 2] * 1000):.1f} ms") for name, each in
              found.items()),
            ("all ÷ by hand", ratio(found["all"], found["all by hand"])),
            ("one indicator, 5,000 cells ÷ by hand", ratio(found["one"], found["one by hand"])),
        ],
    )  # fmt: skip
