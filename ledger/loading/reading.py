"""From a file's bytes to a table of text; what a file is, is told by its content, not its name."""

import re
from codecs import BOM_UTF8
from pathlib import PurePosixPath

from ledger.loading.delimited import read_csv
from ledger.loading.json_file import read_json
from ledger.loading.table import MOST_BYTES, Format, Table
from ledger.loading.workbook import read_workbook
from policies.refusals import BadFile

NAMES: dict[Format, str] = {
    "csv": "CSV",
    "xlsx": "an XLSX workbook",
    "json": "a JSON list",
    "dhis2": "a DHIS2 data value set",
}
ENDINGS: dict[str, tuple[Format, ...]] = {  # those that promise something
    ".csv": ("csv",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".json": ("json", "dhis2"),
}
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{\]"\d-]|\{\s*["}]|\[\s*$)')
_ELEMENT = re.compile(rb"<[a-z_][\w:.-]*(?:[\s/>]|\Z)")  # as a file begins, in small letters
_WORKBOOK = b"PK\x03\x04"
_OTHERS = (  # how the content begins, and what a person can do about it
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook, or one with a password: save it as plain .xlsx"),
    (b"PK\x05\x06", "an empty archive: save the sheet as XLSX or CSV"),
    (b"\xff\xfe", "UTF-16 text: save it as CSV in UTF-8"),
    (b"\xfe\xff", "UTF-16 text: save it as CSV in UTF-8"),
    (b"\x1f\x8b", "compressed: unpack it first"),
    (b"%PDF", "a PDF: a table of rows and columns is needed, such as CSV"),
    (b"<?xml", "XML, which is not read: export it as CSV, XLSX or JSON"),
    (b"<!doctype", "a web page: save the table itself, as CSV or XLSX"),
    (b"<html", "a web page: save the table itself, as CSV or XLSX"),
)


def read_table(content: bytes, sheet: str = "", separator: str = ",", header_row: int = 0) -> Table:
    """Open a file. ``sheet`` names the sheet of a workbook; without it the first
    that is not hidden is read. ``separator`` stands between the columns of a CSV file.
    ``header_row`` is the number of the row of either that names the columns, 0 for the first that
    is not blank; objects name their own.

    Raises BadFile for a file that cannot be read at all.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read: split it."
        )
    begins = content[:1000].removeprefix(BOM_UTF8).lstrip()[:20].lower()
    for sign, what in _OTHERS:
        if begins.startswith(sign.lower()):
            raise BadFile(f"The file is {what}.")
    if _ELEMENT.match(begins):
        raise BadFile("The file is XML, which is not read: export it as CSV, XLSX or JSON.")
    if content.startswith(_WORKBOOK):
        return read_workbook(content, sheet, header_row)
    if _JSON.match(content[:1000]):
        return read_json(content)
    return read_csv(content, separator, header_row)


def misnamed(name: str, kind: Format) -> str:
    """A sentence about a name that promises something else than the file is; "" if it does not."""
    promised = ENDINGS.get(PurePosixPath(name).suffix.lower(), (kind,))
    return (
        "" if kind in promised else f"The file is {NAMES[kind]}, whatever its name {name!r} says."
    )
