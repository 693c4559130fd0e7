"""What one agreement is now: the fold of its events."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from ledger.agreement.events import (
    KIND_OF,
    POLICIES,
    AccountClosed,
    AccountReopened,
    AgreementDefined,
    AgreementSealed,
    Area,
    BasketSet,
    BlockSet,
    BodyFormed,
    CodeMapSet,
    ComparatorGroupSet,
    DemonstrationDeclared,
    EscalationPolicyAdopted,
    FiguresPublished,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PersonEntered,
    PolicyAdopted,
    PrioritySet,
    RefreshOpened,
    RoleAssigned,
    RoleEnded,
    SignInLinkGiven,
)
from ledger.event import Recorded
from policies.cell import NO_POLICY
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.judgement import Rules
from policies.permissions import OF_THE_WHOLE, Action, Grant
from policies.rag import RagSettings
from policies.travel import TravelSettings
from policies.turns import Governed


class Adopted(NamedTuple):
    """A version of rules, and the position of the event that adopted it."""

    event: PolicyAdopted
    position: int


class Sealing(NamedTuple):
    """That the agreement is sealed, and when it was."""

    event: AgreementSealed
    at: datetime


class Agreement:
    """One agreement as folded so far. Owned by whoever folds it; decisions only read it."""

    __slots__ = (
        "areas",
        "baskets",
        "blocks",
        "bodies",
        "code_maps",
        "comparator_groups",
        "demonstration",
        "entered",
        "grants",
        "id",
        "outcomes",
        "partners",
        "placements",
        "policies",
        "position",
        "priorities",
        "refreshes",
        "sealed",
        "sheet",
        "version",
    )

    def __init__(self, stream: UUID) -> None:
        self.id = stream
        self.version = 0
        self.position = 0
        self.demonstration = False
        self.sheet: AgreementDefined | None = None
        self.areas: dict[str, Area] = {}
        self.partners: dict[str, PartnerJoined] = {}
        self.bodies: dict[str, BodyFormed] = {}
        self.blocks: dict[str, BlockSet] = {}
        self.priorities: dict[str, PrioritySet] = {}
        self.outcomes: dict[str, OutcomeSet] = {}
        self.placements: dict[str, str] = {}  # indicator → outcome
        self.code_maps: dict[tuple[str, str], CodeMapSet] = {}  # by kind and name
        self.baskets: dict[str, BasketSet] = {}
        self.comparator_groups: dict[str, ComparatorGroupSet] = {}  # by code, the last version
        self.grants: dict[tuple[str, str, str], Grant] = {}  # by person, role, scope
        self.entered: set[str] = set()  # people, of whom no role has ended
        self.policies: dict[str, list[Adopted]] = {kind: [] for kind in POLICIES}
        self.sealed: Sealing | None = None
        self.refreshes: dict[int, RefreshOpened] = {}  # by number

    def scopes_of(self, indicator: str) -> frozenset[str]:
        """The codes that contain an indicator: itself, its outcome, its block, the agreement."""
        return self.scopes_over(indicator)

    def scopes_over(self, scope: str) -> frozenset[str]:
        """The codes that contain an indicator, outcome, block or the agreement, and its own."""
        scopes = {scope}
        if self.sheet:
            scopes.add(self.sheet.code)
        outcome = self.outcomes.get(self.placements.get(scope, scope))
        if outcome:
            scopes |= {outcome.code, outcome.block}
        return frozenset(scopes)

    def has_scope(self, code: str) -> bool:
        """Whether a role can be held over this: the agreement, a block, outcome or indicator."""
        whole = self.sheet is not None and self.sheet.code == code
        return whole or code in self.blocks or code in self.outcomes or code in self.placements

    def takes_in(self, person: str) -> bool:
        """Whether somebody holds a role here, or was entered here and has had none yet."""
        return person in self.entered or any(
            grant.person == person for grant in self.grants.values()
        )

    def data_owners(self, named: str) -> frozenset[str]:
        """The partners that a definition's data owner names, by their code or their name."""
        wanted = named.strip().casefold()
        return frozenset(
            partner.code
            for partner in self.partners.values()
            if wanted and wanted in (partner.code.casefold(), partner.name.strip().casefold())
        )

    def scopes_for(self, action: Action, indicator: str) -> frozenset[str]:
        """The codes over one of which a role must be held, to do this to an indicator."""
        if action in OF_THE_WHOLE and self.sheet:
            return frozenset({self.sheet.code})
        return self.scopes_of(indicator)


def evolve(state: Agreement, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one arm per event, nothing nested
    """Fold one event into the state."""
    state.version = recorded.originator_version
    state.position = recorded.position
    match recorded.event:
        case DemonstrationDeclared():
            state.demonstration = True
        case AgreementDefined() as sheet:
            state.sheet = sheet
            state.areas = {area.code: area for area in sheet.areas}
        case PartnerJoined() as partner:
            state.partners[partner.code] = partner
        case BodyFormed() as body:
            state.bodies[body.code] = body
        case BlockSet() as block:
            state.blocks[block.code] = block
        case PrioritySet() as priority:
            state.priorities[priority.code] = priority
        case OutcomeSet() as outcome:
            state.outcomes[outcome.code] = outcome
        case IndicatorPlaced() as placed:
            state.placements[placed.indicator] = placed.outcome
        case CodeMapSet() as code_map:
            state.code_maps[code_map.kind, code_map.name] = code_map
        case BasketSet() as basket:
            state.baskets[basket.code] = basket
        case ComparatorGroupSet() as group:
            state.comparator_groups[group.code] = group
        case RoleAssigned() as given:
            state.grants[given.person, given.role, given.scope] = grant_of(given)
        case RoleEnded() as ended:
            state.grants.pop((ended.person, ended.role, ended.scope), None)
            state.entered.discard(ended.person)
        case policy if isinstance(policy, PolicyAdopted):
            state.policies[KIND_OF[type(policy)]].append(Adopted(policy, recorded.position))
        case AgreementSealed() as event:
            state.sealed = Sealing(event, recorded.recorded_at)
        case RefreshOpened() as refresh:
            state.refreshes[refresh.number] = refresh
        case PersonEntered() as entered:
            state.entered.add(entered.person)
        case FiguresPublished() | SignInLinkGiven() | AccountClosed() | AccountReopened():
            pass  # asks for nothing that is decided here


def grant_of(given: RoleAssigned) -> Grant:
    """What a role that was assigned grants."""
    return Grant(
        given.person, given.role, given.scope, given.partner, given.valid_from, given.valid_to
    )


def in_force(adopted: list[Adopted], on: date, at_position: int) -> Adopted | None:
    """The version that governs a period beginning on a day, as adopted up to a position.

    The latest effective date not after that day wins, then the later adoption. Before the first
    effective date the earliest version governs, so that history can always be judged.
    """
    known = [version for version in adopted if version.position <= at_position]
    governing = [version for version in known if version.event.effective_from <= on]
    if governing:
        return max(governing, key=lambda version: (version.event.effective_from, version.position))
    return min(known, key=lambda v: (v.event.effective_from, -v.position), default=None)


def escalation_for(
    policies: dict[str, list[Adopted]], begins_on: date, at_position: int
) -> EscalationSettings | None:
    """The rules of escalation for a period as adopted up to a position, once there are any."""
    found = in_force(policies["escalation"], begins_on, at_position)
    if found is None:
        return None
    assert isinstance(found.event, EscalationPolicyAdopted)
    return found.event.settings


class RulesInForce(NamedTuple):
    """The settings that judge one period, and the versions they come from."""

    rules: Rules
    rag: Adopted | None
    travel: Adopted | None
    due: Adopted | None


def rules_for(
    policies: dict[str, list[Adopted]], begins_on: date, at_position: int
) -> RulesInForce | None:
    """The rules for a period as adopted up to a position; none until a RAG policy is adopted."""
    rag, travel, due = (
        in_force(policies[kind], begins_on, at_position) for kind in ("rag", "travel", "due")
    )
    if rag is None or not isinstance(rag.event.settings, RagSettings):
        return None
    travel_settings = travel.event.settings if travel else TravelSettings()
    due_settings = due.event.settings if due else DueSettings()
    assert isinstance(travel_settings, TravelSettings)
    assert isinstance(due_settings, DueSettings)
    rules = Rules(rag=rag.event.settings, travel=travel_settings, due=due_settings)
    return RulesInForce(rules, rag, travel, due)


def governed_for(
    policies: dict[str, list[Adopted]], begins_on: date, at_position: int
) -> Governed | None:
    """The settings that the stage beside a period is told by; None without rules of escalation.

    Where no rules of status are adopted every figure counts, signed off or not.
    """
    escalation = escalation_for(policies, begins_on, at_position)
    if escalation is None:
        return None
    status = rules_for(policies, begins_on, at_position)
    return Governed(NO_POLICY if status is None else status.rules, escalation)
