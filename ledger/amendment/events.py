"""Facts of one amendment. Topics and field names are stored for ever.

Free texts (reasons, notes) are digests of texts kept beside the ledger. What an amendment changes
is recorded, once approved, in the streams it changes: see the indicator and the agreement.
"""

from datetime import date
from typing import Literal

import msgspec

from ledger.event import Event, stored
from ledger.indicator.events import Target
from policies.basket import BasketSettings
from policies.comparator_group import ComparatorSettings
from policies.definition import Definition
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from policies.reward import RewardSettings
from policies.travel import TravelSettings

PolicyKind = Literal["rag", "travel", "due", "escalation", "reward", "comparators", "basket"]
DefinitionChangeKind = Literal["minor", "major"]


class TargetChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A target to stand in the place of the one that holds for its area and period.

    ``no_baseline`` is the digest of a text that says why it has no baseline.
    """

    indicator: str
    target: Target
    no_baseline: str = ""


class DefinitionChange(msgspec.Struct, frozen=True, kw_only=True):
    """A definition to stand in the place of the one that holds; a major one breaks the series."""

    indicator: str
    kind: DefinitionChangeKind
    definition: Definition


class RetirementChange(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator to be retired, from its first period that begins in or after the effective
    one."""

    indicator: str


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of rules to be adopted; exactly the settings of its kind are given."""

    kind: PolicyKind
    version: str
    effective_from: date
    rag: RagSettings | None = None
    travel: TravelSettings | None = None
    due: DueSettings | None = None
    escalation: EscalationSettings | None = None
    reward: RewardSettings | None = None
    comparators: ComparatorSettings | None = None
    basket: BasketSettings | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that an amendment would change, from a period on.

    ``effective_from`` is the code of the first period it applies to, by whose first day it is
    told for indicators of other calendars.
    """

    effective_from: str
    targets: tuple[TargetChange, ...] = ()
    definitions: tuple[DefinitionChange, ...] = ()
    policies: tuple[PolicyChange, ...] = ()
    retirements: tuple[RetirementChange, ...] = ()


@stored
class AmendmentProposed(Event, frozen=True, kw_only=True):
    """Somebody proposes to move targets, definitions or rules, or to retire indicators.

    Amendments of an agreement are numbered from 1. ``refresh`` is the number of the refresh it is
    gathered in, 0 for none.
    """

    TOPIC = "amendment-proposed"
    agreement: str
    number: int
    title: str
    reason: str
    changes: Changes
    refresh: int = 0


@stored
class AmendmentRevised(Event, frozen=True, kw_only=True):
    """The proposer changes the proposal: consents, objections and rehearsals are of the old one."""

    TOPIC = "amendment-revised"
    reason: str
    changes: Changes


@stored
class AmendmentConsented(Event, frozen=True, kw_only=True):
    """A bound partner consents, by a person who may speak for it."""

    TOPIC = "amendment-consented"
    partner: str
    note: str = ""


@stored
class AmendmentObjected(Event, frozen=True, kw_only=True):
    """A bound partner objects, for a reason."""

    TOPIC = "amendment-objected"
    partner: str
    reason: str


@stored
class AmendmentRehearsed(Event, frozen=True, kw_only=True):
    """All history was judged with the proposal, as known at a position.

    ``digest`` is the SHA-256 (hex) of the effect table as kept, ``summary`` its first sentence.
    """

    TOPIC = "amendment-rehearsed"
    position: int
    digest: str
    summary: str


@stored
class AmendmentDecided(Event, frozen=True, kw_only=True):
    """A body approves or rejects. ``final``: with this decision the amendment is decided."""

    TOPIC = "amendment-decided"
    decision: Literal["approved", "rejected"]
    body: str
    minute_reference: str
    final: bool
    reason: str = ""
    rehearsal: str = ""  # digest of the effect table the decision rests on


@stored
class AmendmentWithdrawn(Event, frozen=True, kw_only=True):
    """The proposer takes the proposal back, for a reason."""

    TOPIC = "amendment-withdrawn"
    reason: str


@stored
class AmendmentActionRefused(Event, frozen=True, kw_only=True):
    """A person tried what their duties or roles forbid. Nothing else changed.

    ``agreement`` is the code of the agreement: what is refused before there is an amendment, a
    proposal, a sealing or a refresh, stands in a stream of its own, which has no proposal. So does
    what else was tried of the agreement as a whole: a role to assign or end, which ``person``,
    ``role`` and ``scope`` tell; the account of a ``person``; a publication; a file of evidence.
    """

    TOPIC = "amendment-action-refused"
    action: str
    code: str
    agreement: str = ""
    person: str = ""
    role: str = ""
    scope: str = ""
