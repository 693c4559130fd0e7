"""A comparator table of 350 areas with quartiles, against plain SQL that reads the same rows."""

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest
from bench_diff import service
from ledgers import AT, CODE, TOKEN, YEARS, Filler, figure, ledger, ratio, report
from servers import Server
from wire_load import get_once

from ledger.agreement.events import ComparatorGroupSet
from ledger.comparators.events import ComparatorsReleased, Released
from ledger.engine import Commit, Connection
from ledger.event import Event, Recorded, comparators_id, indicator_id
from ledger.indicator.events import Source
from projections.catch_up import catch_up
from projections.reading.clocks import resolve
from projections.reading.comparators import read_comparators

INDICATORS, AREAS, VERSIONS, ROUNDS = 20, 350, 4, 60
ENGLAND = tuple(f"E1{n:07}" for n in range(AREAS))
PERIOD = YEARS[-2]

# The same rows and columns; and with the same sums where SQL has them: rank, median and limits.
ROWS = """
SELECT area, value, numerator, denominator, missing, provisional, entry_position, entry_index,
       recorded_at, file, released_on, load
  FROM comparator WHERE indicator = %(indicator)s AND period = %(period)s AND breakdown = ''
   AND area = ANY(%(areas)s) AND from_position <= %(known)s AND to_position > %(known)s
 ORDER BY value DESC
"""
WITH_QUARTILES = f"""
WITH told AS ({ROWS}),
limits AS MATERIALIZED (
  SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) AS l FROM told)
SELECT told.*, rank() OVER (ORDER BY value DESC), l[1], l[2], l[3] FROM told, limits
 ORDER BY value DESC
"""


def release(filler: Filler, version: int, names: dict[tuple[int, str, str], str]) -> None:
    """Every area and year of every indicator, in one commit: a publisher's yearly release."""
    recorded: list[Recorded] = []
    position = filler.position
    for n in range(INDICATORS):
        keys = [(area, year) for area in ENGLAND for year in YEARS]
        for begin in range(0, len(keys), 1000):
            position += 1
            part = keys[begin : begin + 1000]
            entries = tuple(
                Released(
                    period=year,
                    area=area,
                    value=figure(n, int(area[2:]), YEARS.index(year), version),
                    replaces=names.get((n, area, year), ""),
                )
                for area, year in part
            )
            names.update(
                ((n, area, year), f"{position}.{index}") for index, (area, year) in enumerate(part)
            )
            event: Event = ComparatorsReleased(
                agreement=CODE,
                indicator=f"I{n}",
                entries=entries,
                source=Source("values.csv", "00" * 32, date(2024 + version, 8, 1), str(uuid4())),
            )
            stream = comparators_id(CODE, f"I{n}")
            key = f"others of I{n}"
            count = filler.versions[key] = filler.versions.get(key, 0) + 1
            recorded.append(Recorded(stream, count, event, 0, AT, "operator"))
    commit = Commit(actor="operator", command="bench", correlation_id=uuid4())
    filler.position = filler.record.append(recorded, commit).last_position


def in_turns(asked: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """How many milliseconds each took, in rounds: whatever else the machine does, all had it."""
    took: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, ask in asked.items():
            begin = perf_counter()
            ask()
            took[name].append(1000 * (perf_counter() - begin))
    return took


@pytest.mark.timeout(600)
def test_a_table_costs_little_more_than_its_rows(embedded_server: Server) -> None:
    """The reading function and HTTP, now and at a past clock, in turns with the plain SQL."""
    with ledger(embedded_server, indicators=INDICATORS, area_count=1, versions=1) as (url, filler):
        group = ComparatorGroupSet(code="england", title="England", version=1, members=ENGLAND)
        filler.append([("", [group])])
        names: dict[tuple[int, str, str], str] = {}
        ends = []
        for version in range(VERSIONS):
            release(filler, version, names)
            ends.append(filler.position)
        catch_up(url)
        rows: list[tuple[str, str]] = []
        with service(url) as port, filler.record.pool.connection() as connection:
            for when, position in (("now", None), ("at a past clock", ends[0])):
                rows += _measured(connection, port, when, position, ends[-1])
            league = f"/api/v1/agreements/{CODE}/comparators"
            took = in_turns({"league": lambda: get_once(port, league, TOKEN)})["league"]
            rows.append((f"the league of {INDICATORS} indicators, HTTP", f"{median(took):.0f} ms"))
    report(f"A comparator table of {AREAS} areas with quartiles, {VERSIONS} releases", rows)


def _measured(
    connection: Connection, port: int, when: str, past: int | None, head: int
) -> list[tuple[str, str]]:
    known_at = "now" if past is None else f"position:{past}"
    given = {
        "indicator": indicator_id(CODE, "I0"),
        "period": PERIOD,
        "areas": list(ENGLAND),
        "known": past or head,
    }
    path = (
        f"/api/v1/agreements/{CODE}/indicators/I0/comparators?period={PERIOD}&known_at={known_at}"
    )
    clocks = resolve(connection, known_at, "now", AT)

    def plainly(query: str) -> None:
        assert AREAS == len(connection.execute(query, given).fetchall())

    def by_us() -> None:
        answer = read_comparators(connection, CODE, "I0", clocks, period=PERIOD)
        assert AREAS == len(answer.rows)

    took = in_turns(
        {
            "rows": lambda: plainly(ROWS),
            "sums": lambda: plainly(WITH_QUARTILES),
            "reading": by_us,
            "HTTP": lambda: get_once(port, path, TOKEN),
        }
    )
    rows = [
        (f"{name}, {when}", f"{median(took[key]):.2f} ms, at best {min(took[key]):.2f}")
        for key, name in (
            ("rows", "plain SQL, the rows"),
            ("sums", "plain SQL with rank and quartiles"),
            ("reading", "the reading function"),
            ("HTTP", "over HTTP"),
        )
    ]
    rows += [
        (
            f"{name}, {when}",
            f"{ratio(took[ours], took[theirs])}, best by best {_best(took, ours, theirs)}",
        )
        for name, ours, theirs in (
            ("reading function ÷ rows", "reading", "rows"),
            ("reading function ÷ SQL with sums", "reading", "sums"),
            ("HTTP ÷ rows", "HTTP", "rows"),
            ("HTTP ÷ SQL with sums", "HTTP", "sums"),
        )
    ]
    return rows


def _best(took: dict[str, list[float]], ours: str, theirs: str) -> str:
    return f"{min(took[ours]) / min(took[theirs]):.2f}"
