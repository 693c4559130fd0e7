"""The shapes of answers about sign-off: what waits for it, and what a signer must see of each.

What does not apply is null. Whoever signs vouches for exactly what the digest of an entry covers.
"""

from datetime import datetime
from enum import StrEnum

from projections.answers import Answer, Clocks, Named, SignedOff, StatusRow, ValueRow


class ActKind(StrEnum):
    """What gave an entry its place or its standing, or took it."""

    SUBMISSION = "submission"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    DEFINITION = "definition"
    EVIDENCE = "evidence"
    SIGN_OFF = "sign-off"
    RETURN = "return"


class ActBehind(Answer, frozen=True, kw_only=True):
    """An act that an entry came from, or that changed what became of it: who, when, and why."""

    kind: ActKind
    position: int
    recorded_at: datetime
    actor: str
    reason: str | None
    file: str | None
    load: str | None


class EarlierVersion(Answer, frozen=True, kw_only=True):
    """What held at the key of an entry before it: the last that was signed off, where one was.

    Else the one that the entry took the place of. ``ended`` is the act that ended it, and with it
    the sign-off: a correction, a withdrawal, a load taken back, another definition, more evidence.
    ``difference`` is the present judged figure less this one; ``relative`` is that as a share of
    this one's size, rounded half-up to four decimals, and null where that is zero.
    """

    entry: str
    value: str | None
    numerator: str | None
    denominator: str | None
    confidence_low: str | None = None
    confidence_high: str | None = None
    missing: str | None
    judged: str | None
    provisional: bool
    definition_version: int
    given_by: str
    recorded_at: datetime
    signed_off: SignedOff | None
    ended: ActBehind
    difference: str | None
    relative: str | None


class PeriodBefore(Answer, frozen=True, kw_only=True):
    """What holds for the period before, in the same area and breakdown, and how far it moved."""

    entry: str
    period: str
    period_label: str
    value: str | None
    judged: str | None
    missing: str | None
    signed_off: SignedOff | None
    difference: str | None
    relative: str | None


class QualityWarning(Answer, frozen=True, kw_only=True):
    """Why a figure is worth a second look, by the indicator's own history."""

    code: str
    detail: str


class WaitingEntry(Answer, frozen=True, kw_only=True):
    """An entry that waits for a sign-off.

    ``entry`` has its digest; ``given`` is the act that gave it. ``judged_as`` is the row of the
    board as it would be once the entry is signed off, null for a breakdown, which has no status.
    """

    entry: ValueRow
    given: ActBehind
    corrected_by: str | None
    judged_as: StatusRow | None
    earlier: EarlierVersion | None
    period_before: PeriodBefore | None
    warnings: tuple[QualityWarning, ...]


class WaitingGroup(Answer, frozen=True, kw_only=True):
    """The entries of one indicator that wait, the newest period first."""

    indicator: str
    title: str
    unit: str
    block: str
    outcome: str
    definition_version: int
    definition_position: int
    entries: tuple[WaitingEntry, ...]


class WaitsForOthers(Answer, frozen=True, kw_only=True):
    """Entries of one indicator that the person may not sign off, and why.

    ``reason`` is the code of the refusal they would be told: ``self-sign-off`` or ``no-role``.
    ``may_sign`` are those who may sign off at least one of them; nobody, where it is empty.
    """

    indicator: str
    title: str
    reason: str
    count: int
    period_labels: tuple[str, ...]  # the newest first
    may_sign: tuple[str, ...]


class WaitsOfIndicator(Answer, frozen=True, kw_only=True):
    """How many entries of one indicator the person may sign off, of all pages."""

    indicator: str
    title: str
    count: int
    period_labels: tuple[str, ...]  # the newest first


class Waiting(Answer, frozen=True, kw_only=True):
    """What waits for a sign-off in an agreement, for one person; ``count`` is of all pages.

    ``before`` of them are on the pages before; ``by_indicator`` are all, in the order of the pages.
    ``indicators`` and ``periods`` are those of which anything waits for anybody, whichever of them
    are asked about.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    person: str
    count: int
    before: int
    by_indicator: tuple[WaitsOfIndicator, ...]
    groups: tuple[WaitingGroup, ...]
    others: tuple[WaitsForOthers, ...]
    indicators: tuple[Named, ...]
    periods: tuple[Named, ...]
    next: str | None


class ChosenEntry(Answer, frozen=True, kw_only=True):
    """An entry that somebody chose from a list of what waits, as it is known now.

    ``seen`` is the entry as it stands, or as it last stood; ``now`` is what holds in its place, the
    same entry where it still does, null where nothing does, and ``given`` the act that gave it.
    ``since`` is the act that brought that about: it gave ``now`` its standing, or took ``seen``
    out.
    """

    indicator: str
    title: str
    unit: str
    definition_version: int
    seen: ValueRow
    now: ValueRow | None
    given: ActBehind | None
    since: ActBehind
