"""The addresses of the pages."""

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from http_api.charts import draw
from http_api.pages import views
from http_api.pages.errors import refused
from http_api.pages.reader import NOW, ClocksAsked, Reader
from http_api.rights import RIGHT
from policies.permissions import Access
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[Reader]]
GivenClocks = NamedDependency[SkipValidation[ClocksAsked]]


def clocks_asked(known_at: FromQuery[str] = NOW, policy_at: FromQuery[str] = NOW) -> ClocksAsked:
    """The clocks of an address; a box left empty in the form is now."""
    return ClocksAsked(known_at.strip() or NOW, policy_at.strip() or NOW)


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def agreements(reader: GivenReader, asked: GivenClocks) -> str:
    """The agreements the reader may see."""
    return views.agreements_page(reader, asked)


@get("/agreements/{agreement:str}", media_type=MediaType.HTML, sync_to_thread=True)
def board(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> str:
    """The board page of an agreement."""
    return views.board_page(reader, asked, agreement, period=period, area=area)


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}",
    media_type=MediaType.HTML,
    sync_to_thread=True,
)
def indicator_page(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str] = "",
    events: FromQuery[str] = "",
) -> str:
    """The page of an indicator."""
    return views.indicator_page(reader, asked, agreement, indicator, area=area, events=events)


@get("/agreements/{agreement:str}/indicators/{indicator:str}/chart.svg", sync_to_thread=True)
def chart(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str] = "",
    size: FromQuery[str] = "",
) -> Response[str]:
    """The chart of an indicator as a file."""
    shown = views.indicator_chart(reader, asked, agreement, indicator, area=area)
    picture = draw(shown, "narrow" if size == "narrow" else "wide")
    return Response(picture, media_type="image/svg+xml")


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}/why",
    media_type=MediaType.HTML,
    sync_to_thread=True,
)
def why(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str],
    area: FromQuery[str],
) -> str:
    """The derivation of one judgement."""
    return views.why_page(reader, asked, agreement, indicator, period=period, area=area)


PAGES = Router(
    path="/",
    route_handlers=[agreements, board, indicator_page, chart, why],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Access.ANYONE},
    include_in_schema=False,
)
