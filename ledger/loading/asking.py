"""What a person asks of a load that is there: to commit it, to abandon it, to withdraw it.

To commit and to withdraw is work for a worker, so an errand is left; what may not be done is said
at once. A refused duty is recorded in the load's stream.
"""

from collections.abc import Callable
from uuid import UUID

from ledger.acts import Act, answered_again, refusal_of
from ledger.agreement.state import Agreement
from ledger.engine import Appended, KeyReused, StreamMoved
from ledger.load.decisions import (
    check_may_abandon,
    check_may_commit,
    check_may_withdraw,
    check_there_is,
)
from ledger.load.events import LoadAbandoned
from ledger.load.state import Load, Stage
from ledger.loading.keeping import Errand, KeyedRequest, ask, was_asked
from ledger.loading.receiving import after, check_may_load, check_may_load_all, commit_of, text_of
from ledger.loading.withdrawing import check_may_withdraw_from, refuse_duty, written_by
from ledger.record import Record
from policies.permissions import Action
from policies.refusals import Conflict, DutyRefusal, IdempotencyKeyReused, ReasonRequired


def ask_to_commit(
    record: Record, agreement: str, load: UUID, checked: str, act: Act, *, confirmed_unit: bool
) -> None:
    """Ask that a load be put in as its check was seen, ``checked`` being that check's digest.

    Raises UnknownLoad, NoRole, LoadWrongStage, LoadStale, UnitChanged, IdempotencyKeyReused.
    """
    body, found = _found(record, agreement, load)
    if _asked_before(record, act):
        return
    _check(record, found, act, Action.LOAD, lambda: check_may_load(body, act))
    check_may_commit(found, checked, confirmed_unit=confirmed_unit)
    _leave(record, load, Errand(wanted="commit", actor=act.actor, checked=checked), act)


def ask_to_withdraw(record: Record, agreement: str, load: UUID, reason: str, act: Act) -> None:
    """Ask that what a load wrote be taken back, for a reason.

    Raises UnknownLoad, NoRole, LoadWrongStage, ReasonRequired, IdempotencyKeyReused.
    """
    body, found = _found(record, agreement, load)
    if _asked_before(record, act):
        return

    def may() -> None:
        check_may_load(body, act)
        check_may_withdraw_from(record, body, written_by(record, found, body).codes, act)

    _check(record, found, act, Action.WITHDRAW, may)
    check_may_withdraw(found)
    if not reason.strip():
        raise ReasonRequired(field="reason")
    _leave(record, load, Errand(wanted="withdraw", actor=act.actor, reason=reason.strip()), act)


def abandon(
    record: Record,
    agreement: str,
    load: UUID,
    reason: str,
    act: Act,
    nonces: Callable[[], bytes],
) -> int:
    """Give up a load that waits to be committed; answers the position.

    It is for whoever sent it, and for whoever may load into the whole agreement. Raises
    UnknownLoad, NoRole, LoadWrongStage, Conflict and IdempotencyKeyReused.
    """
    body, found = _found(record, agreement, load)
    earlier = _recorded_before(record, act)
    if earlier is not None:
        return earlier.last_position
    if _left_before(record, act):
        raise IdempotencyKeyReused
    sender = found.steps[Stage.RECEIVED].by
    may = check_may_load if sender == act.actor else check_may_load_all
    _check(record, found, act, Action.LOAD, lambda: may(body, act))
    check_may_abandon(found)
    text = text_of(reason.strip(), nonces) if reason.strip() else None
    event = LoadAbandoned(why="by-person", reason=text.digest.hex() if text else "")
    commit = commit_of(act, body, texts=(text,) if text else ())
    try:
        appended = record.append([after(found, event, act)], commit)
    except StreamMoved as error:
        earlier = _recorded_before(record, act)  # its twin may have come at the same moment
        if earlier is not None:
            return earlier.last_position
        raise Conflict("The load moved on at the same moment: look at it again.") from error
    except KeyReused as error:
        raise IdempotencyKeyReused from error
    return _not_refused(appended).last_position


def _asked_before(record: Record, act: Act) -> bool:
    """Whether the same request left its errand before. Raises the refusal that it met then."""
    _recorded_before(record, act)
    return _left_before(record, act)


def _left_before(record: Record, act: Act) -> bool:
    request = _request_of(act)
    if request is None:
        return False
    with record.pool.connection() as connection:
        return was_asked(connection, request)


def _recorded_before(record: Record, act: Act) -> Appended | None:
    """Where the same request was recorded before. Raises the refusal that it met then."""
    earlier = record.earlier(act)
    return None if earlier is None else _not_refused(earlier)


def _not_refused(appended: Appended) -> Appended:
    """Where something was recorded, unless it was a refusal. Raises that."""
    refusal = refusal_of(answered_again(appended).told)
    if refusal is not None:
        raise refusal
    return appended


def _request_of(act: Act) -> KeyedRequest | None:
    if act.idempotency_key is None or act.request_digest is None:
        return None
    return KeyedRequest(act.actor, act.idempotency_key, act.request_digest)


def _found(record: Record, agreement: str, load: UUID) -> tuple[Agreement, Load]:
    record.refresh(agreement, "")
    body, found = record.agreement(agreement), record.load(load)
    check_there_is(found, agreement)
    return body, found


def _check(record: Record, load: Load, act: Act, action: Action, may: Callable[[], None]) -> None:
    """Whether the person may; a refusal is recorded."""
    try:
        may()
    except DutyRefusal as refusal:
        try:
            refuse_duty(record, load, action, refusal, act)
        except KeyReused as error:
            raise IdempotencyKeyReused from error
        raise


def _leave(record: Record, load: UUID, errand: Errand, act: Act) -> None:
    with record.pool.connection() as connection:
        ask(connection, load, errand, _request_of(act))
