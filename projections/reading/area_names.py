"""What areas that are not the agreement's are called, by its code map of names as known."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import msgspec

from ledger.agreement.events import CodeMapSet
from ledger.engine import Connection
from projections.folding.agreements import CODE_MAP, SHEET
from projections.reading.structure import Structure, sheet_of

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


def name_former_areas(connection: Connection, structure: Structure, known_position: int) -> None:
    """Give the structure the names of areas that were the agreement's once, each by its last."""
    rows = connection.execute(
        "SELECT data FROM structure WHERE agreement = %s AND kind = %s AND from_position <= %s"
        " ORDER BY from_position",
        (structure.id, SHEET, known_position),
    )
    former = {area.code: area.name for (data,) in rows for area in sheet_of(data).areas}
    structure.names = {**structure.names, **former}


@lru_cache(maxsize=64)
def _names(data: str) -> Mapping[str, str]:
    """The name of each area: of several the one that holds longest, and of those the first."""
    found: dict[str, str] = {}
    entries = _decode(data).entries
    for entry in sorted(entries, key=lambda one: one.valid_to or date.max, reverse=True):
        found.setdefault(entry.ours, entry.code)
    return found
