"""Entries that somebody chose by name: what each was, what holds in its place now, since when."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from projections.answers import ValueRow
from projections.reading.behind import behind
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import some_indicators
from projections.reading.recorded import Act, read_acts
from projections.reading.structure import IndicatorKnown, Structure, read_structure
from projections.reading.value_rows import COLUMNS, Stored, value_rows
from projections.waiting_answers import ChosenEntry

OPEN = 9223372036854775807  # the end of what has none yet
_Chosen = tuple[str, str]  # an indicator's code and an entry's name


class _State(NamedTuple):
    """A state of an entry or of its cell, and the positions it held from and to."""

    stored: Stored
    from_position: int
    to_position: int


def read_chosen(
    connection: Connection, agreement: str, clocks: ResolvedClocks, names: Sequence[_Chosen]
) -> tuple[ChosenEntry, ...]:
    """The entries of these names, in their order; those that never were are left out.

    Raises UnknownAgreement.
    """
    structure = read_structure(connection, agreement, clocks.clocks)
    known = clocks.clocks.known_position
    codes = {code for code, _ in names}
    indicators = some_indicators(connection, structure, codes, known)
    found = _last_states(connection, indicators, names, known)
    cells = _cells(connection, indicators, found, known)
    told = _Told(connection, structure, indicators, known)
    rows = told.rows({key: state.stored for key, state in found.items()})
    rows_now = told.rows({key: state.stored for key, state in cells.items()})
    acts = _acts(connection, found, cells)
    return tuple(
        ChosenEntry(
            indicator=key[0],
            title=indicators[key[0]].definition.title,
            unit=indicators[key[0]].definition.unit,
            definition_version=indicators[key[0]].definition_version,
            seen=rows[key],
            now=rows_now.get(key),
            given=behind(acts[cells[key].stored.entry_position]) if key in cells else None,
            since=behind(acts[_since(found[key], cells.get(key))]),
        )
        for key in dict.fromkeys(names)
        if key in found
    )


def _last_states(
    connection: Connection,
    indicators: Mapping[str, IndicatorKnown],
    names: Sequence[_Chosen],
    known: int,
) -> dict[_Chosen, _State]:
    """The last state of each entry, by indicator and name."""
    ids = {one.id: code for code, one in indicators.items()}
    places = [_place(name) for _, name in names]
    wanted = {(code, *place) for (code, _), place in zip(names, places, strict=True)}
    rows = connection.execute(
        f"SELECT v.indicator, v.from_position, v.to_position, {COLUMNS} FROM value v"
        " WHERE v.indicator = ANY(%s) AND v.entry_position = ANY(%s) AND v.from_position <= %s"
        " ORDER BY v.from_position",
        (list(ids), [position for position, _ in places], known),
    )
    found = {}
    for stream, begins, ends, *columns in rows:
        stored = Stored(*columns)
        if (ids[stream], stored.entry_position, stored.entry_index) in wanted:
            name = f"{stored.entry_position}.{stored.entry_index}"
            found[ids[stream], name] = _State(stored, begins, ends if ends <= known else OPEN)
    return found


def _cells(
    connection: Connection,
    indicators: Mapping[str, IndicatorKnown],
    found: Mapping[_Chosen, _State],
    known: int,
) -> dict[_Chosen, _State]:
    """What holds in the places of entries, by the same keys."""
    keys: dict[tuple[UUID, str, str, str], list[_Chosen]] = {}
    for (code, name), state in found.items():
        stored = state.stored
        cell = (indicators[code].id, stored.period, stored.area, stored.breakdown)
        keys.setdefault(cell, []).append((code, name))
    rows = connection.execute(
        f"SELECT v.indicator, v.from_position, {COLUMNS}"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])"
        " AS a (indicator, period, area, breakdown)"
        " JOIN value v ON v.indicator = a.indicator AND v.period = a.period"
        " AND v.area = a.area AND v.breakdown = a.breakdown"
        " WHERE v.from_position <= %s AND v.to_position > %s",
        (*([cell[n] for cell in keys] for n in range(4)), known, known),
    )
    holding = {}
    for stream, begins, *columns in rows:
        stored = Stored(*columns)
        for key in keys[stream, stored.period, stored.area, stored.breakdown]:
            holding[key] = _State(stored, begins, OPEN)
    return holding


def _since(seen: _State, now: _State | None) -> int:
    return seen.to_position if now is None else now.from_position


def _acts(
    connection: Connection, found: Mapping[_Chosen, _State], cells: Mapping[_Chosen, _State]
) -> dict[int, Act]:
    positions = {_since(found[key], cells.get(key)) for key in found}
    positions |= {state.stored.entry_position for state in cells.values()}
    return read_acts(connection, positions)


class _Told(NamedTuple):
    """What turns stored entries into rows of the answer."""

    connection: Connection
    structure: Structure
    indicators: Mapping[str, IndicatorKnown]
    known: int

    def rows(self, stored: Mapping[_Chosen, Stored]) -> dict[_Chosen, ValueRow]:
        """The rows of entries, those of an indicator together."""
        found: dict[_Chosen, ValueRow] = {}
        for code, indicator in self.indicators.items():
            mine = {key: one for key, one in stored.items() if key[0] == code}
            rows = value_rows(self.connection, self.structure, indicator, mine.values(), self.known)
            found.update(zip(mine, rows, strict=True))
        return found


def _place(name: str) -> tuple[int, int]:
    """The position and index of a name; of no entry at all where it is not one."""
    position, _, index = name.partition(".")
    if not (position.isdecimal() and index.isdecimal() and len(name) < len(str(OPEN))):
        return -1, -1
    return int(position), int(index)
