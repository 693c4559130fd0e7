"""Answers that a browser saves as a file and never shows."""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from litestar.response import Stream


def download(pieces: Iterator[str] | Iterator[bytes], name: str, kind: str) -> Stream:
    """A file that is sent while it is made."""
    return Stream(_whole(pieces), media_type=kind, headers=saved_as(name))


def saved_as(name: str) -> dict[str, str]:
    """The header that has a file saved under its name (RFC 6266): in ASCII, and as it is."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = "".join(
        "_" if letter in '"\\%;' or not letter.isprintable() else letter for letter in plain
    )
    said = f'attachment; filename="{safe}"'
    if safe != name:
        said += f"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": said}


def _whole(pieces: Iterator[str] | Iterator[bytes]) -> Iterator[str | bytes]:
    """The same pieces. Raises RuntimeError where one of them cannot be made.

    What sends them takes a ValueError for the end, and a part of a file would pass for all of it.
    """
    try:
        yield from pieces
    except ValueError as error:
        raise RuntimeError("a file that was being sent could not be made") from error
