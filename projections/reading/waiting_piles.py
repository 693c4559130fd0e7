"""What waits for a sign-off, in piles: how many entries of an indicator and period, by whom given.

Counting them first keeps a list of what waits quick where a hundred thousand entries do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.periods import Period
from policies.refusals import Refusal
from policies.standing import Standing
from projections.answers import Named
from projections.reading.cursors import cursor_of, place_of
from projections.reading.signers import Signers
from projections.reading.structure import IndicatorKnown, Structure
from projections.reading.value_rows import COLUMNS, Stored
from projections.spans import span_of
from projections.waiting_answers import WaitsForOthers, WaitsOfIndicator

# The newest group first, then the place of its indicator on the board; in it the newest period
# first, then the areas in their order, then breakdowns. Days count down.
Place = tuple[int, int, int, str, int, str, str]
_decode_place = msgspec.json.Decoder(Place).decode


class Pile(NamedTuple):
    """Entries that wait: of an indicator and period, given by the same people."""

    indicator: UUID
    period: str
    given_by: tuple[str, str]  # who submitted, and who last corrected, "" for nobody
    size: int


class Found(NamedTuple):
    """An entry that waits, where it stands in the list, and at which position it began to."""

    place: Place
    indicator: IndicatorKnown
    stored: Stored
    from_position: int


class Asked(NamedTuple):
    """Which of the entries that wait are asked about; None for all."""

    indicator: str | None
    period: Period | None
    area: str | None

    def includes(self, pile: Pile, indicator: IndicatorKnown) -> bool:
        """Whether a pile is asked about; the area is a condition of the count already."""
        if self.indicator is not None and indicator.code != self.indicator:
            return False
        asked, span = self.period, span_of(pile.period)
        return asked is None or (asked.start <= span.start and span.end <= asked.end)


def read_piles(
    connection: Connection, indicators: Iterable[UUID], area: str | None, known: int
) -> list[Pile]:
    """Everything that waits in an area, or anywhere."""
    rows = connection.execute(
        "SELECT v.indicator, v.period, v.submitted_by, v.corrected_by, count(*) FROM value v"
        " WHERE v.indicator = ANY(%s) AND v.standing = %s AND v.from_position <= %s"
        " AND v.to_position > %s AND coalesce(v.area = %s, true) GROUP BY 1, 2, 3, 4",
        (list(indicators), Standing.SUBMITTED, known, known, area),
    ).fetchall()
    return [
        Pile(indicator, period, (by, corrected), n) for indicator, period, by, corrected, n in rows
    ]


class Sorted:
    """The piles of one person: those they may sign off, and those they may not, with the reason."""

    def __init__(
        self,
        person: str,
        piles: Iterable[Pile],
        indicators: Mapping[UUID, IndicatorKnown],
        signers: Signers,
    ) -> None:
        self._indicators = indicators
        self._signers = signers
        self._board = {stream: n for n, stream in enumerate(indicators)}
        self.theirs: list[Pile] = []
        self._others: dict[tuple[UUID, str], list[Pile]] = {}
        refusals: dict[tuple[UUID, tuple[str, str]], Refusal | None] = {}
        for pile in piles:
            asked = (pile.indicator, pile.given_by)
            if asked not in refusals:
                refusals[asked] = signers.why_not(person, indicators[pile.indicator], pile.given_by)
            refusal = refusals[asked]
            if refusal is None:
                self.theirs.append(pile)
            else:
                self._others.setdefault((pile.indicator, refusal.code), []).append(pile)
        self._newest = self._newest_of(self.theirs)

    @property
    def count(self) -> int:
        """How many entries they may sign off."""
        return sum(pile.size for pile in self.theirs)

    def by_indicator(self) -> tuple[WaitsOfIndicator, ...]:
        """How many of each indicator they may sign off, in the order of the list."""
        piles = sorted(self.theirs, key=self.place)
        groups = groupby(piles, key=lambda pile: pile.indicator)
        return tuple(self._of_indicator(stream, list(group)) for stream, group in groups)

    def before(self, place: Place) -> int:
        """How many entries they may sign off are of piles that come before the one of a place."""
        return sum(pile.size for pile in self.theirs if self.place(pile) < place[:4])

    def others(self) -> tuple[WaitsForOthers, ...]:
        """What they may not sign off: the indicators in the order of the board."""
        keys = sorted(self._others, key=lambda key: (self._board[key[0]], key[1]))
        return tuple(self._for_others(stream, code) for stream, code in keys)

    def place(self, pile: Pile) -> tuple[int, int, int, str]:
        """Where a pile stands in the list."""
        stream, span = pile.indicator, span_of(pile.period)
        newest = self._newest[stream]
        return -newest, self._board[stream], -span.end.toordinal(), pile.period

    def upto(self, after: Place | None, wanted: int) -> Iterator[Pile]:
        """The piles from a place on that hold so many entries at least, where there are so many.

        Those of one place come together, since their entries stand among each other. Where a page
        begins, some of them may have been on the page before.
        """
        begin = None if after is None else after[:4]
        left = wanted
        for place, piles in groupby(sorted(self.theirs, key=self.place), key=self.place):
            if begin is not None and place < begin:
                continue
            if left <= 0:
                return
            for pile in piles:
                yield pile
                left -= pile.size if place != begin else 0

    def _newest_of(self, piles: Iterable[Pile]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for pile in piles:
            ends = span_of(pile.period).end.toordinal()
            found[pile.indicator] = max(ends, found.get(pile.indicator, ends))
        return found

    def _of_indicator(self, stream: UUID, piles: Sequence[Pile]) -> WaitsOfIndicator:
        indicator = self._indicators[stream]
        return WaitsOfIndicator(
            indicator=indicator.code,
            title=indicator.definition.title,
            count=sum(pile.size for pile in piles),
            period_labels=_labels(piles),
        )

    def _for_others(self, stream: UUID, code: str) -> WaitsForOthers:
        piles, indicator = self._others[stream, code], self._indicators[stream]
        given_by = {pile.given_by for pile in piles}
        may = {person for by in given_by for person in self._signers.of(indicator, by)}
        return WaitsForOthers(
            indicator=indicator.code,
            title=indicator.definition.title,
            reason=code,
            count=sum(pile.size for pile in piles),
            period_labels=_labels(piles),
            may_sign=tuple(sorted(may)),
        )


class Page(NamedTuple):
    """Entries that a person may sign off, how many are before them, and where the next begin."""

    entries: list[Found]
    before: int
    next: str | None


def read_page(
    connection: Connection,
    structure: Structure,
    sorted_out: Sorted,
    indicators: Mapping[UUID, IndicatorKnown],
    *,
    area: str | None,
    known: int,
    after: str | None,
    limit: int,
    whole: bool = False,
) -> Page:
    """A page of the entries that a person may sign off, in order.

    With ``whole``, a page of several indicators ends where one of them does: one that would not go
    in to its end is left to the next. Raises BadCursor.
    """
    begin = None if after is None else place_of(after, _decode_place)
    piles = list(sorted_out.upto(begin, limit + 1))
    read = list(_entries(connection, structure, sorted_out, piles, indicators, area, known))
    found = sorted(
        (one for one in read if begin is None or one.place > begin), key=lambda one: one.place
    )
    before = 0 if begin is None else sorted_out.before(begin) + len(read) - len(found)
    shown = found[:limit]
    if whole and len(found) > limit:
        shown = _whole(shown, found[limit])
    more = len(found) > len(shown)
    return Page(shown, before, cursor_of(shown[-1].place) if more else None)


def _whole(shown: list[Found], following: Found) -> list[Found]:
    """Entries without the last indicator's, where more of it follow and others stand before it."""
    last = following.indicator.id
    kept = [one for one in shown if one.indicator.id != last]
    return kept or shown


def _entries(
    connection: Connection,
    structure: Structure,
    sorted_out: Sorted,
    piles: Sequence[Pile],
    indicators: Mapping[UUID, IndicatorKnown],
    area: str | None,
    known: int,
) -> Iterator[Found]:
    places = {(pile.indicator, pile.period): sorted_out.place(pile) for pile in piles}
    givers = {(pile.indicator, pile.period, pile.given_by) for pile in piles}
    ranks = {one.code: n for n, one in enumerate(structure.sheet.areas)}
    rows = connection.execute(
        f"SELECT v.indicator, v.from_position, {COLUMNS}"
        " FROM unnest(%s::uuid[], %s::text[]) AS a (indicator, period)"
        " JOIN value v ON v.indicator = a.indicator AND v.period = a.period"
        " WHERE v.standing = %s AND v.from_position <= %s AND v.to_position > %s"
        " AND coalesce(v.area = %s, true)",
        (
            [stream for stream, _ in places],
            [period for _, period in places],
            Standing.SUBMITTED,
            known,
            known,
            area,
        ),
    )
    for stream, from_position, *columns in rows:
        stored = Stored(*columns)
        if (stream, stored.period, (stored.submitted_by, stored.corrected_by)) in givers:
            rank = ranks.get(stored.area, len(ranks))
            place = (*places[stream, stored.period], rank, stored.area, stored.breakdown)
            yield Found(place, indicators[stream], stored, from_position)


def choices(
    piles: Iterable[Pile], indicators: Mapping[UUID, IndicatorKnown]
) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The indicators of which something waits, in the order of the board, and the periods."""
    piles = tuple(piles)
    waiting = {pile.indicator for pile in piles}
    spans = sorted(
        (span_of(pile.period) for pile in piles), key=lambda one: one.order, reverse=True
    )
    periods = dict.fromkeys((span.period.code, span.label) for span in spans)
    return (
        tuple(
            Named(code=one.code, name=one.definition.title)
            for stream, one in indicators.items()
            if stream in waiting
        ),
        tuple(Named(code=code, name=label) for code, label in periods),
    )


def _labels(piles: Iterable[Pile]) -> tuple[str, ...]:
    """The periods of piles, the newest first."""
    codes = sorted({pile.period for pile in piles}, key=lambda code: span_of(code).order)
    return tuple(span_of(code).label for code in reversed(codes))
