"""The addresses of the pages on which values are entered, corrected, returned and withdrawn."""

from dataclasses import fields
from typing import Annotated, Any

from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from http_api.attachment_files import MOST_FORM_BYTES, files_in
from http_api.body_sizes import LARGE_BODY_BYTES
from http_api.pages import entry as views
from http_api.pages import entry_acts as acts
from http_api.pages import entry_grid as grids
from http_api.pages.entry import Shown, Sitting
from http_api.pages.entry_cell import CellAsked, cell_named
from http_api.pages.entry_forms import EntryForm, ReasonForm
from http_api.pages.entry_grid import GridAsked
from http_api.pages.entry_grid_sending import grid_sent
from http_api.pages.entry_offers import entry_address
from http_api.pages.entry_receipt import receipt_address, receipt_page
from http_api.pages.errors import refused
from http_api.pages.evidence_taken import FILES, KEPT
from http_api.pages.routes import GivenDesk, GivenReader
from http_api.problems import HttpProblem
from http_api.visitors import GivenVisitor
from ledger.acts import Answered
from policies.permissions import Action
from policies.refusals import Refusal

INDICATOR = "/indicators/{indicator:str}"
ENTRY = f"{INDICATOR}/entries/{{name:str}}"
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)

GivenSitting = NamedDependency[SkipValidation[Sitting]]
GivenCell = NamedDependency[SkipValidation[CellAsked]]
GivenEntryForm = NamedDependency[SkipValidation[EntryForm]]
GivenGrid = NamedDependency[SkipValidation[GridAsked]]
Page = Response[str]


def sitting(desk: GivenDesk, reader: GivenReader, who: GivenVisitor) -> Sitting:
    """Who sits at the desk."""
    return Sitting(desk, reader, who.person)


def cell_asked(
    period: FromQuery[str] = "", area: FromQuery[str] = "", breakdown: FromQuery[str] = ""
) -> CellAsked:
    """The cell of an address."""
    return CellAsked(period, area, breakdown)


async def entry_form(request: Request[Any, Any, Any]) -> EntryForm:
    """The form of a value as it was sent, with its files or without."""
    sent = await request.form()
    named = {one.name for one in fields(EntryForm)} - {FILES, KEPT}
    texts = {name: text for name, text in sent.items() if name in named and isinstance(text, str)}
    kept = [digest for digest in sent.getall(KEPT, []) if isinstance(digest, str)]
    return EntryForm(**texts, files=files_in(sent.getall(FILES, [])), attachments=kept)


def grid_asked(
    period: FromQuery[str] = "", area: FromQuery[str] = "", indicator: FromQuery[str] = ""
) -> GridAsked:
    """The grid of an address."""
    return GridAsked(period, area, indicator)


@get(f"{INDICATOR}/entry", right=Action.SUBMIT, sync_to_thread=True)
def entry_page(
    at: GivenSitting, cell: GivenCell, agreement: FromPath[str], indicator: FromPath[str]
) -> Page:
    """The form to enter or correct a value."""
    return _page(views.entry_page(at, (agreement, indicator), cell))


@post(
    f"{INDICATOR}/entry",
    right=Action.SUBMIT,
    request_max_body_size=MOST_FORM_BYTES,
    dependencies={"form": Provide(entry_form)},
    sync_to_thread=True,
)
def enter(
    at: GivenSitting,
    cell: GivenCell,
    agreement: FromPath[str],
    indicator: FromPath[str],
    form: GivenEntryForm,
) -> Page | Redirect:
    """Check a value, or send it."""
    address = (agreement, indicator)
    if form.step != "send" or not form.key:
        return _page(views.entry_checked(at, address, cell, form))
    return _after(agreement, views.entry_sent(at, address, cell, form))


@get(f"{ENTRY}/correction", right=Action.CORRECT, sync_to_thread=True)
def correct(
    at: GivenSitting, agreement: FromPath[str], indicator: FromPath[str], name: FromPath[str]
) -> Redirect:
    """The form of the cell in which an entry stands."""
    address = (agreement, indicator)
    key = cell_named(at.desk, address, name).key
    return Redirect(entry_address(address, key), status_code=303)


@get(f"{ENTRY}/return", right=Action.RETURN, sync_to_thread=True)
def return_page(
    at: GivenSitting, agreement: FromPath[str], indicator: FromPath[str], name: FromPath[str]
) -> Page:
    """The form to return an entry."""
    return _page(acts.act_page(at, (agreement, indicator), name, Action.RETURN))


@post(f"{ENTRY}/return", right=Action.RETURN, sync_to_thread=True)
def give_back(
    at: GivenSitting,
    agreement: FromPath[str],
    indicator: FromPath[str],
    name: FromPath[str],
    data: Annotated[ReasonForm, FORM],
) -> Page | Redirect:
    """Return an entry to whoever gave it."""
    address = (agreement, indicator)
    return _after(agreement, acts.act_sent(at, address, name, Action.RETURN, data))


@get(f"{ENTRY}/withdrawal", right=Action.WITHDRAW, sync_to_thread=True)
def withdrawal_page(
    at: GivenSitting, agreement: FromPath[str], indicator: FromPath[str], name: FromPath[str]
) -> Page:
    """The form to withdraw an entry."""
    return _page(acts.act_page(at, (agreement, indicator), name, Action.WITHDRAW))


@post(f"{ENTRY}/withdrawal", right=Action.WITHDRAW, sync_to_thread=True)
def withdraw(
    at: GivenSitting,
    agreement: FromPath[str],
    indicator: FromPath[str],
    name: FromPath[str],
    data: Annotated[ReasonForm, FORM],
) -> Page | Redirect:
    """Take an entry out."""
    address = (agreement, indicator)
    return _after(agreement, acts.act_sent(at, address, name, Action.WITHDRAW, data))


@get("/entry-grid", right=Action.SUBMIT, sync_to_thread=True)
def grid_page(at: GivenSitting, asked: GivenGrid, agreement: FromPath[str]) -> Page:
    """Many values at once."""
    return _page(grids.grid_page(at, grids.grid_of(at, agreement, asked), {}))


@post(
    "/entry-grid",
    right=Action.SUBMIT,
    request_max_body_size=LARGE_BODY_BYTES,
    sync_to_thread=True,
)
def fill_grid(
    at: GivenSitting,
    asked: GivenGrid,
    agreement: FromPath[str],
    data: Annotated[dict[str, str], FORM],
) -> Page | Redirect:
    """Check many values, or send them."""
    step = data.get("step", "check")
    grid = grids.grid_of(at, agreement, asked, sending=step == "send")
    if step == "change":
        return _page(grids.grid_page(at, grid, data))
    if step != "send":
        return _page(grids.grid_checked(at, grid, data))
    became = grid_sent(at, grid, data)
    if isinstance(became, Shown):
        return _page(became)
    unchanged = all(one.unchanged for one in became)
    return _to_receipt(agreement, [one.position for one in became], unchanged=unchanged)


@get("/receipts/{positions:str}", right=Action.READ, sync_to_thread=True)
def receipt(
    at: GivenSitting, agreement: FromPath[str], positions: FromPath[str], same: FromQuery[str] = ""
) -> Page:
    """What was recorded, and who is next."""
    return _page(Shown(receipt_page(at, agreement, positions, unchanged=same == "yes")))


def _after(agreement: str, became: Answered | Shown) -> Page | Redirect:
    """The receipt of what was recorded; the page again where something was refused."""
    if isinstance(became, Shown):
        return _page(became)
    if became.recorded:
        return _to_receipt(agreement, [became.first_position])
    name = became.name_of(became.told.outcomes[0])
    return _to_receipt(agreement, [int(name.partition(".")[0])], unchanged=True)


def _to_receipt(agreement: str, positions: list[int], *, unchanged: bool = False) -> Redirect:
    address = receipt_address(agreement, positions)
    return Redirect(f"{address}?same=yes" if unchanged else address, status_code=303)


def _page(shown: Shown) -> Page:
    return Response(shown.text, status_code=shown.status, media_type=MediaType.HTML)


ENTRY_PAGES = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[
        entry_page,
        enter,
        correct,
        return_page,
        give_back,
        withdrawal_page,
        withdraw,
        grid_page,
        fill_grid,
        receipt,
    ],
    dependencies={
        "at": Provide(sitting, sync_to_thread=False),
        "cell": Provide(cell_asked, sync_to_thread=False),
        "asked": Provide(grid_asked, sync_to_thread=False),
    },
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
