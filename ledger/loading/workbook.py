"""From an XLSX workbook to rows of text: by another process, which may fail without harm."""

import json
import subprocess
import sys
from pathlib import Path

from ledger.loading.delimited import read_csv
from ledger.loading.table import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table
from policies.refusals import BadFile

READER = Path(__file__).with_name("workbook_child.py")
UNUSABLE = 3  # the status of a reader that says why
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
WAIT_SECONDS = 180  # on a machine that is busy with others
LIMITS = {
    "memory_bytes": MEMORY_BYTES,
    "cpu_seconds": CPU_SECONDS,
    "parts": 1000,  # of the archive; a workbook has some tens
    "unfolded_bytes": 500_000_000,
    "rows": MOST_ROWS,
    "columns": MOST_COLUMNS,
    "text_bytes": MOST_BYTES,
}


def read_workbook(content: bytes, sheet: str = "", header_row: int = 0) -> Table:
    """Open a sheet of a workbook, by name or the first that is not hidden. Raises BadFile.

    ``header_row`` is the number of the row that names the columns, 0 for the first that is not
    blank.

    A formula is read as what it came to when the workbook was saved, an error as its text,
    such as #N/A, which is no figure and no code of anything.
    """
    command = [sys.executable, "-I", str(READER), json.dumps(LIMITS | {"sheet": sheet})]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the sheet's name is only an argument
            command, input=content, capture_output=True, timeout=WAIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadFile(f"Reading the workbook took longer than {WAIT_SECONDS} seconds.") from None
    if done.returncode == UNUSABLE:
        raise BadFile(done.stderr.decode())
    if done.returncode:
        raise BadFile(
            "Reading the workbook took more time or memory than is given: save it as CSV."
        )
    if not done.stdout.strip():
        raise BadFile("The sheet is empty: its first row must name the columns.")
    sheets = tuple(json.loads(done.stderr))
    table = read_csv(done.stdout, header_row=header_row)
    return table._replace(format="xlsx", sheets=sheets)
