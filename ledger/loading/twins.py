"""Rows of one file that have the same key: identical, or contradicting each other."""

from collections.abc import Sequence

from ledger.indicator.events import Entry
from ledger.indicator.figures import same_figures
from ledger.loading.judged import Judged
from ledger.loading.outcomes import CONFLICTING, Outcome
from ledger.loading.slices import Slice, Writing

MOST_NAMED = 10  # other rows that a sentence names


class Twins:
    """The rows of each key that stands in a file more than once."""

    def __init__(self) -> None:
        self._places: dict[tuple[Slice, str], list[int]] = {}

    def add(self, part: Slice, area: str, first: int, place: int) -> None:
        """Note a row whose key was there before."""
        self._places.setdefault((part, area), [first]).append(place)

    def resolve(self, judged: Judged, entries: Sequence[Entry | None]) -> None:
        """Of identical rows the first counts; of contradicting ones none does."""
        dropped: dict[Writing, list[Entry]] = {}
        for (part, _), places in self._places.items():
            twins = [entry for place in places if (entry := entries[place]) is not None]
            if all(same_figures(twins[0], twin) for twin in twins):
                same = f"The same as row {judged.numbers[places[0]]}, which counts."
                for place in places[1:]:
                    judged.say(place, "", same)
            else:
                dropped.setdefault(part.writing, []).append(twins[0])
                for place in places:
                    others = _others(place, places, judged)
                    about = (
                        f"The same key has other figures in row {others}: none of them is taken."
                    )
                    judged.judge(place, Outcome.DUPLICATE, CONFLICTING, about)
        for writing, entries_of_it in dropped.items():
            writing.drop(entries_of_it)


def _others(place: int, places: Sequence[int], judged: Judged) -> str:
    """The other rows, those after the first ones only counted."""
    named = [other for other in places[: MOST_NAMED + 1] if other != place][:MOST_NAMED]
    more = len(places) - 1 - len(named)
    listed = ", ".join(str(judged.numbers[other]) for other in named)
    return f"{listed} and {more:,} more" if more else listed
