"""The record in memory, by the library's own classes. For tests."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from ledger.engine.commits import Appended, Commit, StreamMoved
from ledger.engine.mapper import PlacedEvent


class MemoryRecorder(POPOApplicationRecorder):
    """The library's in-memory persistence, with positions, times and actors. For tests."""

    def __init__(self, clock: Iterator[datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._commits: list[tuple[datetime, str]] = []  # by position - 1; under the library's lock

    def append(self, stored_events: Sequence[StoredEvent], commit: Commit) -> Appended:
        """As PostgresRecorder.append, without idempotency keys."""
        with self._database_lock:
            for stream, version in commit.reads:
                if version + 1 in self._stored_events_index[str(stream)]:
                    raise StreamMoved
            try:
                positions = self.insert_events(stored_events, commit=commit)
            except IntegrityError as error:
                raise StreamMoved from error
            assert positions
            at = self._commits[positions[-1] - 1][0]
        return Appended(positions[0], positions[-1], at, False, commit.answer)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        commit: Commit = kwargs["commit"]
        with self._database_lock:
            head = self._commits[-1][0] if self._commits else datetime.min.replace(tzinfo=UTC)
            at = max(commit.simulated_at or next(self._clock), head)
            self._assert_uniqueness(stored_events)
            self._commits.extend((at, commit.actor) for _ in stored_events)
            first = len(self._stored_events) + 1
            placed = [
                PlacedEvent(
                    s.originator_id,
                    s.originator_version,
                    s.topic,
                    s.state,
                    first + n,
                    at,
                    commit.actor,
                )
                for n, s in enumerate(stored_events)
            ]
            return self._update_table(placed)
