"""Are the answers what the record says? Made anew beside them, and compared row for row."""

import msgspec
from psycopg import sql

from ledger.engine import Connection
from projections import schema, turn
from projections.connection import ANSWERS, connect, connect_to_make_schemas
from projections.projector import Projector
from projections.rebuild import Progress, build
from projections.store import tracked_position
from projections.tables import TABLES, Table

SCRATCH = "answers_scratch"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a table that should not be there, or should and are not; the first by its key."""

    table: str
    unexpected: int  # rows in the answers that the record does not give
    lacking: int  # rows the record gives that are not in the answers
    first: str  # its columns of the key, with the positions between which it holds


def check(url: str, progress: Progress) -> list[Difference]:
    """Make the answers anew in a scratch schema and compare; none: they are what they should be.

    A runner may be at work: it waits only while the scratch answers take in the last pages.
    """
    with connect_to_make_schemas(url, SCRATCH) as scratch, connect(url) as live:
        turn.take_rebuild(scratch)
        try:
            build(scratch, SCRATCH, progress, up_to=tracked_position(live))
            projector = Projector(scratch)
            with live.transaction():
                live.execute("LOCK TABLE tracking IN SHARE MODE")  # a runner's page begins there
                projector.catch_up(up_to=tracked_position(live))
                scratch.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                scratch.execute("SELECT")  # from here on it sees both as they are now
            found = [_difference(scratch, table) for table in TABLES]
            scratch.execute("COMMIT")
            return [difference for difference in found if difference is not None]
        finally:
            if not scratch.closed:
                scratch.rollback()
                schema.drop(scratch, SCRATCH)


def _difference(connection: Connection, table: Table) -> Difference | None:
    unexpected, first_unexpected = _only_in(connection, table, ANSWERS, SCRATCH)
    lacking, first_lacking = _only_in(connection, table, SCRATCH, ANSWERS)
    if not unexpected and not lacking:
        return None
    first = min(key for key in (first_unexpected, first_lacking) if key)
    return Difference(
        table=table.name, unexpected=unexpected, lacking=lacking, first=" ".join(first)
    )


def _only_in(
    connection: Connection, table: Table, here: str, not_there: str
) -> tuple[int, tuple[str, ...]]:
    """How many rows only one schema has, and the key of the first.

    Rows are compared as text, since as numbers 12.30 and 12.3 would be the same.
    """
    key = sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.key_columns)
    rows = sql.SQL("SELECT {key}, from_position, to_position, r::text FROM {table} r")
    row = connection.execute(
        sql.SQL(
            "SELECT *, count(*) OVER () FROM ({} EXCEPT ALL {}) d ORDER BY {}, from_position"
            " LIMIT 1"
        ).format(
            rows.format(key=key, table=sql.Identifier(here, table.name)),
            rows.format(key=key, table=sql.Identifier(not_there, table.name)),
            key,
        )
    ).fetchone()
    if row is None:
        return 0, ()
    *first, _text, count = row
    return count, tuple(map(str, first))
