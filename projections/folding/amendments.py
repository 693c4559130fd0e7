"""Amendments: one row for each state of an amendment."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from ledger.amendment.events import (
    AmendmentActionRefused,
    AmendmentConsented,
    AmendmentDecided,
    AmendmentObjected,
    AmendmentProposed,
    AmendmentRehearsed,
    AmendmentRevised,
    AmendmentWithdrawn,
)
from ledger.amendment.state import Amendment, evolve
from ledger.event import Event, Recorded, agreement_id
from projections.rows import Rows

EVENTS: frozenset[type[Event]] = frozenset(
    {
        AmendmentProposed,
        AmendmentRevised,
        AmendmentConsented,
        AmendmentObjected,
        AmendmentRehearsed,
        AmendmentDecided,
        AmendmentWithdrawn,
        AmendmentActionRefused,
    }
)  # all that this fold understands, and all that the stream of an amendment can hold
_encode = msgspec.json.Encoder(decimal_format="string").encode


class AmendmentFold:
    """One amendment as folded so far. Owned by the fold it is part of."""

    __slots__ = ("_ordinal", "_state")

    def __init__(self, stream: UUID) -> None:
        self._state = Amendment(id=stream)
        self._ordinal = 0  # position of its first event, 0: none yet

    @property
    def agreement(self) -> UUID:
        """The agreement it is of."""
        return agreement_id(self._state.agreement)

    def recall(self, events: Iterable[Recorded]) -> None:
        """Take up where the rows written so far end."""
        for recorded in events:
            self._take(recorded)

    def apply(self, recorded: Recorded, rows: Rows) -> None:
        """Fold one event into the rows."""
        key = (self._state.id,)
        if self._ordinal:
            rows.close(key, recorded.position)
        self._take(recorded)
        state = self._state
        data = _encode(state).decode()
        row = (state.id, self.agreement, state.number, self._ordinal, data)
        rows.open(key, row, recorded.position)

    def _take(self, recorded: Recorded) -> None:
        self._state = evolve(self._state, recorded)
        self._ordinal = self._ordinal or recorded.position
