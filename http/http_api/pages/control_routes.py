"""The addresses of the pages of change control and reward."""

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Stream

from http_api.downloads import download
from http_api.effect_chart import draw_effects
from http_api.offering import amendment_offered, register_offered
from http_api.pages import amendments as views
from http_api.pages import rewards as reward_views
from http_api.pages import scorecard as scorecard_views
from http_api.pages.amendment_lists import AskedLists, targets_csv
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.pages.taking import may_act, new_key, recorded_here
from http_api.rights import RIGHT
from http_api.service import Service
from http_api.visitors import GivenVisitor
from policies.permissions import Action
from policies.refusals import Refusal

GivenLists = NamedDependency[SkipValidation[AskedLists]]
GivenService = NamedDependency[SkipValidation[Service]]
REGISTER = "/agreements/{agreement:str}/amendments"
ONE = f"{REGISTER}/{{number:int}}"


def lists_asked(
    targets: FromQuery[str] = "",
    payments: FromQuery[str] = "",
    baskets: FromQuery[str] = "",
    periods: FromQuery[str] = "",
    checks: FromQuery[str] = "",
) -> AskedLists:
    """Which part of each list on the page of a proposal an address asks for."""
    return AskedLists(targets, payments, baskets, periods, checks)


@get(REGISTER, media_type=MediaType.HTML, sync_to_thread=True)
def amendments(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    after: FromQuery[str] = "",
) -> str:
    """The change register."""
    acting = may_act(who, asked)
    return views.register_page(
        reader,
        asked,
        agreement,
        after=after,
        offered=register_offered(service, agreement, who.person) if acting else None,
        recorded=recorded_here(service, who, asked),
    )


@get(
    ONE,
    media_type=MediaType.HTML,
    sync_to_thread=True,
    dependencies={"lists": Provide(lists_asked, sync_to_thread=False)},
)
def amendment(
    reader: GivenReader,
    asked: GivenClocks,
    service: GivenService,
    who: GivenVisitor,
    agreement: FromPath[str],
    number: FromPath[int],
    lists: GivenLists,
) -> str:
    """One proposal."""
    acting = may_act(who, asked)
    return views.amendment_page(
        reader,
        asked,
        agreement,
        number,
        lists=lists,
        offers=amendment_offered(service, agreement, number, who.person) if acting else None,
        key=new_key(),
        recorded=recorded_here(service, who, asked),
    )


@get(f"{ONE}/memorandum", media_type=MediaType.HTML, sync_to_thread=True)
def memorandum(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], number: FromPath[int]
) -> str:
    """The memorandum of a decision."""
    return views.memorandum_page(reader, asked, agreement, number)


@get(f"{ONE}/effects.svg", sync_to_thread=True)
def effects_chart(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
    size: FromQuery[str] = "",
) -> Response[str]:
    """Statuses before and after, as a picture."""
    sides = views.effect_sides(reader, asked, agreement, number)
    picture = draw_effects(sides, "narrow" if size == "narrow" else "wide")
    return Response(picture, media_type="image/svg+xml")


@get(f"{ONE}/effects.csv", sync_to_thread=True)
def effects_csv(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], number: FromPath[int]
) -> Stream:
    """The whole effect table."""
    pieces = views.effects_csv(reader.rehearsal(agreement, number, asked))
    return download(pieces, f"effects-{number}.csv", "text/csv")


@get(f"{ONE}/targets.csv", sync_to_thread=True)
def proposed_targets_csv(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], number: FromPath[int]
) -> Stream:
    """All targets of a proposal, as its revision takes them."""
    pieces = targets_csv(reader.amendment(agreement, number, asked).changes.targets)
    return download(pieces, f"targets-{number}.csv", "text/csv")


@get("/agreements/{agreement:str}/rewards", media_type=MediaType.HTML, sync_to_thread=True)
def rewards(reader: GivenReader, asked: GivenClocks, agreement: FromPath[str]) -> str:
    """What is paid on stretch targets."""
    return reward_views.rewards_page(reader, asked, agreement)


@get("/agreements/{agreement:str}/scorecard", media_type=MediaType.HTML, sync_to_thread=True)
def scorecard(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    by: FromQuery[str] = "",
    indicators: FromQuery[str] = "",
    area: FromQuery[str] = "",
) -> str:
    """The indicators in baskets, each judged together."""
    return scorecard_views.scorecard_page(
        reader, asked, agreement, by=by, indicators=indicators, area=area
    )


CONTROL_PAGES = Router(
    path="/",
    route_handlers=[
        amendments,
        amendment,
        memorandum,
        effects_chart,
        effects_csv,
        proposed_targets_csv,
        rewards,
        scorecard,
    ],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
