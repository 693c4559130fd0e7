"""Finding indicators of an agreement as known by their codes."""

from collections.abc import Iterable

from ledger.engine import Connection
from ledger.event import indicator_id
from policies.refusals import UnknownIndicator
from projections.reading.structure import IndicatorKnown, Structure, definition_of


def some_indicators(
    connection: Connection, structure: Structure, codes: Iterable[str], known_position: int
) -> dict[str, IndicatorKnown]:
    """Those indicators of some codes that were known, by code."""
    ids = {indicator_id(structure.sheet.code, code): code for code in codes}
    if not ids:
        return {}
    rows = connection.execute(
        "SELECT indicator, definition, definition_version, definition_position, retired_from"
        " FROM indicator WHERE indicator = ANY(%s) AND from_position <= %s AND to_position > %s",
        (list(ids), known_position, known_position),
    )
    return {
        ids[stream]: IndicatorKnown(stream, ids[stream], definition_of(text), *rest)
        for stream, text, *rest in rows
    }


def one_indicator(
    connection: Connection, structure: Structure, code: str, known_position: int
) -> IndicatorKnown:
    """An indicator by its code. Raises UnknownIndicator where it was not known yet."""
    found = some_indicators(connection, structure, [code], known_position).get(code)
    if found is None:
        raise UnknownIndicator(
            f"{structure.sheet.code} has no indicator {code!r} as known then.", field="indicator"
        )
    return found
