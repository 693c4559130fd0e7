"""What a check found, as it is kept: a line for every row, in a form that takes little room.

Its digest names the judgement. Two checks of a file have the same digest exactly if they judge
every row alike, and would put its figures in the place of the same entries.
"""

import zlib
from array import array
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain

import msgspec

from ledger.indicator.events import Entry
from ledger.loading.judged import BYTES, REPLACES, Judged, places_of
from ledger.loading.outcomes import Outcome
from ledger.loading.quality import Compared
from ledger.loading.summary import Findings

FASTEST = 1  # of zlib: the columns are so regular that more effort gains little
WRITING = frozenset({BYTES[Outcome.NEW], BYTES[Outcome.CORRECTION]})


class Warned(msgspec.Struct, frozen=True, array_like=True):
    """The rows with one warning, and the figures that its sentence compares."""

    places: bytes
    compared: list[Compared | None]


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """The judgement of every row, by its place among the rows from 0, in columns.

    ``numbers`` and places are 32-bit numbers; ``said`` are places with the place of their words.
    ``replaces`` and ``was`` tell, for each row that corrects, which entry and what it said;
    ``recorded`` are the rows whose missing mark is recorded.
    """

    numbers: bytes
    outcomes: bytes
    said: tuple[bytes, bytes]
    words: list[tuple[str, str]]
    corrects: bytes
    replaces: list[str]
    was: list[str]
    recorded: bytes


class Report(msgspec.Struct, frozen=True, array_like=True):
    """All that is kept of a check: the rows as stored, and what a person is told first."""

    rows: msgspec.Raw
    warned: dict[str, Warned]
    findings: Findings


_encoder = msgspec.msgpack.Encoder(decimal_format="string")


def rows_of(judged: Judged, entries: Sequence[Entry | None], written: frozenset[int]) -> Rows:
    """The judgement in columns. ``written`` are the ids of entries with a missing mark that are
    to be recorded."""
    words: dict[tuple[str, str], int] = {}
    said_at, said = array("I"), array("I")
    for place in sorted(judged.said):
        said_at.append(place)
        said.append(words.setdefault(judged.said[place], len(words)))
    corrects, replaces, was = array("I"), [], []
    replacing = (places_of(judged.outcomes, one) for one in REPLACES)
    for place in sorted(chain(*replacing)):
        name, said_before = judged.replaced(place)
        if name:
            corrects.append(place)
            replaces.append(name)
            was.append(said_before)
    recorded = array(
        "I", (p for p in places_of(judged.outcomes, Outcome.MISSING) if id(entries[p]) in written)
    )
    return Rows(
        numbers=judged.numbers.tobytes(),
        outcomes=bytes(judged.outcomes),
        said=(said_at.tobytes(), said.tobytes()),
        words=list(words),
        corrects=corrects.tobytes(),
        replaces=replaces,
        was=was,
        recorded=recorded.tobytes(),
    )


def encode(rows: Rows, judged: Judged, findings: Findings) -> tuple[str, bytes]:
    """The digest of the judgement, and what is kept."""
    raw = _encoder.encode(rows)
    warned = {
        code: Warned(array("I", places).tobytes(), list(places.values()))
        for code, places in sorted(judged.warned.items())
    }
    content = _encoder.encode(Report(msgspec.Raw(raw), warned, findings))
    return sha256(raw).hexdigest(), zlib.compress(content, FASTEST)


def findings_of(content: bytes) -> Findings:
    """What a person is told first."""
    return _report(content).findings


def judgement_of(content: bytes) -> "KeptJudgement":
    """The judgement of every row."""
    return KeptJudgement(_report(content))


def _report(content: bytes) -> Report:
    return msgspec.msgpack.decode(zlib.decompress(content), type=Report)


class KeptJudgement(Judged):
    """The judgement of every row as it was kept."""

    __slots__ = ("_recorded", "_replaced")

    def __init__(self, report: Report) -> None:
        super().__init__()
        rows = msgspec.msgpack.decode(report.rows, type=Rows)
        self.numbers = _array(rows.numbers)
        self.outcomes = bytearray(rows.outcomes)
        said_at, said = (_array(column) for column in rows.said)
        self.said = {place: rows.words[word] for place, word in zip(said_at, said, strict=True)}
        self.warned = {
            code: dict(zip(_array(warned.places), warned.compared, strict=True))
            for code, warned in report.warned.items()
        }
        corrected = zip(_array(rows.corrects), rows.replaces, rows.was, strict=True)
        self._replaced = {place: (name, was) for place, name, was in corrected}
        self._recorded = frozenset(_array(rows.recorded))

    def replaced(self, place: int) -> tuple[str, str]:
        """The name of the entry whose place a row takes, and what it said then."""
        return self._replaced.get(place, ("", ""))

    def writes(self, place: int) -> bool:
        """Whether the row was to be written."""
        return self.outcomes[place] in WRITING or place in self._recorded


def differing(one: Judged, other: Judged) -> Iterator[int]:
    """The places of the rows that two judgements of the same file judge otherwise."""
    for place, (first, second) in enumerate(zip(one.outcomes, other.outcomes, strict=True)):
        if first != second or _about(one, place) != _about(other, place):
            yield place


def _about(judged: Judged, place: int) -> tuple[object, object]:
    return judged.replaced(place), judged.said.get(place)


def _array(column: bytes) -> "array[int]":
    found = array("I")
    found.frombytes(column)
    return found
