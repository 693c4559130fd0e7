"""Every route and every role: whoever may is answered, and whoever may not is not, as the table
of rights says."""

from collections.abc import Iterator
from typing import Any

import pytest
from journeys.walking import ASKED, FILLED, HOLDERS, HTML, filled
from litestar import HttpMethod
from litestar.routes import HTTPRoute
from psycopg_pool import ConnectionPool
from services import Served

from http_api.app import create_app
from http_api.rights import right_of
from http_api.service import Service
from policies.permissions import MAY, Access, Action, Role

STRANGER = "stranger"  # who has an account and takes part in nothing
REFUSED = {401, 403}


def routes() -> Iterator[tuple[str, str, Access | Action]]:
    """Method, address and right of every route; the addresses are filled with what there is."""
    app = create_app(Service(ConnectionPool("", open=False)))
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        path = route.path
        for name, parameter in route.path_parameters.items():
            path = path.replace(f"{{{parameter.full}}}", FILLED[name])
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {HttpMethod.OPTIONS}):
                yield str(method), path, right_of(handler)


ROUTES = sorted(set(routes()))
TAKEN = {filled(path): names for path, names in ASKED.items()}
READING = [(path, right) for method, path, right in ROUTES if method == "GET"]
CHANGING = [(path, right) for method, path, right in ROUTES if method not in {"GET", "HEAD"}]


def named(given: Any) -> str:
    return str(given)


NEEDED = {"period": "FY2024", "from": "2024-04-01", "across": "a", "up": "b"}


def answered(service: Served, path: str, person: str) -> int:
    headers = {} if path.startswith("/api/") else HTML
    taken = TAKEN.get(path, set())
    params = {name: text for name, text in NEEDED.items() if name in taken}
    answer = service.caller(person).get(path, headers=headers, params=params)
    to_sign_in = answer.status_code == 303 and "/sign-in?" in answer.headers["location"]
    return 401 if to_sign_in else answer.status_code


def test_there_is_a_person_for_each_role_that_reads() -> None:
    assert set(Role) - {Role.CHANGE_REVIEWER} == set(HOLDERS)  # the small one has no such body
    assert len(READING) > 100
    assert len(CHANGING) > 60


@pytest.mark.parametrize(("path", "right"), READING, ids=named)
def test_whoever_may_not_look_is_not_shown(
    service: Served, path: str, right: Access | Action
) -> None:
    nobody, stranger = answered(service, path, ""), answered(service, path, STRANGER)
    assert nobody < 500
    assert stranger < 500
    if right is Access.ANYONE:
        assert 403 != nobody
        return
    assert 401 == nobody
    if right is Access.A_PERSON:
        assert stranger not in REFUSED
    elif "/county" in path:  # of one agreement, and not of the whole ledger
        assert 403 == stranger


@pytest.mark.parametrize(("path", "right"), READING, ids=named)
def test_whoever_may_look_is_shown(service: Served, path: str, right: Access | Action) -> None:
    may = set(HOLDERS) & (MAY[right] if isinstance(right, Action) else set(HOLDERS))
    for role in sorted(may):
        status = answered(service, path, HOLDERS[role])
        assert status < 500
        if right in {Access.ANYONE, Access.A_PERSON, Action.READ}:
            assert status not in REFUSED, role


@pytest.mark.parametrize(("path", "right"), CHANGING, ids=named)
def test_whoever_may_not_changes_nothing(
    service: Served, path: str, right: Access | Action
) -> None:
    """With a body of nothing: what a whole one may is asked by the journeys of each act.

    A page may send whoever tries back to where they came from.
    """
    before = service.head
    may = MAY[right] if isinstance(right, Action) else frozenset(HOLDERS)
    others = [HOLDERS[role] for role in sorted(set(HOLDERS) - may)]
    if right is not Access.ANYONE:
        assert 401 == sent(service, path, "")
    if isinstance(right, Action):
        for person in (STRANGER, *others):
            status = sent(service, path, person)
            assert 303 == status or 400 <= status < 500, (person, status)
    recorded = [
        event
        for event in feed(service, before)
        if not event["type"].endswith(("action-refused", "load-refused"))
    ]
    assert [] == recorded


def sent(service: Served, path: str, person: str) -> int:
    caller = service.caller(person)
    if path.startswith("/api/"):
        return caller.post(path, json={}).status_code
    return caller.post(path, data={}, headers=HTML, follow_redirects=False).status_code


def feed(service: Served, after: int) -> list[dict[str, Any]]:
    """What was recorded after a position, from the operator's own view of the ledger."""
    found: list[dict[str, Any]] = (
        service.caller("auditor")
        .get("/api/v1/ledger/events", params={"after": after, "limit": 1000})
        .json()["events"]
    )
    return found
