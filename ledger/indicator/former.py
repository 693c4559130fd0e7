"""What held before a load: worked out from the whole history of an indicator, when it is needed.

The fold keeps only what holds now. To take a load back, what its corrections replaced must be
found again: each key's former entries, the last on top.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar

from ledger.event import Event, Recorded
from ledger.indicator.events import (
    MOST_ENTRIES,
    Restored,
    Signed,
    ValuesCorrected,
    ValuesRestored,
    ValuesSubmitted,
    ValuesWithdrawn,
    load_of,
)
from ledger.indicator.state import Held, Indicator, Key, evolve, key_of
from policies.standing import Assurance, Standing

E = TypeVar("E", str, Restored)


class _Before(NamedTuple):
    """An entry that held once, and the load that wrote it, "" for none."""

    held: Held
    load: str


class TakenBack(NamedTuple):
    """The events that take a load back from one indicator, and how many entries each way."""

    events: tuple[Event, ...]
    withdrawn: int
    restored: int
    kept: int  # replaced or withdrawn since, by somebody else


class History:
    """One indicator with all that held before. Folded once, for one decision."""

    def __init__(self, indicator: Indicator) -> None:
        self.state = indicator
        self._before: dict[Key, list[_Before]] = {}
        self._load: dict[Key, str] = {}  # the load that wrote the entry which holds
        self._wrote: dict[str, int] = {}  # entries by load

    @property
    def loads(self) -> frozenset[str]:
        """The loads that wrote to the indicator, by id."""
        return frozenset(self._wrote)

    def apply(self, recorded: Recorded) -> None:
        """Fold one event on."""
        event, state = recorded.event, self.state
        match event:
            case ValuesCorrected() | ValuesRestored():
                held = {key: state.entries[key] for key in map(key_of, event.entries)}
                for key in evolve(state, recorded):
                    self._replaced(key, held[key], event)
            case ValuesSubmitted():
                load = load_of(event)
                for key in evolve(state, recorded):
                    self._before[key] = []
                    self._written(key, load)
            case ValuesWithdrawn():
                for key in evolve(state, recorded):
                    self._before.pop(key, None)
                    self._load.pop(key, None)
            case _:
                evolve(state, recorded)

    def without(self, load: str, reason: str, gone: Collection[str]) -> TakenBack:
        """What takes a load back: the entries that still hold from it go, those before return.

        An entry of a load that is ``gone``, withdrawn before, does not return.
        """
        withdrawn: list[str] = []
        restored: list[Restored] = []
        lost = {load, *gone}
        for key, written_by in self._load.items():
            if written_by != load:
                continue
            held = self.state.entries[key]
            former = (b for b in reversed(self._before[key]) if b.load not in lost)
            before = next(former, None)
            if before is None:
                withdrawn.append(held.name)
            else:
                restored.append(_restored(before.held, held.name, self.state))
        events: list[Event] = [
            ValuesWithdrawn(entries=tuple(part), reason=reason, load=load)
            for part in _parts(withdrawn)
        ]
        events += [
            ValuesRestored(entries=tuple(part), reason=reason, load=load)
            for part in _parts(restored)
        ]
        kept = self._wrote.get(load, 0) - len(withdrawn) - len(restored)
        return TakenBack(tuple(events), len(withdrawn), len(restored), kept)

    def _replaced(self, key: Key, held: Held, event: ValuesCorrected | ValuesRestored) -> None:
        """An entry gave its place to another."""
        before = self._before.setdefault(key, [])
        if isinstance(event, ValuesCorrected):
            before.append(_Before(held, self._load.get(key, "")))
            self._written(key, load_of(event))
            return
        name = self.state.entries[key].name
        while before:
            back = before.pop()
            if back.held.name == name:
                self._load[key] = back.load
                return

    def _written(self, key: Key, load: str) -> None:
        self._load[key] = load
        if load:
            self._wrote[load] = self._wrote.get(load, 0) + 1


def history_of(indicator: Indicator, events: Iterable[Recorded]) -> History:
    """The history of an indicator from its first event on. ``indicator`` is its empty fold."""
    history = History(indicator)
    for recorded in events:
        history.apply(recorded)
    return history


def _restored(before: Held, withdraws: str, state: Indicator) -> Restored:
    """An entry as it was when it was replaced; a sign-off of another definition has lapsed."""
    signature = before.signature
    if signature is not None and state.definition_position > before.since:
        signature = None
    standing = before.standing
    if standing is Standing.SIGNED_OFF and signature is None:
        standing = Standing.SUBMITTED
    entry = before.entry
    return Restored(
        withdraws=withdraws,
        name=before.name,
        period=entry.period,
        area=entry.area,
        breakdown=entry.breakdown,
        value=entry.value,
        numerator=entry.numerator,
        denominator=entry.denominator,
        confidence_low=entry.confidence_low,
        confidence_high=entry.confidence_high,
        missing=entry.missing,
        provisional=entry.provisional,
        note=entry.note,
        attachments=entry.attachments,
        standing=standing,
        submitted_by=before.submitted_by,
        corrected_by=before.corrected_by,
        recorded_at=before.recorded_at,
        replaces=before.replaces,
        signed_off=(
            Signed(signature.by, signature.at, Assurance(signature.assurance))
            if signature
            else None
        ),
    )


def _parts(entries: Sequence[E]) -> list[Sequence[E]]:
    return [entries[start : start + MOST_ENTRIES] for start in range(0, len(entries), MOST_ENTRIES)]
