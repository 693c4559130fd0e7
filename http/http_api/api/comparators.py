"""The reading of other areas: an area among those of a group, at any two clocks."""

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from http_api.api.changes import Stretch, stretch_asked
from http_api.api.reads import (
    INDICATOR,
    PROBLEMS,
    Api,
    GivenClocks,
    GivenService,
    clocks_asked,
    reader_of,
)
from http_api.rights import RIGHT
from policies.permissions import Action
from projections.comparator_answers import Comparators, ComparisonDifference, League
from projections.reading.comparators import read_comparators
from projections.reading.comparison_difference import read_comparison_difference
from projections.reading.league import read_league


@get(
    f"{INDICATOR}/comparators",
    sync_to_thread=True,
    responses=PROBLEMS,
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
)
def comparators(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str | None] = None,
    group: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> Comparators:
    """An area's figure among those of a group: rank, median, quartiles, distance, and why.

    Without ``period``, the latest in which both it and others have a figure; without ``group``
    the first of the agreement, without ``area`` the home area.
    """
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_comparators(
            connection, agreement, indicator, clocks, period=period, group=group, area=area
        )


@get(
    "/agreements/{agreement:str}/comparators",
    sync_to_thread=True,
    responses=PROBLEMS,
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
)
def league(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    group: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> League:
    """Where an area is best and worst: every indicator by its quartile among those of a group."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_league(connection, agreement, clocks, group=group, area=area)


@get(
    f"{INDICATOR}/comparators/difference",
    sync_to_thread=True,
    responses=PROBLEMS,
    dependencies={"stretch": Provide(stretch_asked, sync_to_thread=False)},
)
def difference(
    request: Api,
    service: GivenService,
    stretch: NamedDependency[SkipValidation[Stretch]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str | None] = None,
    group: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> ComparisonDifference:
    """Why a place among others differs between two moments: every cause in order."""
    reader_of(request, service, agreement)
    with service.reading_between(*stretch) as (connection, first, last):
        return read_comparison_difference(
            connection, agreement, indicator, first, last, period=period, group=group, area=area
        )


COMPARATORS = Router(
    path="/",
    route_handlers=[comparators, league, difference],
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
