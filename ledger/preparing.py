"""A command that was decided, made ready to be appended."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ledger.acts import Act, Told
from ledger.agreement.state import Agreement
from ledger.amendment.events import AmendmentActionRefused
from ledger.deciding import ACTIONS
from ledger.engine import Commit
from ledger.event import Event, Recorded, amendment_id
from ledger.indicator.commands import Command
from ledger.indicator.state import Indicator


class Prepared(NamedTuple):
    """A command that was decided on a state, ready to be appended."""

    state: Indicator
    recorded: list[Recorded]
    commit: Commit
    told: Told


def prepare(
    body: Agreement,
    state: Indicator,
    events: Sequence[Event],
    told: Told,
    act: Act,
    command: Command,
    proxy: Indicator | None = None,
) -> Prepared:
    """What a command came to, next in the stream of its indicator."""
    recorded = [
        Recorded(state.id, state.version + n, event, 0, act.at, act.actor)
        for n, event in enumerate(events, 1)
    ]
    return Prepared(state, recorded, _commit(body, told, act, command, proxy), told)


def prepare_apart(
    body: Agreement, state: Indicator, told: Told, act: Act, command: Command, version: int
) -> Prepared:
    """What somebody tried who has no part in an agreement, next in the stream it keeps for that.

    In the stream of the indicator it would move the version that its officers have seen.
    """
    assert body.sheet is not None
    event = AmendmentActionRefused(
        action=ACTIONS[type(command)].value,
        code=told.refused,
        agreement=body.sheet.code,
        scope=state.code,
    )
    stream = amendment_id(body.sheet.code, 0)
    recorded = [Recorded(stream, version + 1, event, 0, act.at, act.actor)]
    return Prepared(state, recorded, _commit(body, told, act, command), told)


def _commit(
    body: Agreement, told: Told, act: Act, command: Command, proxy: Indicator | None = None
) -> Commit:
    return Commit(
        actor=act.actor,
        command=ACTIONS[type(command)].value,
        correlation_id=act.correlation_id,
        idempotency_key=act.idempotency_key,
        request_digest=act.request_digest,
        answer=msgspec.json.encode(told),
        reads=((body.id, body.version), *(((proxy.id, proxy.version),) if proxy else ())),
        texts=() if told.refused else act.texts,  # no event names those of a refused command
        simulated_at=act.at if act.simulated else None,
    )
