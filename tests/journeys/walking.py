"""A walk along every route of the application, for whoever tries something at all of them."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from litestar import HttpMethod, Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from psycopg_pool import ConnectionPool
from services import ENTRY_OFFICER

from http_api.app import create_app
from http_api.rights import right_of
from http_api.service import Service
from policies.permissions import MAY, Action, Role

HTML = {"Accept": "text/html"}
# Somebody of the small agreement in each role, in the order of whom one would ask.
HOLDERS = {
    Role.ENTRY_OFFICER: ENTRY_OFFICER,
    Role.SIGN_OFF_OFFICER: "signer.homes",
    Role.PERFORMANCE_OFFICER: "performance",
    Role.BOARD_MEMBER: "board",
    Role.LEAD_OFFICER: "lead.homes",
    Role.ADMINISTRATOR: "administrator",
    Role.AUDITOR: "auditor",
}
FILLED: dict[str, str] = {
    "agreement": "county",
    "indicator": "rents",
    "position": "1",
    "number": "1",
    "plan": "1",
    "load": "00000000-0000-0000-0000-000000000001",
    "attachment": "0" * 64,
    "name": "1.0",
    "person": "auditor",
    "code": "board",
    "topic": "board",
    "token": "1",
    "view": "1",
    "secret": "none",
    "file_path": "vendor/outturn.css",
    "positions": "1",
    "path": "openapi.json",
}
_GAP = re.compile(r"\{(\w+):(\w+)\}")


def application() -> Litestar:
    """The application; its connections are never opened."""
    return create_app(Service(ConnectionPool("", open=False)))


def handlers(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Every route with its handlers."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.http_methods != {HttpMethod.OPTIONS}:
                    yield route.path, handler


def whoever_may(handler: HTTPRouteHandler) -> str:
    """Somebody who has the right that a route states."""
    right: Any = right_of(handler)
    may = MAY[right] if isinstance(right, Action) else frozenset(HOLDERS)
    return next((person for role, person in HOLDERS.items() if role in may), "auditor")


def filled(path: str, text: str = "") -> str:
    """An address with something in each gap; every gap of letters is ``text`` where it is given."""

    def into(gap: re.Match[str]) -> str:
        return quote(text if text and gap[2] == "str" else FILLED[gap[1]], safe="")

    return _GAP.sub(into, path)


_APPLICATION = application()
_HANDLERS = list(handlers(_APPLICATION))
CHANGING = sorted(
    {(path, whoever_may(one)) for path, one in _HANDLERS if HttpMethod.POST in one.http_methods}
)
READING = sorted(
    {(path, whoever_may(one)) for path, one in _HANDLERS if HttpMethod.GET in one.http_methods}
)
# The query parameters that each page takes, and those that say what is looked at on all of them.
ASKED = {
    route.path: {one.field_alias for one in model.expected_query_params}
    | (set() if route.path.startswith("/api/") else {"area", "period"})
    for route in _APPLICATION.routes
    if isinstance(route, HTTPRoute) and "GET" in route.route_handler_map
    for _, model in [route.route_handler_map["GET"]]
}
