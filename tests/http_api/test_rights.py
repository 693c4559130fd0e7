"""Every route states its right, and no right is too little for what a route does."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import HttpMethod, Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from psycopg_pool import ConnectionPool

from http_api.app import create_app
from http_api.pages.sign_in_routes import own_page
from http_api.rights import SAFE, check_rights, right_of
from http_api.service import Service
from policies.permissions import Access, Action

# What changes something without a sign-in: it is how one signs in, or out.
OPEN = {"/sign-in", "/sign-out", "/sign-in/link/{secret:str}"}


@pytest.fixture(scope="module")
def application() -> Litestar:
    """The application; its connections are never opened."""
    return create_app(Service(ConnectionPool("", open=False)))


def handlers(application: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Every handler with its path; those for OPTIONS are Litestar's own."""
    for route in application.routes:
        assert isinstance(route, HTTPRoute)  # no sockets, and nothing mounted
        for handler in route.route_handlers:
            if handler.http_methods != {HttpMethod.OPTIONS}:
                yield route.path, handler


def test_every_route_states_its_right(application: Litestar) -> None:
    """Those of files and of the description of the API too."""
    stated = {path: right_of(handler) for path, handler in handlers(application)}

    assert len(stated) > 100
    assert {Access.ANYONE} == {
        right for path, right in stated.items() if path.startswith(("/static", "/schema"))
    }


def test_an_application_with_a_route_that_states_none_is_not_made() -> None:
    @get("/careless", sync_to_thread=False)
    def careless() -> str:
        return "everything"

    with pytest.raises(TypeError, match="careless"):
        check_rights(Litestar([careless], logging_config=None))


def test_whatever_changes_something_needs_more_than_to_read(application: Litestar) -> None:
    changing = {
        path: right_of(handler)
        for path, handler in handlers(application)
        if handler.http_methods - SAFE
    }
    too_little = {path for path, right in changing.items() if right in (Access.ANYONE, Action.READ)}
    assert too_little == OPEN


def test_all_of_the_api_is_for_people_who_are_known(application: Litestar) -> None:
    rights = {
        path: right_of(handler)
        for path, handler in handlers(application)
        if path.startswith("/api/v1")
    }
    assert [] == [path for path, right in rights.items() if right is Access.ANYONE]


HERE = "https://outturn.example/sign-in"


@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="/\\.:@?#% \t\r\nabehtps", max_size=12),
        st.text(alphabet="/\\.:@", max_size=6).map(lambda begin: f"/{begin}evil.example"),
    )
)
def test_an_address_to_go_on_to_is_one_of_this_site(address: str) -> None:
    """As a browser reads it, which takes a backslash for a slash and leaves out line breaks."""
    led = own_page(address)
    read = led.replace("\\", "/")

    assert read.startswith("/")
    assert read.isprintable()
    assert "outturn.example" == urlsplit(urljoin(HERE, read)).netloc


@pytest.mark.parametrize("address", ["/", "/account", "/agreements/a?known_at=2026-01-01#x", "/é"])
def test_a_page_of_ours_is_gone_on_to(address: str) -> None:
    assert address == own_page(address)
