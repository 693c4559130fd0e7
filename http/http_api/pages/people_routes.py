"""The addresses of who is who, and of the forms that give and end a role."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, SkipValidation
from litestar.response import Redirect

from http_api import clock
from http_api.pages import people as views
from http_api.pages.audit_reader import AuditReader
from http_api.pages.errors import refused
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.rights import RIGHT
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.accounts import Visitor
from ledger.acts import Act, grants_of
from ledger.agreement.assigning import By, EndRole
from ledger.amending.assigning import assign_role, end_role
from ledger.amending.recording import Acted
from ledger.closed import closed_accounts
from ledger.taking_part import people_around
from policies.permissions import Action, Role
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[AuditReader]]
GivenService = NamedDependency[SkipValidation[Service]]
PEOPLE = "/agreements/{agreement:str}/people"
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
MOST_KEY = 200  # characters
NOW = ClocksAsked()


@dataclass
class EndForm:
    """Which role ends, and the key under which that is sent."""

    person: str = ""
    role: str = ""
    scope: str = ""
    key: str = ""


@dataclass
class RoleForm(EndForm):
    """A role to give, and its days."""

    valid_from: str = ""
    valid_to: str = ""


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def people_page(
    reader: GivenReader,
    service: GivenService,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
) -> str:
    """Who is who."""
    return _page(reader, service, asked, who, agreement, views.Filled(key=str(clock.new_id())))


@post("/", right=Action.ASSIGN_ROLE, status_code=303, sync_to_thread=True)
def give_form(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[RoleForm, FORM],
) -> Response[Any]:
    """Give a role from the form."""
    typed = {name: text.strip() for name, text in asdict(data).items()}
    command, problems = views.command_of(typed)
    status = 422
    if command is not None:
        try:
            act = _act(service, who, data, f"{agreement}/give")
            return _done(service, agreement, assign_role(service.record, agreement, command, act))
        except Refusal as refusal:
            problem, _ = problem_of(refusal)
            status, problems = problem.status, refusal.errors
    filled = views.Filled(key=str(clock.new_id()), typed=typed, problems=problems)
    page = _page(reader, service, NOW, who, agreement, filled)
    return Response(page, status_code=status, media_type=MediaType.HTML)


@post("/endings", right=Action.ASSIGN_ROLE, status_code=303, sync_to_thread=True)
def end_form(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[EndForm, FORM],
) -> Response[Any]:
    """End a role from its row."""
    if data.role not in set(Role):
        sentence = "This is no role: go back to the page and end the role from its row."
        raise HttpProblem(400, "malformed", sentence, field="role")
    command = EndRole(person=data.person, role=Role(data.role), scope=data.scope)
    try:
        act = _act(service, who, data, f"{agreement}/end")
        return _done(service, agreement, end_role(service.record, agreement, command, act))
    except Refusal as refusal:
        problem, _ = problem_of(refusal)
        errors = tuple(msgspec.structs.replace(one, field="") for one in refusal.errors)
        filled = views.Filled(key=str(clock.new_id()), problems=errors)
        page = _page(reader, service, NOW, who, agreement, filled)
        return Response(page, status_code=problem.status, media_type=MediaType.HTML)


def _page(
    reader: AuditReader,
    service: Service,
    asked: ClocksAsked,
    who: Visitor,
    agreement: str,
    filled: views.Filled,
) -> str:
    body = service.agreement(agreement)
    everybody = people_around(service.record, body)
    by = By(who.person, tuple(grants_of(body, who.person)), service.today)
    with service.pool.connection() as connection:
        closed = closed_accounts(connection)
    staff = views.Staff(body, everybody, by, closed)
    return views.people_page(reader, asked, staff, agreement, filled)


def _act(service: Service, who: Visitor, data: EndForm, what: str) -> Act:
    """An act of the visitor; a form sent twice is recorded once."""
    key = data.key if 0 < len(data.key) <= MOST_KEY and data.key.isprintable() else None
    digest = sha256(f"{what}\x00".encode() + msgspec.json.encode(asdict(data))).digest()
    return service.act(who.person, key=key, digest=digest if key else None)


def _done(service: Service, agreement: str, acted: Acted) -> Redirect:
    service.saw(acted.last_position)
    service.record.refresh(agreement, "")  # so that the page offers what can be done from now on
    address = Links(NOW).part(agreement, views.PART)
    return Redirect(f"{address}?recorded={acted.last_position}", status_code=303)


PEOPLE_PAGES = Router(
    path=PEOPLE,
    route_handlers=[people_page, give_form, end_form],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
