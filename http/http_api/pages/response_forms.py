"""The forms of what people do about performance: shown, taken, recorded as the API records them."""

from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath, FromQuery, SkipValidation

from http_api.api.acting import asked, carry_out_waiting
from http_api.body_sizes import LARGE_BODY_BYTES, MOST_BODY_BYTES
from http_api.offering import check_offered
from http_api.pages.advice import next_steps
from http_api.pages.errors import refused
from http_api.pages.escalation_reader import EscalationReader
from http_api.pages.escalations import telling_of
from http_api.pages.filling import Filled, Form, Typed, body_of
from http_api.pages.framing import frame_of
from http_api.pages.links import ACTS, Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, render
from http_api.pages.response_fields import ACT_FORMS, ActForm
from http_api.pages.response_scene import Scene
from http_api.pages.taking import Taker, framed, opened, take
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.accounts import Visitor
from ledger.indicator.offers import Offer
from ledger.indicator.responses import ActionPlanSubmitted
from policies.change_control import BOARD
from policies.permissions import Action
from policies.refusals import Refusal

FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
NOW = ClocksAsked()
LINKS = Links(NOW)
VALUES_SHOWN = 500


class Place(NamedTuple):
    """Where a form is asked for, and by whom; ``plan`` is 0 but for a form about one."""

    service: Service
    reader: EscalationReader
    who: Visitor
    agreement: str
    indicator: str
    plan: int

    @property
    def address(self) -> tuple[str, str]:
        """The indicator it is about."""
        return self.agreement, self.indicator


GivenPlace = NamedDependency[SkipValidation[Place]]


def place_asked(
    request: Request[Any, Any, Any],
    service: NamedDependency[SkipValidation[Service]],
    reader: NamedDependency[SkipValidation[EscalationReader]],
    who: GivenVisitor,
    agreement: FromPath[str],
    indicator: FromPath[str],
) -> Place:
    """What every one of these forms is asked with."""
    plan = int(request.path_params.get("plan", 0))
    return Place(service, reader, who, agreement, indicator, plan)


def scene_of(at: Place, area: str) -> Scene:
    """What a form is drawn from. Raises what is unknown."""
    agreement = at.reader.agreement(at.agreement, NOW)
    story = at.reader.escalation(at.agreement, at.indicator, NOW, area=area or None)
    rows = at.reader.values(
        at.agreement, at.indicator, NOW, area=story.area, limit=VALUES_SHOWN
    ).values
    names = at.reader.person_names({role.person for role in agreement.roles})
    return Scene(
        agreement=agreement,
        sheet=at.reader.indicator(at.agreement, at.indicator, NOW),
        story=story,
        people={person: name for person, name in names.items() if name},
        figures=tuple(row for row in rows if not row.breakdown and row.judged is not None),
        today=at.service.act(at.who.person).today,
        boards=tuple(
            body.code
            for body in at.service.agreement(at.agreement).bodies.values()
            if body.kind == BOARD
        ),
        plan=at.plan,
        days=_days_of(at),
    )


def _days_of(at: Place) -> tuple[date, date] | None:
    """The first and the last day of the plan that a form is about; None where it is about none."""
    events = (each.event for each in at.service.record.indicator(*at.address).responses)
    plans = (each for each in events if isinstance(each, ActionPlanSubmitted))
    return next(((one.begins_on, one.ends_on) for one in plans if one.number == at.plan), None)


def page_of(one: ActForm, scene: Scene, at: Place, filled: Filled) -> str:
    """The page of a form."""
    title, area = scene.story.title, scene.story.area
    where = f"indicators/{quote(at.indicator, safe='')}/{ACTS[one.action]}"
    frame = frame_of(
        scene.agreement,
        NOW,
        scene.story.clocks,
        filled.form.title,
        where.format(plan=at.plan),
        between=(
            Crumb(title, LINKS.indicator(at.agreement, at.indicator, area=area)),
            Crumb("Escalation", LINKS.escalation(at.agreement, at.indicator, area=area)),
        ),
    )
    shown = [scene.submitted] if scene.submitted else []
    return render(
        "act.html",
        framed(frame, filled, title),
        filled=filled,
        steps=next_steps(filled.problems),
        caption=f"{title}, {scene.story.area_name}",
        about="act_on_performance.html",
        back=_back(one, at, area),
        story=scene.story,
        shown=shown,
        days=scene.days,
        agreement=scene.agreement,
        telling=telling_of(at.reader, scene.agreement, shown, [scene.story.awaits]),
        about_value=one.about_value,
    )


def record(one: ActForm, at: Place, form: Form, typed: Typed, key: str | None) -> str:
    """Record what was typed; where to go on to. Raises Mistyped, and what the decision refuses."""
    body = body_of(one.shape, form, typed)
    path = f"/agreements/{at.agreement}/indicators/{at.indicator}/{one.path}:{at.plan}"
    what = asked(at.service, at.who.person, body, one.build(at.plan), key=key, path=path)
    position = carry_out_waiting(at.service, at.address, what).last_position
    return _back(one, at, typed.get("area", ""), position)


def _handlers(one: ActForm) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """The two addresses of a form: where it is asked for, and where it is sent."""
    most = LARGE_BODY_BYTES if one.action is Action.SUBMIT_PLAN else MOST_BODY_BYTES

    @get(one.path, right=one.action, media_type=MediaType.HTML, sync_to_thread=True)
    def show(at: GivenPlace, area: FromQuery[str] = "", period: FromQuery[str] = "") -> str:
        """The form, where it would not be refused for certain."""
        check_offered(at.service, at.address, at.who.person, area, Offer(one.action, at.plan))
        scene = scene_of(at, area)
        form = one.form(scene)
        filled = opened(form, {"period": period} if period else {})
        return page_of(one, scene, at, filled)

    @post(
        one.path,
        right=one.action,
        status_code=303,
        request_max_body_size=most,
        sync_to_thread=True,
    )
    def send(at: GivenPlace, data: Annotated[dict[str, Any], FORM]) -> Response[Any]:
        """What was typed, recorded; or the form again, with what is wrong."""
        area = str(data.get("area", ""))
        scene = scene_of(at, area)
        form = one.form(scene)
        taker = Taker(
            form=form,
            draw=lambda filled: page_of(one, scene, at, filled),
            record=lambda typed, key: record(one, at, form, typed, key),
        )
        return take(taker, data)

    return show, send


def _back(one: ActForm, at: Place, area: str, position: int = 0) -> str:
    """The page that a form was asked for from, which shows what was recorded."""
    told = {"area": area, "recorded": str(position or "")}
    if one.action is Action.EXAMINE:
        return LINKS.to(f"/agreements/{quote(at.agreement, safe='')}/examinations", **told)
    path = LINKS.indicator(at.agreement, at.indicator)
    return LINKS.to(f"{path}/escalation", **told)


RESPONSE_FORMS = Router(
    path="/agreements/{agreement:str}/indicators/{indicator:str}",
    route_handlers=[handler for one in ACT_FORMS for handler in _handlers(one)],
    dependencies={"at": Provide(place_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
