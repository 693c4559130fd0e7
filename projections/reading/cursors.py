"""Where a page of a list ends, as the text that a caller sends back to have the next."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from policies.refusals import BadCursor

P = TypeVar("P")


def cursor_of(place: tuple[Any, ...]) -> str:
    """A place as text that needs no quoting in an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str, decode: Callable[[bytes], P]) -> P:
    """The place of a cursor, by a decoder of its kind. Raises BadCursor for what is not one."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return decode(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, msgspec.DecodeError):
        raise BadCursor(field="after") from None
