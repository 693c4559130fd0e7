"""What an administrator does about people: enters them, gives them a link to sign in with, and
closes their accounts.

Who they are stands in a table beside the record, which can be erased; that it was done, and by
whom, is an event. It is recorded first: what then fails leaves a trace of the try, and no secret.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from ledger.accounts import close_account, give_link, is_account_as_of, reopen_account
from ledger.acts import Act, grants_of
from ledger.agreement.events import (
    AccountClosed,
    AccountReopened,
    PersonEntered,
    SignInLinkGiven,
)
from ledger.agreement.state import Agreement
from ledger.amending.recording import (
    NOTHING,
    Acted,
    Said,
    append,
    body_of,
    placed,
    refuse_duty,
    until_recorded,
)
from ledger.closed import check_open, closed_accounts
from ledger.engine import Connection
from ledger.event import Event
from ledger.knowing import is_known
from ledger.moving import agreement_codes, check_may_move, people_held
from ledger.people import people, put_person
from ledger.person import Person
from ledger.person_checks import check_address, check_partner, check_person
from ledger.record import Record
from ledger.taking_part import people_around
from policies.permissions import Action, check_may
from policies.refusals import DutyRefusal
from policies.refusals_escalation import UnknownPerson
from policies.refusals_roles import OtherAgreement, OwnAccount
from policies.refusals_sign_in import AccountOpen

OfAnAccount = PersonEntered | SignInLinkGiven | AccountClosed | AccountReopened


def enter_person(
    record: Record,
    agreement: str,
    person: Person,
    act: Act,
    may_set_anew: Callable[[Person], None] = lambda _: None,
) -> Acted:
    """Enter a person, or set their name and address anew.

    ``may_set_anew`` refuses it for one who is known, by their entry before.

    Raises UnknownAgreement, BadPerson, NoRole and OtherAgreement (recorded), RolesRemain and
    Conflict.
    """

    def check(body: Agreement) -> None:
        check_person(person)
        with record.pool.connection() as connection:
            known = people(connection)
        if person.id in known:
            may_set_anew(known[person.id])
        check_may_move(record, [person], known, given_anew={})
        check_partner(person, known, body.partners)
        check_address(person, known)

    with people_held(record) as held:
        acted = _recorded(record, agreement, PersonEntered(person=person.id), act, check)
        again_from = acted.last_position if acted.replayed else None
        changed = put_person(held, person, again_from=again_from)
        if changed and acted.replayed:
            # What failed is made good, unless what was done since forbids it.
            check(body_of(record, agreement))
    return acted


def give_sign_in_link(
    record: Record,
    agreement: str,
    person: str,
    secret: str,
    act: Act,
    *,
    now: datetime,
) -> Acted:
    """Make a link, under ``secret``, with which a person sets a password; it holds from ``now``.

    Raises as ``enter_person``, UnknownPerson and ClosedAccount.
    """

    check = _is_open(record, person)
    acted = _recorded(record, agreement, SignInLinkGiven(person=person), act, check)
    with record.pool.connection() as connection:
        give_link(connection, person, secret, now)
    return acted


def close_person(record: Record, agreement: str, person: str, act: Act, *, now: datetime) -> Acted:
    """Close the account of a person, from ``now`` on: nobody acts as them any more.

    Their roles stay until they are ended. Raises as ``enter_person``, UnknownPerson, OwnAccount
    (recorded), and ClosedAccount where it is closed already.
    """

    check = _is_open(record, person)
    acted = _recorded(record, agreement, AccountClosed(person=person), act, check)
    with record.pool.connection() as connection:
        if _is_last(connection, person, acted):
            close_account(connection, person, now)
    return acted


def reopen_person(record: Record, agreement: str, person: str, act: Act, *, now: datetime) -> Acted:
    """Open the account of a person again.

    Raises as ``enter_person``, UnknownPerson, OwnAccount (recorded), and AccountOpen.
    """

    def check(_: Agreement) -> None:
        with record.pool.connection() as connection:
            _check_known(connection, person)
            if person not in closed_accounts(connection):
                raise AccountOpen

    acted = _recorded(record, agreement, AccountReopened(person=person), act, check)
    with record.pool.connection() as connection:
        if _is_last(connection, person, acted):
            reopen_account(connection, person, now)
    return acted


def _is_last(connection: Connection, person: str, acted: Acted) -> bool:
    """Whether no account of a person was closed or opened since an act that came again.

    What failed once it was recorded is made good when it comes again; what was done since stays.
    """
    return not (acted.replayed and is_account_as_of(connection, person, acted.last_position))


def check_manages(body: Agreement, person: str, act: Act, others: Iterable[Agreement]) -> None:
    """Refuse whoever may not see to a person's account.

    An administrator of the whole agreement does, where they also administer every other agreement
    in which the person holds a role, or that entered them and has given them none yet: who could
    take an account over could act under its roles, also those to come. Raises NoRole and
    OtherAgreement.
    """
    _check_administers(body, act)
    for other in others:
        if other.takes_in(person):
            try:
                _check_administers(other, act)
            except DutyRefusal:
                raise OtherAgreement from None


def _check_shown(record: Record, body: Agreement, person: str) -> None:
    """Refuse somebody who is there and whom the agreement does not show. Raises OtherAgreement.

    Whom the command line entered no agreement takes in before the first role, and an administrator
    of any could have waited in the account for it.
    """
    with record.pool.connection() as connection:
        there = person in people(connection)
    if there and person not in people_around(record, body):
        raise OtherAgreement(
            "Nobody of this agreement has this id, and somebody else has: ask whoever runs the"
            " command line, or take another id for somebody new."
        )


def _is_open(record: Record, person: str) -> Callable[[Agreement], None]:
    """Refuse a person who is not known, or whose account is closed."""

    def check(_: Agreement) -> None:
        with record.pool.connection() as connection:
            _check_known(connection, person)
            check_open(connection, person)

    return check


def _check_known(connection: Connection, person: str) -> None:
    if person not in people(connection):
        raise UnknownPerson(f"Nobody with the id {person!r} is known.", field="person")


def _check_administers(body: Agreement, act: Act) -> None:
    assert body.sheet is not None
    check_may(
        Action.MANAGE_PEOPLE,
        person=act.actor,
        grants=grants_of(body, act.actor),
        scopes=frozenset({body.sheet.code}),
        on=act.today,
    )


def _recorded(
    record: Record,
    agreement: str,
    event: OfAnAccount,
    act: Act,
    check: Callable[[Agreement], None],
) -> Acted:
    """Record it for whoever may do it, where ``check`` has nothing against it.

    Whoever may not is told nothing of the person, and costs nobody a look at one.
    """
    others = [one for one in agreement_codes(record) if one != agreement]

    def attempt() -> Acted:
        body = body_of(record, agreement)
        name = Action.MANAGE_PEOPLE.value
        try:
            check_manages(body, event.person, act, map(record.fresh_agreement, others))
            _check_shown(record, body, event.person)
            if event.person == act.actor and isinstance(event, AccountClosed | AccountReopened):
                raise OwnAccount
        except DutyRefusal as refusal:
            tried = {"person": event.person} if is_known(record, event.person) else NOTHING
            return refuse_duty(record, act, agreement, name, refusal, tried=tried)
        check(body)
        events: tuple[Event, ...] = (event,)
        return append(record, act, name, placed(act, body.id, body.version, *events), Said())

    return until_recorded(record, act, attempt)
