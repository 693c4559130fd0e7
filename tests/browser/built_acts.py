"""The forms of acts on the built board: each as it opens, and with something wrong everywhere."""

from datetime import timedelta
from typing import Any, cast

from browser.built import BuiltReader
from browser.built_control import PROPOSED
from browser.indicators import HOME, INDICATORS
from browser.judged import CODE, NOW
from litestar import MediaType, get
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from http_api.offering import RegisterOffered
from http_api.pages import amendment_fields, amendment_forms, control_forms, response_forms
from http_api.pages import amendments as control_pages
from http_api.pages import escalations as escalation_pages
from http_api.pages.filling import Field, Filled, Form, Rows
from http_api.pages.proposal_fields import Choices, proposal, revision
from http_api.pages.reader import ClocksAsked
from http_api.pages.response_fields import ACT_FORMS, ActForm
from http_api.pages.response_scene import Scene
from http_api.service import Service
from ledger.accounts import Visitor
from ledger.amendment.offers import Offers
from ledger.indicator.offers import Offer
from policies.permissions import Action
from policies.refusals import FieldProblem
from policies.refusals_change_control import RehearsalStale

WHO = Visitor(person="p-lead", name="Moira Jenkins")
NO_SERVICE = cast(Service, None)  # what is drawn here asks for none
READER, AT_NOW = BuiltReader(), ClocksAsked()
PLACE = response_forms.Place(NO_SERVICE, READER, WHO, CODE, "absence", 2)
CONTROL = control_forms.Place(NO_SERVICE, READER, WHO, CODE, PROPOSED)
MAY = Offers(
    revise=None,
    withdraw=None,
    rehearse=None,
    speak={"wcc": None, "health": None},
    decide={"board": None},
    approve=RehearsalStale("It was rehearsed as known at 310: rehearse again before deciding."),
)
CHOICES = Choices(
    {one.code: one.definition.title for one in INDICATORS}, {1: "Refresh 1: Spring 2027"}
)


def scene() -> Scene:
    """An indicator at stage 2 with plans, as the forms about its performance see it."""
    agreement = READER.agreement(CODE, AT_NOW)
    return Scene(
        agreement=agreement,
        sheet=READER.indicator(CODE, "absence", AT_NOW),
        story=READER.escalation(CODE, "absence", AT_NOW, area=HOME),
        people=READER.person_names({role.person for role in agreement.roles}),
        figures=READER.values(CODE, "absence", AT_NOW, area=HOME).values,
        today=NOW.date(),
        boards=("board",),
        plan=2,
        days=(NOW.date(), NOW.date() + timedelta(days=90)),
    )


def control_scene(one: control_forms.ControlForm) -> control_forms.Scene:
    """An amendment that is proposed, or the agreement, as the forms of change control see it."""
    agreement = READER.agreement(CODE, AT_NOW)
    if not one.path.startswith(control_forms.ONE):
        return control_forms.Scene(CONTROL._replace(number=0), agreement)
    return control_forms.Scene(CONTROL, agreement, READER.amendment(CODE, PROPOSED, AT_NOW), MAY)


def control_form(one: control_forms.ControlForm, of: control_forms.Scene) -> Form:
    """The form; of those that ask the record what can be chosen, with choices of its own."""
    asking = {
        "amendments/new": lambda: proposal(of.agreement, CHOICES),
        f"{control_forms.ONE}/revisions": lambda: revision(of.agreement, CHOICES, of.proposal),
        "refreshes": lambda: amendment_fields.refresh(NOW.date()),
        "refreshes/{number:int}/decisions": lambda: amendment_fields.refresh_decision(
            {"board": "The board"}, {1: "A target for the winter", 3: "Fewer homes"}
        ),
    }
    return asking[one.path]() if one.path in asking else one.form(of)


def filled(form: Form, *, wrong: bool) -> Filled:
    """A form as it is opened; with every field wrong, two rows and a text that is no markup."""
    shown = Filled(form=form, key="0" * 32, typed=form.filled)
    if not wrong:
        return shown
    typed = {**form.filled, "reason": "<script>alert(1)</script>", "others": '{"policies": []}'}
    for rows in form.fields:
        if isinstance(rows, Rows):
            first, second = rows.row(0)[0].name, rows.row(1)[0].name
            typed |= {first: "a\n<b>", second: "An improvement of all that we do about it."}
    shown = replace(shown, typed=typed)
    problems = (FieldProblem("", "conflict", "Others acted on the same thing."),) + tuple(
        FieldProblem(field.name, "malformed", f"{field.label}: this cannot be.")
        for field in on_page(shown)
        if field.kind != "hidden"
    )
    return replace(shown, problems=problems)


def on_page(shown: Filled) -> list[Field]:
    """The fields of a form as it is shown."""
    found: list[Field] = []
    for each in shown.form.fields:
        found += [each] if isinstance(each, Field) else sum(map(list, shown.rows(each)), [])
    return found


FORMS: dict[str, ActForm | control_forms.ControlForm] = {
    **{one.action.value: one for one in ACT_FORMS},
    **{
        one.path.replace("/", "-").replace("{number:int}-", ""): one
        for one in control_forms.CONTROL_FORMS
    },
}


def drawn(name: str, *, wrong: bool = False) -> tuple[Filled, str]:
    """A form as it stands on its page, and the page."""
    one = FORMS[name]
    if isinstance(one, ActForm):
        at = scene()
        shown = filled(one.form(at), wrong=wrong)
        return shown, response_forms.page_of(one, at, PLACE, shown)
    of = control_scene(one)
    shown = filled(control_form(one, of), wrong=wrong)
    return shown, amendment_forms.page_of(one, of, shown)


@get("/acts/{name:str}", media_type=MediaType.HTML, sync_to_thread=True)
def act_page(name: FromPath[str], wrong: FromQuery[str] = "") -> str:
    """A form on its page."""
    return drawn(name, wrong=bool(wrong))[1]


@get("/offers/{name:str}", media_type=MediaType.HTML, sync_to_thread=True)
def offer_page(name: FromPath[str]) -> str:
    """A page that offers all there is, after something was recorded."""
    pages: dict[str, Any] = {
        "performance": lambda: escalation_pages.escalation_page(
            READER, AT_NOW, CODE, "absence", offered=_every_offer(), recorded=1742
        ),
        "examinations": lambda: escalation_pages.examinations_page(
            READER, AT_NOW, CODE, examinable={"absence", "gld"}, recorded=1742
        ),
        "amendment": lambda: control_pages.amendment_page(
            READER, AT_NOW, CODE, PROPOSED, offers=MAY, key="0" * 32, recorded=1742
        ),
        "register": lambda: control_pages.register_page(
            READER, AT_NOW, CODE, after="",
            offered=RegisterOffered(None, None, None, (1,)), recorded=1742,
        ),
    }  # fmt: skip
    return str(pages[name]())


def _every_offer() -> list[Offer]:
    of_plans = (Action.ACCEPT_PLAN, Action.SEND_BACK_PLAN)
    return [Offer(one.action, 2 * (one.action in of_plans)) for one in ACT_FORMS]
