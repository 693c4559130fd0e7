"""The sums of entries that a cube is made of: added up by the database, exactly.

A group is of one indicator, period and breakdown, and of one area where areas stay apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

from ledger.engine import Connection
from policies.definition import Basis, Definition
from policies.numbers import EXACT, ratio
from policies.refusals import UnsuitableCube
from policies.sums import Sums
from projections.reading.cube_asked import Place, Scope
from projections.reading.structure import IndicatorKnown

MOST_GROUPS = 100_000

# What can be added depends on how an indicator is submitted, and what need not be is not asked
# for: each sum of a million numbers takes its time. Of an indicator that is submitted in parts
# somebody may have given a value alone. Means of such are made entry by entry, since a quotient is
# no exact number to the database.
Given = Literal["value", "weighed", "parts", "entries"]
_BOTH = "numerator IS NOT NULL AND denominator IS NOT NULL"
_WEIGHED = "value IS NOT NULL AND denominator IS NOT NULL"
_PARTS = (
    f"count(*) FILTER (WHERE {_BOTH}), sum(numerator) FILTER (WHERE {_BOTH}),"
    f" sum(denominator) FILTER (WHERE {_BOTH}), count(value) FILTER (WHERE numerator IS NULL),"
    " sum(value) FILTER (WHERE numerator IS NULL)"
)
_SUMS: Mapping[Given, str] = {
    "value": "count(value), sum(value)",
    "weighed": (
        f"count(value), sum(value), count(*) FILTER (WHERE {_WEIGHED}),"
        f" sum(value * denominator), sum(denominator) FILTER (WHERE {_WEIGHED})"
    ),
    "parts": _PARTS,
    "entries": f"{_PARTS}, sum(denominator) FILTER (WHERE {_WEIGHED} AND numerator IS NULL)",
}
_READY: Mapping[Given, str] = {
    "value": "value IS NOT NULL",
    "weighed": "value IS NOT NULL",
    "parts": _BOTH,
    "entries": f"(value IS NOT NULL OR {_BOTH})",
}
# The dimensions that are laid out may be there or not, those that are fixed must be there.
_OPEN = """string_to_array(breakdown, ';') @> %(fixed)s AND NOT EXISTS (
  SELECT 1 FROM unnest(string_to_array(breakdown, ';')) AS pair
   WHERE pair <> ALL(%(fixed)s) AND split_part(pair, '=', 1) <> ALL(%(open)s))"""


class Group(NamedTuple):
    """Entries that were added up, and what they come to."""

    place: Place
    entries: int
    unsigned: int
    provisional: int
    sums: Sums


def read_groups(connection: Connection, scope: Scope) -> list[Group]:
    """Everything recorded that a cube is of. Raises UnsuitableCube where that is too much."""
    found: list[Group] = []
    for given, indicators in _by_given(scope.indicators.values()):
        rows = connection.execute(_query(scope, given), _asked(scope, indicators)).fetchall()
        groups = (_group(scope, given, *row) for row in rows)
        found.extend(group for group in groups if scope.shows(group.place))
        if len(found) > MOST_GROUPS:
            raise UnsuitableCube(
                f"More than {MOST_GROUPS:,} figures would be laid out: choose fewer indicators,"
                " areas or periods.",
                field="rows",
            )
    return found


def read_ready(
    connection: Connection, scope: Scope, places: Iterable[Place]
) -> dict[tuple[str, str, str], frozenset[str]]:
    """The areas that have what is added up, by indicator, period and breakdown."""
    wanted = list(places)
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    known = {one.indicator.id: one.indicator for one in wanted}
    for given, indicators in _by_given(known.values()):
        ids = {one.id: one.code for one in indicators}
        asked = [one for one in wanted if one.indicator.id in ids]
        rows = connection.execute(
            "SELECT v.indicator, v.period, v.breakdown, array_agg(v.area)"
            " FROM unnest(%(ids)s::uuid[], %(periods)s::text[], %(breakdowns)s::text[])"
            "  AS asked (indicator, period, breakdown)"
            " JOIN value v ON v.indicator = asked.indicator AND v.period = asked.period"
            "  AND v.breakdown = asked.breakdown"
            " WHERE v.area = ANY(%(areas)s) AND v.from_position <= %(known)s"
            f"  AND v.to_position > %(known)s AND {_READY[given]} GROUP BY 1, 2, 3",
            {
                "ids": [one.indicator.id for one in asked],
                "periods": [one.period for one in asked],
                "breakdowns": [one.breakdown for one in asked],
                "areas": list(scope.areas),
                "known": scope.known,
            },
        )
        found |= {
            (ids[indicator], period, breakdown): frozenset(areas)
            for indicator, period, breakdown, areas in rows
        }
    return found


def given_as(definition: Definition) -> Given:
    """What an indicator's entries have that can be added up."""
    mean = definition.basis is Basis.AVERAGE
    if definition.has_parts:
        return "entries" if mean else "parts"
    return "weighed" if mean else "value"


def _by_given(
    indicators: Iterable[IndicatorKnown],
) -> Iterator[tuple[Given, list[IndicatorKnown]]]:
    known = list(indicators)
    for given in _SUMS:
        some = [one for one in known if given_as(one.definition) == given]
        if some:
            yield given, some


def _query(scope: Scope, given: Given) -> str:
    keys = [
        "indicator",
        "period",
        "area" if scope.areas_apart or given == "entries" else "''",
        "breakdown" if scope.asked.open_breakdowns else "''",
    ]
    grouped = [key for key in keys if key != "''"]
    conditions = [
        "indicator = ANY(%(indicators)s)",
        "area = ANY(%(areas)s)",
        _OPEN if scope.asked.open_breakdowns else "breakdown = %(breakdown)s",
        "from_position <= %(known)s AND to_position > %(known)s",
    ]
    if scope.periods is not None:
        conditions.append("period = ANY(%(periods)s)")
    return (
        f"SELECT {', '.join(keys)}, count(*),"
        f" count(*) FILTER (WHERE signed_by IS NULL AND missing = ''),"
        f" count(*) FILTER (WHERE provisional AND missing = ''), {_SUMS[given]} FROM value"
        f" WHERE {' AND '.join(conditions)} GROUP BY {', '.join(grouped)}"
        f" LIMIT {MOST_GROUPS + 1}"
    )


def _asked(scope: Scope, indicators: list[IndicatorKnown]) -> dict[str, Any]:
    return {
        "indicators": [one.id for one in indicators],
        "areas": list(scope.areas),
        "periods": None if scope.periods is None else list(scope.periods),
        "breakdown": scope.breakdown,
        "fixed": [pair for pair in scope.breakdown.split(";") if pair],
        "open": list(scope.asked.open_breakdowns),
        "known": scope.known,
    }


def _group(  # noqa: PLR0913 - a row as it comes
    scope: Scope,
    given: Given,
    indicator: UUID,
    period: str,
    area: str,
    breakdown: str,
    entries: int,
    unsigned: int,
    provisional: int,
    *sums: Any,
) -> Group:
    one = scope.indicators[indicator]
    if not scope.asked.open_breakdowns:
        breakdown = scope.breakdown
    place = Place(one, area, period, breakdown)
    return Group(place, entries, unsigned, provisional, _sums(given, one.definition, *sums))


def _sums(given: Given, definition: Definition, *found: Any) -> Sums:
    """Sums as the database made them; of nothing at all it makes null."""
    count, *numbers = (Decimal(0) if number is None else number for number in found)
    match given, numbers:
        case "value", [value]:
            return Sums(figures=int(count), value=value)
        case "weighed", [value, weights, weighted, weight]:
            return Sums(
                figures=int(count),
                value=value,
                weights=int(weights),
                weighted=weighted,
                weight=weight,
            )
        case "parts", [numerator, denominator, values, value]:
            return Sums(
                figures=int(values),
                value=value,
                pairs=int(count),
                numerator=numerator,
                denominator=denominator,
            )
        case "entries", [numerator, denominator, values, value, weight]:  # of one entry
            if not denominator:  # a value alone, perhaps with what it weighs
                return Sums(
                    figures=int(values),
                    value=value,
                    weights=int(bool(weight)),
                    weighted=EXACT.multiply(value, weight),
                    weight=weight,
                )
            return Sums(
                figures=1,
                value=ratio(numerator, denominator, definition.multiplier),
                pairs=1,
                numerator=numerator,
                denominator=denominator,
                weights=1,
                weighted=EXACT.multiply(numerator, definition.multiplier),
                weight=denominator,
            )
        case _:
            raise AssertionError(given)
