"""What the public sees: signed-off figures, as known when figures were last published.

It is the board page at another clock: that of the latest publication before the moment asked for.
What nobody has signed off has no figure and no status there, no direction of travel starts from
it, and nobody is named.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from http_api.comparator_questions import clocks_of
from http_api.page_reader import PageReader
from http_api.pages.reader import ClocksAsked
from http_api.problems import HttpProblem
from http_api.service import Service
from policies.judgement import TRAVEL_STEP
from policies.refusals import UnknownAgreement
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
from projections.comparator_answers import Band
from projections.reading.publications import last_published
from projections.reading.travel_from import from_unsigned, key_of
from projections.series_answers import SeriesOfArea

UNSIGNED = "unsigned"
UNSIGNED_BEFORE = "the earlier value is not signed off"
UNNAMED = "an officer of the partnership"


class PublicReader(PageReader):
    """Reads for pages on behalf of whoever holds no role in what they look at."""

    public = True

    def __init__(self, service: Service, *, known: bool = False) -> None:
        super().__init__(service)
        self._asking = service
        self._known = known  # whether it is somebody who signed in

    def agreements(self, asked: ClocksAsked) -> Agreements:
        """The agreements that have published figures."""
        answer = super().agreements(asked)
        known = answer.clocks.known_position
        with self._asking.pool.connection() as connection:
            published = tuple(
                each
                for each in answer.agreements
                if last_published(connection, each.code, known) is not None
            )
        return msgspec.structs.replace(answer, agreements=published)

    def agreement(self, agreement: str, asked: ClocksAsked) -> AgreementAnswer:
        """The sheet and structure as published, without the people."""
        answer = super().agreement(agreement, self._published(agreement, asked))
        return msgspec.structs.replace(answer, roles=())

    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """The rows of the board page as published."""
        published = self._published(agreement, asked)
        answer = super().status(agreement, published, period=period, area=area)
        rows = self._shown(agreement, published, answer.rows)
        counts = Counter(row.status or row.reason or "" for row in rows)
        return msgspec.structs.replace(answer, rows=rows, counts=dict(counts))

    def indicator(self, agreement: str, indicator: str, asked: ClocksAsked) -> IndicatorAnswer:
        """One indicator's definition and targets as published, without the people."""
        published = self._published(agreement, asked)
        answer = super().indicator(agreement, indicator, published)
        current = None
        if answer.current is not None:
            (current,) = self._shown(agreement, published, (answer.current,))
        return msgspec.structs.replace(answer, officers=(), current=current)

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
        """The entries that were signed off when published, without notes and evidence."""
        answer = super().values(
            agreement,
            indicator,
            self._published(agreement, asked),
            area=area,
            period=period,
            limit=limit,
        )
        signed = tuple(
            msgspec.structs.replace(row, note=None, attachments=())
            for row in answer.values
            if row.signed_off is not None
        )
        return msgspec.structs.replace(answer, values=signed)

    def history(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        before: int | None,
        limit: int,
    ) -> History:
        """Nothing: the record is for those who take part."""
        published = self._published(agreement, asked)
        answer = super().history(agreement, indicator, published, before=before, limit=1)
        return msgspec.structs.replace(answer, events=(), next=None)

    def why(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, period: str, area: str
    ) -> Why:
        """The derivation of a judgement; a figure that nobody signed off is left out of it."""
        published = self._published(agreement, asked)
        answer = super().why(agreement, indicator, published, period=period, area=area)
        (row,), entry = self._shown(agreement, published, (answer.row,)), answer.entry
        if entry is not None and entry.signed_off is None:
            return msgspec.structs.replace(
                answer, row=row, entry=None, compared_with=None, steps=()
            )
        other = answer.compared_with
        if other is not None:
            signed = other.signed_off is not None
            other = msgspec.structs.replace(other, note=None, attachments=()) if signed else None
        if entry is not None:
            entry = msgspec.structs.replace(entry, note=None, attachments=())
        steps = answer.steps
        if row.travel_reason == UNSIGNED_BEFORE:
            steps = tuple(each for each in steps if each.label != TRAVEL_STEP)
        return msgspec.structs.replace(
            answer, row=row, entry=entry, compared_with=other, steps=steps
        )

    def status_series(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str
    ) -> tuple[StatusRow, ...]:
        """One row for every period, as published."""
        published = self._published(agreement, asked)
        rows = super().status_series(agreement, indicator, published, area=area)
        return self._shown(agreement, published, rows)

    def series_of_area(
        self, agreement: str, asked: ClocksAsked, *, outcome: str | None, area: str | None
    ) -> SeriesOfArea:
        """Every indicator over time, as published."""
        published = self._published(agreement, asked)
        answer = super().series_of_area(agreement, published, outcome=outcome, area=area)
        every = tuple(row for one in answer.indicators for row in one.rows)
        rows = iter(self._shown(agreement, published, every))
        shown = tuple(
            msgspec.structs.replace(one, rows=tuple(islice(rows, len(one.rows))))
            for one in answer.indicators
        )
        return msgspec.structs.replace(answer, indicators=shown)

    def band(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str,
        periods: Sequence[str],
    ) -> Band | None:
        """Nothing: what of other areas may be published is nothing that a body decides yet."""

    def person_names(self, ids: Iterable[str]) -> dict[str, str]:
        """Nobody's name."""
        return dict.fromkeys(ids, UNNAMED)

    def _shown(
        self, agreement: str, published: ClocksAsked, rows: tuple[StatusRow, ...]
    ) -> tuple[StatusRow, ...]:
        """Rows of published clocks, as the public sees them."""
        with self._asking.reading(clocks_of(published)) as (connection, clocks):
            hidden = from_unsigned(connection, agreement, clocks, rows)
        return tuple(_shown(row, without_travel=key_of(row) in hidden) for row in rows)

    def _published(self, agreement: str, asked: ClocksAsked) -> ClocksAsked:
        """The clocks of the latest publication that was known.

        Where there is none, whoever may be somebody has to sign in (a 401 problem), and is told
        the same whether there is such an agreement or not. Raises UnknownAgreement for the rest.
        """
        with self._asking.reading(clocks_of(asked)) as (connection, clocks):
            found = last_published(connection, agreement, clocks.clocks.known_position)
            if found is None and not self._known:
                raise HttpProblem(401, "sign-in-needed", "This page is for people who signed in.")
            if found is None:
                raise UnknownAgreement("You take part in no agreement with this code.")
            rules = min(found.position, clocks.clocks.policy_position)
        return ClocksAsked(f"position:{found.position}", f"position:{rules}")


def _shown(row: StatusRow, *, without_travel: bool) -> StatusRow:
    """A row without its stage, and without anything that rests on what nobody signed off."""
    if row.entry is None or row.signed_off is not None:
        shown = msgspec.structs.replace(row, stage=None)
        if without_travel:
            return msgspec.structs.replace(shown, travel="none", travel_reason=UNSIGNED_BEFORE)
        return shown
    return msgspec.structs.replace(
        row,
        value=None,
        judged=None,
        status=None,
        reason=UNSIGNED,
        marks=(),
        travel="none",
        travel_reason="",
        stage=None,
        entry=None,
    )
