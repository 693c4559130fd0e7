"""The parameters of an address: what its route declares is taken, and anything else is refused.

What is misspelt would otherwise be lost without a word, and an answer about now would stand where
one about another day was asked for.
"""

from collections import Counter
from difflib import get_close_matches
from typing import Any

import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from http_api.problems import HttpProblem, ProblemError
from http_api.wrong_fields import MOST_SHOWN, SENT_AS

PARAMETERS = "parameters"  # under which a route keeps what it declares
CARRIED = ("known_at", "policy_at", "area", "period")  # from page to page, whatever each declares


class Declared(msgspec.Struct, frozen=True):
    """What a route declares: the names in its query, and which of them may come more than once."""

    names: tuple[str, ...] = ()
    repeated: frozenset[str] = frozenset()


def note_parameters(app: Litestar) -> None:
    """Have every route know what it declares, and what is declared by all that it is given."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler, model in route.route_handler_map.values():
                asked = model.expected_query_params
                handler.opt[PARAMETERS] = Declared(
                    names=tuple(sorted({each.field_alias for each in asked})),
                    repeated=frozenset(model.sequence_query_parameter_names),
                )
                handler.opt[SENT_AS] = {
                    each.field_name: each.field_alias
                    for each in (*asked, *model.expected_header_params)
                }


def declared_by(handler: BaseRouteHandler) -> Declared:
    """What a route declares."""
    found: Declared = handler.opt.get(PARAMETERS, Declared())
    return found


async def takes_what_is_declared(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Guard that refuses parameters that a route does not take, or not twice."""
    if connection.scope.get("method") != "OPTIONS" and connection.scope["query_string"]:
        _check(connection, declared_by(handler))


async def files_take_what_is_declared(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The same of a file beside a page, such as its CSV, which says nowhere what was asked for.

    A page does, and others add to its address what is theirs, such as whence somebody came.
    """
    if connection.scope["query_string"] and any("." in path for path in handler.paths):
        declared = declared_by(handler)
        names = {*declared.names, *CARRIED}
        _check(connection, msgspec.structs.replace(declared, names=tuple(sorted(names))))


def _check(connection: ASGIConnection[Any, Any, Any, Any], declared: Declared) -> None:
    counted = Counter(name for name, _ in connection.query_params.multi_items())
    wrong = [
        _wrong(name, said)
        for name, count in sorted(counted.items())
        if (said := _why_not(name, count, declared))
    ]
    if wrong:
        raise HttpProblem(400, "malformed", wrong[0].detail, errors=tuple(wrong))


def _why_not(name: str, count: int, declared: Declared) -> str:
    """What is wrong with a parameter that comes so often; "" where nothing is."""
    if name in declared.names:
        several = count > 1 and name not in declared.repeated
        return "this comes more than once, so it is not clear which counts" if several else ""
    close = get_close_matches(name[:MOST_SHOWN], declared.names, n=1)
    if close:
        return f"this is no parameter here; {close[0]} is probably meant"
    taken = ", ".join(declared.names)
    return f"this is no parameter here; there {'are ' + taken if taken else 'is none'}"


def _wrong(name: str, said: str) -> ProblemError:
    shown = name[:MOST_SHOWN]
    return ProblemError(shown, "malformed", f"{shown or 'A parameter without a name'}: {said}.")
