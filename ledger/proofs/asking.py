"""Asking the signer, which is another process."""

import subprocess
import sys
from pathlib import Path
from typing import TypeVar

import msgspec

from ledger.proofs.note import Checkpoint, Key, key_of, open_checkpoint
from ledger.proofs.signer import Ask, Greeting, Said

S = TypeVar("S", bound=msgspec.Struct)


class SignerEnded(Exception):
    """The signer's process is not there any more, or could not begin."""


class WillNotSign(Exception):
    """The signer refuses. The message is its reason."""


class SigningProcess:
    """A signer in a process of its own. ``signed`` is what it signed last, also in earlier runs.

    Raises WillNotSign or SignerEnded.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "ledger.proofs.signer", folder, name],
            process_group=0,  # an interrupt at a terminal ends whoever asks, and that ends it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        greeting = self._hear(Greeting)
        if greeting.refused:
            self.close()
            raise WillNotSign(greeting.refused)
        self.key: Key = key_of(greeting.key)
        self.signed: Checkpoint | None = None
        if greeting.signed:
            self.signed = open_checkpoint(greeting.signed, self.key)

    def sign(self, size: int, root: bytes, proof: list[bytes]) -> Checkpoint:
        """A checkpoint over a tree that only grew. Raises WillNotSign or SignerEnded."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(Ask(size, root, tuple(proof))) + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SignerEnded("the signer does not listen any more") from error
        said = self._hear(Said)
        if said.refused:
            raise WillNotSign(said.refused)
        self.signed = open_checkpoint(said.note, self.key)
        return self.signed

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process, which ends when nobody asks any more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
        except OSError:
            pass
        self._process.stdout.close()
        self._process.wait()

    def _hear(self, kind: type[S]) -> S:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SignerEnded("the signer ended without an answer")
        return msgspec.json.decode(line, type=kind)
