"""Where an area is best and worst: every indicator of an agreement by its quartile among others."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from ledger.agreement.events import ComparatorGroupSet
from ledger.engine import Connection
from policies.comparing import Comparison, compare
from policies.numbers import exact_text, to_text
from policies.ranking import has_better
from policies.retirement import is_retired_on
from projections.answers import Named
from projections.comparator_answers import League, LeagueRow, NoPlace
from projections.folding import agreements as kinds
from projections.reading.area_names import name_areas
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparator_groups import area_asked, as_compared, compares_by, group_of
from projections.reading.comparators import BETTER
from projections.reading.others import Told, figures_of, read_figures_of_many
from projections.reading.structure import (
    BOARD,
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.spans import span_of

LAST = 5  # sorts after every quartile

# The periods that publishers told of, each found by a probe, and in each of them whether the area
# has a figure and whether another of the group has one.
_PERIODS = """
WITH RECURSIVE each AS (
  SELECT asked.indicator, (SELECT c.period FROM comparator c
      WHERE c.indicator = asked.indicator ORDER BY c.period LIMIT 1) AS period
    FROM unnest(%(indicators)s::uuid[]) AS asked (indicator)
  UNION ALL
  SELECT each.indicator, (SELECT c.period FROM comparator c
      WHERE c.indicator = each.indicator AND c.period > each.period ORDER BY c.period LIMIT 1)
    FROM each WHERE each.period IS NOT NULL
)
SELECT indicator, period, {of_area}, {of_others} FROM each WHERE period IS NOT NULL
"""
# With a limit each is a probe; as EXISTS the planner would read the whole table once instead.
_HAS_FIGURE = """(SELECT true FROM comparator c WHERE c.indicator = each.indicator
   AND c.period = each.period AND c.breakdown = '' AND c.area = ANY(%({areas})s)
   AND (c.value IS NOT NULL OR c.numerator IS NOT NULL AND c.denominator <> 0)
   AND c.from_position <= %(known)s AND c.to_position > %(known)s LIMIT 1)"""
_FOUND = _PERIODS.format(
    of_area=_HAS_FIGURE.format(areas="area"), of_others=_HAS_FIGURE.format(areas="others")
)
_OWN = """
SELECT indicator, period, area = %(home)s FROM value
 WHERE indicator = ANY(%(indicators)s) AND breakdown = '' AND area = ANY(%(own)s)
   AND (value IS NOT NULL OR numerator IS NOT NULL AND denominator <> 0)
   AND from_position <= %(known)s AND to_position > %(known)s
"""


class _Asked(NamedTuple):
    """What a league is of."""

    structure: Structure
    clocks: ResolvedClocks
    group: ComparatorGroupSet
    area: str

    @property
    def known(self) -> int:
        return self.clocks.clocks.known_position

    @property
    def areas(self) -> set[str]:
        return {self.area, *self.group.members}

    @property
    def own(self) -> list[str]:
        return [each.code for each in self.structure.sheet.areas if each.code in self.areas]


def read_league(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    group: str | None = None,
    area: str | None = None,
) -> League:
    """The league of an area; of the home area and the first group where none is named.

    Indicators of which a retired period has begun are left out. Raises UnknownAgreement,
    UnknownComparatorGroup and UnknownArea.
    """
    parts = (*BOARD, kinds.COMPARATOR_GROUP)
    structure = read_structure(connection, agreement, clocks.clocks, parts)
    chosen = group_of(structure, group)
    name_areas(connection, structure, clocks.clocks.known_position)
    asked = _Asked(structure, clocks, chosen, area_asked(structure, chosen, area))
    known = read_indicators(connection, structure, asked.known).values()
    indicators = [one for one in known if not is_retired_on(one.retired_from, clocks.today)]
    periods = _periods(connection, asked, [one.id for one in indicators])
    told = read_figures_of_many(connection, periods, asked.areas, asked.own, asked.known)
    rows = [_row(asked, one, periods.get(one.id), told.get(one.id, {})) for one in indicators]
    counts = Counter(str(row.quartile or "none") for row in rows)
    return League(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        area=asked.area,
        area_name=structure.area_name(asked.area),
        group=chosen.code,
        group_title=chosen.title,
        group_version=chosen.version,
        groups=tuple(Named(code=each.code, name=each.title) for each in structure.groups.values()),
        rows=tuple(sorted(rows, key=_order)),
        counts={name: counts.get(name, 0) for name in ("1", "2", "3", "4", "none")},
    )


def _order(row: LeagueRow) -> tuple[int, float]:
    """By quartile, then by how many of all are better; those without a place as they came."""
    share = row.rank / row.ranked if row.rank and row.ranked else 1.0
    return row.quartile or LAST, share if row.quartile else 1.0


def _periods(connection: Connection, asked: _Asked, indicators: Iterable[UUID]) -> dict[UUID, str]:
    """The period of each indicator: the latest in which the area and another have a figure, else
    the latest in which the area has one."""
    given = {
        "indicators": list(indicators),
        "area": [asked.area],
        "others": [code for code in asked.group.members if code != asked.area],
        "home": asked.area,
        "own": asked.own,
        "known": asked.known,
    }
    of_area: set[tuple[UUID, str]] = set()
    of_others: set[tuple[UUID, str]] = set()
    for indicator, period, has_area, has_others in connection.execute(_FOUND, given):
        of_area.update([(indicator, period)] if has_area else ())
        of_others.update([(indicator, period)] if has_others else ())
    for indicator, period, is_area in connection.execute(_OWN, given):
        (of_area if is_area else of_others).add((indicator, period))
    found: dict[UUID, str] = {}
    for places in (of_area, of_area & of_others):
        for indicator, period in sorted(places, key=lambda place: span_of(place[1]).order):
            found[indicator] = period
    return found


def _row(
    asked: _Asked, indicator: IndicatorKnown, period: str | None, told: Mapping[str, Told]
) -> LeagueRow:
    definition, structure = indicator.definition, asked.structure
    outcome = structure.placements.get(indicator.code, "")
    comparison = None if period is None else _comparison(asked, indicator, period, told)
    home = None if comparison is None else comparison.home
    distance = None
    if comparison is not None and home is not None:
        distance = comparison.distance(home.value)
    return LeagueRow(
        indicator=indicator.code,
        title=definition.title,
        unit=definition.unit,
        block=structure.block_of(outcome),
        outcome=outcome,
        better=BETTER[definition.polarity] if has_better(definition) else "",
        period=period,
        period_label="" if period is None else span_of(period).label,
        value=None if home is None else to_text(home.value),
        signed_off=told[asked.area].signed_off if asked.area in told else None,
        rank=None if home is None else home.rank,
        ranked=0 if comparison is None else len(comparison.rows),
        quartile=None if home is None else home.quartile,
        no_quartile=_no_place(asked, comparison),
        median=None
        if comparison is None or comparison.median is None
        else to_text(comparison.median),
        distance=None if distance is None else exact_text(distance),
    )


def _comparison(
    asked: _Asked, indicator: IndicatorKnown, period: str, told: Mapping[str, Told]
) -> Comparison:
    by = compares_by(asked.structure, period, asked.clocks.clocks.policy_position)
    values = figures_of(told, indicator.definition)
    group = as_compared(asked.group)
    return compare(group, values, indicator.definition, by.settings, asked.area)


def _no_place(asked: _Asked, comparison: Comparison | None) -> NoPlace | None:
    if comparison is None or comparison.home is None:
        return "no-value"
    if comparison.home.quartile is not None:
        return None
    if all(row.area == asked.area for row in comparison.rows):
        return "no-others"
    return "too-few" if has_better(comparison.definition) else "nothing-better"
