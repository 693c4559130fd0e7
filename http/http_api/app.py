"""The composition root: the one place where everything is put together."""

import gc
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Request, Response, Router
from litestar.concurrency import set_asyncio_executor
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router
from litestar.types import (
    ASGIApp,
    BeforeMessageSendHookHandler,
    Message,
    Receive,
    Scope,
    Send,
)

from http_api import metrics
from http_api.api.accounts import ACCOUNTS
from http_api.api.amendments import ROUTES as AMENDMENTS
from http_api.api.analysis import ANALYSIS
from http_api.api.attachments import ROUTES as ATTACHMENTS
from http_api.api.audit import AUDIT
from http_api.api.changes import CHANGES
from http_api.api.commands import COMMANDS
from http_api.api.comparators import COMPARATORS
from http_api.api.described import LEDGER_POSITION, ExactBodies
from http_api.api.escalations import ESCALATIONS
from http_api.api.feed import FEED
from http_api.api.health import HEALTH
from http_api.api.loads import ROUTES as LOADS
from http_api.api.proofs import PROOFS
from http_api.api.reads import READS
from http_api.api.response_commands import RESPONSES
from http_api.api.roles import ROLES
from http_api.api.targets import TARGETS
from http_api.api.tasks import TASKS
from http_api.api.waiting import WAITING
from http_api.body_sizes import MOST_BODY_BYTES
from http_api.database import open_pool
from http_api.given import given
from http_api.heads import answering_heads
from http_api.openid import Provider
from http_api.pages.account_forms import ACCOUNT_FORMS
from http_api.pages.amendment_forms import AMENDMENT_FORMS
from http_api.pages.analysis_routes import ANALYSIS_PAGES
from http_api.pages.audit_routes import AUDIT_PAGES
from http_api.pages.body_routes import BODY_PAGES
from http_api.pages.change_routes import CHANGE_PAGES
from http_api.pages.comparator_routes import COMPARATOR_PAGES
from http_api.pages.control_routes import CONTROL_PAGES
from http_api.pages.entry_routes import ENTRY_PAGES
from http_api.pages.escalation_routes import ESCALATION_PAGES
from http_api.pages.evidence_routes import EVIDENCE_PAGES
from http_api.pages.help_routes import HELP_PAGES
from http_api.pages.load_routes import LOAD_PAGES
from http_api.pages.multiple_routes import CHARTS_PAGES
from http_api.pages.openid_routes import OPENID_PAGES
from http_api.pages.people_routes import PEOPLE_PAGES
from http_api.pages.proof_routes import PROOF_PAGES
from http_api.pages.response_forms import RESPONSE_FORMS
from http_api.pages.routes import PAGES
from http_api.pages.sign_in_routes import SIGN_IN_PAGES
from http_api.pages.sign_off_routes import SIGN_OFF_PAGES
from http_api.pages.task_routes import TASK_PAGES
from http_api.pages.view_routes import VIEW_FORMS
from http_api.parameters import (
    files_take_what_is_declared,
    note_parameters,
    takes_what_is_declared,
)
from http_api.patience import patient
from http_api.problem_documents import problem_of, respond
from http_api.rights import RIGHT, asks_for_rights, check_rights
from http_api.service import Service
from http_api.settings import SERVED_VARIABLE, web_from_environment
from http_api.visitors import CALLER, SECURE_COOKIE
from ledger import logs
from ledger.with_service import end_with_service
from policies.permissions import Access

API_ROUTES = (
    COMMANDS,
    WAITING,
    RESPONSES,
    READS,
    TARGETS,
    CHANGES,
    COMPARATORS,
    ANALYSIS,
    ESCALATIONS,
    TASKS,
    LOADS,
    ATTACHMENTS,
    AMENDMENTS,
    ROLES,
    ACCOUNTS,
    AUDIT,
    FEED,
    PROOFS,
)
PAGE_ROUTES = (
    PAGES,
    CHANGE_PAGES,
    CHARTS_PAGES,
    COMPARATOR_PAGES,
    ANALYSIS_PAGES,
    CONTROL_PAGES,
    AMENDMENT_FORMS,
    ENTRY_PAGES,
    EVIDENCE_PAGES,
    SIGN_OFF_PAGES,
    TASK_PAGES,
    ESCALATION_PAGES,
    RESPONSE_FORMS,
    LOAD_PAGES,
    PEOPLE_PAGES,
    AUDIT_PAGES,
    PROOF_PAGES,
    HELP_PAGES,
    SIGN_IN_PAGES,
    BODY_PAGES,
    ACCOUNT_FORMS,
    VIEW_FORMS,
    OPENID_PAGES,
)
log = structlog.get_logger()

VERSION = "0.1.0"
API = "/api/v1"
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

ONLY_SECURE = (b"strict-transport-security", b"max-age=31536000")
NOT_KEPT = (b"cache-control", b"no-store")  # what one person sees is no other's
KEPT_A_WHILE = CacheControlHeader(public=True, max_age=3600)  # of our own files, alike for all

# Beside a secret, what others can have written there would tell of it by the length of the whole.
COMPRESSION = CompressionConfig(
    backend="gzip",
    gzip_compress_level=5,
    minimum_size=1000,
    exclude=[
        "^/account", "^/sign-in", "/people",  # secrets: links, access tokens
        "/attachments", "/bundle", "/file$",  # files as they are, most of them compressed
    ],
)  # fmt: skip

COMPONENTS = Components(
    security_schemes={
        "token": SecurityScheme(type="http", scheme="bearer"),
        "session": SecurityScheme(
            type="apiKey",
            security_scheme_in="cookie",
            name=SECURE_COOKIE,
            description="The cookie of whoever signed in on a page.",
        ),
    }
)


def openapi() -> OpenAPIConfig:
    """How the API is described, at an address of one application's own."""
    return OpenAPIConfig(
        title="Outturn",
        version=VERSION,
        description="An audit-first performance ledger for partnerships of public bodies.",
        use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin()],
        components=COMPONENTS,
        openapi_router=Router(
            path="/schema",
            route_handlers=[],
            opt={RIGHT: Access.ANYONE},
            include_in_schema=False,
        ),
    )


def finishing(service: Service) -> BeforeMessageSendHookHandler:
    """What every answer carries, and that it is counted."""

    async def before_send(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            position = (b"ledger-position", b"%d" % service.head)
            headers = [*message["headers"], position, *SECURITY_HEADERS]
            if service.secure:
                headers.append(ONLY_SECURE)
            kept = NOT_KEPT[0] not in dict(headers)
            if kept and scope["state"].get(CALLER) is not None:
                headers.append(NOT_KEPT)
            message["headers"] = headers
            metrics.count_response(scope, message["status"])

    return before_send


def create_app(service: Service, provider: Provider | None = None) -> Litestar:
    """The application over a service that is already connected.

    ``provider`` is the one of OpenID Connect that people may sign in with.
    """

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            if provider is not None:
                await provider.close()
            service.close()

    pages = Router(
        path="/",
        route_handlers=PAGE_ROUTES,
        guards=[asks_for_rights(service, "page"), files_take_what_is_declared],
    )
    api = Router(
        path=API,
        route_handlers=API_ROUTES,
        exception_handlers={Exception: respond},
        guards=[asks_for_rights(service, "api"), takes_what_is_declared],
        response_headers=[LEDGER_POSITION],
        security=[{"token": []}, {"session": []}],
    )
    app = Litestar(
        route_handlers=[
            api,
            HEALTH,
            pages,
            create_static_files_router(
                path="/static",
                directories=[STATIC],
                opt={RIGHT: Access.ANYONE},
                cache_control=KEPT_A_WHILE,
                exception_handlers={ValueError: no_such_file},
            ),
        ],
        dependencies=given(service, provider),
        exception_handlers={Exception: everywhere},
        before_send=[finishing(service)],
        middleware=[timed],
        lifespan=[lifespan],
        request_max_body_size=MOST_BODY_BYTES,
        compression_config=COMPRESSION,
        openapi_config=openapi(),
        logging_config=None,  # each process has set up its logs
        plugins=[ExactBodies()],
    )
    check_rights(app)
    note_parameters(app)
    return app


def timed(app: ASGIApp) -> ASGIApp:
    """Note when each request came, before anything of it is looked at."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            metrics.begin(scope)
        await app(scope, receive, send)

    return noting


def no_such_file(request: Request[Any, Any, Any], _: ValueError) -> Response[Any]:
    """The answer to a name that no file can have, such as one with a NUL in it."""
    return everywhere(request, NotFoundException())


def everywhere(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Errors at no route of the API: a page for a browser, a problem document for all others.

    An address of the API that there is not is one of the API all the same.
    """
    of_api = request.url.path.startswith(f"{API}/")
    if not of_api and "text/html" in request.headers.get("accept", ""):
        from http_api.pages.errors import error_page, sent_to_sign_in  # noqa: PLC0415

        to_sign_in = sent_to_sign_in(request, error)
        if to_sign_in is not None:
            return to_sign_in
        problem, headers = problem_of(error, request)
        return error_page(problem.status, problem.title, problem.detail, headers)
    return respond(request, error)


def create_worker() -> ASGIApp:
    """The application of one server process; ``serve`` names the database in its environment."""
    # An interrupt at a terminal goes to a group of processes: the web server is to hear of it
    # alone, and to tell each worker once. One that was told twice never ended.
    os.setpgid(0, 0)
    logs.configure()
    end_with_service()
    set_asyncio_executor(ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="handlers"))
    url, web = os.environ[SERVED_VARIABLE], web_from_environment(os.environ)
    service = Service(open_pool(url, most=POOL_SIZE), open_pool(url, most=1), web.address)
    service.record.refused_lately.most = web.refusals
    service.look()
    app = create_app(service, None if web.openid is None else Provider(web.openid))
    # What is there now stays for as long as the process: no search for cycles need look at it,
    # which would keep whoever asks at that moment waiting for a tenth of a second.
    gc.collect()
    gc.freeze()
    served: ASGIApp = wrap_asgi_with_proxy_headers(app, list(web.proxies)) if web.proxies else app
    return patient(answering_heads(served))
