"""Forgeries that leave every hash as it was, and files that are made to be too much."""

import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import bundles
import pytest
from bundles import Parts
from bundles_checked import (
    EVENTS,
    LEAVES,
    NOTE,
    OTHERS,
    US,
    WHOLE,
    check,
    fault,
    replaced,
    verified,
)

from ledger import verifier
from ledger.verifier import Altered, Bundle

NONCE = b"n" * 16
TEXT = "Not so: the office was closed."
DIGEST = bundles.digest(NONCE, TEXT.encode()).hex()
MOST_MEMORY = 400 << 20  # bytes, of a process that looks at a small file


def told_text(text: str | None, *, nonce: bytes = NONCE, digest: str = DIGEST) -> str:
    return json.dumps({"digest": digest, "nonce": nonce.hex(), "text": text})


def naming(*texts: str) -> Parts:
    """A bundle whose fourth event names a text, and these lines of texts."""
    events = bundles.invented(6)
    line, _ = events[3]
    payload = b'{"code":"p","reason":"%b"}' % DIGEST.encode()
    hashed = bundles.digest(payload).hex().encode()
    events[3] = (re.sub(rb'"payload":"\w+"', b'"payload":"%b"' % hashed, line), payload)
    return bundles.assembled(events, US, texts=bundles.lines(list(texts)))


def test_the_beginning_of_a_text_cannot_become_its_nonce(tmp_path: Path) -> None:
    cut = told_text(TEXT[8:], nonce=NONCE + TEXT[:8].encode())
    with pytest.raises(Altered, match="was changed") as caught:
        verified(bundles.write(tmp_path / "bundle", naming(cut)))
    assert ("text", 4) == (caught.value.code, caught.value.position)


@pytest.mark.parametrize("record_only", [False, True])
def test_a_text_is_missed_also_where_answers_are_not_looked_at(
    tmp_path: Path, record_only: bool
) -> None:
    with pytest.raises(Altered, match="is not there") as caught:
        verified(bundles.write(tmp_path / "bundle", naming()), record_only=record_only)
    assert ("text", 4) == (caught.value.code, caught.value.position)


def test_only_texts_that_events_name_are_vouched_for_and_each_once(tmp_path: Path) -> None:
    invented = "The audit found fraud."
    other = bundles.digest(NONCE, invented.encode()).hex()
    parts = naming(told_text(TEXT), told_text(None), told_text(invented, digest=other))
    held = verified(bundles.write(tmp_path / "bundle", parts))
    assert (1, 0) == (held["texts"], held["texts_erased"])


@pytest.mark.parametrize(
    "change",
    [
        replaced("bundle.json", b'"size": 23', b'"size": 99, "size": 23'),
        replaced("checkpoints.jsonl", b'{"size": 1', b'{"size": 9, "size": 1'),
    ],
)
def test_no_name_is_given_twice(tmp_path: Path, change: Callable[[Parts], None]) -> None:
    """Of two, one reader takes the first and another the last."""
    assert fault(tmp_path, change).code in {"members", "unreadable"}
    once = json.dumps({"proof": bundles.receipt(US, 3, LEAVES), "entry": None})
    assert 1 == check(tmp_path, receipts=[("My receipt", once)])["receipts"]
    twice = once.replace("{", '{"entry":"forged",', 1)
    assert "receipt" == fault(tmp_path, receipts=[("My receipt", twice)]).code


def test_the_bundle_names_the_key_that_signed_it(tmp_path: Path) -> None:
    """Whoever takes the key from there is not to take somebody else's."""
    other = replaced("bundle.json", US.verifier_key.encode(), OTHERS.verifier_key.encode())
    assert "key" == fault(tmp_path, other, key=US.verifier_key).code


def test_nothing_may_stand_before_a_bundle(tmp_path: Path) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE)
    path.write_bytes(b"#!/bin/sh\necho all is well\n" + path.read_bytes())
    with pytest.raises(Altered, match="other members"):
        Bundle(str(path))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_compressed_so_that_they_can_be_read_step_by_step(
    tmp_path: Path, how: int
) -> None:
    path = tmp_path / "bundle"
    with zipfile.ZipFile(path, "w", how) as bundle:
        for name, content in WHOLE.items():
            bundle.writestr(name, content)
    with pytest.raises(Altered, match="other members"):
        Bundle(str(path))


@pytest.mark.parametrize(("name", "begins", "ends"), [
    ("bundle.json", b"", b""), ("checkpoint", "— w ".encode(), b"\n"),
])  # fmt: skip
def test_nothing_stands_behind_where_a_member_is_read_no_further(
    tmp_path: Path, name: str, begins: bytes, ends: bytes
) -> None:
    """Blanks or the line of a witness up to there, and then what nobody would have looked at."""
    content, blank = WHOLE[name] + begins, b"A" if begins else b" "
    content += blank * (verifier.LONGEST_NOTE - len(content) - len(ends)) + ends

    def longest(parts: Parts) -> None:
        parts[name] = content

    def longer(parts: Parts) -> None:
        parts[name] = content + b"All of it is a forgery.\n"

    assert check(tmp_path, longest)["holds"]
    assert "members" == fault(tmp_path, longer).code


def long_entry(parts: Parts) -> None:
    line, _ = EVENTS[0]
    longer = line.replace("päm".encode(), b"a" * (24 << 20))
    parts["events"] = parts["events"].replace(line, longer, 1)


def many_witnesses(parts: Parts) -> None:
    parts["checkpoint"] = NOTE.encode() + "— w AAAA\n".encode() * 4_000_000


@pytest.mark.parametrize("change", [long_entry, many_witnesses])
def test_a_small_file_takes_little_memory_whatever_is_in_it(
    tmp_path: Path, change: Callable[[Parts], None]
) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE, change)
    assert path.stat().st_size < 1 << 20
    done = subprocess.run(
        [sys.executable, "-I", verifier.__file__, path],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY)),
    )
    assert (1, "") == (done.returncode, done.stderr)
    assert 1 == len(done.stdout.splitlines())
