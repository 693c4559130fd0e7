"""The files that are evidence for entries: who attached them and when, and what they are.

What an entry has is laid out from the record; the name and kind of a file lie beside it, and are
not there once it was erased.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from ledger.engine import Connection
from ledger.event import agreement_id
from projections.answers import AttachmentRow

Place = tuple[int, int]  # position and index of an entry


def read_attachments(
    connection: Connection, indicator: UUID, entries: Iterable[Place], known_position: int
) -> dict[Place, tuple[AttachmentRow, ...]]:
    """The attachments of entries of an indicator at a position, in the order they were given."""
    places = list(entries)
    rows = connection.execute(
        "SELECT e.entry_position, e.entry_index, e.attachment, a.name, a.kind, a.bytes,"
        " e.attached_by, e.attached_at, a.sha256 IS NULL"
        " FROM unnest(%s::int8[], %s::int4[]) AS p(position, index)"
        " JOIN evidence e ON e.indicator = %s AND e.entry_position = p.position"
        " AND e.entry_index = p.index"
        " LEFT JOIN attachments.attachment a ON a.digest = decode(e.attachment, 'hex')"
        " WHERE e.from_position <= %s ORDER BY e.entry_position, e.entry_index, e.ordinal",
        ([one for one, _ in places], [index for _, index in places], indicator, known_position),
    )
    found: dict[Place, list[AttachmentRow]] = defaultdict(list)
    for position, index, digest, name, kind, size, by, at, erased in rows:
        found[position, index].append(
            AttachmentRow(
                attachment=digest,
                name=None if erased else name,
                kind=kind,
                size=size,
                attached_by=by,
                attached_at=at,
            )
        )
    return {place: tuple(rows) for place, rows in found.items()}


def is_named(connection: Connection, agreement: str, digest: str) -> bool:
    """Whether an entry of an agreement was ever given this file."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM evidence e JOIN indicator i USING (indicator)"
        " WHERE e.attachment = %s AND i.agreement = %s)",
        (digest, agreement_id(agreement)),
    ).fetchone()
    return row is not None and bool(row[0])
