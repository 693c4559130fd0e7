"""What one indicator is now: the fold of its events, with what decisions and answers need."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple, get_args
from uuid import UUID

import msgspec

from ledger.event import Event, Recorded
from ledger.indicator.events import (
    Entry,
    EvidenceAttached,
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsAmended,
    TargetsSet,
    ValuesCorrected,
    ValuesRestored,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.plans import PlanHeld, follow
from ledger.indicator.responses import Response
from policies.definition import Definition
from policies.standing import Standing

_ENTRY_FIELDS = Entry.__struct_fields__
_LONGEST_INDEX = 9  # digits


class Key(NamedTuple):
    """What a value is about within one indicator; ``breakdown`` is canonical, "" the headline."""

    area: str
    period: str
    breakdown: str


class Signature(NamedTuple):
    """A sign-off as it holds: who, when, and the grade of assurance."""

    by: str
    at: datetime
    assurance: str


class Held(NamedTuple):
    """The entry that now holds for a key. Replaced whole at every change, never altered."""

    position: int
    index: int  # type: ignore[assignment] # the field's word; nobody looks up a place in a Held
    entry: Entry
    standing: Standing
    submitted_by: str
    corrected_by: str  # "" unless a correction
    recorded_at: datetime
    since: int  # position of the event that gave it this standing
    signature: Signature | None
    replaces: str  # "" unless a correction

    @property
    def name(self) -> str:
        """The entry's name: position and index."""
        return f"{self.position}.{self.index}"


class TargetHeld(NamedTuple):
    """The target that now holds for an area and period."""

    target: Target
    position: int
    set_at: datetime
    set_by: str


class Indicator:
    """One indicator as folded so far. Owned by whoever folds it; decisions only read it.

    ``version`` counts its events, ``position`` is that of the last one folded.
    """

    __slots__ = (
        "agreement",
        "brought",
        "code",
        "definition",
        "definition_at",
        "definition_position",
        "definition_version",
        "entries",
        "former",
        "id",
        "plans",
        "position",
        "responses",
        "retired_from",
        "targets",
        "version",
    )

    def __init__(self, stream: UUID) -> None:
        self.id = stream
        self.agreement = ""
        self.code = ""
        self.version = 0
        self.position = 0
        self.definition: Definition | None = None
        self.definition_version = 0
        self.definition_position = 0
        self.definition_at: datetime | None = None
        self.retired_from: str | None = None  # code of the first retired period
        self.targets: dict[tuple[str, str], TargetHeld] = {}  # by area, period
        self.entries: dict[Key, Held] = {}
        self.brought: dict[str, tuple[Key, ...]] = {}  # by position: what its entries were about
        self.former: dict[str, str] = {}  # what became of the entries that hold no more
        self.plans: dict[int, PlanHeld] = {}  # by number
        self.responses: list[Recorded] = []  # what people did about performance, in order

    def copy(self) -> "Indicator":
        """A fold that can go on without touching this one."""
        twin = Indicator(self.id)
        for name in ("agreement", "code", "version", "position", "retired_from"):
            setattr(twin, name, getattr(self, name))
        twin.definition = self.definition
        twin.definition_version = self.definition_version
        twin.definition_position = self.definition_position
        twin.definition_at = self.definition_at
        twin.targets = self.targets.copy()
        twin.entries = self.entries.copy()
        twin.brought = self.brought.copy()
        twin.former = self.former.copy()
        twin.plans = self.plans.copy()
        twin.responses = self.responses.copy()
        return twin

    def key_named(self, name: str) -> Key | None:
        """What an entry that holds now is about, by its name; None for any other text.

        Found by the event that brought it: a table of all names would be a third of a fold.
        """
        position, _, index = name.partition(".")
        keys = self.brought.get(position, ())
        number = int(index) if index.isdecimal() and len(index) <= _LONGEST_INDEX else len(keys)
        if number >= len(keys):
            return None
        held = self.entries.get(keys[number])
        return keys[number] if held is not None and held.name == name else None

    def keys_named(self, names: Iterable[str]) -> tuple[Key, ...]:
        """What several entries that hold now are about. Raises KeyError for any that does not."""
        found = []
        for name in names:
            key = self.key_named(name)
            if key is None:
                raise KeyError(name)
            found.append(key)
        return tuple(found)


def breakdown_key(breakdown: dict[str, str]) -> str:
    """The canonical text of a breakdown: ``sex=F;ward=E05000001``, "" for the headline."""
    if not breakdown:
        return ""
    return ";".join(f"{dimension}={breakdown[dimension]}" for dimension in sorted(breakdown))


def key_of(entry: Entry) -> Key:
    """The key an entry is about."""
    breakdown = entry.breakdown
    about = (entry.area, entry.period, breakdown_key(breakdown) if breakdown else "")
    return _new(Key, about)


# A named tuple straight from a tuple. Its own way, by name or in order, takes twice as long, and
# a fold of a large ledger does little else.
_new = tuple.__new__


def evolve(state: Indicator, recorded: Recorded) -> tuple[Key, ...]:
    """Fold one event into the state, which it alters; answer the keys whose figures or standing
    changed."""
    state.version = recorded.originator_version
    state.position = recorded.position
    apply = _APPLY.get(type(recorded.event))
    return apply(state, recorded, recorded.event) if apply else ()


def _defined(state: Indicator, recorded: Recorded, event: IndicatorDefined) -> tuple[Key, ...]:
    state.agreement, state.code = event.agreement, event.code
    return _definition(state, recorded, event.definition)


def _redefined(state: Indicator, recorded: Recorded, event: IndicatorRedefined) -> tuple[Key, ...]:
    return _definition(state, recorded, event.definition)


def _definition(state: Indicator, recorded: Recorded, definition: Definition) -> tuple[Key, ...]:
    """Take a definition; sign-offs were given under the earlier one, so they lapse."""
    state.definition = definition
    state.definition_version += 1
    state.definition_position = recorded.position
    state.definition_at = recorded.recorded_at
    lapsed = tuple(key for key, held in state.entries.items() if held.signature)
    for key in lapsed:
        state.entries[key] = state.entries[key]._replace(
            standing=Standing.SUBMITTED, signature=None, since=recorded.position
        )
    return lapsed


def _retired(state: Indicator, recorded: Recorded, event: IndicatorRetired) -> tuple[Key, ...]:
    """Retirement is for good, and is never moved: the first one holds."""
    if state.retired_from is None:
        state.retired_from = event.from_period
    return ()


def _targets(
    state: Indicator, recorded: Recorded, event: TargetsSet | TargetsAmended
) -> tuple[Key, ...]:
    for target in event.targets:
        state.targets[target.area, target.period] = TargetHeld(
            target, recorded.position, recorded.recorded_at, recorded.actor
        )
    return ()


def _submitted(state: Indicator, recorded: Recorded, event: ValuesSubmitted) -> tuple[Key, ...]:
    position, actor, at = recorded.position, recorded.actor, recorded.recorded_at
    keys = tuple(map(key_of, event.entries))
    # All alike but for the entry and its index.
    submitted = Standing.SUBMITTED
    helds = [
        _new(Held, (position, index, entry, submitted, actor, "", at, position, None, ""))
        for index, entry in enumerate(event.entries)
    ]
    state.entries.update(zip(keys, helds, strict=True))
    state.brought[str(position)] = keys
    return keys


def _corrected(state: Indicator, recorded: Recorded, event: ValuesCorrected) -> tuple[Key, ...]:
    position, actor, at = recorded.position, recorded.actor, recorded.recorded_at
    keys = []
    for index, entry in enumerate(event.entries):
        key = key_of(entry)
        before = state.entries[key]
        held = Held(
            position,
            index,
            entry,
            Standing.SUBMITTED,
            before.submitted_by,
            actor,
            at,
            position,
            None,
            entry.replaces,
        )
        state.entries[key] = held
        state.former[before.name] = f"replaced by {held.name}"
        keys.append(key)
    about = state.brought[str(position)] = tuple(keys)
    return about


def _returned(state: Indicator, recorded: Recorded, event: ValuesReturned) -> tuple[Key, ...]:
    keys = state.keys_named(event.entries)
    for key in keys:
        state.entries[key] = state.entries[key]._replace(
            standing=Standing.RETURNED, since=recorded.position
        )
    return keys


def _withdrawn(state: Indicator, recorded: Recorded, event: ValuesWithdrawn) -> tuple[Key, ...]:
    keys = state.keys_named(event.entries)
    for key, name in zip(keys, event.entries, strict=True):
        del state.entries[key]
        state.former[name] = f"withdrawn at {recorded.position}"
    return keys


def _restored(state: Indicator, recorded: Recorded, event: ValuesRestored) -> tuple[Key, ...]:
    keys = []
    for restored in event.entries:
        key = key_of(restored)
        position, _, index = restored.name.partition(".")
        signed = restored.signed_off
        held = Held(
            int(position),
            int(index),
            plain_entry(restored),
            restored.standing,
            restored.submitted_by,
            restored.corrected_by,
            restored.recorded_at,
            recorded.position,
            Signature(signed.by, signed.at, signed.assurance.value) if signed else None,
            restored.replaces,
        )
        state.former[restored.withdraws] = f"withdrawn at {recorded.position}"
        state.former.pop(restored.name, None)
        state.entries[key] = held
        keys.append(key)
    return tuple(keys)


def _signed_off(state: Indicator, recorded: Recorded, event: ValuesSignedOff) -> tuple[Key, ...]:
    signature = Signature(recorded.actor, recorded.recorded_at, event.assurance.value)
    keys = state.keys_named(signed.name for signed in event.entries)
    for key in keys:
        state.entries[key] = state.entries[key]._replace(
            standing=Standing.SIGNED_OFF, signature=signature, since=recorded.position
        )
    return keys


def _attached(state: Indicator, recorded: Recorded, event: EvidenceAttached) -> tuple[Key, ...]:
    """Take evidence; what was signed was without it, what was returned is answered by it."""
    changed = []
    for key in state.keys_named(event.entries):
        held = state.entries[key]
        attachments = (*held.entry.attachments, *event.attachments)
        held = held._replace(entry=msgspec.structs.replace(held.entry, attachments=attachments))
        if held.standing is not Standing.SUBMITTED:
            held = held._replace(
                standing=Standing.SUBMITTED, signature=None, since=recorded.position
            )
            changed.append(key)
        state.entries[key] = held
    return tuple(changed)


def _responded(state: Indicator, recorded: Recorded, event: Response) -> tuple[Key, ...]:
    state.responses.append(recorded)
    follow(state.plans, recorded, event)
    return ()


_APPLY: dict[type[Event], Callable[[Indicator, Recorded, Any], tuple[Key, ...]]] = {
    IndicatorDefined: _defined,
    IndicatorRedefined: _redefined,
    IndicatorRetired: _retired,
    TargetsSet: _targets,
    TargetsAmended: _targets,
    ValuesSubmitted: _submitted,
    ValuesCorrected: _corrected,
    ValuesReturned: _returned,
    ValuesRestored: _restored,
    ValuesWithdrawn: _withdrawn,
    ValuesSignedOff: _signed_off,
    EvidenceAttached: _attached,
    **dict.fromkeys(get_args(Response), _responded),
}


def plain_entry(entry: Entry) -> Entry:
    """What an entry says, without what a correction or restoration says beside it."""
    return Entry(**{name: getattr(entry, name) for name in _ENTRY_FIELDS})


def sign_off_digest(stream: UUID, name: str, entry: Entry, definition_version: int) -> str:
    """The SHA-256 of exactly what a signer sees: the entry, its name and the definition's version.

    Any later change to these is another digest, so a sign-off of the earlier one is stale. Without
    attachments it is what it was before there were any, and so without confidence limits.
    """
    seen: tuple[object, ...] = (
        "outturn sign-off 1",
        stream.hex,
        name,
        entry.period,
        entry.area,
        breakdown_key(entry.breakdown),
        _text(entry.value),
        _text(entry.numerator),
        _text(entry.denominator),
        entry.missing,
        entry.provisional,
        entry.note,
        definition_version,
    )
    if entry.attachments:
        seen = (*seen, entry.attachments)
    if entry.confidence_low is not None:
        seen = (*seen, "confidence", _text(entry.confidence_low), _text(entry.confidence_high))
    return sha256(msgspec.json.encode(seen)).hexdigest()


def _text(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")
