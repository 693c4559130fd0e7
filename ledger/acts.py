"""An act of a person, and what a command answers them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from ledger.agreement.state import Agreement
from ledger.engine import Appended, Text
from ledger.event import LONDON
from ledger.indicator.decisions import EntryOutcome
from policies.permissions import Grant, Role
from policies.refusals import FieldProblem, Refusal, all_refusals

OPERATOR = "operator"  # whoever runs the command line on the service's own machine


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something, when, under which idempotency key. Made at the edge, once a request.

    ``at`` is the time decisions go by; the ledger's own clock stamps the record, except in a
    demonstration, where ``simulated`` makes ``at`` the recorded time.
    """

    actor: str
    at: datetime
    correlation_id: UUID
    idempotency_key: str | None = None
    request_digest: bytes | None = None
    texts: tuple[Text, ...] = ()
    simulated: bool = False

    @property
    def today(self) -> date:
        """The day of the act where the partnership is."""
        return self.at.astimezone(LONDON).date()


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command answers, as kept with its commit: a repeat is told exactly the same."""

    outcomes: tuple[EntryOutcome, ...] = ()
    plan: int = 0  # the number of the action plan it was about
    review_on: date | None = None  # when an accepted one is reviewed
    refused: str = ""
    detail: str = ""
    field: str = ""
    errors: tuple[FieldProblem, ...] = ()


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a command in its place. ``recorded`` is false where nothing was new."""

    told: Told
    recorded: bool
    replayed: bool
    first_position: int
    last_position: int

    def name_of(self, outcome: EntryOutcome) -> str:
        """The entry's name: position and index."""
        if outcome.name:
            return outcome.name
        return f"{self.first_position + outcome.event}.{outcome.index}"


def grants_of(body: Agreement, actor: str) -> Iterable[Grant]:
    """The roles that count for an actor: those of the agreement's events.

    The operator, who holds the database's own credentials, acts as performance officer and as
    administrator; the record names them, so the audit trail shows every such act.
    """
    if actor == OPERATOR:
        assert body.sheet is not None
        roles = (Role.PERFORMANCE_OFFICER, Role.ADMINISTRATOR)
        return tuple(Grant(OPERATOR, role, body.sheet.code) for role in roles)
    return body.grants.values()


def holds_a_role(body: Agreement, act: Act) -> bool:
    """Whether whoever acts holds any role in an agreement on the day of the act."""
    grants = grants_of(body, act.actor)
    return any(grant.person == act.actor and grant.holds_on(act.today) for grant in grants)


def told_refused(refusal: Refusal) -> Told:
    """What a command is answered that is refused."""
    return Told(
        refused=refusal.code,
        detail=refusal.detail,
        field=refusal.field,
        errors=refusal.errors,
    )


def refusal_of(told: Told) -> Refusal | None:
    """The refusal a command was answered with, to be raised at the edge."""
    if not told.refused:
        return None
    return all_refusals()[told.refused](told.detail, field=told.field, errors=told.errors)


def answered_again(appended: Appended) -> Answered:
    """What a repeated command was answered the first time."""
    told = msgspec.json.decode(appended.answer or b"{}", type=Told)
    return Answered(
        told=told,
        recorded=True,
        replayed=True,
        first_position=appended.first_position,
        last_position=appended.last_position,
    )
