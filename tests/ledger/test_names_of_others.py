"""What a projector names like something of PostgreSQL's is run by nobody who may do more."""

from contextlib import closing

import psycopg
import pytest

from http_api.cli.context import check_migrated
from http_api.database import open_pool
from ledger import migrations
from ledger.proofs import following
from projections import connection as projector
from projections.tables import TABLES

CAUGHT = "caught whoever ran it"


def leave(database: str, schema: str, *signatures: str) -> None:
    """Functions of a projector's own, which could do whatever whoever runs them may."""
    projector.connect_to_make_schemas(database, "answers").close()  # which it may where it migrated
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE outturn_projector")
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        for signature in signatures:
            connection.execute(
                f'CREATE FUNCTION "{schema}".{signature} LANGUAGE plpgsql AS'
                f" $$ BEGIN RAISE EXCEPTION '{CAUGHT}'; END $$".encode()
            )


def test_the_service_runs_postgresqls_own(database: str) -> None:
    leave(database, "answers", "lower(text) RETURNS text", "sent(text, text) RETURNS bool")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE outturn_projector")
        connection.execute(
            "CREATE OPERATOR answers.= (LEFTARG = text, RIGHTARG = text, FUNCTION = answers.sent)"
        )
    with open_pool(database) as pool, pool.connection() as connection:
        found = connection.execute("SELECT lower('A'), 'a'::text = 'a'::text").fetchone()
    assert ("a", True) == found


def test_the_projector_runs_postgresqls_own(database: str) -> None:
    leave(database, "answers", "lower(text) RETURNS text")
    with closing(projector.connect(database)) as connection:
        assert ("a",) == connection.execute("SELECT lower('A')").fetchone()


def test_nobody_runs_what_is_in_a_schema_named_like_their_login(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless told otherwise a login looks there, and one with other arguments may be preferred."""
    leave(
        database,
        "postgres",
        "obj_description(oid, text) RETURNS text",
        "has_database_privilege(text, name, text) RETURNS bool",
        "format(text, text) RETURNS text",
    )
    check_migrated(database)
    projector.connect_to_make_schemas(database, "answers").close()
    later = ("later.sql", "SELECT format('%s', 'a'::text)")
    monkeypatch.setattr(migrations, "_files", lambda: [later])
    assert ("later.sql",) == migrations.migrate(database)
    with closing(following.connect(database)) as connection:
        assert ("a",) == connection.execute("SELECT format('%s', 'a'::text)").fetchone()


def test_the_tables_of_the_answers_are_named_like_none_of_postgresqls_own(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace"
        ).fetchall()
    assert not {table.name for table in TABLES} & {name for (name,) in rows}
