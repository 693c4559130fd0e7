"""The addresses of the pages of escalation."""

from litestar import MediaType, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from http_api.offering import examinable, offered
from http_api.pages import escalations as views
from http_api.pages.errors import refused
from http_api.pages.escalation_reader import EscalationReader
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.pages.taking import may_act, recorded_here
from http_api.rights import RIGHT
from http_api.service import Service
from http_api.visitors import GivenVisitor
from policies.permissions import Action
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[EscalationReader]]
GivenService = NamedDependency[SkipValidation[Service]]


@get("/agreements/{agreement:str}/exceptions", media_type=MediaType.HTML, sync_to_thread=True)
def exceptions(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], area: FromQuery[str] = ""
) -> str:
    """What asks for attention."""
    return views.exceptions_page(reader, asked, agreement, area=area)


@get("/agreements/{agreement:str}/escalations", media_type=MediaType.HTML, sync_to_thread=True)
def escalations(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], area: FromQuery[str] = ""
) -> str:
    """The stages, and who must act."""
    return views.escalations_page(reader, asked, agreement, area=area)


@get(
    "/agreements/{agreement:str}/indicators/{indicator:str}/escalation",
    media_type=MediaType.HTML,
    sync_to_thread=True,
)
def escalation(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    indicator: FromPath[str],
    area: FromQuery[str] = "",
) -> str:
    """One indicator's escalation, and what its reader may do about it now."""
    acting = may_act(who, asked)
    return views.escalation_page(
        reader,
        asked,
        agreement,
        indicator,
        area=area,
        offered=offered(service, (agreement, indicator), who.person, area) if acting else (),
        recorded=recorded_here(service, who, asked),
    )


@get("/agreements/{agreement:str}/examinations", media_type=MediaType.HTML, sync_to_thread=True)
def examinations(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> str:
    """The four-week rule, kept or broken."""
    acting = may_act(who, asked)
    return views.examinations_page(
        reader,
        asked,
        agreement,
        period=period,
        area=area,
        examinable=examinable(service, agreement, who.person) if acting else (),
        recorded=recorded_here(service, who, asked),
    )


ESCALATION_PAGES = Router(
    path="/",
    route_handlers=[exceptions, escalations, escalation, examinations],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
