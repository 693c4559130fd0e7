"""What is left of a load whose earlier parts are in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from ledger.agreement.state import Agreement
from ledger.comparators.events import ComparatorsReleased
from ledger.engine import Connection, read_feed
from ledger.event import comparators_id, indicator_id
from ledger.indicator.events import Entry, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import key_of
from ledger.load.state import Load
from ledger.loading.check_sums import LAPSES, check_sum_of, check_sums
from ledger.loading.decide import Changes
from ledger.loading.load import Checked
from ledger.loading.report import KeptJudgement

EVENTS_READ = 100  # at a time: each may have a thousand entries


class Left(NamedTuple):
    """The changes that are left, of the agreement's areas and of others; the rows set aside."""

    changes: dict[str, Changes]
    elsewhere: dict[str, Changes]
    set_aside: tuple[int, ...]


class In(NamedTuple):
    """An entry that the load wrote, of an indicator's own areas or of others."""

    indicator: str
    elsewhere: bool
    entry: Entry


def remaining(
    connection: Connection, load: Load, kept: KeptJudgement, checked: Checked, body: Agreement
) -> Left:
    """The changes that are left of those that were checked, and the rows set aside, by number.

    A row is left if the load did not write it, and it is still judged as it was and would write
    the same. One that was to be written and no longer is, though the load did not write it, is set
    aside: somebody else wrote to its key meanwhile, or signed off what it corrects, or what it is
    read by means something else.
    """
    now = checked.judged
    written, coming = _divided(kept, checked, _entries_in(connection, load, body))
    sums = check_sums(checked) if kept.meant else None
    places = {id(entry): place for place, entry in enumerate(checked.entries) if entry is not None}

    def is_left(entry: Entry) -> bool:
        place = places[id(entry)]
        same = kept.outcomes[place] == now.outcomes[place]
        same = same and kept.replaced(place) == now.replaced(place)
        same = same and (sums is None or kept.meant[place] == sums.get(place, 0))
        return place in coming and same

    def still(changes: Mapping[str, Changes]) -> dict[str, Changes]:
        return {
            code: msgspec.structs.replace(
                change,
                new=tuple(filter(is_left, change.new)),
                corrections=tuple(filter(is_left, change.corrections)),
            )
            for code, change in changes.items()
        }

    changes, elsewhere = still(checked.changes), still(checked.elsewhere)
    left = {
        places[id(entry)]
        for change in (*changes.values(), *elsewhere.values())
        for entry in (*change.new, *change.corrections)
    }
    aside = (
        number
        for place, number in enumerate(now.numbers)
        if kept.writes(place) and place not in left and place not in written
    )
    return Left(changes, elsewhere, tuple(aside))


def _divided(
    kept: KeptJudgement, checked: Checked, entries: Iterable[In]
) -> tuple[set[int], set[int]]:
    """The places of the rows that are in, and of those that were to come after them.

    A row is known by what it writes and by its turn, and not by its key: that may have become
    another since, in the ledger's words. One that was left out in its turn does not come later.
    """
    if not kept.going_in:
        return _divided_by_key(kept, checked, entries)
    written: set[int] = set()
    turns = iter(kept.going_in.items())
    for indicator, elsewhere, entry in entries:
        plain = msgspec.structs.replace(entry, note="") if entry.note else entry
        found = check_sum_of(indicator, elsewhere=elsewhere)(plain)
        for place, check_sum in turns:
            if check_sum | LAPSES == found | LAPSES:
                written.add(place)
                break
    return written, {place for place, _ in turns}


def _divided_by_key(
    kept: KeptJudgement, checked: Checked, entries: Iterable[In]
) -> tuple[set[int], set[int]]:
    """The same of a load that began to go in before it was kept what its rows write."""
    places = (checked.slices.place(one.indicator, key_of(one.entry)) for one in entries)
    written = {place for place in places if place is not None}
    rows = range(len(kept.outcomes))
    return written, {place for place in rows if kept.writes(place) and place not in written}


def _entries_in(connection: Connection, load: Load, body: Agreement) -> Iterator[In]:
    """What the load wrote, in the order in which it went in."""
    streams = {
        stream(load.agreement, code): (code, stream is comparators_id)
        for code in body.placements
        for stream in (indicator_id, comparators_id)
    }
    for part in load.parts:
        for after in range(part.first - 1, part.last, EVENTS_READ):
            for recorded in read_feed(connection, after, min(EVENTS_READ, part.last - after)):
                event = recorded.event
                assert isinstance(event, ValuesSubmitted | ValuesCorrected | ComparatorsReleased)
                for entry in event.entries:
                    yield In(*streams[recorded.originator_id], entry)
