"""What a command comes to: the role, then the decision; a refused duty becomes an event too."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice

from ledger.acts import Act, Told, grants_of, told_refused
from ledger.agreement.state import Agreement
from ledger.event import Event
from ledger.indicator.commands import (
    AttachEvidence,
    Command,
    CorrectValues,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    ValueCommand,
    WithdrawValues,
)
from ledger.indicator.decisions import decide
from ledger.indicator.events import ActionRefused
from ledger.indicator.responding import respond
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    RecordRemedialAction,
    SendBackActionPlan,
    SubmitActionPlan,
)
from ledger.indicator.state import Indicator
from policies.permissions import Action, check_may
from policies.refusals import DutyRefusal, VersionMoved

MOST_NAMED = 20  # entries in a refused action
LONGEST_INDEX = 9  # digits

ACTIONS: dict[type[Command], Action] = {
    SubmitValues: Action.SUBMIT,
    CorrectValues: Action.CORRECT,
    ReturnValues: Action.RETURN,
    WithdrawValues: Action.WITHDRAW,
    SignOffValues: Action.SIGN_OFF,
    AttachEvidence: Action.ATTACH,
    RecordRemedialAction: Action.RECORD_REMEDIAL_ACTION,
    SubmitActionPlan: Action.SUBMIT_PLAN,
    AcceptActionPlan: Action.ACCEPT_PLAN,
    SendBackActionPlan: Action.SEND_BACK_PLAN,
    DecideIntervention: Action.DECIDE_INTERVENTION,
    FastTrack: Action.FAST_TRACK,
    CloseEscalation: Action.CLOSE_ESCALATION,
    CommendPerformance: Action.COMMEND,
    ExamineValue: Action.EXAMINE,
}


def outcome_of(
    body: Agreement,
    state: Indicator,
    command: Command,
    act: Act,
    if_version: int | None,
    proxy: Indicator | None = None,
    kept: Container[str] = frozenset(),
) -> tuple[Sequence[Event], Told]:
    """What a command comes to. A refused duty is an event too; other refusals are raised.

    ``proxy`` is the indicator that stands in for an annual one between its outturns; ``kept`` are
    the digests of the files that may be named as evidence.
    """
    action = ACTIONS[type(command)]
    try:
        check_may_act(body, state, action, act)
        if if_version is not None and if_version != state.version:
            raise VersionMoved(
                f"{state.code} is at version {state.version}, not {if_version}: read it again."
            )
        return _decided(body, state, command, act, proxy, kept)
    except DutyRefusal as refusal:
        return (_refused(action, refusal, command, state),), told_refused(refusal)


def check_may_act(body: Agreement, state: Indicator, action: Action, act: Act) -> None:
    """Refuse a person without a role for this indicator on the day of the act.

    Raises NoRole, and OtherPartner where its data owner is another partner.
    """
    named = state.definition.data_owner if state.definition else ""
    check_may(
        action,
        person=act.actor,
        grants=grants_of(body, act.actor),
        scopes=body.scopes_for(action, state.code),
        on=act.today,
        data_owners=body.data_owners(named),
    )


def _decided(
    body: Agreement,
    state: Indicator,
    command: Command,
    act: Act,
    proxy: Indicator | None,
    kept: Container[str],
) -> tuple[Sequence[Event], Told]:
    if isinstance(command, ValueCommand):
        decided = decide(
            state, command, actor=act.actor, areas=body.areas, today=act.today, kept=kept
        )
        return decided.events, Told(outcomes=decided.outcomes)
    responded = respond(
        state, command, actor=act.actor, agreement=body, today=act.today, proxy=proxy
    )
    return (responded.event,), Told(plan=responded.plan, review_on=responded.review_on)


def _entries_of(state: Indicator, names: Iterable[str]) -> Iterator[str]:
    """Those texts that are names of entries which hold, or once held, each once."""
    for name in dict.fromkeys(names):
        position, _, index = name.partition(".")
        if index.isdecimal() and len(index) <= LONGEST_INDEX:
            there = int(index) < len(state.brought.get(position, ()))
            if there and name == f"{position}.{int(index)}":
                yield name


def _refused(
    action: Action, refusal: DutyRefusal, command: Command, state: Indicator
) -> ActionRefused:
    """What is recorded of a refused duty: of what was sent, only names that entries here have.

    Anything else that was typed may be about anybody, and the record keeps it for ever.
    """
    names: list[str] = []
    match command:
        case ReturnValues() | WithdrawValues() | AttachEvidence():
            names = list(command.entries)
        case SignOffValues():
            names = [signed.name for signed in command.entries]
        case _:
            pass
    known = tuple(islice(_entries_of(state, names), MOST_NAMED))
    return ActionRefused(action=action.value, code=refusal.code, entries=known)
