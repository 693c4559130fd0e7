"""Word, Excel and OpenDocument files: archives that say themselves what they are.

Only the part that says so is read, and of that no more than a bounded piece. An archive that is
not laid out as these programs do it, with something before, behind or twice in it, is none.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

_CONTENTS = "[Content_Types].xml"  # of Word and Excel
_MIMETYPE = "mimetype"  # of OpenDocument, the first member
_MOST_SAID = 1_000_000  # bytes of the part that says what a file is
_MOST_MEMBERS = 10_000
_END = b"PK\x05\x06"  # of an archive, without a comment behind it
_END_BYTES = 22
_ENCRYPTED = 0x1
_TYPES = re.compile(r'ContentType\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_MAIN = ".main+xml"
_MACRO_TYPES = ("vbaproject", "macroenabled", "macrosheet")
_MACRO_MEMBERS = re.compile(
    r"(^|[/\\])(vba[^/\\]*$|(macrosheets|basic|scripts)[/\\])", re.IGNORECASE
)
_MANIFEST = "META-INF/manifest.xml"  # of OpenDocument
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,  # a password is asked for; and what the library does not know how to read
)


def type_of(content: bytes) -> str:
    """The media type that an archive says it is of, "" for one that says none or not in order."""
    with _opened(content) as archive:
        if archive is None:
            return ""
        if archive.infolist()[0].filename == _MIMETYPE:
            secret = "encryption-data" in _said(archive, _MANIFEST)
            return "" if secret else _said(archive, _MIMETYPE)
        mains = [one for one in _types(archive) if one.endswith(_MAIN)]
        return mains[0].removesuffix(_MAIN) if len(mains) == 1 else ""


def has_macros(content: bytes) -> bool:
    """Whether an archive holds macros, of Word, Excel or OpenDocument."""
    with _opened(content) as archive:
        if archive is None:
            return False
        if any(_MACRO_MEMBERS.search(one.filename) for one in archive.infolist()):
            return True
        types = " ".join(_types(archive)).lower()
        return any(word in types for word in _MACRO_TYPES)


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile | None]:
    """An archive that is one from its first byte to its last and has no password; else None."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except _UNREADABLE:
        yield None
        return
    with archive:
        yield archive if _in_order(archive, content) else None


def _in_order(archive: zipfile.ZipFile, content: bytes) -> bool:
    members = archive.infolist()
    names = {one.filename.lower() for one in members}
    return (
        content[-_END_BYTES:].startswith(_END)
        and 0 < len(members) == len(names) <= _MOST_MEMBERS
        and min(one.header_offset for one in members) == 0
        and not any(one.flag_bits & _ENCRYPTED for one in members)
    )


def _types(archive: zipfile.ZipFile) -> list[str]:
    """The media types of the parts, as Word and Excel list them."""
    listed = _said(archive, _CONTENTS)
    if "&" in listed or "<!" in listed:
        return []  # what a reader of XML would make of these, this reader would not see
    return [double or single for double, single in _TYPES.findall(listed)]


def _said(archive: zipfile.ZipFile, name: str) -> str:
    """The text of a member, "" where there is none or it is not a short one."""
    try:
        with archive.open(name) as member:
            said = member.read(_MOST_SAID + 1)
        return said.decode("utf-8-sig") if len(said) <= _MOST_SAID else ""
    except _UNREADABLE:
        return ""
