"""The addresses of the pages of change control and reward."""

from litestar import MediaType, Response, Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from http_api.effect_chart import draw_effects
from http_api.pages import amendments as views
from http_api.pages import rewards as reward_views
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.rights import RIGHT
from policies.permissions import Action
from policies.refusals import Refusal

REGISTER = "/agreements/{agreement:str}/amendments"
ONE = f"{REGISTER}/{{number:int}}"


@get(REGISTER, media_type=MediaType.HTML, sync_to_thread=True)
def amendments(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    after: FromQuery[str] = "",
) -> str:
    """The change register."""
    return views.register_page(reader, asked, agreement, after=after)


@get(ONE, media_type=MediaType.HTML, sync_to_thread=True)
def amendment(
    reader: GivenReader, asked: GivenClocks, agreement: FromPath[str], number: FromPath[int]
) -> str:
    """One proposal."""
    return views.amendment_page(reader, asked, agreement, number)


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
    return Stream(
        views.effects_csv(reader.rehearsal(agreement, number, asked)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="effects-{number}.csv"'},
    )


@get("/agreements/{agreement:str}/rewards", media_type=MediaType.HTML, sync_to_thread=True)
def rewards(reader: GivenReader, asked: GivenClocks, agreement: FromPath[str]) -> str:
    """What is paid on stretch targets."""
    return reward_views.rewards_page(reader, asked, agreement)


CONTROL_PAGES = Router(
    path="/",
    route_handlers=[amendments, amendment, memorandum, effects_chart, effects_csv, rewards],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
