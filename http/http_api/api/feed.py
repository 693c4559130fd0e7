"""The feed of all events, in position order, for whoever follows the ledger."""

from typing import Annotated, Any

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter, SkipValidation

from http_api.actors import check_may_read_all
from http_api.api.described import refusing
from http_api.api.reads import GivenClocks, Limit, clocks_asked
from http_api.rights import RIGHT
from http_api.service import Service
from http_api.visitors import person_of
from policies.permissions import Action
from projections.answers import History
from projections.reading.feed import read_events


@get("/ledger/events", sync_to_thread=True, responses=refusing(400, 401, 403, 404, 503))
def events(
    request: Request[Any, Any, Any],
    service: NamedDependency[SkipValidation[Service]],
    asked: GivenClocks,
    after: Annotated[int, QueryParameter(ge=0, description="The last position seen.")] = 0,
    limit: Limit = 500,
) -> History:
    """Events after a position and up to the known clock, for whoever may read every agreement."""
    check_may_read_all(service, person_of(request))
    with service.reading(asked) as (connection, clocks):
        return read_events(connection, clocks, after=after, limit=limit)


FEED = Router(
    path="/",
    route_handlers=[events],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["ledger"],
)
