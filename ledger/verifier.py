"""Checks that nothing in an Outturn ledger was altered, without trusting who keeps it.

    python3 verifier.py BUNDLE [--key KEY_OR_FILE] [--checkpoint FILE] [--receipt FILE]

One file for Python 3.9 or later: nothing but the standard library, and no code of the writer's.
Exit status: 0 all holds; 1 it does not, with one sentence that names the first bad position;
2 wrong usage, or a file that cannot be read. docs/reference/proofs.md tells every form that is
read here, docs/reference/policies.md every rule of judgement. To be read from top to bottom:

    1. Signatures         Ed25519, for checking alone
    2. Notes              keys, checkpoints, receipts
    3. The tree           one hash over all events so far
    4. Events             each in its place, and as it was recorded
    5. The check          all that is signed, in one reading
    6. Rows of answers    each begins and ends where an event says so
    7. Values             what an event makes of the value there was
    8. Periods            which are compared, and by which policies each is judged
    9. Judgements         figure, status and direction of travel
    10. Answers           from each event, the rows that begin and end there
    11. The bundle        its members, and the command
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import gc
import hashlib
import heapq
import io
import json
import pickle
import re
import sqlite3
import sys
import zipfile
import zlib
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Any, cast

# What reading raises where something is not of its form.
UNREADABLE = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
              TypeError, ValueError, sqlite3.Error, zipfile.BadZipFile, zlib.error)  # fmt: skip


class Altered(Exception):
    """Something does not hold: a stable code, one sentence, and the first bad position.

    Where only a root signed over many events disagrees there is no position, and the first
    difference lies after the first position of ``between``, up to the second.
    """

    def __init__(self, code: str, sentence: str, at: Any = None, between: Any = None) -> None:
        self.sentence = "".join(each if each.isprintable() else "?" for each in sentence)
        super().__init__(self.sentence)
        self.code, self.position, self.between = code, at, between


class Unusable(Altered):
    """What the auditor gave is no key, checkpoint or receipt, which says nothing of the ledger."""


# 1. Signatures: Ed25519 (RFC 8032), only the one spelling of a key and of a signature.

# The field and the order of BASE; d of the curve, and a square root of -1.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, HALF_TURN = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
Point = tuple[int, int, int, int]  # x, y, z and x·y/z: extended coordinates


def _add(a: Point, b: Point) -> Point:
    less, more = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = more - less, d - c, d + c, more + less
    return e * f % P, g * h % P, f * g % P, e * h % P


@lru_cache(maxsize=4)
def _doublings(raw: bytes) -> list[Point]:
    """A point, twice the point, four times and so on. Raises ValueError for what is none."""
    odd, y = raw[31] >> 7, int.from_bytes(raw, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P  # of x
    x = pow(square, (P + 3) // 8, P)  # or else that times the root of -1
    x = x * HALF_TURN % P if (x * x - square) % P else x
    x = P - x if x & 1 != odd else x
    if y >= P or x >= P or (x * x - square) % P:
        raise ValueError("not a point")
    doublings = [(x, y, 1, x * y % P)]
    while len(doublings) < ORDER.bit_length():
        doublings.append(_add(doublings[-1], doublings[-1]))
    return doublings


def _times(number: int, raw: bytes) -> Point:
    total = (0, 1, 1, 0)
    for power, point in enumerate(_doublings(raw)):  # one for each bit of a number below ORDER
        if number >> power & 1:
            total = _add(total, point)
    return total


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether S·B − h·A is R. Raises ValueError for what is no key; one of small order is none."""
    eightfold = _doublings(public)[3]  # nothing, of a point of small order
    if eightfold[0] == 0 and eightfold[1] == eightfold[2]:
        raise ValueError("a key of small order")
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    if len(signature) != 64 or s >= ORDER:  # noqa: PLR2004 - bytes
        return False
    x, y, z, xy = _times(h, public)
    x, y, z, _ = _add(_times(s, BASE), (P - x, y, z, P - xy))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# 2. Notes: keys, checkpoints and receipts (C2SP signed-note, tlog-checkpoint, tlog-proof).

NOTE = re.compile(r"(([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]{44})\n)\n((?:— [^ \n]+ [^ \n]+\n)+)")
RECEIPT = re.compile(
    r"c2sp\.org/tlog-proof@v1\n(?:extra [^\n]+\n)?index (0|[1-9][0-9]*)\n((?:[^\n]{44}\n)*)\n(.*)",
    re.DOTALL,
)
Key = namedtuple("Key", "name identity public")  # identity: four bytes of a hash, to know it by
Checkpoint = namedtuple("Checkpoint", "size what root")  # what: how sentences call it


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one spelling. Raises ValueError."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("another spelling of base64")
    return raw


def read_key(text: str) -> Key:
    """A key as it is handed on: NAME+HASH+BASE64. Raises Unusable."""
    with contextlib.suppress(IndexError, ValueError):
        name, identity, encoded = text.strip().split("+", 2)
        raw = unbase64(encoded)
        hashed = _hash(f"{name}\n".encode(), raw)[:4]
        _doublings(raw[1:])  # raises where it is no point
        if (hashed.hex(), len(raw), raw[0], name.isprintable()) == (identity, 33, 1, True):
            return Key(name, hashed, raw[1:])
    raise Unusable("key", "The key is not one of Ed25519, as NAME+HASH+BASE64.")


def read_checkpoint(note: str, key: Key, what: str, *, own: bool = False) -> Checkpoint:
    """A checkpoint that the key signed, and whether it is the auditor's own. Raises Altered."""
    found, wrong = NOTE.fullmatch(note), Unusable if own else Altered
    if found is None:
        raise wrong("checkpoint", f"{what} is not a checkpoint.")
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
        raise wrong("checkpoint", f"{what} cannot be read.") from None
    raise Altered("signature", f"{what} is not signed with the key {key.name}.")


class Receipt(namedtuple("Receipt", "leaf path under entry payload", defaults=(None, None))):
    """The index of an event's leaf, its path to the root of a checkpoint, ``under``; perhaps it."""

    def is_of(self, line: bytes, payload: bytes) -> bool:
        """Whether this is the receipt of an event."""
        pairs = (self.entry, line.decode()), (self.payload, payload.decode())
        shown = all(told is None or told == recorded for told, recorded in pairs)
        root = root_above(_hash(b"\0", line), self.leaf, self.under.size, self.path)
        return shown and root == self.under.root


def root_above(node: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its path lead to; no root where the path is too short or long."""
    if size == 1 or not path:
        return node if size == 1 and not path else b""
    left = 1 << (size - 1).bit_length() - 1  # the leaves of the left part
    if index < left:
        return _hash(b"\1", root_above(node, index, left, path[:-1]), path[-1])
    return _hash(b"\1", path[-1], root_above(node, index - left, size - left, path[:-1]))


def read_receipt(text: str, key: Key, what: str) -> Receipt:
    """A receipt whose checkpoint the key signed: a tlog-proof or JSON around it. Raises Altered."""
    try:
        told = json.loads(text, object_pairs_hook=once) if text[:1] == "{" else {"proof": text}
        leaf, path, note = cast(Any, RECEIPT.fullmatch(told["proof"])).groups()
        index, path = int(leaf), [unbase64(line) for line in path.split()]
    except UNREADABLE:
        raise Unusable("receipt", f"{what} is not a receipt.") from None
    under = read_checkpoint(note, key, what)
    if index >= under.size:
        raise Altered("receipt", f"{what} is of a position its own checkpoint does not reach.")
    return Receipt(index, path, under, told.get("entry"), told.get("payload"))


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, each name once: readers differ in which of two they take."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    raise ValueError("a name is given twice")


# 3. The tree (RFC 9162): a leaf is the hash of an event's entry.


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """The tree over the leaves so far: the roots of its whole parts, the largest first.

    ``kept`` gives the hashes that are kept of it, height by height and in order, to be compared.
    """

    def __init__(self, kept: Callable[[int], Iterator[bytes] | None]) -> None:
        self.size, self._kept, self._opened = 0, kept, {0: kept(0)}
        self._parts: list[bytes] = []

    def append(self, node: bytes) -> None:
        """The next leaf. Raises Altered where what is kept is not its hash."""
        height, rest, self.size = 0, self.size, self.size + 1
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


# 4. Events: each in its place, and as it was recorded.

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
LONGEST_ENTRY = 1 << 16  # bytes; to match one takes some hundred times as many
Entry = namedtuple("Entry", "position stream topic recorded_at actor")  # the last two in JSON


def in_order(events: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[Entry, bytes, bytes]]:
    """What each event says of itself, its entry and its payload. Raises Altered."""
    until, shared, clock = 0, b"", b""  # the last of the command, what it shares, when it was
    versions: dict[bytes, int] = {}
    for at, (line, payload) in enumerate(events, start=1):
        found = ENTRY.fullmatch(line) if len(line) <= LONGEST_ENTRY else None
        if found is None:
            raise Altered("entry", f"The entry of position {at} has not the form it must have.", at)
        position, stream, version, topic, command, time, actor, first, last, digest = found.groups()
        if int(position) != at:
            raise Altered("position", f"Where position {at} should be stands {int(position)}.", at)
        if hashlib.sha256(payload).hexdigest() != digest.decode():
            raise Altered("payload", f"What was recorded at position {at} was changed.", at)
        if int(version) != versions.get(stream, 0) + 1:
            which = f"version {int(version)} of its stream, which is out of turn"
            raise Altered("version", f"Position {at} is {which}.", at)
        if at <= until and command != shared:
            raise Altered("command", f"Position {at} differs from the rest of its command.", at)
        if at > until and (int(first) != at or int(last) < at):
            raise Altered("command", f"The command of position {at} is not there as a whole.", at)
        if at > until and time[:-1] <= clock:  # without the Z
            raise Altered("time", f"Position {at} is not later than the command before.", at)
        versions[stream], until, shared, clock = int(version), int(last), command, time[:-1]
        told = stream.decode(), json.loads(topic), f'"{time.decode()}"', quoted(json.loads(actor))
        yield Entry(at, *told), line, payload


# 5. The check: all that is signed, in one reading of the events.

Named = Sequence[tuple[str, str]]  # what to call it, and its text
Evidence = Any  # a Bundle, or what reads like one: a ledger where it lies


class Check:
    """One check of a ledger: where it stands, and the signed roots it has still to meet."""

    def __init__(self, evidence: Evidence, key: str, checkpoints: Named, receipts: Named) -> None:
        self.tree, self.earlier, self._agreed, self._evidence = Tree(evidence.kept), 0, 0, evidence
        self.key = read_key(key)
        final = read_checkpoint(evidence.checkpoint(), self.key, "The checkpoint")
        if evidence.key != key.strip():
            raise Altered("key", "The ledger names another key than the one that signed it.")
        if final.size != evidence.size:
            raise Altered("checkpoint", f"The checkpoint is not of the size {evidence.size}.")
        self._receipts = [read_receipt(text, self.key, what) for what, text in receipts]
        outside = [read_checkpoint(note, self.key, what, own=True) for what, note in checkpoints]
        outside = sorted([*outside, *(receipt.under for receipt in self._receipts)])
        if outside and outside[-1].size > final.size:
            covers = f"{outside[-1].what} covers {outside[-1].size} events, here are {final.size}"
            raise Altered("shrank", f"History shrank: {covers}.", final.size + 1)
        # Each in the order of size: one that comes too late would never be met, nor the rest.
        self._roots = heapq.merge(self._kept(), outside, [final], key=lambda one: one.size)
        self._due: Any = next(self._roots)

    def _kept(self) -> Iterator[Checkpoint]:
        before = -1
        for size, note in self._evidence.checkpoints():
            found = read_checkpoint(note, self.key, f"The checkpoint kept of size {size}")
            if found.size != size or not before < size < self._evidence.size:
                raise Altered("checkpoint", f"{found.what} is not of that size, or out of order.")
            before, self.earlier = size, self.earlier + 1
            yield found

    def run(self) -> Iterator[tuple[Entry, bytes]]:
        """All events, each held against all that was signed over it. Raises Altered."""
        self._meet_roots()
        for entry, line, payload in in_order(self._evidence.events()):
            at = entry.position
            if self._due is None:
                raise Altered("surplus", f"Position {at} is beyond what the checkpoint covers.", at)
            self.tree.append(_hash(b"\0", line))
            for receipt in self._receipts:
                if receipt.leaf == at - 1 and not receipt.is_of(line, payload):
                    sentence = f"{receipt.under.what} is not of the event at position {at}."
                    raise Altered("receipt", sentence, at)
            self._meet_roots()
            yield entry, payload
        if self._due is not None:
            at, size = self.tree.size + 1, self._evidence.size
            sentence = f"The checkpoint covers {size} events; position {at} is not there."
            raise Altered("cut", sentence, at)
        self.tree.check_ended()

    def _meet_roots(self) -> None:
        """The signed roots of the size reached so far are that of the tree. Raises Altered."""
        while self._due is not None and self._due.size == self.tree.size:
            if self._due.root != self.tree.root():
                low, high = self._agreed, self._due.size
                where = f"the first that differs lies between positions {low + 1} and {high}"
                sentence = f"{self._due.what} was signed over other events: {where}."
                raise Altered("rewritten", sentence, None, (low, high))
            self._agreed, self._due = self._due.size, next(self._roots, None)


# A text is named in an event by its digest, which is over a nonce as well, in one of these fields.
TEXT = re.compile(rb'"(?:note|reason|action|cause|no_baseline)":"([0-9a-f]{64})"')


class Texts:
    """The texts that events refer to, each by its first position: in a temporary file."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")  # has no name, and is gone at the end
        self._file.execute("CREATE TABLE due (digest PRIMARY KEY, position) WITHOUT ROWID")

    def take(self, at: int, payload: bytes) -> None:
        """What an event refers to."""
        named = [(digest.decode(), at) for digest in TEXT.findall(payload)]
        self._file.executemany("INSERT OR IGNORE INTO due VALUES (?, ?)", named)

    def check(self, evidence: Evidence) -> dict[str, int]:
        """Each is there, and what its digest says; how many, and how many of them erased."""
        count = erased = 0
        query = "SELECT position FROM due WHERE digest = ?"
        for digest, nonce, text in evidence.texts():
            (at,) = self._file.execute(query, (digest,)).fetchone() or (None,)
            raw = bytes.fromhex(nonce)
            says = digest if text is None else _hash(raw, text.encode()).hex()
            if len(raw) != 16 or says != digest:  # noqa: PLR2004 - bytes
                which = f"that position {at} refers to" if at else f"of no position, {digest},"
                raise Altered("text", f"A text {which} was changed.", at)
            count, erased = count + (at is not None), erased + (at is not None and text is None)
            self._file.execute("DELETE FROM due WHERE digest = ?", (digest,))
        (at,) = self._file.execute("SELECT min(position) FROM due").fetchone()
        self._file.close()
        if at is not None:
            raise Altered("text", f"A text that position {at} refers to is not there.", at)
        return {"texts": count, "texts_erased": erased}


def verify(
    evidence: Evidence, *, key: str | None = None, checkpoints: Named = (), receipts: Named = (),
    record_only: bool = False, progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:  # fmt: skip
    """Check everything, and answer what was found to hold. Raises Altered.

    ``key``, ``checkpoints`` and ``receipts`` are the auditor's own, the last two as pairs of what
    to call each and its text. ``record_only``: the answers are not looked at.
    """
    done = None  # nor any event looked at
    gc.disable()  # nothing here is part of a cycle, and looking for one takes a sixth of the time
    try:
        with localcontext(EXACT):
            check = Check(evidence, evidence.key if key is None else key, checkpoints, receipts)
            texts, answers, done = Texts(), None if record_only else Answers(evidence), 0
            for entry, payload in check.run():
                texts.take(entry.position, payload)
                if answers is not None:
                    answers.take(entry, payload)
                done = entry.position
                progress(done, evidence.size)
            counts = texts.check(evidence) | ({} if answers is None else answers.finish())
    except UNREADABLE as error:
        at = None if done is None or done == evidence.size else done + 1
        where = f"What should come at position {at}" if at else "Something in the evidence"
        sentence = f"{where} cannot be read: {error or type(error).__name__}."
        raise Altered("unreadable", sentence, at) from error
    finally:
        gc.enable()
    return {
        "holds": True, "origin": check.key.name, "size": done, "root": check.tree.root().hex(),
        "key": "given" if key else "of the ledger itself", "checkpoints_kept": check.earlier,
        "checkpoints": len(checkpoints), "receipts": len(receipts), **counts,
    }  # fmt: skip


# 6. Rows of answers: values.jsonl and status.jsonl, in the order in which events begin them.

# A line has one spelling, so rows are made as text, and read only to tell what is wrong with one.
in_json = json.JSONEncoder(ensure_ascii=False).encode
quoted = json.encoder.encode_basestring  # the same of a text, at once
NULL, EMPTY = "null", '""'
STILL = 1 << 64  # where a row ends that holds still: beyond all positions
NOTHING = (None, None)  # in place of what holds, and the position where its row is said to end
END = "[0, 0]"  # in place of a line
MOST_IN_MEMORY = 250_000  # rows and targets that hold, of 400 bytes each


@lru_cache(maxsize=1024)
def end_of(column: str) -> int:
    """Where a row is said to end; 0 for what is no position."""
    if column == NULL:
        return STILL
    return int(column) if re.fullmatch("[1-9][0-9]{0,18}", column) else 0


class Rows:
    """The rows of one table of answers, as far as they were met."""

    def __init__(self, name: str, columns: list[str], evidence: Evidence) -> None:
        self._name, self._columns, self._lines = name, columns, iter(evidence.rows(name))
        self.begun = self.ending = 0  # rows so far; those said to end later than any event so far
        if json.loads(next(self._lines, NULL)) != columns:
            raise Altered("answers", f"The columns of {name} are not those of this version.")
        self._next = next(self._lines, END)

    def check_none_before(self, at: int | None) -> None:
        """No row is left that no event begins, before a position or at all. Raises Altered."""
        if self._next is END:
            return
        begins = int(self._next[1 : self._next.index(",")])
        if at is None or begins < at:
            _, _, indicator, area, code, *_ = json.loads(self._next)
            about = f"{self._name} of {area} {code} of indicator {indicator}"
            raise Altered("answers", f"No event opens the {about} at {begins}.", begins)

    def change(self, at: int, about: str, until: int | None, row: str | None) -> int | None:
        """What holds changes at a position: one row ends there, another may begin.

        ``about`` tells of what: indicator, area, period and perhaps breakdown. ``until`` is where
        the row that held is said to end; where the new one is said to is answered. None for no
        row. Raises Altered.
        """
        if until is not None and until != at:
            said = "to hold still" if until == STILL else f"to end at {until}"
            raise self._wrong(about, f"that ends at {at} is said {said}", min(at, until))
        self.ending -= until is not None
        if row is None:
            return None
        line, self._next = self._next, next(self._lines, END)
        start = f"[{at}, "
        end = line[len(start) : line.find(",", len(start))]
        if line != f"{start}{end}, {about}, {row}]":
            raise self._wrong(about, f"at {at} {self._differs(at, about, row, line)}", at)
        ends = end_of(end)
        if ends <= at:
            raise self._wrong(about, f"at {at} ends before it begins", at)
        self.begun, self.ending = self.begun + 1, self.ending + (ends != STILL)
        return ends

    def _differs(self, at: int, about: str, row: str, line: str) -> str:
        """What to say of a row in whose place another line stands."""
        stands = json.loads(line)
        due = [at, stands[1], *json.loads(f"[{about}, {row}]")]
        if stands[:5] != due[:5]:
            return "is not there"
        for name, stood, ought in zip(self._columns, stands, due):  # noqa: B905 - Python 3.9
            if in_json(stood) != in_json(ought):
                return f"says {name} {stood!r}; by the events it is {ought!r}"
        return "says it at another length or in another spelling"

    def _wrong(self, about: str, what: str, at: int) -> Altered:
        indicator, area, period, *_ = json.loads(f"[{about}]")
        row = f"The {self._name} row of {area} {period} of indicator {indicator}"
        return Altered("answers", f"{row} {what}.", at)


Cell = tuple[str, str]  # period, and breakdown or "" for the headline
# Of an indicator in an area: both as rows begin with them, values by period and breakdown,
# judgements and targets by period.
Place = namedtuple("Place", "here values status targets")


class Now:
    """What holds now, most of it in a temporary file. Nothing is checked here: it saves memory."""

    def __init__(self) -> None:
        self._near: dict[tuple[str, str], Place] = {}
        self._areas: dict[str, set[str]] = {}
        self._count, self._given = 0, Place("", {}, {}, {})
        self.file = sqlite3.connect("")  # has no name, and is gone at the end
        self.file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE far (stream, area, place, PRIMARY KEY (stream, area)) WITHOUT ROWID;"
            "CREATE TABLE named (position INTEGER PRIMARY KEY, keys)"
        )

    def all_of(self, stream: str) -> Iterator[tuple[str, Place]]:
        """The areas of an indicator, in order."""
        return ((area, self.place(stream, area)) for area in sorted(self._areas.get(stream, ())))

    def place(self, stream: str, area: str) -> Place:
        """What holds there, to be changed until another is asked for."""
        self._count += sum(map(len, self._given[1:]))  # as it was left
        if self._count > MOST_IN_MEMORY:
            away = ((*where, pickle.dumps(place, 5)) for where, place in self._near.items())
            self.file.executemany("REPLACE INTO far VALUES (?, ?, ?)", away)
            self._near, self._count = {}, 0
        place = self._near.get((stream, area))
        if place is None:
            self._areas.setdefault(stream, set()).add(area)
            query = "SELECT place FROM far WHERE stream = ? AND area = ?"
            found = self.file.execute(query, (stream, area)).fetchone()
            here = f'"{stream}", {quoted(area)}'
            place = pickle.loads(found[0]) if found else Place(here, {}, {}, {})  # noqa: S301
            self._near[stream, area] = place  # read back is only what was put away above
        else:
            self._count -= sum(map(len, place[1:]))  # it is counted again when it is left
        self._given = place
        return place


# 7. Values: what an event makes of the value there was.

VALUES = (
    "from to indicator area period breakdown entry_position entry_index value numerator denominator"
    " confidence_low confidence_high missing provisional standing submitted_by corrected_by"
    " recorded_at signed_by signed_at assurance replaces note"
).split()
GIVEN = VALUES[8:15]  # what an entry says of itself
# A value by the columns of its row, as they stand there: entry is its position and index, given
# the seven of GIVEN, signed by whom, when and with which assurance.
Value = namedtuple(
    "Value", "entry given standing submitted_by corrected_by recorded_at signed replaces note"
)
EXACT = Context(prec=300)  # digits: every sum and product here is exact
LONGEST = 100  # digits that a number may lie from its point; those recorded have 30
UNSIGNED = "null, null, null"
# Events whose entries bring values with their keys, and where these name the entry they replace.
BRING = {"values-submitted": "", "values-corrected": "replaces", "values-restored": "withdraws"}
# Events that name entries there are, and the columns of the values that change; without any the
# value is no more.
NAME = {
    "values-returned": {"standing": '"returned"'},
    "values-signed-off": {"standing": '"signed-off"'},
    "values-withdrawn": {},
    "evidence-attached": {"standing": '"submitted"', "signed": UNSIGNED},  # to be signed off again
}


def brought(entry: Entry, number: int, one: dict[str, Any], former: Any) -> Value:
    """The value that an event brings by its entry of this number, and in whose place."""
    by, corrected_by, replaces = entry.actor, EMPTY, EMPTY
    if entry.topic == "values-corrected":
        by, corrected_by, replaces = former.submitted_by, entry.actor, quoted(one["replaces"])
    note = quoted(one["note"]) if "note" in one else EMPTY
    value = Value(
        f"{entry.position}, {number}", columns_of(*map(one.get, GIVEN)), '"submitted"', by,
        corrected_by, entry.recorded_at, UNSIGNED, replaces, note,
    )  # fmt: skip
    if entry.topic != "values-restored":
        return value
    # It holds again, by its former name, as it was submitted and signed off then.
    position, index = (int(number) for number in one["name"].split("."))
    same = ("standing", "submitted_by", "corrected_by", "recorded_at", "replaces")
    told, by_whom = {name: in_json(one.get(name, "")) for name in same}, one.get("signed_off") or {}
    signed = in_json([by_whom.get(name) for name in ("by", "at", "assurance")])[1:-1]
    return value._replace(entry=f"{position}, {index}", signed=signed, **told)


@lru_cache(maxsize=10_000)
def columns_of(*given: Any) -> str:
    """The columns of GIVEN of an entry, None for what it does not say."""
    *numbers, missing, provisional = given
    return in_json([*map(plain, numbers), missing or "", bool(provisional)])[1:-1]


def plain(number: str | None) -> str | None:
    """A number as it is stored: never with an exponent."""
    return number if number is None or "E" not in number else format(exactly(number), "f")


def exactly(number: str) -> Decimal:
    """A number, unless it is far longer than any that is recorded. Raises ValueError."""
    exact = Decimal(number)
    if abs(exact.adjusted()) > LONGEST:
        raise ValueError("a number of too many digits")
    return exact


# 8. Periods: which are compared, and by which policies each is judged.

PERIOD = re.compile(r"(FY|CY|AY|)(\d{4})(?:(-[QT]?|\+)(0?[1-9]|[1-9]\d))?", re.ASCII)
FIRST_MONTH = {"FY": 4, "CY": 1, "AY": 9, "": 1}
STARTS = {"-": range(12), "-Q": range(0, 12, 3), "-T": (0, 4, 7)}  # months, of each part of a year
Period = namedtuple("Period", "start compared followers")  # its first day, and codes of others
# Of a period: settings, positions that adopted rules, what it is and what is compared with it.
Ruling = namedtuple("Ruling", "rag no_change versions compared followers")
KINDS = ("rag", "travel", "due")  # of policies that status.jsonl rests on
POLICIES = {f"{kind}-policy-adopted": kind for kind in KINDS}


@lru_cache(maxsize=8192)
def period(code: str) -> Period:
    """What there is to know of a period. Raises ValueError."""
    found = PERIOD.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is not a period")
    prefix, year, kind, digits = found[1], int(found[2]), found[3] or "", found[4] or ""
    starts = STARTS.get(kind, (0,))
    place = int(digits) - 1 if kind in STARTS else 0

    def moved(steps: int) -> str:  # from FY2024-Q4 one step on is FY2025-Q1
        years, other = divmod(place + steps, len(starts))
        number = f"{other + 1:0{len(digits)}}" if kind in STARTS else digits
        return f"{prefix}{year + years}{kind}{number}"

    last_year = None if kind == "+" else moved(-len(starts))
    compared = {"previous-period": moved(-1), "same-period-last-year": last_year,
                "baseline": "baseline"}  # fmt: skip
    month = FIRST_MONTH[prefix] - 1 + starts[place]
    start = f"{year + month // 12}-{month % 12 + 1:02d}-01"
    return Period(start, compared, {moved(1), moved(len(starts))})


class Agreement(dict[str, Ruling]):
    """What governs each period, by the policies adopted: effective from, at position, settings."""

    def __init__(self) -> None:
        super().__init__()
        self._adopted: dict[str, list[tuple[str, int, Any]]] = {kind: [] for kind in KINDS}

    def adopt(self, kind: str, at: int, event: dict[str, Any]) -> None:
        """Another version of the rules of a kind."""
        self._adopted[kind].append((event["effective_from"], at, event["settings"]))
        self.clear()

    def __missing__(self, code: str) -> Ruling:
        """A period that is asked for the first time under these policies."""
        rag, travel, due = (self._in_force(kind, code) for kind in KINDS)
        versions, no_change = f"{rag[0]}, {travel[0]}, {due[0]}", travel[1].get("no_change_band", 0)
        compared = self._compared(code)
        followers = {one for one in period(code).followers if self._compared(one) == code}
        self[code] = Ruling(rag[1], Decimal(no_change), versions, compared, followers)
        return self[code]

    def _compared(self, code: str) -> Any:
        """The period that one is compared with, or "baseline"; None for none."""
        compare_with = self._in_force("travel", code)[1].get("compare_with", "previous-period")
        return period(code).compared[compare_with]

    def _in_force(self, kind: str, code: str) -> tuple[int, dict[str, Any]]:
        """The version that governs a period: the latest effective when it begins, then the latest.

        Before the first it is the first. There is none at all until a policy of status is adopted.
        """
        adopted = self._adopted[kind] if self._adopted["rag"] else []
        if not adopted:
            return 0, {}
        start = max(period(code).start, min(version[0] for version in adopted))  # or of the first
        begun = [version for version in adopted if version[0] <= start]
        return max(begun, key=lambda version: version[:2])[1:]  # by day, then by position


# 9. Judgements: the figure of a value, its status, and its direction of travel.

STATUS = (
    "from to indicator area period definition_version entry_position entry_index figure judged"
    " missing provisional corrected signed_by signed_at assurance target_position target"
    " target_kind baseline rag travel_rules due status reason marks travel travel_reason"
).split()
LIMITS = ("low_red", "low_amber", "high_amber", "high_red")
NO_ENTRY = "null, null, null, null, null, false, false, null, null, null"
NO_TARGET = "null, null, null, null"
Target = namedtuple("Target", "position level kind baseline")  # each in JSON as it stands in a row
# What is told of an entry: its judged figure, whether it lacks one that should be there, whether it
# is provisional; and the columns from figure to provisional.
Told = namedtuple("Told", "judged missing provisional columns")
MARKS = "provisional", "unsigned", "corrected", "series-break"
NOT_COMPARED = ("none", "nothing to compare with")


def half_up(number: Decimal, decimals: int) -> Decimal:
    """A number rounded to so many decimals, half away from zero, and never -0."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


@lru_cache(maxsize=10_000)
def figure(given: Any, above: Any, below: Any, multiplier: str, decimals: int) -> tuple[Any, Any]:
    """Numbers: numerator × multiplier ÷ denominator, or else what was given; judged half-up.

    Answers what is told, which is what was given, or else the quotient to twelve decimals; and what
    is judged. A number has at most 30 digits, so none of the 300 that are kept of a quotient can
    make a half of what is not one.
    """
    if above is not None and below is not None and Decimal(below):
        number = exactly(above) * exactly(multiplier) / exactly(below)
    elif given is not None:
        number = exactly(given)
    else:
        return None, None
    if given is None:
        given = format(half_up(number, 12), "f").rstrip("0").rstrip(".")
    return given, half_up(number, decimals)


@lru_cache(maxsize=10_000)
def told_of(given: str, multiplier: str, decimals: int) -> Told:
    """What is told of an entry by its columns of GIVEN."""
    *numbers, _, _, missing, provisional = json.loads(f"[{given}]")
    exact, judged = figure(*numbers, multiplier, decimals)
    text = None if judged is None else format(judged, "f")
    if missing not in {"", "suppressed", "not-applicable"}:
        missing = "missing"
    columns = in_json([exact, text, missing or None, provisional])[1:-1]
    return Told(judged, missing == "missing", provisional, columns)


@lru_cache(maxsize=1024)
def words(status: tuple[Any, Any], travel: tuple[str, str], *marks: bool) -> str:
    """The last columns of a judgement."""
    return in_json([*status, " ".join(compress(MARKS, marks)), *travel])[1:-1]


class Indicator:
    """An indicator and its definition as they stand."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement, self.version, self._reason, self._retired = agreement, 0, "", ""

    def define(self, event: dict[str, Any]) -> None:
        """Take another version of the definition, or the first retired period, which stays."""
        definition, first = event.get("definition"), event.get("from_period")
        if definition is None:
            self._retired = self._retired or (period(first).start if first else "0: every period")
            return
        get, limits = definition.get, definition.get("limits")
        self.version += 1
        self._polarity, self._decimals = definition["polarity"], int(definition["decimals"])
        self._multiplier, self._margins = str(get("multiplier", 1)), get("margins") or {}
        self._toward = -1 if self._polarity == "smaller-is-better" else 1
        self._plan = self._polarity == "plan-is-best"
        self._band = limits and [Decimal(limits[name]) for name in LIMITS]
        self._breaks_at = breaks = get("series_break_at", "")
        self._new_series = period(breaks).start if PERIOD.fullmatch(breaks) else None
        contextual = "contextual" if self._polarity == "neutral" or get("data_only") else ""
        self._reason = "placeholder" if get("placeholder") else contextual

    def judge(self, place: Place, code: str) -> str | None:
        """The row of status of a period there, from its value and target; None for neither."""
        ruling = self.agreement[code]
        value, target = place.values.get((code, ""), NOTHING)[0], place.targets.get(code)
        if value is None and target is None:
            return None
        judged, entry, marks = None, NO_ENTRY, (False, False, False)
        if value is not None:
            told = told_of(value.given, self._multiplier, self._decimals)
            judged, corrected = told.judged, value.corrected_by != EMPTY
            is_one = "true" if corrected else "false"
            entry = f"{value.entry}, {told.columns}, {is_one}, {value.signed}"
            if not told.missing:
                marks = told.provisional, value.signed == UNSIGNED, corrected
        retired = self._retired and period(code).start >= self._retired
        why = "retired" if retired else self._reason  # the first reason that holds is told
        travel = self._travel(code, value, target, judged, place, ruling)
        travel = ("none", why) if why in {"retired", "placeholder"} else travel
        status: tuple[Any, Any] = (None, None)  # without a figure it depends on the day of asking
        if judged is not None:
            status = (None, why) if why else self._status(value, judged, target, ruling)
        rest = words(status, travel, *marks, self._breaks_at == code)
        aim = NO_TARGET if target is None else ", ".join(target)
        return f"{self.version}, {entry}, {aim}, {ruling.versions}, {rest}"

    def _status(self, value: Any, judged: Decimal, target: Any, ruling: Ruling) -> tuple[Any, Any]:
        """Status, or the first reason for none that holds after those of the indicator."""
        if target is None and not (self._plan and self._band):
            return None, "no-target"
        if value.signed == UNSIGNED and ruling.rag.get("judge") == "signed-only":
            return None, "unsigned"
        if not ruling.rag or (self._plan and not self._band):
            return None, "not-judgeable"
        if self._plan:
            low_red, low_amber, high_amber, high_red = self._band
            inside = "amber" if low_red <= judged <= high_red else "red"
            return "green" if low_amber <= judged <= high_amber else inside, None
        status = self._by_target(judged, Decimal(json.loads(target.level)), ruling.rag)
        return status, None if status else "not-judgeable"

    def _by_target(self, judged: Decimal, level: Decimal, rag: dict[str, Any]) -> str | None:
        """Status, with d for how far the figure is better than its target.

        Worse than the floor is red; d ≥ exceed margin exceeding, d ≥ −green margin green, d ≥
        −amber margin amber, anything else red. The definition's own margins go before the policy's.
        """
        own = {name: margin for name, margin in self._margins.items() if margin is not None}
        rag = {"basis": "relative", **rag}
        if own.get("basis", rag["basis"]) != rag["basis"]:
            rag.update(green_margin="0", exceed_margin=None)
        rag.update(own)
        relative, toward = rag["basis"] == "relative", self._toward
        green, amber = Decimal(rag.get("green_margin", 0)), Decimal(rag["amber_margin"])
        if green > amber or (relative and not level):
            return None  # margins that contradict each other, or shares of nothing
        scale, d = abs(level) if relative else 1, (judged - level) * toward
        floor, exceed = rag.get("floor"), rag.get("exceed_margin")
        if floor is not None and (judged - Decimal(floor)) * toward < 0:
            return "red"
        if exceed is not None and d >= Decimal(exceed) * scale:
            return "exceeding"
        if d >= -green * scale:
            return "green"
        return "amber" if d >= -amber * scale else "red"

    def _before(self, target: Any, place: Place, ruling: Ruling) -> tuple[Any, str]:
        """The judged figure that one is compared with, and how it is signed off."""
        if ruling.compared == "baseline":
            baseline = json.loads(target.baseline) if target else None
            return figure(baseline, None, None, "1", self._decimals)[1], "as a baseline"
        other = place.values.get((ruling.compared, ""), NOTHING)[0]
        if other is None:
            return None, UNSIGNED
        return told_of(other.given, self._multiplier, self._decimals).judged, other.signed

    def _travel(  # noqa: PLR0911 - one for each reason there can be
        self, code: str, value: Any, target: Any, judged: Any, place: Place, ruling: Ruling
    ) -> tuple[str, str]:
        """Direction of travel: how far the figure moved; within the band it is no change.

        Where only signed-off values are judged both are to be signed off. Plan-is-best compares
        how far the two lie outside the green band.
        """
        before, signed = self._before(target, place, ruling)
        if judged is None or before is None:
            return NOT_COMPARED
        if ruling.rag.get("judge") == "signed-only" and UNSIGNED in {signed, value.signed}:
            return NOT_COMPARED
        if self._new_series and period(code).start >= self._new_series:
            compared = ruling.compared
            if compared in {None, "baseline"} or period(compared).start < self._new_series:
                return "none", "series break"
        if self._plan:
            if not self._band:
                return NOT_COMPARED
            _, low, high, _ = self._band
            judged, before = (-max(low - one, one - high, 0) for one in (judged, before))
        if abs(judged - before) <= ruling.no_change:
            return "no-change", ""
        if self._polarity == "neutral":
            return ("increasing" if judged > before else "decreasing"), ""
        return ("improving" if (judged > before) == (self._toward > 0) else "worsening"), ""


# 10. Answers: from each event, the rows that must begin and end there.


class Answers:
    """Reads the events in order, and the rows of the answers beside them."""

    def __init__(self, evidence: Evidence) -> None:
        self._now = Now()
        self._values = Rows("values", VALUES, evidence)
        self._status = Rows("status", STATUS, evidence)
        self._agreements: dict[str, Agreement] = {}  # by stream, and by code
        self._indicators: dict[str, Indicator] = {}  # by stream

    def take(self, entry: Entry, payload: bytes) -> None:
        """The next event: what it begins and ends must be what the rows say. Raises Altered."""
        at, stream, topic = entry.position, entry.stream, entry.topic
        event = json.loads(payload, object_pairs_hook=once)
        self._values.check_none_before(at)
        self._status.check_none_before(at)
        if topic == "agreement-defined":
            self._agreements[event["code"]] = self._agreements.setdefault(stream, Agreement())
        elif topic in POLICIES:
            agreement = self._agreements.setdefault(stream, Agreement())
            agreement.adopt(POLICIES[topic], at, event)
            for one in sorted(self._indicators):
                if self._indicators[one].agreement is agreement:
                    self._judge_all(at, one)
        elif topic in {"indicator-defined", "indicator-redefined", "indicator-retired"}:
            if topic == "indicator-defined":
                self._indicators[stream] = Indicator(self._agreements[event["agreement"]])
            self._indicators[stream].define(event)
            self._judge_all(at, stream, lapse=topic != "indicator-retired")
        elif topic in {"targets-set", "targets-amended"}:
            self._take_targets(at, stream, event["targets"])
        elif topic in BRING or topic in NAME:
            self._take_entries(entry, event)

    def _take_targets(self, at: int, stream: str, targets: list[dict[str, Any]]) -> None:
        by_area: dict[str, dict[str, Target]] = {}
        for one in targets:
            told = plain(one["level"]), one.get("kind", "local"), plain(one.get("baseline"))
            target = Target(str(at), *map(in_json, told))
            by_area.setdefault(one["area"], {})[one["period"]] = target
        for area, here in sorted(by_area.items()):
            place = self._now.place(stream, area)
            place.targets.update(here)
            self._judge(at, stream, place, here)

    def _take_entries(self, entry: Entry, event: dict[str, Any]) -> None:
        """Values change, and with them the judgements of what is compared with these."""
        at, stream, topic, entries = entry.position, entry.stream, entry.topic, event["entries"]
        # Names are of entries that must hold; changed are the columns of those only named.
        field, changed = BRING.get(topic, "name"), dict(NAME.get(topic, {}))
        names = [one if type(one) is str else one[field] for one in entries] if field else []
        if topic == "values-signed-off":
            assurance = in_json(event["assurance"])
            changed["signed"] = f"{entry.actor}, {entry.recorded_at}, {assurance}"
        by_area: dict[str, dict[Cell, int]] = {}
        keys = self._named(names) if topic in NAME else self._brought(at, entries)
        for number, (area, key) in enumerate(keys):
            if by_area.setdefault(area, {}).setdefault(key, number) != number:
                raise Altered("event", f"Position {at} is of {area} {key[0]} twice.", at)
        agreement = self._indicators[stream].agreement
        for area, numbers in sorted(by_area.items()):
            place = self._now.place(stream, area)
            for key in sorted(numbers):
                number, (former, until) = numbers[key], place.values.get(key, NOTHING)
                if names and (not former or former.entry.replace(", ", ".") != names[number]):
                    sentence = f"Position {at} acts on {names[number]}, which does not hold."
                    raise Altered("event", sentence, at)
                value = former._replace(**changed) if changed else None
                if topic in BRING:
                    value = brought(entry, number, entries[number], former)
                if topic != "evidence-attached" or value != former:
                    self._hold(at, place, key, value, until)
            codes = {code for code, among in numbers if not among}
            followers = set().union(*[agreement[code].followers for code in codes])
            self._judge(at, stream, place, codes | followers & place.status.keys())

    def _brought(self, at: int, entries: list[dict[str, Any]]) -> list[tuple[str, Cell]]:
        """What entries are of; kept for events that will only name them."""
        keys = [(one["area"], (one["period"], breakdown(one.get("breakdown")))) for one in entries]
        self._now.file.execute("INSERT INTO named VALUES (?, ?)", (at, pickle.dumps(keys, 5)))
        return keys

    def _named(self, names: list[str]) -> Iterator[tuple[str, Cell]]:
        """What the entries of these names are of."""
        query, kept = "SELECT keys FROM named WHERE position = ?", {}
        for position, index in (map(int, name.split(".")) for name in names):
            if position not in kept:
                (keys,) = self._now.file.execute(query, (position,)).fetchone()
                kept[position] = pickle.loads(keys)  # noqa: S301 - our own
            yield kept[position][index]

    def _hold(self, at: int, place: Place, key: Cell, value: Value | None, until: Any) -> None:
        about = f"{place.here}, {quoted(key[0])}, {quoted(key[1])}"
        row = value and ", ".join(value)
        place.values[key] = value, self._values.change(at, about, until, row)

    def _judge_all(self, at: int, stream: str, *, lapse: bool = False) -> None:
        """All of an indicator; where its definition changes, sign-offs lapse."""
        for _, place in self._now.all_of(stream):
            for key, (value, until) in sorted(place.values.items()) if lapse else ():
                if value is not None and value.signed != UNSIGNED:
                    lapsed = value._replace(standing='"submitted"', signed=UNSIGNED)
                    self._hold(at, place, key, lapsed, until)
            periods = {code for code, among in place.values if not among}
            self._judge(at, stream, place, periods.union(place.targets))

    def _judge(self, at: int, stream: str, place: Place, codes: Iterable[str]) -> None:
        """The judgements of periods in an area, where they are not what they were."""
        judge = self._indicators[stream].judge
        for code in sorted(codes):
            row, (former, until) = judge(place, code), place.status.get(code, NOTHING)
            if row != former:
                about = f"{place.here}, {quoted(code)}"
                place.status[code] = row, self._status.change(at, about, until, row)

    def finish(self) -> dict[str, int]:
        """No row is too many or too few. Raises Altered."""
        self._values.check_none_before(None)
        self._status.check_none_before(None)
        if self._values.ending or self._status.ending:
            raise self._holds_still()
        self._now.file.close()
        return {"values": self._values.begun, "statuses": self._status.begun}

    def _holds_still(self) -> Altered:
        """What to say where a row is said to end, and no event ends it: of the first."""
        at, name, area, code = min(
            (until, name, area, key[0] if name == "values" else key)
            for stream in self._indicators
            for area, place in self._now.all_of(stream)
            for name, kept in (("values", place.values), ("status", place.status))
            for key, (_, until) in kept.items()
            if until not in {None, STILL}
        )
        sentence = f"The {name} row of {area} {code} is said to end at {at}, and holds still."
        return Altered("answers", sentence, at)


def breakdown(among: Any) -> str:
    """As its column has it: "" for the headline."""
    return ";".join(f"{name}={among[name]}" for name in sorted(among)) if among else ""


# 11. The bundle, and the command.

LONGEST_LINE, LONGEST_NOTE = 1 << 24, 1 << 16  # bytes; an event of 1,000 entries has some 200,000
MEMBERS = (
    "README.txt bundle.json checkpoint checkpoints.jsonl events leaves status.jsonl"
    " texts.jsonl values.jsonl"
)


class Bundle(contextlib.ExitStack):
    """The evidence in a bundle, read as a stream. Raises BadZipFile, OSError or Altered."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._zip = self.enter_context(zipfile.ZipFile(path))
        members = sorted(self._zip.infolist(), key=lambda one: one.filename)
        good = all(one.compress_type in {0, 8} for one in members)  # as is read step by step
        good = good and " ".join(one.filename for one in members) == MEMBERS
        good = good and all(one.file_size <= LONGEST_NOTE for one in members[1:3])  # read at once
        with Path(path).open("rb") as file:  # that begins with a member, and ends the directory
            file.seek(-22, io.SEEK_END)
            good, ended = good and 0 in {one.header_offset for one in members}, file.read()
        if not good or ended[:4] != b"PK\5\6" or ended[20:] != b"\0\0":
            raise Altered("members", "The bundle has other members than it should.")
        try:
            names = "format origin key size made_at"
            form, origin, self.key, self.size, _ = _fields(self._all("bundle.json"), names)
            good = form == "outturn-bundle/1" and type(self.size) is int
            good = good and read_key(self.key).name == origin
        except (Unusable, *UNREADABLE):
            good = False
        if not good:
            raise Altered("members", "The file bundle.json does not say what it should.")

    def checkpoint(self) -> str:
        """The signed note of the whole."""
        return self._all("checkpoint").decode()

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Size and note of those signed earlier."""
        return (_fields(line, "size note") for line in self._lines("checkpoints.jsonl"))

    def events(self) -> Iterator[tuple[bytes, bytes]]:
        """Entry and payload of each event."""
        lines = self._lines("events")
        return ((line, next(lines, b"")) for line in lines)

    def kept(self, height: int) -> Iterator[bytes] | None:
        """The leaves; a bundle has no other hashes of the tree."""
        if height:
            return None
        leaves = self._member("leaves")
        return iter(lambda: leaves.read(32), b"")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        """Digest, nonce, and the text where it was not erased."""
        return (_fields(line, "digest nonce text") for line in self._lines("texts.jsonl"))

    def rows(self, table: str) -> Iterator[str]:
        """The answers, "values" or "status": a line of the names of the columns, then the rows."""
        return (line.decode() for line in self._lines(f"{table}.jsonl"))

    def _lines(self, name: str) -> Iterator[bytes]:
        member = self._member(name)
        while line := member.readline(LONGEST_LINE):
            if line[-1:] != b"\n":
                raise ValueError(f"a line of {name} does not end")
            yield line[:-1]

    def _all(self, name: str) -> bytes:
        with self._zip.open(name) as member:
            return member.read(LONGEST_NOTE)

    def _member(self, name: str) -> io.BufferedReader:
        return self.enter_context(io.BufferedReader(cast(Any, self._zip.open(name)), 1 << 18))


def _fields(line: bytes, names: str) -> Any:
    found = json.loads(line, object_pairs_hook=once)
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

    earlier, own = some("checkpoints_kept", "earlier checkpoint"), some("checkpoints", "checkpoint")
    answers = "Whether the answers are what the events say was not looked at."
    if "values" in held:
        judged = f"of values, and of judgements {some('statuses', 'row')}"
        answers = f"The events give {some('values', 'row')} {judged}: just the answers there are."
    return [
        f"All holds: {some('size', 'event')} of {held['origin']}, just as recorded and signed.",
        f"They agree with {earlier} kept beside them, and with {own} and"
        f" {some('receipts', 'receipt')} from outside.",
        f"{some('texts', 'text')} they name, just as written; {held['texts_erased']:,} erased.",
        answers,
        WHOSE_KEY[held["key"]],
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; answers the exit status."""
    parser = argparse.ArgumentParser(description="Check that an Outturn bundle was not altered.")
    parser.add_argument("bundle")
    parser.add_argument("--key", metavar="KEY_OR_FILE", help="the ledger's key, as you know it")
    parser.add_argument("--checkpoint", metavar="FILE", action="append", default=[])
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[])
    parser.add_argument("--record-only", action="store_true", help="do not check the answers")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(arguments)
    cast(Any, sys.stdout).reconfigure(errors="backslashreplace")
    try:
        own = [[(path, Path(path).read_text("utf-8", "replace")) for path in paths]
               for paths in (given.checkpoint, given.receipt)]  # fmt: skip
        key = given.key
        if key is not None and "+" not in key:
            key = Path(key).read_text("utf-8", "replace")
        with Bundle(given.bundle) as bundle:
            held = verify(bundle, key=key, checkpoints=own[0], receipts=own[1],
                          record_only=given.record_only)  # fmt: skip
    except Altered as altered:
        told = {"holds": False, "code": altered.code, "detail": altered.sentence,
                "position": altered.position, "between": altered.between}  # fmt: skip
        status, where = (2, sys.stderr) if isinstance(altered, Unusable) else (1, sys.stdout)
        print(json.dumps(told) if given.json else altered.sentence, file=where)
        return status
    except UNREADABLE as error:
        file, why = (getattr(error, name, None) for name in ("filename", "strerror"))
        print(f"{file or given.bundle} cannot be read: {why or error}.", file=sys.stderr)
        return 2
    print(json.dumps(held) if given.json else "\n".join(sentences(held)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
