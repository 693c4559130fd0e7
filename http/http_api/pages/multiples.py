"""Small charts of many indicators beside one another, each with its table."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from http_api.charts import Chart, levels_of
from http_api.pages import series
from http_api.pages.links import Links
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.views import statement_of
from policies.numbers import to_text
from projections.answers import AgreementAnswer, Named, StatusRow
from projections.series_answers import IndicatorSeries, SeriesOfArea

Scales = Literal["own", "shared"]
SCALES = (
    Named(code="own", name="each its own"),
    Named(code="shared", name="the same for each unit"),
)
UNPLACED = "Not placed under an outcome"
Ends = tuple[Decimal, Decimal]


class Small(msgspec.Struct, frozen=True, kw_only=True):
    """A small chart on a page: where its picture is, what it shows in words, and its rows."""

    indicator: str
    title: str
    unit: str
    picture: str
    described: str
    row: StatusRow | None  # of the latest period that has a figure
    rows: tuple[StatusRow, ...]  # the latest first


class SmallCharts(msgspec.Struct, frozen=True, kw_only=True):
    """The small charts of an outcome, and the scales they share, by unit."""

    code: str
    title: str
    charts: tuple[Small, ...]
    shared: tuple[str, ...] = ()


def charts_page(
    reader: Reader, asked: ClocksAsked, code: str, *, outcome: str, area: str, scales: Scales
) -> str:
    """A small chart for every indicator of an outcome, or of the whole agreement."""
    agreement = reader.agreement(code, asked)
    answer = reader.series_of_area(code, asked, outcome=outcome or None, area=area or None)
    moments = Moments(asked, answer.clocks)
    kept = {"outcome": outcome, "area": area, "scales": "" if scales == "own" else scales}
    links = moments.links
    frame = Frame(
        title=f"Charts: {agreement.title}",
        moments=moments,
        path=links.part(code, "charts").partition("?")[0],
        kept={name: text for name, text in kept.items() if text},
        demonstration=statement_of(agreement),
        crumbs=(
            Crumb("Agreements", links.home()),
            Crumb(agreement.title, links.board(code, area=area)),
            Crumb("Charts"),
        ),
        section="agreements",
    )
    known = moments.known_day
    return render(
        "charts.html",
        frame,
        agreement=agreement,
        answer=answer,
        outcome=outcome,
        outcomes=(
            Named(code="", name="all of them"),
            *(Named(code=each.code, name=each.title) for each in agreement.outcomes),
        ),
        scales=scales,
        choices=SCALES,
        groups=tuple(_groups(agreement, answer, links, known, scales)),
    )


def small_chart(answer: SeriesOfArea, one: IndicatorSeries, known: str) -> Chart:
    """The small chart of an indicator, on its own scale."""
    return series.chart_of(one.definition, one.rows, area_name=answer.area_name, known=known)


def _groups(
    agreement: AgreementAnswer, answer: SeriesOfArea, links: Links, known: str, scales: Scales
) -> Iterator[SmallCharts]:
    """By outcome, in the agreement's order; those without a place at the end."""
    titles = {each.code: each.title for each in agreement.outcomes}
    by_outcome: dict[str, list[IndicatorSeries]] = {each: [] for each in titles}
    for one in answer.indicators:
        by_outcome.setdefault(one.outcome if one.outcome in titles else "", []).append(one)
    for code, mine in by_outcome.items():
        if not mine:
            continue
        ends = _ends(answer, mine, known) if scales == "shared" else {}
        yield SmallCharts(
            code=code or "unplaced",
            title=titles.get(code, UNPLACED),
            charts=tuple(_small(answer, one, links, ends) for one in mine),
            shared=tuple(unit or "numbers" for unit in ends),
        )


def _ends(answer: SeriesOfArea, mine: Sequence[IndicatorSeries], known: str) -> dict[str, Ends]:
    """The ends of a scale that serves all charts of a unit, where there are several."""
    levels: dict[str, list[Ends]] = {}
    for one in mine:
        found = levels_of(small_chart(answer, one, known))
        if found is not None:
            levels.setdefault(one.definition.unit, []).append(found)
    return {
        unit: (min(low for low, _ in each), max(high for _, high in each))
        for unit, each in levels.items()
        if len(each) > 1
    }


def _small(
    answer: SeriesOfArea, one: IndicatorSeries, links: Links, ends: Mapping[str, Ends]
) -> Small:
    definition = one.definition
    valued = [row for row in one.rows if row.judged is not None]
    scale = ends.get(definition.unit)
    low, high = ("", "") if scale is None else map(to_text, scale)
    return Small(
        indicator=one.indicator,
        title=definition.title,
        unit=definition.unit,
        picture=links.small_chart(
            answer.agreement, one.indicator, area=answer.area, low=low, high=high
        ),
        described=series.described(one.rows, title=definition.title, area_name=answer.area_name),
        row=valued[-1] if valued else None,
        rows=one.rows[::-1],
    )
