"""The shapes of every answer: what HTTP sends, the command line prints and the pages show.

Numbers are text in decimal notation, as stored. ``None`` is never a number: the reason stands
beside it. Every answer says which two clocks it was read by.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from policies.definition import Definition
from policies.rag import Step


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Common base, so that all answers are immutable and built by name."""


class Clocks(Answer, frozen=True, kw_only=True):
    """Which facts (known) and which rules and settings (policy) an answer used."""

    known_at: datetime
    known_position: int
    policy_at: datetime
    policy_position: int
    is_now: bool = True  # both clocks were left at now


class SignedOff(Answer, frozen=True, kw_only=True):
    """Who vouched for a value, when, and with which grade of assurance."""

    by: str
    at: datetime
    assurance: str


class AttachmentRow(Answer, frozen=True, kw_only=True):
    """A file that is evidence for an entry. ``attachment`` is its digest, as events hold it.

    ``name`` is what its sender called it, null once it was erased.
    """

    attachment: str
    name: str | None
    kind: str | None
    size: int | None
    attached_by: str
    attached_at: datetime


class ValueRow(Answer, frozen=True, kw_only=True):
    """One entry as it stood at the known clock.

    ``submitted_by`` gave the first value of its key, ``corrected_by`` this one in its place.
    """

    name: str
    period: str
    period_label: str
    area: str
    area_name: str
    breakdown: dict[str, str]
    value: str | None
    judged: str | None
    numerator: str | None
    denominator: str | None
    confidence_low: str | None = None  # limits as the source gave them, both or neither
    confidence_high: str | None = None
    missing: str | None
    standing: str  # submitted, returned or signed-off
    provisional: bool
    corrected: bool
    signed_off: SignedOff | None
    recorded_at: datetime
    submitted_by: str
    corrected_by: str | None = None
    digest: str
    replaces: str | None
    note: str | None
    attachments: tuple[AttachmentRow, ...] = ()

    @property
    def given_by(self) -> str:
        """Who gave what stands here."""
        return self.corrected_by or self.submitted_by


class Values(Answer, frozen=True, kw_only=True):
    """A page of an indicator's entries, ordered by period, area and breakdown."""

    clocks: Clocks
    values: tuple[ValueRow, ...]
    next: str | None


class StatusRow(Answer, frozen=True, kw_only=True):
    """One line of the board page: an indicator's latest due (or asked) period for one area.

    Exactly one of ``status`` and ``reason`` is set. ``stage`` is that of the escalation as it stood
    at the end of the day before the next period is due, or today where that is earlier; null for
    none, and null in an answer about change, which compares single cells.
    """

    indicator: str
    title: str
    block: str
    outcome: str
    period: str
    period_label: str
    area: str
    unit: str
    value: str | None
    judged: str | None
    target: str | None
    target_kind: str | None
    status: str | None
    reason: str | None
    marks: tuple[str, ...]
    travel: str
    travel_reason: str
    stage: int | None
    due_on: date
    signed_off: SignedOff | None
    entry: str | None
    policy_version: str
    why: str


class Status(Answer, frozen=True, kw_only=True):
    """The status of an agreement. ``counts`` is by status, or by reason where there is none."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    statement: str = ""  # what a demonstration says of itself
    period: str | None
    area: str
    area_name: str
    rows: tuple[StatusRow, ...]
    counts: dict[str, int]


class Named(Answer, frozen=True, kw_only=True):
    """A code with the name people know it by."""

    code: str
    name: str


class AreaAnswer(Named, frozen=True, kw_only=True):
    """An area, and the code of the larger area of the agreement that it is a part of, or ""."""

    within: str = ""


class BodyAnswer(Named, frozen=True, kw_only=True):
    """A body of the agreement, of which kind it is, and the blocks it looks after."""

    kind: str
    blocks: tuple[str, ...]


class OutcomeAnswer(Answer, frozen=True, kw_only=True):
    """An outcome of the agreement, with the partner that leads on it."""

    code: str
    title: str
    block: str
    lead: str


class RoleHeld(Answer, frozen=True, kw_only=True):
    """A role a person holds for their partner, over a scope, and the days on which it counts."""

    person: str
    role: str
    scope: str
    partner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class PolicyInForce(Answer, frozen=True, kw_only=True):
    """A version of adopted rules: of which kind, from when, and by which event."""

    kind: str
    version: str
    effective_from: date
    position: int
    settings: dict[str, Any]


class SealedAnswer(Answer, frozen=True, kw_only=True):
    """When the agreement was sealed, by which minute, and from which day local targets may move."""

    at: datetime
    minute_reference: str
    freeze_until: date


class RefreshAnswer(Answer, frozen=True, kw_only=True):
    """A window in which amendments are gathered; both of its days are included."""

    number: int
    title: str
    opens_on: date
    closes_on: date


class AgreementAnswer(Answer, frozen=True, kw_only=True):
    """An agreement's sheet and structure as known."""

    clocks: Clocks
    code: str
    title: str
    start: date
    end: date
    accountable_body: str
    calendar: str
    demonstration: bool
    statement: str = ""  # what a demonstration says of itself
    areas: tuple[AreaAnswer, ...]
    partners: tuple[Named, ...]
    bodies: tuple[BodyAnswer, ...] = ()
    priorities: tuple[Named, ...] = ()
    blocks: tuple[Named, ...]
    outcomes: tuple[OutcomeAnswer, ...]
    indicators: tuple[str, ...]
    roles: tuple[RoleHeld, ...]
    policies: tuple[PolicyInForce, ...]
    sealed: SealedAnswer | None = None
    refreshes: tuple[RefreshAnswer, ...] = ()


class CodeAnswer(Answer, frozen=True, kw_only=True):
    """A code or name that others use, what it is of ours, and from which day to which."""

    code: str
    ours: str
    valid_from: date | None
    valid_to: date | None


class CodeMapAnswer(Answer, frozen=True, kw_only=True):
    """A list of codes that others use for areas or indicators, and the event that set it."""

    name: str
    kind: str
    position: int
    entries: tuple[CodeAnswer, ...]


class CodeMaps(Answer, frozen=True, kw_only=True):
    """The code maps of an agreement as known, by which files were read then."""

    clocks: Clocks
    code_maps: tuple[CodeMapAnswer, ...]


class TargetAnswer(Answer, frozen=True, kw_only=True):
    """A target as known, and the event that set it."""

    area: str
    period: str
    period_label: str
    level: str
    kind: str
    baseline: str | None
    set_at: datetime
    set_by: str
    position: int


class IndicatorAnswer(Answer, frozen=True, kw_only=True):
    """One indicator: definition, placement, officers, targets and its current judgement.

    ``retired`` is whether it is retired for any period, ``retired_from`` the code of the first,
    "" for all there are.
    """

    clocks: Clocks
    agreement: str
    code: str
    version: int  # of the stream; what If-Match names
    definition: Definition
    definition_version: int
    retired: bool
    retired_from: str | None
    block: str
    outcome: str
    officers: tuple[RoleHeld, ...]
    targets: tuple[TargetAnswer, ...]
    current: StatusRow | None


class HistoryEvent(Answer, frozen=True, kw_only=True):
    """One event of a stream or of the feed, as recorded."""

    position: int
    recorded_at: datetime
    actor: str
    type: str
    agreement: str | None
    indicator: str | None
    load: str | None = None
    amendment: int | None = None  # its number in the agreement
    data: dict[str, Any]


class History(Answer, frozen=True, kw_only=True):
    """A page of events in position order."""

    clocks: Clocks
    events: tuple[HistoryEvent, ...]
    next: str | None


class Why(Answer, frozen=True, kw_only=True):
    """The derivation of one judgement: every input, who gave it, and every step."""

    clocks: Clocks
    row: StatusRow
    entry: ValueRow | None
    compared_with: ValueRow | None
    definition: Definition
    definition_version: int
    definition_position: int
    target: TargetAnswer | None
    policies: tuple[PolicyInForce, ...]
    rounding: str
    steps: tuple[Step, ...]


class AgreementListed(Answer, frozen=True, kw_only=True):
    """An agreement in the list of those the reader may see."""

    code: str
    title: str
    start: date
    end: date
    demonstration: bool
    statement: str = ""  # what a demonstration says of itself
    indicators: int


class Agreements(Answer, frozen=True, kw_only=True):
    """Every agreement of the ledger as known."""

    clocks: Clocks
    agreements: tuple[AgreementListed, ...]
