"""Facts of one load. Topics and field names are stored for ever.

The file, its mapping and what became of every row are kept beside the record, which holds their
digests; so are sentences, whose digests stand in ``reason``.
"""

from datetime import date
from typing import Literal

import msgspec

from ledger.event import Event, stored

LoadKind = Literal["values", "comparators", "both"]
WhyAbandoned = Literal["by-person", "expired", "unreadable"]


@stored
class LoadReceived(Event, frozen=True, kw_only=True):
    """A file came in, to be judged by a mapping; unless it is a dry run, to be committed at once.

    ``confirmed_unit``: the sender vouches for its figures though they seem to be in another unit.
    """

    TOPIC = "load-received"
    agreement: str
    file: str
    sha256: str
    bytes: int
    mapping_sha256: str = ""  # "" where the columns are ours, or the form says its own
    kind: LoadKind = "values"
    released_on: date | None = None
    dry_run: bool = False
    confirmed_unit: bool = False


@stored
class LoadRefused(Event, frozen=True, kw_only=True):
    """The file as a whole was refused. Nothing of it is kept but this."""

    TOPIC = "load-refused"
    agreement: str
    file: str
    sha256: str
    code: str
    reason: str = ""


class RowCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows ended each way; together they are the rows of the file."""

    new: int = 0
    unchanged: int = 0
    correction: int = 0
    duplicate: int = 0
    missing: int = 0
    invalid: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        """The rows counted."""
        return sum(msgspec.structs.astuple(self))


@stored
class LoadChecked(Event, frozen=True, kw_only=True):
    """Every row was judged against the ledger as it stood; nothing was written yet.

    ``digest`` names the judgement: that of every row, and the entry it would replace. ``writes``
    is how many entries a commit would write. ``unit_changed``: a commit needs the unit confirmed.
    ``moved`` counts the rows judged otherwise than in the check before this one. ``conflicting``
    counts the duplicates that contradict each other, and so were refused; None in events of before
    they were counted.
    """

    TOPIC = "load-checked"
    digest: str
    rows: int
    counts: RowCounts
    writes: int
    warnings: dict[str, int] = {}
    unit_changed: bool = False
    moved: int = 0
    conflicting: int | None = None

    @property
    def refused_rows(self) -> int | None:
        """How many rows were refused: a repeated one of which the first counts is not. None where
        the event does not say which those are."""
        conflicting = self.conflicting if self.counts.duplicate else 0
        if conflicting is None:
            return None
        return self.counts.invalid + self.counts.rejected + conflicting


@stored
class LoadPartCommitted(Event, frozen=True, kw_only=True):
    """A part of a large file is in: the events before this one in the same commit.

    ``written`` is how many entries they have.
    """

    TOPIC = "load-part-committed"
    part: int
    of: int
    events: int
    written: int


@stored
class LoadCommitted(Event, frozen=True, kw_only=True):
    """All of the file is in: with this commit, and the parts before it.

    ``events`` are those of indicators in the same commit, ``written`` how many entries these
    have. ``set_aside`` counts rows that were not written, because they were no longer as they were
    checked when their part was to go in; the first of them are named.
    """

    TOPIC = "load-committed"
    digest: str
    events: int
    written: int
    set_aside: int = 0
    set_aside_rows: tuple[int, ...] = ()


@stored
class LoadAbandoned(Event, frozen=True, kw_only=True):
    """The load was given up before anything of it was written; its file and rows stay."""

    TOPIC = "load-abandoned"
    why: WhyAbandoned
    reason: str = ""


@stored
class LoadWithdrawn(Event, frozen=True, kw_only=True):
    """What the load wrote counts no longer: its values went back to what they were.

    In the same commit as the events of the indicators. ``withdrawn`` entries left nothing,
    ``restored`` ones gave their place back to what held before, and ``kept`` were replaced or
    withdrawn by somebody since, which stays as it is.
    """

    TOPIC = "load-withdrawn"
    reason: str
    withdrawn: int
    restored: int
    kept: int


@stored
class LoadActionRefused(Event, frozen=True, kw_only=True):
    """A person asked of the load what their roles forbid. Nothing else changed."""

    TOPIC = "load-action-refused"
    action: str
    code: str
