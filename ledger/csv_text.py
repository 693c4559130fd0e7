"""Tables as CSV (RFC 4180), the one place where they are written: nothing in them is anything that
a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

PIECE = 60_000  # characters that are handed on together

# What a spreadsheet takes for the beginning of a formula, in full width too, also after blanks, and
# after quotation marks, which are doubled here and may be an empty text elsewhere.
_FORMULA = re.compile(r"[\s\"]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r" *[+-](?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%? *")
# Where a cell begins for a spreadsheet that goes by another separator than the comma.
_PART = re.compile(r"[^;\t\r\n]+")
_LEFT_OUT = ("\t", "\r", "\n", "\0")  # in front of what some programs then take for the beginning
_SUSPECT = frozenset("=+-@＝＋－＠").union(_LEFT_OUT)


def csv_text(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The heads and the lines, piece by piece."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in chain((columns,), lines):
        writer.writerow([harmless(cell, alone=n > 0) for n, cell in enumerate(line)])
        if text.tell() >= PIECE:
            yield text.getvalue()
            text.seek(text.truncate(0))
    yield text.getvalue()


def harmless(cell: str, *, alone: bool = True) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what would be a formula.

    A number is none, and neither is a mark that is all there is, as for a missing value; but only
    as a whole cell that does not begin its line (`alone`). Elsewhere a program that goes by another
    separator may take it for the beginning of something that goes on in the next part, or cell.
    """
    if _SUSPECT.isdisjoint(cell):
        return cell  # most cells, told apart quickly
    bare = len(cell.strip(" ")) <= 1 and not cell.startswith(_LEFT_OUT)
    if alone and (bare or _NUMBER.fullmatch(cell)):
        return cell
    said = _PART.sub(_without_formula, cell)
    return f"'{said}" if said.startswith(_LEFT_OUT) else said


def _without_formula(part: re.Match[str]) -> str:
    return f"'{part[0]}" if _FORMULA.match(part[0]) else part[0]
