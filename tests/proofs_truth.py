"""Whether a tree is what the events say, and what a signer ever gave away."""

from pathlib import Path

from ledger.engine import Connection
from ledger.proofs.leaf import read_leaves
from ledger.proofs.note import Checkpoint, key_of, open_checkpoint
from ledger.proofs.tiles import last_checkpoint, reading
from ledger.proofs.tree import grown, leaf_hash, root


def is_what_the_events_say(connection: Connection) -> int:
    """Whether tiles and checkpoint are those of a tree made anew; answers its size."""
    signed = last_checkpoint(connection)
    assert signed is not None
    leaves = [leaf_hash(entry) for entry in read_leaves(connection, 0, signed.size)]
    tiles = grown(lambda *_: b"", 0, leaves)
    stored = connection.execute("SELECT level, number, hashes FROM proofs.tile").fetchall()
    assert tiles == {(level, number): hashes for level, number, hashes in stored}
    assert root(reading(connection), signed.size) == signed.root
    assert signed == open_checkpoint(signed.note, key_of(signed.key))
    return signed.size


def kept_checkpoints(signers: Path) -> dict[int, Checkpoint]:
    """What the signers of a folder signed last, by size."""
    found: dict[int, Checkpoint] = {}
    for kept in signers.glob("*/signed"):
        key = key_of(kept.with_name("key.pub").read_text())
        signed = open_checkpoint(kept.read_text(), key)
        found[signed.size] = signed
    return found
