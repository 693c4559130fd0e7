"""Each page from its answers: reads, arranges, renders. Knows nothing of HTTP."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from http_api.charts import Chart
from http_api.demonstration.script import AGREEMENT
from http_api.demonstration.walk import stops
from http_api.pages import board, going, history, series, within_year
from http_api.pages.comparator_words import rounded_band
from http_api.pages.distance import distance_in_words
from http_api.pages.entry_offers import Offers, none_offered
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.sheet import sheet
from http_api.pages.words import local_day
from ledger.saved_views import SavedView
from policies.refusals import BadCursor
from projections.answers import (
    AgreementAnswer,
    AgreementListed,
    Clocks,
    HistoryEvent,
    IndicatorAnswer,
    Named,
    Status,
    StatusRow,
    ValueRow,
    Why,
)
from projections.comparator_answers import Band

BELOW = {  # pages below an indicator's
    "why": "Why this status?",
    "proof": "Proof of the figure",
    "escalation": "Escalation",
    "comparators": "Compared with other areas",
    "comparators/difference": "Why the place differs",
}
EVENTS_SHOWN = 30  # of a history at a time
_POSITION = re.compile(r"[0-9]{1,18}")


def agreements_page(reader: Reader, asked: ClocksAsked, kept: Sequence[SavedView] = ()) -> str:
    """The agreements the reader may see; ``kept`` are the views they keep.

    These are of now and no part of a past page, which is to stay the same.
    """
    answer = reader.agreements(asked)
    moments = Moments(asked, answer.clocks)
    frame = Frame(
        title="Agreements",
        moments=moments,
        demonstration=statement_of(*answer.agreements),
        section="agreements",
    )
    shown = any(each.demonstration and each.code == AGREEMENT for each in answer.agreements)
    return render(
        "agreements.html",
        frame,
        kept=() if moments.is_past else kept,
        agreements=answer.agreements,
        walk=stops() if shown else (),
    )


def board_page(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    *,
    period: str = "",
    area: str = "",
    grid: str = "",
) -> str:
    """Every indicator of an agreement for one area. ``grid`` is where the visitor may enter many
    values at once, "" for whoever may not."""
    agreement = reader.agreement(code, asked)
    status = reader.status(code, asked, period=period or None, area=area or None)
    # The rows know which kinds of period there are; those of a quarter know of no yearly indicator.
    every = not period or len(status.rows) == len(agreement.indicators)
    latest = status if every else reader.status(code, asked, period=None, area=area or None)
    moments = Moments(asked, status.clocks)
    frame = Frame(
        title=agreement.title,
        moments=moments,
        path=moments.links.board(code).partition("?")[0],
        kept=_said(period=period, area=area),
        demonstration=statement_of(status),
        crumbs=(Crumb("Agreements", moments.links.home()), Crumb(agreement.title)),
        section="agreements",
    )
    return render(
        "board.html",
        frame,
        public=reader.public,
        agreement=agreement,
        status=status,
        period=period,
        counts=board.counted(status),
        first_looks=board.first_looks(status),
        blocks=board.placed(agreement, status),
        choices=board.period_choices(
            agreement,
            [row.period for row in latest.rows],
            local_day(status.clocks.known_at),
        ),
        names=reader.person_names(_signers(status.rows)),
        grid=grid,
    )


def indicator_page(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    indicator: str,
    *,
    area: str,
    events: str,
    offers: Offers = none_offered,
) -> str:
    """One indicator: judgement, chart and its table, other areas, definition, history.

    ``events`` is the position before which its history is shown, "" for the latest part of it.
    ``offers`` answers what the visitor may do with the values of an area, by period.
    """
    agreement, answer, status = _indicator(reader, asked, code, indicator, area)
    rows = reader.status_series(code, indicator, asked, area=status.area)
    entries = reader.values(code, indicator, asked, area=status.area).values
    band = _band(reader, asked, code, indicator, rows, status.area)
    band = None if band is None else rounded_band(band, answer.definition.decimals)
    row = next((each for each in status.rows if each.indicator == indicator), answer.current)
    others = _others(reader, asked, code, indicator, row)
    before = _before(events)
    recorded = reader.history(code, indicator, asked, before=before, limit=EVENTS_SHOWN)
    names = reader.person_names(_people(answer, rows, entries, recorded.events))
    areas = {each.code: each.name for each in agreement.areas}
    definition = answer.definition
    kept = _said(area=area, events=str(before or ""))
    frame = indicator_frame(asked, agreement, answer, status.clocks, kept)
    told = series.series_rows(rows, entries)
    so_far = within_year.years_so_far(told, definition, retired_from=answer.retired_from)
    return render(
        "indicator.html",
        frame,
        public=reader.public,
        agreement=agreement,
        indicator=answer,
        status=status,
        row=row,
        series=told,
        so_far=so_far,
        how_so_far=within_year.HOW.get(so_far[0].method, "") if so_far else "",
        offers=offers(status.area, [each.period for each in rows]),
        described=series.described(
            rows, title=definition.title, area_name=status.area_name, band=band
        ),
        band=band,
        beside=series.group_of,
        projection=going.projection_of(definition, rows, agreement.start, agreement.end),
        going=going.told,
        others=others,
        sheet=sheet(answer, names),
        events=history.told(recorded.events, history.Telling(names, areas, definition)),
        earlier=recorded.next,
        before=before,
        names=names,
    )


def indicator_chart(
    reader: Reader, asked: ClocksAsked, code: str, indicator: str, *, area: str
) -> Chart:
    """The same chart as on the indicator's page."""
    agreement = reader.agreement(code, asked)
    answer = reader.indicator(code, indicator, asked)
    place, rows = _series_in(reader, asked, agreement, indicator, area)
    return series.chart_of(
        answer.definition,
        rows,
        area_name=place.name,
        known=Moments(asked, answer.clocks).known_day,
        entries=reader.values(code, indicator, asked, area=place.code).values,
        projection=going.projection_of(answer.definition, rows, agreement.start, agreement.end),
        band=_band(reader, asked, code, indicator, rows, place.code),
    )


def small_chart(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    indicator: str,
    *,
    area: str,
    scale: tuple[Decimal, Decimal] | None,
) -> Chart:
    """The chart of an indicator for a page of many: figures and targets alone."""
    answer = reader.indicator(code, indicator, asked)
    place, rows = _series_in(reader, asked, reader.agreement(code, asked), indicator, area)
    known = Moments(asked, answer.clocks).known_day
    chart = series.chart_of(answer.definition, rows, area_name=place.name, known=known)
    return msgspec.structs.replace(chart, scale=scale)


def _series_in(
    reader: Reader, asked: ClocksAsked, agreement: AgreementAnswer, indicator: str, area: str
) -> tuple[Named, tuple[StatusRow, ...]]:
    """An area, the home area for "", and an indicator's periods there."""
    home, *others = agreement.areas
    place = next((each for each in (home, *others) if each.code == area), home)
    rows = reader.status_series(agreement.code, indicator, asked, area=area or home.code)
    return place, rows


def _band(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    indicator: str,
    rows: Sequence[StatusRow],
    area: str,
) -> Band | None:
    """Where the comparators lie in the periods that are shown; None where there are none."""
    periods = [row.period for row in rows]
    band = reader.band(code, indicator, asked, area=area, periods=periods)
    return band if band is not None and band.periods else None


def why_page(
    reader: Reader, asked: ClocksAsked, code: str, indicator: str, *, period: str, area: str
) -> str:
    """The derivation of one judgement."""
    agreement = reader.agreement(code, asked)
    answer = reader.indicator(code, indicator, asked)
    why = reader.why(code, indicator, asked, period=period, area=area)
    areas = {each.code: each.name for each in agreement.areas}
    frame = indicator_frame(
        asked, agreement, answer, why.clocks, _said(period=period, area=area), page="why"
    )
    return render(
        "why.html",
        frame,
        public=reader.public,
        why=why,
        row=why.row,
        distance=distance_in_words(why),
        agreement=agreement,
        area_name=areas.get(why.row.area, why.row.area),
        names=reader.person_names(_behind(why)),
    )


def _indicator(
    reader: Reader, asked: ClocksAsked, code: str, indicator: str, area: str
) -> tuple[AgreementAnswer, IndicatorAnswer, Status]:
    return (
        reader.agreement(code, asked),
        reader.indicator(code, indicator, asked),
        reader.status(code, asked, period=None, area=area or None),
    )


def indicator_frame(
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    indicator: IndicatorAnswer,
    clocks: Clocks,
    kept: dict[str, str],
    page: str = "",
) -> Frame:
    """The frame of an indicator's page, or of a page below it."""
    moments = Moments(asked, clocks)
    links, title, area = moments.links, indicator.definition.title, kept.get("area", "")
    above = links.indicator(agreement.code, indicator.code, area=area)
    path = above.partition("?")[0]
    crumbs = (
        Crumb("Agreements", links.home()),
        Crumb(agreement.title, links.board(agreement.code, area=area)),
        Crumb(title, above if page else None),
    )
    return Frame(
        title=f"{BELOW[page]} {title}" if page else title,
        moments=moments,
        path=f"{path}/{page}" if page else path,
        kept=kept,
        demonstration=statement_of(agreement),
        crumbs=(*crumbs, Crumb(BELOW[page])) if page else crumbs,
        section="agreements",
    )


def statement_of(*answers: AgreementListed | AgreementAnswer | Status) -> str:
    """What a demonstration says of itself; "" for a real ledger."""
    said = (each.statement or "This is a demonstration." for each in answers if each.demonstration)
    return next(said, "")


def _others(
    reader: Reader, asked: ClocksAsked, code: str, indicator: str, row: StatusRow | None
) -> dict[str, ValueRow]:
    """The headline values of every area for the period that is shown, by area."""
    if row is None:
        return {}
    values = reader.values(code, indicator, asked, period=row.period).values
    return {each.area: each for each in values if not each.breakdown and each.period == row.period}


def _before(events: str) -> int | None:
    """The position before which a history is asked for; None for its latest part."""
    if events in ("", "all"):  # "all" asked for the whole, in addresses that were kept
        return None
    if not _POSITION.fullmatch(events):
        raise BadCursor(field="events")
    return int(events)


def _signers(rows: Iterable[StatusRow | ValueRow]) -> set[str]:
    return {row.signed_off.by for row in rows if row.signed_off is not None}


def _people(
    answer: IndicatorAnswer,
    rows: Iterable[StatusRow],
    entries: Iterable[ValueRow],
    events: Iterable[HistoryEvent],
) -> set[str]:
    entries = tuple(entries)
    return (
        _signers(rows)
        | _signers(entries)
        | {entry.given_by for entry in entries}
        | _attachers(entries)
        | {event.actor for event in events}
        | {officer.person for officer in answer.officers}
    )


def _behind(why: Why) -> set[str]:
    """The people behind a judgement."""
    entries = [entry for entry in (why.entry, why.compared_with) if entry is not None]
    setters = set() if why.target is None else {why.target.set_by}
    givers = {person for entry in entries for person in (entry.given_by, entry.submitted_by)}
    givers |= _attachers(entries)
    return _signers(entries) | givers | setters


def _attachers(entries: Iterable[ValueRow]) -> set[str]:
    """Who attached evidence to entries."""
    return {one.attached_by for entry in entries for one in entry.attachments}


def _said(**query: str) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}
