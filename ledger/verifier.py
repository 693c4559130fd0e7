"""Checks that nothing in an Outturn ledger was altered, without trusting who keeps it.

    python3 verifier.py BUNDLE [--key KEY_OR_FILE] [--checkpoint FILE] [--receipt FILE] [--json]

One file for Python 3.9 or later: nothing but the standard library, no code of the writer's. It
reads the events once, in order, and holds little more than one number per stream in memory.
Exit status: 0 all holds; 1 it does not, with one sentence that names the first bad position;
2 wrong usage, or a file that cannot be read. docs/reference/proofs.md says what is hashed; whether
the answers are what the events say is checked by verifier_answers.py, which lies beside this file.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import gc
import hashlib
import heapq
import io
import itertools
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

LONGEST_LINE = 1 << 26  # bytes; an event of 1,000 entries has some 200,000
MEMBERS = (
    "README.txt bundle.json checkpoint checkpoints.jsonl events leaves status.jsonl"
    " texts.jsonl values.jsonl"
)
UNREADABLE = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
              TypeError, ValueError, zipfile.BadZipFile, zlib.error)  # fmt: skip

# The form of a leaf's entry, field by field; what is in "command" is alike for all its events.
ENTRY = re.compile(
    rb'{"leaf":1,"position":(INT),"stream":"(UUID)","version":(INT),"topic":(TEXT),(?P<command>'
    rb'"recorded_at":"(TIME)","actor":(TEXT),"command":TEXT,"first":(INT),"last":(INT),'
    rb'"correlation":"UUID","key":(?:null|TEXT),"request":(?:null|"HEX"),"answer":(?:null|"HEX")),'
    rb'"payload":"(HEX)"}'.replace(b"INT", rb"[1-9]\d{0,18}")
    .replace(b"TEXT", rb'"(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00[01][0-9a-f])*"')
    .replace(b"TIME", rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?!0{6})\d{6})?Z")
    .replace(b"UUID", rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    .replace(b"HEX", rb"[0-9a-f]{64}")
)
NOTE = re.compile(r"(([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]{44})\n)\n((?:— [^ \n]+ [^ \n]+\n)+)")
RECEIPT = re.compile(
    r"c2sp\.org/tlog-proof@v1\n(?:extra [^\n]+\n)?index (0|[1-9][0-9]*)\n((?:[^\n]{44}\n)*)\n(.*)",
    re.DOTALL,
)


class Altered(Exception):
    """Something does not hold: a stable code, one sentence, and where.

    ``position`` is the first bad one. Where only a root signed over many events disagrees it is
    None, and the first difference lies after the first position of ``between``, up to the second.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        position: int | None = None,
        between: tuple[int, int] | None = None,
    ) -> None:
        self.sentence = "".join(sign if sign.isprintable() else "?" for sign in sentence)
        super().__init__(self.sentence)
        self.code, self.position, self.between = code, position, between


# Ed25519 (RFC 8032), for checking alone, and only the one spelling of a key and a signature.

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, HALF_TURN = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # x, y, z and x·y/z: extended coordinates
NEUTRAL = (0, 1, 1, 0)
KEY, SIGNATURE = 32, 64  # bytes


def _add(a: Point, b: Point) -> Point:
    less, more = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = more - less, d - c, d + c, more + less
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(raw: bytes) -> Point:
    odd, y = raw[31] >> 7, int.from_bytes(raw, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * HALF_TURN % P if (x * x - square) % P else x
    x = P - x if x & 1 != odd else x
    if y >= P or x >= P or (x * x - square) % P:
        raise ValueError("not a point")
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether S·B − h·A is R. Raises ValueError for what is no key; one of small order is none."""
    x, y, _, xy = _point(public)
    minus_key = (P - x, y, 1, P - xy)
    eightfold = minus_key
    for _ in range(3):
        eightfold = _add(eightfold, eightfold)
    if eightfold[0] == 0 and eightfold[1] == eightfold[2]:
        raise ValueError("a key of small order")
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    if len(signature) != SIGNATURE or s >= ORDER:
        return False
    total, either = NEUTRAL, (NEUTRAL, BASE, minus_key, _add(BASE, minus_key))
    for n in range(252, -1, -1):
        total = _add(_add(total, total), either[(s >> n & 1) + 2 * (h >> n & 1)])
    shrink = pow(total[2], -1, P)
    x, y = total[0] * shrink % P, total[1] * shrink % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# Signed notes, checkpoints and receipts (C2SP signed-note, tlog-checkpoint, tlog-proof).


class Key(NamedTuple):
    """A verifier key: the name it signs under, its four bytes of identity, and the key."""

    name: str
    identity: bytes
    public: bytes


class Checkpoint(NamedTuple):
    """What was signed, and what to call it: the first ``size`` events have this root."""

    size: int
    what: str
    root: bytes


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one spelling. Raises ValueError."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("another spelling of base64")
    return raw


def read_key(text: str) -> Key:
    """A key as it is handed on: NAME+HASH+BASE64. Raises Altered."""
    try:
        name, identity, encoded = text.strip().split("+", 2)
        raw = unbase64(encoded)
        hashed = hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4]
        if hashed.hex() != identity or len(raw) != 1 + KEY or raw[0] != 1 or not name.isprintable():
            raise ValueError("another key")
        _point(raw[1:])
    except ValueError:
        raise Altered("key", "The key is not one of Ed25519, as NAME+HASH+BASE64.") from None
    return Key(name, hashed, raw[1:])


def read_checkpoint(note: str, key: Key, what: str) -> Checkpoint:
    """A checkpoint that the key signed. Raises Altered, whose sentence calls it ``what``."""
    found = NOTE.fullmatch(note)
    if found is None:
        raise Altered("checkpoint", f"{what} is not a checkpoint.")
    text, origin, size, root, signatures = found.groups()
    if origin != key.name:
        raise Altered("checkpoint", f"{what} is of {origin!r}, and not of {key.name!r}.")
    try:
        for line in signatures[:-1].split("\n"):
            _, name, encoded = line.split(" ")
            raw = unbase64(encoded)
            if (name, raw[:4]) == (key.name, key.identity):  # or else of a witness
                if signature_holds(key.public, text.encode(), raw[4:]):
                    return Checkpoint(int(size), what, unbase64(root))
                raise Altered("signature", f"{what} is not what the key signed.")
    except ValueError:
        raise Altered("checkpoint", f"{what} cannot be read.") from None
    raise Altered("signature", f"{what} is not signed with the key {key.name}.")


class Receipt(NamedTuple):
    """That an event is under a checkpoint: its leaf's index, and what leads from it to the root."""

    leaf: int
    path: list[bytes]
    under: Checkpoint
    event: tuple[Any, Any] = (None, None)  # its entry and payload, where the receipt shows them

    def is_of(self, line: bytes, payload: bytes) -> bool:
        """Whether this is the receipt of an event."""
        shown = (self.event[0] or line.decode(), self.event[1] or payload.decode())
        proved = self.leads_to(_hash(b"\0", line)) == self.under.root
        return proved and shown == (line.decode(), payload.decode())

    def leads_to(self, node: bytes) -> bytes | None:
        """The root above a leaf; None where the path has not the right length."""
        index, last = self.leaf, self.under.size - 1
        for beside in self.path:
            if last == 0:
                return None
            if index & 1 or index == last:
                node = _hash(b"\1", beside, node)
                while not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                node = _hash(b"\1", node, beside)
            index, last = index >> 1, last >> 1
        return None if last else node


def read_receipt(text: str, key: Key, what: str) -> Receipt:
    """A receipt whose checkpoint the key signed: a tlog-proof or JSON around it. Raises Altered."""
    try:
        told = json.loads(text) if text[:1] == "{" else {"proof": text}
        found = RECEIPT.fullmatch(told["proof"])
        event = (told.get("entry"), told.get("payload"))
        path = [unbase64(line) for line in found[2].split()] if found else []
    except UNREADABLE:
        found = None
    if found is None:
        raise Altered("receipt", f"{what} is not a receipt.")
    under = read_checkpoint(found[3], key, what)
    if int(found[1]) >= under.size:
        raise Altered("receipt", f"{what} is of a position its own checkpoint does not reach.")
    return Receipt(int(found[1]), path, under, event)


# The tree (RFC 9162).


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """The tree over the leaves so far: the roots of its whole parts, the largest first.

    ``kept`` gives the hashes that are kept of it, height by height and in order, to be compared.
    """

    def __init__(self, kept: Callable[[int], Iterator[bytes] | None]) -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._kept, self._opened = kept, {0: kept(0)}

    def append(self, node: bytes) -> None:
        """The next leaf. Raises Altered where what is kept is not its hash."""
        rest, height = self.size, 0
        self.size += 1
        self._compare(0, node)
        while rest & 1:
            node, rest, height = _hash(b"\1", self._parts.pop(), node), rest >> 1, height + 1
            self._compare(height, node)
        self._parts.append(node)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        *parts, node = self._parts or [_hash()]
        for part in reversed(parts):
            node = _hash(b"\1", part, node)
        return node

    def _compare(self, height: int, node: bytes) -> None:
        if height not in self._opened:
            self._opened[height] = self._kept(height)
        kept = self._opened[height]
        if kept is not None and next(kept, b"") != node:
            what = f"the {1 << height} events that end there" if height else "the event there"
            sentence = f"The hash the tree keeps of position {self.size} is not that of {what}."
            raise Altered("tree", sentence, self.size)

    def check_ended(self) -> None:
        """No hash is kept of what is not there. Raises Altered."""
        if any(next(kept, None) is not None for kept in self._opened.values() if kept):
            sentence = f"The tree keeps hashes beyond the last event, position {self.size}."
            raise Altered("tree", sentence, self.size + 1)


# The events, in order, and all that was signed over them.


class Entry(NamedTuple):
    """What the ledger says of an event beside its payload."""

    position: int
    stream: str
    version: int
    topic: str
    recorded_at: str
    actor: str


class Evidence(Protocol):
    """What is checked: a bundle, or a ledger that is read where it lies."""

    key: str  # that came with it
    size: int  # of its checkpoint

    def checkpoint(self) -> str: ...
    def checkpoints(self) -> Iterable[tuple[int, str]]: ...  # earlier ones: size and note
    def events(self) -> Iterable[tuple[bytes, bytes]]: ...  # entry and payload
    def kept(self, height: int) -> Iterator[bytes] | None: ...  # the tree's hashes, if any
    def texts(self) -> Iterable[tuple[str, str, str | None]]: ...  # digest, nonce, text or None
    def rows(self, table: str) -> Iterable[list[Any]]: ...  # of "values" or "status"


Named = Sequence[tuple[str, str]]  # what to call it, and its text


class Order:
    """How far the events were read, and what the next one must agree with."""

    def __init__(self) -> None:
        self.position, self._last, self._command, self._time = 0, 0, b"", b""
        self._versions: dict[bytes, int] = {}

    def take(self, line: bytes, payload: bytes) -> Entry:
        """The next event, if it is one in its place. Raises Altered."""
        at = self.position = self.position + 1
        found = ENTRY.fullmatch(line)
        if found is None:
            raise Altered("entry", f"The entry of position {at} has not the form it must have.", at)
        position, stream, version, topic, command, time, actor, first, last, digest = found.groups()
        if int(position) != at:
            raise Altered("position", f"Where position {at} should be stands {int(position)}.", at)
        if hashlib.sha256(payload).hexdigest() != digest.decode():
            raise Altered("payload", f"What was recorded at position {at} was changed.", at)
        if int(version) != self._versions.get(stream, 0) + 1:
            sentence = (
                f"Position {at} is version {int(version)} of its stream, which is out of turn."
            )
            raise Altered("version", sentence, at)
        self._versions[stream] = int(version)
        if at <= self._last:
            if command != self._command:
                raise Altered("command", f"Position {at} differs from the rest of its command.", at)
        elif int(first) != at or int(last) < at:
            raise Altered("command", f"The command of position {at} is not there as a whole.", at)
        elif time[:-1] <= self._time:
            raise Altered("time", f"Position {at} is not later than the command before.", at)
        self._last, self._command, self._time = int(last), command, time[:-1]  # without the Z
        words = stream.decode(), int(version), json.loads(topic), time.decode(), json.loads(actor)
        return Entry(at, *words)


class Check:
    """One check of a ledger: where it stands, and the signed roots it has still to meet."""

    def __init__(
        self, evidence: Evidence, key: str | None, checkpoints: Named, receipts: Named
    ) -> None:
        self.order, self.tree, self.earlier, self.done = Order(), Tree(evidence.kept), 0, 0
        self._evidence, self.key = evidence, read_key(evidence.key if key is None else key)
        self._final = read_checkpoint(evidence.checkpoint(), self.key, "The checkpoint")
        if self._final.size != evidence.size:
            raise Altered("checkpoint", f"The checkpoint is not of the size {evidence.size}.")
        self._receipts = [read_receipt(text, self.key, what) for what, text in receipts]
        outside = [read_checkpoint(note, self.key, what) for what, note in checkpoints]
        outside = sorted([*outside, *(receipt.under for receipt in self._receipts)])
        if outside and outside[-1].size > self._final.size:
            signed, there = outside[-1], self._final.size
            sentence = (
                f"History shrank: {signed.what} covers {signed.size} events, here are {there}."
            )
            raise Altered("shrank", sentence, there + 1)
        roots = heapq.merge(self._kept(), outside, [self._final], key=lambda signed: signed.size)
        self._roots, self._agreed = roots, 0

    def _kept(self) -> Iterator[Checkpoint]:
        before = -1
        for size, note in self._evidence.checkpoints():
            found = read_checkpoint(note, self.key, f"The checkpoint kept of size {size}")
            if found.size != size or not before < size < self._final.size:
                raise Altered("checkpoint", f"{found.what} is not of that size, or out of order.")
            before, self.earlier = size, self.earlier + 1
            yield found

    def run(self, reader: Any, progress: Callable[[int, int], None]) -> None:
        """All events, and every root at its size. Raises Altered."""
        due = self._meet(next(self._roots))
        for line, payload in self._evidence.events():
            entry, leaf = self.order.take(line, payload), _hash(b"\0", line)
            at = entry.position
            if at > self._final.size:
                raise Altered("surplus", f"Position {at} is beyond what the checkpoint covers.", at)
            self.tree.append(leaf)
            for receipt in self._receipts:
                if receipt.leaf == at - 1 and not receipt.is_of(line, payload):
                    sentence = f"{receipt.under.what} is not of the event at position {at}."
                    raise Altered("receipt", sentence, at)
            due = self._meet(due)
            if reader is not None:
                reader.take(entry, payload)
            self.done = at
            progress(at, self._final.size)
        at = self.order.position + 1
        if due is not None:
            sentence = (
                f"The checkpoint covers {self._final.size} events; position {at} is not there."
            )
            raise Altered("cut", sentence, at)
        self.tree.check_ended()

    def _meet(self, due: Checkpoint | None) -> Checkpoint | None:
        """The signed roots of the size reached so far; answer the one that comes next."""
        while due is not None and due.size == self.tree.size:
            if due.root != self.tree.root():
                low, high = self._agreed, due.size
                sentence = (
                    f"{due.what} was signed over other events: the first that differs lies"
                    f" between positions {low + 1} and {high}."
                )
                raise Altered("rewritten", sentence, None, (low, high))
            self._agreed, due = due.size, next(self._roots, None)
        return due


def check_texts(evidence: Evidence) -> tuple[int, int]:
    """Every text against its digest; answer how many there are, and how many of them erased."""
    count = erased = 0
    for digest, nonce, text in evidence.texts():
        count, erased = count + 1, erased + (text is None)
        if text is None or _hash(bytes.fromhex(nonce), text.encode()).hex() == digest:
            continue
        for at, (_, payload) in enumerate(evidence.events(), start=1):
            if digest.encode() in payload:
                raise Altered("text", f"A text that position {at} refers to was changed.", at)
        raise Altered("text", f"No position refers to the text under the digest {digest}.")
    return count, erased


def verify(
    evidence: Evidence,
    *,
    key: str | None = None,
    checkpoints: Named = (),
    receipts: Named = (),
    reader: Callable[[Evidence], Any] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Check everything, and answer what was found to hold. Raises Altered.

    ``key``, ``checkpoints`` and ``receipts`` are the auditor's own, the last two as pairs of what
    to call each and its text. ``reader`` makes what reads along, to check what the events say.
    """
    check, collecting = None, gc.isenabled()
    gc.disable()  # nothing here is part of a cycle, and looking for one takes a sixth of the time
    try:
        check = Check(evidence, key, checkpoints, receipts)
        along = reader and reader(evidence)
        check.run(along, progress)
        texts, erased = check_texts(evidence)
        answers = along.finish() if along else {}
    except UNREADABLE as error:
        at = check.done + 1 if check and check.done < evidence.size else None
        where = f"What should come at position {at}" if at else "Something in the evidence"
        sentence = f"{where} cannot be read: {error or type(error).__name__}."
        raise Altered("unreadable", sentence, at) from error
    finally:
        if collecting:
            gc.enable()
    at = check.done
    held = {"holds": True, "origin": check.key.name, "size": at, "root": check.tree.root().hex()}
    counted = {"checkpoints_kept": check.earlier, "texts": texts, "texts_erased": erased}
    own = {"checkpoints": len(tuple(checkpoints)), "receipts": len(tuple(receipts))}
    return held | {"key": "given" if key else "of the ledger itself"} | counted | own | answers


# The bundle, and the command.


class Bundle:
    """The evidence in a bundle, read as a stream. Raises BadZipFile, OSError or Altered."""

    def __init__(self, path: str) -> None:
        with contextlib.ExitStack() as opened:
            file = opened.enter_context(Path(path).open("rb"))
            self._zip = zipfile.ZipFile(file)
            file.seek(-22, io.SEEK_END)
            ended, members = file.read(), " ".join(sorted(self._zip.namelist()))
            if members != MEMBERS or ended[:4] != b"PK\5\6" or ended[20:] != b"\0\0":
                raise Altered("members", "The bundle has other members than it should.")
            try:
                facts = json.loads(self._all("bundle.json"))
                form, self.origin, self.key, self.size, self.made_at = facts.values()
                whole = " ".join(facts) == "format origin key size made_at"
                good = whole and type(self.size) is int and read_key(self.key).name == self.origin
            except UNREADABLE:
                good = False
            if not good or form != "outturn-bundle/1":
                raise Altered("members", "The file bundle.json does not say what it should.")
            self._opened = opened.pop_all()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *of_an_error: object) -> None:
        self._opened.close()

    def checkpoint(self) -> str:
        """The signed note of the whole."""
        return self._all("checkpoint").decode()

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Those signed earlier."""
        for line in self._lines("checkpoints.jsonl"):
            yield _fields(line, "size note")

    def events(self) -> Iterator[tuple[bytes, bytes]]:
        """Entry and payload of each event."""
        lines = self._lines("events")
        for line in lines:
            yield line, next(lines, b"")

    def kept(self, height: int) -> Iterator[bytes] | None:
        """The leaves; a bundle has no other hashes."""
        return None if height else self._pieces("leaves", lambda member: member.read(32))

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        """Digest, nonce, and the text where it was not erased."""
        for line in self._lines("texts.jsonl"):
            yield _fields(line, "digest nonce text")

    def rows(self, table: str) -> Iterator[list[Any]]:
        """The answers: a line for the names of the columns, then one a row."""

        def some(member: io.BufferedReader) -> bytes:
            return member.read(1 << 16) + member.readline(LONGEST_LINE)

        return itertools.chain.from_iterable(map(_rows, self._pieces(f"{table}.jsonl", some)))

    def _all(self, name: str) -> bytes:
        with self._zip.open(name) as member:
            return member.read(LONGEST_LINE)

    def _lines(self, name: str) -> Iterator[bytes]:
        for line in self._pieces(name, lambda member: member.readline(LONGEST_LINE)):
            if line[-1:] != b"\n":
                raise ValueError(f"a line of {name} does not end")
            yield line[:-1]

    def _pieces(self, name: str, read: Callable[[io.BufferedReader], bytes]) -> Iterator[bytes]:
        with self._zip.open(name) as member:
            buffered = io.BufferedReader(cast(Any, member), 1 << 18)
            yield from iter(lambda: read(buffered), b"")


def _rows(lines: bytes) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(b"[%b]" % lines[:-1].replace(b"\n", b","))
    if lines[-1:] != b"\n" or len(found) != lines.count(b"\n"):
        raise ValueError("a line is not one row")
    return found


def _fields(line: bytes, names: str) -> Any:
    found = json.loads(line)
    if " ".join(found) != names:
        raise ValueError(f"a line has other fields than {names}")
    return tuple(found.values())


WHOSE_KEY = {
    "given": "The key is the one you gave.",
    "of its signer": "The key is the one its signer keeps here, outside the database.",
    "of the ledger itself": "The key came with the ledger: it agrees with itself, whoever made it.",
}


def sentences(held: dict[str, Any]) -> list[str]:
    """What was found to hold, for people."""

    def some(name: str, what: str) -> str:
        return f"{held[name]:,} {what}" + ("" if held[name] == 1 else "s")

    told = [
        f"All holds: {some('size', 'event')} of {held['origin']}, just as recorded and signed.",
        f"They agree with {some('checkpoints_kept', 'earlier checkpoint')} kept beside them, and"
        f" with {some('checkpoints', 'checkpoint')} and {some('receipts', 'receipt')}"
        " from outside.",
        f"{some('texts', 'text')}, just as written; {held['texts_erased']:,} of them erased.",
    ]
    if "values" in held:
        told.append(f"The events give {some('values', 'row')} of values, and of judgements")
        told[-1] += f" {some('statuses', 'row')}: just the answers there are."
    else:
        told.append("Whether the answers are what the events say was not looked at.")
    return [*told, WHOSE_KEY[held["key"]]]


def main(
    arguments: list[str] | None = None, reader: Callable[[Evidence], Any] | None = None
) -> int:
    """The command; answers the exit status."""
    parser = argparse.ArgumentParser(description="Check that an Outturn bundle was not altered.")
    parser.add_argument("bundle")
    parser.add_argument("--key", metavar="KEY_OR_FILE", help="the ledger's key, as you know it")
    parser.add_argument("--checkpoint", metavar="FILE", action="append", default=[])
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(arguments)
    try:
        own = [[(path, Path(path).read_text("utf-8")) for path in paths]
               for paths in (given.checkpoint, given.receipt)]  # fmt: skip
        key = given.key if given.key is None or "+" in given.key else Path(given.key).read_text()
        with Bundle(given.bundle) as bundle:
            held = verify(bundle, key=key, checkpoints=own[0], receipts=own[1], reader=reader)
    except Altered as altered:
        told = {"holds": False, "code": altered.code, "detail": altered.sentence,
                "position": altered.position, "between": altered.between}  # fmt: skip
        print(json.dumps(told) if given.json else altered.sentence)
        return 1
    except UNREADABLE as error:
        print(f"{given.bundle} cannot be read: {error}.", file=sys.stderr)
        return 2
    print(json.dumps(held) if given.json else "\n".join(sentences(held)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
