"""Signing off what somebody chose of one indicator: what can be signed is, and the rest is told.

A command is recorded whole or not at all. Here it is cut first, so that one entry that changed
meanwhile keeps none of the others back, and nothing is signed that was not seen.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ledger.acts import Act, Answered, Told, answered_again, refusal_of
from ledger.agreement.state import Agreement
from ledger.deciding import outcome_of
from ledger.engine import Connection
from ledger.indicator.commands import SignOffValues
from ledger.indicator.events import SignedEntry
from ledger.indicator.state import Indicator
from ledger.record import Record
from policies.refusals import Conflict, DutyRefusal, Refusal

ATTEMPTS = 3  # others may act on the indicator in between: so often it is looked at anew
_REFUSED = ":refused"  # what follows the key of a command whose refusal is recorded beside it

Refusals = dict[str, Refusal]  # by the entry's name


class Signed(NamedTuple):
    """What became of the entries: the names of those signed off, and why the others were not.

    ``answered`` is the answer to every command that was recorded, a refused duty among them.
    """

    names: tuple[str, ...]
    refusals: Refusals
    answered: tuple[Answered, ...]


def sign_off_chosen(
    record: Record, agreement: str, indicator: str, command: SignOffValues, act: Act
) -> Signed:
    """Sign off those entries of a command that can be, in one commit.

    A duty that forbids one is recorded, as ever. Sent again under its key, it is answered as the
    first time. Raises UnknownAgreement, UnknownIndicator and IdempotencyKeyReused.
    """
    chosen = tuple({one.name: one for one in command.entries}.values())
    command = msgspec.structs.replace(command, entries=chosen)
    before = record.earlier(act)
    answered = None if before is None else answered_again(before)
    refusals: Refusals = {}
    for _ in range(ATTEMPTS):
        if answered is not None:
            break
        body, state = _fresh(record, agreement, indicator)
        refusals = refusals_of(body, state, command, act)
        able = [one for one in chosen if one.name not in refusals]
        if not able:
            break
        try:
            answered = record.handle(agreement, indicator, _only(command, able), act)
        except Refusal:  # somebody was quicker: what they did decides which entries are left
            refusals = {one.name: Conflict() for one in able} | refusals
    return _told(record, (agreement, indicator), command, act, answered, refusals)


def refusals_of(body: Agreement, state: Indicator, command: SignOffValues, act: Act) -> Refusals:
    """Why entries would not be signed off, each by itself; those that would be are left out."""
    found = {}
    for one in command.entries:
        try:
            _, told = outcome_of(body, state, _only(command, [one]), act, None)
            refusal = refusal_of(told)
        except Refusal as raised:
            refusal = raised
        if refusal is not None:
            found[one.name] = refusal
    return found


def told_under(connection: Connection, actor: str, begins: str) -> dict[str, Told]:
    """What an actor was told of commands whose keys begin so, by what follows in the key."""
    rows = connection.execute(
        "SELECT idempotency_key, answer FROM ledger.commits"
        " WHERE actor = %s AND starts_with(idempotency_key, %s) ORDER BY last_position",
        (actor, begins),
    )
    return {
        key.removeprefix(begins): msgspec.json.decode(answer or b"{}", type=Told)
        for key, answer in rows
    }


def _told(
    record: Record,
    address: tuple[str, str],
    command: SignOffValues,
    act: Act,
    answered: Answered | None,
    refusals: Refusals,
) -> Signed:
    refused = None if answered is None else refusal_of(answered.told)
    names = () if answered is None else tuple(one.name for one in answered.told.outcomes)
    left = [one for one in command.entries if one.name not in names]
    if answered is not None and answered.replayed:
        refusals = refusals_of(*_fresh(record, *address), _only(command, left), act)
    if refused is not None:  # the role was lost in between
        refusals = refusals | {one.name: refused for one in left if one.name not in refusals}
    duties = [one for one in left if isinstance(refusals.get(one.name), DutyRefusal)]
    recorded = [] if answered is None else [answered]
    if duties and refused is None:
        recorded.append(record.handle(*address, _only(command, duties), _beside(act)))
    kept = {one.name: refusals.get(one.name, Conflict()) for one in left}
    return Signed(names, kept, tuple(recorded))


def _fresh(record: Record, agreement: str, indicator: str) -> tuple[Agreement, Indicator]:
    record.agreement(agreement)
    record.indicator(agreement, indicator)
    record.refresh(agreement, indicator)
    return record.agreement(agreement), record.indicator(agreement, indicator)


def _only(command: SignOffValues, entries: Sequence[SignedEntry]) -> SignOffValues:
    return msgspec.structs.replace(command, entries=tuple(entries))


def _beside(act: Act) -> Act:
    if act.idempotency_key is None:
        return act
    return msgspec.structs.replace(act, idempotency_key=act.idempotency_key + _REFUSED)
