"""Who is asking: the person of an access token or of a session, or nobody we know."""

from threading import Lock
from time import monotonic
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from http_api import clock
from http_api.problems import HttpProblem
from ledger.accounts import PUBLIC, Visitor, visitor_of
from ledger.engine import Pool
from ledger.tokens import Holder, holder_of
from policies.sign_in import Scope

Asking = ASGIConnection[Any, Any, Any, Any]
GivenVisitor = NamedDependency[SkipValidation[Visitor]]

# A name that begins so is taken by browsers only over a secure connection and for this host alone.
SECURE_COOKIE, PLAIN_COOKIE = "__Host-outturn", "outturn"
TRUSTED_SECONDS = 1.0  # how long a token is taken without asking again; so soon a revoked one ends
MOST_TRUSTED = 10_000
CALLER = "outturn.caller"  # where a request keeps who is asking


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A person who showed who they are, how, and what that is good for."""

    visitor: Visitor
    by: Literal["token", "session"]
    scopes: frozenset[Scope] = frozenset(Scope)

    @property
    def person(self) -> str:
        """The person's id."""
        return self.visitor.person


class Tokens:
    """Whose tokens were asked for lately, so that a busy caller costs no query each time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Holder]] = {}  # guarded by _lock
        self._lock = Lock()

    def known(self, token: str) -> Holder | None:
        """Whose a token was a moment ago, if it was asked for."""
        known = self._known.get(token)
        if known is not None and monotonic() - known[0] < TRUSTED_SECONDS:
            return known[1]
        return None

    def holder(self, token: str, pool: Pool) -> Holder | None:
        """Whose token it is; None for one that is unknown, has run out, or was revoked."""
        at = monotonic()
        known = self.known(token)
        if known is not None:
            return known
        with pool.connection() as connection:
            holder = holder_of(connection, token, clock.now())
        with self._lock:
            if len(self._known) >= MOST_TRUSTED:
                self._known.clear()
            if holder is None:
                self._known.pop(token, None)
            else:
                self._known[token] = at, holder
        return holder


TOKENS = Tokens()


def token_sent(connection: Asking) -> str:
    """The access token of a request, "" where it has none. Raises a 401 problem for another way."""
    sent = connection.headers.get("authorization")
    if sent is None:
        return ""
    scheme, _, token = sent.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise HttpProblem(
            401, "unauthenticated", "This needs an access token: send Authorization: Bearer TOKEN."
        )
    return token.strip()


def session_sent(connection: Asking, *, secure: bool) -> str:
    """The secret of the session of a request, "" where it has none.

    A secure service takes none under the plain name, which others may have put into a browser.
    """
    return connection.cookies.get(SECURE_COOKIE if secure else PLAIN_COOKIE) or ""


def find_caller(connection: Asking, pool: Pool, *, secure: bool) -> Caller | None:
    """Who is asking; None for whoever shows nothing, or a session that is over.

    Raises a 401 problem for an access token that is good for nothing.
    """
    token = token_sent(connection)
    if token:
        holder = TOKENS.holder(token, pool)
        if holder is None:
            raise HttpProblem(
                401,
                "unknown-token",
                "This access token is unknown or was revoked: ask for a new one.",
            )
        return of_token(holder)
    secret = session_sent(connection, secure=secure)
    if not secret:
        return None
    with pool.connection() as database:
        visitor = visitor_of(database, secret, clock.now())
    return None if visitor is None else Caller(visitor=visitor, by="session")


def of_token(holder: Holder) -> Caller:
    """The caller whose token it is."""
    return Caller(visitor=Visitor(person=holder.person), by="token", scopes=holder.scopes)


def remember_caller(connection: Asking, caller: Caller | None) -> None:
    """Keep who is asking with the request."""
    connection.scope["state"][CALLER] = caller


def caller_of(connection: Asking) -> Caller | None:
    """Who is asking, as was found before the handler began."""
    found: Caller | None = connection.scope["state"].get(CALLER)
    return found


def visitor_asking(request: Asking) -> Visitor:
    """Who is asking, for a page; the public where nobody signed in."""
    caller = caller_of(request)
    return PUBLIC if caller is None else caller.visitor


def person_of(request: Asking) -> str:
    """The id of the person who calls. Raises a 401 problem."""
    caller = caller_of(request)
    if caller is None:
        raise HttpProblem(
            401, "unauthenticated", "This needs an access token: send Authorization: Bearer TOKEN."
        )
    return caller.person


def check_own_site(connection: Asking, address: str) -> None:
    """Refuse what another site has a visitor's browser send. Raises a 403 problem.

    ``address`` is where people reach the service, which a proxy before it may keep from it.

    Browsers say where a request comes from and let no page change it; one that says nothing of it
    at all is not one of a page that could be fooled, and brings no cookie of ours across sites.
    """
    headers = connection.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        own = site in {"same-origin", "none"}
    elif origin is not None:
        own = _site_of(origin) in {_site_of(address), headers.get("host")} - {""}
    else:
        own = True
    if not own:
        raise HttpProblem(
            403,
            "other-site",
            "This came from another site: open the service's own page and send it from there.",
        )


def _site_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
