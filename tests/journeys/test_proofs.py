"""Checkpoints, receipts, proofs and the bundle over real HTTP, and who may have them."""

import io
import json
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from journeys.asking import entry, get, refused, submit
from journeys.pacts import FILE as PACT_FILE
from journeys.rfc9162 import (
    leaf_hash,
    proves,
    root_of_inclusion,
    roots_of_consistency,
    signed_tree,
)
from servers import Server
from services import Served, at_database, done_well, more_tokens, outturn, serving, set_up

from ledger.verifier import Bundle, verify

RENTS = "rents"
LEDGER = "/api/v1/ledger"


def checkpoint(service: Served, position: int = 0, by: str = "board") -> str:
    """The newest checkpoint, once it covers a position."""
    answer = service.caller(by).get(f"{LEDGER}/checkpoint", params={"min_position": position})
    assert 200 == answer.status_code, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


@pytest.fixture(scope="session")
def positions(service: Served) -> list[int]:
    """Some submissions."""
    periods = [f"FY{year}" for year in range(1960, 1966)]
    return [submit(service, RENTS, entry("5.5", period))["position"] for period in periods]


def test_every_submission_has_a_receipt_that_proves_it(service: Served) -> None:
    """At the address the submission was answered with, and soon."""
    answer = submit(service, RENTS, entry("5.25", "FY1959"))
    asked_at = time.monotonic()
    receipt = get(service, answer["receipt"])
    assert time.monotonic() - asked_at < 3
    assert proves(receipt)
    told = json.loads(receipt["payload"])["entries"]
    assert [{"period": "FY1959", "area": "E10000031", "value": "5.25"}] == told
    said = json.loads(receipt["entry"])
    assert ("values-submitted", "entry.homes") == (said["topic"], said["actor"])


def test_a_receipt_proves_nothing_else(service: Served, positions: list[int]) -> None:
    """The path of one event does not lead from another."""
    one, other = (get(service, f"{LEDGER}/receipts/{position}") for position in positions[:2])
    assert proves(one)
    assert proves(other)
    assert not proves({**one, "payload": other["payload"]})
    assert not proves({**one, "entry": other["entry"], "payload": other["payload"]})
    assert not proves({**one, "hashes": [other["hashes"][0], *one["hashes"][1:]]})
    head, _, note = one["proof"].partition("\n\n")
    assert ["c2sp.org/tlog-proof@v1", f"index {one['index']}"] == head.split("\n")[:2]
    assert one["checkpoint"] == note


def test_an_event_is_in_every_later_tree(service: Served, positions: list[int]) -> None:
    """The proof of inclusion for any size that covers it, the signed one when none is named."""
    size, root = signed_tree(checkpoint(service, positions[-1]))
    receipt = get(service, f"{LEDGER}/receipts/{positions[0]}")
    for trees in ({}, {"size": size}, {"size": positions[2]}):
        asked: dict[str, Any] = {"position": positions[0], **trees}
        proof = get(service, f"{LEDGER}/proofs/inclusion", **asked)
        assert receipt["leaf_hash"] == proof["leaf_hash"]
        found = root_of_inclusion(
            leaf_hash(receipt["entry"]), proof["index"], proof["size"], proof["hashes"]
        )
        assert proof["root"] == found.hex()
        if proof["size"] == size:
            assert root == found


def test_a_later_tree_begins_with_an_earlier_one(service: Served, positions: list[int]) -> None:
    """From a checkpoint somebody kept to one of now."""
    old, old_root = signed_tree(checkpoint(service))
    submit(service, RENTS, entry("6", "FY1958", breakdown={"checkpoint": str(old)}))
    new, new_root = signed_tree(checkpoint(service, old + 1))
    asked: dict[str, Any] = {"from": old, "to": new}
    proof = get(service, f"{LEDGER}/proofs/consistency", **asked)
    assert (old_root.hex(), new_root.hex()) == (proof["from_root"], proof["to_root"])
    assert [old_root, new_root] == roots_of_consistency(old, old_root, new, proof["hashes"])
    since: dict[str, Any] = {"from": positions[0]}
    newest = get(service, f"{LEDGER}/proofs/consistency", **since)
    assert new <= newest["to"]


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        ("receipts/99999999", {}, 404, "no-such-position"),
        ("receipts/0", {}, 404, "no-such-position"),
        ("checkpoint", {"min_position": 99999999}, 404, "no-such-position"),
        ("proofs/inclusion", {"position": 99999999}, 404, "no-such-position"),
        ("proofs/inclusion", {"position": 1, "size": 99999999}, 404, "no-such-position"),
        ("proofs/inclusion", {"position": 3, "size": 2}, 400, "bad-proof"),
        ("proofs/consistency", {"from": 3, "to": 2}, 400, "bad-proof"),
        ("proofs/consistency", {"from": 99999999}, 404, "no-such-position"),
    ],
)
def test_what_cannot_be_proved_is_said(
    service: Served,
    positions: list[int],
    path: str,
    asked: dict[str, int],
    status: int,
    code: str,
) -> None:
    assert positions
    refused(service.caller("board").get(f"{LEDGER}/{path}", params=asked), status, code)


@pytest.mark.parametrize(
    "path", ["checkpoint", "receipts/1", "proofs/inclusion?position=1", "bundle"]
)
def test_nobody_without_a_token_is_told_anything(service: Served, path: str) -> None:
    refused(service.caller().get(f"{LEDGER}/{path}"), 401, "unauthenticated")


def test_figures_are_proved_to_those_who_may_read_them(
    service: Served, positions: list[int]
) -> None:
    """Hashes and checkpoints tell nothing; a receipt and a bundle do."""
    stranger = service.caller("stranger")
    refused(stranger.get(f"{LEDGER}/receipts/{positions[0]}"), 403, "no-role")
    refused(stranger.get(f"{LEDGER}/bundle"), 403, "no-role")
    assert checkpoint(service, by="stranger")
    proof = stranger.get(f"{LEDGER}/proofs/inclusion", params={"position": positions[0]})
    assert 200 == proof.status_code


def test_the_page_of_one_agreement_gives_away_nothing_of_another(embedded_server: Server) -> None:
    """A bundle has all of them, so a role in one is not enough for it, by whichever address."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        set_up(where)
        tokens = more_tokens(url)
        with serving(where) as served:
            served.tokens.update(tokens)
            page, auditor = "/agreements/county/audit/bundle.zip", served.caller("auditor")
            checkpoint(served, served.head)
            assert 200 == auditor.get(page).status_code
            done_well(outturn("agreement", "apply", PACT_FILE, where=where))
            checkpoint(served, served.head)
            for address in (page, f"{LEDGER}/bundle"):
                answer = auditor.get(address)
                assert (403, False) == (answer.status_code, answer.content.startswith(b"PK"))


def members(raw: bytes) -> dict[str, bytes]:
    """What is in a bundle."""
    with ZipFile(io.BytesIO(raw)) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_a_bundle_is_the_record_as_signed(service: Served, positions: list[int]) -> None:
    """Downloaded; every event is there, once, with its entry and its bytes."""
    checkpoint(service, positions[-1])
    answer = service.caller("auditor").get(f"{LEDGER}/bundle")
    assert 200 == answer.status_code
    assert ("application/zip", 'attachment; filename="outturn-bundle.zip"') == (
        answer.headers["content-type"],
        answer.headers["content-disposition"],
    )
    inside = members(answer.content)
    sheet = json.loads(inside["bundle.json"])
    size, _ = signed_tree(inside["checkpoint"].decode())
    assert ("outturn-bundle/1", size) == (sheet["format"], sheet["size"])
    assert inside["checkpoint"].decode().startswith(sheet["origin"])
    lines = inside["events"].split(b"\n")
    assert (2 * size + 1, 32 * size) == (len(lines), len(inside["leaves"]))
    entries = [json.loads(line) for line in lines[0:-1:2]]
    assert list(range(1, size + 1)) == [one["position"] for one in entries]
    leaves = b"".join(leaf_hash(line.decode()) for line in lines[0:-1:2])
    assert inside["leaves"] == leaves


def test_the_command_line_has_the_same(
    service: Served, positions: list[int], tmp_path: Path
) -> None:
    """A checkpoint for whoever keeps it, and the bundle as a file."""
    size, _ = signed_tree(checkpoint(service, positions[-1]))
    printed = done_well(outturn("checkpoint", where=service.where)).out
    assert size <= signed_tree(printed)[0]
    told: dict[str, Any] = done_well(outturn("checkpoint", "--json", where=service.where)).document
    assert (told["size"], bytes.fromhex(told["root"])) == signed_tree(told["checkpoint"])
    file = tmp_path / "bundle.zip"
    done = done_well(outturn("bundle", file, "--json", where=service.where)).document
    inside = members(file.read_bytes())
    assert (file.stat().st_size, told["key"]) == (done["bytes"], done["key"])
    assert told["key"] == json.loads(inside["bundle.json"])["key"]
    earlier = [json.loads(line)["size"] for line in inside["checkpoints.jsonl"].splitlines()]
    assert earlier == sorted(set(earlier))
    assert all(each < done["size"] for each in earlier)


def test_a_bundle_that_cannot_be_written_is_one_sentence(service: Served, tmp_path: Path) -> None:
    done = outturn("bundle", tmp_path / "no" / "b.zip", where=service.where)
    assert 2 == done.status
    assert "Traceback" not in done.err
    assert 1 == len(done.err.strip().splitlines())


def test_an_empty_ledger_has_nothing_to_sign(tmp_path: Path) -> None:
    where = {"OUTTURN_HOME": str(tmp_path)}
    done_well(outturn("migrate", where=where))
    done = outturn("checkpoint", where=where)
    assert 2 == done.status
    assert "The ledger is empty" in done.err


def test_the_demonstrations_figures_are_proved_on_their_pages(demo_service: Served) -> None:
    """As known now and as known then: each under the checkpoint that was first to cover it."""
    where = "/agreements/warwickshire/indicators/ChildPov"
    sizes = []
    for known_at in ("now", "2025-01-31"):
        asked = {"period": "FY2022", "area": "E10000031", "known_at": known_at}
        page = demo_service.caller("auditor").get(f"{where}/proof", params=asked)
        assert 200 == page.status_code, page.text
        receipt = demo_service.caller("auditor").get(f"{where}/receipt.json", params=asked).json()
        assert proves(receipt)
        sizes.append(receipt["size"])
    now, then = sizes
    assert then < now


def test_an_auditor_takes_the_proofs_away_from_the_pages(
    demo_service: Served, tmp_path: Path
) -> None:
    """The checkpoint, a receipt and the bundle, from the demonstration's own pages."""
    caller, audit = demo_service.caller("auditor"), "/agreements/warwickshire/audit"
    note = caller.get(f"{audit}/checkpoint.txt").text
    assert signed_tree(note)[0] == demo_service.head
    assert proves(caller.get(f"{audit}/events/200/receipt.json").json())
    inside = members(caller.get(f"{audit}/bundle.zip").content)
    assert note == inside["checkpoint"].decode()
    assert 404 == caller.get(f"{audit}/events/99999/receipt.json").status_code
    known = 250  # a checkpoint was signed after every act, and the story went on
    for path in ("checkpoint.txt", "events/200/receipt.json"):
        then = caller.get(f"{audit}/{path}", params={"known_at": f"position:{known}"})
        size = then.json()["size"] if path.endswith("json") else signed_tree(then.text)[0]
        assert known <= size < demo_service.head
    past = caller.get(f"{audit}/bundle.zip", params={"known_at": f"position:{known}"}).content
    kept = caller.get(f"{audit}/checkpoint.txt", params={"known_at": f"position:{known}"}).text
    assert kept == members(past)["checkpoint"].decode()
    (file := tmp_path / "then.zip").write_bytes(past)
    with Bundle(str(file)) as bundle:
        held = verify(bundle)
    assert signed_tree(kept)[0] == held["size"]
    # no note of what was recorded since: there are texts of both
    texts = [len(zipped["texts.jsonl"].splitlines()) for zipped in (members(past), inside)]
    assert 0 < texts[0] == held["texts"] < texts[1]
    for part in ("checkpoint.txt", "bundle.zip"):
        assert 404 == caller.get(f"/agreements/nowhere/audit/{part}").status_code
