"""Change control over HTTP: sealing, refreshes, and the way of an amendment."""

from hashlib import sha256
from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation

from http_api import clock
from http_api.api.amendment_bodies import (
    ConsentBody,
    DecisionBody,
    ObjectionBody,
    ProposalBody,
    RefreshBody,
    RefreshDecisionBody,
    RevisionBody,
    SealBody,
    changes_of,
)
from http_api.api.bodies import Body, TextKeeper
from http_api.api.commands import IdempotencyKey, request_digest
from http_api.api.described import refusing
from http_api.api.loads import ReasonBody
from http_api.api.reads import GivenClocks, GivenService, Limit, clocks_asked, reader_of
from http_api.json_bodies import JsonRequest
from http_api.rehearsals import kept_rehearsal, rehearse_and_keep
from http_api.rights import RIGHT
from http_api.service import Service
from http_api.visitors import person_of
from ledger.acts import Act
from ledger.amending.acting import handle, propose
from ledger.amending.recording import Acted
from ledger.amending.sealing import RefreshAsked, open_refresh, seal
from ledger.amending.together import DecideTogether, decide_together
from ledger.amendment.commands import Command, Consent, Decide, Object, Revise, Withdraw
from policies.permissions import Action
from projections.amendment_answers import AmendmentAnswer, Amendments, Memorandum
from projections.reading.amendments import read_amendment, read_amendments
from projections.reading.memorandum import read_memorandum

Api = Request[Any, Any, Any]
AMENDMENTS = "/amendments"
ONE = "/amendments/{number:int}"
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 503)


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


def _act(
    request: Api, service: Service, key: str | None, body: Body, texts: TextKeeper | None = None
) -> Act:
    """An act of the caller, with what tells it from another under the same key."""
    return service.act(
        person_of(request),
        key=key,
        digest=request_digest(request, body) if key else None,
        texts=tuple(texts.texts) if texts else (),
    )


def _place(service: Service, acted: Acted) -> dict[str, Any]:
    service.saw(acted.last_position)
    receipt = f"/api/v1/ledger/receipts/{acted.last_position}"
    return {"position": acted.last_position, "receipt": receipt}


class AmendmentAsked(NamedTuple):
    """Who asks, of which amendment, and under which Idempotency-Key."""

    request: Api
    service: Service
    agreement: str
    number: int
    key: str | None


GivenAmendment = NamedDependency[SkipValidation[AmendmentAsked]]


def amendment_asked(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    number: FromPath[int],
    idempotency_key: IdempotencyKey = None,
) -> AmendmentAsked:
    """What every act on an amendment says beside its body."""
    return AmendmentAsked(request, service, agreement, number, idempotency_key)


def _on_one(one: AmendmentAsked, body: Body, command: Command, texts: TextKeeper) -> AmendmentTaken:
    act = _act(one.request, one.service, one.key, body, texts)
    acted = handle(one.service.record, one.agreement, one.number, command, act)
    return AmendmentTaken(amendment=one.number, **_place(one.service, acted))


@post(
    "/seal",
    right=Action.SEAL,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def seal_agreement(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[SealBody],
    idempotency_key: IdempotencyKey = None,
) -> Taken:
    """Seal the agreement: from now on it changes only through change control."""
    act = _act(request, service, idempotency_key, data)
    acted = seal(service.record, agreement, data.minute_reference, act, data.freeze_days)
    return Taken(**_place(service, acted))


@post(
    "/refreshes",
    right=Action.OPEN_REFRESH,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def refresh(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[RefreshBody],
    idempotency_key: IdempotencyKey = None,
) -> RefreshTaken:
    """Open a window in which amendments are gathered, to be decided together after it."""
    act = _act(request, service, idempotency_key, data)
    asked = RefreshAsked(title=data.title, opens_on=data.opens_on, closes_on=data.closes_on)
    acted = open_refresh(service.record, agreement, asked, act)
    return RefreshTaken(refresh=acted.numbers[0], **_place(service, acted))


@post(
    "/refreshes/{number:int}/decisions",
    right=Action.DECIDE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def decide_refresh(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    number: FromPath[int],
    data: JSONBody[RefreshDecisionBody],
    idempotency_key: IdempotencyKey = None,
) -> DecidedTogether:
    """Decide for a body on all that a refresh gathered, by one minute."""
    texts = TextKeeper(clock.nonce)
    command = DecideTogether(
        body=data.body,
        minute_reference=data.minute_reference,
        rejected=data.rejected,
        reason=texts.keep(data.reason),
    )
    act = _act(request, service, idempotency_key, data, texts)
    acted = decide_together(service.record, agreement, number, command, act)
    return DecidedTogether(amendments=acted.numbers, **_place(service, acted))


@post(
    AMENDMENTS,
    right=Action.PROPOSE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def propose_amendment(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[ProposalBody],
    idempotency_key: IdempotencyKey = None,
) -> Response[AmendmentTaken]:
    """Propose to move targets, definitions or rules."""
    texts = TextKeeper(clock.nonce)
    changes, reason = changes_of(data, texts), texts.keep(data.reason)
    acted = propose(
        service.record,
        agreement,
        _act(request, service, idempotency_key, data, texts),
        title=data.title,
        reason=reason,
        changes=changes,
        refresh=data.refresh or 0,
    )
    (number,) = acted.numbers
    taken = AmendmentTaken(amendment=number, **_place(service, acted))
    where = f"/api/v1/agreements/{agreement}/amendments/{number}"
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


@get(f"{ONE}/rehearsal", media_type="application/json", sync_to_thread=True, responses=PROBLEMS)
def rehearsal(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    """What the rehearsal of the present proposal found, byte for byte as it is kept."""
    reader_of(request, service, agreement)
    document = kept_rehearsal(service, agreement, number, asked)
    return Response(document, media_type="application/json")


@post(
    f"{ONE}/revisions",
    right=Action.PROPOSE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def revise(one: GivenAmendment, data: JSONBody[RevisionBody]) -> AmendmentTaken:
    """Put another proposal in the place of one's own; what was said of the old one lapses."""
    texts = TextKeeper(clock.nonce)
    command = Revise(changes=changes_of(data, texts), reason=texts.keep(data.reason))
    return _on_one(one, data, command, texts)


@post(
    f"{ONE}/consents",
    right=Action.CONSENT,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def consent(one: GivenAmendment, data: JSONBody[ConsentBody]) -> AmendmentTaken:
    """Consent for a bound partner."""
    texts = TextKeeper(clock.nonce)
    command = Consent(partner=data.partner, note=texts.keep(data.note))
    return _on_one(one, data, command, texts)


@post(
    f"{ONE}/objections",
    right=Action.OBJECT,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def object_to(one: GivenAmendment, data: JSONBody[ObjectionBody]) -> AmendmentTaken:
    """Object for a bound partner, for a reason."""
    texts = TextKeeper(clock.nonce)
    command = Object(partner=data.partner, reason=texts.keep(data.reason))
    return _on_one(one, data, command, texts)


@post(
    f"{ONE}/rehearsals",
    right=Action.REHEARSE,
    status_code=201,
    responses=PROBLEMS,
    sync_to_thread=True,
)
def rehearse(one: GivenAmendment) -> AmendmentRehearsed:
    """Judge all history with the proposal, as known now, and keep what was found."""
    digest = sha256(one.request.url.path.encode()).digest() if one.key else None
    person = person_of(one.request)
    act = one.service.act(person, key=one.key, digest=digest)
    kept = rehearse_and_keep(one.service, one.agreement, one.number, act)
    return AmendmentRehearsed(
        amendment=one.number,
        digest=kept.digest,
        summary=kept.summary,
        **_place(one.service, kept.acted),
    )


@post(
    f"{ONE}/decisions",
    right=Action.DECIDE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def decide(one: GivenAmendment, data: JSONBody[DecisionBody]) -> AmendmentTaken:
    """Approve or reject for a body. With the last approval everything changes in one commit."""
    texts = TextKeeper(clock.nonce)
    command = Decide(
        decision=data.decision,
        body=data.body,
        minute_reference=data.minute_reference,
        reason=texts.keep(data.reason),
    )
    return _on_one(one, data, command, texts)


@post(
    f"{ONE}/withdrawal",
    right=Action.PROPOSE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def withdraw(one: GivenAmendment, data: JSONBody[ReasonBody]) -> AmendmentTaken:
    """Take one's own proposal back, for a reason."""
    texts = TextKeeper(clock.nonce)
    command = Withdraw(reason=texts.keep(data.reason))
    return _on_one(one, data, command, texts)


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
        "one": Provide(amendment_asked, sync_to_thread=False),
    },
    opt={RIGHT: Action.READ},
    tags=["change control"],
)
