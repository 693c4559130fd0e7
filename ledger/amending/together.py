"""Deciding together on the amendments that a refresh gathered: one minute, one commit."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.amending.acting import NAMES, Versions
from ledger.amending.around import (
    amendment_of,
    around,
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
from ledger.amendment.checks import check_together, things
from ledger.amendment.commands import Decide
from ledger.amendment.decisions import (
    check_may_decide_for,
    decide,
    kinds_decided,
    kinds_needed,
)
from ledger.amendment.events import AmendmentDecided
from ledger.amendment.state import Amendment, Stage
from ledger.event import Recorded
from ledger.indicator.state import Indicator
from ledger.record import Record
from policies.period import day_text
from policies.refusals import DutyRefusal, FieldProblem, Refusal, UnknownBody
from policies.refusals_change_control import (
    AmendmentsCollide,
    NothingToDecide,
    RefreshOpen,
    UnknownAmendment,
    UnknownRefresh,
)


class DecideTogether(msgspec.Struct, frozen=True, kw_only=True):
    """A body's decision on all that a refresh gathered: these are rejected, the others approved.

    ``reason`` is the digest of a text, and needed where any is rejected.
    """

    body: str
    minute_reference: str
    rejected: tuple[int, ...] = ()
    reason: str = ""


class _Waiting(NamedTuple):
    """An amendment that waits, and the indicators it concerns."""

    state: Amendment
    indicators: dict[str, Indicator]


def decide_together(
    record: Record, agreement: str, refresh: int, command: DecideTogether, act: Act
) -> Acted:
    """Decide on every amendment of a refresh that waits for this body, or on none of them.

    The answer tells their numbers. Raises UnknownAgreement, UnknownRefresh, RefreshOpen,
    UnknownBody, NothingToDecide, UnknownAmendment, AmendmentsCollide, Conflict, and what is
    refused of any of them, named by number; a refused duty is recorded.
    """

    def attempt() -> Acted:
        body = body_of(record, agreement)
        waiting = _waiting(record, body, refresh, command, act)
        try:
            decided = list(_decided(record, body, waiting, command, act))
        except DutyRefusal as refusal:
            return refuse_duty(record, act, agreement, NAMES[Decide], refusal)
        _check_apart(decided)
        _check_all_stand(body, decided)
        seen = {code: fold for one, _ in decided for code, fold in one.indicators.items()}
        versions = Versions(body, seen, [one.state.changes for one in _approved(decided)])
        events: list[Recorded] = []
        for one, event in decided:
            if _is_approval(event):
                events += versions.effects(act, one.state.changes, one.state.number)
            events += placed(act, one.state.id, one.state.version, event)
        said = Said(numbers=tuple(one.state.number for one, _ in decided))
        return append(record, act, NAMES[Decide], events, said, streams_of(body, seen))

    return until_recorded(record, act, attempt)


def waiting_in(
    record: Record, agreement: str, refresh: int, body: str, act: Act
) -> tuple[Amendment, ...]:
    """What a refresh gathered and a body has to decide on still. Nothing is recorded.

    Raises UnknownAgreement, UnknownRefresh, RefreshOpen, UnknownBody, NothingToDecide, and NoRole
    for a person who may not decide for the body.
    """
    fold = body_of(record, agreement)
    check_may_decide_for(body, around(fold, act, {}))
    found = _waiting(record, fold, refresh, DecideTogether(body=body, minute_reference=""), act)
    return tuple(one.state for one in found)


def _waiting(
    record: Record, body: Agreement, number: int, command: DecideTogether, act: Act
) -> list[_Waiting]:
    """What the refresh gathered and this kind of body has to decide on still."""
    refresh = body.refreshes.get(number)
    if refresh is None:
        raise UnknownRefresh(f"There is no refresh {number}.")
    if act.today <= refresh.closes_on:
        raise RefreshOpen(
            f"The refresh {refresh.title} is open until {day_text(refresh.closes_on)}."
        )
    found = body.bodies.get(command.body)
    if found is None:
        raise UnknownBody(f"{command.body!r} is no body of the agreement.", field="body")
    waiting = [
        one
        for one in _gathered(record, body, number)
        if found.kind
        in set(kinds_needed(one.state, one.indicators)) - kinds_decided(one.state, body)
    ]
    if not waiting:
        raise NothingToDecide
    unknown = set(command.rejected) - {one.state.number for one in waiting}
    if unknown:
        raise UnknownAmendment(
            f"Not waiting in this refresh: {', '.join(map(str, sorted(unknown)))}.",
            field="rejected",
        )
    return waiting


def _gathered(record: Record, body: Agreement, refresh: int) -> Iterator[_Waiting]:
    assert body.sheet is not None
    code = body.sheet.code
    for number in range(1, last_number(record, code) + 1):
        state = amendment_of(record, code, number)
        mine = state.proposed is not None and state.proposed.refresh == refresh
        if mine and state.stage is Stage.PROPOSED:
            yield _Waiting(state, mattering(record, body, state.changes))


def _decided(
    record: Record, body: Agreement, waiting: Sequence[_Waiting], command: DecideTogether, act: Act
) -> Iterator[tuple[_Waiting, AmendmentDecided]]:
    """The decision on each. Raises the first refusal, which carries those of the others."""
    problems: list[Refusal] = []
    for one in waiting:
        rejected = one.state.number in command.rejected
        each = Decide(
            decision="rejected" if rejected else "approved",
            body=command.body,
            minute_reference=command.minute_reference,
            reason=command.reason if rejected else "",
        )
        newest = newest_fact(record, body, one.state, one.indicators)
        try:
            event = decide(one.state, each, around(body, act, one.indicators, newest))
        except DutyRefusal:
            raise
        except Refusal as refusal:
            problems.append(_of(one.state.number, refusal))
            continue
        assert isinstance(event, AmendmentDecided)
        yield one, event
    if problems:
        first = problems[0]
        errors = tuple(FieldProblem(each.field, each.code, each.detail) for each in problems)
        raise type(first)(first.detail, field=first.field, errors=errors)


def _of(number: int, refusal: Refusal) -> Refusal:
    return type(refusal)(f"Amendment {number}: {refusal.detail}", field=f"amendments[{number}]")


def _is_approval(event: AmendmentDecided) -> bool:
    """Whether it is the last approval that an amendment needs."""
    return event.final and event.decision == "approved"


def _approved(decided: Sequence[tuple[_Waiting, AmendmentDecided]]) -> list[_Waiting]:
    return [one for one, event in decided if _is_approval(event)]


def _check_all_stand(body: Agreement, decided: Sequence[tuple[_Waiting, AmendmentDecided]]) -> None:
    """Refuse approvals of which each could stand, and not all: a target that the definition or
    the rules of another make one that is never judged."""
    approved = _approved(decided)
    if len(approved) < 2:  # noqa: PLR2004 - together
        return
    folds = {code: fold for one in approved for code, fold in one.indicators.items()}
    try:
        check_together([one.state.changes for one in approved], body, folds)
    except Refusal as refusal:
        raise AmendmentsCollide(
            f"Each could stand alone, and not all together: {refusal.detail} Reject one of them.",
            field="rejected",
        ) from refusal


def _check_apart(decided: Sequence[tuple[_Waiting, AmendmentDecided]]) -> None:
    """Refuse two that change the same thing: which of them held would be chance.

    The same target, the definition of the same indicator, or rules of the same kind.
    """
    taken: dict[tuple[str, ...], int] = {}
    for one, event in decided:
        if event.decision != "approved":
            continue
        for _, thing in things(one.state.changes):
            same = thing[:2] if thing[0] == "policy" else thing
            other = taken.setdefault(same, one.state.number)
            if other != one.state.number:
                raise AmendmentsCollide(
                    f"Amendments {other} and {one.state.number} both change {' '.join(same)}:"
                    " reject one of them.",
                    field="rejected",
                )
