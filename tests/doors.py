"""Small ways into a real ledger, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from ledger.engine import Commit, Connection, LedgerApplication, Pool, PostgresRecorder
from ledger.event import Event, Recorded
from scenario import AT


def commit(actor: str = "asha", **fields: object) -> Commit:
    """What goes with a command's events."""
    given: dict[str, object] = {
        "actor": actor,
        "command": "test",
        "correlation_id": uuid4(),
    }
    return Commit(**(given | fields))  # type: ignore[arg-type]


def recorded(stream: UUID, version: int, event: Event, at: datetime = AT) -> Recorded:
    """An event that wants to be stored."""
    return Recorded(stream, version, event, 0, at, "")


@contextmanager
def service_pool(url: str, most: int = 4) -> Iterator[Pool]:
    """Connections in the service's role."""

    def configure(connection: Connection) -> None:
        connection.autocommit = True
        connection.execute("SET ROLE outturn_service")
        connection.execute("SET TIME ZONE 'UTC'; SET search_path = pg_catalog, answers, pg_temp")

    with ConnectionPool(url, min_size=1, max_size=most, configure=configure, open=True) as pool:
        yield pool


@contextmanager
def application(url: str, most: int = 4) -> Iterator[LedgerApplication]:
    """The library's application over a real ledger."""
    with service_pool(url, most) as pool:
        app = LedgerApplication(PostgresRecorder(pool))
        try:
            yield app
        finally:
            app.close()
