"""The fold of the whole ledger into rows, from wherever the answers stand."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn
from ledger.event import Recorded, agreement_id
from ledger.indicator.events import IndicatorDefined
from projections.folding import (
    agreements,
    amendments,
    comparators,
    events,
    indicators,
    loads,
    responses,
)
from projections.folding.agreements import AgreementFold
from projections.folding.amendments import AmendmentFold
from projections.folding.comparators import ComparatorsFold
from projections.folding.events import About
from projections.folding.indicators import IndicatorFold
from projections.folding.loads import LoadFold
from projections.rows import Answers

MOST_ENTRIES_KEPT = 200_000  # about 800 bytes each
STREAMS_AT_ONCE = 16  # recalled with one question: few enough that their events fit in memory


class Source(Protocol):
    """Where a fold finds what happened before it was born."""

    def streams(self, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        """The events of each of these streams that the answers have taken in, in order."""

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
        self._ahead: list[UUID] = []  # streams that will be needed, in order
        self._recalled: dict[UUID, list[Recorded]] = {}  # read ahead, until they are needed
        self._agreements: dict[UUID, AgreementFold] = {}
        self._loads: dict[UUID, LoadFold] = {}
        self._amendments: dict[UUID, AmendmentFold] = {}
        self._comparators = ComparatorsFold(source)
        self._indicators: OrderedDict[UUID, IndicatorFold] = OrderedDict()  # last used last

    def expect(self, page: Iterable[Recorded]) -> None:
        """These events come next. What they will need is then recalled several at a time."""
        needed = (it.originator_id for it in page if type(it.event) in indicators.EVENTS)
        self._ahead = [it for it in dict.fromkeys(needed) if it not in self._indicators]
        self._recalled = {}  # what was read before an earlier page lacks that page's events

    def apply(self, recorded: Recorded) -> None:
        """Fold one event, the next in position order."""
        kind = type(recorded.event)
        if kind in indicators.EVENTS:
            if isinstance(recorded.event, IndicatorDefined):
                agreement = agreement_id(recorded.event.agreement)
                self._agreement_of.setdefault(recorded.originator_id, agreement)
            self._indicator(recorded.originator_id).apply(recorded, self.answers)
        elif kind in agreements.JUDGING:
            self._adopt(recorded)
        elif kind in agreements.EVENTS:
            self._agreement(recorded.originator_id).apply(recorded, self.answers.structure)
        elif kind in loads.EVENTS:
            self._load(recorded.originator_id).apply(recorded, self.answers.load)
        elif kind in amendments.EVENTS:
            self._amendment(recorded.originator_id).apply(recorded, self.answers.amendment)
        elif kind in responses.EVENTS:
            responses.lay_out(recorded, self.answers.response)
        elif kind in comparators.EVENTS:
            self._comparators.apply(recorded, self.answers.comparator)
        events.lay_out(recorded, self._about(recorded), self.answers.event)

    def forget(self) -> None:
        """Let go of the indicators unused for longest. Only between pages: what is recalled is
        what the answers have taken in."""
        self._comparators.forget()
        kept = sum(len(fold.state.entries) for fold in self._indicators.values())
        while kept > self._most_entries and len(self._indicators) > 1:
            _, fold = self._indicators.popitem(last=False)
            kept -= len(fold.state.entries)

    def _about(self, recorded: Recorded) -> About:
        stream, event = recorded.originator_id, recorded.event
        if isinstance(event, ComparatorsReleased | ComparatorsWithdrawn):
            return comparators.about(event)
        agreement = self._agreement_of.get(stream)
        if agreement is not None:
            return events.about_indicator(agreement, stream, event)
        if type(event) in events.OF_LOADS:
            return About(self._load(stream).agreement, load=stream)
        if type(event) in amendments.EVENTS:
            return About(self._amendment(stream).agreement)
        sheet = self._agreement(stream).state.sheet
        return events.about_agreement(stream, sheet.code if sheet else "", event)

    def _adopt(self, recorded: Recorded) -> None:
        agreement = recorded.originator_id
        members = [i for i, its in self._agreement_of.items() if its == agreement]
        former = self._agreement(agreement).rules
        folds = [self._indicator(member) for member in members]
        self._agreement(agreement).apply(recorded, self.answers.structure)
        for fold in folds:
            fold.rules_changed(former, recorded.position, self.answers)

    def _agreement(self, stream: UUID) -> AgreementFold:
        fold = self._agreements.get(stream)
        if fold is None:
            fold = self._agreements[stream] = AgreementFold(stream)
            for recorded in self._source.streams([stream])[stream]:
                if type(recorded.event) in agreements.EVENTS:
                    fold.apply(recorded)
        return fold

    def _load(self, stream: UUID) -> LoadFold:
        fold = self._loads.get(stream)
        if fold is None:
            fold = self._loads[stream] = LoadFold(stream)
            fold.recall(self._source.streams([stream])[stream])
        return fold

    def _amendment(self, stream: UUID) -> AmendmentFold:
        fold = self._amendments.get(stream)
        if fold is None:
            fold = self._amendments[stream] = AmendmentFold(stream)
            fold.recall(self._source.streams([stream])[stream])
        return fold

    def _indicator(self, stream: UUID) -> IndicatorFold:
        fold = self._indicators.get(stream)
        if fold is None:
            fold = IndicatorFold(stream, self._agreement(self._agreement_of[stream]))
            fold.recall(
                recorded
                for recorded in self._read(stream)
                if type(recorded.event) in indicators.EVENTS
            )
            self._indicators[stream] = fold
        else:
            self._indicators.move_to_end(stream)
        return fold

    def _read(self, stream: UUID) -> list[Recorded]:
        """What was taken in of an indicator; with it, what those needed next will want."""
        if stream not in self._recalled:
            if stream in self._ahead:
                del self._ahead[: self._ahead.index(stream)]
                together, self._ahead = (
                    self._ahead[:STREAMS_AT_ONCE],
                    self._ahead[STREAMS_AT_ONCE:],
                )
            else:
                together = [stream]
            self._recalled |= self._source.streams(together)
        return self._recalled.pop(stream)
