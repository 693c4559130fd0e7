"""Signing in and out, setting a password by a link, and one's own account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import structlog
from litestar import MediaType, Request, Response, Router, get, post
from litestar.datastructures import Cookie, ResponseHeader
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from http_api import clock
from http_api.body_sizes import SMALL_BODY_BYTES
from http_api.openid import Provider
from http_api.pages import sign_in as views
from http_api.pages.errors import refused
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.rights import NEEDED
from http_api.service import Service
from http_api.sessions import (
    check_connection,
    end_former,
    known_cookie,
    known_sent,
    no_cookie,
    session_cookie,
)
from http_api.visitors import GivenVisitor, session_sent
from ledger.accounts import (
    Visitor,
    end_all,
    has_password,
    hold_session,
    holder_of_link,
    prove,
    sessions_of,
    set_password,
    sign_in,
    spend_link,
)
from ledger.engine import Connection
from ledger.tokens import USUAL, keep_token, revoke_token, tokens_of
from ledger.tries import Whence, remember_browser
from policies.permissions import Access
from policies.refusals import Refusal
from policies.refusals_sign_in import SignInFailed
from policies.sign_in import Scope

GivenService = NamedDependency[SkipValidation[Service]]
GivenProvider = NamedDependency[SkipValidation[Provider | None]]
Asked = Request[Any, Any, Any]
FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
HOME = "/"
TO_SIGN_IN = "/sign-in?after=password"
log = structlog.get_logger()
# A page that somebody sees by way of a secret is kept by no browser and no proxy.
NOT_KEPT = [ResponseHeader(name="Cache-Control", value="no-store")]


@dataclass
class SignInForm:
    """Who wants to sign in, and where they wanted to go."""

    name: str = ""
    password: str = ""
    next: str = ""


@dataclass
class PasswordForm:
    """A new password, typed twice."""

    password: str = ""
    again: str = ""
    present: str = ""


@dataclass
class TokenForm:
    """What a new access token is for."""

    label: str = ""
    until: str = ""
    confirm: str = ""
    read: str = ""
    submit: str = ""
    load: str = ""
    administer: str = ""


def own_page(address: str) -> str:
    """An address of ours to go on to; the home page for any other."""
    ours = address.startswith("/") and not address.startswith("//")
    return address if ours and "\\" not in address and address.isprintable() else HOME


@get("/sign-in", media_type=MediaType.HTML, right=Access.ANYONE, sync_to_thread=True)
def sign_in_page(
    service: GivenService,
    provider: GivenProvider,
    next: FromQuery[str] = "",  # noqa: A002 - the parameter's own name
    after: FromQuery[str] = "",
) -> str:
    """The form to sign in with; ``after`` is "password" for whoever has just set theirs."""
    return views.sign_in_page(
        service,
        going_on=own_page(next),
        openid=name_of(provider),
        password_set=after == "password",
    )


@post("/sign-in", right=Access.ANYONE, status_code=303, sync_to_thread=True)
def begin(
    request: Asked,
    service: GivenService,
    provider: GivenProvider,
    data: Annotated[SignInForm, FORM],
) -> Response[Any]:
    """Sign in."""
    check_connection(request, service)
    secret, going_on = clock.new_token(), own_page(data.next)
    address = came_from(request)
    try:
        with service.pool.connection() as connection:
            whence, at = _whence(request, service), clock.now()
            person = sign_in(connection, data.name, data.password, secret, whence, at)
            known = _known(request, service, connection, person)
    except Refusal as refusal:
        # What was typed as a name is not logged: it may be a password in the wrong box.
        log.info("sign-in refused", code=refusal.code, address=address)
        page = views.sign_in_page(
            service, going_on=going_on, openid=name_of(provider), name=data.name, wrong=refusal
        )
        return again(page, refusal)
    end_former(request, service)
    log.info("signed in", person=person, by="password", address=address)
    cookies = [session_cookie(service, secret), known]
    return Redirect(going_on, status_code=303, cookies=cookies)


@post("/sign-out", right=Access.ANYONE, status_code=303, sync_to_thread=True)
def leave(request: Asked, service: GivenService) -> Redirect:
    """Sign out here."""
    end_former(request, service)
    return Redirect(HOME, status_code=303, cookies=[no_cookie(service)])


@post("/account/sign-out", right=Access.A_PERSON, status_code=303, sync_to_thread=True)
def leave_everywhere(service: GivenService, who: GivenVisitor) -> Redirect:
    """Sign out everywhere, and end every access token."""
    with service.pool.connection() as connection:
        end_all(connection, who.person, clock.now())
    return Redirect("/sign-in", status_code=303, cookies=[no_cookie(service)])


@get(
    "/sign-in/link/{secret:str}",
    media_type=MediaType.HTML,
    right=Access.ANYONE,
    sync_to_thread=True,
)
def link_page(service: GivenService, secret: FromPath[str]) -> str:
    """The form to set a password with, for whoever was given the link."""
    with service.pool.connection() as connection:
        holder = holder_of_link(connection, secret, clock.now())
    return views.link_page(service, holder, secret)


@post("/sign-in/link/{secret:str}", right=Access.ANYONE, status_code=303, sync_to_thread=True)
def set_by_link(
    request: Asked,
    service: GivenService,
    secret: FromPath[str],
    data: Annotated[PasswordForm, FORM],
) -> Response[Any]:
    """Set a password, which spends the link."""
    check_connection(request, service)
    at = clock.now()
    with service.pool.connection() as connection:
        holder = holder_of_link(connection, secret, at)
        try:
            _check_same(data)
            person = spend_link(connection, secret, data.password, at)
        except (Refusal, HttpProblem) as wrong:
            return again(views.link_page(service, holder, secret, wrong=wrong), wrong)
        known = _known_anew(service, connection, person)
    return Redirect(TO_SIGN_IN, status_code=303, cookies=[known])


@get("/account", media_type=MediaType.HTML, right=Access.A_PERSON, sync_to_thread=True)
def account_page(service: GivenService, who: GivenVisitor) -> str:
    """One's own account: sessions, password, access tokens."""
    return _account(service, who)


@post("/account/password", right=Access.A_PERSON, status_code=303, sync_to_thread=True)
def change_password(
    request: Asked, service: GivenService, who: GivenVisitor, data: Annotated[PasswordForm, FORM]
) -> Response[Any]:
    """Change one's password, which ends every session and every access token."""
    check_connection(request, service)
    at = clock.now()
    try:
        with service.pool.connection() as connection:
            _check_same(data)
            _check_present(connection, who.person, data.present, _whence(request, service), at)
            with _signed_in(request, service, connection, at):
                set_password(connection, who.person, data.password, at)
    except (Refusal, HttpProblem) as wrong:
        return _account_again(service, who, wrong)
    return Redirect(TO_SIGN_IN, status_code=303, cookies=[no_cookie(service)])


@post("/account/tokens", right=Access.A_PERSON, sync_to_thread=True)
def create_token(
    request: Asked, service: GivenService, who: GivenVisitor, data: Annotated[TokenForm, FORM]
) -> Response[Any]:
    """Make an access token, and show it this once.

    Whoever found a session open would keep what it may do by one: it takes the password, too.
    """
    check_connection(request, service)
    secret, at = clock.new_token(), clock.now()
    scopes = tuple(scope for scope in Scope if getattr(data, scope.value))
    try:
        expires = views.end_of(data.until)
        with service.pool.connection() as connection:
            if has_password(connection, who.person):
                whence = _whence(request, service)
                _check_present(connection, who.person, data.confirm, whence, at, field="confirm")
            with _signed_in(request, service, connection, at):
                keep_token(
                    connection, secret, who.person, data.label, at,
                    scopes=scopes, expires_at=expires,
                )  # fmt: skip
    except (Refusal, HttpProblem) as wrong:
        return _account_again(service, who, wrong)
    return Response(_account(service, who, made=secret), media_type=MediaType.HTML)


@post(
    "/account/tokens/{token:int}/end", right=Access.A_PERSON, status_code=303, sync_to_thread=True
)
def end_token(service: GivenService, who: GivenVisitor, token: FromPath[int]) -> Redirect:
    """Revoke an access token."""
    with service.pool.connection() as connection:
        revoke_token(connection, who.person, token, clock.now())
    return Redirect("/account", status_code=303)


def _account(
    service: Service, who: Visitor, *, wrong: Exception | None = None, made: str = ""
) -> str:
    at = clock.now()
    with service.pool.connection() as connection:
        sessions = sessions_of(connection, who.person, at)
        tokens = tokens_of(connection, who.person)
        own_password = has_password(connection, who.person)
    return views.account_page(
        service,
        who,
        sessions=sessions,
        tokens=tokens,
        usual=USUAL,
        at=at,
        wrong=wrong,
        made=made,
        own_password=own_password,
    )


@contextmanager
def _signed_in(
    request: Asked, service: Service, connection: Connection, at: datetime
) -> Iterator[None]:
    """A transaction in which the session of a request goes on. Raises a 401 problem if it ended."""
    with connection.transaction():
        if not hold_session(connection, session_sent(request, secure=service.secure), at):
            raise HttpProblem(401, *NEEDED["page"])
        yield


def _account_again(service: Service, who: Visitor, wrong: Refusal | HttpProblem) -> Response[str]:
    """The page of an account once more, with what is wrong, for whoever is still signed in."""
    if wrong.code == NEEDED["page"][0]:
        raise wrong
    return again(_account(service, who, wrong=wrong), wrong)


def _check_same(data: PasswordForm) -> None:
    if data.password != data.again:
        raise HttpProblem(
            422, "malformed", "The two passwords differ: type the same one twice.", field="again"
        )


def _check_present(
    connection: Connection,
    person: str,
    password: str,
    whence: Whence,
    at: datetime,
    *,
    field: str = "present",
) -> None:
    try:
        prove(connection, person, password, whence, at)
    except SignInFailed:
        raise SignInFailed("This is not your present password.", field=field) from None


def _whence(request: Asked, service: Service) -> Whence:
    return Whence(came_from(request), known_sent(request, service))


def _known(request: Asked, service: Service, connection: Connection, person: str) -> Cookie:
    """What a browser is known by from now on, since a person has shown who they are by it."""
    sent, fresh = known_sent(request, service), clock.new_token()
    return known_cookie(service, remember_browser(connection, person, sent, fresh, clock.now()))


def _known_anew(service: Service, connection: Connection, person: str) -> Cookie:
    """The same by another secret: tries in vain that came before count no more."""
    secret = remember_browser(connection, person, "", clock.new_token(), clock.now())
    return known_cookie(service, secret)


def came_from(request: Asked) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else ""


def name_of(provider: Provider | None) -> str:
    """What people call the provider they may sign in with, "" for none."""
    return "" if provider is None else provider.name


def again(page: str, wrong: Exception) -> Response[str]:
    """The page once more, with what is wrong and its status."""
    problem, headers = problem_of(wrong)
    return Response(page, status_code=problem.status, headers=headers, media_type=MediaType.HTML)


SIGN_IN_PAGES = Router(
    path="/",
    route_handlers=[
        sign_in_page,
        begin,
        leave,
        leave_everywhere,
        link_page,
        set_by_link,
        account_page,
        change_password,
        create_token,
        end_token,
    ],
    exception_handlers={Refusal: refused, HttpProblem: refused},
    response_headers=NOT_KEPT,
    request_max_body_size=SMALL_BODY_BYTES,
    include_in_schema=False,
)
