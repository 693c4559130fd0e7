"""What waits for the caller's sign-off."""

from typing import Annotated

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from http_api.api.reads import (
    PROBLEMS,
    Api,
    GivenClocks,
    GivenService,
    clocks_asked,
    reader_of,
)
from http_api.visitors import person_of
from policies.permissions import Action
from projections.reading.waiting import MOST_SHOWN, read_waiting
from projections.waiting_answers import Waiting


@get(
    "/agreements/{agreement:str}/sign-offs/waiting",
    right=Action.READ,
    sync_to_thread=True,
    responses=PROBLEMS,
)
def waiting(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromQuery[str | None] = None,
    period: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Annotated[
        int, QueryParameter(ge=1, le=1000, description="Rows of a page.")
    ] = MOST_SHOWN,
) -> Waiting:
    """Exactly what the caller may sign off, with its digests, and what waits for others."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_waiting(
            connection,
            agreement,
            clocks,
            person=person_of(request),
            indicator=indicator,
            period=period,
            area=area,
            after=after,
            limit=limit,
        )


WAITING = Router(
    path="/",
    route_handlers=[waiting],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    tags=["commands"],
)
