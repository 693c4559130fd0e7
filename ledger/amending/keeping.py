"""The documents of rehearsals: evidence beside the record, which holds their digests."""

from hashlib import sha256
from uuid import UUID

from ledger.engine import Connection


def keep_rehearsal(connection: Connection, amendment: UUID, document: bytes) -> str:
    """Keep the document of a rehearsal, byte for byte; answer its SHA-256 (hex).

    In the service's role, which may add such documents and neither change nor drop them.
    """
    digest = sha256(document)
    connection.execute(
        "INSERT INTO amendments.rehearsal (amendment, sha256, content) VALUES (%s, %b, %b)"
        " ON CONFLICT (amendment, sha256) DO NOTHING",
        (amendment, digest.digest(), document),
    )
    return digest.hexdigest()


def read_rehearsal(connection: Connection, amendment: UUID, digest: str) -> bytes:
    """The document of a rehearsal that the record names by its digest."""
    row = connection.execute(
        "SELECT content FROM amendments.rehearsal WHERE amendment = %s AND sha256 = %b",
        (amendment, bytes.fromhex(digest)),
        binary=True,
    ).fetchone()
    assert row is not None, "a rehearsal is kept before it is recorded"
    return bytes(row[0])
