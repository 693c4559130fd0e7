"""What one load is now: the fold of its events, small enough to be made anew by each of them."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from ledger.event import Event, Recorded
from ledger.load.events import (
    LoadAbandoned,
    LoadActionRefused,
    LoadChecked,
    LoadCommitted,
    LoadPartCommitted,
    LoadReceived,
    LoadRefused,
    LoadWithdrawn,
)

EXPIRES = timedelta(days=7)  # a check that nobody committed is given up


class Stage(StrEnum):
    """Where a load stands."""

    RECEIVED = "received"
    CHECKED = "checked"
    COMMITTING = "committing"
    COMMITTED = "committed"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    WITHDRAWN = "withdrawn"


class Step(msgspec.Struct, frozen=True):
    """Who did something, when, and at which position."""

    by: str
    at: datetime
    position: int


class Part(msgspec.Struct, frozen=True):
    """Positions of events of indicators that one commit of the load wrote, both included."""

    first: int
    last: int
    entries: int


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One load as folded so far. ``steps`` has the last of each kind, by stage.

    ``former`` are the digests of the checks before the last. ``last_refusal`` is the code of a duty
    that was refused to whoever asked last, "" for none.
    """

    id: UUID
    version: int = 0
    stage: Stage = Stage.RECEIVED
    received: LoadReceived | None = None
    refused: LoadRefused | None = None
    checked: LoadChecked | None = None
    former: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = ()
    committed: LoadCommitted | None = None
    abandoned: LoadAbandoned | None = None
    withdrawn: LoadWithdrawn | None = None
    last_refusal: str = ""
    steps: dict[Stage, Step] = {}

    @property
    def agreement(self) -> str:
        """The code of the agreement that the file was sent to."""
        about = self.received or self.refused
        return about.agreement if about else ""

    @property
    def entries(self) -> int:
        """How many entries are in."""
        return sum(part.entries for part in self.parts)


def evolve(load: Load, recorded: Recorded) -> Load:
    """The load after one more event."""
    if isinstance(recorded.event, LoadActionRefused):
        return msgspec.structs.replace(
            load, version=recorded.originator_version, last_refusal=recorded.event.code
        )
    stage, fields = _after(load, recorded)
    step = Step(recorded.actor, recorded.recorded_at, recorded.position)
    return msgspec.structs.replace(
        load,
        version=recorded.originator_version,
        stage=stage,
        last_refusal="",
        steps={**load.steps, stage: step},
        **fields,
    )


_STAGES: dict[type[Event], tuple[Stage, str]] = {  # and the field that keeps the event
    LoadReceived: (Stage.RECEIVED, "received"),
    LoadRefused: (Stage.REFUSED, "refused"),
    LoadChecked: (Stage.CHECKED, "checked"),
    LoadPartCommitted: (Stage.COMMITTING, ""),
    LoadCommitted: (Stage.COMMITTED, "committed"),
    LoadAbandoned: (Stage.ABANDONED, "abandoned"),
    LoadWithdrawn: (Stage.WITHDRAWN, "withdrawn"),
}


def _after(load: Load, recorded: Recorded) -> tuple[Stage, dict[str, object]]:
    event = recorded.event
    stage, field = _STAGES[type(event)]
    fields: dict[str, object] = {field: event} if field else {}
    if isinstance(event, LoadChecked) and load.checked:
        fields["former"] = load.former | {load.checked.digest}
    if isinstance(event, LoadPartCommitted | LoadCommitted):
        fields["parts"] = _with_part(load, recorded, event.events, event.written)
    return stage, fields


def _with_part(load: Load, recorded: Recorded, events: int, entries: int) -> tuple[Part, ...]:
    """The events of a part stand right before the one that says so, in the same commit."""
    if not events:
        return load.parts
    last = recorded.position - 1
    return (*load.parts, Part(last - events + 1, last, entries))
