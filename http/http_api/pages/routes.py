"""The addresses of the pages."""

import re
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from http_api.charts import draw
from http_api.pages import views
from http_api.pages.desk import Desk
from http_api.pages.entry_offers import grid_offered, offers_at_now
from http_api.pages.errors import refused
from http_api.pages.reader import NOW, ClocksAsked, Reader
from http_api.rights import RIGHT
from http_api.visitors import GivenVisitor
from ledger.saved_views import SavedView
from policies.numbers import parse_number
from policies.permissions import Access
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[Reader]]
GivenViews = NamedDependency[SkipValidation[list[SavedView]]]
GivenClocks = NamedDependency[SkipValidation[ClocksAsked]]
GivenDesk = NamedDependency[SkipValidation[Desk]]


MOST_DIGITS = 18  # of a position


# A page beneath that of an indicator: its period is what it is about, and nobody's choice.
BENEATH = re.compile(r"/agreements/[^/]+/indicators/[^/]+/.")


def clocks_asked(
    request: Request[Any, Any, Any],
    known_at: FromQuery[str] = NOW,
    policy_at: FromQuery[str] = NOW,
    recorded: FromQuery[str] = "",
) -> ClocksAsked:
    """The clocks of an address, and the area and period chosen; a box left empty is now.

    After a form was taken, ``recorded`` is the position at which: the page waits for it.
    """
    chosen = request.query_params
    good = recorded.isascii() and recorded.isdecimal() and len(recorded) <= MOST_DIGITS
    position = int(recorded) if good else 0
    period = "" if BENEATH.match(request.url.path) else chosen.get("period", "")
    return ClocksAsked(
        known_at.strip() or NOW,
        policy_at.strip() or NOW,
        position,
        chosen.get("area", ""),
        period,
    )


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def agreements(reader: GivenReader, asked: GivenClocks, kept: GivenViews) -> str:
    """The agreements the reader may see, and the views they keep."""
    return views.agreements_page(reader, asked, kept)


@get("/agreements/{agreement:str}", media_type=MediaType.HTML, sync_to_thread=True)
def board(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    desk: GivenDesk,
    who: GivenVisitor,
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> str:
    """The board page of an agreement, and for whoever enters its values the way to the grid."""
    grid = grid_offered(desk, agreement, who.person, asked)
    return views.board_page(reader, asked, agreement, period=period, area=area, grid=grid)


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
    desk: GivenDesk,
    who: GivenVisitor,
    area: FromQuery[str] = "",
    events: FromQuery[str] = "",
) -> str:
    """The page of an indicator, with what the visitor may do with its values now."""
    offers = offers_at_now(desk, (agreement, indicator), who.person, asked)
    return views.indicator_page(
        reader, asked, agreement, indicator, area=area, events=events, offers=offers
    )


@get("/agreements/{agreement:str}/indicators/{indicator:str}/chart.svg", sync_to_thread=True)
def chart(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str] = "",
    size: FromQuery[str] = "",
    low: FromQuery[str] = "",
    high: FromQuery[str] = "",
) -> Response[str]:
    """The chart of an indicator as a file; the small one on a scale that others share."""
    if size == "small":
        ends = (parse_number(low), parse_number(high)) if low and high else None
        little = views.small_chart(reader, asked, agreement, indicator, area=area, scale=ends)
        return Response(draw(little, "small"), media_type="image/svg+xml")
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
