"""The reading of other areas: an area among those of a group, at any two clocks."""

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

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
from projections.comparator_answers import Comparators
from projections.reading.comparators import read_comparators


@get(f"{INDICATOR}/comparators", sync_to_thread=True, responses=PROBLEMS)
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


COMPARATORS = Router(
    path="/",
    route_handlers=[comparators],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
