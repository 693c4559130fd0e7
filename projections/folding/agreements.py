"""Agreements: the rows of their structure, and the rules in force for their indicators."""

from uuid import UUID

from ledger.agreement.events import (
    KIND_OF,
    AccountClosed,
    AccountReopened,
    AgreementDefined,
    AgreementSealed,
    BasketSet,
    BlockSet,
    BodyFormed,
    CodeMapSet,
    ComparatorGroupSet,
    DemonstrationDeclared,
    FiguresPublished,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PersonEntered,
    PrioritySet,
    RefreshOpened,
    RoleAssigned,
    RoleEnded,
    SignInLinkGiven,
)
from ledger.agreement.state import Agreement, evolve
from ledger.event import Event, Recorded, encode
from projections.folding.rulebook import Rulebook
from projections.rows import Rows

LEDGER = UUID(int=0)  # stands for the agreement in what is true of the whole ledger
DEMONSTRATION, SHEET, PARTNER, BODY = "demonstration", "sheet", "partner", "body"
BLOCK, PRIORITY, OUTCOME, PLACEMENT, ROLE = "block", "priority", "outcome", "placement", "role"
CODE_MAP, COMPARATOR_GROUP, BASKET_OF = "code-map", "comparator-group", "basket-of"
SEALING, REFRESH, PUBLICATION = "sealing", "refresh", "publication"
RAG, TRAVEL, DUE = "rag", "travel", "due"
ESCALATION, COMPARATORS = "escalation", "comparators"
# Rules that a stored status was made under.
JUDGING = {event: kind for event, kind in KIND_OF.items() if kind in (RAG, TRAVEL, DUE)}
KINDS: dict[type[Event], str] = {
    DemonstrationDeclared: DEMONSTRATION,
    AgreementDefined: SHEET,
    PartnerJoined: PARTNER,
    BodyFormed: BODY,
    BlockSet: BLOCK,
    PrioritySet: PRIORITY,
    OutcomeSet: OUTCOME,
    IndicatorPlaced: PLACEMENT,
    CodeMapSet: CODE_MAP,
    ComparatorGroupSet: COMPARATOR_GROUP,
    BasketSet: BASKET_OF,
    RoleAssigned: ROLE,
    AgreementSealed: SEALING,
    RefreshOpened: REFRESH,
    FiguresPublished: PUBLICATION,
    **KIND_OF,
}
_CODED = frozenset(
    {PartnerJoined, BodyFormed, BlockSet, PrioritySet, OutcomeSet, ComparatorGroupSet, BasketSet}
)
# Beyond that it happened.
_SAYS_NOTHING = frozenset({PersonEntered, SignInLinkGiven, AccountClosed, AccountReopened})
EVENTS = frozenset({*KINDS, RoleEnded, *_SAYS_NOTHING})  # all that this fold understands


class AgreementFold:
    """One agreement as folded so far: its state, its parts, and the rules adopted."""

    __slots__ = ("parts", "rules", "state")

    def __init__(self, stream: UUID) -> None:
        self.state = Agreement(stream)
        self.parts: dict[tuple[str, str], int] = {}  # kind and code → where first seen
        self.rules = Rulebook(self.state.policies, 0)

    def apply(self, recorded: Recorded, rows: Rows | None = None) -> None:
        """Fold one event; write its rows where they are wanted."""
        evolve(self.state, recorded)
        if type(recorded.event) in JUDGING:
            self.rules = Rulebook(self.state.policies, self.state.position)
        self._lay_out(recorded, rows)

    def _lay_out(self, recorded: Recorded, rows: Rows | None) -> None:
        event, position = recorded.event, recorded.position
        if type(event) in _SAYS_NOTHING:
            return
        if isinstance(event, RoleEnded):
            part = (ROLE, role_code(event))
            if self.parts.pop(part, None) is not None and rows is not None:
                rows.close((self.state.id, *part), position)
            return
        kind = KINDS[type(event)]
        part = (kind, part_code(event, position))
        agreement = LEDGER if kind == DEMONSTRATION else self.state.id
        key = (agreement, *part)
        if rows is not None:
            if part in self.parts:
                rows.close(key, position)
            ordinal = self.parts.get(part, position)
            rows.open(key, (*key, ordinal, encode(event).decode()), position)
        self.parts.setdefault(part, position)


def role_code(event: RoleAssigned | RoleEnded) -> str:
    """What names a role held: person, role and scope."""
    return f"{event.person} {event.role.value} {event.scope}"


def part_code(event: Event, position: int) -> str:
    """What names a part of an agreement within its kind."""
    if type(event) in KIND_OF or isinstance(event, FiguresPublished):
        return str(position)
    match event:
        case RoleAssigned():
            return role_code(event)
        case IndicatorPlaced():
            return event.indicator
        case CodeMapSet():
            return f"{event.kind} {event.name}"
        case RefreshOpened():
            return str(event.number)
        case _:
            return str(getattr(event, "code", "")) if type(event) in _CODED else ""
