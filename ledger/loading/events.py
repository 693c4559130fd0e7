"""From what a file changes to the events that say so."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from ledger.event import Event
from ledger.indicator.events import (
    MOST_ENTRIES,
    Correction,
    Entry,
    Source,
    ValuesCorrected,
    ValuesSubmitted,
)
from ledger.indicator.state import Key, key_of
from ledger.loading.decide import Changes

E = TypeVar("E", Entry, Correction)


def to_events(
    changes: Mapping[str, Changes],
    source: Source,
    reason_digest: str,
    *,
    available_on: date | None = None,
    note_digests: Mapping[str, str] | None = None,
) -> list[tuple[str, Event]]:
    """Events by indicator code, sorted by it, none with more entries than an event may have.

    ``reason_digest`` is that of the stored reason for the corrections. ``available_on`` is the
    day the data were available where the source does not say. ``note_digests`` gives the digest
    of each stored note by its text; a note that is not there raises KeyError, for it would be lost.
    """
    digests = note_digests or {}
    day = source.released_on or available_on
    events: list[tuple[str, Event]] = []
    for code in sorted(changes):
        change = changes[code]
        for entries in _parts(noted(change.new, change.notes, digests)):
            event = ValuesSubmitted(entries=entries, data_available_on=day, source=source)
            events.append((code, event))
        for corrections in _parts(noted(change.corrections, change.notes, digests)):
            corrected = ValuesCorrected(
                entries=corrections, reason=reason_digest, data_available_on=day, source=source
            )
            events.append((code, corrected))
    return events


def noted(
    entries: tuple[E, ...], notes: Mapping[Key, str], digests: Mapping[str, str]
) -> tuple[E, ...]:
    """The entries with the digests of their notes."""
    if not notes:
        return entries
    texts = (notes.get(key_of(entry)) for entry in entries)
    return tuple(
        msgspec.structs.replace(entry, note=digests[text]) if text else entry
        for entry, text in zip(entries, texts, strict=True)
    )


def _parts(entries: Sequence[E]) -> list[tuple[E, ...]]:
    return [
        tuple(entries[start : start + MOST_ENTRIES])
        for start in range(0, len(entries), MOST_ENTRIES)
    ]
