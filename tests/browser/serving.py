"""The pages over the built board as an application of their own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from browser.built import BuiltReader
from browser.built_acts import act_page, offer_page
from browser.built_desk import ENTRY, BuiltDesk
from browser.built_people import staff_page
from browser.indicators import PEOPLE
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import ResponseHeader
from litestar.di import Provide
from litestar.static_files import create_static_files_router

import http_api
from http_api.pages.analysis_routes import ANALYSIS_PAGES
from http_api.pages.audit_routes import AUDIT_PAGES
from http_api.pages.body_routes import BODY_PAGES
from http_api.pages.change_routes import CHANGE_PAGES
from http_api.pages.comparator_routes import COMPARATOR_PAGES
from http_api.pages.control_routes import CONTROL_PAGES
from http_api.pages.entry_routes import ENTRY_PAGES
from http_api.pages.errors import error_page
from http_api.pages.escalation_routes import ESCALATION_PAGES
from http_api.pages.help_routes import HELP_PAGES
from http_api.pages.load_routes import LOAD_PAGES
from http_api.pages.multiple_routes import CHARTS_PAGES
from http_api.pages.proof_routes import PROOF_PAGES
from http_api.pages.routes import PAGES
from http_api.pages.sign_off_routes import SIGN_OFF_PAGES
from http_api.pages.task_routes import TASK_PAGES
from http_api.problem_documents import problem_of
from ledger.accounts import PUBLIC, Visitor

# As strict as the service's: a style or script inside a page would not be applied.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'"
)


def create(address: str = "") -> Litestar:
    """Pages, static files, error pages and security headers as the service has them.

    ``address`` is where people reach it.
    """
    static = Path(http_api.__file__).parent / "static"
    desk, officer = BuiltDesk(), Visitor(person=ENTRY, name=PEOPLE[ENTRY])
    entering = Router(
        path="/",
        route_handlers=[ENTRY_PAGES, TASK_PAGES],
        dependencies={"who": Provide(lambda: officer, sync_to_thread=False)},
    )
    return Litestar(
        logging_config=None,
        route_handlers=[
            PAGES,
            CHANGE_PAGES,
            CHARTS_PAGES,
            COMPARATOR_PAGES,
            ANALYSIS_PAGES,
            CONTROL_PAGES,
            ESCALATION_PAGES,
            LOAD_PAGES,
            AUDIT_PAGES,
            PROOF_PAGES,
            HELP_PAGES,
            act_page,
            offer_page,
            entering,
            SIGN_OFF_PAGES,
            BODY_PAGES,
            staff_page,
            create_static_files_router(path="/static", directories=[static]),
        ],
        dependencies={
            "reader": Provide(BuiltReader, sync_to_thread=False),
            # Asked by no page of these for more.
            "service": Provide(lambda: SimpleNamespace(address=address), sync_to_thread=False),
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "who": Provide(lambda: PUBLIC, sync_to_thread=False),
            "kept": Provide(lambda: [], sync_to_thread=False),
            # Litestar takes one function for one name: each its own.
            "public_reader": Provide(lambda: BuiltReader(), sync_to_thread=False),  # noqa: PLW0108
        },
        exception_handlers={Exception: _error},
        response_headers=[ResponseHeader(name="Content-Security-Policy", value=POLICY)],
        openapi_config=None,
    )


def _error(_: Request[Any, Any, Any], error: Exception) -> Response[str]:
    problem, headers = problem_of(error)
    return error_page(problem.status, problem.title, problem.detail, headers)
