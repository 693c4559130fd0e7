"""The writing side of an indicator: submissions, corrections, returns, withdrawals, sign-offs."""

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, SkipValidation

from http_api import metrics
from http_api.api.acting import accounted, asked
from http_api.api.bodies import (
    CorrectionBody,
    EvidenceBody,
    NamedEntriesBody,
    SignOffBody,
    SubmissionBody,
    TextKeeper,
    correction,
    evidence,
    returning,
    sign_off,
    submission,
    withdrawal,
)
from http_api.api.described import refusing
from http_api.body_sizes import LARGE_BODY_BYTES
from http_api.json_bodies import JsonRequest
from http_api.problems import HttpProblem
from http_api.service import Service
from http_api.visitors import person_of
from ledger.acts import Act, Answered
from ledger.engine import KeyReused, NotSimulated, StreamMoved
from ledger.indicator.commands import Command, ValueCommand
from ledger.record import Record
from policies.permissions import Action

Api = Request[Any, Any, Any]
# A tag as RFC 9110 has it: in quotes, and strong, since a weak one is never the same as another.
VERSION = re.compile('"(0|[1-9][0-9]{0,17})"')
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key sent twice gives the first answer again.",
    ),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description='The version of the indicator you saw, as "17".',
        schema_extra={"pattern": f"^{VERSION.pattern}$"},
    ),
]

MOST_IN_THE_LOOP = 100  # entries: deciding on more would keep other requests waiting

B = TypeVar("B", bound=msgspec.Struct)
PROBLEMS = refusing(400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)


class EntryAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one entry."""

    name: str
    period: str
    area: str
    breakdown: dict[str, str] = {}
    outcome: str
    replaces: str = ""


class CommandAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where a command was recorded, and what became of each entry."""

    position: int
    entries: tuple[EntryAnswer, ...]
    receipt: str


def answer_of(answered: Answered) -> CommandAnswer:
    """The answer to a command about values."""
    return CommandAnswer(
        position=answered.last_position,
        entries=tuple(
            EntryAnswer(
                name=answered.name_of(outcome),
                period=outcome.period,
                area=outcome.area,
                breakdown=outcome.breakdown,
                outcome=outcome.outcome,
                replaces=outcome.replaces,
            )
            for outcome in answered.told.outcomes
        ),
        receipt=receipt_of(answered),
    )


async def _record(
    request: Api,
    service: Service,
    address: tuple[str, str],
    body: B,
    build: Callable[[B, TextKeeper], Command],
    headers: tuple[str | None, str | None],
) -> Response[CommandAnswer]:
    answered = await carry_out(request, service, address, body, build, headers)
    return Response(answer_of(answered), status_code=201)


async def carry_out(
    request: Api,
    service: Service,
    address: tuple[str, str],
    body: B,
    build: Callable[[B, TextKeeper], Command],
    headers: tuple[str | None, str | None],
) -> Answered:
    """Parse, decide, record: the same way for every command on an indicator.

    ``headers`` are Idempotency-Key and If-Match. A refused duty, recorded, is raised as the
    refusal it is.
    """
    key, if_match = headers
    person = person_of(request)
    command, act = asked(service, person, body, build, key=key, path=request.url.path)
    with metrics.COMMAND_SECONDS.time():
        answered = await _answer(service.record, service, address, command, act, if_match)
    return accounted(service, command, answered)


def receipt_of(answered: Answered) -> str:
    """The address of the proof of a command's first event.

    Where nothing was new it is of the event that brought the first of the entries.
    """
    position = answered.first_position
    if not answered.recorded and answered.told.outcomes:
        position = int(answered.told.outcomes[0].name.partition(".")[0])
    return f"/api/v1/ledger/receipts/{position}"


async def _answer(
    record: Record,
    service: Service,
    address: tuple[str, str],
    command: Command,
    act: Act,
    if_match: str | None,
) -> Answered:
    """Decide on what is in memory and append with whoever else is at it, without a thread each.

    Where that cannot be, or a stream had moved, the ordinary way in a thread: it asks the database.
    So does what people do about performance, which is rare, and walks through all due periods.
    """
    version = version_of(if_match)
    prepared = None
    if isinstance(command, ValueCommand) and len(command.entries) <= MOST_IN_THE_LOOP:
        prepared = record.prepare(*address, command, act, if_version=version)
    if prepared is not None:
        try:
            return record.finish(prepared, await service.together.append(prepared))
        except (StreamMoved, KeyReused, NotSimulated):
            pass
    return await sync_to_thread(record.handle, *address, command, act, if_version=version)


def version_of(if_match: str | None) -> int | None:
    """The version an If-Match header names."""
    if if_match is None:
        return None
    version = VERSION.fullmatch(if_match.strip())
    if version is None:
        raise HttpProblem(
            400,
            "malformed",
            'If-Match names a version of the indicator, in quotes, such as "17".',
            field="If-Match",
        )
    return int(version[1])


@post(
    "/submissions",
    right=Action.SUBMIT,
    status_code=201,
    responses=PROBLEMS,
    request_max_body_size=LARGE_BODY_BYTES,
)
async def submit(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[SubmissionBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Give values for keys that have none yet."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, submission, headers)


@post(
    "/corrections",
    right=Action.CORRECT,
    status_code=201,
    responses=PROBLEMS,
    request_max_body_size=LARGE_BODY_BYTES,
)
async def correct(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[CorrectionBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Put other values in the place of those that hold, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, correction, headers)


@post("/returns", right=Action.RETURN, status_code=201, responses=PROBLEMS)
async def give_back(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[NamedEntriesBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Send entries back to whoever gave them, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, returning, headers)


@post("/withdrawals", right=Action.WITHDRAW, status_code=201, responses=PROBLEMS)
async def withdraw(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[NamedEntriesBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Take entries out, with the reason."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, withdrawal, headers)


@post(
    "/sign-offs",
    right=Action.SIGN_OFF,
    status_code=201,
    responses=PROBLEMS,
    request_max_body_size=LARGE_BODY_BYTES,
)
async def sign(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[SignOffBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Vouch for entries that somebody else gave, exactly as seen."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, sign_off, headers)


@post("/evidence", right=Action.ATTACH, status_code=201, responses=PROBLEMS)
async def attach(
    request: Api,
    service: NamedDependency[SkipValidation[Service]],
    agreement: FromPath[str],
    indicator: FromPath[str],
    data: JSONBody[EvidenceBody],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[CommandAnswer]:
    """Add files that were sent before to entries that hold; a sign-off of these lapses."""
    address, headers = (agreement, indicator), (idempotency_key, if_match)
    return await _record(request, service, address, data, evidence, headers)


COMMANDS = Router(
    path="/agreements/{agreement:str}/indicators/{indicator:str}",
    route_handlers=[submit, correct, give_back, withdraw, sign, attach],
    request_class=JsonRequest,
    tags=["commands"],
)
