"""What a proof consists of: a leaf's way to a signed root, and a tree's way to a later one."""

from base64 import b64encode

import msgspec

from ledger.engine import Connection
from ledger.proofs.leaf import read_leaves
from ledger.proofs.note import Checkpoint
from ledger.proofs.tree import ReadTile, consistency, inclusion, leaf_at, leaf_hash, root

PROOF_FORM = "c2sp.org/tlog-proof@v1"


class Inclusion(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event stands in the tree of a size: the hashes beside its way to the root.

    Hashes are in hexadecimal; ``index`` counts from 0, as trees do.
    """

    position: int
    index: int
    size: int
    root: str
    leaf_hash: str
    hashes: tuple[str, ...]


class Consistency(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """That the tree of one size begins with that of another. Hashes are in hexadecimal."""

    from_: int
    to: int
    from_root: str
    to_root: str
    hashes: tuple[str, ...]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """All that proves an event: its entry in the tree, its bytes, its proof, the checkpoint.

    ``proof`` is the same as one text, in the form of C2SP tlog-proof, for tools of others.
    """

    position: int
    entry: str
    payload: str
    leaf_hash: str
    index: int
    size: int
    hashes: tuple[str, ...]
    checkpoint: str
    proof: str


def read_inclusion(read: ReadTile, position: int, size: int) -> Inclusion:
    """Raises ValueError for a position that the tree of this size does not hold."""
    path = inclusion(read, position - 1, size)
    return Inclusion(
        position=position,
        index=position - 1,
        size=size,
        root=root(read, size).hex(),
        leaf_hash=leaf_at(read, position - 1).hex(),
        hashes=_hex(path),
    )


def read_consistency(read: ReadTile, old: int, new: int) -> Consistency:
    """Raises ValueError for sizes a tree cannot grow between."""
    proof = consistency(read, old, new)
    return Consistency(
        from_=old,
        to=new,
        from_root=root(read, old).hex(),
        to_root=root(read, new).hex(),
        hashes=_hex(proof),
    )


def read_receipt(
    connection: Connection, read: ReadTile, position: int, checkpoint: Checkpoint
) -> Receipt:
    """The receipt of an event under a checkpoint that covers it."""
    path = inclusion(read, position - 1, checkpoint.size)
    (entry,) = read_leaves(connection, position - 1, position)
    row = connection.execute(
        "SELECT state FROM ledger.ledger_events WHERE notification_id = %s",
        (position,),
        binary=True,
    ).fetchone()
    assert row is not None
    return Receipt(
        position=position,
        entry=entry.decode(),
        payload=bytes(row[0]).decode(),
        leaf_hash=leaf_hash(entry).hex(),
        index=position - 1,
        size=checkpoint.size,
        hashes=_hex(path),
        checkpoint=checkpoint.note,
        proof=proof_text(position - 1, path, checkpoint),
    )


def proof_text(index: int, path: list[bytes], checkpoint: Checkpoint) -> str:
    """A proof in the form of C2SP tlog-proof."""
    hashes = "".join(f"{b64encode(each).decode()}\n" for each in path)
    return f"{PROOF_FORM}\nindex {index}\n{hashes}\n{checkpoint.note}"


def _hex(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)
