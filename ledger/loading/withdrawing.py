"""Taking a load back: one commit, after which its values are what they were before it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.deciding import check_may_act
from ledger.engine import StreamMoved
from ledger.event import Recorded, indicator_id
from ledger.indicator.former import TakenBack, history_of
from ledger.indicator.state import Indicator
from ledger.load.events import LoadActionRefused, LoadWithdrawn
from ledger.load.state import Load, Stage
from ledger.loading.receiving import after, commit_of, text_of
from ledger.record import Record
from policies.permissions import Action
from policies.refusals import Conflict, DutyRefusal

ATTEMPTS = 5


def withdraw(
    record: Record, load: Load, reason: str, act: Act, nonces: Callable[[], bytes]
) -> None:
    """Take back what a load wrote, as far as it still holds, for a reason.

    A person without the role for one of its indicators is refused, which is recorded. Raises
    Conflict where others never stop writing to the same indicators.
    """
    for _ in range(ATTEMPTS):
        body = record.fresh_agreement(load.agreement)
        codes = codes_written(record, load, body)
        try:
            check_may_withdraw_from(record, body, codes.values(), act)
        except DutyRefusal as refusal:
            refuse_duty(record, load, Action.WITHDRAW, refusal, act)
            return
        text = text_of(reason, nonces)
        digest = text.digest.hex()
        taken, recorded, looked_at = _taken_back(record, load, codes, digest, act)
        event = LoadWithdrawn(
            reason=digest,
            withdrawn=sum(one.withdrawn for one in taken),
            restored=sum(one.restored for one in taken),
            kept=sum(one.kept for one in taken),
        )
        try:
            commit = commit_of(act, body, texts=(text,), also=looked_at)
            record.append([*recorded, after(load, event, act)], commit)
        except StreamMoved:
            load = record.load(load.id)
            if load.stage is not Stage.COMMITTED:
                return  # a worker that seemed gone has taken it back
            continue
        return
    raise Conflict


def codes_written(record: Record, load: Load, body: Agreement) -> dict[UUID, str]:
    """The indicators that a load wrote to, by their streams."""
    known = {indicator_id(load.agreement, code): code for code in body.placements}
    with record.pool.connection() as connection:
        streams = {
            row[0]
            for part in load.parts
            for row in connection.execute(
                "SELECT DISTINCT originator_id FROM ledger.ledger_events"
                " WHERE notification_id BETWEEN %s AND %s",
                (part.first, part.last),
            )
        }
    return {stream: code for stream, code in known.items() if stream in streams}


def check_may_withdraw_from(
    record: Record, body: Agreement, codes: Iterable[str], act: Act
) -> None:
    """Refuse a person who may not withdraw from every one of some indicators.

    Raises NoRole and OtherPartner.
    """
    assert body.sheet is not None
    for state in record.indicators(body.sheet.code, codes).values():
        check_may_act(body, state, Action.WITHDRAW, act)


def refuse_duty(record: Record, load: Load, action: Action, refusal: DutyRefusal, act: Act) -> None:
    """Record that somebody asked what their roles forbid."""
    event = LoadActionRefused(action=action.value, code=refusal.code)
    record.append([after(load, event, act)], commit_of(act, None))


def _taken_back(
    record: Record, load: Load, codes: dict[UUID, str], reason: str, act: Act
) -> tuple[list[TakenBack], list[Recorded], tuple[Load, ...]]:
    """What takes the load back from each indicator, the events in their streams, and the other
    loads that were looked at, since what those wrote returns only while they are not withdrawn."""
    taken: list[TakenBack] = []
    recorded: list[Recorded] = []
    others: dict[str, Load] = {}
    for stream in sorted(codes, key=codes.__getitem__):  # one at a time: a history may be long
        history = history_of(Indicator(stream), record.application.stream(stream))
        for other in history.loads - others.keys() - {str(load.id)}:
            others[other] = record.load(UUID(other))
        gone = {name for name, other in others.items() if other.stage is Stage.WITHDRAWN}
        found = history.without(str(load.id), reason, gone)
        taken.append(found)
        version = history.state.version
        recorded += [
            Recorded(stream, version + n, event, 0, act.at, act.actor)
            for n, event in enumerate(found.events, 1)
        ]
    return taken, recorded, tuple(others.values())
