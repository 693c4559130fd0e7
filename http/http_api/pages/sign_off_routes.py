"""The addresses of the pages of sign-off, and of the forms on them."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from http_api import clock, signing_off
from http_api.pages import sign_offs as views
from http_api.pages.errors import refused
from http_api.pages.routes import GivenClocks, clocks_asked
from http_api.pages.sign_off_reader import Selection, SignOffReader
from http_api.pages.sign_offs import NOW, Addresses, Filled, Wrong
from http_api.problems import STATUS, HttpProblem
from http_api.service import Service
from http_api.sign_off_forms import (
    SignOffForm,
    choice_of,
    chosen_in,
    return_of,
    signing_of,
)
from http_api.visitors import GivenVisitor
from policies.permissions import Action
from policies.refusals import Refusal

GivenReader = NamedDependency[SkipValidation[SignOffReader]]
GivenService = NamedDependency[SkipValidation[Service]]
GivenSelection = NamedDependency[SkipValidation[Selection]]
SentForm = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Page = Response[str]

MISSING = 422  # a form in which something is missing, or too long


def selected(
    indicator: FromQuery[str] = "",
    period: FromQuery[str] = "",
    area: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Selection:
    """The part of what waits that an address is about."""
    return Selection(indicator=indicator, period=period, area=area, after=after)


@get("/", media_type=MediaType.HTML, right=Action.READ, sync_to_thread=True)
def waiting_page(
    reader: GivenReader,
    asked: GivenClocks,
    who: GivenVisitor,
    selection: GivenSelection,
    agreement: FromPath[str],
) -> str:
    """What waits for a sign-off."""
    filled = Filled(key=_new_key())
    return views.sign_off_page(reader, asked, agreement, who.person, selection, filled)


@post("/confirm", right=Action.SIGN_OFF, status_code=200, sync_to_thread=True)
def confirm(
    reader: GivenReader,
    who: GivenVisitor,
    selection: GivenSelection,
    agreement: FromPath[str],
    data: SentForm,
) -> Page:
    """Exactly what would be signed off, to be looked at once more. Nothing is recorded."""
    form = choice_of(data)
    if form.wrong:
        return _again(reader, agreement, who.person, selection, form)
    return _page(views.confirm_page(reader, agreement, selection, form, _new_key()))


@post("/", right=Action.SIGN_OFF, status_code=303, sync_to_thread=True)
def sign(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    selection: GivenSelection,
    agreement: FromPath[str],
    data: SentForm,
) -> Page | Redirect:
    """Sign off what was looked at."""
    form = signing_of(data)
    if form.wrong:
        return _again(reader, agreement, who.person, selection, form)
    if not form.key:
        form = form._replace(key=_new_key())
    done = signing_off.sign(service, agreement, who.person, form)
    left = [one.text for one in done.left]
    return _done(agreement, selection, form.key, done.position, left)


@post("/return", right=Action.RETURN, status_code=303, sync_to_thread=True)
def give_back(
    reader: GivenReader,
    service: GivenService,
    who: GivenVisitor,
    selection: GivenSelection,
    agreement: FromPath[str],
    data: SentForm,
) -> Page | Redirect:
    """Return one entry to whoever gave it."""
    form = return_of(data)
    if form is None:
        return Redirect(Addresses(agreement, selection).to(), status_code=303)
    if not form.key:
        form = form._replace(key=_new_key())
    at, reasons = f"reason-{form.entry.name}", {form.entry.name: form.reason}
    try:
        position = signing_off.give_back(service, agreement, who.person, form)
    except Refusal as refusal:
        wrong: Wrong = ((at, refusal.detail),)
        status = STATUS[refusal.code]
    except msgspec.ValidationError:
        wrong = ((at, "A reason has at most 10,000 characters."),)
        status = MISSING
    else:
        return _done(agreement, selection, form.key, position)
    filled = Filled(key=_new_key(), reasons=reasons, wrong=wrong)
    page = views.sign_off_page(reader, NOW, agreement, who.person, selection, filled)
    return _page(page, status)


@get("/done", media_type=MediaType.HTML, right=Action.READ, sync_to_thread=True)
def done_page(
    reader: GivenReader,
    asked: GivenClocks,
    who: GivenVisitor,
    selection: GivenSelection,
    agreement: FromPath[str],
    key: FromQuery[str] = "",
    left: FromQuery[list[str] | None] = None,
) -> str:
    """What came of a form."""
    others = chosen_in(left or ())
    return views.done_page(reader, asked, agreement, who.person, selection, key, others)


def _again(
    reader: SignOffReader, agreement: str, person: str, selection: Selection, form: SignOffForm
) -> Page:
    """The list once more, with what was chosen and what is missing."""
    filled = Filled(
        key=_new_key(),
        chosen=frozenset(one.place for one in form.chosen),
        assurance=form.assurance,
        wrong=form.wrong,
    )
    page = views.sign_off_page(reader, NOW, agreement, person, selection, filled)
    return _page(page, MISSING)


def _done(
    agreement: str, selection: Selection, key: str, position: int, left: list[str] | None = None
) -> Redirect:
    """On to what came of it, once the answers know of it."""
    query: Mapping[str, str | list[str]] = {
        "key": key,
        "recorded": str(position) if position else "",
        "left": left or [],
    }
    return Redirect(Addresses(agreement, selection).to("done", **query), status_code=303)


def _page(text: str, status: int = 200) -> Page:
    return Response(text, status_code=status, media_type=MediaType.HTML)


def _new_key() -> str:
    return clock.new_id().hex


SIGN_OFF_PAGES = Router(
    path="/agreements/{agreement:str}/sign-off",
    route_handlers=[waiting_page, confirm, sign, give_back, done_page],
    dependencies={
        "asked": Provide(clocks_asked, sync_to_thread=False),
        "selection": Provide(selected, sync_to_thread=False),
    },
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
