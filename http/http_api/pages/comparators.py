"""The page of an area among others: its place, the strip of all areas, and their table."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from http_api.pages.comparator_reader import ComparatorReader
from http_api.pages.comparator_words import (
    BETTER,
    NO_QUARTILES,
    deviations,
    ordinal,
    quartile_words,
    released,
    rounded,
)
from http_api.pages.links import Links
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import render
from http_api.pages.views import indicator_frame
from http_api.pages.words import counted, day, listed, quantity
from http_api.strip_chart import Strip
from ledger.csv_text import csv_text
from policies.refusals_comparators import UnknownComparatorGroup
from projections.answers import IndicatorAnswer
from projections.comparator_answers import Comparators, ComparedRow, Origin

PAGE = "comparators"
CSV_COLUMNS = (
    "indicator", "period", "group", "group_version", "rank", "area", "area_name", "value",
    "confidence_low", "confidence_high", "quartile", "distance", "provisional", "own", "signed_off",
    "missing", "file", "released_on", "entry",
)  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of a page of comparison says; "" where it leaves the choice to us."""

    clocks: ClocksAsked
    period: str = ""
    group: str = ""
    area: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What was chosen, by the name of its query parameter."""
        given = {"period": self.period, "group": self.group, "area": self.area}
        return {name: value for name, value in given.items() if value}


class Line(msgspec.Struct, frozen=True):
    """A line of the table: an area's row in words, or the median between two of them."""

    row: ComparedRow | None = None
    here: bool = False
    beside: bool = False  # it has a place, and does not count
    quartile: str = ""
    distance: str = ""
    source: str = ""


def comparators_page(reader: ComparatorReader, asked: Asked, code: str, indicator: str) -> str:
    """One area among those of a group, for one indicator and period."""
    agreement = reader.agreement(code, asked.clocks)
    about = reader.indicator(code, indicator, asked.clocks)
    try:
        answer = _answer(reader, asked, code, indicator)
    except UnknownComparatorGroup as refusal:
        if asked.group:
            raise
        frame = indicator_frame(asked.clocks, agreement, about, about.clocks, asked.said, page=PAGE)
        return render(
            "comparators.html", frame, agreement=agreement, indicator=about, answer=None,
            refused=refusal.detail,
        )  # fmt: skip
    periods = reader.compared_periods(
        code, indicator, asked.clocks, group=asked.group or None, area=asked.area or None
    )
    frame = indicator_frame(asked.clocks, agreement, about, answer.clocks, asked.said, page=PAGE)
    links, drawn = frame.links, _as_drawn(answer, about.definition.decimals)
    return render(
        "comparators.html",
        frame,
        agreement=agreement,
        indicator=about,
        answer=drawn,
        refused="",
        periods=periods,
        place=place_words(answer),
        better=BETTER[answer.better],
        no_quartiles=NO_QUARTILES.get(answer.no_quartiles or "", ""),
        lines=tuple(lines_of(answer)),
        releases=releases_of(answer),
        described=described(drawn),
        strip=_beneath(links, answer, "chart.svg"),
        strip_narrow=_beneath(links, answer, "chart.svg", size="narrow"),
        csv=_beneath(links, answer, "table.csv"),
    )


def comparators_strip(reader: ComparatorReader, asked: Asked, code: str, indicator: str) -> Strip:
    """The same strip as on the page."""
    about = reader.indicator(code, indicator, asked.clocks)
    answer = _answer(reader, asked, code, indicator)
    return strip_of(answer, about, Moments(asked.clocks, answer.clocks).known_day)


def comparators_csv(
    reader: ComparatorReader, asked: Asked, code: str, indicator: str
) -> Iterator[str]:
    """The table as CSV: every area of the group, and the one asked about beside them."""
    answer = _answer(reader, asked, code, indicator)
    return csv_text(CSV_COLUMNS, _csv_lines(answer))


def _answer(reader: ComparatorReader, asked: Asked, code: str, indicator: str) -> Comparators:
    return reader.comparators(
        code,
        indicator,
        asked.clocks,
        period=asked.period or None,
        group=asked.group or None,
        area=asked.area or None,
    )


def _as_drawn(answer: Comparators, decimals: int) -> Comparators:
    """The same with what was worked out as people read it; places are found from what is exact."""
    median = None if answer.median is None else rounded(answer.median, decimals)
    quartiles = answer.quartiles
    if quartiles is not None:
        first, middle, last = (rounded(limit, decimals) for limit in quartiles)
        quartiles = first, middle, last
    return msgspec.structs.replace(answer, median=median, quartiles=quartiles)


def _beneath(links: Links, answer: Comparators, part: str, size: str = "") -> str:
    return links.comparators(
        answer.agreement,
        answer.indicator,
        part,
        period=answer.period,
        group=answer.group,
        area=answer.area,
        size=size,
    )


def place_words(answer: Comparators) -> str:
    """Where the area stands, in a sentence."""
    home, areas = answer.home, counted(len(answer.rows), "area")
    if home is None:
        return f"{answer.area_name} has no value for {answer.period_label}, so it has no place."
    if home.rank is None:
        return f"No value is better than another here, so {answer.area_name} has no rank."
    if answer.includes_home:
        said = f"{ordinal(home.rank)} of {areas}"
    else:
        said = f"would be {ordinal(home.rank)}, beside {areas}"
    within = f", in quartile {quartile_words(home.quartile)}" if home.quartile else ""
    return f"{answer.area_name}: {said}{within}."


def lines_of(answer: Comparators) -> Iterator[Line]:
    """The rows, the median where it lies between them, and the area asked about in its place.

    Without a better side the rows are in the group's order, and the median is between no two.
    """
    median = None if answer.median is None else Decimal(answer.median)
    drawn = answer.better not in ("bigger", "smaller") or median is None
    for row in _with_home(answer):
        if not drawn and median is not None and _past(Decimal(row.value), median, answer.better):
            yield Line()
            drawn = True
        here = row.area == answer.area
        yield Line(
            row=row,
            here=here,
            beside=here and not answer.includes_home,
            quartile=quartile_words(row.quartile) if row.quartile else "",
            distance=deviations(row.distance) if row.distance is not None else "",
            source=released(row),
        )
    if not drawn:
        yield Line()


def _with_home(answer: Comparators) -> tuple[ComparedRow, ...]:
    """The rows, and where it does not count among them that of the area asked about."""
    home, rows = answer.home, answer.rows
    if home is None or answer.includes_home:
        return rows
    place = (home.rank or 1) - 1
    return (*rows[:place], home, *rows[place:])


def _past(value: Decimal, median: Decimal, better: str) -> bool:
    return value < median if better == "bigger" else value > median


def releases_of(answer: Comparators) -> tuple[Origin, ...]:
    """The files that the figures came in, each once, the latest first; what an officer typed came
    in none."""
    found = dict.fromkeys(row.source for row in answer.rows if not row.own or row.source.load)
    return tuple(sorted(found, key=lambda each: each.recorded_at, reverse=True))


def described(answer: Comparators) -> str:
    """The strip in a few sentences, for those who cannot see it."""
    figures = [Decimal(row.value) for row in answer.rows]
    if not figures:
        return f"Strip chart of {answer.title}: no area of {answer.group_title} has a value."
    low, high = (quantity(str(end), answer.unit) for end in (min(figures), max(figures)))
    told = [
        f"Strip chart of {answer.title}, {answer.period_label}:"
        f" {counted(len(figures), 'area')} of {answer.group_title}, from {low} to {high}."
    ]
    if answer.median is not None:
        told.append(f"The median is {quantity(answer.median, answer.unit)}.")
    if answer.home is not None:
        told.append(f"{answer.area_name} has {quantity(answer.home.value, answer.unit)}.")
    return " ".join([*told, "The table that follows has every figure."])


def strip_of(answer: Comparators, about: IndicatorAnswer, known: str) -> Strip:
    """What the strip shows. Of plan-is-best no band: its limits are of another measure."""
    definition = about.definition
    limits = answer.quartiles if answer.better != "in-band" else None
    band = None if limits is None else (Decimal(limits[0]), Decimal(limits[2]))
    notes = [
        f"{answer.area_name} among {counted(len(answer.rows), 'area')} of {answer.group_title}"
        f" (version {answer.group_version}).",
        "Each line is an area.",
        "The shaded band is the middle half." if band else "",
        f"{BETTER[answer.better]}.",
        f"Unit: {answer.unit}. As known on {known}.",
    ]
    days = sorted({day(each.released_on) for each in releases_of(answer) if each.released_on})
    sources = [definition.source, f"released {listed(days)}" if days else ""]
    home = answer.home
    return Strip(
        title=f"{answer.title}, {answer.period_label}",
        subtitle=" ".join(filter(None, notes)),
        source=", ".join(filter(None, sources)),
        decimals=definition.decimals,
        figures=tuple(Decimal(row.value) for row in answer.rows),
        home=None if home is None else Decimal(home.value),
        home_shown="" if home is None else f"{answer.area_name} {quantity(home.value, '')}",
        median=None if answer.median is None else Decimal(answer.median),
        median_shown=""
        if answer.median is None
        else quantity(rounded(answer.median, definition.decimals), ""),
        band=band,
    )


def _csv_lines(answer: Comparators) -> Iterator[tuple[str, ...]]:
    about = (answer.indicator, answer.period, answer.group, str(answer.group_version))
    for row in _with_home(answer):
        signed = "" if row.signed_off is None else _yes(row.signed_off)
        yield (
            *about,
            str(row.rank or ""),
            row.area,
            row.name,
            row.value,
            row.confidence_low or "",
            row.confidence_high or "",
            str(row.quartile or ""),
            row.distance or "",
            _yes(row.provisional),
            _yes(row.own),
            signed,
            "",
            row.source.file,
            "" if row.source.released_on is None else row.source.released_on.isoformat(),
            row.entry,
        )
    for area in answer.not_ranked:
        told = ("", area.area, area.name, *[""] * 8, area.missing or "no value")
        yield (*about, *told, "", "", "")


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
