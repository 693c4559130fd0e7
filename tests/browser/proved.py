"""Real proofs for the built board: its figures in a real tree, really signed."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.event import encode
from ledger.indicator.events import Entry, ValuesSubmitted
from ledger.proofs.leaf import FORM, Leaf, encode_leaf
from ledger.proofs.note import Key, sign
from ledger.proofs.receipts import Receipt, proof_text
from ledger.proofs.tree import grown, inclusion, leaf_hash, root
from projections.answers import ValueRow

SIZE = 300
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"only for the built board, never!".ljust(32))
KEY = Key("ledger.example.org/built", PRIVATE.public_key().public_bytes_raw())
STREAM = UUID("0b0e0000-0000-5000-8000-000000000001")


def receipt_of(value: ValueRow) -> Receipt:
    """The receipt of an entry, whose event has some more of them."""
    position, index = map(int, value.name.split("."))
    figure = None if value.value is None else Decimal(value.value)
    entry = Entry(period=value.period, area=value.area, value=figure, missing=value.missing or "")
    state = encode(ValuesSubmitted(entries=(entry,) * (index + 2)))
    line = encode_leaf(_leaf(position, value.submitted_by, value.recorded_at, state))
    leaves = [leaf_hash(str(n).encode()) for n in range(SIZE)]
    leaves[position - 1] = leaf_hash(line)
    tiles = grown(lambda *_: b"", 0, leaves)

    def read(level: int, number: int, _hashes: int) -> bytes:
        return tiles.get((level, number), b"")

    path = inclusion(read, position - 1, SIZE)
    signed = sign(KEY, PRIVATE, SIZE, root(read, SIZE))
    return Receipt(
        position=position,
        entry=line.decode(),
        payload=state.decode(),
        leaf_hash=leaf_hash(line).hex(),
        index=position - 1,
        size=SIZE,
        hashes=tuple(each.hex() for each in path),
        checkpoint=signed.note,
        proof=proof_text(position - 1, path, signed),
    )


def _leaf(position: int, actor: str, at: datetime, state: bytes) -> Leaf:
    return Leaf(
        leaf=FORM,
        position=position,
        stream=STREAM,
        version=2,
        topic=ValuesSubmitted.TOPIC,
        recorded_at=at,
        actor=actor,
        command="submit-values",
        first=position,
        last=position,
        correlation=STREAM,
        key=None,
        request=None,
        answer=None,
        payload=sha256(state).hexdigest(),
    )
