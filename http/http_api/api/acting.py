"""A command on an indicator, from a body to what became of it: for the API and the pages alike."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import msgspec
from litestar.connection import ASGIConnection

from http_api import clock, metrics
from http_api.api.bodies import Body, TextKeeper
from http_api.service import Service
from http_api.visitors import person_of
from ledger.acts import Act, Answered, refusal_of
from ledger.indicator.commands import Command

B = TypeVar("B", bound=msgspec.Struct)
Build = Callable[[B, TextKeeper], Command]


class Asked(NamedTuple):
    """What somebody asks for, and their act."""

    command: Command
    act: Act


def asked(
    service: Service, person: str, body: B, build: Build[B], *, key: str | None, path: str
) -> Asked:
    """The command of a body and the act of a person, whose texts are to be kept with it.

    ``path`` is where it was sent: under the same key, another request is told by path and body.
    """
    texts = TextKeeper(clock.nonce)
    command = build(body, texts)
    act = service.act(
        person,
        key=key,
        digest=request_digest(path, body) if key else None,
        texts=tuple(texts.texts),
    )
    return Asked(command, act)


def act_of(
    request: ASGIConnection[Any, Any, Any, Any],
    service: Service,
    key: str | None,
    body: msgspec.Struct | None = None,
) -> Act:
    """The act of whoever sends a request, told from another under the same key by path and body."""
    digest = request_digest(request.url.path, body or Body()) if key else None
    return service.act(person_of(request), key=key, digest=digest)


def request_digest(path: str, body: msgspec.Struct) -> bytes:
    """What tells one request from another under the same idempotency key."""
    # A number stands as text where text is asked for: as it was written.
    written = msgspec.json.encode(body, enc_hook=str)
    return sha256(b"\x00".join((path.encode(), written))).digest()


def accounted(service: Service, command: Command, answered: Answered) -> Answered:
    """Count an answer and remember its position. A refused duty, which is recorded, is raised."""
    metrics.count_command(command, answered.told.refused)
    service.saw(answered.last_position)
    refusal = refusal_of(answered.told)
    if refusal is not None:
        raise refusal
    return answered


def carry_out_waiting(service: Service, address: tuple[str, str], what: Asked) -> Answered:
    """Decide and record, for whoever may wait in a thread of their own. Raises its refusal."""
    with metrics.COMMAND_SECONDS.time():
        answered = service.record.handle(*address, what.command, what.act)
    return accounted(service, what.command, answered)
