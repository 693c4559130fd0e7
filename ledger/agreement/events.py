"""Facts of one agreement. Topics and field names are stored for ever."""

from datetime import date
from typing import Any, Literal

import msgspec

from ledger.event import Event, stored
from policies.basket import BasketSettings
from policies.comparator_group import ComparatorSettings
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.permissions import Role
from policies.rag import RagSettings
from policies.reward import RewardSettings
from policies.travel import TravelSettings

CodeKind = Literal["area", "indicator"]


class Area(msgspec.Struct, frozen=True, omit_defaults=True):
    """An area of the agreement: its ONS (GSS) code and the name people know it by.

    ``within`` is the code of the larger area of the agreement that it is a part of.
    """

    code: str
    name: str
    within: str = ""


@stored
class DemonstrationDeclared(Event, frozen=True, kw_only=True):
    """This ledger is a demonstration for ever: its times may be simulated, every page says so.

    Only the first event of a ledger can say this.
    """

    TOPIC = "demonstration-declared"
    statement: str


@stored
class AgreementDefined(Event, frozen=True, kw_only=True):
    """The agreement was set up, or its sheet set anew. The first area is the home area."""

    TOPIC = "agreement-defined"
    code: str
    title: str
    start: date
    end: date
    accountable_body: str
    calendar: str
    areas: tuple[Area, ...]


@stored
class PartnerJoined(Event, frozen=True, kw_only=True):
    """A public body takes part, or its entry was set anew."""

    TOPIC = "partner-joined"
    code: str
    name: str
    kind: str
    area: str = ""


@stored
class BodyFormed(Event, frozen=True, kw_only=True):
    """A board, thematic group, district partnership, scrutiny or reviewing body."""

    TOPIC = "body-formed"
    code: str
    name: str
    kind: str
    blocks: tuple[str, ...] = ()


@stored
class BlockSet(Event, frozen=True, kw_only=True):
    """A block (theme) of the agreement."""

    TOPIC = "block-set"
    code: str
    title: str


@stored
class PrioritySet(Event, frozen=True, kw_only=True):
    """A cross-cutting priority."""

    TOPIC = "priority-set"
    code: str
    title: str


@stored
class OutcomeSet(Event, frozen=True, kw_only=True):
    """An outcome within a block, with the partner that leads on it."""

    TOPIC = "outcome-set"
    code: str
    title: str
    block: str
    lead: str = ""
    priorities: tuple[str, ...] = ()


@stored
class IndicatorPlaced(Event, frozen=True, kw_only=True):
    """An indicator serves an outcome."""

    TOPIC = "indicator-placed"
    indicator: str
    outcome: str


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code or name that others use, and ours.

    It holds for figures of periods that begin from ``valid_from`` to ``valid_to``, both days
    included; without them, always.
    """

    code: str
    ours: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the entry is for a period that begins on a day."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


@stored
class CodeMapSet(Event, frozen=True, kw_only=True):
    """A list of codes or names that others use for areas or indicators, or the list set anew."""

    TOPIC = "code-map-set"
    name: str
    kind: CodeKind
    entries: tuple[CodeEntry, ...]


@stored
class BasketSet(Event, frozen=True, kw_only=True):
    """Indicators that are judged together on a scorecard, such as a quadrant of it; or set anew.

    ``scorecard`` is the code of the whole, which has a basket for each of its parts.
    """

    TOPIC = "basket-set"
    code: str
    title: str
    scorecard: str
    indicators: tuple[str, ...]


@stored
class ComparatorGroupSet(Event, frozen=True, kw_only=True):
    """A list of areas to be compared, in its order; or the list set anew.

    ``version`` counts how often the code was set, from 1. ``source`` says where the list is from.
    """

    TOPIC = "comparator-group-set"
    code: str
    title: str
    version: int
    members: tuple[str, ...]
    source: str = ""


@stored
class RoleAssigned(Event, frozen=True, kw_only=True):
    """A person holds a role over a scope: the code of an agreement, block, outcome or indicator.

    It counts from ``valid_from`` to ``valid_to``, both days included; without them, always.
    Assigned again with other dates or for another partner, it is set anew.
    """

    TOPIC = "role-assigned"
    person: str
    role: Role
    scope: str
    partner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@stored
class RoleEnded(Event, frozen=True, kw_only=True):
    """A person holds the role no longer."""

    TOPIC = "role-ended"
    person: str
    role: Role
    scope: str


@stored
class AgreementSealed(Event, frozen=True, kw_only=True):
    """The partners bound themselves: from now on targets, definitions and rules move only through
    change control, and no local target at all for ``freeze_days`` days."""

    TOPIC = "agreement-sealed"
    minute_reference: str
    freeze_days: int = 28


@stored
class RefreshOpened(Event, frozen=True, kw_only=True):
    """A dated window in which amendments are gathered, to be decided together after its last day.

    Refreshes of an agreement are numbered from 1.
    """

    TOPIC = "refresh-opened"
    number: int
    title: str
    opens_on: date
    closes_on: date


@stored
class PersonEntered(Event, frozen=True, kw_only=True):
    """An administrator entered a person, or set their name and address anew.

    These stand in a table that can be erased; the record holds the id alone.
    """

    TOPIC = "person-entered"
    person: str


@stored
class SignInLinkGiven(Event, frozen=True, kw_only=True):
    """An administrator made a link with which a person sets a password, once."""

    TOPIC = "sign-in-link-given"
    person: str


@stored
class AccountClosed(Event, frozen=True, kw_only=True):
    """An administrator closed the account of a person: nobody acts as them until it is opened."""

    TOPIC = "account-closed"
    person: str


@stored
class AccountReopened(Event, frozen=True, kw_only=True):
    """An administrator opened the account of a person again."""

    TOPIC = "account-reopened"
    person: str


@stored
class FiguresPublished(Event, frozen=True, kw_only=True):
    """The public may see what was signed off, as known with this event.

    What is recorded later is seen by the public when figures are published again.
    """

    TOPIC = "figures-published"
    title: str


# A policy that was adopted through change control names its amendment; 0 is the set-up.


@stored
class RagPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of status, for periods that begin on or after a date."""

    TOPIC = "rag-policy-adopted"
    version: str
    effective_from: date
    settings: RagSettings
    amendment: int = 0


@stored
class TravelPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of direction of travel."""

    TOPIC = "travel-policy-adopted"
    version: str
    effective_from: date
    settings: TravelSettings
    amendment: int = 0


@stored
class DuePolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of lateness."""

    TOPIC = "due-policy-adopted"
    version: str
    effective_from: date
    settings: DueSettings
    amendment: int = 0


@stored
class EscalationPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of escalation."""

    TOPIC = "escalation-policy-adopted"
    version: str
    effective_from: date
    settings: EscalationSettings
    amendment: int = 0


@stored
class RewardPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of reward. All versions stand side by side."""

    TOPIC = "reward-policy-adopted"
    version: str
    effective_from: date
    settings: RewardSettings
    amendment: int = 0


@stored
class ComparatorsPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules of comparison with other areas."""

    TOPIC = "comparators-policy-adopted"
    version: str
    effective_from: date
    settings: ComparatorSettings
    amendment: int = 0


@stored
class BasketPolicyAdopted(Event, frozen=True, kw_only=True):
    """The body adopted rules by which several indicators are judged together."""

    TOPIC = "basket-policy-adopted"
    version: str
    effective_from: date
    settings: BasketSettings
    amendment: int = 0


PolicyAdopted = (
    RagPolicyAdopted
    | TravelPolicyAdopted
    | DuePolicyAdopted
    | EscalationPolicyAdopted
    | RewardPolicyAdopted
    | ComparatorsPolicyAdopted
    | BasketPolicyAdopted
)

# The one list of what rules there are, by what set-up files, amendments and answers call them.
POLICIES: dict[str, type[PolicyAdopted]] = {
    "rag": RagPolicyAdopted,
    "travel": TravelPolicyAdopted,
    "due": DuePolicyAdopted,
    "escalation": EscalationPolicyAdopted,
    "reward": RewardPolicyAdopted,
    "comparators": ComparatorsPolicyAdopted,
    "basket": BasketPolicyAdopted,
}
KIND_OF: dict[type[Event], str] = {event: kind for kind, event in POLICIES.items()}
SETTINGS: dict[str, type[Any]] = {  # the struct of each
    kind: field.type
    for kind, event in POLICIES.items()
    for field in msgspec.structs.fields(event)
    if field.name == "settings"
}
