"""The session cookie: how it is sent, and over which connections."""

from litestar.datastructures import Cookie

from http_api import clock
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import PLAIN_COOKIE, SECURE_COOKIE, Asking, session_sent
from ledger.accounts import end_session

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def check_connection(request: Asking, service: Service) -> None:
    """Refuse to take or send secrets over a connection that others can read.

    Without an address of its own that begins with https:// a service signs in only who is on its
    own computer. Raises a 403 problem.
    """
    client = request.client
    if not service.secure and (client is None or client.host not in LOOPBACK):
        raise HttpProblem(
            403,
            "plain-connection",
            "Nobody signs in over a connection that others can read: the service needs an address"
            " with https (OUTTURN_ADDRESS).",
        )


def session_cookie(service: Service, secret: str) -> Cookie:
    """The cookie of a new session. It ends with the browser, and sooner at the service."""
    return Cookie(
        key=SECURE_COOKIE if service.secure else PLAIN_COOKIE,
        value=secret,
        path="/",
        httponly=True,
        secure=service.secure,
        samesite="lax",
    )


def no_cookie(service: Service) -> Cookie:
    """What takes the cookie away."""
    return Cookie(
        key=SECURE_COOKIE if service.secure else PLAIN_COOKIE,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        secure=service.secure,
        samesite="lax",
    )


def end_former(request: Asking, service: Service) -> None:
    """End the session a request came with: a new one never goes on from it."""
    secret = session_sent(request)
    if secret:
        with service.pool.connection() as connection:
            end_session(connection, secret, clock.now())
