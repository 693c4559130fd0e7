"""The logs that a record was signed under: the last is the one in use."""

from datetime import datetime
from uuid import UUID

import msgspec

from ledger.engine import Connection

EVENTS_LOST, SIGNER_LOST = "events-lost", "signer-lost"  # why a log was begun anew


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """A log: its number, from 1, and the id that is part of its name.

    Of one that was begun anew also when, why (``events-lost`` or ``signer-lost``), how many of the
    events that were signed before are in the record (``agreed``), and how many the log before it
    had signed (``signed``), where its signer was there to tell, and how many there were then
    (``head``).
    """

    number: int
    id: UUID
    begun_at: datetime | None
    because: str | None
    agreed: int | None
    signed: int | None
    head: int | None


def logs(connection: Connection) -> list[Log]:
    """All logs of a record, the first first; the last is the one in use."""
    rows = connection.execute(
        "SELECT number, id, begun_at, because, agreed, signed, head FROM proofs.log ORDER BY number"
    ).fetchall()
    return [
        Log(
            number=number,
            id=log,
            begun_at=at,
            because=because,
            agreed=agreed,
            signed=signed,
            head=head,
        )
        for number, log, at, because, agreed, signed, head in rows
    ]
