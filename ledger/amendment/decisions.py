"""What becomes of a command on an amendment: pure functions of its fold and what is around it.

Each answers the one event to record. A refusal is raised; nothing is recorded then, but for a
refused duty, which the caller records.
"""

from datetime import date

import msgspec

from ledger.agreement.state import Agreement
from ledger.amendment.bound import Held, indicators_of, kinds_of, partners_of
from ledger.amendment.checks import Indicators, check_changes, check_known
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
from ledger.amendment.events import (
    AmendmentConsented,
    AmendmentDecided,
    AmendmentObjected,
    AmendmentProposed,
    AmendmentRehearsed,
    AmendmentRevised,
    AmendmentWithdrawn,
    Changes,
)
from ledger.amendment.state import Amendment, Stage
from ledger.event import Event
from policies.change_control import (
    BOARD,
    REVIEWING_BODY,
    bodies_needed,
    freeze_until,
    gathers,
    is_frozen,
    unresolved,
)
from policies.period import day_text
from policies.permissions import MAY, Action, Grant, check_may
from policies.refusals import Conflict, NoRole, OtherPartner, ReasonRequired, UnknownBody
from policies.refusals_change_control import (
    AgreementNotSealed,
    AmendmentClosed,
    BadChanges,
    BodyDecided,
    ConsentsMissing,
    Frozen,
    NotBound,
    NotRehearsed,
    NotTheProposer,
    OwnProposal,
    RefreshClosed,
    RefreshOpen,
    RehearsalStale,
    UnknownAmendment,
    UnknownRefresh,
)

ACTIONS: dict[type[Command], Action] = {
    Propose: Action.PROPOSE,
    Revise: Action.PROPOSE,
    Consent: Action.CONSENT,
    Object: Action.OBJECT,
    Rehearse: Action.REHEARSE,
    Decide: Action.DECIDE,
    Withdraw: Action.PROPOSE,
}
_DECIDING = {BOARD: Action.DECIDE, REVIEWING_BODY: Action.REVIEW}
_SPEAKERS = MAY[Action.CONSENT]


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision relies on beside the amendment: who asks, when, and what holds.

    ``indicators`` are the folds of those concerned, of all in the agreement where rules change.
    ``sealed_on`` is the day of the sealing. ``newest`` is the position of the newest fact that
    matters to the amendment's rehearsal.
    """

    agreement: Agreement
    indicators: Indicators
    actor: str
    grants: tuple[Grant, ...]
    today: date
    sealed_on: date | None = None
    newest: int = 0


def decide(state: Amendment, command: Command, around: Around) -> Event:
    """Judge a command."""
    if isinstance(command, Propose):
        return _propose(command, around)
    _check_proposed(state, around)
    match command:
        case Revise():
            return _revise(state, command, around)
        case Consent() | Object():
            return _speak(state, command, around)
        case Rehearse():
            return _rehearse(state, command, around)
        case Decide():
            return _decide(state, command, around)
        case Withdraw():
            _check_proposer(state, around)
            _check_reason(command.reason)
            return AmendmentWithdrawn(reason=command.reason)


def check_may_rehearse(state: Amendment, around: Around) -> None:
    """Refuse a rehearsal that could not be kept, before it is worked out.

    Raises UnknownAmendment, AmendmentClosed and NoRole.
    """
    _check_proposed(state, around)
    _check_role(Action.REHEARSE, around, anywhere=True)


def _check_proposed(state: Amendment, around: Around) -> None:
    """Refuse what is asked about a proposal that is none any more.

    Whoever takes no part in the agreement is not told what became of it. Raises UnknownAmendment,
    NoRole and AmendmentClosed.
    """
    if state.proposed is None:
        raise UnknownAmendment
    if state.stage is not Stage.PROPOSED:
        _check_role(Action.READ, around, anywhere=True)
        raise AmendmentClosed(f"The amendment is {state.stage} already.")


def check_may_decide_for(body: str, around: Around) -> None:
    """Refuse a person who decides nothing for a body. Raises UnknownBody and NoRole."""
    _check_role(_DECIDING[_kind_of(body, around)], around)


def bound_by(state: Amendment, around: Around) -> frozenset[str]:
    """The partners bound by an amendment, by code."""
    return partners_of(around.agreement).of(state.changes, _held(around.indicators))


def kinds_needed(state: Amendment, indicators: Indicators) -> tuple[str, ...]:
    """The kinds of body whose approval an amendment needs."""
    return bodies_needed(kind for kinds in _kinds(state.changes, indicators) for kind in kinds)


def kinds_decided(state: Amendment, agreement: Agreement) -> frozenset[str]:
    """The kinds of body that have approved the present proposal."""
    codes = [verdict.event.body for verdict in state.verdicts]
    return frozenset(agreement.bodies[code].kind for code in codes if code in agreement.bodies)


def _propose(command: Propose, around: Around) -> AmendmentProposed:
    assert around.agreement.sheet is not None
    _check_may_change(command.changes, around)
    if around.agreement.sealed is None:
        raise AgreementNotSealed
    if not command.title.strip():
        raise BadChanges("An amendment has a title.", field="title")
    _check_reason(command.reason)
    _check_gathering(command.refresh, around)
    check_changes(command.changes, around.agreement, around.indicators)
    return AmendmentProposed(
        agreement=around.agreement.sheet.code,
        number=command.number,
        title=command.title.strip(),
        reason=command.reason,
        changes=command.changes,
        refresh=command.refresh,
    )


def _revise(state: Amendment, command: Revise, around: Around) -> AmendmentRevised:
    assert state.proposed is not None
    _check_proposer(state, around)
    _check_may_change(command.changes, around)
    _check_reason(command.reason)
    _check_gathering(state.proposed.refresh, around)
    check_changes(command.changes, around.agreement, around.indicators)
    return AmendmentRevised(reason=command.reason, changes=command.changes)


def _speak(
    state: Amendment, command: Consent | Object, around: Around
) -> AmendmentConsented | AmendmentObjected:
    _check_role(ACTIONS[type(command)], around, anywhere=True)
    _check_seen(command, state)
    if command.partner not in bound_by(state, around):
        raise NotBound(f"{command.partner!r} is not bound by this amendment.", field="partner")
    if not _speaks_for(command.partner, around):
        raise OtherPartner(
            f"Only a lead officer or board member of {command.partner} speaks for it.",
            field="partner",
        )
    if isinstance(command, Consent):
        return AmendmentConsented(partner=command.partner, note=command.note)
    _check_reason(command.reason)
    return AmendmentObjected(partner=command.partner, reason=command.reason)


def _rehearse(state: Amendment, command: Rehearse, around: Around) -> AmendmentRehearsed:
    _check_role(Action.REHEARSE, around, anywhere=True)
    if command.revision != state.revision:
        raise Conflict("The proposal was revised while it was rehearsed: rehearse it again.")
    return AmendmentRehearsed(
        position=command.position, digest=command.digest, summary=command.summary
    )


def _decide(state: Amendment, command: Decide, around: Around) -> AmendmentDecided:
    assert state.proposed is not None
    kind = _kind_of(command.body, around)
    check_may_decide_for(command.body, around)
    if around.actor in state.authors:
        raise OwnProposal
    _check_seen(command, state)
    decided = kinds_decided(state, around.agreement)
    needed = set(kinds_needed(state, around.indicators)) - decided
    if kind not in needed:
        raise BodyDecided(field="body")
    if not command.minute_reference.strip():
        raise BadChanges("A decision has the reference of its minute.", field="minute_reference")
    refresh = around.agreement.refreshes.get(state.proposed.refresh)
    if refresh is not None and around.today <= refresh.closes_on:
        raise RefreshOpen(
            f"The refresh {refresh.title} is open until {day_text(refresh.closes_on)}."
        )
    if command.decision == "approved":
        _check_may_approve(state, around)
    else:
        _check_reason(command.reason)
    return AmendmentDecided(
        decision=command.decision,
        body=command.body,
        minute_reference=command.minute_reference.strip(),
        final=command.decision == "rejected" or needed == {kind},
        reason=command.reason,
        rehearsal=state.rehearsal.event.digest if state.rehearsal else "",
    )


def _check_may_approve(state: Amendment, around: Around) -> None:
    """Everything but the body's own will: freeze, consents, rehearsal, and that it still stands."""
    sealed = around.agreement.sealed
    assert sealed is not None, "nothing was proposed before"
    assert around.sealed_on is not None
    until = freeze_until(around.sealed_on, sealed.event.freeze_days)
    kinds = _kinds(state.changes, around.indicators)
    if any(is_frozen(each, until, around.today) for each in kinds):
        raise Frozen(f"No local target moves before {day_text(until)}.")
    missing, against = unresolved(bound_by(state, around), state.consents, state.objections)
    if missing:
        silent = [partner for partner in missing if partner not in against]
        said = [f"not consented: {', '.join(silent)}"] if silent else []
        said += [f"objecting: {', '.join(against)}"] if against else []
        raise ConsentsMissing(f"Bound partners have yet to agree ({'; '.join(said)}).")
    if state.rehearsal is None:
        raise NotRehearsed
    position = state.rehearsal.event.position
    if around.newest > position:
        raise RehearsalStale(
            f"It was rehearsed as known at {position}, and position {around.newest} changed what"
            " matters to it: rehearse again before deciding."
        )
    check_changes(state.changes, around.agreement, around.indicators)


def _kind_of(code: str, around: Around) -> str:
    """The kind of a body that may decide. Raises UnknownBody."""
    body = around.agreement.bodies.get(code)
    if body is None or body.kind not in _DECIDING:
        raise UnknownBody(
            f"{code!r} is neither a board nor the reviewing body of the agreement.", field="body"
        )
    return body.kind


def _kinds(changes: Changes, indicators: Indicators) -> tuple[frozenset[str], ...]:
    return kinds_of(changes, _held(indicators))


def _held(indicators: Indicators) -> Held:
    return {
        (code, area, period): found.target
        for code, state in indicators.items()
        for (area, period), found in state.targets.items()
    }


def _check_may_change(changes: Changes, around: Around) -> None:
    """Whoever proposes holds a role over each indicator concerned; for rules, over all.

    Where a code is a slip that is said instead, to whoever may read the agreement and to nobody
    else: it is no try of what a role forbids.
    """
    try:
        _check_roles(changes, around)
    except NoRole:
        if any(one.person == around.actor and one.holds_on(around.today) for one in around.grants):
            check_known(changes, around.indicators)
        raise


def _check_roles(changes: Changes, around: Around) -> None:
    for code in indicators_of(changes):
        scopes = around.agreement.scopes_of(code)
        check_may(
            Action.PROPOSE,
            person=around.actor,
            grants=around.grants,
            scopes=scopes,
            on=around.today,
        )
    if changes.policies or not indicators_of(changes):
        _check_role(Action.PROPOSE, around, anywhere=not changes.policies)


def _check_role(action: Action, around: Around, *, anywhere: bool = False) -> None:
    """A role over the agreement; ``anywhere``: over any part of it. Raises NoRole."""
    assert around.agreement.sheet is not None
    scopes = {grant.scope for grant in around.grants} if anywhere else set()
    scopes.add(around.agreement.sheet.code)
    check_may(
        action,
        person=around.actor,
        grants=around.grants,
        scopes=frozenset(scopes),
        on=around.today,
    )


def _speaks_for(partner: str, around: Around) -> bool:
    return any(
        grant.person == around.actor
        and grant.role in _SPEAKERS
        and grant.partner == partner
        and grant.holds_on(around.today)
        for grant in around.agreement.grants.values()
    )


def _check_seen(command: Consent | Object | Decide, state: Amendment) -> None:
    """Refuse what is said of a proposal that is another by now."""
    if command.revision > state.revision:
        raise Conflict(
            f"The proposal has no revision {command.revision}: it is at revision {state.revision}.",
            field="revision",
        )
    if command.revision not in (0, state.revision):
        raise Conflict("The proposal was revised since you saw it: look at it again first.")


def _check_proposer(state: Amendment, around: Around) -> None:
    if state.began is None or around.actor != state.began.by:
        raise NotTheProposer


def _check_reason(reason: str) -> None:
    if not reason:
        raise ReasonRequired(field="reason")


def _check_gathering(number: int, around: Around) -> None:
    """Refuse what would be gathered in a refresh that does not gather. 0 is in none."""
    if not number:
        return
    refresh = around.agreement.refreshes.get(number)
    if refresh is None:
        raise UnknownRefresh(f"There is no refresh {number}.", field="refresh")
    if not gathers(refresh.opens_on, refresh.closes_on, around.today):
        raise RefreshClosed(
            f"The refresh {refresh.title} gathers from {day_text(refresh.opens_on)} to"
            f" {day_text(refresh.closes_on)}.",
            field="refresh",
        )
