"""What can become of a row of a file, and what a row is before and after that is decided."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from ledger.indicator.events import Entry
from ledger.indicator.state import Key
from ledger.load.events import RowCounts as Counts
from policies.numbers import to_text
from policies.refusals import (
    OwnArea,
    PeriodNotBegun,
    Refusal,
    Retired,
    UnknownArea,
    UnknownIndicator,
)

__all__ = ["Counts"]  # the counts stand in an event, and so are defined there
CONFLICTING = "conflicting-duplicate"

# Readable, but a rule forbids it; every other refusal means that the row cannot be read.
FORBIDDEN = frozenset(
    refusal.code for refusal in (UnknownIndicator, UnknownArea, OwnArea, Retired, PeriodNotBegun)
)


class Outcome(StrEnum):
    """The seven ends of a row. Every row of every file has exactly one of them."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CORRECTION = "correction"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    INVALID = "invalid"
    REJECTED = "rejected"


class ReadRow(NamedTuple):
    """A row that could be read. ``note`` is the text of the file's note.

    An entry holds only the digest of a stored text.
    """

    number: int
    indicator: str
    entry: Entry
    note: str = ""


class RefusedRow(NamedTuple):
    """A row that could not be read, or names what this agreement does not know.

    ``key`` is the indicator and key that it is about, where as much could be read.
    """

    number: int
    outcome: Outcome
    code: str
    detail: str
    key: tuple[str, Key] | None = None


class RowWarning(msgspec.Struct, frozen=True):
    """Something to look at in a row, that did not stop it."""

    code: str
    detail: str


class RowOutcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a row, with a code and a sentence where something is to be said.

    ``row`` counts as a person does, the header being row 1; ``cells`` are its texts as published.
    ``replaces`` names the entry of the ledger whose place the row takes, and ``was`` is what that
    one says; both are "" where it takes none.
    """

    row: int
    outcome: Outcome
    code: str
    detail: str
    cells: tuple[str, ...]
    warnings: tuple[RowWarning, ...] = ()
    replaces: str = ""
    was: str = ""

    @property
    def fails(self) -> bool:
        """Whether the row was refused, so that the load as a whole answers no."""
        refused = self.outcome in {Outcome.INVALID, Outcome.REJECTED}
        return refused or self.code == CONFLICTING


def told_of(entry: Entry) -> str:
    """What an entry says in a few words: its figure with its limits, its parts, or why none."""
    limits = ""
    if entry.confidence_low is not None and entry.confidence_high is not None:
        limits = f" ({to_text(entry.confidence_low)} to {to_text(entry.confidence_high)})"
    if entry.value is not None:
        return f"{to_text(entry.value)}{limits}"
    if entry.numerator is not None and entry.denominator is not None:
        return f"{to_text(entry.numerator)} of {to_text(entry.denominator)}{limits}"
    return entry.missing.replace("-", " ")


def refused(number: int, refusal: Refusal) -> RefusedRow:
    """A row as refused by a rule: rejected where the rule forbids it, else invalid."""
    outcome = Outcome.REJECTED if refusal.code in FORBIDDEN else Outcome.INVALID
    return RefusedRow(number, outcome, refusal.code, refusal.detail)
