"""Finding one indicator of an agreement as known."""

from ledger.engine import Connection
from ledger.event import indicator_id
from policies.refusals import UnknownIndicator
from projections.reading.structure import IndicatorKnown, Structure, definition_of


def one_indicator(
    connection: Connection, structure: Structure, code: str, known_position: int
) -> IndicatorKnown:
    """An indicator by its code. Raises UnknownIndicator where it was not known yet."""
    stream = indicator_id(structure.sheet.code, code)
    row = connection.execute(
        "SELECT definition, definition_version, definition_position, retired FROM indicator"
        " WHERE indicator = %s AND from_position <= %s AND to_position > %s",
        (stream, known_position, known_position),
    ).fetchone()
    if row is None:
        raise UnknownIndicator(f"{structure.sheet.code} has no indicator {code!r} as known then.")
    text, version, position, retired = row
    return IndicatorKnown(stream, code, definition_of(text), version, position, retired)
