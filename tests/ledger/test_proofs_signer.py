"""Checkpoints, and the signer that remembers what it signed."""

import stat
from pathlib import Path

import pytest

from ledger.proofs.asking import SignerEnded, SigningProcess, WillNotSign
from ledger.proofs.note import BadNote, key_of, open_checkpoint
from ledger.proofs.signer import Ask, Signer
from ledger.proofs.tree import consistency, grown, leaf_hash, root

NAME = "ledger.example.org/one"
LEAVES = [leaf_hash(str(n).encode()) for n in range(40)]
TILES = grown(lambda *_: b"", 0, LEAVES)


def read(level: int, number: int, _hashes: int) -> bytes:
    return TILES.get((level, number), b"")


def ask(old: int, new: int) -> Ask:
    """To sign a size, with the proof of growth from another."""
    proof = consistency(read, old, new) if old else []
    return Ask(new, root(read, new), tuple(proof))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "signer"


def test_a_checkpoint_says_what_was_signed_and_by_whom(folder: Path) -> None:
    signer = Signer(folder, NAME)
    signed = signer.sign(ask(0, 10))
    origin, size, *_ = signed.note.split("\n")
    assert (NAME, "10") == (origin, size)
    assert signed == open_checkpoint(signed.note, key_of((folder / "key.pub").read_text()))
    signer.close()


def test_every_bit_of_a_checkpoint_counts(folder: Path) -> None:
    """Changed anywhere, it is not signed any more; and another's key does not open it."""
    signer = Signer(folder, NAME)
    note = signer.sign(ask(0, 10)).note
    raw = note.encode()
    for at in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(BadNote):
            open_checkpoint(changed.decode(errors="replace"), signer.key)
    other = Signer(folder.with_name("other"), NAME)
    with pytest.raises(BadNote):
        open_checkpoint(note, other.key)
    signer.close()
    other.close()


def test_a_tree_that_only_grew_is_signed(folder: Path) -> None:
    """Also after the process ended, and once more at the same size."""
    signer = Signer(folder, NAME)
    signer.sign(ask(0, 10))
    assert 25 == signer.sign(ask(10, 25)).size
    signer.close()
    again = Signer(folder, "another name")
    assert signer.key == again.key
    assert signer.signed == again.signed == again.sign(ask(25, 25))
    again.close()


@pytest.mark.parametrize(
    "asked",
    [
        Ask(10, root(read, 10), ()),  # the tail was cut off
        Ask(25, root(read, 24), ()),  # as many events, others
        Ask(30, root(read, 30), ()),  # no proof
        Ask(30, root(read, 29), tuple(consistency(read, 25, 30))),
        Ask(30, root(read, 30), tuple(consistency(read, 24, 30))),
        Ask(30, b"short", ()),
    ],
)
def test_no_other_tree_is_ever_signed(folder: Path, asked: Ask) -> None:
    signer = Signer(folder, NAME)
    before = signer.sign(ask(0, 25))
    with pytest.raises(BadNote, match="does not begin with the tree of 25"):
        signer.sign(asked)
    assert before == signer.signed
    signer.close()


def test_the_key_is_its_owners_alone_and_is_never_replaced(folder: Path) -> None:
    """A lost key is an alarm and not a new beginning."""
    signer = Signer(folder, NAME)
    signer.sign(ask(0, 10))
    signer.close()
    assert 0o600 == stat.S_IMODE((folder / "key").stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    (folder / "key").unlink()
    with pytest.raises(BadNote, match="bring the key back"):
        Signer(folder, NAME)


def test_a_memory_that_was_altered_is_noticed(folder: Path) -> None:
    signer = Signer(folder, NAME)
    signer.sign(ask(0, 10))
    signer.close()
    kept = folder / "signed"
    kept.write_text(kept.read_text().replace("\n10\n", "\n11\n"))
    with pytest.raises(BadNote):
        Signer(folder, NAME)


def test_the_process_signs_refuses_and_remembers(folder: Path) -> None:
    """The same through its pipe; and a killed signer has lost nothing that it gave away."""
    first = SigningProcess(folder, NAME)
    assert first.signed is None
    signed = first.sign(10, root(read, 10), [])
    with pytest.raises(WillNotSign, match="does not begin with"):
        first.sign(9, root(read, 9), [])
    first.close()
    second = SigningProcess(folder, NAME)
    assert (first.key, signed) == (second.key, second.signed)
    second.close()


@pytest.mark.parametrize("key", [b"", b"no base64", b"AAAA"])
def test_a_key_that_is_none_is_said(folder: Path, key: bytes) -> None:
    folder.mkdir()
    (folder / "key").write_bytes(key)
    with pytest.raises(WillNotSign, match="cannot be used"):
        SigningProcess(folder, NAME)


def test_a_signer_that_was_killed_is_said(folder: Path) -> None:
    signer = SigningProcess(folder, NAME)
    signer.kill()
    with pytest.raises(SignerEnded):
        signer.sign(10, root(read, 10), [])
    signer.close()
