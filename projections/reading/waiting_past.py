"""What was there before an entry that waits: earlier versions of its cell, and its whole series."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from projections.reading.value_rows import COLUMNS, Stored
from projections.reading.waiting_piles import Found

Key = tuple[UUID, str, str, str]  # indicator, period, area, breakdown
Line = tuple[UUID, str, str]  # indicator, area, breakdown


class Version(NamedTuple):
    """A state of a cell, and the positions it held from and to."""

    stored: Stored
    from_position: int
    to_position: int

    @property
    def name(self) -> str:
        """The entry's name."""
        return f"{self.stored.entry_position}.{self.stored.entry_index}"


class Past(NamedTuple):
    """What is known of the cells that wait, and of the series they are part of."""

    versions: Mapping[Key, Sequence[Version]]  # the oldest first
    series: Mapping[Line, Mapping[str, Stored]]  # what holds, by period
    definitions: Mapping[UUID, Sequence[tuple[int, int]]]  # position and version, the oldest first

    def earlier(self, found: Found) -> Version | None:
        """The last version before the present one that was signed off; else the one replaced."""
        *before, now = self.versions[key_of(found)]
        signed = (one for one in reversed(before) if one.stored.signed_by is not None)
        others = (one for one in reversed(before) if one.name != now.name)
        return next(signed, None) or next(others, None)

    def definition_at(self, indicator: UUID, position: int) -> int:
        """The version of an indicator's definition at a position."""
        versions = self.definitions[indicator]
        return next(version for begins, version in reversed(versions) if begins <= position)


def key_of(found: Found) -> Key:
    """The cell of an entry."""
    stored = found.stored
    return found.indicator.id, stored.period, stored.area, stored.breakdown


def line_of(found: Found) -> Line:
    """The series of an entry."""
    return found.indicator.id, found.stored.area, found.stored.breakdown


def read_past(connection: Connection, page: Sequence[Found], known: int) -> Past:
    """Everything that was before these entries, as known."""
    return Past(
        _versions(connection, page, known),
        _series(connection, page, known),
        _definitions(connection, page, known),
    )


def _versions(
    connection: Connection, page: Sequence[Found], known: int
) -> dict[Key, list[Version]]:
    indicators, periods, areas, breakdowns = _columns([key_of(one) for one in page], 4)
    rows = connection.execute(
        f"SELECT v.indicator, v.from_position, v.to_position, {COLUMNS}"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])"
        " AS a (indicator, period, area, breakdown)"
        " JOIN value v ON v.indicator = a.indicator AND v.period = a.period"
        " AND v.area = a.area AND v.breakdown = a.breakdown"
        " WHERE v.from_position <= %s ORDER BY v.from_position",
        (indicators, periods, areas, breakdowns, known),
    )
    found: dict[Key, list[Version]] = {}
    for indicator, begins, ends, *columns in rows:
        stored = Stored(*columns)
        key = (indicator, stored.period, stored.area, stored.breakdown)
        found.setdefault(key, []).append(Version(stored, begins, ends))
    return found


def _series(
    connection: Connection, page: Sequence[Found], known: int
) -> dict[Line, dict[str, Stored]]:
    lines = list(dict.fromkeys(line_of(one) for one in page))
    indicators, areas, breakdowns = _columns(lines, 3)
    rows = connection.execute(
        f"SELECT v.indicator, {COLUMNS} FROM unnest(%s::uuid[], %s::text[], %s::text[])"
        " AS a (indicator, area, breakdown)"
        " JOIN value v ON v.indicator = a.indicator AND v.area = a.area"
        " AND v.breakdown = a.breakdown WHERE v.from_position <= %s AND v.to_position > %s",
        (indicators, areas, breakdowns, known, known),
    )
    found: dict[Line, dict[str, Stored]] = {}
    for indicator, *columns in rows:
        stored = Stored(*columns)
        line = (indicator, stored.area, stored.breakdown)
        found.setdefault(line, {})[stored.period] = stored
    return found


def _definitions(
    connection: Connection, page: Sequence[Found], known: int
) -> dict[UUID, list[tuple[int, int]]]:
    rows = connection.execute(
        "SELECT indicator, from_position, definition_version FROM indicator"
        " WHERE indicator = ANY(%s) AND from_position <= %s ORDER BY from_position",
        (list({one.indicator.id for one in page}), known),
    )
    found: dict[UUID, list[tuple[int, int]]] = {}
    for indicator, begins, version in rows:
        found.setdefault(indicator, []).append((begins, version))
    return found


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[n] for row in rows] for n in range(width)]
