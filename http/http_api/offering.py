"""What a person may do now, asked of the record itself: pages offer this and nothing else.

Asking records nothing. What is refused is raised, or is the answer, with the sentence that whoever
tried it would be told.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from http_api.service import Service
from ledger.acts import Act, grants_of
from ledger.agreement.state import Agreement
from ledger.amending.around import amendment_of, around, mattering, newest_fact
from ledger.amending.recording import body_of
from ledger.amending.sealing import check_may_open_refresh, check_may_seal
from ledger.amending.together import waiting_in
from ledger.amendment.bound import indicators_of
from ledger.amendment.offers import Offers, may_propose_for, offers, proposal_refused
from ledger.amendment.state import Amendment
from ledger.engine import StreamMoved
from ledger.indicator.offers import Asker, Offer, refusal_of
from ledger.indicator.offers import offers as offers_on_performance
from ledger.indicator.state import Indicator
from policies.allowed import Place, may
from policies.change_control import BOARD, REVIEWING_BODY
from policies.permissions import Action
from policies.refusals import Conflict, NoRole, Refusal
from policies.refusals_change_control import UnknownAmendment, UnknownRefresh
from projections.reading.recorded import read_acts

ATTEMPTS = 3
Address = tuple[str, str]  # of an indicator: its agreement's code and its own


class RegisterOffered(NamedTuple):
    """What a person may begin in an agreement's change control.

    Each is why it would be refused, None where it would not be; ``refreshes`` are those whose
    amendments wait for a decision of this person.
    """

    propose: Refusal | None
    seal: Refusal | None
    open_refresh: Refusal | None
    refreshes: tuple[int, ...]


class Gathered(NamedTuple):
    """What waits for each body that a person decides for; ``against`` where there is nothing."""

    waiting: Mapping[str, tuple[Amendment, ...]]
    against: Refusal | None


def offered(service: Service, address: Address, person: str, area: str) -> tuple[Offer, ...]:
    """What a person may do about a performance; ``area`` "" is the home area."""
    state, body, asker = _asking(service, address, person, area)
    return offers_on_performance(state, body, asker)


def check_offered(service: Service, address: Address, person: str, area: str, offer: Offer) -> None:
    """Refuse what would be refused whatever else were said."""
    state, body, asker = _asking(service, address, person, area)
    refusal = refusal_of(offer, state, body, asker)
    if refusal is not None:
        raise refusal


def examinable(service: Service, agreement: str, person: str) -> frozenset[str]:
    """The indicators of which a person may record that a value was examined."""
    body, act = service.agreement(agreement), service.act(person)
    grants = tuple(grants_of(body, person))
    places = {
        code: Place(grants=grants, scopes=body.scopes_for(Action.EXAMINE, code), on=act.today)
        for code in body.placements
    }
    return frozenset(code for code, at in places.items() if may(Action.EXAMINE, person, at))


def amendment_offered(service: Service, agreement: str, number: int, person: str) -> Offers:
    """What a person may do with an amendment. Raises UnknownAmendment, and Conflict where others
    never stop acting on it."""
    act, record = service.act(person), service.record
    for _ in range(ATTEMPTS):
        body = body_of(record, agreement)
        state = amendment_of(record, agreement, number)
        if state.proposed is None:
            raise UnknownAmendment(f"{agreement} has no amendment {number}.")
        indicators = record.indicators(agreement, indicators_of(state.changes))
        found = offers(state, around(body, act, indicators))
        if not found.decides_for:  # only an approval asks more: of rules, every indicator there is
            return found
        indicators = mattering(record, body, state.changes)
        try:
            newest = newest_fact(record, body, state, indicators)
        except StreamMoved:
            continue
        return offers(state, around(body, act, indicators, newest))
    raise Conflict("Others act on this amendment at this moment: look again.")


def register_offered(service: Service, agreement: str, person: str) -> RegisterOffered:
    """What a person may begin in change control."""
    act = service.act(person)
    body = body_of(service.record, agreement)
    return RegisterOffered(
        propose=proposal_refused(around(body, act, {})),
        seal=_refused(check_may_seal, body, act),
        open_refresh=_refused(check_may_open_refresh, body, act),
        refreshes=tuple(
            number
            for number in body.refreshes
            if gathered(service, agreement, number, person).against is None
        ),
    )


def proposable(service: Service, agreement: str, person: str) -> tuple[str, ...]:
    """The indicators a person may propose changes for."""
    return may_propose_for(around(body_of(service.record, agreement), service.act(person), {}))


def gathered(service: Service, agreement: str, refresh: int, person: str) -> Gathered:
    """What a refresh gathered, for a person to decide on. Raises UnknownAgreement."""
    act, record = service.act(person), service.record
    found: dict[str, tuple[Amendment, ...]] = {}
    against: Refusal | None = None
    bodies = body_of(record, agreement).bodies.values()
    for body in (one.code for one in bodies if one.kind in (BOARD, REVIEWING_BODY)):
        try:
            found[body] = waiting_in(record, agreement, refresh, body, act)
        except NoRole as refusal:
            against = against or refusal
        except Refusal as refusal:
            against = refusal
    return Gathered(found, None if found else against or UnknownRefresh())


def recorded_by(service: Service, position: int, person: str) -> bool:
    """Whether what stands at a position was recorded by this person."""
    with service.pool.connection() as connection:
        found = read_acts(connection, [position]).get(position)
    return found is not None and found.actor == person


def _asking(
    service: Service, address: Address, person: str, area: str
) -> tuple[Indicator, Agreement, Asker]:
    record = service.record
    body = service.agreement(address[0])
    record.refresh(*address)
    state = record.indicator(*address)
    return (
        state,
        body,
        Asker(
            person=person,
            grants=tuple(grants_of(body, person)),
            area=area,
            today=service.act(person).today,
            proxy=record.proxy_of(address[0], state),
        ),
    )


def _refused(check: Callable[[Agreement, Act], None], body: Agreement, act: Act) -> Refusal | None:
    try:
        check(body, act)
    except Refusal as refusal:
        return refusal
    return None
