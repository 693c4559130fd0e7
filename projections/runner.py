"""The process that keeps the answers up to date.

A notification from the ledger is a hint that shortens the wait; the poll is the guarantee. When
anything fails, everything in memory is dropped and the runner begins again from the tables.
"""

from threading import Event

import psycopg
import structlog

from ledger.engine import Connection
from projections import turn
from projections.connection import connect
from projections.projector import Projector
from projections.store import Overtaken

log = structlog.get_logger()

POLL_SECONDS = 0.5  # at most this long behind, whatever becomes of notifications
FIRST_WAIT_SECONDS = 0.05  # before trying again after a failure; doubled each time
LONGEST_WAIT_SECONDS = 1.0
CHANNEL = "outturn"  # on which the ledger tells of new events


class Runner:
    """Runs until told to stop. Several may be started: one works, the others stand by."""

    def __init__(self, url: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._url = url
        self._poll_seconds = poll_seconds
        self._stopping = Event()

    def stop(self) -> None:
        """End after the page at hand; also from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Keep the answers up to date until ``stop``."""
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                with connect(self._url) as connection:
                    if self._stand_by(connection):
                        wait = FIRST_WAIT_SECONDS
                        self._work(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, beginning again is the cure
                expected = isinstance(error, psycopg.OperationalError | Overtaken)
                log.warning("runner begins again", error=str(error), exc_info=not expected)
                self._stopping.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _stand_by(self, connection: Connection) -> bool:
        """Wait for this runner's turn; false when told to stop first."""
        while not turn.take(connection):
            if self._stopping.wait(self._poll_seconds):
                return False
        return not self._stopping.is_set()

    def _work(self, connection: Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        projector = Projector(connection)
        log.info("runner is active", position=projector.position)
        while not self._stopping.is_set():
            if not projector.step():
                for _ in connection.notifies(timeout=self._poll_seconds, stop_after=1):
                    pass
        log.info("runner ends", position=projector.position)
