"""Roles over HTTP: assigned, set anew and ended by those entitled to; audit lists them."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Router, post
from litestar.params import FromPath, JSONBody

from http_api.api.acting import act_of
from http_api.api.bodies import Body, Code
from http_api.api.commands import IdempotencyKey
from http_api.api.described import refusing
from http_api.api.reads import GivenService
from http_api.json_bodies import JsonRequest
from http_api.service import Service
from ledger.agreement.assigning import AssignRole, EndRole
from ledger.amending.assigning import assign_role, end_role
from ledger.amending.recording import Acted
from policies.permissions import Action, Role

Api = Request[Any, Any, Any]
PROBLEMS = refusing(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class RoleEndBody(Body, frozen=True, kw_only=True):
    """A role that a person holds over a scope."""

    person: Code
    role: Role
    scope: Code


class RoleBody(RoleEndBody, frozen=True, kw_only=True):
    """A role to give, and the days on which it counts, both included; without them, always.

    ``partner`` may be left out: it can only be the one the person belongs to.
    """

    partner: Code | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class RoleTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was recorded that a role is assigned or ended."""

    position: int
    receipt: str


@post(
    "/roles",
    right=Action.ASSIGN_ROLE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def give_role(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[RoleBody],
    idempotency_key: IdempotencyKey = None,
) -> RoleTaken:
    """Give a person a role over a scope, or set its days anew."""
    command = AssignRole(
        person=data.person,
        role=data.role,
        scope=data.scope,
        partner=data.partner or "",
        valid_from=data.valid_from,
        valid_to=data.valid_to,
    )
    act = act_of(request, service, idempotency_key, data)
    return _taken(service, agreement, assign_role(service.record, agreement, command, act))


@post(
    "/roles/endings",
    right=Action.ASSIGN_ROLE,
    status_code=201,
    responses=PROBLEMS,
    request_class=JsonRequest,
    sync_to_thread=True,
)
def take_role(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: JSONBody[RoleEndBody],
    idempotency_key: IdempotencyKey = None,
) -> RoleTaken:
    """End a role that a person holds over a scope."""
    command = EndRole(person=data.person, role=data.role, scope=data.scope)
    act = act_of(request, service, idempotency_key, data)
    return _taken(service, agreement, end_role(service.record, agreement, command, act))


def _taken(service: Service, agreement: str, acted: Acted) -> RoleTaken:
    service.saw(acted.last_position)
    service.record.refresh(agreement, "")  # so that the role counts here at once, for reading too
    receipt = f"/api/v1/ledger/receipts/{acted.last_position}"
    return RoleTaken(position=acted.last_position, receipt=receipt)


ROLES = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[give_role, take_role],
    tags=["roles"],
)
