"""Loads over HTTP: a file sent, checked by a worker, committed, abandoned or withdrawn."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from http_api import clock
from http_api.api.acting import act_of
from http_api.api.bodies import Body as JsonBody
from http_api.api.bodies import Code, LongText
from http_api.api.commands import IdempotencyKey
from http_api.api.described import refusing
from http_api.api.reads import GivenClocks, GivenService, Limit, Named, clocks_asked, reader_of
from http_api.form_bodies import FormRequest, takes_its_parts
from http_api.json_bodies import JsonRequest
from http_api.load_answers import LoadAnswer, LoadsAnswer, known_load, read_document, read_list
from http_api.load_files import (
    MOST_UPLOAD_BYTES,
    UploadForm,
    file_bytes,
    mapping_file,
    mapping_text,
    name_of,
    pieces_of,
    rows_csv,
)
from http_api.load_rows import AbsentAnswer, KeptRows, RowsAnswer, RowsAsked, absent_page
from http_api.rights import RIGHT
from http_api.service import ClocksAsked
from http_api.visitors import person_of
from ledger.event import load_id
from ledger.loading.asking import abandon, ask_to_commit, ask_to_withdraw
from ledger.loading.outcomes import Outcome
from ledger.loading.receiving import FileOffered, receive
from policies.permissions import Action

Api = Request[Any, Any, Any]
LOADS = "/agreements/{agreement:str}/loads"
ONE = "/{load:uuid}"
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 503)
REFUSALS = {**PROBLEMS, **refusing(429)}  # of what duties may forbid
AfterRow = Annotated[int, QueryParameter(ge=0, description="The `next` of the page before.")]


class CommitBody(JsonBody, frozen=True, kw_only=True):
    """The check that was seen, and whether its unit is confirmed."""

    checked: Code
    confirm_unit: bool = False


class ReasonBody(JsonBody, frozen=True, kw_only=True):
    """Why."""

    reason: LongText = ""


class LoadTaken(msgspec.Struct, frozen=True):
    """The load that is worked on."""

    load: str


@post(
    "/",
    right=Action.LOAD,
    status_code=202,
    request_class=FormRequest,
    before_request=takes_its_parts,
    request_max_body_size=MOST_UPLOAD_BYTES,
    responses=REFUSALS,
    sync_to_thread=True,
)
def send(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: Annotated[UploadForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    dry_run: FromQuery[bool] = False,
    kind: FromQuery[Literal["values", "comparators", "both"]] = "values",
    confirm_unit: FromQuery[bool] = False,
    source_date: FromQuery[date | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[LoadTaken]:
    """Send a file. It is checked and, unless this is a dry run, committed."""
    person = person_of(request)
    sent = data.sent()
    load = load_id(agreement, person, idempotency_key) if idempotency_key else clock.new_id()
    offered = FileOffered(
        pieces=pieces_of(sent),
        name=name_of(sent),
        mapping=mapping_text(data),
        kind=kind,
        released_on=source_date,
        dry_run=dry_run,
        confirmed_unit=confirm_unit,
    )
    act = service.act(person, key=idempotency_key)
    service.saw(receive(service.record, agreement, offered, act, load, clock.nonce))
    return _taken(agreement, load)


def _taken(agreement: str, load: UUID) -> Response[LoadTaken]:
    where = f"/api/v1/agreements/{agreement}/loads/{load}"
    return Response(LoadTaken(str(load)), status_code=202, headers={"Location": where})


@get("/", sync_to_thread=True, responses=PROBLEMS)
def loads(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    after: Annotated[
        int | None, QueryParameter(ge=1, description="The `next` of the page before.")
    ] = None,
    limit: Limit = 500,
) -> LoadsAnswer:
    """The loads of an agreement, the latest first."""
    reader_of(request, service, agreement)
    return read_list(service, agreement, asked, before=after, limit=limit)


@get(ONE, sync_to_thread=True, responses=PROBLEMS)
def load_document(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
) -> LoadAnswer:
    """What became of a file so far."""
    reader_of(request, service, agreement)
    return read_document(service, agreement, load, asked)


@get(f"{ONE}/rows", sync_to_thread=True, responses=PROBLEMS)
def rows(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
    outcome: FromQuery[Outcome | None] = None,
    code: Named = None,
    after: AfterRow = 0,
    limit: Limit = 500,
) -> RowsAnswer:
    """Rows of the file with what became of each: all, or those of an outcome or code."""
    reader_of(request, service, agreement)
    with known_load(service, agreement, load, asked) as known:
        wanted = RowsAsked(outcome=outcome, code=code or "", after=after, limit=limit)
        return KeptRows(known.connection, known.load).page(wanted, known.clocks.clocks)


@get(f"{ONE}/absent", sync_to_thread=True, responses=PROBLEMS)
def absent(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
    after: AfterRow = 0,
    limit: Limit = 500,
) -> AbsentAnswer:
    """The keys of the ledger that a file lacks which was declared complete."""
    reader_of(request, service, agreement)
    with known_load(service, agreement, load, asked) as known:
        return absent_page(
            known.connection, known.load, known.clocks.clocks, after=after, limit=limit
        )


@get(f"{ONE}/rows.csv", media_type="text/csv", sync_to_thread=True, responses=PROBLEMS)
def all_rows(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
) -> Stream:
    """Every row of the file with what became of it, as CSV."""
    reader_of(request, service, agreement)
    return rows_csv(service, agreement, load, asked)


@get(f"{ONE}/file", media_type="application/octet-stream", sync_to_thread=True, responses=PROBLEMS)
def file(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
) -> Stream:
    """The file as it came, byte for byte."""
    reader_of(request, service, agreement)
    return file_bytes(service, agreement, load, asked)


@get(f"{ONE}/mapping", media_type="application/toml", sync_to_thread=True, responses=PROBLEMS)
def mapping(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    load: FromPath[UUID],
) -> Stream:
    """The mapping that the file was read by: as it was sent, or the ready one that was named."""
    reader_of(request, service, agreement)
    return mapping_file(service, agreement, load, asked)


@post(
    f"{ONE}/commit",
    right=Action.LOAD,
    status_code=202,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def commit(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[CommitBody],
    idempotency_key: IdempotencyKey = None,
) -> Response[LoadTaken]:
    """Commit a load as its check was seen."""
    act = act_of(request, service, idempotency_key, data)
    ask_to_commit(
        service.record, agreement, load, data.checked, act, confirmed_unit=data.confirm_unit
    )
    return _taken(agreement, load)


@post(
    f"{ONE}/abandonment",
    right=Action.LOAD,
    status_code=201,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def give_up(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[ReasonBody],
    idempotency_key: IdempotencyKey = None,
) -> LoadAnswer:
    """Give up a load that waits to be committed."""
    act = act_of(request, service, idempotency_key, data)
    position = abandon(service.record, agreement, load, data.reason, act, clock.nonce)
    service.saw(position)
    return read_document(service, agreement, load, ClocksAsked(min_position=position))


@post(
    f"{ONE}/withdrawal",
    right=Action.LOAD,
    status_code=202,
    responses=REFUSALS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def withdraw(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[ReasonBody],
    idempotency_key: IdempotencyKey = None,
) -> Response[LoadTaken]:
    """Take back what a load wrote: its values go back to what they were."""
    act = act_of(request, service, idempotency_key, data)
    ask_to_withdraw(service.record, agreement, load, data.reason, act)
    return _taken(agreement, load)


ROUTES = Router(
    path=LOADS,
    route_handlers=[
        send,
        loads,
        load_document,
        rows,
        absent,
        all_rows,
        file,
        mapping,
        commit,
        give_up,
        withdraw,
    ],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["loads"],
)
