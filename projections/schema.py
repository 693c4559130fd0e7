"""The tables of the answers, in a schema of their own."""

from hashlib import sha256
from importlib import resources

from psycopg import sql

from ledger.engine import Connection
from projections.connection import ANSWERS, connect_to_make_schemas, use

READERS = ("outturn_service", "outturn_reader")
TRACKED = "answers"  # name of the one cursor of the tracking table
REVISION = 1  # raised when the same tables are to be filled otherwise than before
LOCK = "SELECT pg_advisory_xact_lock(7310001, 2)"  # one migration at a time, of any kind


def create(url: str, schema: str = ANSWERS) -> None:
    """Make the schema with empty tables where it is not there yet. The record must be there.

    One laid out by another version of this program is dropped: the runner fills the new one from
    the record.
    """
    with connect_to_make_schemas(url, schema) as connection, connection.transaction():
        connection.execute(LOCK)
        if _layout_of(connection, schema) != _layout():
            drop(connection, schema)
            create_tables(connection, schema)
            add_indexes(connection)


def is_of_another_version(connection: Connection, schema: str = ANSWERS) -> bool:
    """Whether a schema is there and was laid out by another version of this program."""
    return _layout_of(connection, schema) not in (None, _layout())


def create_tables(connection: Connection, schema: str) -> None:
    """Make a schema with bare tables that every reader may read, at position 0."""
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    connection.execute(
        sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(_layout()))
    )
    connection.execute(  # what is made without a schema is made in the first
        sql.SQL("SET search_path = {}, pg_catalog, pg_temp").format(sql.Identifier(schema))
    )
    connection.execute(_statements("tables.sql"))
    use(connection, schema)
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


def _layout() -> str:
    """What tells a schema laid out and filled as this version does it from any other."""
    files = b"".join(_statements(name) for name in ("tables.sql", "indexes.sql"))
    return f"answers {REVISION} {sha256(files).hexdigest()}"


def _layout_of(connection: Connection, schema: str) -> str | None:
    """The layout of a schema that is there; None for one that is not."""
    row = connection.execute(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace"
        " WHERE nspname = %s",
        (schema,),
    ).fetchone()
    return None if row is None else str(row[0])


def _statements(name: str) -> bytes:
    return (resources.files("projections") / "sql" / name).read_bytes()
