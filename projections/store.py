"""Rows and position, written together or not at all."""

from collections.abc import Iterable
from functools import cache

from psycopg import sql

from ledger.engine import Connection
from projections.copy_text import blocks_of
from projections.rows import Answers, Held, Rows
from projections.schema import TRACKED
from projections.tables import OPEN, Table


class Overtaken(Exception):
    """The answers are not where this runner left them: another wrote, or they were rebuilt."""


def tracked_position(connection: Connection) -> int:
    """How far the ledger has been taken in."""
    row = connection.execute("SELECT position FROM tracking WHERE name = %s", (TRACKED,)).fetchone()
    assert row is not None, "the schema of the answers is made with its cursor"
    return int(row[0])


def check_position(connection: Connection, position: int) -> None:
    """Raise Overtaken when the answers are not at a position."""
    if tracked_position(connection) != position:
        raise Overtaken(f"the answers are not at position {position}")


def write_page(connection: Connection, answers: Answers, before: int, after: int) -> None:
    """Write what a page changed and move the position, in one transaction.

    The position first: whoever keeps others out does it by locking that table. Nobody is notified:
    a notification makes every commit with one wait for the disk one after the other, officers'
    commands too. Raises Overtaken when the answers are not at ``before``.
    """
    with connection.transaction():
        _move(connection, before, after)
        for rows in answers.all:
            _close(connection, rows)
            _copy(connection, rows.table, rows.finished())
            _copy(connection, rows.table, rows.still_open())
    for rows in answers.all:
        rows.clear()


def write_finished(connection: Connection, answers: Answers) -> None:
    """For a build from nothing: write the rows that have ended, keep those that still hold."""
    for rows in answers.all:
        assert not rows.closings, "a build from nothing has written no open row"
        _copy(connection, rows.table, rows.finished(), frozen=True)
        rows.clear_finished()


def write_open(connection: Connection, answers: Answers, position: int) -> None:
    """For a build from nothing: write the rows that hold at the end, and its position."""
    for rows in answers.all:
        _copy(connection, rows.table, rows.still_open(), frozen=True)
    _move(connection, 0, position)


def _move(connection: Connection, before: int, after: int) -> None:
    moved = connection.execute(
        "UPDATE tracking SET position = %s WHERE name = %s AND position = %s",
        (after, TRACKED, before),
    )
    if moved.rowcount != 1:
        raise Overtaken(f"the answers are not at position {before}")


def _copy(
    connection: Connection, table: Table, rows: Iterable[Held], *, frozen: bool = False
) -> None:
    """Add rows; ``frozen`` for a table made in the same transaction, which nobody else can see."""
    blocks = blocks_of(rows, table.types)
    first = next(blocks, None)
    if first is None:
        return
    with connection.cursor().copy(_copy_statement(table, frozen)) as copy:
        copy.write(first)
        for block in blocks:
            copy.write(block)


def _close(connection: Connection, rows: Rows) -> None:
    if rows.closings:
        columns = [list(column) for column in zip(*rows.closings, strict=True)]
        connection.execute(_close_statement(rows.table), columns)


@cache
def _copy_statement(table: Table, frozen: bool) -> sql.Composed:
    names = [name for name, _ in table.columns] + ["from_position", "to_position"]
    return sql.SQL("COPY {} ({}) FROM STDIN (ENCODING 'utf8', FREEZE {})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Literal(frozen),
    )


@cache
def _close_statement(table: Table) -> sql.Composed:
    """Ends the rows that hold for some keys, given as one array per column of the key."""
    keys = [sql.Identifier(name) for name, _ in table.key_columns]
    arrays = [sql.SQL("%s::{}[]").format(sql.SQL(kind)) for _, kind in table.key_columns]
    same = [sql.SQL("r.{0} = c.{0}").format(key) for key in keys]
    return sql.SQL(
        "UPDATE {} r SET to_position = c.at FROM unnest({}, %s::int8[]) AS c ({}, at)"
        " WHERE {} AND r.to_position = {}"
    ).format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(arrays),
        sql.SQL(", ").join(keys),
        sql.SQL(" AND ").join(same),
        sql.Literal(OPEN),
    )
