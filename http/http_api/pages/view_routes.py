"""The forms that keep a page under a name, and let it go."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, SkipValidation
from litestar.response import Redirect

from http_api.pages.errors import refused
from http_api.pages.sign_in_routes import own_page
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.saved_views import drop_view, keep_view
from policies.permissions import Access
from policies.refusals import Refusal

GivenService = NamedDependency[SkipValidation[Service]]
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)


@dataclass
class ViewForm:
    """A page to keep, and what to call it."""

    name: str = ""
    address: str = ""


@post("/account/views", right=Access.A_PERSON, status_code=303, sync_to_thread=True)
def keep(
    service: GivenService, who: GivenVisitor, data: Annotated[ViewForm, FORM]
) -> Response[Any]:
    """Keep a page under a name."""
    address = own_page(data.address)
    with service.pool.connection() as connection:
        keep_view(connection, who.person, data.name, address)
    return Redirect("/#views", status_code=303)


@post("/account/views/{view:int}/end", right=Access.A_PERSON, status_code=303, sync_to_thread=True)
def let_go(service: GivenService, who: GivenVisitor, view: FromPath[int]) -> Response[Any]:
    """Let a view go."""
    with service.pool.connection() as connection:
        drop_view(connection, who.person, view)
    return Redirect("/#views", status_code=303)


VIEW_FORMS = Router(
    path="/",
    route_handlers=[keep, let_go],
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
