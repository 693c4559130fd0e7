"""The figures of a file beside those of the ledger, period after period, to be looked over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger.indicator.events import Entry
from ledger.loading.decide import Decision
from ledger.loading.judged import BYTES
from ledger.loading.outcomes import Outcome
from ledger.loading.quality import (
    DECIMALS,
    HUNDREDFOLD,
    STALE,
    WARNINGS,
    Compared,
    Point,
    QualitySettings,
    When,
    about,
    comparable,
    is_quiet,
    warnings_of,
)
from ledger.loading.slices import Slice
from ledger.memory import no_search_for_cycles
from policies.definition import Basis, Definition
from policies.periods import Interval, parse_code, period_on

_WRITES = frozenset({BYTES[Outcome.NEW], BYTES[Outcome.CORRECTION]})
_WRITTEN = bytes(outcome in _WRITES for outcome in range(256))  # to 1 where the row is written
_NO_ROWS: dict[str, int] = {}


class Moment(NamedTuple):
    """A period of a series, and the file's slice of it if it has one."""

    when: When
    slice: Slice | None


class Units(NamedTuple):
    """How many rows have a figure before them in the ledger, how many of these are about a
    hundred times it or a hundredth of it, and the sentence of the first."""

    compared: int = 0
    hundredfold: int = 0
    example: str = ""


def look_over(decision: Decision, settings: QualitySettings) -> Units:
    """Warn about the figures that the file would write."""
    with no_search_for_cycles():
        return _look_over(decision, settings)


def _look_over(decision: Decision, settings: QualitySettings) -> Units:
    judged, written = decision.judged, _written_rows(decision)
    warned: dict[str, dict[int, Compared | None]] = {code: {} for code in WARNINGS}
    fine = [row for row in decision.fine if written[row]]
    warned[DECIMALS] = dict.fromkeys(fine)
    changed, same = [], []
    for parts in _by_series(decision):
        cumulative = parts[0].definition.basis is Basis.CUMULATIVE
        for points in _series(parts, decision, written):
            if is_quiet(points, settings, cumulative=cumulative):
                continue
            for found in warnings_of(points, settings, cumulative=cumulative):
                if found.code == STALE:
                    same.append((parts[0].indicator, found.row))
                    continue
                warned[found.code][found.row] = found.compared
                if found.code == HUNDREDFOLD and found.recorded:
                    changed.append(found.row)
    warned[STALE] = dict.fromkeys(_stale(same, decision, settings))
    judged.warned = {code: rows for code, rows in warned.items() if rows}
    if not changed:
        return Units()
    first = min(changed)
    example = f"row {judged.numbers[first]}, {about(HUNDREDFOLD, warned[HUNDREDFOLD][first])}"
    return Units(_comparable(decision), len(changed), example)


def _written_rows(decision: Decision) -> bytes:
    """For each row, 1 where it would be written: asked of every row more than once."""
    return bytes(decision.judged.outcomes.translate(_WRITTEN))


def _comparable(decision: Decision) -> int:
    """How many rows have a figure, and one before it in the ledger."""
    unchanged, written = BYTES[Outcome.UNCHANGED], _written_rows(decision)
    settled = sum(
        outcome == unchanged and bool(entry and entry.value)
        for outcome, entry in zip(decision.judged.outcomes, decision.entries, strict=True)
    )
    return settled + sum(
        comparable(points)
        for parts in _by_series(decision)
        for points in _series(parts, decision, written)
    )


def _by_series(decision: Decision) -> Iterable[list[Slice]]:
    """The slices of the same indicator and breakdown together."""
    found: dict[tuple[str, str], list[Slice]] = {}
    for part in decision.slices.all.values():
        found.setdefault((part.indicator, part.breakdown_key), []).append(part)
    return found.values()


def _moments(parts: Sequence[Slice]) -> list[Moment]:
    """The periods that the file or the ledger has of an indicator and breakdown, in order."""
    first = parts[0]
    of_file = {part.period: part for part in parts}
    known = {code for _, code, breakdown in first.held if breakdown == first.breakdown_key}
    starts = {code: parse_code(code).start for code in known | of_file.keys()}
    return [
        Moment(When(code, _year(code, first.definition)), of_file.get(code))
        for code in sorted(starts, key=starts.__getitem__)
    ]


def _year(code: str, definition: Definition) -> int:
    """The year whose count goes on through a period."""
    return period_on(parse_code(code).end, definition.calendar, Interval.YEAR).year


def _series(parts: Sequence[Slice], decision: Decision, written: bytes) -> Iterator[list[Point]]:
    """For each area that the file writes to, its figures as they would stand, in order of time."""
    entries, first = decision.entries, parts[0]
    held_of, breakdown, definition = first.held.get, first.breakdown_key, first.definition
    moments = [
        (when.period, part.rows if part else _NO_ROWS, when) for when, part in _moments(parts)
    ]
    areas = dict.fromkeys(area for part in parts for area, row in part.rows.items() if written[row])
    for area in areas:
        points: list[Point] = []
        for code, rows, when in moments:
            held = held_of((area, code, breakdown)) if first.held else None
            there = figure_of(held.entry, definition) if held else None
            row = rows.get(area, -1)
            if row >= 0 and written[row]:
                value = figure_of(entries[row], definition)
            else:
                row, value = -1, there
            if value is not None:
                points.append((value, row, there, when))
        yield points


def _stale(
    same: Iterable[tuple[str, int]], decision: Decision, settings: QualitySettings
) -> list[int]:
    """The rows of a period, of one indicator or of all, that nearly all repeat the one before."""
    groups: dict[tuple[str, str], list[int]] = {}
    for indicator, row in same:
        entry = decision.entries[row]
        assert entry is not None
        for group in ((indicator, entry.period), ("", entry.period)):
            groups.setdefault(group, []).append(row)
    written = _written(decision) if groups else Counter()
    return sorted(
        {
            row
            for group, rows in groups.items()
            if len(rows) >= settings.stale_rows
            and len(rows) >= settings.stale_share * written[group]
            for row in rows
        }
    )


def _written(decision: Decision) -> Counter[tuple[str, str]]:
    """How many figures the file writes, by indicator and period and by period."""
    found: Counter[tuple[str, str]] = Counter()
    written = _written_rows(decision)
    for part in decision.slices.all.values():
        number = sum(written[row] for row in part.rows.values())
        found[part.indicator, part.period] += number
        found["", part.period] += number
    return found


def figure_of(entry: Entry | None, definition: Definition) -> Decimal | None:
    """The figure of an entry, near enough to be compared; none for a missing one."""
    if entry is None or entry.value is not None:
        return entry.value if entry else None
    if entry.numerator is None or not entry.denominator:
        return None
    return entry.numerator * definition.multiplier / entry.denominator
