"""The verifier accepts what is whole and nothing else, and says where it broke."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import bundles
import pytest
from bundles import Parts, Signer
from bundles_checked import (
    EVENTS,
    LEAVES,
    NOTE,
    OTHERS,
    US,
    WHOLE,
    check,
    fault,
    line_of,
    replaced,
    verified,
)

from ledger import verifier
from ledger.verifier import Altered, Bundle

# What is whole


def test_a_whole_bundle_holds_and_its_parts_are_counted(tmp_path: Path) -> None:
    held = check(tmp_path)
    assert {
        "holds": True,
        "origin": US.origin,
        "size": 23,
        "root": bundles.root_of(LEAVES).hex(),
        "key": "of the ledger itself",
        "checkpoints_kept": 3,
        "texts": 0,
        "texts_erased": 0,
        "checkpoints": 0,
        "receipts": 0,
        "values": 0,
        "statuses": 0,
    } == held


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    """Entry by entry, up to all that there are."""
    told: list[tuple[int, int]] = []
    check(tmp_path, progress=lambda done, of_all: told.append((done, of_all)))
    assert [(n, len(EVENTS)) for n in range(1, len(EVENTS) + 1)] == told


def test_with_the_auditors_own_evidence_it_says_that_the_key_was_given(tmp_path: Path) -> None:
    kept = [("mine", US.checkpoint(9, bundles.root_of(LEAVES[:9])))]
    receipts = [(str(n), bundles.receipt(US, n, LEAVES[: n + 5])) for n in range(18)]
    held = check(tmp_path, key=US.verifier_key, checkpoints=kept, receipts=receipts)
    assert ("given", 1, 18) == (held["key"], held["checkpoints"], held["receipts"])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 600])
def test_it_agrees_with_the_definition_of_the_tree(tmp_path: Path, size: int) -> None:
    earlier = tuple(range(0, size, 31))
    parts = bundles.assembled(bundles.invented(size), US, earlier=earlier)
    held = verified(bundles.write(tmp_path / "bundle", parts))
    assert (size, len(earlier)) == (held["size"], held["checkpoints_kept"])


def test_every_inclusion_in_every_small_tree_is_accepted_and_no_other() -> None:
    """All sizes to 33, all leaves; and each proof fails for another leaf."""
    for size in range(1, 34):
        for index in range(size):
            text = bundles.receipt(US, index, LEAVES[:1] * size if size > 23 else LEAVES[:size])
            leaves = LEAVES[:1] * size if size > 23 else LEAVES[:size]
            under = verifier.Checkpoint(size, "", bundles.root_of(leaves))
            path = [verifier.unbase64(line) for line in text.split("\n\n")[0].split("\n")[2:]]
            for leaf, steps, holds in (
                (leaves[index], path, True),
                (b"\0" * 32, path, False),
                (leaves[index], path[1:], not path),
                (leaves[index], [*path, b"\0" * 32], False),
            ):
                root = verifier.root_above(leaf, index, size, steps)
                assert holds == (root == under.root)


# What is not


def test_what_was_recorded_cannot_be_changed(tmp_path: Path) -> None:
    found = fault(tmp_path, replaced("events", b'"p6"', b'"p9"'))
    assert ("payload", 7) == (found.code, found.position)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"position":7,', b'"position":8,', "position"),
        (b'"position":7,', b'"position":07,', "entry"),
        (b'"position":7,', b'"position": 7,', "entry"),
        (b'"position":7,', b'"position":7,"more":1,', "entry"),
        (b'"leaf":1,"position":7', b'"position":7,"leaf":1', "entry"),
        (b'"position":7,', b'"position":7,"position":7,', "entry"),
    ],
)
def test_an_entry_has_one_form(tmp_path: Path, old: bytes, new: bytes, code: str) -> None:
    found = fault(tmp_path, replaced("events", old, new))
    assert (code, 7) == (found.code, found.position)


@pytest.mark.parametrize(
    ("field", "new", "code"),
    [
        ("version", b"9", "version"),
        ("actor", b'"eve"', "tree"),
        ("topic", b'"role-ended"', "tree"),
        ("recorded_at", b'"2025-04-01T15:00:00.250001Z"', "tree"),
        ("recorded_at", b'"2025-04-01T15:00:00.000000Z"', "entry"),
        ("recorded_at", b'"2025-03-01T15:00:00Z"', "time"),
        ("first", b"6", "command"),
        ("last", b"6", "command"),
        ("key", b'"k"', "tree"),
        ("answer", b"null", "tree"),
    ],
)
def test_nothing_that_is_said_of_an_event_can_be_changed(
    tmp_path: Path, field: str, new: bytes, code: str
) -> None:
    """The seventh begins a command: what it says is compared with the event after it as well."""

    def change(parts: Parts) -> None:
        line, _ = line_of(parts, 6)
        value = rb'("(?:[^"\\]|\\.)*"|null|[0-9]+)'
        other = re.sub(
            b'"%b":%b' % (field.encode(), value), b'"%b":%b' % (field.encode(), new), line
        )
        assert line != other
        parts["events"] = parts["events"].replace(line, other)

    found = fault(tmp_path, change)
    assert (code, 7) == (found.code, found.position)


def test_the_events_of_a_command_are_alike(tmp_path: Path) -> None:
    events = list(EVENTS)
    line, payload = events[7]
    events[7] = (line.replace("päm".encode(), b"eve"), payload)
    parts = bundles.assembled(events, US)
    with pytest.raises(Altered) as caught:
        verified(bundles.write(tmp_path / "bundle", parts))
    assert ("command", 8) == (caught.value.code, caught.value.position)


def test_events_cannot_be_left_out_or_exchanged(tmp_path: Path) -> None:
    def without(n: int) -> Callable[[Parts], None]:
        return lambda parts: parts.update(
            events=parts["events"].replace(b"".join(line_of(parts, n)), b"")
        )

    def exchanged(parts: Parts) -> None:
        a, b = (b"".join(line_of(parts, n)) for n in (9, 10))
        parts["events"] = parts["events"].replace(a + b, b + a)

    assert ("position", 10) == (
        (found := fault(tmp_path, without(9))).code,
        found.position,
    )
    assert ("cut", 23) == ((found := fault(tmp_path, without(22))).code, found.position)
    assert ("position", 10) == ((found := fault(tmp_path, exchanged)).code, found.position)


def test_more_events_than_were_signed_are_refused(tmp_path: Path) -> None:
    notes = {22: US.checkpoint(22, bundles.root_of(LEAVES[:22]))}
    parts = bundles.assembled(EVENTS, US, tree=LEAVES[:22], notes=notes)
    with pytest.raises(Altered) as caught:
        verified(bundles.write(tmp_path / "bundle", parts))
    assert ("surplus", 23) == (caught.value.code, caught.value.position)


def test_what_the_tree_keeps_must_be_the_hash_of_every_event_and_no_more(tmp_path: Path) -> None:
    found = fault(tmp_path, replaced("leaves", LEAVES[12], bytes(32)))
    assert ("tree", 13) == (found.code, found.position)
    found = fault(tmp_path, lambda parts: parts.update(leaves=parts["leaves"][:-1]))
    assert ("tree", 23) == (found.code, found.position)
    found = fault(tmp_path, lambda parts: parts.update(leaves=parts["leaves"] + b"\0"))
    assert ("tree", 24) == (found.code, found.position)


def rewritten_from(n: int) -> Parts:
    """Somebody with the key has made all of it anew, from an event on."""
    events = list(EVENTS)
    line, _ = events[n]
    payload = b'{"code":"forged","title":"A priority"}'
    digest = bundles.digest(payload).hex().encode()
    events[n] = (re.sub(rb'"payload":"\w+"', b'"payload":"%b"' % digest, line), payload)
    return bundles.assembled(events, US, earlier=(1, 4, 16))


def test_history_written_anew_is_caught_by_a_checkpoint_from_outside(tmp_path: Path) -> None:
    forged = bundles.write(tmp_path / "bundle", rewritten_from(10))
    assert verified(forged)["holds"]
    kept = [
        (str(size), US.checkpoint(size, bundles.root_of(LEAVES[:size]))) for size in (8, 13, 20)
    ]
    with pytest.raises(Altered) as caught:
        verified(forged, checkpoints=kept)
    assert ("rewritten", None, (8, 13)) == (
        caught.value.code,
        caught.value.position,
        caught.value.between,
    )


def test_history_written_anew_is_caught_by_a_checkpoint_that_could_not_be_signed_again(
    tmp_path: Path,
) -> None:
    parts = rewritten_from(10)
    parts["checkpoints.jsonl"] = WHOLE["checkpoints.jsonl"]
    with pytest.raises(Altered) as caught:
        verified(bundles.write(tmp_path / "bundle", parts))
    assert ("rewritten", (4, 16)) == (caught.value.code, caught.value.between)


def test_a_receipt_for_an_event_that_was_replaced_names_it(tmp_path: Path) -> None:
    forged = bundles.write(tmp_path / "bundle", rewritten_from(10))
    with pytest.raises(Altered) as caught:
        verified(forged, receipts=[("my receipt", bundles.receipt(US, 10, LEAVES[:15]))])
    assert ("receipt", 11) == (caught.value.code, caught.value.position)


def test_a_shorter_history_than_was_signed_is_refused(tmp_path: Path) -> None:
    longer = [bundles.digest(b"\0", line) for line, _ in bundles.invented(30)]
    found = fault(tmp_path, checkpoints=[("mine", US.checkpoint(30, bundles.root_of(longer)))])
    assert ("shrank", 24) == (found.code, found.position)
    assert "History shrank: mine covers 30 events, here are 23." == found.sentence


def test_another_key_and_another_ledger_are_told_apart(tmp_path: Path) -> None:
    assert "signature" == fault(tmp_path, key=OTHERS.verifier_key).code
    elsewhere = Signer(origin="elsewhere.example/one")
    assert (
        "is of 'ledger.example/partnership'" in fault(tmp_path, key=elsewhere.verifier_key).sentence
    )
    forged = bundles.assembled(EVENTS, OTHERS)
    bundle = bundles.write(tmp_path / "bundle", forged)
    assert verified(bundle)["key"] == "of the ledger itself"
    with pytest.raises(Altered):
        verified(bundle, key=US.verifier_key)


@pytest.mark.parametrize(
    "key", ["", "a+b", "name+00000000+AAAA", US.verifier_key[:-4] + "AAA=", f"x{US.verifier_key}"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    assert "key" == fault(tmp_path, key=key).code


@pytest.mark.parametrize(
    "note",
    [
        "",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "x",
        NOTE.replace("\n23\n", "\n023\n"),
        NOTE.replace("\n23\n", "\n22\n"),
        NOTE.replace("\n\n", "\nmore\n\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n\n— ", "\n\n— x "),
        NOTE.split("—", maxsplit=1)[0],
    ],
)
def test_a_checkpoint_has_one_form(tmp_path: Path, note: str) -> None:
    found = fault(tmp_path, lambda parts: parts.update(checkpoint=note.encode()))
    assert found.code in {"checkpoint", "signature"}


def test_a_witness_may_have_signed_too(tmp_path: Path) -> None:
    witnessed = NOTE + f"— witness.example/w {bundles.text64(b'w' * 68)}\n"
    assert check(tmp_path, lambda parts: parts.update(checkpoint=witnessed.encode()))["holds"]


def test_a_text_is_what_was_written_or_erased(tmp_path: Path) -> None:
    nonce = b"n" * 16
    events = bundles.invented(6)
    digest = bundles.digest(nonce, b"Late: the office was closed.")
    line, _ = events[3]
    payload = b'{"code":"p","reason":"%b"}' % digest.hex().encode()
    hashed = bundles.digest(payload).hex().encode()
    events[3] = (re.sub(rb'"payload":"\w+"', b'"payload":"%b"' % hashed, line), payload)

    def with_text(text: str | None) -> Path:
        told = {"digest": digest.hex(), "nonce": nonce.hex(), "text": text}
        parts = bundles.assembled(events, US, texts=bundles.lines([json.dumps(told)]))
        return bundles.write(tmp_path / "bundle", parts)

    assert 0 == verified(with_text("Late: the office was closed."))["texts_erased"]
    assert 1 == verified(with_text(None))["texts_erased"]
    with pytest.raises(Altered) as caught:
        verified(with_text("Late: the office was open."))
    assert ("text", 4) == (caught.value.code, caught.value.position)


@pytest.mark.parametrize("payload", [
    b'{"code":"p","reason":"%b"}', b'{"entries":[{"note":"%b"}]}', b'{"action":"%b"}',
    b'{"cause":"c","steps":[{"action":"%b"}]}', b'{"cause":"%b","steps":[]}',
    b'{"changes":[{"no_baseline":"%b"}]}',
])  # fmt: skip
def test_a_text_that_an_event_names_cannot_be_taken_away(tmp_path: Path, payload: bytes) -> None:
    """Wherever in the event its digest stands: a reason, a note, what is done about a figure."""
    events = bundles.invented(6)
    line, _ = events[3]
    payload %= bundles.digest(b"n" * 16, b"A crossing is built.").hex().encode()
    hashed = bundles.digest(payload).hex().encode()
    events[3] = (re.sub(rb'"payload":"\w+"', b'"payload":"%b"' % hashed, line), payload)
    parts = bundles.assembled(events, US)
    with pytest.raises(Altered) as caught:
        verified(bundles.write(tmp_path / "bundle", parts))
    assert ("text", 4) == (caught.value.code, caught.value.position)


# The bundle as a file


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop("README.txt"),
        lambda parts: parts.update(more=b""),
        lambda parts: parts.update({"bundle.json": b"[]"}),
        lambda parts: parts.update({"bundle.json": b"{"}),
        replaced("bundle.json", b"/1", b"/2"),
        replaced("bundle.json", b'"size": 23', b'"size": true'),
        replaced("bundle.json", b"partnership", b"partnershop"),
    ],
)
def test_a_bundle_has_its_members_and_no_others(
    tmp_path: Path, change: Callable[[Parts], None]
) -> None:
    assert "members" == fault(tmp_path, change).code


def test_nothing_may_follow_a_bundle(tmp_path: Path) -> None:
    path = bundles.write(tmp_path / "bundle", WHOLE)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(Altered, match="other members"):
        Bundle(str(path))
    bundles.write(path, WHOLE)
    with zipfile.ZipFile(path, "a") as again, pytest.warns(UserWarning, match="Duplicate"):
        again.writestr("events", b"")
    with pytest.raises(Altered, match="other members"):
        Bundle(str(path))


def test_a_tree_over_nothing_keeps_nothing(tmp_path: Path) -> None:
    parts = bundles.assembled([], US)
    assert 0 == verified(bundles.write(tmp_path / "bundle", parts))["size"]
    with pytest.raises(Altered, match="beyond the last event"):
        verified(bundles.write(tmp_path / "bundle", {**parts, "leaves": bytes(32)}))
