"""Tables as CSV, with no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from ledger.loading.summary import harmless


def csv_text(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The heads and the lines, piece by piece."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for line in (columns, *lines):
        writer.writerow([harmless(cell) for cell in line])
        yield text.getvalue()
        text.seek(text.truncate(0))
