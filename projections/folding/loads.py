"""Loads: one row for each state of a load."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from ledger.event import Event, Recorded, agreement_id
from ledger.load.events import (
    LoadAbandoned,
    LoadChecked,
    LoadCommitted,
    LoadPartCommitted,
    LoadReceived,
    LoadRefused,
    LoadWithdrawn,
)
from ledger.load.state import Load, evolve
from projections.rows import Rows

EVENTS: frozenset[type[Event]] = frozenset(
    {
        LoadReceived,
        LoadRefused,
        LoadChecked,
        LoadPartCommitted,
        LoadCommitted,
        LoadAbandoned,
        LoadWithdrawn,
    }
)  # all that this fold understands
_encode = msgspec.json.Encoder().encode


class LoadFold:
    """One load as folded so far. Owned by the fold it is part of."""

    __slots__ = ("_ordinal", "_state")

    def __init__(self, stream: UUID) -> None:
        self._state = Load(id=stream)
        self._ordinal = 0  # position of its first event, 0: none yet

    @property
    def agreement(self) -> UUID:
        """The agreement its file is for."""
        about = self._state.received or self._state.refused
        assert about is not None, "a load begins with its file"
        return agreement_id(about.agreement)

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
        about = self._state.received or self._state.refused
        assert about is not None, "a load begins with its file"
        data = _encode(self._state).decode()
        row = (self._state.id, self.agreement, self._ordinal, about.sha256, data)
        rows.open(key, row, recorded.position)

    def _take(self, recorded: Recorded) -> None:
        self._state = evolve(self._state, recorded)
        self._ordinal = self._ordinal or recorded.position
