"""Connections to the database by a login's own rights."""

from typing import Any

import psycopg

from ledger.engine.commits import Connection


def log_in(url: str, **options: Any) -> Connection:
    """A connection on which names without a schema are PostgreSQL's own.

    Unless told otherwise a login also looks in a schema that is named like itself. The projector
    may make one, and with it functions that fit better than PostgreSQL's own: whoever migrates
    would run them.
    """
    connection: Connection = psycopg.connect(url, **options)
    try:
        connection.execute("SET search_path = pg_catalog, pg_temp")
    except BaseException:
        connection.close()
        raise
    return connection
