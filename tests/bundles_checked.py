"""A small bundle that is whole, and what the verifier says of it once something was changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bundles
import pytest
from bundles import Parts, Signer

from ledger.verifier import Altered, Bundle, verify

US, OTHERS = Signer(), Signer(seed=8)
EVENTS = bundles.invented(23)
LEAVES = [bundles.digest(b"\0", line) for line, _ in EVENTS]
WHOLE = bundles.assembled(EVENTS, US, earlier=(1, 4, 16))
NOTE = WHOLE["checkpoint"].decode()


def check(folder: Path, change: Callable[[Parts], None] | None = None, **own: Any) -> Any:
    return verified(bundles.write(folder / "bundle", WHOLE, change), **own)


def verified(path: Path, **own: Any) -> Any:
    with Bundle(str(path)) as bundle:
        return verify(bundle, **own)


def fault(folder: Path, change: Callable[[Parts], None] | None = None, **own: Any) -> Altered:
    with pytest.raises(Altered) as caught:
        check(folder, change, **own)
    assert re.fullmatch(r"[A-Z].*\.", caught.value.sentence)
    return caught.value


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


def line_of(parts: Parts, n: int) -> list[bytes]:
    return parts["events"].splitlines(keepends=True)[2 * n : 2 * n + 2]
