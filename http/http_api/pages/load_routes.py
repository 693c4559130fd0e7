"""The addresses of the pages of loads, and of the forms on them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, SkipValidation
from litestar.response import Redirect, Stream

from http_api import clock
from http_api.api.loads import ReasonBody
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
from http_api.pages import loads as views
from http_api.pages.errors import refused
from http_api.pages.filling import plain_text
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.rights import RIGHT
from http_api.service import ClocksAsked as ServiceClocks
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.load.events import LoadKind
from ledger.loading.asking import abandon, ask_to_commit, ask_to_withdraw
from ledger.loading.receiving import FileOffered, receive
from ledger.loading.whose import KINDS
from policies.permissions import Action
from policies.refusals import BadMapping, Refusal
from policies.refusals_escalation import DayInFuture

GivenService = NamedDependency[SkipValidation[Service]]
LOADS = "/agreements/{agreement:str}/loads"
ONE = "/{load:uuid}"
NOW = Links(ClocksAsked())


@dataclass
class LoadForm(UploadForm):
    """The form of the list: the file, whose figures it has, and whether to look at it first."""

    kind: str = "values"
    released_on: str = ""
    at_once: str = ""


@dataclass
class ActForm:
    """What is asked of a load: why, and as which check was seen."""

    reason: str = ""
    checked: str = ""
    confirm_unit: str = ""


FORM = Body(media_type=RequestEncodingType.URL_ENCODED)


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def loads_page(
    reader: GivenReader,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
    after: FromQuery[str] = "",
) -> str:
    """The loads of an agreement."""
    return views.loads_page(reader, asked, who, agreement, after=after)


@get(ONE, media_type=MediaType.HTML, sync_to_thread=True)
def load_page(
    reader: GivenReader,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
    load: FromPath[UUID],
) -> str:
    """One load."""
    return views.load_page(reader, asked, who, agreement, load)


@get(f"{ONE}/rows.csv", sync_to_thread=True)
def page_rows(
    service: GivenService, asked: GivenClocks, agreement: FromPath[str], load: FromPath[UUID]
) -> Stream:
    """Every row of a load, as CSV."""
    return rows_csv(service, agreement, load, ServiceClocks(asked.known_at, asked.policy_at))


@get(f"{ONE}/file", sync_to_thread=True)
def page_file(
    service: GivenService, asked: GivenClocks, agreement: FromPath[str], load: FromPath[UUID]
) -> Stream:
    """The file of a load as it came."""
    return file_bytes(service, agreement, load, ServiceClocks(asked.known_at, asked.policy_at))


@get(f"{ONE}/mapping", sync_to_thread=True)
def page_mapping(
    service: GivenService, asked: GivenClocks, agreement: FromPath[str], load: FromPath[UUID]
) -> Stream:
    """The mapping that a load was read by."""
    return mapping_file(service, agreement, load, ServiceClocks(asked.known_at, asked.policy_at))


@post("/", right=Action.LOAD, request_max_body_size=MOST_UPLOAD_BYTES, sync_to_thread=True)
def send_form(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[LoadForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[Any]:
    """Take a file from the form of the list, which comes again where it is not filled in well."""
    load = clock.new_id()
    try:
        offered = _offered(data)
        act = service.act(who.person)
        service.saw(receive(service.record, agreement, offered, act, load, clock.nonce))
    except (HttpProblem, BadMapping, DayInFuture) as wrong:
        problem, _ = problem_of(wrong)
        told = tuple((_on_form(wrong, error.field, data), error.detail) for error in problem.errors)
        page = views.loads_page(reader, asked, who, agreement, sent=_typed(data, told))
        return Response(page, status_code=problem.status, media_type=MediaType.HTML)
    return _to(agreement, load)


@post(f"{ONE}/commit", right=Action.LOAD, sync_to_thread=True)
def commit_form(
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: Annotated[ActForm, FORM],
) -> Redirect:
    """Commit what was seen on the page."""
    ask_to_commit(
        service.record,
        agreement,
        load,
        data.checked,
        service.act(who.person),
        confirmed_unit=data.confirm_unit == "yes",
    )
    return _to(agreement, load)


@post(f"{ONE}/abandonment", right=Action.LOAD, sync_to_thread=True)
def abandon_form(
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: Annotated[ActForm, FORM],
) -> Redirect:
    """Give up what was seen on the page."""
    act = service.act(who.person)
    reason = _reason(data)
    service.saw(abandon(service.record, agreement, load, reason, act, clock.nonce))
    return _to(agreement, load)


@post(f"{ONE}/withdrawal", right=Action.LOAD, sync_to_thread=True)
def withdraw_form(
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    load: FromPath[UUID],
    data: Annotated[ActForm, FORM],
) -> Redirect:
    """Take a load back."""
    act = service.act(who.person)
    ask_to_withdraw(service.record, agreement, load, _reason(data), act)
    return _to(agreement, load)


def _offered(data: LoadForm) -> FileOffered:
    """The file that was sent. Raises BadMapping, and a 400 problem for what is not filled in."""
    if data.file is None or not data.file.filename:
        raise HttpProblem(400, "malformed", "No file was chosen: choose one.", field="file")
    return FileOffered(
        pieces=pieces_of(data.file),
        name=name_of(data.file),
        mapping=mapping_text(data),
        kind=_kind(data.kind),
        released_on=_day(data.released_on),
        dry_run=data.at_once != "yes",
    )


def _typed(data: LoadForm, wrong: tuple[tuple[str, str], ...]) -> views.Sent:
    return views.Sent(data.ready_mapping, data.released_on, data.kind, data.at_once, wrong)


def _on_form(wrong: Exception, field: str, data: LoadForm) -> str:
    """The field of the form that is to be put right."""
    if isinstance(wrong, BadMapping):  # which has fields of its own
        return "ready_mapping" if data.mapping is None else "mapping"
    return "released_on" if isinstance(wrong, DayInFuture) else field


def _reason(data: ActForm) -> str:
    """Why, as the API takes it."""
    try:
        return msgspec.convert({"reason": plain_text(data.reason)}, ReasonBody).reason
    except msgspec.ValidationError as error:
        raise HttpProblem(400, "malformed", "A reason has at most 10,000 characters.") from error


def _to(agreement: str, load: UUID) -> Redirect:
    return Redirect(NOW.load(agreement, str(load)), status_code=303)


def _kind(text: str) -> LoadKind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise HttpProblem(
        400, "malformed", f"The kind of a load is one of {', '.join(KINDS)}.", field="kind"
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HttpProblem(
            400,
            "malformed",
            "The day of release is a date, such as 2026-10-20.",
            field="released_on",
        ) from None


LOAD_PAGES = Router(
    path=LOADS,
    route_handlers=[
        loads_page,
        load_page,
        page_rows,
        page_file,
        page_mapping,
        send_form,
        commit_form,
        abandon_form,
        withdraw_form,
    ],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
