"""Agreements: the rows of their structure, and the rules in force for their indicators."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from ledger.agreement.events import (
    AgreementDefined,
    BlockSet,
    BodyFormed,
    CodeMapSet,
    DemonstrationDeclared,
    DuePolicyAdopted,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PrioritySet,
    RagPolicyAdopted,
    RoleAssigned,
    RoleEnded,
    TravelPolicyAdopted,
)
from ledger.agreement.state import Agreement, evolve
from ledger.event import Event, Recorded, encode
from policies.periods import Period
from projections.judging import Governing, governing
from projections.rows import Rows
from projections.spans import Span, span_of

LEDGER = UUID(int=0)  # stands for the agreement in what is true of the whole ledger
DEMONSTRATION, SHEET, PARTNER, BODY = "demonstration", "sheet", "partner", "body"
BLOCK, PRIORITY, OUTCOME, PLACEMENT, ROLE = "block", "priority", "outcome", "placement", "role"
CODE_MAP = "code-map"
RAG, TRAVEL, DUE = "rag", "travel", "due"
POLICIES: dict[type[Event], str] = {
    RagPolicyAdopted: RAG,
    TravelPolicyAdopted: TRAVEL,
    DuePolicyAdopted: DUE,
}
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
    RoleAssigned: ROLE,
    **POLICIES,
}
EVENTS = frozenset({*KINDS, RoleEnded})  # all that this fold understands


class Ruled(NamedTuple):
    """A period under the rules as adopted so far: what all of its cells have in common.

    ``compared`` is the code it is compared with, or BASELINE, or nothing; ``followers`` are the
    codes of those that are compared with it.
    """

    period: Period
    under: Governing
    versions: tuple[int, int, int]
    compared: str | None
    followers: tuple[str, ...]


class AgreementFold:
    """One agreement as folded so far: its state, its parts, and what rules each period."""

    __slots__ = ("_governing", "_ruled", "parts", "state")

    def __init__(self, stream: UUID) -> None:
        self.state = Agreement(stream)
        self.parts: dict[tuple[str, str], int] = {}  # kind and code → where first seen
        self._governing: dict[date, Governing] = {}
        self._ruled: dict[str, Ruled] = {}  # by the code of the period

    def governing(self, begins_on: date) -> Governing:
        """The rules for a period that begins on a day, as adopted so far."""
        found = self._governing.get(begins_on)
        if found is None:
            found = governing(self.state.policies, begins_on, self.state.position)
            self._governing[begins_on] = found
        return found

    def ruled(self, code: str) -> Ruled:
        """A period and what rules it, by its code."""
        found = self._ruled.get(code)
        if found is None:
            found = self._ruled[code] = self._rule(code)
        return found

    def _rule(self, code: str) -> Ruled:
        span = span_of(code)
        under = self.governing(span.start)
        followers = (
            follower
            for follower in map(span_of, span.followers)
            if _compared(follower, self.governing(follower.start)) == code
        )
        return Ruled(
            span.period,
            under,
            under.versions,
            _compared(span, under),
            tuple(follower.period.code for follower in followers),
        )

    def apply(self, recorded: Recorded, rows: Rows | None = None) -> None:
        """Fold one event; write its rows where they are wanted."""
        evolve(self.state, recorded)
        if type(recorded.event) in POLICIES:
            self._governing, self._ruled = {}, {}
        self._lay_out(recorded, rows)

    def _lay_out(self, recorded: Recorded, rows: Rows | None) -> None:
        event, position = recorded.event, recorded.position
        if isinstance(event, RoleEnded):
            part = (ROLE, role_code(event))
            if self.parts.pop(part, None) is not None and rows is not None:
                rows.close((self.state.id, *part), position)
            return
        kind = KINDS[type(event)]
        part = (kind, _code(event, position))
        agreement = LEDGER if kind == DEMONSTRATION else self.state.id
        key = (agreement, *part)
        if rows is not None:
            if part in self.parts:
                rows.close(key, position)
            ordinal = self.parts.get(part, position)
            rows.open(key, (*key, ordinal, encode(event).decode()), position)
        self.parts.setdefault(part, position)


def _compared(span: Span, under: Governing) -> str | None:
    return span.compared[under.usable.travel.compare_with]


def role_code(event: RoleAssigned | RoleEnded) -> str:
    """What names a role held: person, role and scope."""
    return f"{event.person} {event.role.value} {event.scope}"


def _code(event: Event, position: int) -> str:
    match event:
        case RoleAssigned():
            return role_code(event)
        case IndicatorPlaced():
            return event.indicator
        case CodeMapSet():
            return f"{event.kind} {event.name}"
        case PartnerJoined() | BodyFormed() | BlockSet() | PrioritySet() | OutcomeSet():
            return event.code
        case RagPolicyAdopted() | TravelPolicyAdopted() | DuePolicyAdopted():
            return str(position)
        case _:
            return ""
