"""The addresses of the help."""

from litestar import MediaType, Router, get
from litestar.di import Provide
from litestar.params import FromPath

from http_api.pages import help as views
from http_api.pages.errors import refused
from http_api.pages.help_texts import CONTENTS
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.problems import HttpProblem
from policies.permissions import Access
from policies.refusals import Refusal


@get("/", media_type=MediaType.HTML, sync_to_thread=True, right=Access.ANYONE)
def contents(reader: GivenReader, asked: GivenClocks) -> str:
    """What there is help on."""
    return views.topic_page(reader, asked, CONTENTS)


@get("/{topic:str}", media_type=MediaType.HTML, sync_to_thread=True, right=Access.ANYONE)
def one_topic(reader: GivenReader, asked: GivenClocks, topic: FromPath[str]) -> str:
    """The help on one page or task, or the glossary."""
    return views.topic_page(reader, asked, topic)


HELP_PAGES = Router(
    path="/help",
    route_handlers=[contents, one_topic],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
