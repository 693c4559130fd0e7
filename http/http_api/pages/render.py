"""Turning answers into HTML: the templates, and the words they may use."""

from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from http_api.asking import ASKING, Asking
from http_api.pages import vocabulary, words
from http_api.pages.compiled import Compiled
from http_api.pages.drawn_rows import DrawnRows
from http_api.pages.help_topics import topic_of
from http_api.pages.linked import linked
from http_api.pages.links import OF_AN_AGREEMENT, Links
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.sections import Group, groups_of
from http_api.shapes import COLLECTED, SHAPES, STAGES, TRAVELS, Shape
from policies.permissions import Access, Action

GOVUK_MACROS = {
    "govukBreadcrumbs": "breadcrumbs",
    "govukButton": "button",
    "govukCheckboxes": "checkboxes",
    "govukDetails": "details",
    "govukFileUpload": "file-upload",
    "govukGenericHeader": "generic-header",
    "govukInput": "input",
    "govukInsetText": "inset-text",
    "govukNotificationBanner": "notification-banner",
    "govukPhaseBanner": "phase-banner",
    "govukRadios": "radios",
    "govukSelect": "select",
    "govukServiceNavigation": "service-navigation",
    "govukSkipLink": "skip-link",
    "govukSummaryList": "summary-list",
    "govukTextarea": "textarea",
    "govukWarningText": "warning-text",
}


class Crumb(msgspec.Struct, frozen=True):
    """One step of the path to a page; the last has no address."""

    text: str
    href: str | None = None


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds every page. ``moments`` is None only where no clock could be read.

    ``demonstration`` is what one says of itself, "" for a real ledger. ``kept`` are the query
    parameters that the clock form must not lose.
    """

    title: str
    moments: Moments | None = None
    path: str = "/"
    kept: dict[str, str] = {}
    demonstration: str = ""
    crumbs: tuple[Crumb, ...] = ()
    section: str = ""

    @property
    def links(self) -> Links:
        """Addresses under this page's clocks."""
        return Links(ClocksAsked()) if self.moments is None else self.moments.links

    def groups(self, asking: Asking) -> tuple[Group, ...]:
        """The pages beside this one for whoever asks, where it is of an agreement.

        A page of another moment leads to no page that is there to act on: nobody acts in the past,
        and what was shown once is shown again whatever role was given or ended since.
        """
        past = self.moments is not None and self.moments.is_past
        acts = asking.may if not past else asking.may & {Action.READ}
        return groups_of(self.path, acts | {Access.ANYONE})

    @property
    def now(self) -> str:
        """This page at now."""
        return Links(ClocksAsked()).to(self.path, **self.selected)

    @property
    def selected(self) -> dict[str, str]:
        """What the clock form must not lose: the choices of the page, and those it passes on."""
        chosen = self.links.chosen if self.path.startswith(OF_AN_AGREEMENT) else {}
        return {**self.kept, **{**chosen, **self.kept}}

    @property
    def sign_in(self) -> str:
        """The way to sign in, and back to this page."""
        back = {} if self.section == "sign-in" else {"next": self.here}
        return Links(ClocksAsked()).to("/sign-in", **back)

    @property
    def here(self) -> str:
        """This page with its choices, and its clocks as they were asked for."""
        return self.links.to(self.path, **self.selected)

    def above(self, then: str) -> Crumb | None:
        """The page above this one under other clocks, as a query says them; None without one.

        For a page that is of now whatever its address says, which is a form of an agreement.
        """
        past = self.moments is not None and self.moments.is_past
        if past or not then or not self.path.startswith(OF_AN_AGREEMENT):
            return None
        found = next((crumb for crumb in reversed(self.crumbs) if crumb.href), None)
        if found is None or found.href is None:
            return None
        return Crumb(found.text, f"{found.href}{'&' if '?' in found.href else '?'}{then}")

    @property
    def pinned(self) -> str:
        """This page at exactly these positions."""
        return "" if self.moments is None else self.moments.pinned.to(self.path, **self.selected)


def shape(drawing: Shape) -> Markup:
    """A drawing as inline SVG, in the colour of the text around it, silent to screen readers."""
    outline = 'fill="none" stroke="currentColor" stroke-width="0.3"'
    paint = 'fill="currentColor"' if drawing.colour else outline
    return Markup(  # noqa: S704 - the path is one of our own constants
        '<svg class="app-shape" viewBox="-1.1 -1.1 2.2 2.2" aria-hidden="true" focusable="false">'
        f'<path d="{drawing.path}" {paint}/></svg>'
    )


def render(template: str, frame: Frame, **shown: Any) -> str:
    """A page. Raises UndefinedError where a template names what it was not given."""
    topic = topic_of(template)
    return _ENVIRONMENT.get_template(template).render(
        frame=frame, asking=ASKING.get(), help_topic=topic, **shown
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("http_api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else every template would be looked for on the disk each time
        bytecode_cache=Compiled(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_govuk_macros())
    environment.globals["drawn"] = DrawnRows(environment)
    environment.globals.update(
        vocabulary=vocabulary,
        name_of=words.name_of,
        shapes={code: shape(drawing) for code, drawing in SHAPES.items()},
        collected={code: shape(one) for code, one in {**SHAPES, **COLLECTED}.items()},
        travels={code: shape(drawing) for code, drawing in TRAVELS.items()},
        stages={stage: shape(drawing) for stage, drawing in STAGES.items()},
        quantity=words.quantity,
        counted=words.counted,
    )
    environment.filters.update(
        capital=words.capital,
        day=words.day,
        days_held=words.days_held,
        figure=words.figure,
        linked=linked,
        listed=words.listed,
        long_unit=words.long_unit,
        moment=words.moment,
        number=words.number,
        partner=lambda code, names: names.get(code, code),
        period_label=words.period_label,
        plainly=vocabulary.plainly,
        rules_of=lambda kind: f"rules of {vocabulary.POLICY_KINDS[kind]}",
        word=vocabulary.word,
    )
    return environment


def _govuk_macros() -> dict[str, Any]:
    """The library's macros, from an environment of their own.

    They treat every option that is not given as false, which ours, being strict, would refuse.
    """
    folder = "govuk_frontend_jinja"
    loader = PrefixLoader({folder: PackageLoader(folder)})
    lenient = Environment(
        loader=loader, autoescape=True, auto_reload=False, bytecode_cache=Compiled()
    )
    return {
        macro: getattr(lenient.get_template(f"{folder}/components/{part}/macro.html").module, macro)
        for macro, part in GOVUK_MACROS.items()
    }


_ENVIRONMENT = _environment()
