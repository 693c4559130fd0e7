"""Tables as CSV (RFC 4180), the one place where they are written: nothing in them is anything that
a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

PIECE = 60_000  # characters that are handed on together

# What a spreadsheet takes for the beginning of a formula, in full width too, also after blanks.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"\s*[+-](?:[0-9][0-9.,]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?\s*")
# Where a cell begins for a spreadsheet that goes by another separator than the comma.
_PART = re.compile(r"[^;\t\r\n]+")
_LEFT_OUT = ("\t", "\r", "\n", "\0")  # in front of what some programs then take for the beginning
_SUSPECT = frozenset("=+-@＝＋－＠").union(_LEFT_OUT)


def csv_text(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The heads and the lines, piece by piece."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in chain((columns,), lines):
        writer.writerow([harmless(cell) for cell in line])
        if text.tell() >= PIECE:
            yield text.getvalue()
            text.seek(text.truncate(0))
    yield text.getvalue()


def harmless(cell: str) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what would be a formula.

    A number is none, and neither is a mark that is all there is, as for a missing value.
    """
    if _SUSPECT.isdisjoint(cell):
        return cell  # most cells, told apart quickly
    if len(cell.strip()) <= 1 and not cell.startswith(_LEFT_OUT):
        return cell
    said = _PART.sub(_without_formula, cell)
    return f"'{said}" if said.startswith(_LEFT_OUT) else said


def _without_formula(part: re.Match[str]) -> str:
    said = part[0]
    formula = _FORMULA.match(said) and not _NUMBER.fullmatch(said)
    return f"'{said}" if formula else said
