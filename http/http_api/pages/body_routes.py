"""The addresses of a page for each body, of what the public sees, and of publishing."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from http_api.pages import bodies as views
from http_api.pages.errors import refused
from http_api.pages.escalation_reader import EscalationReader
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.pages.taking import recorded_here
from http_api.pages.views import board_page
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.rights import RIGHT
from http_api.service import ClocksAsked as ServiceClocks
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.publishing import publish
from policies.permissions import Action
from policies.refusals import DutyRefusal, Refusal
from projections.reading.publications import last_published

GivenReader = NamedDependency[SkipValidation[EscalationReader]]
GivenService = NamedDependency[SkipValidation[Service]]
AGREEMENT = "/agreements/{agreement:str}"
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)


@dataclass
class PublicationForm:
    """What is published."""

    title: str = ""


@get(f"{AGREEMENT}/bodies", media_type=MediaType.HTML, sync_to_thread=True)
def bodies(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
) -> str:
    """The bodies, and what the public sees."""
    published = _published(service, agreement, asked)
    recorded = recorded_here(service, who, asked)
    return views.bodies_page(reader, asked, who, agreement, published=published, recorded=recorded)


@get(f"{AGREEMENT}/bodies/{{code:str}}", media_type=MediaType.HTML, sync_to_thread=True)
def body(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    code: FromPath[str],
    area: FromQuery[str] = "",
) -> str:
    """What one body looks at."""
    return views.body_page(reader, asked, agreement, code, area=area)


@get(f"{AGREEMENT}/public", media_type=MediaType.HTML, sync_to_thread=True)
def public(
    public_reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> str:
    """The board page as the public sees it."""
    return board_page(public_reader, asked, agreement, period=period, area=area)


@post(f"{AGREEMENT}/publications", right=Action.PUBLISH, status_code=303, sync_to_thread=True)
def publish_form(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    data: Annotated[PublicationForm, FORM],
) -> Response[Any]:
    """Publish what is signed off."""
    try:
        acted = publish(service.record, agreement, data.title, service.act(who.person))
    except DutyRefusal:
        raise
    except Refusal as refusal:
        problem, _ = problem_of(refusal)
        page = views.bodies_page(
            reader,
            asked,
            who,
            agreement,
            published=_published(service, agreement, asked),
            wrong=tuple((error.field, error.detail) for error in problem.errors),
            title=data.title,
        )
        return Response(page, status_code=problem.status, media_type=MediaType.HTML)
    service.saw(acted.last_position)
    recorded = str(acted.last_position)
    there = Links(ClocksAsked()).part(agreement, "bodies", recorded=recorded)
    return Redirect(there, status_code=303)


def _published(service: Service, agreement: str, asked: ClocksAsked) -> str:
    """What was published last as known, "" before the first."""
    clocks_of = ServiceClocks(asked.known_at, asked.policy_at, asked.recorded)
    with service.reading(clocks_of) as (connection, clocks):
        found = last_published(connection, agreement, clocks.clocks.known_position)
    return found.title if found else ""


BODY_PAGES = Router(
    path="/",
    route_handlers=[bodies, body, public, publish_form],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
