"""Arrays in PostgreSQL's binary form, made at once from what an append carries.

The driver's own way looks at every element in Python, several times: a fifth of the time of a
single command, and most of that of a load.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from uuid import UUID

import msgspec
import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_HEAD = Struct(">iiIii").pack  # dimensions, has nulls, type of elements, length, lower bound
_EMPTY = Struct(">iiI").pack
_LENGTH = Struct(">i").pack
_EIGHT = Struct(">iq").pack
BYTEA, BIGINT, TEXT, UUIDS = 17, 20, 25, 2950  # object ids of the element types


class Array(msgspec.Struct, frozen=True):
    """An array, ready for the wire."""

    data: bytes


class ByteaArray(Array, frozen=True):
    """bytea[]"""


class BigintArray(Array, frozen=True):
    """bigint[]"""


class TextArray(Array, frozen=True):
    """text[]"""


class UuidArray(Array, frozen=True):
    """uuid[]"""


def bytea_array(values: Sequence[bytes]) -> ByteaArray:
    """The values as bytea[]."""
    return ByteaArray(_array(BYTEA, len(values), values))


def text_array(values: Sequence[str]) -> TextArray:
    """The values as text[], which holds no NUL."""
    return TextArray(_array(TEXT, len(values), (value.encode() for value in values)))


def uuid_array(values: Sequence[UUID]) -> UuidArray:
    """The values as uuid[]."""
    return UuidArray(_array(UUIDS, len(values), (value.bytes for value in values)))


def bigint_array(values: Sequence[int]) -> BigintArray:
    """The values as bigint[]."""
    if not values:
        return BigintArray(_EMPTY(0, 0, BIGINT))
    body = b"".join(_EIGHT(8, value) for value in values)
    return BigintArray(_HEAD(1, 0, BIGINT, len(values), 1) + body)


def _array(element: int, length: int, values: Iterable[bytes]) -> bytes:
    if not length:
        return _EMPTY(0, 0, element)
    parts = [_HEAD(1, 0, element, length, 1)]
    for value in values:
        parts.append(_LENGTH(len(value)))
        parts.append(value)
    return b"".join(parts)


class _Ready(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> Buffer | None:
        return obj.data


def _dumper(array_oid: int) -> type[Dumper]:
    return type("_Ready", (_Ready,), {"oid": array_oid})


for kind, array_oid in (
    (ByteaArray, 1001),
    (BigintArray, 1016),
    (TextArray, 1009),
    (UuidArray, 2951),
):
    psycopg.adapters.register_dumper(kind, _dumper(array_oid))
