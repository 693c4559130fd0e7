"""The address of the page of small charts."""

from litestar import MediaType, Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from http_api.pages.errors import refused
from http_api.pages.multiples import charts_page
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.rights import RIGHT
from policies.permissions import Access
from policies.refusals import Refusal


@get("/agreements/{agreement:str}/charts", media_type=MediaType.HTML, sync_to_thread=True)
def charts(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    outcome: FromQuery[str] = "",
    area: FromQuery[str] = "",
    scales: FromQuery[str] = "",
) -> str:
    """A small chart for every indicator of an outcome, or of the agreement."""
    return charts_page(
        reader,
        asked,
        agreement,
        outcome=outcome,
        area=area,
        scales="shared" if scales == "shared" else "own",
    )


CHARTS_PAGES = Router(
    path="/",
    route_handlers=[charts],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Access.ANYONE},
    include_in_schema=False,
)
