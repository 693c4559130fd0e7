"""What a check found, as it is kept: a line for every row, in a form that takes little room.

Its digest names the judgement. Two checks of a file have the same digest exactly if they judge
every row alike, read the same figures for the same keys from those that they would write, would
put these in the place of the same entries as they stand, and are of one mind about the unit.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain

import msgspec

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
    ``recorded`` are the rows whose missing mark is recorded. ``meant`` has the check sum of what
    each row writes, 0 for nothing, where it is asked later whether it would still write that: where
    a person is to look at it first, and where the rows go in in parts.
    """

    numbers: bytes
    outcomes: bytes
    said: tuple[bytes, bytes]
    words: list[tuple[str, str]]
    corrects: bytes
    replaces: list[str]
    was: list[str]
    recorded: bytes
    meant: bytes = b""


class Report(msgspec.Struct, frozen=True, array_like=True):
    """All that is kept of a check: the rows as stored, and what a person is told first.

    ``order`` are the places of the rows that write, as they go in, where ``meant`` is kept.
    """

    rows: msgspec.Raw
    warned: dict[str, Warned]
    findings: Findings
    order: bytes = b""


_encoder = msgspec.msgpack.Encoder(decimal_format="string")


def rows_of(judged: Judged, sums: Mapping[int, int] | None = None) -> Rows:
    """The judgement in columns, with the check sums of what the rows write where they are kept."""
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
    return Rows(
        numbers=judged.numbers.tobytes(),
        outcomes=bytes(judged.outcomes),
        said=(said_at.tobytes(), said.tobytes()),
        words=list(words),
        corrects=corrects.tobytes(),
        replaces=replaces,
        was=was,
        recorded=array("I", sorted(judged.recorded_marks())).tobytes(),
        meant=b"" if sums is None else _by_place(sums, len(judged.outcomes)).tobytes(),
    )


def _by_place(sums: Mapping[int, int], rows: int) -> "array[int]":
    found = array("I", bytes(4 * rows))
    for place, check_sum in sums.items():
        found[place] = check_sum
    return found


def encode(
    rows: Rows, judged: Judged, findings: Findings, order: Iterable[int] = ()
) -> tuple[str, bytes]:
    """The digest of the judgement, and what is kept; ``order`` as in Report."""
    raw = _encoder.encode(rows)
    warned = {
        code: Warned(array("I", places).tobytes(), list(places.values()))
        for code, places in sorted(judged.warned.items())
    }
    places = array("I", order).tobytes()
    content = _encoder.encode(Report(msgspec.Raw(raw), warned, findings, places))
    # that figures seem to be in another unit is told of the file and asked about, as rows are
    named = sha256(raw + b"unit changed" if findings.unit_changed else raw)
    return named.hexdigest(), zlib.compress(content, FASTEST)


def findings_of(content: bytes) -> Findings:
    """What a person is told first."""
    return _report(content).findings


def judgement_of(content: bytes) -> "KeptJudgement":
    """The judgement of every row."""
    return KeptJudgement(_report(content))


def _report(content: bytes) -> Report:
    return msgspec.msgpack.decode(zlib.decompress(content), type=Report)


class KeptJudgement(Judged):
    """The judgement of every row as it was kept.

    ``going_in`` are the check sums of what goes in, by place and in that order.
    """

    __slots__ = ("_recorded", "_replaced", "going_in", "meant")

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
        self.meant = _array(rows.meant)
        self.going_in = {place: self.meant[place] for place in _array(report.order)}

    def replaced(self, place: int) -> tuple[str, str]:
        """The name of the entry whose place a row takes, and what it said then."""
        return self._replaced.get(place, ("", ""))

    def about(self, place: int) -> tuple[object, ...]:
        """All but the outcome and the check sum that a judgement tells of a row."""
        return self.replaced(place), self.said.get(place)

    def writes(self, place: int) -> bool:
        """Whether the row was to be written."""
        return self.outcomes[place] in WRITING or place in self._recorded


def differing(one: KeptJudgement, other: KeptJudgement) -> Iterator[int]:
    """The places of the rows that two judgements of the same file judge otherwise.

    What the rows write is compared where both have kept it: earlier versions did not.
    """
    both = one.meant and other.meant
    for place, (first, second) in enumerate(zip(one.outcomes, other.outcomes, strict=True)):
        meant = both and one.meant[place] != other.meant[place]
        if first != second or meant or one.about(place) != other.about(place):
            yield place


def _array(column: bytes) -> "array[int]":
    found = array("I")
    found.frombytes(column)
    return found
