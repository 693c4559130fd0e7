"""The feed of all events, in position order, for whoever follows the ledger."""

from typing import Annotated, Any

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation

from http_api.actors import person_of
from http_api.api.reads import Limit
from http_api.service import ClocksAsked, Service
from projections.answers import History
from projections.reading.feed import read_events


@get("/ledger/events", sync_to_thread=True)
def events(
    request: Request[Any, Any, Any],
    service: NamedDependency[SkipValidation[Service]],
    after: Annotated[int, QueryParameter(ge=0, description="The last position seen.")] = 0,
    limit: Limit = 500,
) -> History:
    """Events after a position, those of every agreement."""
    person_of(request, service.pool)
    with service.reading(ClocksAsked()) as (connection, clocks):
        return read_events(connection, clocks, after=after, limit=limit)


FEED = Router(path="/", route_handlers=[events], tags=["ledger"])
