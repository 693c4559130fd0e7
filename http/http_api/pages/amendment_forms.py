"""The addresses of the forms of change control: shown, taken, recorded as the API records them."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath, FromQuery, SkipValidation

from http_api.api.amending import Sender
from http_api.body_sizes import LARGE_BODY_BYTES, MOST_BODY_BYTES
from http_api.pages import amendment_fields as fields
from http_api.pages.advice import next_steps
from http_api.pages.amendment_lists import LINES_SHOWN, told
from http_api.pages.amendment_offers import against_approval
from http_api.pages.amendments import REGISTER, words_of
from http_api.pages.control_forms import (
    CONTROL_FORMS,
    NOW,
    ControlForm,
    Place,
    Scene,
    scene_of,
)
from http_api.pages.errors import refused
from http_api.pages.filling import Filled, Typed
from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.part_lists import part_of
from http_api.pages.proposal_typed import in_other_words
from http_api.pages.reader import Reader
from http_api.pages.render import Crumb, render
from http_api.pages.taking import Taker, framed, opened, take
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import GivenVisitor
from policies.permissions import Action
from policies.refusals import Refusal

FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
LINKS = Links(NOW)
EXPLAINS: dict[str, str] = {
    "amendments/new": "Whoever is bound is asked for consent; all history is judged with the"
    " proposal; then the bodies decide. Nothing changes before that.",
    "seal": "From then on targets, definitions and rules move only by amendments. There is no way"
    " back.",
    "refreshes": "Amendments are gathered from the first to the last day, and then decided"
    " together.",
    "refreshes/{number:int}/decisions": "All that is ticked is rejected; all else is approved, in"
    " one commit, or nothing is.",
}

GivenPlace = NamedDependency[SkipValidation[Place]]
PROPOSALS = ("/new", "/revisions")  # how the paths of forms end that bring changes


def place_asked(
    request: Request[Any, Any, Any],
    service: NamedDependency[SkipValidation[Service]],
    reader: NamedDependency[SkipValidation[Reader]],
    who: GivenVisitor,
    agreement: FromPath[str],
) -> Place:
    """What every one of these forms is asked with."""
    number = int(request.path_params.get("number", 0))
    return Place(service, reader, who, agreement, number)


def page_of(one: ControlForm, scene: Scene, filled: Filled) -> str:
    """The page of a form."""
    at, amendment = scene.at, scene.amendment
    if amendment and fields.REVISION.name in filled.typed:  # the page shows this one
        seen = {**filled.typed, fields.REVISION.name: str(amendment.revision)}
        filled = msgspec.structs.replace(filled, typed=seen)
    between = [Crumb(REGISTER, LINKS.amendments(at.agreement))]
    if amendment:
        between.append(Crumb(f"Amendment {at.number}", LINKS.amendment(at.agreement, at.number)))
    against = ""
    if amendment and scene.offers and one.right is Action.DECIDE and not filled.problems:
        against = against_approval(amendment, scene.offers)
    changed = amendment.changes.targets if amendment else ()
    targets = part_of(changed, "", LINES_SHOWN, "targets")
    words = words_of(at.reader, NOW, scene.agreement, amendment, targets.rows) if amendment else {}
    about = amendment.title if amendment else scene.agreement.title
    frame = frame_of(
        scene.agreement,
        NOW,
        scene.agreement.clocks,
        filled.form.title,
        one.path.replace("{number:int}", str(at.number)),
        between=tuple(between),
    )
    return render(
        "act.html",
        framed(frame, filled, about),
        filled=filled,
        steps=next_steps(filled.problems),
        caption=about,
        about="act_on_amendment.html",
        back=_back(at, at.number if amendment else 0),
        agreement=scene.agreement,
        amendment=amendment,
        stands_against=against,
        shows_changes=one.shows_changes,
        targets=targets,
        summary=told(changed),
        explains=EXPLAINS.get(one.path, ""),
        **words,
    )


def _handlers(one: ControlForm) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """The two addresses of a form: where it is asked for, and where it is sent."""
    most = LARGE_BODY_BYTES if one.path.endswith(PROPOSALS) else MOST_BODY_BYTES

    @get(one.path, right=one.right, media_type=MediaType.HTML, sync_to_thread=True)
    def show(
        at: GivenPlace,
        indicator: FromQuery[str] = "",
        area: FromQuery[str] = "",
        period: FromQuery[str] = "",
    ) -> str:
        """The form, where it would not be refused for certain."""
        scene = scene_of(one, at)
        refusal = one.against(scene)
        if refusal is not None:
            raise refusal
        given = {"indicator": indicator, "area": area, "period": period}
        asked = {f"targets[0].{name}": text for name, text in given.items() if text}
        return page_of(one, scene, opened(one.form(scene), asked))

    @post(
        one.path,
        right=one.right,
        status_code=303,
        request_max_body_size=most,
        sync_to_thread=True,
    )
    def send(at: GivenPlace, data: Annotated[dict[str, Any], FORM]) -> Response[Any]:
        """What was typed, recorded; or the form again, with what is wrong."""
        scene = scene_of(one, at)
        form = one.form(scene)

        def record(typed: Typed, key: str | None) -> str:
            path = f"/agreements/{at.agreement}/{one.path}:{at.number}"
            sender = Sender(at.service, at.who.person, at.agreement, path, key)
            try:
                done = one.record(scene, form, typed, sender)
            except Refusal as refusal:
                raise in_other_words(refusal) from None
            return _back(at, done.number, done.position)

        taker = Taker(
            form=form,
            draw=lambda filled: page_of(one, scene_of(one, at), filled),
            record=record,
        )
        return take(taker, data)

    return show, send


def _back(at: Place, number: int, position: int = 0) -> str:
    """The page of an amendment, or without a number the register, with what was recorded."""
    told = {"recorded": str(position or "")}
    if number:
        return LINKS.amendment(at.agreement, number, **told)
    return LINKS.to(f"/agreements/{quote(at.agreement, safe='')}/amendments", **told)


AMENDMENT_FORMS = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[handler for one in CONTROL_FORMS for handler in _handlers(one)],
    dependencies={"at": Provide(place_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
