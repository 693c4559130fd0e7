"""One indicator in one area: the rows of its table, and the points of its chart."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from http_api.charts import Chart, Point, Projected
from http_api.pages.vocabulary import word
from http_api.pages.words import figure, number, quantity
from policies.cell import Mark
from policies.definition import Definition
from policies.numbers import to_text
from policies.periods import Period, parse_code
from policies.trend import Projection
from projections.answers import StatusRow, ValueRow
from projections.comparator_answers import Band, BandPeriod

MOST_PERIODS = 400  # of a chart; more could not be told apart


class SeriesRow(msgspec.Struct, frozen=True):
    """A period's judgement, and the entry it was made on."""

    row: StatusRow
    entry: ValueRow | None


def series_rows(rows: Sequence[StatusRow], entries: Sequence[ValueRow]) -> tuple[SeriesRow, ...]:
    """The latest period first."""
    named = {entry.name: entry for entry in entries}
    in_order = sorted(rows, key=lambda row: parse_code(row.period).end, reverse=True)
    return tuple(SeriesRow(row, named.get(row.entry or "")) for row in in_order)


def chart_of(
    definition: Definition,
    rows: Sequence[StatusRow],
    *,
    area_name: str,
    known: str,
    entries: Sequence[ValueRow] = (),
    projection: Projection | None = None,
    band: Band | None = None,
) -> Chart:
    """The chart of an area's periods. ``known`` is its moment in words.

    ``entries`` are those whose confidence limits are shown.
    """
    ahead = projection if projection is not None and projection.judged is not None else None
    return Chart(
        title=definition.title,
        subtitle=f"{definition.unit or 'Number'}, {area_name}, as known on {known}.",
        source=definition.source,
        decimals=definition.decimals,
        points=tuple(
            _points(series_rows(rows, entries), None if ahead is None else ahead.to, band)
        ),
        projected=None if ahead is None else _ahead(ahead, rows, definition.unit),
        beside="" if band is None else group_of(band),
    )


def group_of(band: Band) -> str:
    """Whose middle half a band is."""
    return f"{band.group_title} (version {band.group_version})"


def _ahead(projection: Projection, rows: Sequence[StatusRow], unit: str) -> Projected | None:
    """What the chart shows of a projection, from the last value on."""
    last = max(
        (row for row in rows if row.judged is not None),
        key=lambda row: parse_code(row.period).end,
        default=None,
    )
    if last is None or last.judged is None or projection.judged is None:
        return None
    return Projected(
        after=last.period_label,
        value=Decimal(last.judged),
        period=projection.to.label,
        comes_to=projection.judged,
        shown=figure(to_text(projection.judged), unit),
    )


def described(
    rows: Sequence[StatusRow], *, title: str, area_name: str, band: Band | None = None
) -> str:
    """The chart in a few sentences, for those who cannot see it."""
    valued = sorted(
        (row for row in rows if row.judged is not None), key=lambda row: parse_code(row.period).end
    )
    begins = f"Line chart of {title} in {area_name}. "
    if not valued:
        return f"{begins}There are no values yet. The table that follows has the targets."
    first, last = valued[0], valued[-1]
    now = f"{_told(last)} in {last.period_label} ({word(last.status or last.reason or '')})"
    beside = _told_beside(band, last.unit)
    if first is last:
        return f"{begins}One value: {now}. {beside}The table that follows has the same figures."
    then = f"{_told(first)} in {first.period_label}"
    return f"{begins}From {then} to {now}. {beside}The table that follows has every figure."


def _told_beside(band: Band | None, unit: str) -> str:
    """The latest of a band as a sentence, with the space that ends it."""
    if band is None or not band.periods:
        return ""
    latest = band.periods[-1]
    middle = f"the median is {quantity(latest.median, unit)}"
    if latest.lower is None or latest.upper is None:
        return f"Of {group_of(band)}, {middle} in {latest.period_label}. "
    half = f"the middle half lies between {number(latest.lower)} and {number(latest.upper)}"
    return f"Of {group_of(band)}, {half} in {latest.period_label}, and {middle}. "


def _told(row: StatusRow) -> str:
    return quantity(row.judged or "", row.unit)


def _points(rows: Sequence[SeriesRow], to: Period | None, band: Band | None) -> Iterator[Point]:
    """Every period from the first to the last, also those nothing is known of; or up to ``to``."""
    by_code = {each.row.period: each for each in rows}
    beside = {} if band is None else {each.period: each for each in band.periods}
    told = [parse_code(code) for code in by_code]
    for period in _through(told if to is None else [*told, to]):
        found = by_code.get(period.code)
        point = _nothing(period) if found is None else _point(found.row, found.entry)
        yield _with_band(point, beside[period.code]) if period.code in beside else point


def _through(periods: Sequence[Period]) -> Iterator[Period]:
    if not periods:
        return
    period, last = min(periods), max(periods)
    for _ in range(MOST_PERIODS):
        yield period
        if period >= last:
            return
        period = period.next()


def _point(row: StatusRow, entry: ValueRow | None) -> Point:
    low, high = (None, None) if entry is None else (entry.confidence_low, entry.confidence_high)
    return Point(
        period=row.period_label,
        value=None if row.judged is None else Decimal(row.judged),
        shown=figure(row.judged, row.unit) if row.judged is not None else "",
        target=None if row.target is None else Decimal(row.target),
        target_shown=figure(row.target, row.unit) if row.target is not None else "",
        mark=row.status or row.reason or "",
        provisional=Mark.PROVISIONAL in row.marks,
        new_series=Mark.SERIES_BREAK in row.marks,
        confidence_low=None if low is None else Decimal(low),
        confidence_high=None if high is None else Decimal(high),
    )


def _with_band(point: Point, band: BandPeriod) -> Point:
    limits = (band.lower, band.median, band.upper)
    lower, median, upper = (None if each is None else Decimal(each) for each in limits)
    return msgspec.structs.replace(point, lower=lower, median=median, upper=upper)


def _nothing(period: Period) -> Point:
    return Point(
        period=period.label, value=None, shown="", target=None, target_shown="", mark="no-target"
    )
