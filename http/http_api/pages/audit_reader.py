"""What the auditor's pages ask, beside what every page may ask."""

from collections.abc import Sequence
from typing import Protocol

from http_api.pages.reader import ClocksAsked, Reader
from ledger.proofs.logs import Log
from projections.answers import History
from projections.audit_answers import Actors, AuditOverview, EventStored, RoleSpans, RuleChanges
from projections.reading.search import EventsAsked


class AuditReader(Reader, Protocol):
    """The questions behind the auditor's pages. Each may raise a Refusal."""

    def overview(self, agreement: str, asked: ClocksAsked) -> AuditOverview:
        """How many events there are, of which kinds and by whom."""

    def losses(self, asked: ClocksAsked) -> Sequence[Log]:
        """The logs that were begun anew until then, since signed events or a signer were lost."""

    def actors(self, agreement: str, asked: ClocksAsked) -> Actors:
        """Everybody who brought an event about."""

    def search(self, agreement: str, asked: ClocksAsked, wanted: EventsAsked) -> History:
        """Events by who, what, when and about what."""

    def event(self, agreement: str, position: int, asked: ClocksAsked) -> EventStored:
        """One event to the last byte."""

    def roles(self, agreement: str, asked: ClocksAsked) -> RoleSpans:
        """Who held which role, from when to when."""

    def rules(
        self, agreement: str, asked: ClocksAsked, *, indicator: str, after: int | None, limit: int
    ) -> RuleChanges:
        """Changes to rules, the latest first."""
