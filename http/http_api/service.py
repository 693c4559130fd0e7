"""What every handler is given: the pool, the record, the time, and the way to the answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from threading import Lock
from typing import NamedTuple

import msgspec
import psycopg

from http_api import clock
from http_api.sealed import no_such_position
from http_api.together import Together
from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.engine import Connection, Pool, Text
from ledger.event import LONDON
from ledger.record import Record
from projections.reading.clocks import NOW, ResolvedClocks, resolve

ROLES_TRUSTED_SECONDS = 1.0  # how long roles are taken without looking whether they changed


class ClocksAsked(msgspec.Struct, frozen=True):
    """The two clocks as a caller wrote them, and the position they wait for."""

    known_at: str = NOW
    policy_at: str = NOW
    min_position: int = 0


class _Birth(NamedTuple):
    """What kind of ledger this is. A demonstration's clock goes on from its last event."""

    demonstration: bool
    started_at: datetime
    monotonic: float


class Service:
    """The running service of one process. ``head`` is the highest position it has seen.

    ``address`` is where people reach it, ``https://outturn.example``; "" where nobody said.
    """

    def __init__(self, pool: Pool, appending: Pool | None = None, address: str = "") -> None:
        self.pool = pool
        self.address = address.rstrip("/")
        self.appending = appending  # one warm connection for the appends of many callers
        self.record = Record(pool, appending)
        self.together = Together(self.record)
        self.head = 0  # guarded by _lock; only ever grows
        self.head_at_start = 0  # what the answers must hold before they are worth reading
        self._lock = Lock()
        self._looked: dict[str, float] = {}  # when an agreement was last looked at, by code
        self._birth: _Birth | None = None  # set once, when the ledger has its first event

    @property
    def secure(self) -> bool:
        """Whether people reach it over connections that nobody else can read."""
        return self.address.startswith("https://")

    @property
    def demonstration(self) -> bool:
        """Whether the ledger was born as a demonstration."""
        birth = self._born()
        return birth is not None and birth.demonstration

    def now(self) -> datetime:
        """The time: the real one, or a demonstration's own, which goes on from its last event."""
        birth = self._born()
        if birth is None or not birth.demonstration:
            return clock.now()
        return birth.started_at + timedelta(seconds=time.monotonic() - birth.monotonic)

    @property
    def today(self) -> date:
        """The day it is where the partnership is; a demonstration's own in one."""
        return self.now().astimezone(LONDON).date()

    def act(
        self,
        actor: str,
        *,
        key: str | None = None,
        digest: bytes | None = None,
        texts: tuple[Text, ...] = (),
    ) -> Act:
        """An act of a person at this moment."""
        return Act(
            actor=actor,
            at=self.now(),
            correlation_id=clock.new_id(),
            idempotency_key=key,
            request_digest=digest,
            texts=texts,
            simulated=self.demonstration,
        )

    @contextmanager
    def reading(self, asked: ClocksAsked) -> Iterator[tuple[Connection, ResolvedClocks]]:
        """A connection to the answers, and the clocks as positions they have reached."""
        now = self.now()
        with self.pool.connection() as connection:
            yield connection, self._resolved(connection, asked, now, ("known_at", "policy_at"))

    @contextmanager
    def reading_between(
        self, first: ClocksAsked, last: ClocksAsked
    ) -> Iterator[tuple[Connection, ResolvedClocks, ResolvedClocks]]:
        """A connection to the answers, and two moments to compare. Now is the same in both."""
        now = self.now()
        with self.pool.connection() as connection:
            begin = self._resolved(connection, first, now, ("from", "policy_from"))
            end = self._resolved(connection, last, now, ("to", "policy_to"))
            yield connection, begin, end

    def agreement(self, code: str) -> Agreement:
        """An agreement with its roles as they were at most a second ago. Raises UnknownAgreement.

        Others write too: the command line, and the other processes of the service.
        """
        at = time.monotonic()
        looked = self._looked.get(code)
        if looked is not None and at - looked <= ROLES_TRUSTED_SECONDS:
            return self.record.agreement(code)
        self.record.refresh(code, "")
        found = self.record.agreement(code)
        self._looked[code] = at
        return found

    def look(self) -> None:
        """Learn the ledger's head as the process starts, where the database answers."""
        try:
            with self.pool.connection() as connection:
                self.saw(_head(connection))
        except psycopg.Error:
            return
        self.head_at_start = self.head

    def last_recorded(self) -> int:
        """The ledger's last position at this moment; the answers may not have reached it yet."""
        with self.pool.connection() as connection:
            self.saw(_head(connection))
        return self.head

    def saw(self, position: int) -> None:
        """Remember the highest position seen, for the header of every answer."""
        with self._lock:
            self.head = max(self.head, position)

    def close(self) -> None:
        """Let go of the connections."""
        self.record.close()
        self.pool.close()
        if self.appending is not None:
            self.appending.close()

    def _resolved(
        self, connection: Connection, asked: ClocksAsked, now: datetime, named: tuple[str, str]
    ) -> ResolvedClocks:
        if asked.min_position > self.head:
            self._check_there_is(connection, asked.min_position)
        clocks = resolve(
            connection, asked.known_at, asked.policy_at, now, asked.min_position, named=named
        )
        self.saw(clocks.clocks.known_position)
        return clocks

    def _check_there_is(self, connection: Connection, position: int) -> None:
        """Refuse to wait for a position that nothing has been recorded at."""
        self.saw(_head(connection))
        if position > self.head:
            raise no_such_position(position, "min_position")

    def _born(self) -> _Birth | None:
        if self._birth is None:
            with self.pool.connection() as connection:
                row = connection.execute(
                    "SELECT e.topic = 'demonstration-declared',"
                    " (SELECT max(recorded_at) FROM ledger.commits)"
                    " FROM ledger.ledger_events e WHERE e.notification_id = 1"
                ).fetchone()
            if row is not None:
                self._birth = _Birth(row[0], row[1], time.monotonic())
        return self._birth


def _head(connection: Connection) -> int:
    row = connection.execute(
        "SELECT coalesce(max(last_position), 0) FROM ledger.commits"
    ).fetchone()
    assert row is not None
    return int(row[0])
