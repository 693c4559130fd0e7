"""The addresses of the page of evidence and of the files themselves."""

from typing import Any

from litestar import MediaType, Request, Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from http_api.attachment_files import MOST_FORM_BYTES, download
from http_api.pages import evidence as views
from http_api.pages.entry import Shown
from http_api.pages.entry_receipt import receipt_address
from http_api.pages.entry_routes import GivenSitting, sitting
from http_api.pages.errors import refused
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import GivenVisitor
from policies.permissions import Action
from policies.refusals import Refusal

EVIDENCE = "/indicators/{indicator:str}/entries/{name:str}/evidence"

GivenService = NamedDependency[SkipValidation[Service]]
Page = Response[str]


@get(EVIDENCE, right=Action.ATTACH, sync_to_thread=True)
def evidence_page(
    at: GivenSitting, agreement: FromPath[str], indicator: FromPath[str], name: FromPath[str]
) -> Page:
    """The form to attach evidence to an entry."""
    return _page(views.evidence_page(at, (agreement, indicator), name))


@post(EVIDENCE, right=Action.ATTACH, request_max_body_size=MOST_FORM_BYTES)
async def attach(
    request: Request[Any, Any, Any],
    at: GivenSitting,
    agreement: FromPath[str],
    indicator: FromPath[str],
    name: FromPath[str],
) -> Page | Redirect:
    """Attach the files of a form."""
    sent, address = await request.form(), (agreement, indicator)
    became = await sync_to_thread(views.evidence_sent, at, address, name, sent)
    if isinstance(became, Shown):
        return _page(became)
    return Redirect(receipt_address(agreement, [became.first_position]), status_code=303)


@get("/attachments/{attachment:str}", right=Action.READ, sync_to_thread=True)
def save(
    service: GivenService, who: GivenVisitor, agreement: FromPath[str], attachment: FromPath[str]
) -> Response[bytes]:
    """A file that is evidence, to be saved."""
    return download(service, agreement, who.person, attachment)


def _page(shown: Shown) -> Page:
    return Response(shown.text, status_code=shown.status, media_type=MediaType.HTML)


EVIDENCE_PAGES = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[evidence_page, attach, save],
    dependencies={"at": Provide(sitting, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
