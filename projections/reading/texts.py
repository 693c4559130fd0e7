"""Notes and reasons, which are kept beside the record and can be erased from there."""

from collections.abc import Iterable

from ledger.engine import Connection

_DIGEST_LENGTH = 64  # hexadecimal digits of a SHA-256


def read_texts(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """The texts of digests as events hold them; those erased are left out."""
    wanted = {digest: raw for digest in set(digests) if (raw := _raw(digest))}
    if not wanted:
        return {}
    rows = connection.execute(
        "SELECT digest, text FROM ledger.texts WHERE digest = ANY(%s) AND text IS NOT NULL",
        (list(wanted.values()),),
    )
    return {bytes(digest).hex(): text for digest, text in rows}


def _raw(digest: str) -> bytes | None:
    if len(digest) != _DIGEST_LENGTH:
        return None
    try:
        return bytes.fromhex(digest)
    except ValueError:
        return None
