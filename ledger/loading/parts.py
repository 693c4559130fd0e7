"""Putting a load in: its changes as events, up to so many entries in one append."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.comparators.decisions import release
from ledger.comparators.events import ComparatorsReleased
from ledger.comparators.state import Comparators
from ledger.engine import Commit, Encoded, StreamMoved, Text
from ledger.event import Event, Recorded, comparators_id, encode, indicator_id
from ledger.indicator.events import Entry, Source, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Indicator
from ledger.load.events import LoadCommitted, LoadPartCommitted
from ledger.load.state import Load
from ledger.loading.decide import Changes
from ledger.loading.events import noted, to_events
from ledger.loading.overtaken import Holds, versions_now
from ledger.loading.receiving import after, commit_of, text_of
from ledger.record import Record
from policies.period import day_text

MOST_AT_ONCE = 100_000  # entries that are all in at once, or not at all
PART_ENTRIES = 5_000  # of a larger load: an officer who waits for a part waits some hundredths
SET_ASIDE_NAMED = 100
TRIES = 100  # of an append that officers overtake, before the file is judged again

Told = Callable[[int, int], None]  # how many entries of how many are in
Placed = tuple[UUID, Event]  # an event with the stream it belongs to


class Writing(NamedTuple):
    """What is to be put in, and by whom. ``first`` are events of the load that go before.

    ``holds`` says whether the file has a row of an indicator's key. What is about other areas
    stands in ``elsewhere``, and was judged on ``elsewhere_folds``.
    """

    load: Load
    digest: str  # of the check that is committed
    body: Agreement
    folds: Mapping[str, Indicator]
    changes: Mapping[str, Changes]
    holds: Holds
    source: Source
    act: Act
    first: tuple[Event, ...] = ()
    set_aside: tuple[int, ...] = ()  # numbers of rows that are left out
    most_entries: int = MOST_AT_ONCE
    elsewhere: Mapping[str, Changes] = {}
    elsewhere_folds: Mapping[str, Comparators] = {}

    def corrects(self, code: str) -> frozenset[str]:
        """The names of the entries of an indicator that are corrected."""
        change = self.changes.get(code, Changes())
        return frozenset(correction.replaces for correction in change.corrections)


class Streams:
    """The streams a load writes to, by what was last known of them: its versions and its codes."""

    def __init__(self, writing: Writing) -> None:
        agreement, others = writing.load.agreement, writing.elsewhere_folds
        self.versions = {fold.id: fold.version for fold in writing.folds.values()}
        self.versions |= {fold.id: fold.version for fold in others.values()}
        self.codes = {fold.id: code for code, fold in writing.folds.items()}
        self.codes |= {fold.id: code for code, fold in others.items()}
        self._beside = {fold.id: indicator_id(agreement, code) for code, fold in others.items()}

    def relied_on(self, written: Collection[UUID]) -> list[UUID]:
        """The indicators by whose definitions other areas were judged, beside those written to."""
        found = (self._beside[stream] for stream in written if stream in self._beside)
        return [stream for stream in found if stream not in written]


def put_in(record: Record, writing: Writing, nonces: Callable[[], bytes], told: Told) -> None:
    """Append the changes of a load: in one go, or a large load in parts, each all or nothing.

    Raises StreamMoved when an officer wrote to one of the keys meanwhile, or another worker this
    part; the parts that were in before that stay in.
    """
    texts = _texts(writing, nonces)
    events = _events(writing, texts)
    if not any(change.corrections for change in writing.changes.values()):
        texts = texts[1:]  # the reason, which then no event names
    parts = _divided(events, writing.most_entries)
    load, first = writing.load, list(writing.first)
    if len(parts) > 1 and first:
        record.append(_after(load, first, writing.act), commit_of(writing.act, writing.body))
        load, first = _moved_on(load, first), []
    streams = Streams(writing)
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
        *before, behind = _after(load, [*first, end], writing.act)
        _append(record, writing, (before, part, behind), streams, commit)
        load, first = _moved_on(load, [*first, end]), []
        done += sum(map(size, part))
        told(done, entries)


def _events(writing: Writing, texts: Sequence[Text]) -> list[Placed]:
    """The events of a load, each with its stream: of the agreement's areas, then of others."""
    agreement, source = writing.load.agreement, writing.source
    digests = {text.text: text.digest.hex() for text in texts[1:]}
    own = to_events(
        writing.changes,
        source,
        texts[0].digest.hex(),
        available_on=writing.act.today,
        note_digests=digests,
    )
    placed: list[Placed] = [(indicator_id(agreement, code), event) for code, event in own]
    for code, change in sorted(writing.elsewhere.items()):
        entries: tuple[Entry, ...] = (*change.new, *change.corrections)
        found = release(agreement, code, noted(entries, change.notes, digests), source)
        placed += [(comparators_id(agreement, code), event) for event in found]
    return placed


def _append(
    record: Record,
    writing: Writing,
    part: tuple[Sequence[Recorded], Sequence[Placed], Recorded],
    streams: Streams,
    commit: Commit,
) -> None:
    """Append a part; where officers overtook it with what does not matter to it, behind them.

    It is encoded once, so that there is little time to be overtaken in.
    """
    before, placed, behind = part
    versions = streams.versions
    encoded = [(stream, one.TOPIC, encode(one)) for stream, one in placed]
    written = dict.fromkeys(stream for stream, _ in placed)
    relied_on = streams.relied_on(written)
    for _ in range(TRIES):
        events, reached = (
            list(map(_encoded, before)),
            {stream: versions[stream] for stream in written},
        )
        for stream, topic, state in encoded:
            reached[stream] += 1
            events.append(Encoded(stream, reached[stream], topic, state))
        reads = (*commit.reads, *((stream, versions[stream]) for stream in relied_on))
        try:
            appended = record.append_encoded(
                [*events, _encoded(behind)], msgspec.structs.replace(commit, reads=reads)
            )
        except StreamMoved:
            known = {stream: versions[stream] for stream in (*written, *relied_on)}
            versions |= versions_now(record, known, streams.codes, writing.holds, writing.corrects)
            continue
        if appended.replayed:
            raise StreamMoved  # a worker that is gone wrote this part: it may be another one
        versions |= reached
        return
    raise StreamMoved


def _encoded(recorded: Recorded) -> Encoded:
    event = recorded.event
    return Encoded(recorded.originator_id, recorded.originator_version, event.TOPIC, encode(event))


def _divided(events: Sequence[Placed], most_entries: int) -> list[list[Placed]]:
    """The parts that a load goes in by: one, unless it is larger than that may be."""
    if sum(map(size, events)) <= most_entries:
        return [list(events)]
    return list(_parts(events, min(most_entries, PART_ENTRIES)))


def _after(load: Load, events: Sequence[Event], act: Act) -> list[Recorded]:
    """Events that come next in the stream of a load."""
    return [after(load, event, act, n) for n, event in enumerate(events, start=1)]


def _moved_on(load: Load, events: Sequence[Event]) -> Load:
    return msgspec.structs.replace(load, version=load.version + len(events))


def _end(
    writing: Writing, number: int, of: int, part: Sequence[Placed]
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


def _parts(events: Iterable[Placed], most: int) -> Iterator[list[Placed]]:
    """The events in runs that have at most so many entries."""
    part: list[Placed] = []
    entries = 0
    for one in events:
        if part and entries + size(one) > most:
            yield part
            part, entries = [], 0
        part.append(one)
        entries += size(one)
    if part:
        yield part


def size(one: Placed) -> int:
    """How many entries an event has."""
    event = one[1]
    assert isinstance(event, ValuesSubmitted | ValuesCorrected | ComparatorsReleased)
    return len(event.entries)


def _texts(writing: Writing, nonces: Callable[[], bytes]) -> tuple[Text, ...]:
    """The reason of all corrections of this file, then each note once."""
    source = writing.source
    reason = f"The figure differs in {source.file}{_released(source.released_on)}."
    both = (*writing.changes.values(), *writing.elsewhere.values())
    notes = {note for change in both for note in change.notes.values()}
    return tuple(text_of(text, nonces) for text in (reason, *sorted(notes)))


def _released(day: date | None) -> str:
    return f", released on {day_text(day)}" if day else ""
