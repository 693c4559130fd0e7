"""Loading a file and waiting until that is done, for whoever has no worker at hand."""

import time
from uuid import UUID

from ledger.acts import Act
from ledger.engine import Connection
from ledger.load.state import Load
from ledger.loading.keeping import done, put_down, take_up, waiting_for
from ledger.loading.receiving import FileOffered, receive
from ledger.loading.working import Workshop, carry_out

POLL_SECONDS = 0.1


def load_now(shop: Workshop, agreement: str, file: FileOffered, act: Act, load: UUID) -> Load:
    """Receive a file, carry out what is to be done with it, and answer where it stands then.

    A worker of the service that took it up first is waited for. Raises as ``receive`` and
    ``carry_out`` do.
    """
    receive(shop.record, agreement, file, act, load, shop.nonces)
    finish(shop, load)
    return shop.record.load(load)


def finish(shop: Workshop, load: UUID) -> None:
    """Carry out the errand of a load, or wait for the worker that has it."""
    with shop.record.pool.connection() as connection:
        while load in waiting_for(connection, (load,)):
            if not _carry_out(shop, connection, load):
                time.sleep(POLL_SECONDS)


def _carry_out(shop: Workshop, connection: Connection, load: UUID) -> bool:
    taken = take_up(connection, load)
    if taken is None:
        return False
    try:
        carry_out(shop, taken)
        done(connection, load)
    finally:
        put_down(connection, load)
    return True
