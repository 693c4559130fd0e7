"""``python -m ledger.proofs.signer FOLDER NAME``: the process that holds the key, and remembers.

It knows nothing of the database. It signs a checkpoint only where a proof shows that the new tree
begins with the one it signed last, and writes that down, safely on the disk, before it gives the
signature away. So a ledger that lost its tail, or whose history was rewritten, gets no signature
any more, whoever asks: not even a restored backup passes for the ledger.

It is asked in lines of JSON on its standard input, and answers in lines on its standard output.
"""

import fcntl
import os
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.proofs.note import BadNote, Checkpoint, Key, open_checkpoint, sign
from ledger.proofs.tree import is_consistent

PRIVATE, PUBLIC, SIGNED = "key", "key.pub", "signed"  # the files of a signer's folder


class Greeting(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a signer says first: its key, and the checkpoint it signed last ("" for none).

    Or why it cannot sign at all.
    """

    key: str = ""
    signed: str = ""
    refused: str = ""


class Ask(msgspec.Struct, frozen=True):
    """A tree to be signed, and the proof that it only grew since the last one."""

    size: int
    root: bytes
    proof: tuple[bytes, ...]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """The note of a checkpoint, or why there is none."""

    note: str = ""
    refused: str = ""


class Signer:
    """A key and a memory in a folder of their own, which one process at a time may hold."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._held = os.open(folder, os.O_RDONLY)
        fcntl.flock(self._held, fcntl.LOCK_EX)
        self._private = _private_key(folder)
        self.key = Key(_name(folder, name), self._private.public_key().public_bytes_raw())
        _keep(folder / PUBLIC, f"{self.key}\n".encode(), mode=0o644)
        self.signed = self._remembered()

    def sign(self, ask: Ask) -> Checkpoint:
        """The checkpoint over a tree. Raises BadNote where it does not begin with the last one."""
        last = self.signed
        if last and not is_consistent(last.size, last.root, ask.size, ask.root, ask.proof):
            raise BadNote(
                f"the tree of {ask.size} does not begin with the tree of {last.size} that was"
                " signed before"
            )
        if last and last.size == ask.size:
            return last
        signed = sign(self.key, self._private, ask.size, ask.root)
        _keep(self._folder / SIGNED, signed.note.encode(), mode=0o644)
        self.signed = signed
        return signed

    def close(self) -> None:
        """Let another process hold the folder."""
        os.close(self._held)

    def _remembered(self) -> Checkpoint | None:
        try:
            note = (self._folder / SIGNED).read_text()
        except FileNotFoundError:
            return None
        return open_checkpoint(note, self.key)


def _private_key(folder: Path) -> Ed25519PrivateKey:
    """The folder's key; made where there is none. A lost key is not replaced by a new one."""
    path = folder / PRIVATE
    if not path.exists():
        if (folder / SIGNED).exists():
            raise BadNote(f"{path} is gone, and what it signed is not: bring the key back")
        _keep(path, b64encode(Ed25519PrivateKey.generate().private_bytes_raw()), mode=0o600)
    return Ed25519PrivateKey.from_private_bytes(b64decode(path.read_bytes()))


def _name(folder: Path, name: str) -> str:
    """The name a key was made under stays its name."""
    try:
        return (folder / PUBLIC).read_text().partition("+")[0]
    except FileNotFoundError:
        return name


def _keep(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file so that, whatever happens, it is there whole: the new one or the one before."""
    beside = path.with_name(f".{path.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def main(folder: str, name: str) -> None:
    """Answer until the input ends."""
    try:
        signer = Signer(Path(folder), name)
    except (BadNote, OSError, ValueError) as error:
        say(Greeting(refused=f"the signer's folder {folder} cannot be used ({error})"))
        return
    say(Greeting(str(signer.key), signer.signed.note if signer.signed else ""))
    for line in sys.stdin.buffer:
        try:
            say(Said(note=signer.sign(msgspec.json.decode(line, type=Ask)).note))
        except (BadNote, msgspec.DecodeError) as error:
            say(Said(refused=str(error)))


def say(what: Greeting | Said) -> None:
    """One line, at once."""
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
