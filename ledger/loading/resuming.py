"""What is left of a load whose earlier parts are in."""

import msgspec

from ledger.indicator.events import Entry
from ledger.load.state import Load
from ledger.loading.decide import Changes
from ledger.loading.judging import Judgement
from ledger.loading.report import KeptJudgement


def remaining(
    load: Load, kept: KeptJudgement, judged: Judgement
) -> tuple[dict[str, Changes], tuple[int, ...]]:
    """The changes that are left of those that were checked, and the rows set aside, by number.

    A row is left if it is still judged as it was. One that was to be written and no longer is,
    though the load did not write it, is set aside: somebody else wrote to its key meanwhile.
    """
    checked, now = judged.checked, judged.checked.judged
    places = {id(entry): place for place, entry in enumerate(checked.entries) if entry is not None}

    def is_left(entry: Entry) -> bool:
        place = places[id(entry)]
        same = kept.outcomes[place] == now.outcomes[place]
        return kept.writes(place) and same and kept.replaced(place) == now.replaced(place)

    changes = {
        code: msgspec.structs.replace(
            change,
            new=tuple(filter(is_left, change.new)),
            corrections=tuple(filter(is_left, change.corrections)),
        )
        for code, change in checked.changes.items()
    }
    left = {
        places[id(entry)]
        for change in changes.values()
        for entry in (*change.new, *change.corrections)
    }
    written = _written(load, judged)
    aside = (
        now.numbers[place]
        for place in range(len(now.outcomes))
        if kept.writes(place) and place not in left and id(checked.entries[place]) not in written
    )
    return changes, tuple(aside)


def _written(load: Load, judged: Judgement) -> frozenset[int]:
    """The ids of the entries that the load itself wrote.

    A row that says what the ledger has stands for the very entry that is held there.
    """
    return frozenset(
        id(held.entry)
        for fold in judged.folds.values()
        for held in fold.entries.values()
        if load.wrote(held.position)
    )
