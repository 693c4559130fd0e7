"""The shapes of answers about change: what differs between two moments, and what was restated."""

from datetime import date, datetime
from enum import StrEnum

from projections.answers import Answer, Clocks, StatusRow


class CauseKind(StrEnum):
    """What can change a cell, in the words of the answer."""

    NEW_VALUE = "new-value"
    LATE_ARRIVAL = "late-arrival"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    SIGN_OFF = "sign-off"
    EVIDENCE = "evidence"
    TARGET = "target"
    DEFINITION = "definition"
    RETIREMENT = "retirement"
    POLICY = "policy"
    STRUCTURE = "structure"
    EARLIER_PERIOD = "earlier-period"
    TIME = "time"


class Cause(Answer, frozen=True, kw_only=True):
    """One step from a cell's first row to its last; null where no such row is on the page.

    ``on`` is the day in Europe/London. A cause of kind ``time`` is a day that came, and no event:
    it has no position, time, actor or event. ``entry`` is the entry that came, went or was signed,
    ``replaces`` the one it took the place of, and ``period`` theirs: another than the cell's where
    the kind is ``earlier-period``. ``amendment`` is the number of the one that was approved with a
    target, definition, retirement or version of rules, null where it was set up. ``reason`` is null
    where none was given or it was erased.
    """

    kind: CauseKind
    on: date
    position: int | None
    recorded_at: datetime | None
    actor: str | None
    event: str | None
    entry: str | None
    replaces: str | None
    period: str | None
    reason: str | None
    version: str | None  # of the rules adopted
    file: str | None
    load: str | None
    amendment: int | None = None
    before: StatusRow | None
    after: StatusRow | None


class ChangedCell(Answer, frozen=True, kw_only=True):
    """A cell whose row differs: both rows, and every step between them in order.

    A cell has a value or a target in one of its rows; the other may be the one that a page makes
    up to say that there is neither, or null where a page has none.
    ``changed`` names the fields of the rows that differ; none where one of the rows is null.
    """

    indicator: str
    title: str
    unit: str
    area: str
    area_name: str
    period: str
    period_label: str
    before: StatusRow | None
    after: StatusRow | None
    changed: tuple[str, ...]
    causes: tuple[Cause, ...]


class Move(Answer, frozen=True, kw_only=True):
    """How many cells went from one status, or reason for none, to another.

    Null is neither value nor target.
    """

    before: str | None
    after: str | None
    count: int


class DiffCounts(Answer, frozen=True, kw_only=True):
    """How many cells were compared, and in how many which part of the row differs."""

    cells: int
    changed: int
    figures: int  # the judged figure
    statuses: int  # the status, or the reason for none
    moves: tuple[Move, ...]  # of statuses; the most frequent first


class RulesAdopted(Answer, frozen=True, kw_only=True):
    """A version of rules adopted between the two policy clocks; ``kind`` is rag, travel or due."""

    kind: str
    version: str
    effective_from: date
    position: int


class Diff(Answer, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """Every cell that differs between two moments, a page at a time, and why.

    A period that has neither value nor target at both moments is no cell.
    The counts are those of all pages. Rows are compared in all but ``why``, which names the clocks,
    and ``policy_version``: ``rules`` tells once for all cells which rules were adopted in between.
    """

    first: Clocks
    last: Clocks
    agreement: str
    title: str
    demonstration: bool
    rules: tuple[RulesAdopted, ...]
    counts: DiffCounts
    cells: tuple[ChangedCell, ...]
    next: str | None


class RestatedSide(Answer, frozen=True, kw_only=True):
    """An entry as it stood, and the status it gave its cell, or the reason for none.

    Figures are as given; ``judged`` is as judged. Without an entry all but the last three are null.
    A breakdown has no status, nor has a cell that no page has a row for. ``stage`` is the one its
    indicator stood at in the area on the day of the act, by what was known at that side of it,
    whether or not the cell is there; null for no stage, a breakdown, and where the area is gone.
    """

    entry: str | None = None
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    confidence_low: str | None = None
    confidence_high: str | None = None
    missing: str | None = None
    judged: str | None = None
    given_by: str | None = None
    recorded_at: datetime | None = None
    signed_off_by: str | None = None
    status: str | None
    reason: str | None
    stage: int | None


class Restatement(Answer, frozen=True, kw_only=True):
    """An entry that was replaced or taken away: by whom, when, why, and what it changed.

    ``difference`` is the new judged figure less the old one; ``relative`` is that as a share of
    the old one's size, rounded half-up to four decimals, and null where that is zero.
    """

    position: int
    recorded_at: datetime
    actor: str
    kind: CauseKind  # correction, withdrawal or restoration
    reason: str | None
    file: str | None
    load: str | None
    indicator: str
    title: str
    unit: str
    area: str
    area_name: str
    period: str
    period_label: str
    breakdown: dict[str, str]
    before: RestatedSide
    after: RestatedSide
    difference: str | None
    relative: str | None
    why: str


class Restatements(Answer, frozen=True, kw_only=True):
    """A page of the register of restatements, the latest first."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    restatements: tuple[Restatement, ...]
    next: str | None
