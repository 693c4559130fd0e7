"""What is left of a load whose earlier parts are in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from ledger.comparators.events import ComparatorsReleased
from ledger.engine import Connection, read_feed
from ledger.event import comparators_id, indicator_id
from ledger.indicator.events import Entry, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Key, key_of
from ledger.load.state import Load
from ledger.loading.decide import Changes
from ledger.loading.load import Checked
from ledger.loading.report import KeptJudgement

EVENTS_READ = 100  # at a time: each may have a thousand entries


class Left(NamedTuple):
    """The changes that are left, of the agreement's areas and of others; the rows set aside."""

    changes: dict[str, Changes]
    elsewhere: dict[str, Changes]
    set_aside: tuple[int, ...]


def remaining(connection: Connection, load: Load, kept: KeptJudgement, checked: Checked) -> Left:
    """The changes that are left of those that were checked, and the rows set aside, by number.

    A row is left if the load did not write it and it is still judged as it was. One that was to be
    written and no longer is, though the load did not write it, is set aside: somebody else wrote
    to its key meanwhile.
    """
    now = checked.judged
    written = set(_written(connection, load, checked.slices.writing))
    places = {id(entry): place for place, entry in enumerate(checked.entries) if entry is not None}

    def is_left(code: str, entry: Entry) -> bool:
        if (code, key_of(entry)) in written:  # it would be new again where it was withdrawn since
            return False
        place = places[id(entry)]
        same = kept.outcomes[place] == now.outcomes[place]
        return kept.writes(place) and same and kept.replaced(place) == now.replaced(place)

    def still(changes: Mapping[str, Changes]) -> dict[str, Changes]:
        return {
            code: msgspec.structs.replace(
                change,
                new=tuple(entry for entry in change.new if is_left(code, entry)),
                corrections=tuple(entry for entry in change.corrections if is_left(code, entry)),
            )
            for code, change in changes.items()
        }

    changes, elsewhere = still(checked.changes), still(checked.elsewhere)
    left = {
        places[id(entry)]
        for change in (*changes.values(), *elsewhere.values())
        for entry in (*change.new, *change.corrections)
    }
    aside = sorted(
        place
        for part in checked.slices.all.values()
        for area, place in part.rows.items()
        if kept.writes(place)
        and place not in left
        and (part.indicator, Key(area, part.period, part.breakdown_key)) not in written
    )
    return Left(changes, elsewhere, tuple(now.numbers[place] for place in aside))


def _written(
    connection: Connection, load: Load, indicators: Iterable[str]
) -> Iterator[tuple[str, Key]]:
    """The keys that the load wrote to, each with the code of its indicator."""
    codes = {
        stream(load.agreement, code): code
        for code in indicators
        for stream in (indicator_id, comparators_id)
    }
    for part in load.parts:
        for after in range(part.first - 1, part.last, EVENTS_READ):
            for recorded in read_feed(connection, after, min(EVENTS_READ, part.last - after)):
                event = recorded.event
                assert isinstance(event, ValuesSubmitted | ValuesCorrected | ComparatorsReleased)
                for entry in event.entries:
                    yield codes[recorded.originator_id], key_of(entry)
