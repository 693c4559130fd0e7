"""From a file's bytes to a table of text; what a file is, is told by its content."""

from ledger.loading.delimited import read_csv
from ledger.loading.table import MOST_BYTES, Table
from policies.refusals import BadFile

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ZIP_MARK = b"PK\x03\x04"


def read_table(content: bytes) -> Table:
    """Open a file. Raises BadFile for one that cannot be read at all."""
    if len(content) > MOST_BYTES:
        raise BadFile(
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read: split it."
        )
    if content.startswith(_ZIP_MARK):
        raise BadFile("The file is a workbook or a ZIP archive, not CSV: save the sheet as CSV.")
    if content.startswith(_UTF16_MARKS):
        raise BadFile("The file is UTF-16 text: save it as CSV in UTF-8.")
    return read_csv(content)
