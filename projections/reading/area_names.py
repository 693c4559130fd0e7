"""What areas that are not the agreement's are called, by its code map of names as known."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import msgspec

from ledger.agreement.events import CodeMapSet
from ledger.engine import Connection
from projections.folding.agreements import CODE_MAP
from projections.reading.structure import Structure

NAMES = "area names"  # the code of that part: its kind and its name
_decode = msgspec.json.Decoder(CodeMapSet).decode


def name_areas(connection: Connection, structure: Structure, known_position: int) -> None:
    """Give the structure the names of areas elsewhere; none where no names were set up."""
    row = connection.execute(
        "SELECT data FROM structure WHERE agreement = %s AND kind = %s AND code = %s"
        " AND from_position <= %s AND to_position > %s",
        (structure.id, CODE_MAP, NAMES, known_position, known_position),
    ).fetchone()
    if row is not None:
        structure.names = _names(row[0])


@lru_cache(maxsize=64)
def _names(data: str) -> Mapping[str, str]:
    """The name of each area: of several the one that holds longest, and of those the first."""
    found: dict[str, str] = {}
    entries = _decode(data).entries
    for entry in sorted(entries, key=lambda one: one.valid_to or date.max, reverse=True):
        found.setdefault(entry.ours, entry.code)
    return found
