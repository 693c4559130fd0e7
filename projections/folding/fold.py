"""The fold of the whole ledger into rows, from wherever the answers stand."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from ledger.event import Recorded, agreement_id
from ledger.indicator.events import IndicatorDefined
from projections.folding import agreements, indicators
from projections.folding.agreements import AgreementFold
from projections.folding.indicators import IndicatorFold
from projections.rows import Answers

MOST_ENTRIES_KEPT = 200_000  # about two kilobytes each


class Source(Protocol):
    """Where a fold finds what happened before it was born."""

    def stream(self, stream: UUID) -> Iterable[Recorded]:
        """The events of a stream that the answers have taken in, in order."""

    def agreement_of(self) -> dict[UUID, UUID]:
        """Every indicator the answers know, with its agreement."""


class Fold:
    """Turns events into rows. What it remembers between events, it can always recall.

    Owned by one runner; after any error it is thrown away, and a new one recalls what it needs.
    """

    def __init__(self, source: Source, most_entries: int = MOST_ENTRIES_KEPT) -> None:
        self.answers = Answers()
        self._source = source
        self._most_entries = most_entries
        self._agreement_of = source.agreement_of()
        self._agreements: dict[UUID, AgreementFold] = {}
        self._indicators: OrderedDict[UUID, IndicatorFold] = OrderedDict()  # last used last

    def apply(self, recorded: Recorded) -> None:
        """Fold one event, the next in position order."""
        kind = type(recorded.event)
        if kind in indicators.EVENTS:
            if isinstance(recorded.event, IndicatorDefined):
                agreement = agreement_id(recorded.event.agreement)
                self._agreement_of.setdefault(recorded.originator_id, agreement)
            self._indicator(recorded.originator_id).apply(recorded, self.answers)
        elif kind in agreements.POLICIES:
            self._adopt(recorded)
        elif kind in agreements.EVENTS:
            self._agreement(recorded.originator_id).apply(recorded, self.answers.structure)

    def forget(self) -> None:
        """Let go of the indicators unused for longest. Only between pages: what is recalled is
        what the answers have taken in."""
        kept = sum(len(fold.state.entries) for fold in self._indicators.values())
        while kept > self._most_entries and len(self._indicators) > 1:
            _, fold = self._indicators.popitem(last=False)
            kept -= len(fold.state.entries)

    def _adopt(self, recorded: Recorded) -> None:
        agreement = recorded.originator_id
        members = [i for i, its in self._agreement_of.items() if its == agreement]
        folds = [self._indicator(member) for member in members]
        for fold in folds:
            fold.rules_about_to_change()  # what holds is recalled under the rules before
        self._agreement(agreement).apply(recorded, self.answers.structure)
        for fold in folds:
            fold.rules_changed(recorded.position, self.answers)

    def _agreement(self, stream: UUID) -> AgreementFold:
        fold = self._agreements.get(stream)
        if fold is None:
            fold = self._agreements[stream] = AgreementFold(stream)
            for recorded in self._source.stream(stream):
                if type(recorded.event) in agreements.EVENTS:
                    fold.apply(recorded)
        return fold

    def _indicator(self, stream: UUID) -> IndicatorFold:
        fold = self._indicators.get(stream)
        if fold is None:
            fold = IndicatorFold(stream, self._agreement(self._agreement_of[stream]))
            fold.recall(
                recorded
                for recorded in self._source.stream(stream)
                if type(recorded.event) in indicators.EVENTS
            )
            self._indicators[stream] = fold
        else:
            self._indicators.move_to_end(stream)
        return fold
