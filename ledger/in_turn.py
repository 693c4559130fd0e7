"""A process that follows the ledger: of several, one works and the others stand by.

When anything fails, everything in memory is dropped and the work begins again from the tables.
"""

from abc import ABC, abstractmethod
from threading import Event
from typing import ClassVar

import psycopg
import structlog

from ledger.engine import Connection

log = structlog.get_logger()

CHANNEL = "outturn"  # on which the ledger tells of new events
POLL_SECONDS = 0.5  # at most this long behind, whatever becomes of notifications
FIRST_WAIT_SECONDS = 0.05  # before trying again after a failure; doubled each time
LONGEST_WAIT_SECONDS = 1.0


class InTurn(ABC):
    """Runs until told to stop.

    ``NAME`` is what logs call it; ``EXPECTED`` are failures that it may meet beside a database that
    went away, and that need no traceback.
    """

    NAME: ClassVar[str]
    EXPECTED: ClassVar[tuple[type[Exception], ...]] = ()

    def __init__(self, poll_seconds: float = POLL_SECONDS) -> None:
        self._poll_seconds = poll_seconds
        self._stopping = Event()

    def stop(self) -> None:
        """End after the step at hand; also from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Work, when it is this one's turn, until ``stop``."""
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                with self._connect() as connection:
                    if self._stand_by(connection):
                        wait = FIRST_WAIT_SECONDS
                        connection.execute(f"LISTEN {CHANNEL}")
                        self._work(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, beginning again is the cure
                expected = isinstance(error, (psycopg.OperationalError, *self.EXPECTED))
                log.warning(f"{self.NAME} begins again", error=str(error), exc_info=not expected)
                self._stopping.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    @abstractmethod
    def _connect(self) -> Connection:
        """A connection of its own, in its role."""

    @abstractmethod
    def _take_turn(self, connection: Connection) -> bool:
        """Become the one that works, unless there is one; it ends with the connection."""

    @abstractmethod
    def _work(self, connection: Connection) -> None:
        """Follow the ledger until told to stop."""

    def _await_news(self, connection: Connection) -> None:
        """Wait for a notification, which is a hint; the poll is the guarantee."""
        for _ in connection.notifies(timeout=self._poll_seconds, stop_after=1):
            pass

    def _stand_by(self, connection: Connection) -> bool:
        """Wait for this one's turn; false when told to stop first."""
        while not self._take_turn(connection):
            if self._stopping.wait(self._poll_seconds):
                return False
        return not self._stopping.is_set()
