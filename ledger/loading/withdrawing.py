"""Taking a load back: one commit, after which its values are what they were before it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from ledger.acts import Act, told_refused
from ledger.agreement.state import Agreement
from ledger.comparators.decisions import TakenBackElsewhere, take_back
from ledger.deciding import check_may_act
from ledger.engine import StreamMoved
from ledger.event import Event, Recorded, comparators_id, indicator_id
from ledger.indicator.former import TakenBack as TakenBackThere
from ledger.indicator.former import history_of
from ledger.indicator.state import Indicator
from ledger.load.events import LoadActionRefused, LoadWithdrawn
from ledger.load.state import Load, Stage
from ledger.loading.receiving import after, commit_of, text_of
from ledger.record import Record
from policies.permissions import Action
from policies.refusals import Conflict, DutyRefusal

ATTEMPTS = 10


class Written(NamedTuple):
    """The indicators a load wrote to, by their streams, and those whose other areas it wrote."""

    own: dict[UUID, str]
    elsewhere: dict[UUID, str]

    @property
    def codes(self) -> list[str]:
        """The codes of all of them."""
        return sorted({*self.own.values(), *self.elsewhere.values()})


class TakenBack(NamedTuple):
    """The events that take a load back, in their streams, how many entries each way, and the other
    loads that were looked at, since what those wrote returns only while they are not withdrawn."""

    events: list[Recorded]
    withdrawn: int
    restored: int
    kept: int
    looked_at: tuple[Load, ...] = ()


def withdraw(
    record: Record, load: Load, reason: str, act: Act, nonces: Callable[[], bytes]
) -> None:
    """Take back what a load wrote, as far as it still holds, for a reason.

    A person without the role for one of its indicators is refused, which is recorded. Raises
    Conflict where others never stop writing to the same indicators.
    """
    for _ in range(ATTEMPTS):
        body = record.fresh_agreement(load.agreement)
        written = written_by(record, load, body)
        try:
            check_may_withdraw_from(record, body, written.codes, act)
        except DutyRefusal as refusal:
            refuse_duty(record, load, Action.WITHDRAW, refusal, act)
            return
        text = text_of(reason, nonces)
        digest = text.digest.hex()
        own = _taken_back(record, load, written.own, digest, act)
        others = _taken_back_elsewhere(record, load, written.elsewhere, digest, act)
        event = LoadWithdrawn(
            reason=digest,
            withdrawn=own.withdrawn + others.withdrawn,
            restored=own.restored + others.restored,
            kept=own.kept + others.kept,
        )
        try:
            commit = commit_of(act, body, texts=(text,), also=own.looked_at)
            record.append([*own.events, *others.events, after(load, event, act)], commit)
        except StreamMoved:
            load = record.load(load.id)
            if load.stage is not Stage.COMMITTED:
                return  # a worker that seemed gone has taken it back
            continue
        return
    raise Conflict


def written_by(record: Record, load: Load, body: Agreement) -> Written:
    """The indicators that a load wrote to."""
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

    def among(stream_of: Callable[[str, str], UUID]) -> dict[UUID, str]:
        known = {stream_of(load.agreement, code): code for code in body.placements}
        return {stream: code for stream, code in known.items() if stream in streams}

    return Written(among(indicator_id), among(comparators_id))


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
    """Record that somebody asked what their roles forbid. Raises TooManyRefused and Conflict."""
    record.refused_lately.check(act.actor)
    event = LoadActionRefused(action=action.value, code=refusal.code)
    commit = commit_of(act, None, answer=told_refused(refusal))
    for _ in range(ATTEMPTS):
        try:
            record.append([after(load, event, act)], commit)
        except StreamMoved:
            load = record.load(load.id)
            continue
        record.refused_lately.note(act.actor)
        return
    raise Conflict


def _taken_back(
    record: Record, load: Load, codes: dict[UUID, str], reason: str, act: Act
) -> TakenBack:
    """What takes the load back from indicators."""
    taken: list[TakenBackThere] = []
    recorded: list[Recorded] = []
    others: dict[str, Load] = {}
    for stream in sorted(codes, key=codes.__getitem__):  # one at a time: a history may be long
        history = history_of(Indicator(stream), record.application.stream(stream))
        for other in history.loads - others.keys() - {str(load.id)}:
            others[other] = record.load(UUID(other))
        gone = {name for name, other in others.items() if other.stage is Stage.WITHDRAWN}
        found = history.without(str(load.id), reason, gone)
        taken.append(found)
        recorded += _recorded(stream, history.state.version, found.events, act)
    return TakenBack(
        recorded,
        sum(one.withdrawn for one in taken),
        sum(one.restored for one in taken),
        sum(one.kept for one in taken),
        tuple(others.values()),
    )


def _taken_back_elsewhere(
    record: Record, load: Load, codes: dict[UUID, str], reason: str, act: Act
) -> TakenBack:
    """The same of other areas; a stream of these knows by itself which loads were withdrawn."""
    taken: list[TakenBackElsewhere] = []
    recorded: list[Recorded] = []
    for code, state in record.comparators(load.agreement, sorted(codes.values())).items():
        found = take_back(state, load.agreement, code, str(load.id), reason)
        taken.append(found)
        recorded += _recorded(state.id, state.version, found.events, act)
    return TakenBack(
        recorded,
        sum(one.withdrawn for one in taken),
        sum(one.reverted for one in taken),
        sum(one.kept for one in taken),
    )


def _recorded(stream: UUID, version: int, events: Iterable[Event], act: Act) -> Iterator[Recorded]:
    for n, event in enumerate(events, 1):
        yield Recorded(stream, version + n, event, 0, act.at, act.actor)
