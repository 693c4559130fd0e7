"""The reading side: values, status, why, an indicator, its history, agreements."""

from typing import Annotated, Any

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from http_api.actors import check_may_read, takes_part
from http_api.api.described import refusing
from http_api.rights import RIGHT
from http_api.service import ClocksAsked, Service
from http_api.visitors import person_of
from policies.permissions import Access, Action
from projections.answers import (
    AgreementAnswer,
    Agreements,
    CodeMaps,
    History,
    IndicatorAnswer,
    Status,
    Values,
    Why,
)
from projections.reading.agreement import read_agreement
from projections.reading.agreements import read_agreements
from projections.reading.clocks import NOW
from projections.reading.code_maps import read_code_maps
from projections.reading.history import read_history
from projections.reading.indicator import read_indicator
from projections.reading.status import read_status
from projections.reading.values import read_values
from projections.reading.why import read_why

Api = Request[Any, Any, Any]
PROBLEMS = refusing(400, 401, 403, 404, 422, 503)
INDICATOR = "/agreements/{agreement:str}/indicators/{indicator:str}"
GivenService = NamedDependency[SkipValidation[Service]]
GivenClocks = NamedDependency[SkipValidation[ClocksAsked]]
CLOCK = (
    "now, a date (the end of that day, Europe/London), a time with its offset, position:1742,"
    " or position:1742@ and a time at which it was looked at"
)
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt].+)?"
FORMS = {"pattern": f"^(now|position:[1-9][0-9]{{0,17}}|position:[0-9]{{1,18}}@{DAY}|{DAY})$"}
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Rows of a page.")]
Named = Annotated[str | None, QueryParameter(min_length=1)]  # empty it would be all of them
MinPosition = Annotated[
    int, QueryParameter(ge=0, description="Wait until the answers include this position.")
]


def clocks_asked(
    known_at: Annotated[
        str, QueryParameter(description=f"Which facts: {CLOCK}.", schema_extra=FORMS)
    ] = NOW,
    policy_at: Annotated[
        str, QueryParameter(description=f"Which rules: {CLOCK}.", schema_extra=FORMS)
    ] = NOW,
    min_position: MinPosition = 0,
) -> ClocksAsked:
    """The clocks of a request."""
    return ClocksAsked(known_at, policy_at, min_position)


def reader_of(request: Api, service: Service, agreement: str) -> None:
    """Refuse whoever may not read an agreement."""
    check_may_read(person_of(request), service.agreement(agreement), service.today)


@get("/agreements", right=Access.A_PERSON, sync_to_thread=True, responses=PROBLEMS)
def agreements(request: Api, service: GivenService, asked: GivenClocks) -> Agreements:
    """The agreements in which the caller holds a role."""
    person = person_of(request)
    with service.reading(asked) as (connection, clocks):
        answer = read_agreements(connection, clocks)
    theirs = tuple(
        listed for listed in answer.agreements if takes_part(service, person, listed.code)
    )
    return Agreements(clocks=answer.clocks, agreements=theirs)


@get("/agreements/{agreement:str}", sync_to_thread=True, responses=PROBLEMS)
def agreement_sheet(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> AgreementAnswer:
    """An agreement's sheet and structure."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_agreement(connection, agreement, clocks)


@get("/agreements/{agreement:str}/code-maps", sync_to_thread=True, responses=PROBLEMS)
def code_maps(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> CodeMaps:
    """What others call areas and indicators, as files were read then."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_code_maps(connection, agreement, clocks)


@get("/agreements/{agreement:str}/status", sync_to_thread=True, responses=PROBLEMS)
def status(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    period: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> Status:
    """One row an indicator: its latest due period, or its last one that ends inside ``period``."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_status(connection, agreement, clocks, period=period, area=area)


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}",
    sync_to_thread=True,
    responses=PROBLEMS,
)
def indicator_sheet(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
) -> IndicatorAnswer:
    """Definition, targets, placement, officers and the current judgement."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_indicator(connection, agreement, indicator, clocks)


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}/values",
    sync_to_thread=True,
    responses=PROBLEMS,
)
def values(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str | None] = None,
    period: FromQuery[str | None] = None,
    breakdown: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Limit = 500,
) -> Values:
    """The entries that hold. ``breakdown`` is such as sex=F;ward=E05000001, empty the headline."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_values(
            connection,
            agreement,
            indicator,
            clocks,
            area=area,
            period=period,
            breakdown=breakdown,
            after=after,
            limit=limit,
        )


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}/history",
    sync_to_thread=True,
    responses=PROBLEMS,
)
def history(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    after: Annotated[int, QueryParameter(ge=0)] = 0,
    limit: Limit = 500,
) -> History:
    """Everything that happened to an indicator, in order."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_history(connection, agreement, indicator, clocks, after=after, limit=limit)


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}/why",
    sync_to_thread=True,
    responses=PROBLEMS,
)
def why(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str],
    area: FromQuery[str | None] = None,
) -> Why:
    """How a judgement came about: every input, who gave it, and every step."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_why(connection, agreement, indicator, clocks, period=period, area=area)


READS = Router(
    path="/",
    route_handlers=[
        agreements,
        agreement_sheet,
        code_maps,
        status,
        indicator_sheet,
        values,
        history,
        why,
    ],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
