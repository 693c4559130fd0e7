"""The shapes of answers about change control: amendments, and the memorandum of a decision."""

from datetime import date, datetime
from typing import Any

from policies.definition import Definition
from projections.answers import Answer, Clocks


class Acted(Answer, frozen=True, kw_only=True):
    """Who did something, when, and at which position; ``text`` is the note or reason given, null
    where none was or it was erased."""

    by: str
    at: datetime
    position: int
    text: str | None = None


class TargetLevel(Answer, frozen=True, kw_only=True):
    """A target's level and what belongs to it, numbers as text."""

    level: str
    kind: str
    baseline: str | None
    performance_without: str | None
    performance_with: str | None


class TargetChanged(Answer, frozen=True, kw_only=True):
    """A target as it was and as it is proposed; before is null where there was none."""

    indicator: str
    area: str
    period: str
    period_label: str
    before: TargetLevel | None
    after: TargetLevel
    bound: tuple[str, ...]
    no_baseline: str | None = None  # why there is none


class DefinitionChanged(Answer, frozen=True, kw_only=True):
    """A definition as it was and as it is proposed."""

    indicator: str
    kind: str
    before: Definition | None
    after: Definition


class PolicyChanged(Answer, frozen=True, kw_only=True):
    """A version of rules that is proposed.

    ``before`` are the settings in force for its first day until it is approved; None without any,
    and of rewards, whose versions stand side by side.
    """

    kind: str
    version: str
    effective_from: date
    before: dict[str, Any] | None
    settings: dict[str, Any]


class RetirementChanged(Answer, frozen=True, kw_only=True):
    """An indicator that is to be retired, the first period that it is retired for, and whom that
    binds."""

    indicator: str
    from_period: str
    period_label: str
    bound: tuple[str, ...]


class ChangesAnswer(Answer, frozen=True, kw_only=True):
    """All that an amendment changes."""

    targets: tuple[TargetChanged, ...]
    definitions: tuple[DefinitionChanged, ...]
    policies: tuple[PolicyChanged, ...]
    retirements: tuple[RetirementChanged, ...] = ()


class PartnerSays(Answer, frozen=True, kw_only=True):
    """A bound partner, and whether it has ``consented``, ``objected``, or is ``awaited``."""

    partner: str
    name: str
    says: str
    said: Acted | None


class BodyDecides(Answer, frozen=True, kw_only=True):
    """A kind of body whose decision is needed, and the decision once it is made."""

    kind: str
    decision: str | None
    body: str | None
    minute_reference: str | None
    rehearsal: str | None  # digest of the effect table the decision rests on
    decided: Acted | None


class RehearsalAnswer(Answer, frozen=True, kw_only=True):
    """The rehearsal of the present proposal: as known at which position, and its first sentence."""

    position: int
    digest: str
    summary: str
    rehearsed: Acted


class AmendmentAnswer(Answer, frozen=True, kw_only=True):
    """An amendment as known.

    ``revision`` counts the proposals; what partners and bodies said is of the present one. What
    was ``before`` is as it stands, or for a closed amendment as it stood when it was closed.
    """

    clocks: Clocks
    agreement: str
    number: int
    title: str
    state: str
    refresh: int | None
    effective_from: str
    revision: int
    proposed: Acted
    revised: Acted | None
    closed: Acted | None
    changes: ChangesAnswer
    partners: tuple[PartnerSays, ...]
    bodies: tuple[BodyDecides, ...]
    rehearsal: RehearsalAnswer | None


class AmendmentListed(Answer, frozen=True, kw_only=True):
    """An amendment in a list."""

    number: int
    title: str
    state: str
    refresh: int | None
    effective_from: str
    proposed: Acted
    closed: Acted | None
    indicators: tuple[str, ...]
    policies: tuple[str, ...]


class Amendments(Answer, frozen=True, kw_only=True):
    """The amendments of an agreement, the latest first."""

    clocks: Clocks
    amendments: tuple[AmendmentListed, ...]
    next: str | None


class TargetStanding(Answer, frozen=True, kw_only=True):
    """A target as it stands after a decision, and whom it binds."""

    indicator: str
    title: str
    area: str
    area_name: str
    period: str
    period_label: str
    target: TargetLevel
    position: int  # of the event that set it
    bound: tuple[str, ...]


class Memorandum(Answer, frozen=True, kw_only=True):
    """What a decision came to: all targets as they stand, who is bound, what changed, by whom.

    It is pinned to the decision: its clocks are that position, whatever came later.
    """

    clocks: Clocks
    agreement: str
    title: str
    amendment: AmendmentAnswer
    targets: tuple[TargetStanding, ...]
