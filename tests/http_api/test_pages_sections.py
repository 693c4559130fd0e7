"""The pages beside each other: few groups, of what a reader may see or act on."""

import pytest
from browser.built import BuiltReader
from browser.judged import CODE
from browser.parsed import Element, parsed
from litestar import Litestar
from litestar.routes import HTTPRoute
from psycopg_pool import ConnectionPool

from http_api.app import create_app
from http_api.asking import ASKING, Asking
from http_api.pages.amendments import register_page
from http_api.pages.reader import ClocksAsked
from http_api.pages.sections import PLACES
from http_api.pages.views import board_page
from http_api.rights import right_of
from http_api.service import Service
from ledger.accounts import Visitor
from policies.permissions import Access, Action, Role, acts_of

BOARD = f"/agreements/{CODE}"
ACTED_ON = {"entry-grid", "sign-off"}
THAT_DAY = ClocksAsked("2025-01-31", "2025-01-31")


def shown_to(role: Role | None, asked: ClocksAsked, page: str = "board") -> Element:
    """A page as somebody sees it who holds one role; None for the public."""
    may = acts_of([role] if role else [])
    visitor = Visitor(person="p-one", name="Asha Patel") if role else Visitor()
    token = ASKING.set(Asking(visitor, inside=bool(role), may=may))
    try:
        if page == "amendments":
            return parsed(register_page(BuiltReader(), asked, CODE, after=""))
        return parsed(board_page(BuiltReader(), asked, CODE, period="", area=""))
    finally:
        ASKING.reset(token)


def sections(page: Element) -> Element:
    return page.one("nav", **{"aria-label": "This agreement"})


def parts(page: Element) -> set[str]:
    """The pages it leads to, by their part of the address."""
    addresses = (link["href"].partition("?")[0] for link in sections(page).every("a"))
    return {address.removeprefix(BOARD).removeprefix("/") for address in addresses}


EVERY = {place.part for places in PLACES.values() for place in places}


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (Role.BOARD_MEMBER, ACTED_ON),
        (Role.AUDITOR, ACTED_ON),
        (Role.ENTRY_OFFICER, {"sign-off"}),
        (Role.SIGN_OFF_OFFICER, {"entry-grid"}),
        (Role.PERFORMANCE_OFFICER, {"sign-off"}),
    ],
)
def test_a_page_to_act_on_is_shown_to_whoever_may_act(role: Role, hidden: set[str]) -> None:
    assert EVERY - hidden == parts(shown_to(role, ClocksAsked()))


@pytest.mark.parametrize("asked", [ClocksAsked(), THAT_DAY], ids=["now", "past"])
def test_the_public_sees_the_pages_that_are_open_to_it(asked: ClocksAsked) -> None:
    page = shown_to(None, asked)

    assert {"", "charts"} == parts(page)
    assert [] == sections(page).every("details")


def test_a_past_page_leads_to_the_same_pages_whatever_role_its_reader_holds_since() -> None:
    found = {role: parts(shown_to(role, THAT_DAY)) for role in Role}

    assert [EVERY - ACTED_ON] * len(Role) == list(found.values())


def test_pages_are_in_few_groups_that_open_without_a_script() -> None:
    groups = sections(shown_to(Role.BOARD_MEMBER, ClocksAsked())).every("details")

    assert ["Results", "Compare", "To do", "Record"] == [
        group.one("summary").text for group in groups
    ]
    assert {"sections"} == {group["name"] for group in groups}  # one is open at a time
    assert [] == [group for group in groups if "open" in group.attributes]


def test_whoever_may_sign_off_is_one_step_from_what_waits_for_them() -> None:
    nav = sections(shown_to(Role.SIGN_OFF_OFFICER, ClocksAsked()))
    beneath = [link.text for group in nav.every("details") for link in group.every("a")]
    found = {link.text: link["href"] for link in nav.every("a") if link.text not in beneath}

    assert {"Sign off": f"{BOARD}/sign-off"} == found


@pytest.mark.parametrize(
    ("page", "group", "text"),
    [("board", "Results", "Board"), ("amendments", "To do", "Change register")],
)
def test_the_page_that_is_shown_and_its_group_are_marked(page: str, group: str, text: str) -> None:
    nav = sections(shown_to(Role.BOARD_MEMBER, ClocksAsked(), page))
    marked = {each.text: each["aria-current"] for each in nav.every("a", "summary")}

    assert {group: "true", text: "page"} == {each: how for each, how in marked.items() if how}


@pytest.fixture(scope="module")
def application() -> Litestar:
    """The application; its connections are never opened."""
    return create_app(Service(ConnectionPool("", open=False)))


def test_each_page_is_shown_to_nobody_who_may_not_open_it(application: Litestar) -> None:
    opened = {
        route.path.removeprefix("/agreements/{agreement:str}").removeprefix("/"): right_of(handler)
        for route in application.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/agreements/{agreement:str}")
        for handler in route.route_handlers
        if "GET" in handler.http_methods
    }
    for place in (place for places in PLACES.values() for place in places):
        right = opened[place.part]
        everybody = right is Access.ANYONE and place.rights == {Access.ANYONE}
        all_inside = right is Action.READ and Access.ANYONE not in place.rights
        assert everybody or all_inside or place.rights == {right}, place
