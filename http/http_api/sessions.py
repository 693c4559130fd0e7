"""The cookies of a session and of a sign-in that was begun, and over which connections."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from http_api import clock
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import PLAIN_COOKIE, SECURE_COOKIE, Asking, session_sent
from ledger.accounts import end_session
from policies.sign_in import BROWSER_KNOWN, OPENID_HOLDS

SECURE_BEGUN, PLAIN_BEGUN = "__Host-outturn-openid", "outturn-openid"
SECURE_KNOWN, PLAIN_KNOWN = "__Host-outturn-known", "outturn-known"
AT_HOME = "localhost"


def check_connection(request: Asking, service: Service) -> None:
    """Refuse to take or send secrets over a connection that others can read.

    Without an address of its own that begins with https:// a service signs in only who is on its
    own computer, and calls it by a name of its own. Raises a 403 problem.
    """
    if service.secure:
        return
    client = request.client
    if client is None or not _is_loopback(client.host) or not _is_loopback(_called(request)):
        raise HttpProblem(
            403,
            "plain-connection",
            "Nobody signs in over a connection that others can read: the service needs an address"
            " with https (OUTTURN_ADDRESS).",
        )


def _called(request: Asking) -> str:
    """By which name somebody calls the service."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == AT_HOME
    inside = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inside or address).is_loopback


def session_cookie(service: Service, secret: str) -> Cookie:
    """The cookie of a new session. It ends with the browser, and sooner at the service."""
    return _cookie(service, SECURE_COOKIE if service.secure else PLAIN_COOKIE, secret)


def link_of(service: Service, secret: str) -> str:
    """A link with which a password is set; without an address of the service only its path."""
    return f"{service.address}/sign-in/link/{secret}"


def no_cookie(service: Service) -> Cookie:
    """What takes the session's cookie away."""
    return _cookie(service, SECURE_COOKIE if service.secure else PLAIN_COOKIE, "", lasts=0)


def begun_cookie(service: Service, secret: str) -> Cookie:
    """The cookie of a sign-in that goes by way of a provider."""
    lasts = int(OPENID_HOLDS.total_seconds()) if secret else 0
    return _cookie(service, SECURE_BEGUN if service.secure else PLAIN_BEGUN, secret, lasts=lasts)


def begun_sent(request: Asking, service: Service) -> str:
    """The secret of the sign-in that a browser has begun, "" for none."""
    return request.cookies.get(SECURE_BEGUN if service.secure else PLAIN_BEGUN) or ""


def known_cookie(service: Service, secret: str) -> Cookie:
    """The cookie by which a browser is known as one that somebody signed in with."""
    lasts = int(BROWSER_KNOWN.total_seconds())
    return _cookie(service, SECURE_KNOWN if service.secure else PLAIN_KNOWN, secret, lasts=lasts)


def known_sent(request: Asking, service: Service) -> str:
    """The secret by which a browser is known, "" for none."""
    return request.cookies.get(SECURE_KNOWN if service.secure else PLAIN_KNOWN) or ""


def _cookie(service: Service, name: str, secret: str, lasts: int | None = None) -> Cookie:
    return Cookie(
        key=name,
        value=secret,
        path="/",
        max_age=lasts,
        httponly=True,
        secure=service.secure,
        samesite="lax",
    )


def end_former(request: Asking, service: Service) -> None:
    """End the session a request came with: a new one never goes on from it."""
    secret = session_sent(request, secure=service.secure)
    if secret:
        with service.pool.connection() as connection:
            end_session(connection, secret, clock.now())
