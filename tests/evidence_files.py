"""Files as people attach them, and as nobody should."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from samples_files.workbooks import archive, workbook

from ledger.attachments.kinds import Kind

OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENTS = "[Content_Types].xml"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png() -> bytes:
    """A picture of one black pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def content_types(main: str, *more: str) -> str:
    """The part of a Word or Excel file that says what its parts are."""
    others = "".join(
        f'<Default Extension="e{n}" ContentType="{one}"/>' for n, one in enumerate(more)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'{others}<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def document(
    main: str = f"{OFFICE}.wordprocessingml.document.main+xml",
    *more: str,
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A Word file, or one that says it is another kind or holds more."""
    return archive(
        {
            CONTENTS: content_types(main, *more),
            "_rels/.rels": "<Relationships/>",
            "word/document.xml": "<w:document/>",
            **(parts or {}),
        }
    )


def open_document(what: str, *, parts: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument file: its kind stands first, and is not compressed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        said = f"application/vnd.oasis.opendocument.{what}"
        file.writestr("mimetype", said, zipfile.ZIP_STORED)
        file.writestr("content.xml", "<office:document-content/>")
        for name, part in (parts or {}).items():
            file.writestr(name, part)
    return content.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9"
GOOD: dict[Kind, bytes] = {
    Kind.PDF: PDF,
    Kind.PNG: png(),
    Kind.JPEG: JPEG,
    Kind.TEXT: "Minutes of 3 May: agreed.\r\n\tSigned – Zoë\n".encode(),
    Kind.CSV: b"period,value\nFY2023,12.30\n",
    Kind.DOCX: document(),
    Kind.XLSX: workbook({"Returns": [["period", "value"], ["FY2023", 12.3]]}),
    Kind.ODT: open_document("text"),
    Kind.ODS: open_document("spreadsheet"),
}
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
