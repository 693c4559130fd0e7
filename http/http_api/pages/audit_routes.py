"""The addresses of the auditor's pages."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from litestar import MediaType, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from http_api.pages import audit as views
from http_api.pages.audit_reader import AuditReader
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.problems import HttpProblem
from http_api.rights import RIGHT
from policies.permissions import Action
from policies.refusals import BadCursor, Refusal, UnknownLoad
from projections.reading.search import EventsAsked

GivenReader = NamedDependency[SkipValidation[AuditReader]]
AUDIT = "/agreements/{agreement:str}/audit"
Since = Annotated[str, QueryParameter(name="from")]


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def overview(reader: GivenReader, asked: GivenClocks, agreement: FromPath[str]) -> str:
    """What there is to audit."""
    return views.overview_page(reader, asked, agreement)


@get("/events", media_type=MediaType.HTML, sync_to_thread=True)
def events(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    actor: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    since: Since = "",
    until: FromQuery[str] = "",
    indicator: FromQuery[str] = "",
    load: FromQuery[str] = "",
    order: FromQuery[Literal["newest", "oldest", ""]] = "",
    after: FromQuery[str] = "",
) -> str:
    """A search of events."""
    wanted = EventsAsked(
        actor=actor,
        kinds=(kind,) if kind else (),
        since=_day(since, "from"),
        until=_day(until, "until"),
        indicator=indicator,
        load=_load(load),
        order=order or "newest",
        after=_position(after),
        limit=views.EVENTS_SHOWN,
    )
    return views.events_page(reader, asked, agreement, wanted)


@get("/events/{position:int}", media_type=MediaType.HTML, sync_to_thread=True)
def event(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], position: FromPath[int]
) -> str:
    """One event to the last byte."""
    return views.event_page(reader, asked, agreement, position)


@get("/refusals", media_type=MediaType.HTML, sync_to_thread=True)
def refusals(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], after: FromQuery[str] = ""
) -> str:
    """Who tried what, and which rule refused it."""
    return views.refusals_page(reader, asked, agreement, after=_position(after))


@get("/roles", media_type=MediaType.HTML, sync_to_thread=True)
def roles(reader: GivenReader, asked: GivenClocks, agreement: FromPath[str]) -> str:
    """Who held which role, from when to when."""
    return views.roles_page(reader, asked, agreement)


@get("/rules", media_type=MediaType.HTML, sync_to_thread=True)
def rules(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> str:
    """Every change to the rules."""
    return views.rules_page(reader, asked, agreement, indicator=indicator, after=_position(after))


def _day(text: str, field: str) -> date | None:
    """A day of the form; a box left empty is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = f"{text[:40]!r} is not a day, such as 2025-05-02."
        raise HttpProblem(400, "malformed", sentence, field=field) from None


def _position(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise BadCursor(field="after")
    return int(text)


def _load(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise UnknownLoad(field="load") from None


AUDIT_PAGES = Router(
    path=AUDIT,
    route_handlers=[overview, events, event, refusals, roles, rules],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
