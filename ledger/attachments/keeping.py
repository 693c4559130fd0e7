"""Attachments as they are kept beside the record, which holds their digests.

A file is kept before the act that names it: the record takes one act at a time, and would have
everybody wait for megabytes. One that no act ever names is in nobody's way: only its sender can
read it, and nothing relies on it.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

import msgspec

from ledger.attachments.kinds import Kind, kind_of
from ledger.attachments.names import base_name
from ledger.engine import Connection
from ledger.event import agreement_id

_DIGEST_LENGTH = 64  # hexadecimal digits of a SHA-256


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is kept. ``digest`` is the SHA-256 over a nonce and its bytes, as events hold it.

    ``name`` is what its sender called it.
    """

    digest: str
    name: str
    kind: Kind
    size: int
    kept_by: str


class Content(msgspec.Struct, frozen=True):
    """The bytes of an attachment, and the nonce its digest is over."""

    nonce: bytes
    content: bytes


def keep(
    connection: Connection,
    agreement: str,
    content: bytes,
    name: str,
    person: str,
    nonces: Callable[[], bytes],
) -> Attachment:
    """Keep a file that a person sends for an agreement.

    The same bytes are kept once; the same file sent again by the same person is the attachment it
    was. Raises AttachmentSize, AttachmentKind and AttachmentMacros.
    """
    name = base_name(name)
    kind, plain, stream = kind_of(content, name), sha256(content).digest(), agreement_id(agreement)
    nonce = nonces()
    digest = sha256(nonce + content).digest()
    with connection.transaction():
        connection.execute(
            "INSERT INTO attachments.content VALUES (%b, %b) ON CONFLICT DO NOTHING",
            (plain, content),
        )
        connection.execute(
            "INSERT INTO attachments.attachment"
            " (digest, nonce, sha256, agreement, name, kind, bytes, kept_by)"
            " VALUES (%b, %b, %b, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (digest, nonce, plain, stream, name, kind, len(content), person),
        )
        row = connection.execute(
            "SELECT digest FROM attachments.attachment WHERE agreement = %s AND kept_by = %s"
            " AND sha256 = %b AND name = %s",
            (stream, person, plain, name),
            binary=True,
        ).fetchone()
    assert row is not None, "it was kept now, or before"
    return Attachment(digest=row[0].hex(), name=name, kind=kind, size=len(content), kept_by=person)


def those_kept(connection: Connection, agreement: str, digests: Iterable[str]) -> frozenset[str]:
    """Those of some digests (hex) that are of attachments of an agreement, and not erased."""
    wanted = [raw for digest in digests if (raw := _raw(digest))]
    rows = connection.execute(
        "SELECT digest FROM attachments.attachment"
        " WHERE digest = ANY(%s) AND agreement = %s AND sha256 IS NOT NULL",
        (wanted, agreement_id(agreement)),
        binary=True,
    )
    return frozenset(digest.hex() for (digest,) in rows)


def find(connection: Connection, agreement: str, digest: str) -> Attachment | None:
    """An attachment of an agreement; None where there is none, or it was erased."""
    raw = _raw(digest)
    row = (
        raw
        and connection.execute(
            "SELECT name, kind, bytes, kept_by FROM attachments.attachment"
            " WHERE digest = %b AND agreement = %s AND sha256 IS NOT NULL",
            (raw, agreement_id(agreement)),
        ).fetchone()
    )
    if not row:
        return None
    name, kind, size, kept_by = row
    return Attachment(digest=digest, name=name, kind=Kind(kind), size=size, kept_by=kept_by)


def read_content(connection: Connection, attachment: Attachment) -> Content | None:
    """The bytes of an attachment; None where they are not those that its digest is over."""
    raw = bytes.fromhex(attachment.digest)
    row = connection.execute(
        "SELECT a.nonce, c.content FROM attachments.attachment a"
        " JOIN attachments.content c ON c.sha256 = a.sha256 WHERE a.digest = %b",
        (raw,),
        binary=True,
    ).fetchone()
    if row is None or sha256(row[0] + row[1]).digest() != raw:
        return None
    return Content(*row)


def _raw(digest: str) -> bytes | None:
    """The bytes of a digest as events write it: lower case, without blanks."""
    try:
        raw = bytes.fromhex(digest)
    except ValueError:
        return None
    return raw if len(digest) == _DIGEST_LENGTH and raw.hex() == digest else None
