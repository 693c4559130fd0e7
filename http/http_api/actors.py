"""Who is calling: the person whose access token the request carries."""

from threading import Lock
from time import monotonic
from typing import Any

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from http_api.problems import HttpProblem
from http_api.service import ClocksAsked, Service
from ledger.acts import grants_of
from ledger.agreement.state import Agreement
from ledger.engine import Pool
from ledger.people import holder_of
from policies.permissions import Action, check_may
from projections.reading.agreements import read_agreements

LOOPBACK = frozenset({"127.0.0.1", "::1"})


TRUSTED_SECONDS = 1.0  # how long a token is taken without asking again; so soon a revoked one ends
MOST_TRUSTED = 10_000


class Tokens:
    """Whose tokens were asked for lately, so that a busy caller costs no query each time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, str]] = {}  # guarded by _lock
        self._lock = Lock()

    def known(self, token: str) -> str | None:
        """The person a token belonged to a moment ago, if it was asked for."""
        known = self._known.get(token)
        if known is not None and monotonic() - known[0] < TRUSTED_SECONDS:
            return known[1]
        return None

    def holder(self, token: str, pool: Pool) -> str | None:
        """The person a token belongs to; None for one that is unknown or revoked."""
        at = monotonic()
        known = self.known(token)
        if known is not None:
            return known
        with pool.connection() as connection:
            person = holder_of(connection, token)
        with self._lock:
            if len(self._known) >= MOST_TRUSTED:
                self._known.clear()
            if person is None:
                self._known.pop(token, None)
            else:
                self._known[token] = at, person
        return person


TOKENS = Tokens()


async def needs_token(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard that refuses a request without a token before anything of its body is read."""
    _token_of(connection)


def _token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise HttpProblem(
            401, "unauthenticated", "This needs an access token: send Authorization: Bearer TOKEN."
        )
    return token.strip()


async def person_calling(request: Request[Any, Any, Any], pool: Pool) -> str:
    """As ``person_of``, from the event loop: only a question to the database leaves it."""
    known = TOKENS.known(_token_of(request))
    if known is not None:
        return known
    return await sync_to_thread(person_of, request, pool)


def person_of(request: Request[Any, Any, Any], pool: Pool) -> str:
    """The id of the person who calls. Raises a 401 problem."""
    person = TOKENS.holder(_token_of(request), pool)
    if person is None:
        raise HttpProblem(
            401, "unknown-token", "This access token is unknown or was revoked: ask for a new one."
        )
    return person


def holds_a_role(person: str, agreement: Agreement) -> bool:
    """Whether a person holds any role in an agreement, now."""
    return any(grant.person == person for grant in grants_of(agreement, person))


def check_may_read(person: str, agreement: Agreement) -> None:
    """Whoever holds any role in an agreement may read all of it."""
    sheet = agreement.sheet
    scopes = {grant.scope for grant in agreement.grants.values() if grant.person == person}
    check_may(
        Action.READ,
        person=person,
        grants=grants_of(agreement, person),
        scopes=frozenset(scopes | ({sheet.code} if sheet else set())),
    )


def check_may_read_all(service: Service, person: str) -> None:
    """Whoever may read every agreement may read what goes across them."""
    with service.reading(ClocksAsked()) as (connection, clocks):
        listed = read_agreements(connection, clocks).agreements
    for one in listed:
        check_may_read(person, service.record.agreement(one.code))


def only_demonstrations(service: Service) -> Guard:
    """Guard of the pages until sign-in comes: a demonstration's are open, on its computer only."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        client = connection.client
        if client is None or client.host not in LOOPBACK or not service.demonstration:
            raise HttpProblem(
                401,
                "unauthenticated",
                "Pages can be read without signing in only in a demonstration, on the computer it"
                " runs on. Elsewhere use the API with an access token.",
            )

    return guard
