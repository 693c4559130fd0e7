"""People and publications over HTTP: what an administrator and a performance officer do."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Router, post
from litestar.params import FromPath, JSONBody

from http_api import clock
from http_api.api.acting import act_of
from http_api.api.bodies import Body, Code
from http_api.api.commands import IdempotencyKey
from http_api.api.described import refusing
from http_api.api.reads import GivenService
from http_api.body_sizes import SMALL_BODY_BYTES
from http_api.json_bodies import JsonRequest, without_body
from http_api.rights import address_by_session_alone, by_session_alone
from http_api.service import Service
from http_api.sessions import link_of
from http_api.visitors import person_of
from ledger.amending.accounts import (
    close_person,
    enter_person,
    give_sign_in_link,
    reopen_person,
)
from ledger.amending.recording import Acted
from ledger.person import Person
from ledger.publishing import publish
from policies.permissions import Action
from policies.sign_in import LINK_HOLDS

Api = Request[Any, Any, Any]
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class PersonBody(Body, frozen=True, kw_only=True):
    """A person to enter, or whose name, address and partner are set anew."""

    id: Code
    name: str
    email: str
    partner: Code | None = None


class PublicationBody(Body, frozen=True, kw_only=True):
    """What is published, such as "Quarter 2 2026/27"."""

    title: str


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Where something was recorded."""

    position: int
    receipt: str


class LinkGiven(Placed, frozen=True, kw_only=True):
    """A link with which a person sets a password, once; it is shown this once."""

    person: str
    link: str
    expires_at: datetime


@post(
    "/people",
    right=Action.MANAGE_PEOPLE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def enter(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[PersonBody],
    idempotency_key: IdempotencyKey = None,
) -> Placed:
    """Enter a person, or set their name, address and partner anew."""
    person = Person(id=data.id, name=data.name, email=data.email, partner=data.partner or "")
    act = act_of(request, service, idempotency_key, data)
    may = address_by_session_alone(request, person.email)
    return _placed(service, enter_person(service.record, agreement, person, act, may))


@post(
    "/people/{person:str}/sign-in-links",
    right=Action.MANAGE_PEOPLE,
    guards=[by_session_alone],
    status_code=201,
    before_request=without_body,
    responses=PROBLEMS,
    sync_to_thread=True,
)
def give_link(
    request: Api, service: GivenService, agreement: FromPath[str], person: FromPath[str]
) -> LinkGiven:
    """Make a link with which a person sets a password. An earlier one is good no longer.

    For whoever signed in on a page: no access token is good for it.
    """
    secret, now = clock.new_token(), clock.now()
    act = service.act(person_of(request))
    acted = give_sign_in_link(service.record, agreement, person, secret, act, now=now)
    service.saw(acted.last_position)
    return LinkGiven(
        position=acted.last_position,
        receipt=f"/api/v1/ledger/receipts/{acted.last_position}",
        person=person,
        link=link_of(service, secret),
        expires_at=now + LINK_HOLDS,
    )


@post(
    "/people/{person:str}/closure",
    right=Action.MANAGE_PEOPLE,
    status_code=201,
    before_request=without_body,
    responses=PROBLEMS,
    sync_to_thread=True,
)
def close(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    person: FromPath[str],
    idempotency_key: IdempotencyKey = None,
) -> Placed:
    """Close the account of a person: nobody acts as them any more. Their roles stay."""
    act, now = act_of(request, service, idempotency_key), clock.now()
    return _placed(service, close_person(service.record, agreement, person, act, now=now))


@post(
    "/people/{person:str}/reopening",
    right=Action.MANAGE_PEOPLE,
    status_code=201,
    before_request=without_body,
    responses=PROBLEMS,
    sync_to_thread=True,
)
def reopen(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    person: FromPath[str],
    idempotency_key: IdempotencyKey = None,
) -> Placed:
    """Open the account of a person again, who signs in with the password they had."""
    act, now = act_of(request, service, idempotency_key), clock.now()
    return _placed(service, reopen_person(service.record, agreement, person, act, now=now))


@post(
    "/publications",
    right=Action.PUBLISH,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def publish_figures(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[PublicationBody],
    idempotency_key: IdempotencyKey = None,
) -> Placed:
    """Show the public what is signed off, as known now."""
    act = act_of(request, service, idempotency_key, data)
    return _placed(service, publish(service.record, agreement, data.title, act))


def _placed(service: Service, acted: Acted) -> Placed:
    service.saw(acted.last_position)
    receipt = f"/api/v1/ledger/receipts/{acted.last_position}"
    return Placed(position=acted.last_position, receipt=receipt)


ACCOUNTS = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[enter, give_link, close, reopen, publish_figures],
    request_max_body_size=SMALL_BODY_BYTES,
    tags=["accounts"],
)
