"""Sealing an agreement, and opening a refresh: where change control begins."""

from datetime import date

import msgspec

from ledger.acts import OPERATOR, Act, grants_of
from ledger.agreement.events import AgreementSealed, RefreshOpened
from ledger.agreement.state import Agreement
from ledger.amending.recording import (
    Acted,
    Said,
    append,
    body_of,
    placed,
    refuse_duty,
    sealed_on,
    until_recorded,
)
from ledger.event import Event
from ledger.record import Record
from policies.period import day_text
from policies.permissions import Action, check_may
from policies.refusals import DutyRefusal
from policies.refusals_change_control import (
    AgreementNotSealed,
    AlreadySealed,
    BadChanges,
    BadRefresh,
)

FREEZE_DAYS = 28
MOST_FREEZE_DAYS = 3660


class RefreshAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A window in which amendments are gathered; both of its days are included."""

    title: str
    opens_on: date
    closes_on: date


def seal(
    record: Record, agreement: str, minute_reference: str, act: Act, freeze_days: int = FREEZE_DAYS
) -> Acted:
    """Bind the partners: from now on change control is the only way.

    A board member over the agreement seals, or the operator who sets it up. Raises
    UnknownAgreement, NoRole (recorded), AlreadySealed, BadChanges and Conflict.
    """

    def attempt() -> Acted:
        body = body_of(record, agreement)
        try:
            if act.actor != OPERATOR:
                _check_role(body, Action.SEAL, act)
        except DutyRefusal as refusal:
            return refuse_duty(record, act, agreement, Action.SEAL.value, refusal)
        return _append(record, body, act, Action.SEAL, _sealed(body, minute_reference, freeze_days))

    return until_recorded(record, act, attempt)


def open_refresh(record: Record, agreement: str, asked: RefreshAsked, act: Act) -> Acted:
    """Open a window in which amendments are gathered; answers its number.

    Raises UnknownAgreement, NoRole (recorded), AgreementNotSealed, BadRefresh and Conflict.
    """

    def attempt() -> Acted:
        body = body_of(record, agreement)
        try:
            _check_role(body, Action.OPEN_REFRESH, act)
        except DutyRefusal as refusal:
            return refuse_duty(record, act, agreement, Action.OPEN_REFRESH.value, refusal)
        opened = _opened(body, asked, act)
        return _append(record, body, act, Action.OPEN_REFRESH, opened, opened.number)

    return until_recorded(record, act, attempt)


def check_may_seal(body: Agreement, act: Act) -> None:
    """Refuse a sealing that could not be recorded, whatever its minute. Nothing is recorded.

    Raises NoRole and AlreadySealed.
    """
    _check_role(body, Action.SEAL, act)
    _sealed(body, "some minute", FREEZE_DAYS)


def check_may_open_refresh(body: Agreement, act: Act) -> None:
    """Refuse a refresh that could not be opened, whatever its days. Nothing is recorded.

    Raises NoRole and AgreementNotSealed.
    """
    _check_role(body, Action.OPEN_REFRESH, act)
    _opened(body, RefreshAsked(title="some", opens_on=act.today, closes_on=act.today), act)


def _sealed(body: Agreement, minute_reference: str, freeze_days: int) -> AgreementSealed:
    before = sealed_on(body)
    if before is not None:
        raise AlreadySealed(f"The agreement was sealed on {day_text(before)} already.")
    if not minute_reference.strip():
        raise BadChanges("A sealing has the reference of its minute.", field="minute_reference")
    if not 0 <= freeze_days <= MOST_FREEZE_DAYS:
        raise BadChanges("The freeze is a number of days, 0 or more.", field="freeze_days")
    return AgreementSealed(minute_reference=minute_reference.strip(), freeze_days=freeze_days)


def _opened(body: Agreement, asked: RefreshAsked, act: Act) -> RefreshOpened:
    if body.sealed is None:
        raise AgreementNotSealed
    if not asked.title.strip():
        raise BadRefresh("A refresh has a title.", field="title")
    if asked.closes_on < max(asked.opens_on, act.today):
        raise BadRefresh(field="closes_on")
    return RefreshOpened(
        number=len(body.refreshes) + 1,
        title=asked.title.strip(),
        opens_on=asked.opens_on,
        closes_on=asked.closes_on,
    )


def _check_role(body: Agreement, action: Action, act: Act) -> None:
    assert body.sheet is not None
    scopes = frozenset({body.sheet.code})
    grants = grants_of(body, act.actor)
    check_may(action, person=act.actor, grants=grants, scopes=scopes, on=act.today)


def _append(
    record: Record, body: Agreement, act: Act, action: Action, event: Event, *numbers: int
) -> Acted:
    events = placed(act, body.id, body.version, event)
    return append(record, act, action.value, events, Said(numbers=numbers))
