"""The right that each route needs, and the one guard that asks for it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import HttpMethod, Litestar
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Guard

from http_api.actors import acts_in, check_may_read
from http_api.asking import ASKING, Asking
from http_api.problems import HttpProblem
from http_api.service import ClocksAsked, Service
from http_api.visitors import (
    TOKENS,
    Caller,
    caller_of,
    check_own_site,
    find_caller,
    of_token,
    remember_caller,
    token_sent,
)
from ledger.person import Person
from policies.permissions import Access, Action
from policies.refusals import Refusal
from policies.sign_in import scope_for
from projections.reading.clocks import NOW
from projections.reading.task_counts import TaskCounts
from projections.reading.tasks import may_have_tasks

RIGHT = "right"
CLOCKS = ("known_at", "policy_at")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NEEDED = {
    "api": ("unauthenticated", "This needs an access token: send Authorization: Bearer TOKEN."),
    "page": ("sign-in-needed", "This page is for people who signed in."),
}


def right_of(handler: BaseRouteHandler) -> Access | Action:
    """The right that a route states. Raises TypeError for one that states none."""
    right = handler.opt.get(RIGHT)
    if not isinstance(right, (Access, Action)):
        raise TypeError(f"the route {handler} does not state its right")
    return right


def check_rights(app: Litestar) -> None:
    """Make sure that every route states its right. Raises TypeError."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.http_methods != {HttpMethod.OPTIONS}:  # those are Litestar's own
                    right_of(handler)


def asks_for_rights(service: Service, kind: str) -> Guard:
    """Guard that finds out who is asking, and refuses whoever may not.

    ``kind`` is ``api`` or ``page``. What a role is needed for, beyond reading, is refused by the
    decision itself, which knows what it is about and records the try.
    """

    counts = TaskCounts()

    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        if connection.scope.get("method") == "OPTIONS":
            return  # it tells which methods an address takes, and nothing else
        right, safe = right_of(handler), connection.scope.get("method") in SAFE
        caller = await _caller(connection, service)
        remember_caller(connection, caller)
        if not safe and (caller is None or caller.by == "session"):
            check_own_site(connection, service.address)
        if caller is None:
            if right is Access.ANYONE:
                return
            raise HttpProblem(401, *NEEDED[kind])
        _check_scope(caller, right, safe=safe)
        agreement = connection.path_params.get("agreement")
        if kind == "page":
            checked = right is not Access.ANYONE
            about = None if agreement is None else str(agreement)
            asking = await sync_to_thread(_asking, service, counts, caller, about, checked=checked)
            if clocks := _clocks(connection):
                asking = await sync_to_thread(_then, service, asking, clocks)
            ASKING.set(asking)

    return guard


async def _caller(
    connection: ASGIConnection[Any, Any, Any, Any], service: Service
) -> Caller | None:
    holder = TOKENS.known(token_sent(connection))
    if holder is not None:
        return of_token(holder)
    return await sync_to_thread(find_caller, connection, service.pool, secure=service.secure)


def _clocks(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, str]:
    """The clocks of an address that are not at now; a box left empty is now."""
    given = {name: connection.query_params.get(name, "").strip() for name in CLOCKS}
    return {name: said for name, said in given.items() if said not in ("", NOW)}


def _then(service: Service, asking: Asking, clocks: dict[str, str]) -> Asking:
    """Who asks, with the moment that the address names, and whether they might have tasks then."""
    asking = msgspec.structs.replace(asking, then=urlencode(clocks))
    if not asking.visitor.person:
        return asking
    try:
        asked = ClocksAsked(clocks.get("known_at", NOW))
        with service.reading(asked) as (connection, moment):
            tasked = may_have_tasks(connection, asking.visitor.person, moment)
    except Refusal:  # there is no such moment, as the page itself will say
        tasked = False
    return msgspec.structs.replace(asking, tasked=tasked)


def _check_scope(caller: Caller, right: Access | Action, *, safe: bool) -> None:
    if caller.by == "token" and right is Access.A_PERSON and not safe:
        raise HttpProblem(
            403,
            "token-scope",
            "This is for whoever signed in on a page: no access token is good for it.",
        )
    needed = scope_for(right)
    if needed not in caller.scopes:
        raise HttpProblem(
            403,
            "token-scope",
            f"This access token was not made for this: it needs the scope {needed}.",
        )


async def by_session_alone(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Guard that takes no access token, whatever it was made for.

    With a link somebody's password is set, and their session may do all that they may.
    """
    caller = caller_of(connection)
    if caller is not None and caller.by == "token":
        raise HttpProblem(
            403,
            "token-scope",
            "A link to sign in with is made by whoever signed in on a page, or on the command"
            " line: no access token is good for it.",
        )


def address_by_session_alone(
    connection: ASGIConnection[Any, Any, Any, Any], address: str
) -> Callable[[Person], None]:
    """Refuse to give a person who is known another e-mail address by an access token.

    By it the sign-in of an organisation knows them: it would be as good as a link.
    """
    caller = caller_of(connection)

    def check(before: Person) -> None:
        by_token = caller is not None and caller.by == "token"
        if by_token and before.email != address:
            raise HttpProblem(
                403,
                "token-scope",
                "The e-mail address of somebody who is known, by which they may sign in, is changed"
                " by whoever signed in on a page, or on the command line: no access token is good"
                " for it.",
            )

    return check


def _asking(
    service: Service,
    counts: TaskCounts,
    caller: Caller,
    agreement: str | None,
    *,
    checked: bool,
) -> Asking:
    """Who asks for a page, for its head. ``checked``: whoever may not read it is refused."""
    if agreement is not None and checked:
        check_may_read(caller.person, service.agreement(agreement), service.today)
    may = acts_in(service, caller.person, agreement) if agreement is not None else frozenset()
    with service.reading(ClocksAsked()) as (connection, clocks):
        waiting = counts.waiting(connection, caller.person, clocks)
    inside, tasked = Action.READ in may, waiting is not None
    return Asking(caller.visitor, waiting, inside=inside, may=may, tasked=tasked)
