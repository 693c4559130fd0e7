"""Checkpoints and receipts are accepted by a program that is not ours: the sigstore client.

It implements signed notes and the inclusion proofs of RFC 6962, which are those of RFC 9162, for
the public log of software signatures.
"""

from types import SimpleNamespace
from typing import Any

import bundles
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore.errors import VerificationError

from ledger.proofs.note import Key, key_of, open_checkpoint
from ledger.proofs.receipts import proof_text
from ledger.proofs.signer import Ask, Signer
from ledger.proofs.tree import consistency, grown, inclusion, leaf_hash, root
from ledger.verifier import RECEIPT, read_key, read_receipt, unbase64

LINES = [line for line, _ in bundles.invented(300)]
LEAVES = [leaf_hash(line) for line in LINES]
TILES = grown(lambda _level, _number, _hashes: b"", 0, LEAVES)
SIZES = (1, 2, 3, 7, 8, 9, 255, 256, 257, 300)


def read(level: int, number: int, _hashes: int) -> bytes:
    return TILES.get((level, number), b"")


class Keyring:
    """One key, as the client asks for it."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        assert key_id == self._key.hash
        try:
            Ed25519PublicKey.from_public_bytes(self._key.public).verify(signature, data)
        except InvalidSignature as error:
            raise VerificationError("another signature") from error


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Key, dict[int, str]]:
    """What our signer signs, as the tree grows."""
    signer = Signer(tmp_path_factory.mktemp("signer"), "ledger.example/others")
    notes, before = {}, 0
    for size in SIZES:
        proof = consistency(read, before, size) if before else []
        notes[size] = signer.sign(Ask(size, root(read, size), tuple(proof))).note
        before = size
    signer.close()
    return signer.key, notes


def test_they_accept_every_checkpoint_of_our_signer(notes: tuple[Key, dict[int, str]]) -> None:
    key, signed = notes
    for size, note in signed.items():
        theirs: Any = SignedCheckpoint.from_text(note)
        theirs.signed_note.verify(Keyring(key), key.hash)
        told = (theirs.checkpoint.origin, theirs.checkpoint.log_size, theirs.checkpoint.log_hash)
        assert (key.name, size, root(read, size).hex()) == told
        assert [] == theirs.checkpoint.other_content


def test_they_refuse_a_checkpoint_that_was_altered(notes: tuple[Key, dict[int, str]]) -> None:
    key, signed = notes
    theirs: Any = SignedCheckpoint.from_text(signed[300].replace("\n300\n", "\n299\n"))
    with pytest.raises(VerificationError):
        theirs.signed_note.verify(Keyring(key), key.hash)


def entry_of(index: int, size: int, hashes: list[bytes], top: bytes) -> Any:
    proof = SimpleNamespace(log_index=index, tree_size=size, hashes=hashes, root_hash=top)
    inner = SimpleNamespace(inclusion_proof=proof, canonicalized_body=LINES[index])
    return SimpleNamespace(_inner=inner)


@pytest.mark.parametrize("size", SIZES)
def test_they_accept_every_receipt_and_no_other(
    notes: tuple[Key, dict[int, str]], size: int
) -> None:
    """Each event under each checkpoint; as our writer makes it and as our verifier reads it."""
    key, signed = notes
    top = root(read, size)
    for index in range(0, size, max(1, size // 40)):
        path = inclusion(read, index, size)
        verify_merkle_inclusion(entry_of(index, size, path, top))
        ours = read_receipt(receipt(index, path, signed[size], key), read_key(str(key)), "it")
        assert ours.is_of(LINES[index], b"any")
        assert not ours.is_of(LINES[index - 1], b"any") or size == 1
        if path:
            with pytest.raises(VerificationError):
                verify_merkle_inclusion(entry_of(index, size, path[:-1], top))
            with pytest.raises(VerificationError):
                verify_merkle_inclusion(entry_of(index, size, [*path[:-1], bytes(32)], top))


def receipt(index: int, path: list[bytes], note: str, key: Key) -> str:
    text = proof_text(index, path, open_checkpoint(note, key_of(str(key))))
    found = RECEIPT.fullmatch(text)
    assert found is not None
    assert path == [unbase64(line) for line in found[2].split()]
    return text
