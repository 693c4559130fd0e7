"""The addresses of the pages about other areas."""

from typing import Annotated

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Stream

from http_api.downloads import download
from http_api.pages import comparators as views
from http_api.pages import league as league_views
from http_api.pages.comparator_reader import ComparatorReader
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.rights import RIGHT
from http_api.strip_chart import draw_strip
from policies.permissions import Action
from policies.refusals import Refusal
from projections.reading.clocks import BEFORE_ALL

GivenReader = NamedDependency[SkipValidation[ComparatorReader]]
GivenAsked = NamedDependency[SkipValidation[views.Asked]]
COMPARATORS = "/agreements/{agreement:str}/indicators/{indicator:str}/comparators"
LEAGUE = "/agreements/{agreement:str}/comparators"


def about_asked(
    asked: GivenClocks,
    period: FromQuery[str] = "",
    group: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> views.Asked:
    """The clocks and the choices of an address."""
    return views.Asked(clocks=asked, period=period, group=group, area=area)


@get(COMPARATORS, media_type=MediaType.HTML, sync_to_thread=True)
def comparators(
    reader: GivenReader, about: GivenAsked, agreement: FromPath[str], indicator: FromPath[str]
) -> str:
    """An area among those of a group."""
    return views.comparators_page(reader, about, agreement, indicator)


@get(f"{COMPARATORS}/chart.svg", sync_to_thread=True)
def strip(
    reader: GivenReader,
    about: GivenAsked,
    agreement: FromPath[str],
    indicator: FromPath[str],
    size: FromQuery[str] = "",
) -> Response[str]:
    """The strip of all areas as a file."""
    shown = views.comparators_strip(reader, about, agreement, indicator)
    picture = draw_strip(shown, "narrow" if size == "narrow" else "wide")
    return Response(picture, media_type="image/svg+xml")


@get(f"{COMPARATORS}/table.csv", sync_to_thread=True)
def table_csv(
    reader: GivenReader, about: GivenAsked, agreement: FromPath[str], indicator: FromPath[str]
) -> Stream:
    """The table as CSV."""
    pieces = views.comparators_csv(reader, about, agreement, indicator)
    return download(pieces, "comparators.csv", "text/csv")


@get(f"{COMPARATORS}/difference", media_type=MediaType.HTML, sync_to_thread=True)
def difference(
    reader: GivenReader,
    about: GivenAsked,
    agreement: FromPath[str],
    indicator: FromPath[str],
    begin: Annotated[str, QueryParameter(name="from")] = "",
) -> str:
    """Why the place differs from that of an earlier moment."""
    start = begin.strip() or BEFORE_ALL
    return league_views.difference_page(reader, about, agreement, indicator, begin=start)


@get(LEAGUE, media_type=MediaType.HTML, sync_to_thread=True)
def league(reader: GivenReader, about: GivenAsked, agreement: FromPath[str]) -> str:
    """Where an area is best and worst."""
    return league_views.league_page(reader, about, agreement)


@get(f"{LEAGUE}.csv", sync_to_thread=True)
def league_csv(reader: GivenReader, about: GivenAsked, agreement: FromPath[str]) -> Stream:
    """The same as CSV."""
    pieces = league_views.league_csv(reader, about, agreement)
    return download(pieces, "league.csv", "text/csv")


COMPARATOR_PAGES = Router(
    path="/",
    route_handlers=[comparators, strip, table_csv, difference, league, league_csv],
    dependencies={
        "asked": Provide(clocks_asked, sync_to_thread=False),
        "about": Provide(about_asked, sync_to_thread=False),
    },
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
