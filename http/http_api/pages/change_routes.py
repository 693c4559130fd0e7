"""The addresses of the pages of change."""

from typing import Annotated

from litestar import MediaType, Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from http_api.downloads import download
from http_api.pages import changes as views
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.rights import RIGHT
from policies.permissions import Action
from policies.refusals import Refusal

Begin = Annotated[str, QueryParameter(name="from")]
CHANGES = "/agreements/{agreement:str}/changes"


@get(CHANGES, media_type=MediaType.HTML, sync_to_thread=True)
def changes(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    begin: Begin = "",
    area: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> str:
    """What changed between two moments, and why."""
    about = views.Asked(clocks=asked, begin=begin.strip(), area=area, after=after)
    return views.changes_page(reader, about, agreement)


@get(f"{CHANGES}.csv", sync_to_thread=True)
def changes_csv(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    begin: Begin = "",
    area: FromQuery[str] = "",
) -> Stream:
    """The same as CSV."""
    about = views.Asked(clocks=asked, begin=begin.strip(), area=area)
    pieces = views.changes_csv(reader, about, agreement)
    return download(pieces, "changes.csv", "text/csv")


@get("/agreements/{agreement:str}/restatements", media_type=MediaType.HTML, sync_to_thread=True)
def restatements(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromQuery[str] = "",
    area: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> str:
    """What was corrected, withdrawn and restored."""
    about = views.Asked(clocks=asked, area=area, after=after)
    return views.restatements_page(reader, about, agreement, indicator=indicator)


CHANGE_PAGES = Router(
    path="/",
    route_handlers=[changes, changes_csv, restatements],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
