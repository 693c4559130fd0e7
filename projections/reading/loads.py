"""Loads of an agreement as known: where each stands, and who brought it there."""

from uuid import UUID

import msgspec

from ledger.engine import Connection
from ledger.event import agreement_id
from ledger.load.state import Load
from policies.refusals import UnknownLoad
from projections.reading.clocks import ResolvedClocks

_decode = msgspec.json.Decoder(Load).decode


def read_load(connection: Connection, agreement: str, load: UUID, clocks: ResolvedClocks) -> Load:
    """One load as known. Raises UnknownLoad."""
    row = connection.execute(
        "SELECT data FROM load WHERE load = %s AND agreement = %s AND from_position <= %s"
        " AND to_position > %s",
        (load, agreement_id(agreement), *2 * (clocks.clocks.known_position,)),
    ).fetchone()
    if row is None:
        raise UnknownLoad(f"{agreement} has no load {load} as known then.")
    return _decode(row[0])


def read_loads(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    before: int | None = None,
    limit: int = 500,
) -> list[tuple[int, Load]]:
    """The loads of an agreement as known, the latest first, with the position each came in at."""
    known = clocks.clocks.known_position
    rows = connection.execute(
        "SELECT ordinal, data FROM load WHERE agreement = %s AND ordinal < %s"
        " AND from_position <= %s AND to_position > %s ORDER BY ordinal DESC LIMIT %s",
        (agreement_id(agreement), 2**62 if before is None else before, known, known, limit),
    )
    return [(ordinal, _decode(data)) for ordinal, data in rows]


def same_file(
    connection: Connection, agreement: str, load: Load, clocks: ResolvedClocks
) -> Load | None:
    """The earliest other load of exactly the same file that is in, as known."""
    about = load.received or load.refused
    assert about is not None
    known = clocks.clocks.known_position
    row = connection.execute(
        "SELECT data FROM load WHERE sha256 = %s AND agreement = %s AND load <> %s"
        " AND from_position <= %s AND to_position > %s AND data::jsonb ->> 'stage' = 'committed'"
        " ORDER BY ordinal LIMIT 1",
        (about.sha256, agreement_id(agreement), load.id, known, known),
    ).fetchone()
    return None if row is None else _decode(row[0])
