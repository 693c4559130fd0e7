"""Finding the database, and the pool of connections in the service's role."""

import select

import psycopg
from psycopg_pool import ConnectionPool

from http_api.embedded import DatabaseUnreachable, embedded_url
from http_api.settings import URL_VARIABLE, Settings
from ledger.engine import Connection, Pool

CONNECT_SECONDS = 3.0  # how long a request waits for a connection before it is told 503
STATEMENT_TIMEOUT = "30s"
UNHEARD_MILLISECONDS = 4000  # how long a host that says nothing at all is waited for
OLDEST_VERSION = 150000  # as libpq counts: major × 10,000


def database_url(settings: Settings) -> str:
    """The address of the database; starts the embedded one where none is named.

    The embedded server stops when the last process that uses it ends.
    """
    if settings.database_url:
        _check_reachable(settings.database_url)
        return settings.database_url
    return embedded_url(settings.home)


def _check_reachable(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseUnreachable(why_unreachable(error)) from error
    if version < OLDEST_VERSION:
        raise DatabaseUnreachable(
            f"PostgreSQL {version // 10000} is too old: Outturn needs version 15 or later."
        )


def why_unreachable(error: psycopg.Error) -> str:
    """Whether the server refused us, or none answered; and what to do."""
    told = first_line(error)
    if "authentication failed" in told:
        return (
            f"The database at {URL_VARIABLE} answers, but the name or password is wrong ({told}):"
            " correct the address; a blank in it is written %20, and an @ of a password %40."
        )
    if "FATAL: " in told:
        return f"The database at {URL_VARIABLE} answers, and refuses ({told})."
    return (
        f"No database answers at {URL_VARIABLE} ({told}): check the address, and that PostgreSQL"
        " runs there."
    )


def first_line(error: Exception) -> str:
    """What the server says is wrong, without its hints."""
    return str(error).strip().split("\n")[0]


def check_open(connection: Connection) -> None:
    """Raise for a connection that the server closed while nobody used it.

    A server has nothing to say on an idle connection until it closes it, so that looking whether
    there is something to read is enough, and costs no round trip.
    """
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    if look.poll(0):
        connection.execute("SELECT")


def open_pool(url: str, *, most: int = 10) -> Pool:
    """Connections in the service's role: it reads the record and the answers, and calls append."""

    def configure(connection: Connection) -> None:
        connection.autocommit = True
        connection.execute("SET ROLE outturn_service")
        connection.execute(
            f"SET TIME ZONE 'UTC'; SET search_path = pg_catalog, answers, pg_temp;"
            f" SET statement_timeout = '{STATEMENT_TIMEOUT}'"
        )

    return ConnectionPool(
        url,
        min_size=1,
        max_size=most,
        timeout=CONNECT_SECONDS,
        configure=configure,
        check=check_open,
        kwargs={
            "connect_timeout": 3,
            "tcp_user_timeout": UNHEARD_MILLISECONDS,
            "prepare_threshold": 1,
        },
        open=True,
    )
