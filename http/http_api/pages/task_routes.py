"""The addresses of the pages of tasks, of what was collected, and of chasing."""

from typing import Annotated, Any

from litestar import MediaType, Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response import Stream

from http_api.downloads import download
from http_api.pages import collection as grids
from http_api.pages import tasks as views
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.pages.task_reader import TaskReader
from http_api.service import Service
from http_api.visitors import GivenVisitor
from policies.permissions import Access, Action
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[TaskReader]]
OF = "/agreements/{agreement:str}"


@get("/tasks", media_type=MediaType.HTML, right=Access.A_PERSON, sync_to_thread=True)
def tasks(reader: GivenReader, asked: GivenClocks, who: GivenVisitor) -> str:
    """What waits for the reader."""
    return views.tasks_page(reader, asked, who)


@get(f"{OF}/collection", media_type=MediaType.HTML, right=Action.READ, sync_to_thread=True)
def collection(
    reader: GivenReader,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
    first: Annotated[str, QueryParameter(name="from")] = "",
    last: Annotated[str, QueryParameter(name="to")] = "",
) -> str:
    """What was expected and has been received."""
    return grids.collection_page(reader, asked, agreement, who.person, first=first, last=last)


@get(f"{OF}/chase", media_type=MediaType.HTML, right=Action.CHASE, sync_to_thread=True)
def chase(
    request: Request[Any, Any, Any],
    reader: GivenReader,
    service: NamedDependency[SkipValidation[Service]],
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
) -> str:
    """What is overdue, by person, with letters that are ready."""
    site = service.address or str(request.base_url).rstrip("/")
    return views.chase_page(reader, asked, agreement, who.person, site)


@get(f"{OF}/chase.csv", right=Action.CHASE, sync_to_thread=True)
def chase_csv(
    reader: GivenReader, asked: GivenClocks, who: GivenVisitor, agreement: FromPath[str]
) -> Stream:
    """The same as CSV."""
    pieces = views.chase_csv(reader, asked, agreement, who.person)
    return download(pieces, "overdue.csv", "text/csv")


TASK_PAGES = Router(
    path="/",
    route_handlers=[tasks, collection, chase, chase_csv],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    include_in_schema=False,
)
