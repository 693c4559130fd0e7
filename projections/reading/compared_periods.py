"""Which periods of an indicator can be compared, and which is compared where none is named."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from ledger.engine import Connection
from projections.answers import Named
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparator_groups import PARTS, area_asked, group_of
from projections.reading.due_periods import latest_due
from projections.reading.indicators import one_indicator
from projections.reading.structure import IndicatorKnown, Structure, read_structure
from projections.spans import span_of

# The periods one after another, each found by a probe: however many areas have a value there.
_PERIODS = """
WITH RECURSIVE each AS (
  (SELECT period FROM {table} WHERE indicator = %(indicator)s ORDER BY period LIMIT 1)
  UNION ALL
  SELECT (SELECT t.period FROM {table} t WHERE t.indicator = %(indicator)s
             AND t.period > each.period ORDER BY t.period LIMIT 1)
    FROM each WHERE each.period IS NOT NULL
)
SELECT period FROM each WHERE period IS NOT NULL AND (
  SELECT true FROM {table} t WHERE t.indicator = %(indicator)s AND t.period = each.period
     AND t.breakdown = '' AND t.area = ANY(%(areas)s)
     AND (t.value IS NOT NULL OR t.numerator IS NOT NULL AND t.denominator <> 0)
     AND t.from_position <= %(known)s AND t.to_position > %(known)s LIMIT 1)
"""


def periods_with_figures(
    connection: Connection,
    indicator: UUID,
    *,
    others: Iterable[str],
    own: Iterable[str],
    known_position: int,
) -> tuple[str, ...]:
    """The periods in which any of the areas has a figure, the latest first.

    ``others`` by what publishers said of them, ``own`` by the agreement's values.
    """
    found: set[str] = set()
    for table, areas in (("comparator", list(others)), ("value", list(own))):
        rows = connection.execute(
            _PERIODS.format(table=table),
            {"indicator": indicator, "areas": areas, "known": known_position},
        )
        found.update(row[0] for row in rows)
    return tuple(sorted(found, key=lambda code: span_of(code).order, reverse=True))


def default_period(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicator: IndicatorKnown,
    area: str,
    areas: Sequence[str],
) -> str:
    """The latest period in which both the area and another have a figure.

    Else the latest in which any of them has, else the latest that is due.
    """
    known = clocks.clocks.known_position
    ours = {each.code for each in structure.sheet.areas}
    rest = [code for code in areas if code != area]
    of_area = periods_with_figures(
        connection,
        indicator.id,
        others=[area],
        own=[area] if area in ours else [],
        known_position=known,
    )
    of_rest = periods_with_figures(
        connection,
        indicator.id,
        others=rest,
        own=[code for code in rest if code in ours],
        known_position=known,
    )
    both = [period for period in of_area if period in of_rest]
    found = both or sorted((*of_area, *of_rest), key=lambda code: span_of(code).order, reverse=True)
    if found:
        return found[0]
    return latest_due(indicator.definition, clocks.today, structure.sheet.end).code


def read_compared_periods(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    group: str | None = None,
    area: str | None = None,
) -> tuple[Named, ...]:
    """The periods in which an area or those of a group have a figure, the latest first.

    Raises UnknownAgreement, UnknownIndicator, UnknownComparatorGroup and UnknownArea.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    found = one_indicator(connection, structure, indicator, known)
    chosen = group_of(structure, group)
    areas = {area_asked(structure, chosen, area), *chosen.members}
    own = areas.intersection(each.code for each in structure.sheet.areas)
    periods = periods_with_figures(
        connection, found.id, others=areas, own=own, known_position=known
    )
    return tuple(Named(code=code, name=span_of(code).label) for code in periods)
