"""Following the record: every event gets its leaf, and the tree over them is signed.

The append knows nothing of this: no lock is held longer and no command waits for a signature. One
step takes what is new, adds it to the tiles, asks the signer, and stores tiles and checkpoint in
one transaction. Should it end between the two, the signer remembers what it signed, and the next
step goes at least as far.
"""

from typing import Protocol

from ledger.engine import Connection
from ledger.proofs.leaf import read_leaves
from ledger.proofs.note import Checkpoint
from ledger.proofs.tiles import (
    keep_checkpoint,
    last_checkpoint,
    last_signed,
    over,
    reading,
    write,
)
from ledger.proofs.tree import consistency, grown, leaf_hash, root

MOST_AT_ONCE = 5_000  # events under one new checkpoint


class Trouble(Exception):
    """Why this ledger is not signed any more: a stable code, and a sentence for its operator."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Remembering(Protocol):
    """Whoever remembers what was signed last."""

    @property
    def signed(self) -> Checkpoint | None:
        """The last checkpoint; None before the first."""
        ...


class Signing(Remembering, Protocol):
    """Whoever signs as well."""

    def sign(self, size: int, root: bytes, proof: list[bytes]) -> Checkpoint:
        """A checkpoint over a tree that only grew."""
        ...


def step(connection: Connection, signer: Signing) -> int | None:
    """Take in the next events and have them signed; answer the size signed, None for nothing new.

    Raises Trouble where the record is not what was signed before, or another key signed it.
    """
    with connection.transaction():
        stored, held = last_checkpoint(connection), last_signed(connection)
        check_known(stored, signer)
        size = held.size if held else 0
        head = _head(connection)
        # A log that was begun anew first signs the tree that there is, as the former one left it.
        anew = size > 0 and stored is None
        following = size if anew else min(head, size + MOST_AT_ONCE)
        target = max(following, signer.signed.size if signer.signed else 0)
        if target > head:
            raise Trouble(
                "history-shrank",
                f"The signer signed a ledger of {target} events and there are {head}: events were"
                " lost or taken away, so nothing more is signed.",
            )
        if target == size and not anew:
            return None
        leaves = [leaf_hash(entry) for entry in read_leaves(connection, size, target)]
        if len(leaves) != target - size:
            raise Trouble(
                "gap",
                f"Between positions {size + 1} and {target} there are {len(leaves)} events and not"
                f" {target - size}: events were taken away, so nothing more is signed.",
            )
        read = reading(connection)
        changed = grown(read, size, leaves)
        read = over(changed, read)
        last = signer.signed
        proof = consistency(read, last.size, target) if last else []
        signed = signer.sign(target, root(read, target), proof)
        write(connection, changed)
        keep_checkpoint(connection, signed)
    return target


def check_known(stored: Checkpoint | None, signer: Remembering) -> None:
    """Refuse a ledger that was signed by somebody else, or further than this signer remembers."""
    if stored is None:
        return
    if signer.signed is None or stored.size > signer.signed.size:
        raise Trouble(
            "another-signer",
            f"The ledger holds a checkpoint over {stored.size} events that the signer here does not"
            " remember: run the service where its signer's folder is, or bring that folder here.",
        )
    if stored.size == signer.signed.size and (stored.root, stored.key) != (
        signer.signed.root,
        signer.signed.key,
    ):
        raise Trouble(
            "history-rewritten",
            f"The checkpoint over {stored.size} events is not the one that the signer remembers:"
            " it was put in the place of that, so nothing more is signed.",
        )


def _head(connection: Connection) -> int:
    row = connection.execute(
        "SELECT coalesce(max(last_position), 0) FROM ledger.commits"
    ).fetchone()
    assert row is not None
    return int(row[0])
