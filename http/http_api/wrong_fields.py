"""What Litestar finds wrong in a request: named as its caller wrote it, and said in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from litestar import Request
from litestar.exceptions import ValidationException

SENT_AS = "sent_as"  # under which a route keeps what callers write for its names in Python
MOST_SHOWN = 60  # characters of a name that is refused
NEEDED = "this is needed, and missing"
A_FILE = "send a file here, as a part with a file name, and not its text"
_MISSING = re.compile(r"Missing required \w+ parameter '(\w+)'")
_ABSENT = re.compile(r"Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_SAID = {
    "Unsupported type: <class 'str'>": A_FILE,  # a file alone is of a type of ours
    "Unsupported type: <class 'list'>": "send one file here, and not several",
    "Expected `str`, got `UploadFile`": "send a text here, and not a file",
    "Expected `str`, got `array`": "send this once",
    "Expected `str` of length >= 1": "this is empty",
}


def wrong_in(
    error: ValidationException, request: Request[Any, Any, Any] | None
) -> Iterator[tuple[str, str]]:
    """Each field that is wrong, "" for the body as a whole, and what is wrong with it."""
    missing = _MISSING.search(error.detail)
    if missing:
        yield missing[1], NEEDED
    elif isinstance(error.extra, list):
        names = _sent_as(request)
        for entry in error.extra:
            if isinstance(entry, Mapping):
                named = str(entry.get("key", ""))
                field = "" if named == "data" else names.get(named, named)
                yield _told(field, str(entry.get("message", "")))


def _sent_as(request: Request[Any, Any, Any] | None) -> Mapping[str, str]:
    """What the caller of a route writes, by its name in Python; of an address that is none, {}."""
    handler = None if request is None else request.scope.get("route_handler")
    found: Mapping[str, str] = {} if handler is None else handler.opt.get(SENT_AS, {})
    return found


def _told(field: str, said: str) -> tuple[str, str]:
    if absent := _ABSENT.fullmatch(said):
        return _within(field, absent[1]), NEEDED
    if unknown := _UNKNOWN.fullmatch(said):
        return _within(field, unknown[1][:MOST_SHOWN]), "there is no such field here"
    if "matching regex" in said:
        return field, "control characters, such as NUL, are not allowed here"
    return field, _SAID.get(said, said)


def _within(field: str, name: str) -> str:
    """The name of a field of what another holds, "" for the body itself."""
    return f"{field}.{name}" if field else name
