"""Whose figures a file brings: those of the agreement's areas, of other areas, or of all."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol, get_args

from ledger.agreement.state import Agreement
from ledger.comparators.state import Comparators
from ledger.indicator.events import Entry
from ledger.indicator.state import Indicator, Key, Signature
from ledger.load.events import LoadKind

KINDS: tuple[LoadKind, ...] = get_args(LoadKind)
_GSS = re.compile(r"[A-Z][0-9]{8}")


class Holding(Protocol):
    """An entry that holds in the ledger, under its name: the agreement's, or another area's."""

    @property
    def name(self) -> str:
        """Position and index."""

    @property
    def entry(self) -> Entry:
        """What it says."""

    @property
    def signature(self) -> Signature | None:
        """Who vouches for it, if anybody does."""


HeldByKey = Mapping[Key, Holding]
FoldsElsewhere = Callable[[Iterable[str]], dict[str, Comparators]]


class Whose(NamedTuple):
    """What kind of load it is, and the folds of other areas, which a load of values never asks."""

    kind: LoadKind = "values"
    elsewhere: FoldsElsewhere = lambda _: {}

    @property
    def others(self) -> bool:
        """Whether figures of other areas are taken."""
        return self.kind != "values"

    @property
    def own(self) -> bool:
        """Whether figures of the agreement's areas are taken."""
        return self.kind != "comparators"


VALUES = Whose()


class OtherAreas:
    """What is an area though the agreement does not have it: an ONS code, or one that it compares.

    A code that a code map gives is an area without being asked.
    """

    def __init__(self, agreement: Agreement) -> None:
        groups = agreement.comparator_groups.values()
        self._compared = frozenset(area for group in groups for area in group.members)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and (bool(_GSS.fullmatch(code)) or code in self._compared)


class Everywhere:
    """Any area at all, for the rules of entries, where what an area is was settled before."""

    def __contains__(self, code: object) -> bool:
        return True


def held_together(
    whose: Whose, agreement: Agreement, fold: Indicator, elsewhere: Comparators | None
) -> HeldByKey:
    """What the ledger holds of an indicator, as far as a file of this kind can say otherwise.

    An area is the agreement's or another one by what the agreement says now.
    """
    if not whose.others:
        return fold.entries
    own: Iterable[tuple[Key, Holding]] = fold.entries.items() if whose.own else ()
    others: Iterable[tuple[Key, Holding]] = elsewhere.entries.items() if elsewhere else ()
    found = {key: held for key, held in own if key.area in agreement.areas}
    return found | {key: held for key, held in others if key.area not in agreement.areas}
