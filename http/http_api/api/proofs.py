"""Proofs over HTTP: the signed checkpoint, receipts, and the auditor's bundle."""

from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response import Stream

from http_api.actors import check_may_read, check_may_read_all
from http_api.api.described import refusing
from http_api.problems import HttpProblem
from http_api.rights import RIGHT
from http_api.sealed import newest_sealed, no_such_position
from http_api.sent_bundle import bundle_to_send
from http_api.service import ClocksAsked, Service
from http_api.visitors import person_of
from ledger.proofs.logs import Log
from ledger.proofs.logs import logs as read_logs
from ledger.proofs.receipts import (
    Consistency,
    Inclusion,
    Receipt,
    read_consistency,
    read_inclusion,
    read_receipt,
)
from ledger.proofs.tiles import KeptTiles
from policies.permissions import Access, Action
from projections.reading.feed import agreement_at

Api = Request[Any, Any, Any]
GivenService = NamedDependency[SkipValidation[Service]]
Size = Annotated[int, QueryParameter(ge=0, description="Events of the tree; the signed one if 0.")]
TILES = KeptTiles()


@get(
    "/checkpoint",
    sync_to_thread=True,
    media_type=MediaType.TEXT,
    responses=refusing(400, 401, 404, 503),
)
def checkpoint(
    request: Api,
    service: GivenService,
    min_position: Annotated[
        int, QueryParameter(ge=0, description="Wait until the checkpoint covers this position.")
    ] = 0,
) -> str:
    """The newest signed checkpoint: a signed note over the number of events and the tree's root."""
    person_of(request)
    with service.pool.connection() as connection:
        return newest_sealed(connection, min_position, "min_position").note


class LogsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The logs that the ledger was signed under; the last is the one in use."""

    logs: tuple[Log, ...]


@get("/logs", sync_to_thread=True, responses=refusing(400, 401))
def logs(request: Api, service: GivenService) -> LogsAnswer:
    """The logs that the ledger was signed under: more than one where signing was begun anew."""
    person_of(request)
    with service.pool.connection() as connection:
        return LogsAnswer(logs=tuple(read_logs(connection)))


@get("/proofs/inclusion", sync_to_thread=True, responses=refusing(400, 401, 404, 503))
def inclusion_proof(
    request: Api,
    service: GivenService,
    position: Annotated[int, QueryParameter(ge=1, description="The event's position.")],
    size: Size = 0,
) -> Inclusion:
    """That an event is in the tree of a size: the hashes beside its way to the root."""
    person_of(request)
    with service.pool.connection() as connection:
        asked = (size, "size") if size > position else (position, "position")
        newest = newest_sealed(connection, *asked)
        try:
            return read_inclusion(TILES.reading(connection), position, size or newest.size)
        except ValueError as error:
            raise HttpProblem(
                400, "bad-proof", f"There is no such proof: {error}.", field="size"
            ) from error


@get("/proofs/consistency", sync_to_thread=True, responses=refusing(400, 401, 404, 503))
def consistency_proof(
    request: Api,
    service: GivenService,
    from_size: Annotated[
        int, QueryParameter(name="from", ge=1, description="Events of the earlier tree.")
    ],
    to_size: Annotated[
        int, QueryParameter(name="to", ge=0, description="Of the later one; the signed one if 0.")
    ] = 0,
) -> Consistency:
    """That the tree only grew from one size to another: nothing before was changed."""
    person_of(request)
    with service.pool.connection() as connection:
        asked = (to_size, "to") if to_size > from_size else (from_size, "from")
        newest = newest_sealed(connection, *asked)
        try:
            return read_consistency(TILES.reading(connection), from_size, to_size or newest.size)
        except ValueError as error:
            raise HttpProblem(
                400, "bad-proof", f"There is no such proof: {error}.", field="from"
            ) from error


@get(
    "/receipts/{position:int}",
    right=Action.READ,
    sync_to_thread=True,
    responses=refusing(400, 401, 403, 404, 503),
)
def receipt(request: Api, service: GivenService, position: FromPath[int]) -> Receipt:
    """The receipt of an event: its bytes, its place in the tree, and the signature over it."""
    person = person_of(request)
    with service.pool.connection() as connection:
        newest = newest_sealed(connection, position)
        if position < 1:
            raise no_such_position(position)
    with service.reading(ClocksAsked(min_position=position)) as (connection, _):
        agreement = agreement_at(connection, position)
        if agreement is None:
            check_may_read_all(service, person)
        else:
            check_may_read(person, service.agreement(agreement), service.today)
        return read_receipt(connection, TILES.reading(connection), position, newest)


@get(
    "/bundle",
    right=Action.READ,
    media_type="application/zip",
    sync_to_thread=True,
    responses=refusing(400, 401, 403, 404, 503),
)
def bundle(request: Api, service: GivenService) -> Stream:
    """The whole record with its proofs and answers, for an auditor to check off-line."""
    check_may_read_all(service, person_of(request))
    with service.pool.connection() as connection:
        newest = newest_sealed(connection, 0)
    return bundle_to_send(service, newest)


PROOFS = Router(
    path="/ledger",
    route_handlers=[checkpoint, logs, inclusion_proof, consistency_proof, receipt, bundle],
    opt={RIGHT: Access.A_PERSON},
    tags=["ledger"],
)
