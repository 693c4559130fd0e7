"""How large a body each address takes: no larger than what is meant for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from psycopg_pool import ConnectionPool

from http_api.app import create_app
from http_api.body_sizes import LARGE_BODY_BYTES, MOST_BODY_BYTES, SMALL_BODY_BYTES
from http_api.rights import SAFE, right_of
from http_api.service import Service
from policies.permissions import Access

ROOT = Path(__file__).parents[2]
ATTACHED, FORM, LOADED = 10_100_000, 30_500_000, 258_000_000
INDICATOR = "/agreements/{agreement}/indicators/{indicator}"
SMALL = (
    "/sign-in",
    "/sign-out",
    "/account",
    "/agreements/{agreement}/people/accounts",
    "/api/v1/agreements/{agreement}/people",
    "/api/v1/agreements/{agreement}/publications",
)
OF_ROLES = {"/account/views", "/account/views/{view}/end"}  # and of other routers
LARGE = {
    **{
        f"{before}/agreements/{{agreement}}/{part}": LARGE_BODY_BYTES
        for before in ("", "/api/v1")
        for part in (
            "indicators/{indicator}/action-plans",
            "amendments/{number}/revisions",
        )
    },
    "/api/v1/agreements/{agreement}/amendments": LARGE_BODY_BYTES,
    "/agreements/{agreement}/amendments/new": LARGE_BODY_BYTES,
    **{
        f"/api/v1{INDICATOR}/{part}": LARGE_BODY_BYTES
        for part in ("submissions", "corrections", "sign-offs")
    },
    "/agreements/{agreement}/entry-grid": LARGE_BODY_BYTES,
    "/api/v1/agreements/{agreement}/attachments": ATTACHED,
    f"{INDICATOR}/entry": FORM,
    f"{INDICATOR}/entries/{{name}}/evidence": FORM,
    "/api/v1/agreements/{agreement}/loads": LOADED,
    "/agreements/{agreement}/loads": LOADED,
}


def taken() -> Iterator[tuple[str, int, bool]]:
    """Every address that takes a body, how large a one, and whether strangers are heard."""
    app: Litestar = create_app(Service(ConnectionPool("", open=False)))
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            path = re.sub(r":\w+}", "}", route.path)
            for handler in route.route_handlers:
                if handler.http_methods - SAFE:
                    most = handler.resolve_request_max_body_size()
                    assert most is not None, path
                    yield path, most, right_of(handler) is Access.ANYONE


TAKEN = sorted(taken())


@pytest.mark.parametrize(("path", "most", "anyone"), TAKEN, ids=str)
def test_an_address_takes_what_is_meant_for_it_and_no_more(
    path: str, most: int, anyone: bool
) -> None:
    small = path.startswith(SMALL) and path not in OF_ROLES
    assert (SMALL_BODY_BYTES if small else LARGE.get(path, MOST_BODY_BYTES)) == most
    assert small or not anyone


def test_every_address_with_a_size_of_its_own_is_there() -> None:
    assert set(LARGE) <= {path for path, _, _ in TAKEN}


def test_the_reference_tells_every_size() -> None:
    page = (ROOT / "docs/reference/http.md").read_text()
    table = page.partition("### How large a body may be")[2].partition("##")[0]
    sizes = {f"{most:,}" for _, most, _ in TAKEN}
    assert sizes == set(re.findall(r"^\| ([\d,]+) \|", table, re.MULTILINE))
