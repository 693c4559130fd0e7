"""What a file is, told by its content alone: a name proves nothing.

The list is short, so each kind is recognised by what makes it one. A library that guesses among
hundreds of kinds answers another question: whether a file may be something, not whether it is.
Nothing is ever run, shown or unpacked here.
"""

import re
import zipfile
from enum import StrEnum
from io import BytesIO

from ledger.attachments.packages import has_macros, type_of
from policies.refusals_attachments import AttachmentKind, AttachmentMacros, AttachmentSize

MOST_BYTES = 10_000_000


class Kind(StrEnum):
    """A kind of file that is taken as evidence."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TEXT = "text"
    CSV = "csv"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_PACKAGES = {
    f"{_OFFICE}.wordprocessingml.document": Kind.DOCX,
    f"{_OFFICE}.spreadsheetml.sheet": Kind.XLSX,
    f"{_OPEN}.text": Kind.ODT,
    f"{_OPEN}.spreadsheet": Kind.ODS,
}

_PNG_BEGINS, _PNG_ENDS = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0\0\0\0IEND\xaeB`\x82"
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # all but tab and the ends of lines
_MARKUP = re.compile(r"\s*<[!?/a-z]", re.IGNORECASE)


def kind_of(content: bytes, name: str) -> Kind:
    """The kind of a file. Raises AttachmentSize, AttachmentKind and AttachmentMacros.

    The name tells a CSV file from other text, and nothing else.
    """
    if not content:
        raise AttachmentSize("The file is empty.", field="file")
    if len(content) > MOST_BYTES:
        raise AttachmentSize(
            f"The file has more than {MOST_BYTES:,} bytes: attach a smaller one.", field="file"
        )
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    kind = _plain(content, name)
    if zipfile.is_zipfile(BytesIO(content)):
        raise AttachmentKind("The file is two kinds of file at once.", field="file")
    return kind


def _plain(content: bytes, name: str) -> Kind:
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content:
            raise AttachmentKind("The PDF is cut off: send it again, whole.", field="file")
        return Kind.PDF
    if content.startswith(_PNG_BEGINS) and content.endswith(_PNG_ENDS):
        return Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    _check_text(content)
    return Kind.CSV if name.lower().endswith(".csv") else Kind.TEXT


def _package(content: bytes) -> Kind:
    if has_macros(content):
        raise AttachmentMacros(field="file")
    kind = _PACKAGES.get(type_of(content))
    if kind is None:
        raise AttachmentKind(
            "The file is an archive, and not a Word, Excel or OpenDocument file that can be read"
            " without a password.",
            field="file",
        )
    return kind


def _check_text(content: bytes) -> None:
    """Refuse what is no text. Raises AttachmentKind."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise AttachmentKind(field="file") from None
    if _CONTROL.search(text):
        raise AttachmentKind(field="file")
    if _MARKUP.match(text):
        raise AttachmentKind(
            "The file is a web page, a drawing in SVG or other markup: attach it as a PDF.",
            field="file",
        )
