"""``python -m http_api.loader``: the process that checks files, commits loads and takes them back.

A process of its own, so that a large file takes neither time nor memory from whoever submits a
value meanwhile. Several may run: each errand is one worker's, until it is done or its connection
ends; what a worker left half done when it was killed, the next one goes on with.

``OUTTURN_LOAD_PART_ENTRIES`` makes the parts of a large load smaller than they are. It is there for
tests, in which a load of some thousand rows is to go in in several parts.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from threading import Event
from types import FrameType
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from http_api import clock
from http_api.database import open_pool
from http_api.service import Service
from http_api.settings import SERVED_VARIABLE
from ledger import logs
from ledger.acts import OPERATOR
from ledger.engine import Connection, StreamMoved
from ledger.load.events import LoadAbandoned
from ledger.load.state import EXPIRES, Stage
from ledger.loading.keeping import (
    CHANNEL,
    done,
    drop_orphans,
    kept_between,
    put_back,
    put_down,
    take_up,
    tell_progress,
    waiting,
    waiting_for,
)
from ledger.loading.parts import MOST_AT_ONCE
from ledger.loading.receiving import after, commit_of
from ledger.loading.working import NotReceivedYet, Workshop, carry_out
from ledger.with_service import end_with_service
from policies.refusals import Conflict

PART_VARIABLE = "OUTTURN_LOAD_PART_ENTRIES"

log = structlog.get_logger()

POLL_SECONDS = 0.5  # at most this long until an errand is seen, whatever becomes of notifications
FIRST_WAIT_SECONDS = 0.1  # before trying again after a failure; doubled each time
LONGEST_WAIT_SECONDS = 5.0
LESS_URGENT = 10  # than officers who wait: of a busy processor the loader takes what is left
TELL_SECONDS = 0.3  # between two words of how far it is
TIDY_SECONDS = 600.0
ORPHANED = timedelta(hours=1)  # a file that nobody recorded as received
LOOKED_BACK = timedelta(days=90)  # for checks to expire, after a time when no worker ran


class Told(Exception):
    """The process was told to end."""


class Loader:
    """Carries out errands until told to stop."""

    def __init__(self, url: str, most_entries: int = MOST_AT_ONCE) -> None:
        self._url = url
        self._most_entries = most_entries
        self._stopping = Event()
        self._tidied = 0.0

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End now: what is half done is gone on with by the next worker."""
        self._stopping.set()
        raise Told

    def run(self) -> None:
        """Work until ``stop``; begin again whatever happens."""
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                with open_pool(self._url, most=4) as pool:
                    service = Service(pool)
                    try:
                        with pool.connection() as connection:
                            connection.execute(f"LISTEN {CHANNEL}")
                            while not self._stopping.is_set():
                                wait = self._turn(service, connection, wait)
                    finally:
                        service.record.close()
            except Told:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, beginning again is the cure
                expected = isinstance(error, psycopg.OperationalError | PoolTimeout)
                log.warning("loader begins again", error=str(error), exc_info=not expected)
                wait = self._rest(wait)

    def _turn(self, service: Service, connection: Connection, wait: float) -> float:
        """Look for errands once; answer how long to wait after the next failure."""
        for errand in waiting(connection):
            if not self._do(service, connection, errand.load):
                wait = self._rest(wait)
            else:
                wait = FIRST_WAIT_SECONDS
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            tidy(service, connection)
            self._tidied = time.monotonic()
        for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass
        return wait

    def _do(self, service: Service, connection: Connection, load: UUID) -> bool:
        """Carry out one errand, if no other worker has it; false where it must wait a little."""
        taken = take_up(connection, load)
        if taken is None:
            return True
        log.info(
            "errand taken up", load=str(load), wanted=taken.errand.wanted, taken_up=taken.taken_up
        )
        try:
            carry_out(_workshop(service, load, self._most_entries), taken)
            done(connection, load)
        except (Conflict, StreamMoved, psycopg.errors.LockNotAvailable):
            log.warning("others are writing: trying again", load=str(load))
            put_back(connection, load)
            return False
        except NotReceivedYet:
            put_back(connection, load)
        except Told:
            put_back(connection, load)
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout):
            raise  # the database is away, for all of them
        except Exception:
            # A fault of ours with this load must not keep the others waiting behind it.
            log.exception("an errand could not be carried out", load=str(load))
            return False
        finally:
            if not connection.closed:
                put_down(connection, load)
        return True

    def _rest(self, seconds: float) -> float:
        self._stopping.wait(seconds)
        return min(2 * seconds, LONGEST_WAIT_SECONDS)


def _workshop(service: Service, load: UUID, most_entries: int) -> Workshop:
    """What carries out one errand, and tells now and then how far it is."""
    last = [time.monotonic(), 0]

    def told(per_cent: int) -> None:
        if per_cent == last[1] or time.monotonic() - last[0] < TELL_SECONDS:
            return
        last[:] = [time.monotonic(), per_cent]
        with service.pool.connection() as connection:
            tell_progress(connection, load, per_cent)

    return Workshop(service.record, service.act, clock.nonce, told, most_entries)


def tidy(service: Service, connection: Connection) -> None:
    """Drop files that were never recorded, and give up checks that nobody committed."""
    dropped = drop_orphans(connection, ORPHANED)
    if dropped:
        log.info("files without a load dropped", files=dropped)
    for load in kept_between(connection, LOOKED_BACK, EXPIRES):
        found = service.record.load(load)
        if found.stage is Stage.CHECKED and load not in waiting_for(connection, (load,)):
            act = service.act(OPERATOR)
            event = after(found, LoadAbandoned(why="expired"), act)
            service.record.append([event], commit_of(act, None))


def main() -> None:
    """Run until SIGTERM or an interrupt; logs are JSON lines on standard error."""
    logs.configure()
    os.nice(LESS_URGENT)
    url = os.environ.get(SERVED_VARIABLE)
    if not url:
        sys.exit(f"Name the database in {SERVED_VARIABLE}.")
    loader = Loader(url, int(os.environ.get(PART_VARIABLE, MOST_AT_ONCE)))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, loader.stop)
    end_with_service()
    loader.run()


if __name__ == "__main__":
    main()
