"""What every handler is given: the pool, the record, the time, and the way to the answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

import msgspec

from http_api import clock
from ledger.engine import Connection, Pool, Text
from ledger.record import Act, Record
from projections.reading.clocks import NOW, ResolvedClocks, resolve


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
    """The running service of one process. ``head`` is the highest position it has seen."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.record = Record(pool)
        self.head = 0  # guarded by _lock; only ever grows
        self._lock = Lock()
        self._birth: _Birth | None = None  # set once, when the ledger has its first event

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
        with self.pool.connection() as connection:
            clocks = resolve(
                connection, asked.known_at, asked.policy_at, self.now(), asked.min_position
            )
            self.saw(clocks.clocks.known_position)
            yield connection, clocks

    def saw(self, position: int) -> None:
        """Remember the highest position seen, for the header of every answer."""
        with self._lock:
            self.head = max(self.head, position)

    def close(self) -> None:
        """Let go of the connections."""
        self.record.close()
        self.pool.close()

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
