"""What people do about performance: actions, plans, decisions of the board, examinations."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from http_api.api import response_bodies as bodies
from http_api.api.bodies import TextKeeper
from http_api.api.commands import (
    PROBLEMS,
    Api,
    IdempotencyKey,
    IfMatch,
    carry_out,
    receipt_of,
)
from http_api.json_bodies import JsonRequest
from http_api.service import Service
from ledger.indicator.response_commands import ResponseCommand

B = TypeVar("B", bound=msgspec.Struct)


class ResponseAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an act was recorded; of a plan its number, of an accepted one its review date too."""

    position: int
    receipt: str
    plan: int = 0
    review_on: date | None = None


async def _record(
    request: Api,
    service: Service,
    address: tuple[str, str],
    body: B,
    build: Callable[[B, TextKeeper], ResponseCommand],
    headers: tuple[str | None, str | None],
) -> Response[ResponseAnswer]:
    answered = await carry_out(request, service, address, body, build, headers)
    answer = ResponseAnswer(
        position=answered.last_position,
        receipt=receipt_of(answered),
        plan=answered.told.plan,
        review_on=answered.told.review_on,
    )
    return Response(answer, status_code=201)


@post("/remedial-actions", status_code=201, responses=PROBLEMS)
async def record_remedial_action(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.RemedialActionBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Say what is done about an under-performance, while a stage is open."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.remedial_action, headers)


@post("/action-plans", status_code=201, responses=PROBLEMS)
async def submit_plan(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.ActionPlanBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Submit an action plan, while a stage is open; it is answered with its number."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.action_plan, headers)


@post("/action-plans/{plan:int}/acceptance", status_code=201, responses=PROBLEMS)
async def accept_plan(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    plan: FromPath[int],
    data: JSONBody[bodies.AcceptanceBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Accept an action plan that waits, and say when it is reviewed."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.acceptance(plan), headers)


@post("/action-plans/{plan:int}/return", status_code=201, responses=PROBLEMS)
async def send_back_plan(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    plan: FromPath[int],
    data: JSONBody[bodies.PlanReturnBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Send an action plan that waits back, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.sending_back(plan), headers)


@post("/interventions", status_code=201, responses=PROBLEMS)
async def intervene(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.InterventionBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Decide what is done at stage 3, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.intervention, headers)


@post("/fast-tracks", status_code=201, responses=PROBLEMS)
async def fast_track(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.FastTrackBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Move to a higher stage at once, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.fast_track, headers)


@post("/closures", status_code=201, responses=PROBLEMS)
async def close(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.ClosureBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Close the stage that is open, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.closure, headers)


@post("/commendations", status_code=201, responses=PROBLEMS)
async def commend(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.CommendationBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Commend a period's performance, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.commendation, headers)


@post("/examinations", status_code=201, responses=PROBLEMS)
async def examine(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[bodies.ExaminationBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[ResponseAnswer]:
    """Record that a body examined a period's value."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, bodies.examination, headers)


RESPONSES = Router(
    path="/agreements/{agreement:str}/indicators/{indicator:str}",
    route_handlers=[
        record_remedial_action,
        submit_plan,
        accept_plan,
        send_back_plan,
        intervene,
        fast_track,
        close,
        commend,
        examine,
    ],
    request_class=JsonRequest,
    tags=["escalation"],
)
