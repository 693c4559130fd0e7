"""The addresses of the pages of change control and reward."""

from litestar import MediaType, Router, get
from litestar.di import Provide
from litestar.params import FromPath

from http_api.pages import rewards as reward_views
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from policies.refusals import Refusal


@get("/agreements/{agreement:str}/rewards", media_type=MediaType.HTML, sync_to_thread=True)
def rewards(reader: GivenReader, asked: GivenClocks, agreement: FromPath[str]) -> str:
    """What is paid on stretch targets."""
    return reward_views.rewards_page(reader, asked, agreement)


CONTROL_PAGES = Router(
    path="/",
    route_handlers=[rewards],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    include_in_schema=False,
)
