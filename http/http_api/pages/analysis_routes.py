"""The addresses of the pages of analysis."""

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Stream

from http_api.downloads import download
from http_api.pages import cube as cube_views
from http_api.pages import drill_down as drill_down_views
from http_api.pages import pairs as pair_views
from http_api.pages.analysis_reader import AnalysisReader
from http_api.pages.choices import codes_in
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.rights import RIGHT
from http_api.scatter_chart import draw_scatter
from policies.permissions import Action
from policies.refusals import Refusal
from projections.pair_answers import Over
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked

GivenReader = NamedDependency[SkipValidation[AnalysisReader]]
GivenCube = NamedDependency[SkipValidation[CubeAsked]]
GivenPairs = NamedDependency[SkipValidation[pair_views.PairsAsked]]
AGREEMENT = "/agreements/{agreement:str}"


def cube_asked(
    rows: FromQuery[str] = "indicator",
    columns: FromQuery[str] = "area",
    measure: FromQuery[str] = "value",
    indicators: FromQuery[str] = "",
    blocks: FromQuery[str] = "",
    outcomes: FromQuery[str] = "",
    areas: FromQuery[str] = "",
    periods: FromQuery[str] = "",
    breakdown: FromQuery[str] = "",
    totals: FromQuery[str] = "",
) -> CubeAsked:
    """What an address lays out; lists have commas."""
    return CubeAsked(
        rows=rows,
        columns=columns,
        measure=measure,
        indicators=codes_in(indicators),
        blocks=codes_in(blocks),
        outcomes=codes_in(outcomes),
        areas=codes_in(areas),
        periods=codes_in(periods),
        breakdown=breakdown,
        totals=totals == "true",
    )


def pairs_asked(
    across: FromQuery[str] = "",
    up: FromQuery[str] = "",
    over: FromQuery[str] = "area",
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> pair_views.PairsAsked:
    """Which two an address holds against each other."""
    way: Over = "period" if over == "period" else "area"
    return pair_views.PairsAsked(across=across, up=up, over=way, period=period, area=area)


@get(f"{AGREEMENT}/cube", media_type=MediaType.HTML, sync_to_thread=True)
def cube(
    reader: GivenReader, asked: GivenClocks, laid_out: GivenCube, agreement: FromPath[str]
) -> str:
    """Figures laid out by two dimensions."""
    return cube_views.cube_page(reader, asked, agreement, laid_out)


@get(f"{AGREEMENT}/cube.csv", sync_to_thread=True)
def cube_csv(
    reader: GivenReader, asked: GivenClocks, laid_out: GivenCube, agreement: FromPath[str]
) -> Stream:
    """The same as CSV."""
    pieces = cube_views.cube_csv(reader, asked, agreement, laid_out)
    return download(pieces, "cube.csv", "text/csv")


@get(f"{AGREEMENT}/pairs", media_type=MediaType.HTML, sync_to_thread=True)
def pairs(
    reader: GivenReader, asked: GivenClocks, about: GivenPairs, agreement: FromPath[str]
) -> str:
    """Two indicators against each other."""
    return pair_views.pairs_page(reader, asked, agreement, about)


@get(f"{AGREEMENT}/pairs/chart.svg", sync_to_thread=True)
def pairs_chart(
    reader: GivenReader,
    asked: GivenClocks,
    about: GivenPairs,
    agreement: FromPath[str],
    size: FromQuery[str] = "",
) -> Response[str]:
    """Their chart as a file."""
    shown = pair_views.pairs_chart(reader, asked, agreement, about)
    picture = draw_scatter(shown, "narrow" if size == "narrow" else "wide")
    return Response(picture, media_type="image/svg+xml")


@get(f"{AGREEMENT}/pairs.csv", sync_to_thread=True)
def pairs_csv(
    reader: GivenReader, asked: GivenClocks, about: GivenPairs, agreement: FromPath[str]
) -> Stream:
    """Every pair as CSV."""
    pieces = pair_views.pairs_csv(reader, asked, agreement, about)
    return download(pieces, "pairs.csv", "text/csv")


@get(f"{AGREEMENT}/drill-down", media_type=MediaType.HTML, sync_to_thread=True)
def drill_down(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    block: FromQuery[str] = "",
    outcome: FromQuery[str] = "",
    indicator: FromQuery[str] = "",
    area: FromQuery[str] = "",
    period: FromQuery[str] = "",
    breakdown: FromQuery[str] = "",
) -> str:
    """What lies behind, from the agreement down."""
    looked = DrillAsked(
        block or None, outcome or None, indicator or None, area or None, period or None, breakdown
    )
    return drill_down_views.drill_down_page(reader, asked, agreement, looked)


ANALYSIS_PAGES = Router(
    path="/",
    route_handlers=[cube, cube_csv, pairs, pairs_chart, pairs_csv, drill_down],
    dependencies={
        "asked": Provide(clocks_asked, sync_to_thread=False),
        "laid_out": Provide(cube_asked, sync_to_thread=False),
        "about": Provide(pairs_asked, sync_to_thread=False),
    },
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
