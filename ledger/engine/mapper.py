"""Events as the library stores them, with their place; our mapper between them and bytes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from ledger.event import Recorded, decode, encode


@dataclass(frozen=True)
class PlacedEvent(StoredEvent):
    """A stored event with what its commit says of it."""

    position: int = 0
    recorded_at: datetime = datetime.min.replace(tzinfo=UTC)
    actor: str = ""


class LedgerMapper(Mapper[UUID]):
    """Turns recorded events into stored bytes and back, under the topics of the catalogue."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        return StoredEvent(
            recorded.originator_id,
            recorded.originator_version,
            recorded.event.TOPIC,
            encode(recorded.event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        assert isinstance(stored_event, PlacedEvent), "read through one of our recorders"
        assert isinstance(stored_event.originator_id, UUID)
        return Recorded(
            stored_event.originator_id,
            stored_event.originator_version,
            decode(stored_event.topic, stored_event.state),
            stored_event.position,
            stored_event.recorded_at,
            stored_event.actor,
        )
