"""The league of an area's indicators by quartile, and why a place differs from an earlier one."""

from collections.abc import Iterator, Sequence

import msgspec

from http_api.pages.comparator_reader import ComparatorReader
from http_api.pages.comparator_words import (
    BETTER,
    CAUSES,
    NO_PLACE,
    QUARTILES,
    median_of,
    ordinal,
    standing_words,
)
from http_api.pages.comparators import PAGE, Asked
from http_api.pages.framing import frame_of
from http_api.pages.render import Crumb, render
from http_api.pages.views import indicator_frame
from ledger.csv_text import csv_text
from policies.refusals import FromAfterTo
from policies.refusals_comparators import UnknownComparatorGroup
from projections.comparator_answers import ComparisonDifference, League, LeagueRow

TITLE = "Best and worst"
DIFFERENCE = "Why the place differs"
CSV_COLUMNS = (
    "quartile", "indicator", "title", "period", "value", "rank", "ranked", "median", "distance",
    "no_quartile", "signed_off",
)  # fmt: skip


class Quarter(msgspec.Struct, frozen=True):
    """The indicators of one quartile, or those without one."""

    title: str
    rows: tuple[LeagueRow, ...]


def league_page(reader: ComparatorReader, asked: Asked, code: str) -> str:
    """Every indicator of an agreement by the quartile of one area."""
    agreement = reader.agreement(code, asked.clocks)
    kept = {"group": asked.group, "area": asked.area}
    try:
        answer = _league(reader, asked, code)
    except UnknownComparatorGroup as refusal:
        if asked.group:
            raise
        frame = frame_of(agreement, asked.clocks, agreement.clocks, TITLE, PAGE, kept=kept)
        return render(
            "league.html", frame, agreement=agreement, answer=None, refused=refusal.detail
        )
    frame = frame_of(agreement, asked.clocks, answer.clocks, TITLE, PAGE, kept=kept)
    return render(
        "league.html",
        frame,
        agreement=agreement,
        answer=answer,
        refused="",
        quarters=tuple(quarters(answer)),
        no_place=NO_PLACE,
        better=BETTER,
        ordinal=ordinal,
        median_of=median_of,
    )


def league_csv(reader: ComparatorReader, asked: Asked, code: str) -> Iterator[str]:
    """The league as CSV."""
    return csv_text(CSV_COLUMNS, map(_csv_line, _league(reader, asked, code).rows))


def difference_page(
    reader: ComparatorReader, asked: Asked, code: str, indicator: str, *, begin: str
) -> str:
    """Why an area's place among others differs from that of an earlier moment."""
    agreement = reader.agreement(code, asked.clocks)
    about = reader.indicator(code, indicator, asked.clocks)
    first = msgspec.structs.replace(asked.clocks, known_at=begin, policy_at=begin)
    answer: ComparisonDifference | None = None
    refused = ""
    try:
        answer = reader.comparison_difference(
            code,
            indicator,
            first,
            asked.clocks,
            period=asked.period or None,
            group=asked.group or None,
            area=asked.area or None,
        )
    except FromAfterTo as refusal:
        refused = refusal.detail
    kept = {**asked.said, "from": begin}
    clocks = about.clocks if answer is None else answer.last
    frame = indicator_frame(asked.clocks, agreement, about, clocks, kept, page=f"{PAGE}/difference")
    return render(
        "comparator_difference.html",
        frame,
        agreement=agreement,
        indicator=about,
        answer=answer,
        refused=refused,
        causes=CAUSES,
        standing=standing_words,
        decimals=about.definition.decimals,
        back=Crumb(
            "The table",
            frame.links.comparators(code, indicator, **asked.said),
        ),
    )


def quarters(answer: League) -> Iterator[Quarter]:
    """The quartiles that have an indicator, the best first, then those without one."""
    for quartile, title in QUARTILES.items():
        rows = tuple(row for row in answer.rows if row.quartile == quartile)
        if rows:
            yield Quarter(title, rows)


def _league(reader: ComparatorReader, asked: Asked, code: str) -> League:
    return reader.league(code, asked.clocks, group=asked.group or None, area=asked.area or None)


def _csv_line(row: LeagueRow) -> Sequence[str]:
    return (
        str(row.quartile or ""),
        row.indicator,
        row.title,
        row.period or "",
        row.value or "",
        str(row.rank or ""),
        str(row.ranked),
        row.median or "",
        row.distance or "",
        row.no_quartile or "",
        "" if row.signed_off is None else "yes" if row.signed_off else "no",
    )
