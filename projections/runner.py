"""The process that keeps the answers up to date."""

import structlog

from ledger.engine import Connection
from ledger.in_turn import POLL_SECONDS, InTurn
from projections import turn
from projections.connection import connect
from projections.projector import Projector
from projections.store import Overtaken

log = structlog.get_logger()


class Runner(InTurn):
    """Runs until told to stop. Several may be started: one works, the others stand by."""

    NAME = "runner"
    EXPECTED = (Overtaken,)

    def __init__(self, url: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__(poll_seconds)
        self._url = url

    def _connect(self) -> Connection:
        return connect(self._url)

    def _take_turn(self, connection: Connection) -> bool:
        return turn.take(connection)

    def _work(self, connection: Connection) -> None:
        projector = Projector(connection)
        log.info("runner is active", position=projector.position)
        while not self._stopping.is_set():
            if not projector.step():
                self._await_news(connection)
        log.info("runner ends", position=projector.position)
