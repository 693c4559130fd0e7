"""Values of other areas: the rows of what was released, revised and taken back.

Nothing is remembered between pages: there are far more of these values than of the agreement's
own, and a release says all that its rows need. Only a withdrawal asks what was released before,
and reads the stream again.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn, Released, Reverted
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.events import Source
from ledger.indicator.state import breakdown_key
from projections.folding.events import About, load_about
from projections.rows import Key, Row, Rows

EVENTS: frozenset[type[Event]] = frozenset({ComparatorsReleased, ComparatorsWithdrawn})


class Streams(Protocol):
    """Where events are read again that the answers have taken in."""

    def streams(self, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        """The events of each of these streams, in order."""


def about(event: ComparatorsReleased | ComparatorsWithdrawn) -> About:
    """What an event is about: the indicator whose other areas it tells of."""
    return About(
        agreement_id(event.agreement),
        indicator_id(event.agreement, event.indicator),
        load_about(event),
    )


class ComparatorsFold:
    """Turns releases and withdrawals into rows. Owned by the fold it is part of."""

    __slots__ = ("_releases", "_source", "_taken")

    def __init__(self, source: Streams) -> None:
        self._source = source
        self._taken: dict[UUID, list[Recorded]] = {}  # releases of this page, by stream
        self._releases: dict[UUID, dict[int, Recorded]] = {}  # read again, by stream and position

    def apply(self, recorded: Recorded, rows: Rows) -> None:
        """Fold one event into the rows."""
        event = recorded.event
        if isinstance(event, ComparatorsReleased):
            self._taken.setdefault(recorded.originator_id, []).append(recorded)
            indicator = str(indicator_id(event.agreement, event.indicator))
            for index, entry in enumerate(event.entries):
                key = _key(indicator, entry)
                if entry.replaces:
                    rows.close(key, recorded.position)
                rows.open(key, _row(key, recorded, index, entry, event.source), recorded.position)
        elif isinstance(event, ComparatorsWithdrawn):
            self._withdraw(recorded, event, rows)

    def forget(self) -> None:
        """A page is written: what it held can be read again."""
        self._taken, self._releases = {}, {}

    def _withdraw(self, recorded: Recorded, event: ComparatorsWithdrawn, rows: Rows) -> None:
        stream, position = recorded.originator_id, recorded.position
        indicator = str(indicator_id(event.agreement, event.indicator))
        for name in event.entries:
            released, index = self._released(stream, name)
            rows.close(_key(indicator, _entries(released)[index]), position)
        for entry in event.reverted:
            released, index = self._released(stream, entry.name)
            source = _release(released).source
            key = _key(indicator, entry)
            rows.close(key, position)
            rows.open(key, _row(key, released, index, entry, source), position)

    def _released(self, stream: UUID, name: str) -> tuple[Recorded, int]:
        """The release that brought an entry, and the entry's place in it."""
        position, _, index = name.partition(".")
        if stream not in self._releases:
            self._releases[stream] = {
                each.position: each for each in self._source.streams([stream])[stream]
            }
        before = self._releases[stream]
        if int(position) not in before:
            before.update((each.position, each) for each in self._taken.get(stream, ()))
        return before[int(position)], int(index)


def _key(indicator: str, entry: Released | Reverted) -> Key:
    breakdown = breakdown_key(entry.breakdown) if entry.breakdown else ""
    return (indicator, entry.period, breakdown, entry.area)


def _row(
    key: Key, released: Recorded, index: int, entry: Released | Reverted, source: Source
) -> Row:
    return (
        *key,
        released.position,
        index,
        entry.value,
        entry.numerator,
        entry.denominator,
        entry.confidence_low,
        entry.confidence_high,
        entry.missing,
        entry.provisional,
        source.file,
        source.released_on,
        source.load,
        released.recorded_at,
        entry.replaces,
        entry.note,
    )


def _release(recorded: Recorded) -> ComparatorsReleased:
    assert isinstance(recorded.event, ComparatorsReleased), "values come by releases alone"
    return recorded.event


def _entries(recorded: Recorded) -> Sequence[Released]:
    return _release(recorded).entries
