"""Bundles made from a real ledger, by a second hand: what the product exports, worked out simply.

The tree follows the definition of RFC 9162 word for word, so it is slow and plain.
"""

import base64
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args
from uuid import NAMESPACE_OID, uuid5

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from histories import reading

from projections.reading.evidence import Kind, columns, read_lines

ORIGIN = "ledger.example/partnership"
EVENTS = """
SELECT e.notification_id, e.originator_id, e.originator_version, e.topic, e.state, c.recorded_at,
  c.actor, c.command, c.first_position, c.last_position, c.correlation_id, c.idempotency_key,
  c.request_digest, c.answer
FROM ledger.ledger_events e
JOIN ledger.commits c ON e.notification_id BETWEEN c.first_position AND c.last_position
ORDER BY e.notification_id, c.last_position
"""

START, HOUR = datetime(2025, 4, 1, 9, 0, 0, 250_000, tzinfo=UTC), timedelta(hours=1)
HEADINGS: dict[Kind, bytes] = {
    kind: json.dumps(columns(kind)).encode() + b"\n" for kind in get_args(Kind)
}

Parts = dict[str, bytes]  # the members of a bundle


class Signer:
    """Somebody with a key of their own."""

    def __init__(self, seed: int = 7, origin: str = ORIGIN) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.origin = origin
        self._public = b"\1" + self._key.public_key().public_bytes_raw()
        self._identity = sha256(f"{origin}\n".encode() + self._public).digest()[:4]

    @property
    def verifier_key(self) -> str:
        return f"{self.origin}+{self._identity.hex()}+{text64(self._public)}"

    def checkpoint(self, size: int, root: bytes) -> str:
        body = f"{self.origin}\n{size}\n{text64(root)}\n"
        signature = text64(self._identity + self._key.sign(body.encode()))
        return f"{body}\n— {self.origin} {signature}\n"


def text64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def digest(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, of hashed leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(b"\1", root_of(leaves[:k]), root_of(leaves[k:]))


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) < 2:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*path_of(index, leaves[:k]), root_of(leaves[k:])]
    return [*path_of(index - k, leaves[k:]), root_of(leaves[:k])]


def receipt(signer: Signer, index: int, leaves: list[bytes]) -> str:
    path = "".join(f"{text64(node)}\n" for node in path_of(index, leaves))
    note = signer.checkpoint(len(leaves), root_of(leaves))
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}"


def time_text(at: datetime) -> str:
    at = at.astimezone(UTC).replace(tzinfo=None)
    return f"{at.isoformat()}Z"


def hashed(stored: bytes | None) -> str | None:
    return None if stored is None else digest(stored).hex()


def entry_line(row: tuple[Any, ...]) -> bytes:
    """The leaf's entry of a row of EVENTS."""
    position, stream, version, topic, state, at, actor, command, first, last = row[:10]
    correlation, key, request, answer = row[10:]
    entry = {
        "leaf": 1, "position": position, "stream": str(stream), "version": version,
        "topic": topic, "recorded_at": time_text(at), "actor": actor, "command": command,
        "first": first, "last": last, "correlation": str(correlation), "key": key,
        "request": None if request is None else request.hex(), "answer": hashed(answer),
        "payload": hashed(state),
    }  # fmt: skip
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()


def events_of(url: str) -> list[tuple[bytes, bytes]]:
    """Entry and payload of every event, as they are stored now."""
    with psycopg.connect(url) as connection:
        return [(entry_line(row), bytes(row[4])) for row in connection.execute(EVENTS)]


def leaves_of(url: str) -> list[bytes]:
    return [digest(b"\0", line) for line, _ in events_of(url)]


def lines(items: list[str]) -> bytes:
    return "".join(f"{item}\n" for item in items).encode()


def texts_of(url: str) -> bytes:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT digest, nonce, text FROM ledger.texts").fetchall()
    told = [{"digest": d.hex(), "nonce": n.hex(), "text": text} for d, n, text in rows]
    return lines([json.dumps(one, ensure_ascii=False) for one in told])


def parts_of(
    url: str,
    signer: Signer,
    *,
    earlier: tuple[int, ...] = (),
    tree: list[bytes] | None = None,
    notes: Mapping[int, str] | None = None,
) -> Parts:
    """The members of a bundle of a whole ledger, as `assembled` says.

    Its answers must have been brought up to it.
    """
    events = events_of(url)
    size = max(notes) if notes else len(events)
    with reading(url) as connection, connection.transaction():
        values = list(read_lines(connection, "values", size))
        status = list(read_lines(connection, "status", size))
    return assembled(
        events, signer, earlier=earlier, tree=tree, notes=notes, texts=texts_of(url),
        values=lines(values), status=lines(status),
    )  # fmt: skip


def assembled(
    events: Sequence[tuple[bytes, bytes]],
    signer: Signer,
    *,
    earlier: tuple[int, ...] = (),
    tree: list[bytes] | None = None,
    notes: Mapping[int, str] | None = None,
    texts: bytes = b"",
    values: bytes = HEADINGS["values"],
    status: bytes = HEADINGS["status"],
) -> Parts:
    """The members of a bundle, with checkpoints signed at earlier sizes.

    ``tree`` and ``notes`` are what was kept before somebody came and altered the ledger: leaf
    hashes, and checkpoints by size, the largest the last.
    """
    tree = [digest(b"\0", line) for line, _ in events] if tree is None else tree
    if notes is None:
        sizes = (*earlier, len(tree))
        notes = {size: signer.checkpoint(size, root_of(tree[:size])) for size in sizes}
    *before, size = notes
    facts = {
        "format": "outturn-bundle/1", "origin": signer.origin, "key": signer.verifier_key,
        "size": size, "made_at": "2026-04-30T09:00:00Z",
    }  # fmt: skip
    return {
        "README.txt": b"A bundle.\n",
        "bundle.json": json.dumps(facts).encode(),
        "checkpoint": notes[size].encode(),
        "checkpoints.jsonl": lines([json.dumps({"size": s, "note": notes[s]}) for s in before]),
        "events": b"".join(b"%b\n%b\n" % pair for pair in events),
        "leaves": b"".join(tree),
        "texts.jsonl": texts,
        "values.jsonl": values,
        "status.jsonl": status,
    }


def invented(count: int) -> list[tuple[bytes, bytes]]:
    """Events of no ledger: three streams in turn, two events a command."""
    events = []
    for n in range(count):
        first = n - n % 2
        row = (
            n + 1, uuid5(NAMESPACE_OID, f"stream {n % 3}"), n // 3 + 1, "priority-set",
            b'{"code":"p%d","title":"A priority"}' % n, START + first * HOUR, "päm", "test",
            first + 1, min(first + 2, count), uuid5(NAMESPACE_OID, f"request {first}"),
            "key \"1\"" if first % 4 else None, b"r" * 32 if first % 4 else None, b"{}",
        )  # fmt: skip
        events.append((entry_line(row), row[4]))
    return events


def write(path: Path, parts: Parts, change: Callable[[Parts], None] | None = None) -> Path:
    """Write a bundle, with its members changed if asked."""
    parts = dict(parts)
    if change:
        change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
    return path
