"""Bringing the answers up to the ledger's head from the command line, runner or no runner."""

import time

from ledger.engine import Connection
from projections import turn
from projections.connection import connect
from projections.projector import Projector
from projections.store import tracked_position

POLL_SECONDS = 0.02


def catch_up(url: str) -> int:
    """Wait until the answers hold all that the ledger holds now; answer the position reached.

    Does the work itself where no runner is active.
    """
    with connect(url) as connection:
        head = ledger_head(connection)
        while True:
            position = tracked_position(connection)
            if position >= head:
                return position
            if turn.take(connection):
                try:
                    return Projector(connection).catch_up()
                finally:
                    turn.give_back(connection)
            time.sleep(POLL_SECONDS)


def ledger_head(connection: Connection) -> int:
    """The last position of the ledger, 0 when it is empty."""
    row = connection.execute(
        "SELECT last_position FROM ledger.commits ORDER BY last_position DESC LIMIT 1"
    ).fetchone()
    return 0 if row is None else int(row[0])
