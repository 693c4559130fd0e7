"""The headline figures of areas of one indicator and period as known, whoever gave them.

The agreement's own values come first: where an area has one, a publisher's is not asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.engine import Connection
from policies.definition import Definition
from policies.numbers import ratio
from projections.comparator_answers import Origin

Figure = Decimal | Fraction | None

_COLUMNS = (
    "value, numerator, denominator, confidence_low, confidence_high, missing, provisional,"
    " entry_position, entry_index"
)
# One round trip for both: of an area that has both, the agreement's own comes last, and holds.
_FIGURES = f"""
SELECT area, false, {_COLUMNS}, recorded_at, NULL::boolean, file, released_on, load
  FROM comparator
 WHERE indicator = %(indicator)s AND period = %(period)s AND breakdown = ''
   AND area = ANY(%(areas)s) AND from_position <= %(known)s AND to_position > %(known)s
UNION ALL
SELECT area, true, {_COLUMNS}, recorded_at, signed_by IS NOT NULL, '', NULL,
       coalesce((SELECT e.load::text FROM event e WHERE e.position = entry_position), '')
  FROM value
 WHERE indicator = %(indicator)s AND period = %(period)s AND breakdown = ''
   AND area = ANY(%(own)s) AND from_position <= %(known)s AND to_position > %(known)s
"""

# The same of many indicators, each in a period of its own: by the index, one after another, which
# OFFSET 0 keeps the planner to.
_OF_MANY = f"""
SELECT told.* FROM unnest(%(indicators)s::uuid[], %(periods)s::text[]) AS asked (one, at)
 CROSS JOIN LATERAL (
  SELECT indicator, area, false, {_COLUMNS}, recorded_at, NULL::boolean, file, released_on, load
    FROM comparator
   WHERE indicator = one AND period = at AND breakdown = '' AND area = ANY(%(areas)s)
     AND from_position <= %(known)s AND to_position > %(known)s OFFSET 0) AS told
UNION ALL
SELECT told.* FROM unnest(%(indicators)s::uuid[], %(periods)s::text[]) AS asked (one, at)
 CROSS JOIN LATERAL (
  SELECT indicator, area, true, {_COLUMNS}, recorded_at, signed_by IS NOT NULL, '', NULL::date, ''
    FROM value
   WHERE indicator = one AND period = at AND breakdown = '' AND area = ANY(%(own)s)
     AND from_position <= %(known)s AND to_position > %(known)s OFFSET 0) AS told
"""

_OVER_PERIODS = """
SELECT false, period, area, value, numerator, denominator FROM comparator
 WHERE indicator = %(indicator)s AND period = ANY(%(periods)s) AND breakdown = ''
   AND area = ANY(%(areas)s) AND from_position <= %(known)s AND to_position > %(known)s
UNION ALL
SELECT true, period, area, value, numerator, denominator FROM value
 WHERE indicator = %(indicator)s AND period = ANY(%(periods)s) AND breakdown = ''
   AND area = ANY(%(own)s) AND from_position <= %(known)s AND to_position > %(known)s
"""


class Told(NamedTuple):
    """What is known of one area, in the order of the query; ``own``: the agreement's own value."""

    area: str
    own: bool
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    confidence_low: Decimal | None
    confidence_high: Decimal | None
    missing: str
    provisional: bool
    entry_position: int
    entry_index: int
    recorded_at: datetime
    signed_off: bool | None
    file: str
    released_on: date | None
    load: str

    @property
    def entry(self) -> str:
        """The entry's name."""
        return f"{self.entry_position}.{self.entry_index}"

    @property
    def origin(self) -> Origin:
        """Where it is from."""
        return Origin(
            file=self.file,
            released_on=self.released_on,
            load=self.load or None,
            recorded_at=self.recorded_at,
        )

    def figure(self, definition: Definition) -> Figure:
        """The exact figure: from its parts where it has them, else as given."""
        return _figure(self.value, self.numerator, self.denominator, definition)


def read_figures(
    connection: Connection,
    indicator: UUID,
    period: str,
    areas: Iterable[str],
    own: Iterable[str],
    known_position: int,
) -> dict[str, Told]:
    """What is known of these areas, by area; ``own`` are those that are the agreement's."""
    rows = connection.execute(
        _FIGURES,
        {
            "indicator": indicator,
            "period": period,
            "areas": list(areas),
            "own": list(own),
            "known": known_position,
        },
    ).fetchall()
    told = Told._make
    return _with_files(connection, {row[0]: told(row) for row in rows}, known_position)


# The files of loads that brought the agreement's own values.
_LOADS = """
SELECT load::text, data FROM load
 WHERE load = ANY(%(loads)s::uuid[]) AND from_position <= %(known)s AND to_position > %(known)s
"""


class _Received(msgspec.Struct, frozen=True):
    file: str
    released_on: date | None = None


class _Loaded(msgspec.Struct, frozen=True):
    """What is asked of the fold of a load."""

    received: _Received


_decode = msgspec.json.Decoder(_Loaded).decode


def _with_files(
    connection: Connection, told: dict[str, Told], known_position: int
) -> dict[str, Told]:
    """The same, where an own value came in a file with that file."""
    loads = list({one.load for one in told.values() if one.own and one.load})
    if not loads:
        return told
    rows = connection.execute(_LOADS, {"loads": loads, "known": known_position}).fetchall()
    files = {load: _decode(data).received for load, data in rows}
    for area, one in told.items():
        found = files.get(one.load) if one.own else None
        if found is not None:
            told[area] = one._replace(file=found.file, released_on=found.released_on)
    return told


def read_figures_of_many(
    connection: Connection,
    periods: Mapping[UUID, str],
    areas: Iterable[str],
    own: Iterable[str],
    known_position: int,
) -> dict[UUID, dict[str, Told]]:
    """What is known of these areas, by indicator, each in its period, and by area."""
    rows = connection.execute(
        _OF_MANY,
        {
            "indicators": list(periods),
            "periods": list(periods.values()),
            "areas": list(areas),
            "own": list(own),
            "known": known_position,
        },
    )
    found: dict[UUID, dict[str, Told]] = {indicator: {} for indicator in periods}
    for indicator, *told in rows:
        found[indicator][told[0]] = Told._make(told)
    return found


def read_figures_over(
    connection: Connection,
    indicator: UUID,
    definition: Definition,
    periods: Iterable[str],
    areas: Iterable[str],
    own: Iterable[str],
    known_position: int,
) -> dict[str, dict[str, Figure]]:
    """The exact figures of these areas, by period and by area, in one question."""
    rows = connection.execute(
        _OVER_PERIODS,
        {
            "indicator": indicator,
            "periods": list(periods),
            "areas": list(areas),
            "own": list(own),
            "known": known_position,
        },
    ).fetchall()
    found: dict[str, dict[str, Figure]] = {}
    for _, period, area, value, above, below in sorted(rows, key=itemgetter(0)):  # own ones last
        found.setdefault(period, {})[area] = _figure(value, above, below, definition)
    return found


def _figure(
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    definition: Definition,
) -> Figure:
    if numerator is not None and denominator:
        return ratio(numerator, denominator, definition.multiplier)
    return value


def figures_of(told: Mapping[str, Told], definition: Definition) -> dict[str, Figure]:
    """The exact figures by area."""
    return {area: one.figure(definition) for area, one in told.items()}
