"""Waiting for the sequencer, which signs what was recorded within about a second."""

import time

from http_api.problems import HttpProblem
from ledger.engine import Connection
from ledger.proofs.note import Checkpoint
from ledger.proofs.tiles import first_checkpoint, last_checkpoint

PATIENCE_SECONDS = 3.0
LOOK_SECONDS = 0.05


def newest_sealed(connection: Connection, position: int, field: str = "position") -> Checkpoint:
    """The newest checkpoint, once it covers a position. Raises a 404 or 503 problem.

    ``field`` is what whoever asks calls the position.
    """
    wait_until_sealed(connection, position, field)
    found = last_checkpoint(connection)
    assert found is not None
    return found


def first_sealed(connection: Connection, position: int) -> Checkpoint:
    """The checkpoint that first covered a position, which no later one changes."""
    wait_until_sealed(connection, position)
    found = first_checkpoint(connection, position)
    assert found is not None
    return found


def wait_until_sealed(connection: Connection, position: int, field: str = "position") -> None:
    """Wait for a checkpoint that covers a position. Raises a 404 or 503 problem."""
    sealed = last_checkpoint(connection, position) is not None
    if not sealed and position > _head(connection):
        raise no_such_position(position, field)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not sealed:
        if time.monotonic() > give_up:
            raise HttpProblem(503, "not-sealed", _why_not_sealed(connection))
        time.sleep(LOOK_SECONDS)
        sealed = last_checkpoint(connection, position) is not None


def no_such_position(position: int, field: str = "position") -> HttpProblem:
    """That nothing is recorded there."""
    return HttpProblem(
        404,
        "no-such-position",
        f"The ledger has no position {position}: it counts from 1 to its last event.",
        field=field,
    )


def _head(connection: Connection) -> int:
    row = connection.execute("SELECT max(last_position) FROM ledger.commits").fetchone()
    return int((row and row[0]) or 0)


def _why_not_sealed(connection: Connection) -> str:
    row = connection.execute("SELECT detail FROM proofs.trouble").fetchone()
    return str(row[0]) if row else "This is recorded, and not signed yet: ask again in a second."
