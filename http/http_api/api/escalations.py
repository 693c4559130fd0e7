"""The reading of escalation: open stages, one indicator's story, exceptions, the four weeks."""

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
from projections.escalations import Escalations, EscalationStory, Examinations, Exceptions
from projections.reading.escalation_story import read_escalation
from projections.reading.escalations import read_escalations, read_exceptions
from projections.reading.examinations import read_examinations


@get("/agreements/{agreement:str}/escalations", sync_to_thread=True, responses=PROBLEMS)
def escalations(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    area: FromQuery[str | None] = None,
) -> Escalations:
    """The open stages of an area, with the periods and acts behind each, and who must act."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_escalations(connection, agreement, clocks, area=area)


@get(f"{INDICATOR}/escalation", sync_to_thread=True, responses=PROBLEMS)
def escalation(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str | None] = None,
) -> EscalationStory:
    """One indicator's whole story: every move and act, and the stage as it was known when."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_escalation(connection, agreement, indicator, clocks, area=area)


@get("/agreements/{agreement:str}/exceptions", sync_to_thread=True, responses=PROBLEMS)
def exceptions(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    area: FromQuery[str | None] = None,
) -> Exceptions:
    """What is red, amber or escalated, and what is exceeding, with what was last done about it."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_exceptions(connection, agreement, clocks, area=area)


@get("/agreements/{agreement:str}/examinations", sync_to_thread=True, responses=PROBLEMS)
def examinations(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    period: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> Examinations:
    """Whether each value was examined within four weeks of the day its data were available."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_examinations(connection, agreement, clocks, area=area, period=period)


ESCALATIONS = Router(
    path="/",
    route_handlers=[escalations, escalation, exceptions, examinations],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["escalation"],
)
