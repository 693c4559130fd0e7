"""Commands on one amendment: decided on what is stored, and recorded in one commit.

The last approval writes everything the amendment changes, in the streams it changes, before the
decision itself: as known at the decision, all of it holds.
"""

from collections.abc import Iterable

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.amending.around import (
    amendment_of,
    around,
    concerned,
    last_number,
    mattering,
    newest_fact,
    streams_of,
)
from ledger.amending.recording import (
    Acted,
    Said,
    append,
    body_of,
    placed,
    refuse_duty,
    until_recorded,
)
from ledger.amendment.adopting import definitions_after, effects_of
from ledger.amendment.commands import (
    Command,
    Consent,
    Decide,
    Object,
    Propose,
    Rehearse,
    Revise,
    Withdraw,
)
from ledger.amendment.decisions import check_may_rehearse, decide
from ledger.amendment.events import AmendmentDecided, Changes
from ledger.amendment.state import Amendment
from ledger.event import Recorded, amendment_id, indicator_id
from ledger.indicator.state import Indicator
from ledger.record import Record
from policies.refusals import DutyRefusal
from policies.refusals_change_control import UnknownAmendment

NAMES: dict[type[Command], str] = {  # of commands, in commits and in refused actions
    Propose: "propose-amendment",
    Revise: "revise-amendment",
    Consent: "consent-to-amendment",
    Object: "object-to-amendment",
    Rehearse: "rehearse-amendment",
    Decide: "decide-amendment",
    Withdraw: "withdraw-amendment",
}


class Versions:
    """The versions of an agreement's and its indicators' streams while one commit is made.

    ``approved`` are the changes that the commit approves.
    """

    def __init__(
        self, body: Agreement, indicators: dict[str, Indicator], approved: Iterable[Changes]
    ) -> None:
        assert body.sheet is not None
        self._code, self._body = body.sheet.code, body.id
        self._versions = dict(streams_of(body, indicators))
        self._definitions = definitions_after(approved, indicators)

    def effects(self, act: Act, changes: Changes, number: int) -> list[Recorded]:
        """What an approval records, next in the streams it changes."""
        effects = effects_of(changes, number, self._definitions)
        recorded: list[Recorded] = []
        for code, events in effects.indicators.items():
            stream = indicator_id(self._code, code)
            recorded += placed(act, stream, self._versions[stream], *events)
            self._versions[stream] += len(events)
        recorded += placed(act, self._body, self._versions[self._body], *effects.agreement)
        self._versions[self._body] += len(effects.agreement)
        return recorded


def propose(
    record: Record,
    agreement: str,
    act: Act,
    *,
    title: str,
    reason: str,
    changes: Changes,
    refresh: int = 0,
) -> Acted:
    """Propose an amendment; it gets the next number, which the answer tells.

    ``reason`` is the digest of a text. Two who propose at once get two numbers. Raises
    UnknownAgreement, NoRole (recorded) and whatever the decision refuses.
    """

    def attempt() -> Acted:
        body = body_of(record, agreement)
        number = last_number(record, agreement) + 1
        command = Propose(
            number=number, title=title, reason=reason, changes=changes, refresh=refresh
        )
        state = Amendment(id=amendment_id(agreement, number))
        indicators = concerned(record, body, changes)
        try:
            event = decide(state, command, around(body, act, indicators))
        except DutyRefusal as refusal:
            return refuse_duty(record, act, agreement, NAMES[Propose], refusal)
        events = placed(act, state.id, 0, event)
        said = Said(numbers=(number,))
        return append(record, act, NAMES[Propose], events, said, streams_of(body, {}))

    return until_recorded(record, act, attempt)


def handle(record: Record, agreement: str, number: int, command: Command, act: Act) -> Acted:
    """Decide a command on an amendment and record it, with all that an approval changes.

    Raises UnknownAgreement, UnknownAmendment, Conflict, whatever the decision refuses, and a
    refused duty, which is recorded.
    """

    def attempt() -> Acted:
        body, state = _found(record, agreement, number)
        name = NAMES[type(command)]
        indicators = _looked_at(record, body, state, command)
        deciding = isinstance(command, Decide)
        newest = newest_fact(record, body, state, indicators) if deciding else 0
        try:
            event = decide(state, command, around(body, act, indicators, newest))
        except DutyRefusal as refusal:
            return refuse_duty(
                record, act, agreement, name, refusal, stream=(state.id, state.version)
            )
        events = placed(act, state.id, state.version, event)
        reads = streams_of(body, {})
        if isinstance(event, AmendmentDecided) and event.decision == "approved":
            reads = streams_of(body, indicators)
            if event.final:
                versions = Versions(body, indicators, [state.changes])
                events = [*versions.effects(act, state.changes, number), *events]
        return append(record, act, name, events, Said(numbers=(number,)), reads)

    return until_recorded(record, act, attempt)


def to_rehearse(record: Record, agreement: str, number: int, act: Act) -> Amendment:
    """The amendment that is to be rehearsed, after asking whether this person may.

    Raises UnknownAgreement, UnknownAmendment, AmendmentClosed, and NoRole, which is recorded.
    """
    body, state = _found(record, agreement, number)
    try:
        check_may_rehearse(state, around(body, act, {}))
    except DutyRefusal as error:
        refusal = error

        def attempt() -> Acted:
            now = amendment_of(record, agreement, number)
            stream = (now.id, now.version)
            return refuse_duty(record, act, agreement, NAMES[Rehearse], refusal, stream=stream)

        until_recorded(record, act, attempt)
    return state


def _found(record: Record, agreement: str, number: int) -> tuple[Agreement, Amendment]:
    body = body_of(record, agreement)
    state = amendment_of(record, agreement, number)
    if state.proposed is None:
        raise UnknownAmendment(f"{agreement} has no amendment {number}.")
    return body, state


def _looked_at(
    record: Record, body: Agreement, state: Amendment, command: Command
) -> dict[str, Indicator]:
    """The indicators a command is decided on: most are decided on none."""
    match command:
        case Revise():
            return concerned(record, body, command.changes)
        case Decide():
            return mattering(record, body, state.changes)
        case Consent() | Object():  # whom a retirement binds is told by its targets
            assert body.sheet is not None
            retired = [one.indicator for one in state.changes.retirements]
            return record.indicators(body.sheet.code, retired)
        case _:
            return {}
