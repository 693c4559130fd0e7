"""Rows as the lines that COPY reads, made where a row is made.

A line is kept in the place of its row: it is compared, held and sent as it is, so that no value
is looked at twice.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

NULL, TRUE, FALSE = r"\N", "t", "f"
# What COPY would take for signs of its own. Everything else stands as it is.
_SIGNS = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def line_of(values: Iterable[object]) -> str:
    """A row as a line without its end, which is in no line before it is written."""
    return "\t".join(map(text_of, values))


def text_of(value: object) -> str:
    """One value: what Python writes for numbers, days, times, ids and truths, PostgreSQL reads."""
    return NULL if value is None else str(value).translate(_SIGNS)


def number_text(number: Decimal | None) -> str:
    """A number as it is written: those that are equal may differ in their decimals."""
    return NULL if number is None else str(number)


@lru_cache(maxsize=8192)
def word_text(word: str | datetime) -> str:
    """What is likely to come again soon: a code, a name, the time of an event."""
    return text_of(word)
