"""From a JSON list of objects, or a DHIS2 data value set, to rows of text.

A number is taken as it is written, never as a binary double. The members of an object within an
object become columns of their own, as ``breakdown.sex``; whatever lies deeper is kept as its JSON
text. An object that names a member twice is refused: it is not clear which counts.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec

from ledger.loading.table import (
    MOST_COLUMNS,
    MOST_RECORD,
    MOST_ROWS,
    Format,
    NumberedRow,
    Table,
)
from policies.refusals import BadFile

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEEDED = ("dataElement", "period", "orgUnit", "value")  # of a data value set, even if never named
ABOVE = ("period", "orgUnit", "attributeOptionCombo")  # what it may say once for all its values
_OBJECT = re.compile(rb"\s*\{")
_HALF = re.compile(  # of a pair that stands for one character
    rb"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?<!\\)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_plain = msgspec.json.Decoder(dict[str, str | bool | None])
_mixed = msgspec.json.Decoder(dict[str, msgspec.Raw])
_pairs = json.JSONDecoder(object_pairs_hook=list, parse_int=len, parse_float=len).decode


class DataValueSet(msgspec.Struct, frozen=True):
    """The exchange format of DHIS2."""

    dataValues: list[msgspec.Raw]


def read_json(content: bytes) -> Table:
    """Open a JSON file. Its columns are the names that its objects use, in order.

    Raises BadFile.
    """
    view = memoryview(content)[len(BYTE_ORDER_MARK) if content[:3] == BYTE_ORDER_MARK else 0 :]
    with _sentences(content):
        if not _OBJECT.match(view):
            return _table(msgspec.json.decode(view, type=list[msgspec.Raw]), "json", {}, set())
        found = _mixed.decode(view)
        _check_set(content, found)
        values = msgspec.json.decode(view, type=DataValueSet).dataValues
        divided: set[str] = set()
        above = _flat(0, ((name, found[name]) for name in ABOVE if name in found), divided)
        given = {name: text for name, text in above.items() if text}
        return _table(values, "dhis2", given, divided)


def _check_set(content: bytes, found: Mapping[str, msgspec.Raw]) -> None:
    """Refuse a data value set that names a member twice. It may be large: it is not read again."""
    if content.count(b'"') != _quotes_of(found):
        raise BadFile(
            "The data value set names a member twice, so it is not clear which counts: name each"
            " once, without quotation marks in its name."
        )


def _table(
    objects: Sequence[msgspec.Raw], kind: Format, above: Mapping[str, str], divided: set[str]
) -> Table:
    """The table of some objects; ``divided`` are the names above them that stand for an object."""
    if len(objects) > MOST_ROWS:
        raise BadFile(f"The file has more than {MOST_ROWS:,} rows: split it.")
    names: dict[str, None] = {}
    for number, given in enumerate(objects, start=1):
        names.update(dict.fromkeys(_cells(number, given, divided)))
        if len(names) > MOST_COLUMNS:
            raise BadFile(f"The objects have more than {MOST_COLUMNS:,} names between them.")
    always = NEEDED if kind == "dhis2" else ()
    if not names and not always:
        raise BadFile("The file is empty: it has no object that names anything.")
    header = tuple(dict.fromkeys((*always, *names, *above)))
    rows = partial(_rows, objects, header, above)
    return Table(header, kind, "utf-8", rows, divided=frozenset(divided))


def _rows(
    objects: Sequence[msgspec.Raw], header: Sequence[str], above: Mapping[str, str]
) -> Iterator[NumberedRow]:
    """The cells of each object; the first is row 2, as if the names stood in row 1.

    What is said above them holds for each that is silent, or says nothing (null).
    """
    silent = [above.get(name, "") for name in header]
    for number, given in enumerate(objects, start=1):
        cells = _cells(number, given, set())
        row = [cells.get(name) or other for name, other in zip(header, silent, strict=True)]
        yield number + 1, row


def _cells(number: int, given: msgspec.Raw, divided: set[str]) -> Mapping[str, str]:
    """The texts of one object by name; ``divided`` gets the names that stand for an object."""
    if memoryview(given).nbytes > MOST_RECORD:
        raise BadFile(f"Object {number:,} is longer than {MOST_RECORD:,} bytes: that is no row.")
    try:
        found = _plain.decode(given)
    except msgspec.ValidationError:
        return _flat(number, _members(number, given), divided)
    quotes = 2 * (len(found) + sum(isinstance(text, str) for text in found.values()))
    _check_names(number, given, quotes)
    return {name: text if isinstance(text, str) else _word(text) for name, text in found.items()}


def _flat(
    number: int, members: Iterable[tuple[str, msgspec.Raw]], divided: set[str]
) -> Mapping[str, str]:
    """The texts of an object that has numbers, lists or objects in it, as ``_cells``."""
    cells: dict[str, str] = {}
    for name, part in members:
        text = bytes(part).decode()
        inner = {name: text}
        if text.startswith("{"):
            divided.add(name)
            inside = _members(number, part)
            inner = {f"{name}.{within}": bytes(one).decode() for within, one in inside}
        for column, cell in inner.items():
            if column in cells:
                raise _twice(number, column)
            cells[column] = _text(cell)
    return cells


def _members(number: int, given: msgspec.Raw) -> Iterable[tuple[str, msgspec.Raw]]:
    """The members of an object as they are written, each named once."""
    try:
        found = _mixed.decode(given)
    except msgspec.ValidationError:
        raise BadFile(f"Item {number:,} of the list is no object: each must be a row.") from None
    _check_names(number, given, _quotes_of(found))
    return found.items()


def _quotes_of(found: Mapping[str, msgspec.Raw]) -> int:
    """The quotation marks around the names of some members, and those that their values have."""
    return 2 * len(found) + sum(bytes(part).count(b'"') for part in found.values())


def _check_names(number: int, given: msgspec.Raw, quotes: int) -> None:
    """Refuse an object that names a member twice, of which ``quotes`` are accounted for.

    Who names one twice writes more quotation marks than that. So does who has one within a name or
    a text, so those alone are read once more, name by name.
    """
    text = bytes(given).decode()
    if text.count('"') == quotes:
        return
    seen: set[str] = set()
    for name, _ in _pairs(text):
        if name in seen:
            raise _twice(number, name)
        seen.add(name)


def _twice(number: int, name: str) -> BadFile:
    where = f"Object {number:,}" if number else "What stands above the values"
    return BadFile(
        f"{where} names {name[:60]!r} twice, so it is not clear which counts: name it once."
    )


def _text(given: str) -> str:
    """A cell: the content of a JSON text; of anything else, what is written."""
    if given.startswith('"'):
        return msgspec.json.decode(given, type=str)
    return "" if given == "null" else given


def _word(flag: bool | None) -> str:
    return "" if flag is None else str(flag).lower()


@contextmanager
def _sentences(content: bytes) -> Iterator[None]:
    """What cannot be read, as a refusal."""
    try:
        yield
    except UnicodeDecodeError:
        raise BadFile("The file is JSON but not UTF-8, as JSON must be.") from None
    except RecursionError:
        raise BadFile(
            "The JSON is nested too deeply: give a list of objects, a row each."
        ) from None
    except msgspec.ValidationError:
        raise BadFile(
            "The JSON is neither a list of objects, a row each, nor a DHIS2 data value set."
        ) from None
    except msgspec.DecodeError as error:
        half = _HALF.search(content)
        if half:
            raise BadFile(
                f"The JSON has half a character in it ({half[0].decode()}, at byte"
                f" {half.start() + 1:,}), which is no text: write both halves, or leave it out."
            ) from None
        raise BadFile(f"The JSON cannot be read: {error}.") from None
