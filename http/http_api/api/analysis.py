"""The reading of what lies behind: cubes, drill-down, and two indicators against each other."""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from http_api.api.described import TOO_LONG
from http_api.api.reads import PROBLEMS, Api, GivenClocks, GivenService, clocks_asked, reader_of
from http_api.rights import RIGHT
from policies.permissions import Action
from projections.cube_answers import Cube
from projections.drill_down_answers import DrillDown
from projections.pair_answers import Over, Pairs
from projections.reading.cube import read_cube
from projections.reading.cube_asked import DIMENSIONS, MEASURES, CubeAsked
from projections.reading.drill_down import DrillAsked, read_drill_down
from projections.reading.pairs import read_pairs

MOST_NAMED = 500
_BY = f"{', '.join(DIMENSIONS)}, or breakdown. and the name of a breakdown."
Rows = Annotated[str, QueryParameter(description=f"What each row is: {_BY}")]
Columns = Annotated[str, QueryParameter(description=f"What each column is: {_BY}")]
Measured = Annotated[str, QueryParameter(description=f"One of {', '.join(MEASURES)}.")]
Named = Annotated[list[str] | None, QueryParameter(max_items=MOST_NAMED, description="Only these.")]
Areas = Annotated[
    list[str] | None,
    QueryParameter(
        max_items=MOST_NAMED,
        description="Only these, * for all; left out, the home area, or all where laid out.",
    ),
]
Breakdown = Annotated[str, QueryParameter(description="Such as sex=F; empty for whole figures.")]
Totals = Annotated[bool, QueryParameter(description="Totals too, where they mean something.")]
GivenCube = NamedDependency[SkipValidation[CubeAsked]]


def cube_asked(
    rows: Rows = "indicator",
    columns: Columns = "area",
    measure: Measured = "value",
    indicators: Named = None,
    blocks: Named = None,
    outcomes: Named = None,
    areas: Areas = None,
    periods: Named = None,
    breakdown: Breakdown = "",
    totals: Totals = False,
) -> CubeAsked:
    """What a request lays out."""
    return CubeAsked(
        rows=rows,
        columns=columns,
        measure=measure,
        indicators=tuple(indicators or ()),
        blocks=tuple(blocks or ()),
        outcomes=tuple(outcomes or ()),
        areas=tuple(areas or ()),
        periods=tuple(periods or ()),
        breakdown=breakdown,
        totals=totals,
    )


@get(
    "/agreements/{agreement:str}/cube",
    sync_to_thread=True,
    responses={**PROBLEMS, **TOO_LONG},
    dependencies={"cube_of": Provide(cube_asked, sync_to_thread=False)},
)
def cube(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    cube_of: GivenCube,
    agreement: FromPath[str],
) -> Cube:
    """A measure laid out by any two dimensions, added up as the basis of each indicator allows."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_cube(connection, agreement, clocks, cube_of)


@get("/agreements/{agreement:str}/pairs", sync_to_thread=True, responses=PROBLEMS)
def pairs(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    across: Annotated[str, QueryParameter(description="The indicator along the foot.")],
    up: Annotated[str, QueryParameter(description="The indicator along the side.")],
    over: FromQuery[Over] = "area",
    period: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> Pairs:
    """Two indicators against each other, over areas or over periods, and how near to one line."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_pairs(
            connection, agreement, clocks, across, up, over=over, period=period, area=area
        )


@get("/agreements/{agreement:str}/drill-down", sync_to_thread=True, responses=PROBLEMS)
def drill_down(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    block: FromQuery[str | None] = None,
    outcome: FromQuery[str | None] = None,
    indicator: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
    period: FromQuery[str | None] = None,
    breakdown: Breakdown = "",
) -> DrillDown:
    """What lies behind: the narrowest of block, outcome and indicator that is named, its own
    status, and the parts that it is made of."""
    reader_of(request, service, agreement)
    looked = DrillAsked(block, outcome, indicator, area, period, breakdown)
    with service.reading(asked) as (connection, clocks):
        return read_drill_down(connection, agreement, clocks, looked)


ANALYSIS = Router(
    path="/",
    route_handlers=[cube, pairs, drill_down],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
