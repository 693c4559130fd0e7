"""Loads over HTTP: a file sent, checked by a worker, committed, abandoned or withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from http_api import clock
from http_api.actors import person_of
from http_api.api.bodies import Body as JsonBody
from http_api.api.bodies import Code, LongText
from http_api.api.commands import IdempotencyKey
from http_api.api.described import refusing
from http_api.api.reads import GivenClocks, GivenService, Limit, clocks_asked, reader_of
from http_api.json_bodies import JsonRequest
from http_api.load_answers import LoadAnswer, LoadsAnswer, known_load, read_document, read_list
from http_api.load_rows import AbsentAnswer, KeptRows, RowsAnswer, RowsAsked, absent_page
from http_api.problems import HttpProblem
from http_api.service import ClocksAsked, Service
from ledger.event import load_id
from ledger.loading.asking import abandon, ask_to_commit, ask_to_withdraw
from ledger.loading.keeping import PIECE_BYTES, read_pieces
from ledger.loading.outcomes import Outcome
from ledger.loading.ready_mappings import ready_names, ready_text
from ledger.loading.receiving import FileOffered, receive
from ledger.loading.table import MOST_BYTES
from policies.refusals import BadMapping

Api = Request[Any, Any, Any]
LOADS = "/agreements/{agreement:str}/loads"
ONE = "/{load:uuid}"
MOST_MAPPING_BYTES = 1_000_000
MOST_UPLOAD_BYTES = MOST_BYTES + 2 * MOST_MAPPING_BYTES
MOST_NAME = 200
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 503)
AfterRow = Annotated[int, QueryParameter(ge=0, description="The `next` of the page before.")]


@dataclass
class UploadForm:
    """A file, and how it is to be read: a mapping file, the name of a ready one, or neither."""

    file: UploadFile
    mapping: UploadFile | str | None = None


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


def name_of(upload: UploadFile) -> str:
    """The name of a file without folders, which some browsers send, and control characters."""
    name = PurePosixPath(upload.filename.replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:MOST_NAME] or "file"


def pieces_of(upload: UploadFile) -> Iterator[bytes]:
    """The bytes of an upload, piece by piece."""
    upload.file.seek(0)
    while piece := upload.file.read(PIECE_BYTES):
        yield piece


def mapping_text(given: UploadFile | str | None) -> str:
    """The text of a mapping that was sent, or of the ready one that was named."""
    if isinstance(given, UploadFile):
        content = given.file.read(MOST_MAPPING_BYTES + 1)
        if len(content) > MOST_MAPPING_BYTES:
            raise BadMapping(f"A mapping has at most {MOST_MAPPING_BYTES:,} bytes.")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadMapping("The mapping is not UTF-8 text.") from None
    if not given:
        return ""
    return ready_text(given) if given in ready_names() else given


@post("/", status_code=202, request_max_body_size=MOST_UPLOAD_BYTES, responses=PROBLEMS,
      sync_to_thread=True)  # fmt: skip
def send(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: Annotated[UploadForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    dry_run: bool = False,
    kind: Literal["values", "comparators", "both"] = "values",
    confirm_unit: bool = False,
    source_date: date | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[LoadTaken]:
    """Send a file. It is checked and, unless this is a dry run, committed."""
    person = person_of(request, service.pool)
    load = load_id(agreement, person, idempotency_key) if idempotency_key else clock.new_id()
    offered = FileOffered(
        pieces=pieces_of(data.file),
        name=name_of(data.file),
        mapping=mapping_text(data.mapping),
        kind=kind,
        released_on=source_date,
        dry_run=dry_run,
        confirmed_unit=confirm_unit,
    )
    act = service.act(person, key=idempotency_key)
    received = receive(service.record, agreement, offered, act, load, clock.nonce)
    service.saw(received.position)
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
    outcome: Outcome | None = None,
    code: str = "",
    after: AfterRow = 0,
    limit: Limit = 500,
) -> RowsAnswer:
    """Rows of the file with what became of each: all, or those of an outcome or code."""
    reader_of(request, service, agreement)
    with known_load(service, agreement, load, asked) as known:
        wanted = RowsAsked(outcome=outcome, code=code, after=after, limit=limit)
        return KeptRows(known.connection, known.load).page(wanted)


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
        return absent_page(known.connection, known.load, after=after, limit=limit)


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


def rows_csv(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Stream:
    """All rows of a load for downloading."""
    with known_load(service, agreement, load, asked) as known:
        kept = KeptRows(known.connection, known.load)
    return _download(kept.pieces(), f"load-{load}-rows.csv", "text/csv; charset=utf-8")


def file_bytes(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Stream:
    """The file of a load for downloading; never shown by a browser, whatever is in it."""
    with known_load(service, agreement, load, asked) as known:
        if known.load.received is None or known.load.checked is None:
            raise HttpProblem(404, "not-found", "Nothing is kept of a file that was refused.")

    def pieces() -> Iterator[bytes]:
        with service.pool.connection() as connection:
            yield from read_pieces(connection, load)

    ending = PurePosixPath(known.load.received.file).suffix
    safe = ending if ending.isascii() and ending.removeprefix(".").isalnum() else ""
    return _download(pieces(), f"load-{load}{safe}", "application/octet-stream")


def _download(content: Iterator[str] | Iterator[bytes], name: str, kind: str) -> Stream:
    return Stream(
        content,
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@post(f"{ONE}/commit", status_code=202, responses=PROBLEMS, request_class=JsonRequest,
      sync_to_thread=True)  # fmt: skip
def commit(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[CommitBody],
) -> Response[LoadTaken]:
    """Commit a load as its check was seen."""
    act = service.act(person_of(request, service.pool))
    ask_to_commit(
        service.record, agreement, load, data.checked, act, confirmed_unit=data.confirm_unit
    )
    return _taken(agreement, load)


@post(f"{ONE}/abandonment", status_code=201, responses=PROBLEMS, request_class=JsonRequest,
      sync_to_thread=True)  # fmt: skip
def give_up(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[ReasonBody],
) -> LoadAnswer:
    """Give up a load that waits to be committed."""
    act = service.act(person_of(request, service.pool))
    position = abandon(service.record, agreement, load, data.reason, act, clock.nonce)
    service.saw(position)
    return read_document(service, agreement, load, ClocksAsked(min_position=position))


@post(f"{ONE}/withdrawal", status_code=202, responses=PROBLEMS, request_class=JsonRequest,
      sync_to_thread=True)  # fmt: skip
def withdraw(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: JSONBody[ReasonBody],
) -> Response[LoadTaken]:
    """Take back what a load wrote: its values go back to what they were."""
    act = service.act(person_of(request, service.pool))
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
        commit,
        give_up,
        withdraw,
    ],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    tags=["loads"],
)
