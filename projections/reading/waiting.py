"""What waits for a sign-off, with everything that a signer must see of each entry."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from ledger.engine import Connection
from policies.numbers import text_or_none
from policies.periods import parse_code
from policies.refusals import UnknownIndicator
from projections.answers import SignedOff, StatusRow, ValueRow
from projections.judging import judged_of
from projections.reading.behind import behind
from projections.reading.clocks import ResolvedClocks
from projections.reading.recorded import Act, read_acts
from projections.reading.signers import PARTS, Signers
from projections.reading.sizes import size_of
from projections.reading.status_rows import placed, status_rows
from projections.reading.stored_status import NOTHING, Cell, stored_cells
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.reading.value_rows import Stored, entry_of, figure_text, value_rows
from projections.reading.waiting_past import Key, Past, Version, key_of, line_of, read_past
from projections.reading.waiting_piles import (
    Asked,
    Found,
    Sorted,
    choices,
    read_page,
    read_piles,
)
from projections.reading.waiting_quality import Warned, warned
from projections.spans import span_of
from projections.waiting_answers import (
    EarlierVersion,
    PeriodBefore,
    Waiting,
    WaitingEntry,
    WaitingGroup,
)

MOST_SHOWN = 50  # entries of a page


def read_waiting(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    person: str,
    indicator: str | None = None,
    period: str | None = None,
    area: str | None = None,
    after: str | None = None,
    limit: int = MOST_SHOWN,
    whole: bool = False,
) -> Waiting:
    """What waits for a sign-off as known, by one person and by others.

    Groups of indicators, the one with the newest period first, and in each the newest period
    first. With ``period``, what waits of periods that lie inside it. ``after`` is the ``next`` of
    the page before; with ``whole`` a page ends where an indicator does, if it can. Raises
    UnknownAgreement, UnknownIndicator, UnknownPeriod, UnknownArea and BadCursor.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    asked = Asked(
        indicator,
        None if period is None else parse_code(period),
        None if area is None else structure.area(area).code,
    )
    indicators = {one.id: one for one in read_indicators(connection, structure, known).values()}
    if indicator is not None and all(one.code != indicator for one in indicators.values()):
        raise UnknownIndicator(
            f"{agreement} has no indicator {indicator!r} as known then.", field="indicator"
        )
    piles = read_piles(connection, indicators, asked.area, known)
    wanted = [pile for pile in piles if asked.includes(pile, indicators[pile.indicator])]
    found = Sorted(person, wanted, indicators, Signers(structure, clocks.today))
    page = read_page(
        connection,
        structure,
        found,
        indicators,
        area=asked.area,
        known=known,
        after=after,
        limit=limit,
        whole=whole,
    )
    of_all, periods = choices(piles, indicators)
    return Waiting(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        person=person,
        count=found.count,
        before=page.before,
        by_indicator=found.by_indicator(),
        groups=_groups(connection, structure, clocks, page.entries),
        others=found.others(),
        indicators=of_all,
        periods=periods,
        next=page.next,
    )


def _groups(
    connection: Connection, structure: Structure, clocks: ResolvedClocks, page: Sequence[Found]
) -> tuple[WaitingGroup, ...]:
    if not page:
        return ()
    telling = _Telling(connection, structure, clocks, page)
    return tuple(
        telling.group(list(ones)) for _, ones in groupby(page, key=lambda one: one.indicator.id)
    )


class _Telling:
    """Turns the entries of a page into the answer's form. Lives for one question."""

    def __init__(
        self,
        connection: Connection,
        structure: Structure,
        clocks: ResolvedClocks,
        page: Sequence[Found],
    ) -> None:
        self._connection = connection
        self._structure = structure
        known = clocks.clocks.known_position
        self._known = known
        self._past: Past = read_past(connection, page, known)
        self._earlier = {key_of(one): self._past.earlier(one) for one in page}
        self._warned: Warned = warned(page, self._past)
        self._judged = _judged_as(connection, structure, clocks, page)
        self._acts: Mapping[int, Act] = read_acts(
            connection,
            {one.stored.entry_position for one in page}
            | {one.to_position for one in self._earlier.values() if one is not None},
        )

    def group(self, ones: Sequence[Found]) -> WaitingGroup:
        """The entries of one indicator."""
        indicator = ones[0].indicator
        place = placed(self._structure, indicator.code)
        rows = value_rows(
            self._connection,
            self._structure,
            indicator,
            (one.stored for one in ones),
            self._known,
        )
        return WaitingGroup(
            indicator=indicator.code,
            title=indicator.definition.title,
            unit=indicator.definition.unit,
            block=place.block,
            outcome=place.outcome,
            definition_version=indicator.definition_version,
            definition_position=indicator.definition_position,
            entries=tuple(map(self._entry, ones, rows)),
        )

    def _entry(self, found: Found, row: ValueRow) -> WaitingEntry:
        key = key_of(found)
        return WaitingEntry(
            entry=row,
            given=behind(self._acts[found.stored.entry_position]),
            corrected_by=found.stored.corrected_by or None,
            judged_as=self._judged.get(key),
            earlier=self._told_earlier(found, self._earlier[key], row.judged),
            period_before=self._period_before(found, row.judged),
            warnings=self._warned[key],
        )

    def _told_earlier(
        self, found: Found, version: Version | None, judged_now: str | None
    ) -> EarlierVersion | None:
        if version is None:
            return None
        stored, indicator = version.stored, found.indicator
        judged = _judged(stored, indicator)
        difference, relative = size_of(judged, judged_now)
        return EarlierVersion(
            entry=version.name,
            value=figure_text(entry_of(stored), indicator),
            numerator=text_or_none(stored.numerator),
            denominator=text_or_none(stored.denominator),
            confidence_low=text_or_none(stored.confidence_low),
            confidence_high=text_or_none(stored.confidence_high),
            missing=stored.missing or None,
            judged=judged,
            provisional=stored.provisional,
            definition_version=self._past.definition_at(indicator.id, version.from_position),
            given_by=stored.corrected_by or stored.submitted_by,
            recorded_at=stored.recorded_at,
            signed_off=_signed_off(stored),
            ended=behind(self._acts[version.to_position]),
            difference=difference,
            relative=relative,
        )

    def _period_before(self, found: Found, judged_now: str | None) -> PeriodBefore | None:
        span = span_of(span_of(found.stored.period).period.previous().code)
        stored = self._past.series[line_of(found)].get(span.period.code)
        if stored is None:
            return None
        judged = _judged(stored, found.indicator)
        difference, relative = size_of(judged, judged_now)
        return PeriodBefore(
            entry=f"{stored.entry_position}.{stored.entry_index}",
            period=span.period.code,
            period_label=span.label,
            value=figure_text(entry_of(stored), found.indicator),
            judged=judged,
            missing=stored.missing or None,
            signed_off=_signed_off(stored),
            difference=difference,
            relative=relative,
        )


def _judged_as(
    connection: Connection, structure: Structure, clocks: ResolvedClocks, page: Sequence[Found]
) -> dict[Key, StatusRow]:
    """The rows of the headline entries as they would be judged once they are signed off."""
    headlines = [one for one in page if not one.stored.breakdown]
    places = [(one.indicator.id, one.stored.area, one.stored.period) for one in headlines]
    stored = stored_cells(connection, clocks.clocks.known_position, places)
    cells = []
    for one, place in zip(headlines, places, strict=True):
        # Signed by whoever it will be, and under no version of the rules, so that it is judged.
        signed = stored.get(place, NOTHING)._replace(signed_by="?", signed_at=None, rag=-1)
        cells.append(Cell(one.indicator, one.stored.period, one.stored.area, signed))
    rows = status_rows(connection, structure, clocks, cells)
    return {key_of(one): row for one, row in zip(headlines, rows, strict=True)}


def _judged(stored: Stored, indicator: IndicatorKnown) -> str | None:
    judged = judged_of(entry_of(stored), indicator.definition)
    return text_or_none(judged)


def _signed_off(stored: Stored) -> SignedOff | None:
    if stored.signed_by is None or stored.signed_at is None:
        return None
    return SignedOff(by=stored.signed_by, at=stored.signed_at, assurance=stored.assurance or "")
