"""The library's application, wired to our mapper and one of our recorders."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent

from ledger.engine.commits import Appended, Commit, Encoded
from ledger.engine.mapper import LedgerMapper
from ledger.engine.memory import MemoryRecorder
from ledger.engine.postgres import PostgresRecorder
from ledger.event import Recorded


class LedgerApplication(Application[UUID]):
    """The library's application over one of our recorders and our mapper."""

    name = "ledger"

    def __init__(self, recorder: PostgresRecorder | MemoryRecorder) -> None:
        self.ledger_recorder = recorder
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        return self.ledger_recorder

    def construct_mapper(self) -> Mapper[UUID]:
        return LedgerMapper(self.construct_transcoder())

    def append(self, events: Iterable[Recorded], commit: Commit) -> Appended:
        """Store the events of one command, or answer what it stored the first time."""
        stored = [self.mapper.to_stored_event(event) for event in events]
        return self.ledger_recorder.append(stored, commit)

    def append_encoded(self, events: Iterable[Encoded], commit: Commit) -> Appended:
        """The same for events that are encoded already, as where an append is tried again."""
        return self.ledger_recorder.append([StoredEvent(*event) for event in events], commit)

    def append_together(
        self, commands: Iterable[tuple[Iterable[Recorded], Commit]]
    ) -> list[Appended | Exception]:
        """Store the events of several commands that arrived together, in one server call."""
        assert isinstance(self.ledger_recorder, PostgresRecorder)
        return self.ledger_recorder.append_together(
            [
                ([self.mapper.to_stored_event(event) for event in events], commit)
                for events, commit in commands
            ]
        )

    def stream(self, stream: UUID, after_version: int = 0) -> Iterator[Recorded]:
        """The events of a stream after a version, in order."""
        events: Iterator[Any] = self.events.get(stream, gt=after_version)
        return events
