"""What goes to PostgreSQL as text comes back as it was, whatever it is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import psycopg
import pytest
from hypothesis import given
from servers import Server

from ledger.engine import Connection
from policies.standing import Standing
from projections.copy_text import ROWS_IN_A_BLOCK, blocks_of
from projections.tables import OPEN

TYPES = ("uuid", "text", "text", "int4", "int8", "numeric", "bool", "timestamptz", "date")
COLUMNS = ", ".join(f"c{n} {kind}" for n, kind in enumerate((*TYPES, "int8", "int8")))
SIGNS = st.sampled_from(("", "\\", "\\N", "\\.", "\t", "\n", "\r", "\r\n", "\b\f\v", "é\u2028😀"))
texts = st.builds(
    "".join,
    st.lists(SIGNS | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)),
)
numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.sampled_from(
        [*map(Decimal, ("1E+30", "1.50E-25", "-0.00", "0", "1.0", "1.00", "9" * 30, "1E-30"))]
    ),
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
FIRST, LAST = map(datetime.fromisoformat, ("0001-01-02", "9999-12-30"))  # in any zone
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC) | offsets)
values = st.tuples(
    st.none() | st.uuids() | st.uuids().map(str),
    st.none() | texts,
    st.none() | st.sampled_from(Standing),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | numbers,
    st.none() | st.booleans(),
    st.none() | moments,
    st.none() | st.dates(),
)


@pytest.fixture(scope="module")
def table(embedded_server: Server) -> Iterator[Connection]:
    with (
        embedded_server.fresh_database() as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(f"CREATE TABLE copied ({COLUMNS})")
        yield connection


def come_back(connection: Connection, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    connection.execute("TRUNCATE copied")
    types = (*TYPES, "int8", "int8")
    with connection.cursor().copy("COPY copied FROM STDIN (ENCODING 'utf8')") as copy:
        for block in blocks_of(((row, n, OPEN) for n, row in enumerate(rows)), types):
            copy.write(block)
    return connection.execute("SELECT * FROM copied ORDER BY c9").fetchall()


def plain(row: tuple[Any, ...]) -> tuple[str | None, ...]:
    """Each value as one text that tells it from every other of its kind."""
    return tuple(None if value is None else _plain(value) for value in row)


def _plain(value: Any) -> str:
    match value:
        case Decimal():
            return format(value if value else value.copy_abs(), "f")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


@given(rows=st.lists(values, min_size=1, max_size=8))
def test_every_value_comes_back_as_it_was(table: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Text with COPY's own signs, numbers with their scale, times of any zone, and nothing."""
    expected = [plain((*row, n, OPEN)) for n, row in enumerate(rows)]
    assert expected == [plain(row) for row in come_back(table, rows)]


@given(row=values, other=values, times=st.integers(2, 5))
def test_columns_that_repeat_themselves_come_back_too(
    table: Connection, row: tuple[Any, ...], other: tuple[Any, ...], times: int
) -> None:
    """Values that never change, or change once, are written by a way of their own."""
    rows = [row] * times + [other] * times + [row]
    expected = [plain((*one, n, OPEN)) for n, one in enumerate(rows)]
    assert expected == [plain(one) for one in come_back(table, rows)]


def test_equal_numbers_keep_their_own_decimals(table: Connection) -> None:
    rows = [(*(None,) * 5, Decimal(text), *(None,) * 3) for text in ("1.0", "1.00", "1")]
    assert ["1.0", "1.00", "1"] == [str(row[5]) for row in come_back(table, rows)]


def test_rows_of_several_blocks_come_back_in_order(table: Connection) -> None:
    count = 2 * ROWS_IN_A_BLOCK + 1
    rows = [(None, f"row\t{n}", None, n, *(None,) * 5) for n in range(count)]
    assert [row[1] for row in rows] == [row[1] for row in come_back(table, rows)]


def test_no_rows_are_no_blocks() -> None:
    assert [] == list(blocks_of([], TYPES))
