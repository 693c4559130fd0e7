"""Putting a load in: its changes as events, up to so many entries in one append."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.engine import StreamMoved, Text
from ledger.event import Event, Recorded, indicator_id
from ledger.indicator.events import Source, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Indicator
from ledger.load.events import LoadCommitted, LoadPartCommitted
from ledger.load.state import Load
from ledger.loading.decide import Changes
from ledger.loading.events import to_events
from ledger.loading.receiving import after, commit_of, text_of
from ledger.record import Record

PART_ENTRIES = 100_000  # of one append: as many as are all in at once, or not at all

Told = Callable[[int, int], None]  # how many entries of how many are in
Coded = tuple[str, Event]  # an event with the code of its indicator


class Writing(NamedTuple):
    """What is to be put in, and by whom. ``first`` are events of the load that go before."""

    load: Load
    digest: str  # of the check that is committed
    body: Agreement
    folds: Mapping[str, Indicator]
    changes: Mapping[str, Changes]
    source: Source
    act: Act
    first: tuple[Event, ...] = ()
    set_aside: tuple[int, ...] = ()  # numbers of rows that are left out
    most_entries: int = PART_ENTRIES


SET_ASIDE_NAMED = 100


def put_in(record: Record, writing: Writing, nonces: Callable[[], bytes], told: Told) -> None:
    """Append the changes of a load: in one go, or a large load in parts, each all or nothing.

    Raises StreamMoved when an officer wrote to one of the indicators meanwhile, or another worker
    this part; the parts that were in before that stay in.
    """
    texts = _texts(writing, nonces)
    events = to_events(
        writing.changes,
        writing.source,
        texts[0].digest.hex(),
        available_on=writing.act.today,
        note_digests={text.text: text.digest.hex() for text in texts[1:]},
    )
    parts = list(_parts(events, writing.most_entries)) or [[]]
    load, first = writing.load, list(writing.first)
    if len(parts) > 1 and first:
        record.append(_after(load, first, writing.act), commit_of(writing.act, writing.body))
        load, first = _moved_on(load, first), []
    versions = {code: fold.version for code, fold in writing.folds.items()}
    entries, done = sum(map(size, events)), 0
    for number, part in enumerate(parts, start=1):
        end = _end(writing, number, len(parts), part)
        commit = commit_of(
            writing.act,
            writing.body,
            texts=texts if number == 1 else (),
            key=f"load {load.id} part {len(writing.load.parts) + number}",
            request_digest=bytes.fromhex(writing.digest),
        )
        values = _numbered(part, versions, writing.body, writing.act)
        *before, behind = _after(load, [*first, end], writing.act)
        if record.append([*before, *values, behind], commit).replayed:
            raise StreamMoved  # a worker that is gone wrote this part: it may be another one
        load, first = _moved_on(load, [*first, end]), []
        done += sum(map(size, part))
        told(done, entries)


def _after(load: Load, events: Sequence[Event], act: Act) -> list[Recorded]:
    """Events that come next in the stream of a load."""
    return [after(load, event, act, n) for n, event in enumerate(events, start=1)]


def _moved_on(load: Load, events: Sequence[Event]) -> Load:
    return msgspec.structs.replace(load, version=load.version + len(events))


def _end(
    writing: Writing, number: int, of: int, part: Sequence[Coded]
) -> LoadPartCommitted | LoadCommitted:
    """What a part says of itself: the last one that the load is in."""
    before, entries = len(writing.load.parts), sum(map(size, part))
    if number < of:
        return LoadPartCommitted(
            part=before + number, of=before + of, events=len(part), written=entries
        )
    return LoadCommitted(
        digest=writing.digest,
        events=len(part),
        written=entries,
        set_aside=len(writing.set_aside),
        set_aside_rows=writing.set_aside[:SET_ASIDE_NAMED],
    )


def _parts(events: Iterable[Coded], most: int) -> Iterator[list[Coded]]:
    """The events in runs that have at most so many entries."""
    part: list[Coded] = []
    entries = 0
    for one in events:
        if part and entries + size(one) > most:
            yield part
            part, entries = [], 0
        part.append(one)
        entries += size(one)
    if part:
        yield part


def size(one: Coded) -> int:
    """How many entries an event has."""
    event = one[1]
    assert isinstance(event, ValuesSubmitted | ValuesCorrected)
    return len(event.entries)


def _texts(writing: Writing, nonces: Callable[[], bytes]) -> tuple[Text, ...]:
    """The reason of all corrections of this file, then each note once."""
    source = writing.source
    reason = f"The figure differs in {source.file}{_released(source.released_on)}."
    notes = {note for change in writing.changes.values() for note in change.notes.values()}
    return tuple(text_of(text, nonces) for text in (reason, *sorted(notes)))


def _released(day: date | None) -> str:
    return f", released on {day}" if day else ""


def _numbered(
    events: Sequence[Coded], versions: dict[str, int], body: Agreement, act: Act
) -> list[Recorded]:
    """The events in their streams, each numbered on from what was recorded."""
    assert body.sheet is not None
    numbered: list[Recorded] = []
    for code, event in events:
        versions[code] += 1
        stream = indicator_id(body.sheet.code, code)
        numbered.append(Recorded(stream, versions[code], event, 0, act.at, act.actor))
    return numbered
