"""Signing in by way of a provider of OpenID Connect: going there, and coming back."""

import hmac
from datetime import datetime
from typing import Annotated, Any

import structlog
from litestar import MediaType, Response, Router, get
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from http_api import clock
from http_api.openid import Answered, Provider, state_of
from http_api.pages import sign_in as views
from http_api.pages.errors import refused
from http_api.pages.sign_in_routes import (
    HOME,
    Asked,
    GivenProvider,
    GivenService,
    again,
    came_from,
    name_of,
    own_page,
)
from http_api.problems import HTTP_CODES, HttpProblem
from http_api.service import Service
from http_api.sessions import (
    begun_cookie,
    begun_sent,
    check_connection,
    end_former,
    session_cookie,
)
from ledger import openid
from ledger.accounts import begin_session
from policies.permissions import Access
from policies.refusals import Refusal
from policies.refusals_sign_in import SignInNotBegun

BACK = "/sign-in/openid/answer"
LONGEST_NEXT = 2_000  # characters: it is kept until somebody comes back, and anybody may go
log = structlog.get_logger()


@get("/sign-in/openid", media_type=MediaType.HTML, right=Access.ANYONE, status_code=302)
async def go(
    request: Asked,
    service: GivenService,
    provider: GivenProvider,
    next: FromQuery[str] = "",  # noqa: A002 - the parameter's own name
) -> Response[Any]:
    """Go to the provider to show who one is."""
    there = _there(provider)
    check_connection(request, service)
    secret = clock.new_token()
    going_on = own_page(next) if len(next) <= LONGEST_NEXT else HOME
    try:
        address = await there.address(secret, _back(request, service))
        await sync_to_thread(_begin, service, secret, going_on, came_from(request))
    except (Refusal, HttpProblem) as wrong:
        return _again(service, there, going_on, wrong)
    return Redirect(address, status_code=302, cookies=[begun_cookie(service, secret)])


@get(BACK, media_type=MediaType.HTML, right=Access.ANYONE, status_code=303)
async def come_back(
    request: Asked,
    service: GivenService,
    provider: GivenProvider,
    begun_as: Annotated[str, QueryParameter(name="state")] = "",
    code: FromQuery[str] = "",
    error: FromQuery[str] = "",
    iss: FromQuery[str] = "",
) -> Response[Any]:
    """Come back from the provider, who says who one is."""
    there = _there(provider)
    check_connection(request, service)
    begun, at, going_on = begun_sent(request, service), clock.now(), HOME
    try:
        if not begun or not hmac.compare_digest(state_of(begun).encode(), begun_as.encode()):
            raise SignInNotBegun
        going_on = await sync_to_thread(_finish, service, begun, at)
        answered = Answered(code=code, error=error, iss=iss)
        claimed = await there.claimed(answered, begun, _back(request, service), at)
        secret = await sync_to_thread(_signed_in, request, service, claimed, there.name)
    except (Refusal, HttpProblem) as wrong:
        log.info("sign-in refused", code=wrong.code, address=came_from(request))
        return _again(service, there, going_on, wrong)
    cookies = [session_cookie(service, secret), begun_cookie(service, "")]
    return Redirect(going_on, status_code=303, cookies=cookies)


def _there(provider: Provider | None) -> Provider:
    if provider is None:
        raise HttpProblem(404, *HTTP_CODES[404])
    return provider


def _back(request: Asked, service: Service) -> str:
    """Where the provider sends people back to: where people reach us, as it has been told."""
    return (service.address or f"http://{request.headers['host']}") + BACK


def _again(service: Service, provider: Provider, going_on: str, wrong: Exception) -> Response[str]:
    page = views.sign_in_page(service, going_on=going_on, openid=name_of(provider), wrong=wrong)
    return again(page, wrong)


def _begin(service: Service, secret: str, going_on: str, address: str) -> None:
    with service.pool.connection() as connection:
        openid.begin(connection, secret, going_on, address, clock.now())


def _finish(service: Service, secret: str, at: datetime) -> str:
    with service.pool.connection() as connection:
        return openid.finish(connection, secret, at)


def _signed_in(request: Asked, service: Service, claimed: openid.Claimed, provider: str) -> str:
    """The secret of a new session of whoever came back."""
    secret = clock.new_token()
    with service.pool.connection() as connection:
        person = openid.person_of(connection, claimed, provider)
        begin_session(connection, person, secret, clock.now())
    log.info("signed in", person=person, by="provider", address=came_from(request))
    end_former(request, service)
    return secret


OPENID_PAGES = Router(
    path="/",
    route_handlers=[go, come_back],
    exception_handlers={Refusal: refused, HttpProblem: refused},
    include_in_schema=False,
)
