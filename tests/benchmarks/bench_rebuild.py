"""Replaying 100,000 entries into rebuilt answers, against COPYing the rows that result."""

import time

import psycopg
import pytest
from ledgers import ledger, ratio, report
from psycopg import sql
from servers import Server

from projections.connection import ANSWERS, connect
from projections.rebuild import rebuild
from projections.tables import TABLES

INDICATORS, AREAS, YEARS = 200, 50, 10
ROUNDS = 3


def copy_rows(url: str) -> tuple[float, int]:
    """Seconds to COPY every row of the answers into tables with the same indexes; their number."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS copied CASCADE")
        connection.execute("CREATE SCHEMA copied")
        rows = 0
        total = 0.0
        for table in TABLES:
            source = sql.Identifier(ANSWERS, table.name)
            target = sql.Identifier("copied", table.name)
            connection.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(target, source)
            )
            with connection.cursor().copy(
                sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(source)
            ) as out:
                data = [bytes(block) for block in out]
            start = time.perf_counter()
            with connection.cursor().copy(
                sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(target)
            ) as into:
                for block in data:
                    into.write(block)
            total += time.perf_counter() - start
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(target))
            row = counted.fetchone()
            assert row is not None
            rows += row[0]
    return total, rows


@pytest.mark.timeout(900)
def test_rebuilding_against_copying_the_rows(embedded_server: Server) -> None:
    """Both in turn, on the same server."""
    with ledger(embedded_server, indicators=INDICATORS, area_count=AREAS, versions=1) as (url, _):
        rebuilds: list[float] = []
        copies: list[float] = []
        rows = 0
        for _ in range(ROUNDS):
            start = time.perf_counter()
            rebuild(url, lambda _done, _total: None)
            rebuilds.append(time.perf_counter() - start)
            seconds, rows = copy_rows(url)
            copies.append(seconds)
        with connect(url) as connection:
            counted = connection.execute("SELECT count(*) FROM value").fetchone()
        assert counted == (INDICATORS * AREAS * YEARS,)
    report(
        "Rebuilding the answers from 100,000 entries",
        [
            ("rebuild, least", f"{min(rebuilds):.2f} s"),
            (f"COPY of the {rows:,} rows, least", f"{min(copies):.2f} s"),
            ("rebuild ÷ COPY", ratio(rebuilds, copies)),
        ],
    )
