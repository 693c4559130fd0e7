"""Connections of the projector: it reads the record and owns the answers."""

from psycopg import sql

from ledger.engine import Connection, log_in

ANSWERS = "answers"  # the schema that readers see
PROJECTOR = "outturn_projector"


def connect(url: str, schema: str = ANSWERS) -> Connection:
    """A connection in the projector's role, each statement a transaction unless one is opened.

    ``url`` must log in as a member of the role. Names without a schema mean ``schema``.
    """
    connection = log_in(url, autocommit=True, application_name="outturn projections")
    try:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(PROJECTOR)))
        use(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_make_schemas(url: str, schema: str) -> Connection:
    """The same for making whole schemas, which the projector must be allowed to in this database.

    The permission belongs to the database, so a restored or copied one comes without it; it is
    given again here, which ``url`` must be allowed to where it is lacking.
    """
    with log_in(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT has_database_privilege(%s, current_database(), 'CREATE')", (PROJECTOR,)
        ).fetchone()
        if not (row and row[0]):
            connection.execute(
                sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                    sql.Identifier(connection.info.dbname), sql.Identifier(PROJECTOR)
                )
            )
    return connect(url, schema)


def use(connection: Connection, schema: str) -> None:
    """Let names without a schema mean this one's, and times come back in UTC.

    PostgreSQL's own names are found before them: whoever may act as the projector may make others
    like them in the schema, which somebody with more rights would run.
    """
    connection.execute(
        sql.SQL("SET search_path = pg_catalog, {}, pg_temp; SET TIME ZONE 'UTC'").format(
            sql.Identifier(schema)
        )
    )
