"""What an auditor asks: events by who did what to what, roles, changes to rules."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from http_api.api.reads import (
    PROBLEMS,
    Api,
    GivenClocks,
    GivenService,
    Limit,
    Named,
    clocks_asked,
    reader_of,
)
from http_api.rights import RIGHT
from policies.permissions import Action
from projections.answers import History
from projections.audit_answers import AuditOverview, EventStored, RoleSpans, RuleChanges
from projections.reading.one_event import read_event
from projections.reading.overview import read_overview
from projections.reading.roles import read_roles
from projections.reading.rules import read_rules
from projections.reading.search import EventsAsked, Order, search_events

AGREEMENT = "/agreements/{agreement:str}"
After = Annotated[int | None, QueryParameter(ge=1, description="The `next` of the page before.")]
Kinds = Annotated[
    list[str] | None,
    QueryParameter(description="Topics such as values-corrected, or groups such as refusals."),
]
Since = Annotated[
    date | None, QueryParameter(name="from", description="The first day, Europe/London.")
]
Until = Annotated[date | None, QueryParameter(description="The last day, Europe/London.")]


@get(f"{AGREEMENT}/events", sync_to_thread=True, responses=PROBLEMS)
def events(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    actor: Named = None,
    kind: Kinds = None,
    since: Since = None,
    until: Until = None,
    indicator: Named = None,
    load: FromQuery[UUID | None] = None,
    order: FromQuery[Order] = "newest",
    after: After = None,
    limit: Limit = 500,
) -> History:
    """The events of an agreement by who, what, when and about what."""
    reader_of(request, service, agreement)
    wanted = EventsAsked(
        actor=actor or "",
        kinds=tuple(kind or ()),
        since=since,
        until=until,
        indicator=indicator or "",
        load=load,
        order=order,
        after=after,
        limit=limit,
    )
    with service.reading(asked) as (connection, clocks):
        return search_events(connection, agreement, clocks, wanted)


@get(f"{AGREEMENT}/events/{{position:int}}", sync_to_thread=True, responses=PROBLEMS)
def event(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    position: FromPath[int],
) -> EventStored:
    """One event to the last byte, with its stream and its commit."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_event(connection, agreement, position, clocks)


@get(f"{AGREEMENT}/roles", sync_to_thread=True, responses=PROBLEMS)
def roles(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> RoleSpans:
    """Who held which role, from when to when."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_roles(connection, agreement, clocks)


@get(f"{AGREEMENT}/rules", sync_to_thread=True, responses=PROBLEMS)
def rules(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: Named = None,
    after: After = None,
    limit: Limit = 500,
) -> RuleChanges:
    """Every change to the rules, the latest first: what it was and what it became."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_rules(
            connection, agreement, clocks, indicator=indicator or "", after=after, limit=limit
        )


@get(f"{AGREEMENT}/audit", sync_to_thread=True, responses=PROBLEMS)
def overview(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> AuditOverview:
    """How many events there are, of which kinds and by whom."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_overview(connection, agreement, clocks)


AUDIT = Router(
    path="/",
    route_handlers=[events, event, roles, rules, overview],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["audit"],
)
