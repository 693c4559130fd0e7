"""What somebody who is known may read."""

from datetime import date

from http_api.service import ClocksAsked, Service
from ledger.acts import grants_of
from ledger.agreement.state import Agreement
from policies.permissions import Action, acts_of, check_may
from policies.refusals import UnknownAgreement
from projections.reading.agreements import read_agreements
from projections.reading.tasks import agreements_of, read_tasks
from projections.task_answers import Tasks


def holds_a_role(person: str, agreement: Agreement, on: date) -> bool:
    """Whether a person holds any role in an agreement that counts on a day."""
    grants = grants_of(agreement, person)
    return any(grant.person == person and grant.holds_on(on) for grant in grants)


def takes_part(service: Service, person: str, agreement: str) -> bool:
    """Whether a person holds a role in an agreement today; in one that is not there nobody does."""
    try:
        return holds_a_role(person, service.agreement(agreement), service.today)
    except UnknownAgreement:
        return False


def acts_in(service: Service, person: str, agreement: str) -> frozenset[Action]:
    """What a person may do somewhere in an agreement today; nothing in one that is not there."""
    try:
        grants = grants_of(service.agreement(agreement), person)
    except UnknownAgreement:
        return frozenset()
    on = service.today
    return acts_of(each.role for each in grants if each.person == person and each.holds_on(on))


def check_may_read(person: str, agreement: Agreement, on: date) -> None:
    """Whoever holds any role in an agreement that counts on a day may read all of it then."""
    sheet = agreement.sheet
    scopes = {grant.scope for grant in agreement.grants.values() if grant.person == person}
    check_may(
        Action.READ,
        person=person,
        grants=grants_of(agreement, person),
        scopes=frozenset(scopes | ({sheet.code} if sheet else set())),
        on=on,
    )


def tasks_of(service: Service, person: str, asked: ClocksAsked) -> Tasks:
    """What waits for a person, or waited as known then, where they hold a role today still."""
    with service.reading(asked) as (connection, clocks):
        theirs = agreements_of(connection, person, clocks)
    within = [agreement for agreement in theirs if takes_part(service, person, agreement)]
    with service.reading(asked) as (connection, clocks):
        return read_tasks(connection, person, clocks, within)


def check_may_read_all(service: Service, person: str) -> None:
    """Whoever may read every agreement may read what goes across them."""
    with service.reading(ClocksAsked()) as (connection, clocks):
        listed = read_agreements(connection, clocks).agreements
    for one in listed:
        check_may_read(person, service.agreement(one.code), service.today)
