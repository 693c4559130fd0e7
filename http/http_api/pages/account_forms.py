"""What an administrator does about people's accounts, on a page of each agreement."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any, NamedTuple

from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, SkipValidation

from http_api import clock
from http_api.body_sizes import SMALL_BODY_BYTES
from http_api.pages.errors import refused
from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, render
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.rights import RIGHT, address_by_session_alone, by_session_alone
from http_api.service import Service
from http_api.sessions import link_of
from http_api.visitors import GivenVisitor
from ledger.accounts import Visitor
from ledger.amending.accounts import (
    check_manages,
    close_person,
    enter_person,
    give_sign_in_link,
    reopen_person,
)
from ledger.amending.recording import Acted
from ledger.closed import closed_accounts
from ledger.person import Person
from ledger.taking_part import people_around
from policies.permissions import Action
from policies.refusals import DutyRefusal, Refusal

GivenReader = NamedDependency[SkipValidation[Reader]]
GivenService = NamedDependency[SkipValidation[Service]]
ACCOUNTS = "/agreements/{agreement:str}/people/accounts"
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)


@dataclass
class PersonForm:
    """A person to enter, or to set anew."""

    id: str = ""
    name: str = ""
    email: str = ""
    partner: str = ""


@dataclass
class WhomForm:
    """Whose account it is."""

    person: str = ""


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def accounts(
    reader: GivenReader,
    service: GivenService,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
) -> str:
    """Everybody whom the agreement knows, for whoever sees to their accounts."""
    check_manages(service.agreement(agreement), "", service.act(who.person), ())
    return _page(_Desk(reader, service, who, agreement))


@post("/", right=Action.MANAGE_PEOPLE, status_code=200, sync_to_thread=True)
def enter(
    request: Request[Any, Any, Any],
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[PersonForm, FORM],
) -> Response[Any]:
    """Enter a person."""
    typed = {name: text.strip() for name, text in asdict(data).items()}
    act = service.act(who.person)
    may = address_by_session_alone(request, typed["email"])
    enter = partial(enter_person, service.record, agreement, Person(**typed), act, may)
    desk = _Desk(reader, service, who, agreement)
    return _acted(desk, enter, f"{typed['name']} is entered", typed)


@post(
    "/links",
    right=Action.MANAGE_PEOPLE,
    guards=[by_session_alone],
    status_code=200,
    sync_to_thread=True,
)
def give_link(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[WhomForm, FORM],
) -> Response[Any]:
    """Make a link, and show it this once."""
    secret, act = clock.new_token(), service.act(who.person)
    desk = _Desk(reader, service, who, agreement)
    try:
        acted = give_sign_in_link(
            service.record, agreement, data.person, secret, act, now=clock.now()
        )
    except Refusal as refusal:
        return _again(desk, refusal)
    service.saw(acted.last_position)
    page = _page(desk, link=link_of(service, secret), person=data.person)
    return Response(page, media_type=MediaType.HTML)


@post("/closed", right=Action.MANAGE_PEOPLE, status_code=200, sync_to_thread=True)
def close(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[WhomForm, FORM],
) -> Response[Any]:
    """Close an account."""
    act = service.act(who.person)
    close = partial(close_person, service.record, agreement, data.person, act, now=clock.now())
    desk = _Desk(reader, service, who, agreement)
    return _acted(desk, close, f"The account {data.person} is closed")


@post("/opened", right=Action.MANAGE_PEOPLE, status_code=200, sync_to_thread=True)
def reopen(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[WhomForm, FORM],
) -> Response[Any]:
    """Open an account again."""
    act = service.act(who.person)
    reopen = partial(reopen_person, service.record, agreement, data.person, act, now=clock.now())
    desk = _Desk(reader, service, who, agreement)
    return _acted(desk, reopen, f"The account {data.person} is open again")


class _Desk(NamedTuple):
    """At which page somebody acts."""

    reader: Reader
    service: Service
    who: Visitor
    agreement: str


def _acted(
    desk: _Desk, acting: Callable[[], Acted], done: str, typed: dict[str, str] | None = None
) -> Response[Any]:
    """The page after an act, which says that it is ``done`` or what is wrong."""
    try:
        acted = acting()
    except Refusal as refusal:
        return _again(desk, refusal, typed)
    desk.service.saw(acted.last_position)
    page = _page(desk, said=f"{done}, at ledger position {acted.last_position}.")
    return Response(page, media_type=MediaType.HTML)


def _again(desk: _Desk, refusal: Refusal, typed: dict[str, str] | None = None) -> Response[Any]:
    if isinstance(refusal, DutyRefusal):
        raise refusal
    problem, _ = problem_of(refusal)
    wrong = tuple((error.field, error.detail) for error in problem.errors)
    page = _page(desk, wrong=wrong, typed=typed)
    return Response(page, status_code=problem.status, media_type=MediaType.HTML)


def _page(
    desk: _Desk,
    *,
    wrong: tuple[tuple[str, str], ...] = (),
    typed: dict[str, str] | None = None,
    said: str = "",
    link: str = "",
    person: str = "",
) -> str:
    asked, service = ClocksAsked(), desk.service
    agreement = desk.reader.agreement(desk.agreement, asked)
    everybody = people_around(service.record, service.agreement(desk.agreement))
    with service.pool.connection() as connection:
        closed = closed_accounts(connection)
    return render(
        "people_accounts.html",
        frame_of(
            agreement,
            asked,
            agreement.clocks,
            "Accounts",
            "people/accounts",
            between=(Crumb("People and roles", Links(asked).part(agreement.code, "people")),),
        ),
        agreement=agreement,
        everybody=everybody.values(),
        closed=closed,
        own=desk.who.person,
        partners={one.code: one.name for one in agreement.partners},
        wrong=wrong,
        typed=typed or {},
        said=said,
        link=link,
        person=person,
    )


ACCOUNT_FORMS = Router(
    path=ACCOUNTS,
    route_handlers=[accounts, enter, give_link, close, reopen],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    opt={RIGHT: Action.MANAGE_PEOPLE},
    request_max_body_size=SMALL_BODY_BYTES,
    include_in_schema=False,
)
