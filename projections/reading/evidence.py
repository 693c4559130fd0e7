"""The answers as evidence: every state of every value and judgement, a line each, for an auditor.

The rows stand in the order of the events that opened them, so that whoever reads the events reads
them along. ``to`` is null for what still held at the last position that is asked for, whatever
happened since; but an end that no event has reached yet is told, since it is wrong. Numbers and
times are texts, exactly as they are stored.
"""

from collections.abc import Generator
from typing import Literal

import msgspec
from psycopg import sql

from ledger.engine import Connection
from projections.tables import OPEN, STATUS, VALUE, Table

Kind = Literal["values", "status"]
TABLES: dict[Kind, Table] = {"values": VALUE, "status": STATUS}
ROWS_AT_ONCE = 5_000  # held in memory, on their way from the database

_AS_TEXT = {
    "numeric": "{}::text",
    "timestamptz": (
        "replace(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),"
        " '.000000Z', 'Z')"
    ),
}


def columns(kind: Kind) -> list[str]:
    """What the places of a row are, in order."""
    return ["from", "to", *(name for name, _ in TABLES[kind].columns)]


def read_lines(connection: Connection, kind: Kind, size: int) -> Generator[str, None, None]:
    """The names of the columns, then the rows opened by the first ``size`` positions, as JSON.

    Read within a transaction of the caller's, from a schema of answers that has reached ``size``.
    """
    yield msgspec.json.encode(columns(kind)).decode()
    table = TABLES[kind]
    written = [
        sql.SQL(_AS_TEXT.get(of, "{}")).format(sql.Identifier(name)) for name, of in table.columns
    ]
    query = sql.SQL(
        "SELECT json_build_array(from_position, CASE WHEN to_position <= {size}"
        " OR (to_position < {open} AND to_position > (SELECT max(position) FROM tracking))"
        " THEN to_position END, {written})::text FROM {table} WHERE from_position <= {size}"
        " ORDER BY from_position, {key}"
    ).format(
        size=size,
        open=OPEN,
        written=sql.SQL(", ").join(written),
        table=sql.Identifier(table.name),
        key=sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.key_columns),
    )
    with connection.cursor(name=f"evidence_{kind}") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(query)
        for (line,) in cursor:
            yield line
