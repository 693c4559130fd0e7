"""The tables of the answers, in a schema of their own."""

from importlib import resources

from psycopg import sql

from ledger.engine import Connection
from projections.connection import ANSWERS, connect_to_make_schemas

READERS = ("outturn_service", "outturn_reader")
TRACKED = "answers"  # name of the one cursor of the tracking table
LOCK = "SELECT pg_advisory_xact_lock(7310001, 2)"  # one migration at a time, of any kind


def create(url: str, schema: str = ANSWERS) -> None:
    """Make the schema with empty tables where it is not there yet. The record must be there."""
    with connect_to_make_schemas(url, schema) as connection, connection.transaction():
        connection.execute(LOCK)
        if not _exists(connection, schema):
            create_tables(connection, schema)
            add_indexes(connection)


def create_tables(connection: Connection, schema: str) -> None:
    """Make a schema with bare tables that every reader may read, at position 0."""
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    connection.execute(_statements("tables.sql"))
    connection.execute("INSERT INTO tracking VALUES (%s, 0)", (TRACKED,))
    readers = sql.SQL(", ").join(map(sql.Identifier, READERS))
    connection.execute(
        sql.SQL(
            "GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1}"
        ).format(sql.Identifier(schema), readers)
    )


def add_indexes(connection: Connection) -> None:
    """Give the tables their keys and the planner its figures."""
    connection.execute(_statements("indexes.sql"))


def drop(connection: Connection, schema: str) -> None:
    """Remove a schema and all in it."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def _exists(connection: Connection, schema: str) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", (schema,)
    ).fetchone()
    return bool(row and row[0])


def _statements(name: str) -> bytes:
    return (resources.files("projections") / "sql" / name).read_bytes()
