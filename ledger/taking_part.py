"""Whom an agreement knows: the people it may show by name and address, and choose from."""

from collections.abc import Mapping

from ledger.agreement.events import PersonEntered, RoleAssigned
from ledger.agreement.state import Agreement
from ledger.engine import Connection
from ledger.event import agreement_id
from ledger.moving import agreement_codes
from ledger.people import people
from ledger.person import Person
from ledger.record import Record

_OF_PEOPLE = [PersonEntered.TOPIC, RoleAssigned.TOPIC]


def people_around(record: Record, body: Agreement) -> dict[str, Person]:
    """Those who hold or held a role in an agreement, or were entered by it, by id.

    So are people of its partners whom no agreement knows yet, as the command line enters them: to
    be given their first role. Names and addresses of all others are not this agreement's to show.
    """
    codes = agreement_codes(record)
    with record.pool.connection() as connection:
        known = _known(connection, codes)
        everybody = people(connection)
    own = {person for person, agreements in known.items() if body.id in agreements}
    return {
        person.id: person
        for person in everybody.values()
        if person.id in own or (person.id not in known and person.partner in body.partners)
    }


def _known(connection: Connection, codes: list[str]) -> Mapping[str, set[object]]:
    """The agreements that know a person, by person; agreements by their streams."""
    rows = connection.execute(
        "SELECT DISTINCT originator_id, convert_from(state, 'UTF8')::json ->> 'person'"
        " FROM ledger.ledger_events WHERE originator_id = ANY(%s) AND topic = ANY(%s)",
        ([agreement_id(code) for code in codes], _OF_PEOPLE),
    )
    known: dict[str, set[object]] = {}
    for stream, person in rows:
        known.setdefault(person, set()).add(stream)
    return known
