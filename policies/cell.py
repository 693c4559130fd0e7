"""What a judgement is made from and what it answers: facts of one cell, rules, the result."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from policies.definition import Definition
from policies.due import DueSettings
from policies.periods import Period
from policies.rag import NOT_JUDGEABLE, RagSettings, Status
from policies.travel import Travel, TravelSettings


class NoStatus(StrEnum):
    """Why there is no status, in order of precedence."""

    RETIRED = "retired"
    PLACEHOLDER = "placeholder"
    CONTEXTUAL = "contextual"
    NOT_DUE = "not-due"
    NO_TARGET = "no-target"
    AWAITED = "awaited"
    OVERDUE = "overdue"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not-applicable"
    UNSIGNED = "unsigned"
    NOT_JUDGEABLE = NOT_JUDGEABLE


class Mark(StrEnum):
    """What stands beside a status, or beside its absence."""

    PROVISIONAL = "provisional"
    UNSIGNED = "unsigned"
    CORRECTED = "corrected"
    SERIES_BREAK = "series-break"
    PROXY = "proxy"


class Missing(StrEnum):
    """Why an entry has no figure."""

    MISSING = "missing"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not-applicable"


class EntryFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as the judgement needs it: a figure, or why there is none, and its standing."""

    judged: Decimal | None
    missing: Missing | None = None
    provisional: bool = False
    signed: bool = False
    corrected: bool = False


class TargetFacts(msgspec.Struct, frozen=True):
    """The level agreed for the cell, and its kind (local, designated or stretch)."""

    level: Decimal
    kind: str


class CellFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of one cell.

    ``retired`` is of this period: see retirement. ``before`` is the entry of the compared period;
    for a baseline, its figure as a signed entry.
    """

    definition: Definition
    period: Period
    retired: bool = False
    target: TargetFacts | None = None
    entry: EntryFacts | None = None
    before: EntryFacts | None = None


class Rules(msgspec.Struct, frozen=True):
    """The settings in force at the policy clock."""

    rag: RagSettings
    travel: TravelSettings = TravelSettings()
    due: DueSettings = DueSettings()


# Directions and reasons can be told before any policy is adopted; a status cannot.
NO_POLICY = Rules(rag=RagSettings(amber_margin=Decimal(0)))


class Judgement(msgspec.Struct, frozen=True):
    """The answer: exactly one of ``status`` and ``reason``, the marks, and the travel."""

    status: Status | None
    reason: NoStatus | None
    marks: tuple[Mark, ...]
    judged: Decimal | None
    travel: Travel
    travel_reason: str
