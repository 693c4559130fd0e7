"""Signed notes and checkpoints of C2SP: the form in which a tree's size and root are signed."""

from base64 import b64decode, b64encode
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proofs.tree import SIZE

ED25519 = b"\x01"  # the algorithm's number in signed notes
MARK = "\u2014"  # the dash that begins a signature line
_HASH_BYTES = 4
_LINES = 3  # of a checkpoint: origin, size, root


class BadNote(Exception):
    """A note that is malformed, or not signed by the key it should be signed by."""


class Key(msgspec.Struct, frozen=True):
    """Who signs: a name, which is the log's origin, and the public half of an Ed25519 key."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """Four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:_HASH_BYTES]

    def __str__(self) -> str:
        """The key as signed notes write it, for whoever checks."""
        return f"{self.name}+{self.hash.hex()}+{_text(ED25519 + self.public)}"


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree's size and root, the note that signs them, and the key it is signed by, as text."""

    size: int
    root: bytes
    note: str
    key: str


def key_of(text: str) -> Key:
    """A key as ``str(key)`` writes it. Raises BadNote."""
    name, _, rest = text.strip().partition("+")
    digest, _, encoded = rest.partition("+")
    raw = _bytes(encoded)
    key = Key(name, raw[1:])
    if raw[:1] != ED25519 or len(key.public) != SIZE or not name or key.hash.hex() != digest:
        raise BadNote("not the key of a signed note")
    return key


def sign(key: Key, private: Ed25519PrivateKey, size: int, root: bytes) -> Checkpoint:
    """A checkpoint over a size and a root."""
    text = f"{key.name}\n{size}\n{_text(root)}\n"
    signature = key.hash + private.sign(text.encode())
    return Checkpoint(size, root, f"{text}\n{MARK} {key.name} {_text(signature)}\n", str(key))


def open_checkpoint(note: str, key: Key) -> Checkpoint:
    """A checkpoint that this key signed. Raises BadNote."""
    text, _, signatures = note.rpartition("\n\n")
    if not signatures.endswith("\n"):
        raise BadNote("not a signed note")
    lines = text.split("\n")
    _check_signed(f"{text}\n", signatures, key)
    if lines[:1] != [key.name] or len(lines) != _LINES or not lines[1].isdecimal():
        raise BadNote("not a checkpoint of this log")
    return Checkpoint(int(lines[1]), _bytes(lines[2]), note, str(key))


def _check_signed(text: str, signatures: str, key: Key) -> None:
    start = f"{MARK} {key.name} "
    for line in signatures.removesuffix("\n").split("\n"):
        signature = _bytes(line.removeprefix(start)) if line.startswith(start) else b""
        if signature[:_HASH_BYTES] == key.hash:
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(
                    signature[_HASH_BYTES:], text.encode()
                )
            except InvalidSignature as error:
                raise BadNote(f"the signature of {key.name} does not hold") from error
            return
    raise BadNote(f"not signed by {key.name}")


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    """What base64 stands for, in its one spelling: a signed text has no second one."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote("not base64") from error
    if _text(raw) != text:
        raise BadNote("not the one spelling of base64")
    return raw
