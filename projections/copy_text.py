"""Rows as the text that COPY reads, made column by column.

A row of twenty values given to the driver one by one costs more than judging the cell it tells of.
Taken as columns, most values cost next to nothing: a column of a page is often one value all the
way down, or a few values over and over.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice, repeat
from typing import Any

from projections.rows import Held

ROWS_IN_A_BLOCK = 2_000  # few enough that a block and its columns are small beside the page
NULL = r"\N"
# What COPY would take for signs of its own. Everything else stands as it is.
_SIGNS = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
# Types whose values take long to write or to compare, and mostly repeat the one before.
_IN_RUNS = frozenset({"uuid", "timestamptz", "date"})


def blocks_of(held: Iterable[Held], types: Sequence[str]) -> Iterator[bytes]:
    """Rows of one table, whose columns are of these types, as blocks of whole lines in UTF-8."""
    iterator = iter(held)
    while block := list(islice(iterator, ROWS_IN_A_BLOCK)):
        rows, begins, ends = zip(*block, strict=True)
        columns = (*zip(*rows, strict=True), begins, ends)
        parts = _side_by_side(
            (_texts(*pair) for pair in zip(columns, types, strict=True)), len(block)
        )
        lines = "\n".join(map("\t".join, zip(*parts, strict=True)))
        yield f"{lines}\n".encode()


def _side_by_side(columns: Iterable[str | list[str]], length: int) -> list[Iterable[str]]:
    """Columns as the parts of lines; those that never change make one part with their like."""
    parts: list[Iterable[str]] = []
    alike: list[str] = []
    for column in columns:
        if isinstance(column, str):
            alike.append(column)
            continue
        if alike:
            parts.append(repeat("\t".join(alike), length))
            alike = []
        parts.append(column)
    if alike:
        parts.append(repeat("\t".join(alike), length))
    return parts


def _texts(column: tuple[Any, ...], kind: str) -> str | list[str]:
    """The values of a column as text, in order; one text where they are all the same."""
    first = column[0]
    if kind == "numeric":
        # Numbers that are equal may be written differently (1.0 and 1.00), and stay as written.
        if first is None and column.count(None) == len(column):
            return NULL
        return [NULL if number is None else str(number) for number in column]
    if column.count(first) == len(column):
        return _text(first)
    if kind == "text" or isinstance(first, str):
        texts = {value: _text(value) for value in set(column)}
        return [texts[value] for value in column]
    if kind in _IN_RUNS:
        runs = ((_text(value), len(list(run))) for value, run in groupby(column))
        return [text for text, length in runs for text in repeat(text, length)]
    return [NULL if value is None else str(value) for value in column]


def _text(value: object) -> str:
    """One value: what Python writes for numbers, days, times, ids and truths, PostgreSQL reads."""
    return NULL if value is None else str(value).translate(_SIGNS)
