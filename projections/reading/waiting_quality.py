"""Warnings about figures that wait for a sign-off, by the rules that loads are looked over with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ledger.loading.quality import (
    DECIMALS,
    STALE,
    WARNINGS,
    Point,
    QualitySettings,
    When,
    about,
    warnings_of,
)
from ledger.loading.series import figure_of
from policies.definition import Basis, Definition
from policies.numbers import decimals_of
from policies.periods import Interval, period_on
from policies.standing import Standing
from projections.reading.value_rows import Stored, entry_of
from projections.reading.waiting_past import Key, Line, Past, key_of, line_of
from projections.reading.waiting_piles import Found
from projections.spans import span_of
from projections.waiting_answers import QualityWarning

Warned = dict[Key, tuple[QualityWarning, ...]]


def warned(page: Sequence[Found], past: Past, settings: QualitySettings | None = None) -> Warned:
    """The warnings about entries that wait, in the order in which the rules list them.

    A figure that waits is compared with those before it as a row of a file is with the ledger's.
    That a figure is the same as in the period before is worth a warning where it is so in nearly
    all entries of the indicator and period on the page.
    """
    settings = settings or QualitySettings()
    found: dict[Key, dict[str, str]] = {key_of(one): {} for one in page}
    for line, ones in _by_line(page).items():
        _look_over(line, ones, past, settings, found)
    _drop_stale(page, settings, found)
    return {
        key: tuple(
            QualityWarning(code=code, detail=told[code]) for code in WARNINGS if code in told
        )
        for key, told in found.items()
    }


def _by_line(page: Sequence[Found]) -> dict[Line, list[Found]]:
    found: dict[Line, list[Found]] = {}
    for one in page:
        found.setdefault(line_of(one), []).append(one)
    return found


def _look_over(
    line: Line,
    ones: Sequence[Found],
    past: Past,
    settings: QualitySettings,
    found: dict[Key, dict[str, str]],
) -> None:
    definition = ones[0].indicator.definition
    keys = {one.stored.period: key_of(one) for one in ones}
    for period, key in keys.items():
        if _is_fine(past.series[line][period], definition):
            found[key][DECIMALS] = about(DECIMALS, None)
    periods, points = _points(past.series[line], definition, past, line)
    cumulative = definition.basis is Basis.CUMULATIVE
    for warning in warnings_of(points, settings, cumulative=cumulative):
        key_warned = keys.get(periods[warning.row])
        if key_warned is not None:
            found[key_warned][warning.code] = about(warning.code, warning.compared)


def _points(
    series: Mapping[str, Stored], definition: Definition, past: Past, line: Line
) -> tuple[list[str], list[Point]]:
    """The figures of a series in order of time; those that wait are what a file would write."""
    periods = sorted(series, key=lambda code: span_of(code).order)
    points: list[Point] = []
    for n, code in enumerate(periods):
        stored = series[code]
        figure = _figure(stored, definition)
        if figure is None:
            continue
        waits = stored.standing == Standing.SUBMITTED
        held = _figure_before(past, line, stored, definition) if waits else figure
        points.append((figure, n if waits else -1, held, When(code, _year(code, definition))))
    return periods, points


def _figure_before(
    past: Past, line: Line, stored: Stored, definition: Definition
) -> Decimal | None:
    """What the ledger said at this place before, where that is known."""
    indicator, area, breakdown = line
    versions = past.versions.get((indicator, stored.period, area, breakdown), ())
    name = (stored.entry_position, stored.entry_index)
    for version in reversed(versions):
        if (version.stored.entry_position, version.stored.entry_index) != name:
            return _figure(version.stored, definition)
    return None


def _drop_stale(
    page: Sequence[Found], settings: QualitySettings, found: dict[Key, dict[str, str]]
) -> None:
    shown = Counter((one.indicator.id, one.stored.period) for one in page)
    same = Counter(key[:2] for key, told in found.items() if STALE in told)
    for key, told in found.items():
        rows, all_rows = same[key[:2]], shown[key[:2]]
        if rows < settings.stale_rows or rows < settings.stale_share * all_rows:
            told.pop(STALE, None)


def _figure(stored: Stored, definition: Definition) -> Decimal | None:
    return figure_of(entry_of(stored), definition)


def _is_fine(stored: Stored, definition: Definition) -> bool:
    return stored.value is not None and decimals_of(stored.value) > definition.decimals


def _year(code: str, definition: Definition) -> int:
    """The year whose count goes on through a period."""
    return period_on(span_of(code).end, definition.calendar, Interval.YEAR).year
