"""What the pages ask of the answers, so that they need nothing else to be drawn."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from http_api.load_answers import LoadAnswer, LoadsAnswer
from ledger.proofs.receipts import Receipt
from projections.amendment_answers import AmendmentAnswer, Amendments, Memorandum
from projections.answers import (
    AgreementAnswer,
    Agreements,
    History,
    IndicatorAnswer,
    Status,
    StatusRow,
    Values,
    Why,
)
from projections.changes import Diff, Restatements
from projections.comparator_answers import Band
from projections.effects import Rehearsal
from projections.rewards import Rewards
from projections.scorecards import Scorecard
from projections.series_answers import SeriesOfArea
from projections.smart_answers import SmartTargets

NOW = "now"


class ClocksAsked(msgspec.Struct, frozen=True):
    """The two clocks as the reader of a page wrote them: ``now``, a date, a time or a position.

    ``recorded`` is the position of what the reader recorded just before, which the page has to
    show; 0 for nothing. ``area`` and ``period`` are what the reader chose to look at, "" where
    nothing was chosen: pages that do not need them keep them for those that do.
    """

    known_at: str = NOW
    policy_at: str = NOW
    recorded: int = 0
    area: str = ""
    period: str = ""


class FigureProof(msgspec.Struct, frozen=True):
    """A judgement, and what proves its figure: the receipt of its event, and the public key."""

    why: Why
    key: str
    receipt: Receipt


class Reader(Protocol):
    """The questions behind the pages. Each may raise a Refusal, which becomes an error page.

    ``public`` is whether it answers as the public may know, who can follow no link to the rest.
    """

    public: bool

    def agreements(self, asked: ClocksAsked) -> Agreements:
        """Every agreement the reader may see."""

    def agreement(self, agreement: str, asked: ClocksAsked) -> AgreementAnswer:
        """An agreement's sheet and structure."""

    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """One row an indicator: the latest due period without ``period``, home without ``area``."""

    def indicator(self, agreement: str, indicator: str, asked: ClocksAsked) -> IndicatorAnswer:
        """One indicator's definition, officers and targets."""

    def values(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str | None = None,
        period: str | None = None,
        limit: int = 500,
    ) -> Values:
        """The indicator's entries, of one area or period where it is named."""

    def history(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        before: int | None,
        limit: int,
    ) -> History:
        """The last of the indicator's events before a position, None for all, in their order."""

    def why(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, period: str, area: str
    ) -> Why:
        """The derivation of one judgement."""

    def proof(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, period: str, area: str
    ) -> FigureProof:
        """What proves the figure of one judgement."""

    def diff(
        self,
        agreement: str,
        first: ClocksAsked,
        last: ClocksAsked,
        *,
        area: str | None,
        after: str | None,
        limit: int,
        worst_first: bool = False,
    ) -> Diff:
        """What differs between two moments, and why; ``worst_first``, what became worse first.

        Raises FromAfterTo where they go back.
        """

    def restatements(
        self,
        agreement: str,
        asked: ClocksAsked,
        *,
        indicator: str | None,
        area: str | None,
        after: str | None,
        limit: int,
    ) -> Restatements:
        """What was corrected, withdrawn and restored, the latest first."""

    def amendments(
        self, agreement: str, asked: ClocksAsked, *, after: str, limit: int
    ) -> Amendments:
        """The amendments of an agreement, the latest first."""

    def amendment(self, agreement: str, number: int, asked: ClocksAsked) -> AmendmentAnswer:
        """One amendment: what it changes, who agreed, and how it was decided."""

    def rehearsal(self, agreement: str, number: int, asked: ClocksAsked) -> Rehearsal:
        """The effect table of the present proposal, as it was kept."""

    def memorandum(self, agreement: str, number: int, asked: ClocksAsked) -> Memorandum:
        """What the decision on an amendment came to."""

    def smart(self, agreement: str, number: int, asked: ClocksAsked) -> SmartTargets:
        """Whether the targets that an amendment proposes are SMART."""

    def rewards(self, agreement: str, asked: ClocksAsked) -> Rewards:
        """What each version of the rules of reward pays."""

    def scorecard(
        self,
        agreement: str,
        asked: ClocksAsked,
        *,
        by: str,
        indicators: Sequence[str],
        period: str | None,
        area: str | None,
    ) -> Scorecard:
        """The indicators in baskets, each judged together."""

    def loads(self, agreement: str, asked: ClocksAsked, *, after: str, limit: int) -> LoadsAnswer:
        """The loads of an agreement, the latest first."""

    def load(self, agreement: str, load: UUID, asked: ClocksAsked) -> LoadAnswer:
        """What became of a file so far."""

    def status_series(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str
    ) -> tuple[StatusRow, ...]:
        """One row for every period of an area that has a value or a target."""

    def series_of_area(
        self, agreement: str, asked: ClocksAsked, *, outcome: str | None, area: str | None
    ) -> SeriesOfArea:
        """Every indicator of an outcome, or of the agreement, over time in an area."""

    def band(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str,
        periods: Sequence[str],
    ) -> Band | None:
        """Where the middle half of the comparators lies in these periods; None without a group."""

    def person_names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id; "" where a name was erased."""
