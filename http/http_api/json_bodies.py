"""Reading a JSON body, stricter than JSON itself: nothing in it may be taken two ways.

A name that comes twice in an object is refused, since readers differ in which of the two they
take. A number with an exponent, or with more digits than a binary fraction keeps, is handed on as
the text it is, so that no figure is changed by being read.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request

from http_api.problems import HttpProblem

JSON_TYPE = "application/json"
MOST_EXACT_DIGITS = 15  # what a binary floating-point number keeps of a decimal


class JsonNumber(str):
    """A JSON number whose value a float would not keep, as it was written."""

    __slots__ = ()


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON body is read by ``read_json``, whatever handler asks for it."""

    async def body(self) -> bytes:
        """The body as sent. Raises a problem where there is none, or none declared as JSON."""
        check_unpacked(self)
        body = await super().body()
        _check_declared(*self.content_type, body)
        return body

    async def json(self) -> Any:
        """The body read as JSON. Raises a 400 problem for one that cannot be."""
        return read_json(await self.body())


def read_json(body: bytes) -> Any:
    """The value of a JSON text. Raises a 400 problem that says what is wrong and where."""
    try:
        text = body.decode()
        value = _read(text)
        _look_for_pairs(text)
    except RecursionError:
        raise _malformed("too-deep", "The body is nested too deeply to be a request.") from None
    except UnicodeDecodeError as error:
        raise _malformed(
            "not-json", f"The body is not UTF-8 text (byte {error.start + 1:,})."
        ) from None
    except msgspec.DecodeError as error:
        raise _malformed("not-json", f"The body cannot be read as JSON: {error}.") from None
    return value


def _float(text: str) -> float | JsonNumber:
    digits = sum(map(str.isdigit, text))
    plain = digits <= MOST_EXACT_DIGITS and "e" not in text and "E" not in text
    return float(text) if plain else JsonNumber(text)


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object in which a name comes twice."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _malformed(
                "duplicate-name", f"{name[:60]!r} comes twice in the same object.", name[:60]
            )
        seen.add(name)


_read = msgspec.json.Decoder(float_hook=_float).decode
# Asked after the first has read the text, so that only the names are left to look at.
_look_for_pairs = json.JSONDecoder(object_pairs_hook=_once, parse_int=len, parse_float=len).decode


def check_unpacked(request: Request[Any, Any, Any]) -> None:
    """Refuse a body that is packed: it would be read as if it were what was packed in it."""
    packing = request.headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity"}:
        raise HttpProblem(
            415,
            "wrong-content-type",
            f"The body is packed (Content-Encoding: {packing[:60]}): send it as it is.",
            field="Content-Encoding",
        )


async def without_body(request: Request[Any, Any, Any]) -> None:
    """Refuse a body where none is asked for; an empty object says nothing and is none."""
    if b"".join((await request.body()).split()) not in {b"", b"{}"}:
        raise _malformed("malformed", "This takes no body: nothing in it would be done.")


def _check_declared(content_type: str, options: Mapping[str, str], body: bytes) -> None:
    if not body:
        raise _malformed("not-json", "The body is missing: send a JSON object.")
    charset = options.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise HttpProblem(
            415,
            "wrong-content-type",
            f"The body is declared as text in {charset[:60]}: send it in UTF-8.",
            field="Content-Type",
        )
    if content_type != JSON_TYPE and not content_type.endswith("+json"):
        raise HttpProblem(
            415,
            "wrong-content-type",
            f"The body is declared as {content_type[:60] or 'nothing'}: send JSON, with the header"
            f" Content-Type: {JSON_TYPE}.",
            field="Content-Type",
        )


def _malformed(code: str, detail: str, field: str = "") -> HttpProblem:
    return HttpProblem(400, code, detail, field=field)
