"""The composition root: the one place where everything is put together."""

import gc
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.concurrency import set_asyncio_executor
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

from http_api import metrics
from http_api.actors import needs_token, only_demonstrations
from http_api.api.amendments import ROUTES as AMENDMENTS
from http_api.api.audit import AUDIT
from http_api.api.changes import CHANGES
from http_api.api.commands import COMMANDS
from http_api.api.described import LEDGER_POSITION
from http_api.api.escalations import ESCALATIONS
from http_api.api.feed import FEED
from http_api.api.health import HEALTH
from http_api.api.loads import ROUTES as LOADS
from http_api.api.proofs import PROOFS
from http_api.api.reads import READS
from http_api.api.response_commands import RESPONSES
from http_api.api.targets import TARGETS
from http_api.database import open_pool
from http_api.page_reader import PageReader
from http_api.pages.audit_routes import AUDIT_PAGES
from http_api.pages.change_routes import CHANGE_PAGES
from http_api.pages.control_routes import CONTROL_PAGES
from http_api.pages.escalation_routes import ESCALATION_PAGES
from http_api.pages.load_routes import LOAD_PAGES
from http_api.pages.proof_routes import PROOF_PAGES
from http_api.pages.routes import PAGES
from http_api.problems import problem_of, respond
from http_api.service import Service
from http_api.settings import SERVED_VARIABLE
from ledger import logs

API_ROUTES = (
    COMMANDS,
    RESPONSES,
    READS,
    TARGETS,
    CHANGES,
    ESCALATIONS,
    LOADS,
    AMENDMENTS,
    AUDIT,
    FEED,
    PROOFS,
)
PAGE_ROUTES = (
    PAGES,
    CHANGE_PAGES,
    CONTROL_PAGES,
    ESCALATION_PAGES,
    LOAD_PAGES,
    AUDIT_PAGES,
    PROOF_PAGES,
)
VERSION = "0.1.0"
MOST_BODY_BYTES = 5_000_000
POOL_SIZE = 8  # as many threads as connections: more threads would only wait inside the pool
STATIC = Path(__file__).parent / "static"

# No script or style but our own files, nothing framed, nothing sent elsewhere.
SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        b" font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

OPENAPI = OpenAPIConfig(
    title="Outturn",
    version=VERSION,
    description="An audit-first performance ledger for partnerships of public bodies.",
    path="/schema",
    use_handler_docstrings=True,
    render_plugins=[JsonRenderPlugin()],
    components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
)


def create_app(service: Service) -> Litestar:
    """The application over a service that is already connected."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            service.close()

    async def before_send(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            position = (b"ledger-position", b"%d" % service.head)
            message["headers"] = [*message["headers"], position, *SECURITY_HEADERS]
            metrics.count_response(scope, message["status"])

    reader = PageReader(service)
    pages = Router(
        path="/",
        route_handlers=PAGE_ROUTES,
        guards=[only_demonstrations(service)],
    )
    api = Router(
        path="/api/v1",
        route_handlers=API_ROUTES,
        exception_handlers={Exception: respond},
        guards=[needs_token],
        response_headers=[LEDGER_POSITION],
        security=[{"token": []}],
    )
    return Litestar(
        route_handlers=[
            api,
            HEALTH,
            pages,
            create_static_files_router(path="/static", directories=[STATIC]),
        ],
        dependencies={
            "service": Provide(lambda: service, sync_to_thread=False, use_cache=True),
            "reader": Provide(lambda: reader, sync_to_thread=False, use_cache=True),
        },
        exception_handlers={Exception: everywhere},
        before_send=[before_send],
        lifespan=[lifespan],
        request_max_body_size=MOST_BODY_BYTES,
        openapi_config=OPENAPI,
    )


def everywhere(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Errors outside the API: a page for a browser, a problem document for everybody else."""
    if "text/html" in request.headers.get("accept", ""):
        from http_api.pages.errors import error_page  # noqa: PLC0415

        problem, headers = problem_of(error)
        return error_page(problem.status, problem.title, problem.detail, headers)
    return respond(request, error)


def create_worker() -> Litestar:
    """The application of one server process; ``serve`` names the database in its environment."""
    logs.configure()
    set_asyncio_executor(ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="handlers"))
    url = os.environ[SERVED_VARIABLE]
    service = Service(open_pool(url, most=POOL_SIZE), open_pool(url, most=1))
    service.look()
    app = create_app(service)
    # What is there now stays for as long as the process: no search for cycles need look at it,
    # which would keep whoever asks at that moment waiting for a tenth of a second.
    gc.collect()
    gc.freeze()
    return app
