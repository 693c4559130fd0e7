"""What is left of a load whose earlier parts are in."""

from collections.abc import Iterable, Iterator

import msgspec

from ledger.engine import Connection, read_feed
from ledger.event import indicator_id
from ledger.indicator.events import Entry, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Key, key_of
from ledger.load.state import Load
from ledger.loading.decide import Changes
from ledger.loading.load import Checked
from ledger.loading.report import KeptJudgement

EVENTS_READ = 100  # at a time: each may have a thousand entries


def remaining(
    connection: Connection, load: Load, kept: KeptJudgement, checked: Checked
) -> tuple[dict[str, Changes], tuple[int, ...]]:
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

    changes = {
        code: msgspec.structs.replace(
            change,
            new=tuple(entry for entry in change.new if is_left(code, entry)),
            corrections=tuple(entry for entry in change.corrections if is_left(code, entry)),
        )
        for code, change in checked.changes.items()
    }
    left = {
        places[id(entry)]
        for change in changes.values()
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
    return changes, tuple(now.numbers[place] for place in aside)


def _written(
    connection: Connection, load: Load, indicators: Iterable[str]
) -> Iterator[tuple[str, Key]]:
    """The keys that the load wrote to, each with the code of its indicator."""
    codes = {indicator_id(load.agreement, code): code for code in indicators}
    for part in load.parts:
        for after in range(part.first - 1, part.last, EVENTS_READ):
            for recorded in read_feed(connection, after, min(EVENTS_READ, part.last - after)):
                event = recorded.event
                assert isinstance(event, ValuesSubmitted | ValuesCorrected)
                for entry in event.entries:
                    yield codes[recorded.originator_id], key_of(entry)
