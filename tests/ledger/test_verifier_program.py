"""The verifier as the one file an auditor runs, and whatever bytes it is given."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import bundles
import pytest
from bundles_checked import LEAVES, NOTE, US, WHOLE, fault, replaced, verified

from ledger import verifier
from ledger.verifier import Altered

SOURCE = Path(verifier.__file__)

# As a command


def run(*arguments: str | Path, script: Path = SOURCE) -> subprocess.CompletedProcess[str]:
    """As an auditor runs it: alone, with no packages and nothing of ours in reach."""
    command = [sys.executable, "-I", "-S", script, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", env={"PATH": os.defpath}
    )


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    return Path(shutil.copy(SOURCE, tmp_path / "verifier.py"))


def test_the_file_runs_by_itself_and_says_what_holds(tmp_path: Path, alone: Path) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE)
    done = run(path, script=alone)
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.splitlines()[0].startswith("All holds: 23 events of")
    assert "The key came with the ledger" in done.stdout
    (tmp_path / "key").write_text(US.verifier_key + "\n")
    (tmp_path / "mine").write_text(US.checkpoint(9, bundles.root_of(LEAVES[:9])))
    own = ("--key", tmp_path / "key", "--checkpoint", tmp_path / "mine")
    done = run(path, *own, "--json", script=alone)
    assert ("given", 1) == (
        json.loads(done.stdout)["key"],
        json.loads(done.stdout)["checkpoints"],
    )


def test_the_file_names_the_first_bad_position(tmp_path: Path, alone: Path) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE, replaced("events", b'"p6"', b'"p9"'))
    done = run(path, script=alone)
    assert (1, "What was recorded at position 7 was changed.\n") == (done.returncode, done.stdout)
    told = json.loads(run(path, "--json", script=alone).stdout)
    assert {"holds": False, "code": "payload", "position": 7, "between": None} == {
        name: told[name] for name in ("holds", "code", "position", "between")
    }


@pytest.mark.parametrize("arguments", [[], ["--key"], ["no such file"], [SOURCE], ["/"]])
def test_wrong_use_and_unreadable_files_end_with_two(arguments: list[str | Path]) -> None:
    done = run(*arguments)
    assert 2 == done.returncode
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("own", ["--key", "--checkpoint", "--receipt"])
def test_what_the_auditor_gave_and_is_none_is_not_told_as_tampering(
    tmp_path: Path, own: str
) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE)
    other = tmp_path / "figures.csv"
    other.write_bytes(b"period,value\xff\n")
    done = run(path, own, other)
    assert (2, "") == (done.returncode, done.stdout)
    assert own.removeprefix("--") in done.stderr
    missing = run(path, own, tmp_path / "nothing")
    assert (2, f"{tmp_path / 'nothing'} cannot be read: No such file or directory.\n") == (
        missing.returncode,
        missing.stderr,
    )


def test_a_letter_that_the_terminal_has_not_is_told_all_the_same(tmp_path: Path) -> None:
    evil = NOTE.replace(US.origin, "\u0141", 1)
    path = bundles.write(
        tmp_path / "bundle", WHOLE, lambda parts: parts.update(checkpoint=evil.encode())
    )
    done = subprocess.run(
        [sys.executable, SOURCE, path],
        capture_output=True,
        check=False,
        env={"PATH": os.defpath, "PYTHONIOENCODING": "cp1252"},
    )
    assert (1, b"") == (done.returncode, done.stderr)
    assert b"\\u0141" in done.stdout


def test_no_sentence_can_steer_the_terminal_it_is_printed_on(tmp_path: Path) -> None:
    """What a bundle says of itself is shown, and may be anything."""
    evil = NOTE.replace(US.origin, "\x1b[2Jnothing is wrong", 1)
    found = fault(tmp_path, lambda parts: parts.update(checkpoint=evil.encode()))
    assert "\x1b" not in found.sentence
    assert "nothing is wrong" in found.sentence


# Random damage


def test_no_bit_of_a_member_can_be_turned_unseen(tmp_path: Path) -> None:
    """The README is for people, and `made_at` is nobody's claim: nothing hangs on either."""
    chance = random.Random(4)  # noqa: S311 - damage, not secrets
    names = sorted(WHOLE.keys() - {"README.txt"})
    made_at = WHOLE["bundle.json"].index(b"2026-04-30")
    for name in names * 60:
        content = WHOLE[name] or b"\n"
        at = chance.randrange(len(content))
        if name == "bundle.json" and made_at <= at < made_at + 20:
            continue
        turned = bytearray(content)
        turned[at] ^= 1 << chance.randrange(8)
        path = bundles.write(tmp_path / "bundle", WHOLE | {name: bytes(turned)})
        with pytest.raises(Altered):
            verified(path)


def test_a_damaged_file_never_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(5)  # noqa: S311 - damage, not secrets
    whole = bundles.write(tmp_path / "bundle", WHOLE).read_bytes()
    path = tmp_path / "damaged"
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 30])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        status = verifier.main([str(path)])
        told = capsys.readouterr()
        assert status in {0, 1, 2}
        assert 1 == len((told.out if status == 1 else told.err or "\n").splitlines())


@pytest.mark.parametrize("name", sorted(WHOLE.keys() - {"README.txt"}))
def test_any_bytes_in_place_of_a_member_are_told_in_one_sentence(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - damage, not secrets
    deep = b"[" * 100_000
    for content in (b"", b"\n", b"\n\n", b"{}\n", b"[]\n", b"\xff\n", b"1\n", b"null\n", deep,
                    deep + b"\n", b"9" * 5000 + b"\n", chance.randbytes(500)):  # fmt: skip
        if content == WHOLE[name]:
            continue
        if name == "checkpoints.jsonl" and content == b"":
            continue  # there need not be any
        if name == "texts.jsonl" and content == b"":
            continue
        fault(tmp_path, lambda parts, content=content: parts.update({name: content}))  # type: ignore[misc]
