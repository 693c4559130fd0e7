"""Change control over HTTP: sealing, refreshes, and the way of an amendment."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation

from http_api.api import amendment_bodies as bodies
from http_api.api.amending import (
    Sender,
    deciding_refresh,
    on_amendment,
    opening_refresh,
    proposing,
    rehearsing,
    sealing,
)
from http_api.api.amendment_bodies import (
    ConsentBody,
    DecisionBody,
    ObjectionBody,
    ProposalBody,
    RefreshBody,
    RefreshDecisionBody,
    RevisionBody,
    SealBody,
)
from http_api.api.bodies import TextKeeper
from http_api.api.commands import IdempotencyKey
from http_api.api.described import refusing
from http_api.api.loads import ReasonBody
from http_api.api.reads import GivenClocks, GivenService, Limit, clocks_asked, reader_of
from http_api.body_sizes import LARGE_BODY_BYTES
from http_api.json_bodies import JsonRequest, without_body
from http_api.rehearsals import kept_rehearsal
from http_api.rights import RIGHT
from http_api.visitors import person_of
from ledger.amending.recording import Acted
from ledger.amendment.commands import Command
from policies.permissions import Action
from projections.amendment_answers import AmendmentAnswer, Amendments, Memorandum
from projections.effects import Rehearsal
from projections.reading.amendments import read_amendment, read_amendments
from projections.reading.memorandum import read_memorandum

Api = Request[Any, Any, Any]
AMENDMENTS = "/amendments"
ONE = "/amendments/{number:int}"
B = TypeVar("B", bound=msgspec.Struct)
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 503)
REFUSALS = {**PROBLEMS, **refusing(429)}  # of what duties may forbid


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """Where an act of change control was recorded."""

    position: int
    receipt: str


class AmendmentTaken(Taken, frozen=True, kw_only=True):
    """The same of an act on an amendment, by its number."""

    amendment: int


class AmendmentRehearsed(AmendmentTaken, frozen=True, kw_only=True):
    """The same of a rehearsal: the digest of its document, and its first sentence."""

    digest: str
    summary: str


class RefreshTaken(Taken, frozen=True, kw_only=True):
    """The same of a refresh, by its number."""

    refresh: int


class DecidedTogether(Taken, frozen=True, kw_only=True):
    """The same of amendments that were decided together."""

    amendments: tuple[int, ...]


def _place(acted: Acted) -> dict[str, Any]:
    receipt = f"/api/v1/ledger/receipts/{acted.last_position}"
    return {"position": acted.last_position, "receipt": receipt}


def sender(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    idempotency_key: IdempotencyKey = None,
) -> Sender:
    """What every act says beside its body."""
    return Sender(service, person_of(request), agreement, request.url.path, idempotency_key)


GivenSender = NamedDependency[SkipValidation[Sender]]
Number = FromPath[int]


def _on_one(
    by: Sender, number: int, body: B, build: Callable[[B, TextKeeper], Command]
) -> AmendmentTaken:
    return AmendmentTaken(amendment=number, **_place(on_amendment(by, number, body, build)))


@post(
    "/seal",
    right=Action.SEAL,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def seal_agreement(by: GivenSender, data: JSONBody[SealBody]) -> Taken:
    """Seal the agreement: from now on it changes only through change control."""
    return Taken(**_place(sealing(by, data)))


@post(
    "/refreshes",
    right=Action.OPEN_REFRESH,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def refresh(by: GivenSender, data: JSONBody[RefreshBody]) -> RefreshTaken:
    """Open a window in which amendments are gathered, to be decided together after it."""
    acted = opening_refresh(by, data)
    return RefreshTaken(refresh=acted.numbers[0], **_place(acted))


@post(
    "/refreshes/{number:int}/decisions",
    right=Action.DECIDE,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def decide_refresh(
    by: GivenSender, number: Number, data: JSONBody[RefreshDecisionBody]
) -> DecidedTogether:
    """Decide for a body on all that a refresh gathered, by one minute."""
    acted = deciding_refresh(by, number, data)
    return DecidedTogether(amendments=acted.numbers, **_place(acted))


@post(
    AMENDMENTS,
    right=Action.PROPOSE,
    status_code=201,
    responses=REFUSALS,
    request_max_body_size=LARGE_BODY_BYTES,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def propose_amendment(by: GivenSender, data: JSONBody[ProposalBody]) -> Response[AmendmentTaken]:
    """Propose to move targets, definitions or rules, or to retire indicators."""
    acted = proposing(by, data)
    (number,) = acted.numbers
    where = f"/api/v1/agreements/{by.agreement}/amendments/{number}"
    taken = AmendmentTaken(amendment=number, **_place(acted))
    return Response(taken, status_code=201, headers={"Location": where})


@get(AMENDMENTS, sync_to_thread=True, responses=PROBLEMS)
def amendments(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    after: Annotated[
        int | None,
        QueryParameter(ge=1, le=2**31 - 1, description="The `next` of the page before."),
    ] = None,
    limit: Limit = 500,
) -> Amendments:
    """The amendments of an agreement, the latest first."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_amendments(connection, agreement, clocks, before=after, limit=limit)


@get(ONE, sync_to_thread=True, responses=PROBLEMS)
def amendment(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
) -> AmendmentAnswer:
    """What is proposed, who is bound, who agreed, and how it was decided."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_amendment(connection, agreement, number, clocks)


@get(f"{ONE}/memorandum", sync_to_thread=True, responses=PROBLEMS)
def memorandum(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
) -> Memorandum:
    """All targets as they stand after the decision, who is bound, what changed, by whom."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_memorandum(connection, agreement, number, clocks)


@get(f"{ONE}/rehearsal", sync_to_thread=True, responses=PROBLEMS)
def rehearsal(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
) -> Response[Rehearsal]:
    """What the rehearsal of the present proposal found, byte for byte as it is kept."""
    reader_of(request, service, agreement)
    document: Any = kept_rehearsal(service, agreement, number, asked)  # its bytes, sent as they are
    return Response(document, media_type="application/json")


@post(
    f"{ONE}/revisions",
    right=Action.PROPOSE,
    status_code=201,
    responses=REFUSALS,
    request_max_body_size=LARGE_BODY_BYTES,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def revise(by: GivenSender, number: Number, data: JSONBody[RevisionBody]) -> AmendmentTaken:
    """Put another proposal in the place of one's own; what was said of the old one lapses."""
    return _on_one(by, number, data, bodies.revision)


@post(
    f"{ONE}/consents",
    right=Action.CONSENT,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def consent(by: GivenSender, number: Number, data: JSONBody[ConsentBody]) -> AmendmentTaken:
    """Consent for a bound partner."""
    return _on_one(by, number, data, bodies.consent)


@post(
    f"{ONE}/objections",
    right=Action.OBJECT,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def object_to(by: GivenSender, number: Number, data: JSONBody[ObjectionBody]) -> AmendmentTaken:
    """Object for a bound partner, for a reason."""
    return _on_one(by, number, data, bodies.objection)


@post(
    f"{ONE}/rehearsals",
    right=Action.REHEARSE,
    status_code=201,
    before_request=without_body,
    responses=REFUSALS,
    sync_to_thread=True,
)
def rehearse(by: GivenSender, number: Number) -> AmendmentRehearsed:
    """Judge all history with the proposal, as known now, and keep what was found."""
    kept = rehearsing(by, number)
    return AmendmentRehearsed(
        amendment=number, digest=kept.digest, summary=kept.summary, **_place(kept.acted)
    )


@post(
    f"{ONE}/decisions",
    right=Action.DECIDE,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def decide(by: GivenSender, number: Number, data: JSONBody[DecisionBody]) -> AmendmentTaken:
    """Approve or reject for a body. With the last approval everything changes in one commit."""
    return _on_one(by, number, data, bodies.decision)


@post(
    f"{ONE}/withdrawal",
    right=Action.PROPOSE,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def withdraw(by: GivenSender, number: Number, data: JSONBody[ReasonBody]) -> AmendmentTaken:
    """Take one's own proposal back, for a reason."""
    return _on_one(by, number, data, bodies.withdrawal)


ROUTES = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[
        seal_agreement,
        refresh,
        decide_refresh,
        propose_amendment,
        amendments,
        amendment,
        memorandum,
        rehearsal,
        revise,
        consent,
        object_to,
        rehearse,
        decide,
        withdraw,
    ],
    dependencies={
        "asked": Provide(clocks_asked, sync_to_thread=False),
        "by": Provide(sender, sync_to_thread=False),
    },
    opt={RIGHT: Action.READ},
    tags=["change control"],
)
