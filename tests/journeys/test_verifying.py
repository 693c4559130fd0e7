"""An auditor verifies: the live ledger, a bundle, and with evidence that left the house before."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from journeys.asking import entry, get, submit
from services import Served, done_well, outturn

from ledger import verifier

INDICATOR = "rents"
LEDGER = "/api/v1/ledger"


@pytest.fixture(scope="session")
def kept(service: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What left the house: a receipt, its text, a checkpoint, and the key."""
    folder = tmp_path_factory.mktemp("kept")
    answer = submit(service, INDICATOR, entry("7.5", "FY1930"))
    receipt = get(service, answer["receipt"])
    (folder / "receipt.json").write_text(json.dumps(receipt))
    (folder / "receipt.txt").write_text(receipt["proof"])
    told = done_well(outturn("checkpoint", "--json", where=service.where)).document
    (folder / "checkpoint").write_text(told["checkpoint"])
    (folder / "key").write_text(told["key"] + "\n")
    submit(service, INDICATOR, entry("7.75", "FY1931"))
    return folder


@pytest.fixture(scope="session")
def bundle(service: Served, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    done_well(outturn("bundle", path, where=service.where))
    return path


def test_the_live_ledger_is_verified_against_what_its_signer_remembers(
    service: Served, kept: Path
) -> None:
    """While it is served and written to; the key and a checkpoint come from the signer's folder."""
    own = ("--receipt", kept / "receipt.json", "--checkpoint", kept / "checkpoint")
    held = done_well(outturn("verify", *own, "--json", where=service.where)).document
    assert held["holds"]
    assert ("of its signer", 1, 1) == (held["key"], held["checkpoints"], held["receipts"])
    assert 1 == held["remembered"]
    assert held["values"] >= 2 <= held["statuses"]
    assert held["size"] <= service.head


def test_what_the_signer_remembers_is_not_called_from_outside(service: Served) -> None:
    """It lies with those who run the ledger; nor are answers looked at where none shall be."""
    told = done_well(outturn("verify", "--record-only", where=service.where)).out
    assert "with 0 checkpoints and 0 receipts from outside." in told
    assert "with the checkpoint that their signer remembers here, outside the database." in told
    assert "Whether the answers are what the events say was not looked at." in told


def test_a_bundle_is_verified_with_what_the_auditor_kept(bundle: Path, kept: Path) -> None:
    """No database is asked: none could be found."""
    own = (
        "--key", kept / "key", "--checkpoint", kept / "checkpoint",
        "--receipt", kept / "receipt.json", "--receipt", kept / "receipt.txt",
    )  # fmt: skip
    where = {"OUTTURN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    done = done_well(outturn("verify", bundle, *own, where=where))
    assert done.out.startswith("All holds: ")
    assert "with 1 checkpoint and 2 receipts from outside." in done.out
    assert "The key is the one you gave." in done.out
    alone = done_well(outturn("verify", bundle, where=where))
    assert "The key came with the ledger" in alone.out


def test_a_bundle_over_http_is_the_same_to_the_file_that_an_auditor_copies(
    service: Served, kept: Path, tmp_path: Path
) -> None:
    """Downloaded, and verified by Python alone."""
    answer = service.caller("auditor").get(f"{LEDGER}/bundle")
    assert 200 == answer.status_code
    (tmp_path / "bundle").write_bytes(answer.content)
    alone = shutil.copy(verifier.__file__, tmp_path)
    for options in ([], ["--record-only"]):
        command: list[str | Path] = [
            sys.executable, "-I", "-S", alone, tmp_path / "bundle", *options,
            "--key", kept / "key", "--receipt", kept / "receipt.json", "--json",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert (0, "") == (done.returncode, done.stderr)
        held = json.loads(done.stdout)
        assert ("given", 1) == (held["key"], held["receipts"])
        assert ("values" in held) == (options == [])


def altered(bundle: Path, target: Path, name: str, old: bytes, new: bytes) -> Path:
    with ZipFile(bundle) as whole, ZipFile(target, "w") as other:
        for member in whole.namelist():
            content = whole.read(member)
            if member == name:
                assert old in content
                content = content.replace(old, new)
            other.writestr(member, content)
    return target


def test_what_was_altered_is_one_sentence_and_status_one(bundle: Path, tmp_path: Path) -> None:
    path = altered(bundle, tmp_path / "altered", "events", b'"value":"7.75"', b'"value":"9.75"')
    done = outturn("verify", path, where={})
    assert (1, "") == (done.status, done.err)
    assert done.out.startswith("What was recorded at position ")
    told = outturn("verify", path, "--json", where={}).document
    assert ("payload", False) == (told["code"], told["holds"])
    assert f"position {told['position']} was changed" in told["detail"]


def test_an_altered_answer_is_named_by_its_cell(bundle: Path, tmp_path: Path) -> None:
    path = altered(bundle, tmp_path / "altered", "values.jsonl", b'"7.75"', b'"9.75"')
    done = outturn("verify", path, where={})
    assert 1 == done.status
    assert "E10000031 FY1931" in done.out
    assert "says value '9.75'; by the events it is '7.75'." in done.out


def test_a_receipt_of_another_event_is_not_accepted(
    bundle: Path, kept: Path, tmp_path: Path
) -> None:
    receipt = json.loads((kept / "receipt.json").read_text())
    (tmp_path / "other").write_text(json.dumps({**receipt, "payload": "{}"}))
    done = outturn("verify", bundle, "--receipt", tmp_path / "other", where={})
    assert 1 == done.status
    assert f"is not of the event at position {receipt['position']}." in done.out


def test_what_cannot_be_read_is_one_line_and_status_two(bundle: Path, tmp_path: Path) -> None:
    raw = bundle.read_bytes()
    (tmp_path / "half").write_bytes(raw[: len(raw) // 2])
    (tmp_path / "binary").write_bytes(b"\xff\xfe" * 40)
    for arguments in (
        ["no-such-file"],
        [tmp_path / "half"],
        [tmp_path / "binary"],
        [bundle, "--key", tmp_path / "no-such-key"],
        [bundle, "--checkpoint", tmp_path / "no-such-file"],
        [bundle, "--receipt", tmp_path / "binary"],
    ):
        done = outturn("verify", *arguments, where={})
        assert 2 == done.status, done
        assert "Traceback" not in done.err
        assert "" == done.out


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--key", "no key at all", "FILE is not a key: The key is not one of Ed25519"),
        ("--key", "a+b+c", "FILE is not a key: The key is not one of Ed25519"),
        ("--receipt", "indicator,area\n", "FILE is not a receipt."),
        ("--receipt", '{"no": "proof"}', "FILE is not a receipt."),
        ("--checkpoint", "no checkpoint", "FILE is not a checkpoint."),
        ("--checkpoint", "UNREADABLE", "FILE cannot be read."),
    ],
)
def test_a_wrong_file_is_no_sign_that_anything_was_altered(
    service: Served, bundle: Path, kept: Path, tmp_path: Path,
    option: str, text: str, told: str, live: bool,
) -> None:  # fmt: skip
    file = tmp_path / "given"
    if text == "UNREADABLE":
        text = (kept / "checkpoint").read_text().rstrip("\n") + "!\n"
    file.write_text(text)
    where = service.where if live else {}
    done = outturn("verify", *([] if live else [bundle]), option, file, "--json", where=where)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert line.startswith(f"Error: {told.replace('FILE', str(file))}")


def test_a_word_that_is_no_key_is_told_as_one(bundle: Path) -> None:
    done = outturn("verify", bundle, "--key", "outturn.local+abc+def", where={})
    assert (2, "") == (done.status, done.out)
    assert done.err.startswith("Error: What --key gives is not a key: ")


def test_bytes_of_a_bundle_are_where_a_zip_has_them(bundle: Path) -> None:
    """Nothing before the first member and nothing after the end: no place to hide another."""
    raw = bundle.read_bytes()
    with ZipFile(io.BytesIO(raw)) as whole:
        assert 0 == whole.infolist()[0].header_offset
    assert raw[-22:-18] == b"PK\5\6"
