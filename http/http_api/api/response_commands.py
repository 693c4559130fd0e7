"""What people do about performance: actions, plans, decisions of the board, examinations."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency, Provide
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
from http_api.api.reads import GivenService
from http_api.body_sizes import LARGE_BODY_BYTES
from http_api.json_bodies import JsonRequest
from http_api.service import Service
from ledger.indicator.response_commands import ResponseCommand
from policies.permissions import Action

B = TypeVar("B", bound=msgspec.Struct)


class ResponseAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an act was recorded; of a plan its number, of an accepted one its review date too."""

    position: int
    receipt: str
    plan: int = 0
    review_on: date | None = None


class CommandAsked(NamedTuple):
    """Who asks, of which indicator, and under which Idempotency-Key and If-Match."""

    request: Api
    service: Service
    address: tuple[str, str]
    headers: tuple[str | None, str | None]


Asked = NamedDependency[SkipValidation[CommandAsked]]


def command_asked(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    indicator: FromPath[str],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> CommandAsked:
    """What every act on an indicator says beside its body."""
    return CommandAsked(request, service, (agreement, indicator), (idempotency_key, if_match))


async def _record(
    asked: CommandAsked, body: B, build: Callable[[B, TextKeeper], ResponseCommand]
) -> Response[ResponseAnswer]:
    request, service, address, headers = asked
    answered = await carry_out(request, service, address, body, build, headers)
    answer = ResponseAnswer(
        position=answered.last_position,
        receipt=receipt_of(answered),
        plan=answered.told.plan,
        review_on=answered.told.review_on,
    )
    return Response(answer, status_code=201)


@post("/remedial-actions", right=Action.RECORD_REMEDIAL_ACTION, status_code=201, responses=PROBLEMS)
async def record_remedial_action(
    asked: Asked, data: JSONBody[bodies.RemedialActionBody]
) -> Response[ResponseAnswer]:
    """Say what is done about an under-performance, while a stage is open."""
    return await _record(asked, data, bodies.remedial_action)


@post(
    "/action-plans",
    right=Action.SUBMIT_PLAN,
    status_code=201,
    responses=PROBLEMS,
    request_max_body_size=LARGE_BODY_BYTES,
)
async def submit_plan(
    asked: Asked, data: JSONBody[bodies.ActionPlanBody]
) -> Response[ResponseAnswer]:
    """Submit an action plan, while a stage is open; it is answered with its number."""
    return await _record(asked, data, bodies.action_plan)


@post(
    "/action-plans/{plan:int}/acceptance",
    right=Action.ACCEPT_PLAN,
    status_code=201,
    responses=PROBLEMS,
)
async def accept_plan(
    asked: Asked, plan: FromPath[int], data: JSONBody[bodies.AcceptanceBody]
) -> Response[ResponseAnswer]:
    """Accept an action plan that waits, and say when it is reviewed."""
    return await _record(asked, data, bodies.acceptance(plan))


@post(
    "/action-plans/{plan:int}/return",
    right=Action.SEND_BACK_PLAN,
    status_code=201,
    responses=PROBLEMS,
)
async def send_back_plan(
    asked: Asked, plan: FromPath[int], data: JSONBody[bodies.PlanReturnBody]
) -> Response[ResponseAnswer]:
    """Send an action plan that waits back, with the reason."""
    return await _record(asked, data, bodies.sending_back(plan))


@post("/interventions", right=Action.DECIDE_INTERVENTION, status_code=201, responses=PROBLEMS)
async def intervene(
    asked: Asked, data: JSONBody[bodies.InterventionBody]
) -> Response[ResponseAnswer]:
    """Decide what is done at stage 3, with the reason."""
    return await _record(asked, data, bodies.intervention)


@post("/fast-tracks", right=Action.FAST_TRACK, status_code=201, responses=PROBLEMS)
async def fast_track(
    asked: Asked, data: JSONBody[bodies.FastTrackBody]
) -> Response[ResponseAnswer]:
    """Move to a higher stage at once, with the reason."""
    return await _record(asked, data, bodies.fast_track)


@post("/closures", right=Action.CLOSE_ESCALATION, status_code=201, responses=PROBLEMS)
async def close(asked: Asked, data: JSONBody[bodies.ClosureBody]) -> Response[ResponseAnswer]:
    """Close the stage that is open, with the reason."""
    return await _record(asked, data, bodies.closure)


@post("/commendations", right=Action.COMMEND, status_code=201, responses=PROBLEMS)
async def commend(
    asked: Asked, data: JSONBody[bodies.CommendationBody]
) -> Response[ResponseAnswer]:
    """Commend a period's performance, with the reason."""
    return await _record(asked, data, bodies.commendation)


@post("/examinations", right=Action.EXAMINE, status_code=201, responses=PROBLEMS)
async def examine(asked: Asked, data: JSONBody[bodies.ExaminationBody]) -> Response[ResponseAnswer]:
    """Record that a body examined a period's value."""
    return await _record(asked, data, bodies.examination)


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
    dependencies={"asked": Provide(command_asked, sync_to_thread=False)},
    request_class=JsonRequest,
    tags=["escalation"],
)
