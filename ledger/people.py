"""People: kept beside the record, so that a name can be erased."""

from collections.abc import Iterable

from ledger.engine import Connection
from ledger.person import Person

# Whether a person has an e-mail address. Capitals are those of ASCII alone: in the eyes of Unicode
# the sign of kelvin is a capital k, and who has the address with it is somebody else.
HAS_ADDRESS = """email <> '' AND lower(email COLLATE "C") = lower(%s::text COLLATE "C")"""


def put_person(connection: Connection, person: Person, *, again_from: int | None = None) -> bool:
    """Add a person, or set their entry anew; answer whether anything changed.

    ``again_from`` is the position of an act that comes again: what was set since then stays.
    """
    given = (person.id, person.name, person.email, person.partner)
    row = connection.execute(
        "WITH former AS (SELECT name, email, partner FROM people.person WHERE id = %s)"
        " INSERT INTO people.person AS p (id, name, email, partner, as_of) VALUES (%s, %s, %s, %s,"
        " (SELECT coalesce(max(last_position), 0) FROM ledger.commits))"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,"
        " partner = excluded.partner, as_of = excluded.as_of"  # said again, it is as of now
        " WHERE %s::bigint IS NULL OR p.as_of < %s RETURNING (p.name, p.email, p.partner)"
        " IS DISTINCT FROM (SELECT ROW (name, email, partner) FROM former)",
        (person.id, *given, again_from, again_from),
    ).fetchone()
    return row is not None and bool(row[0])


def people(connection: Connection) -> dict[str, Person]:
    """Everybody, by id."""
    rows = connection.execute("SELECT id, name, email, partner FROM people.person ORDER BY id")
    return {row[0]: Person(id=row[0], name=row[1], email=row[2], partner=row[3]) for row in rows}


def contacts(connection: Connection, ids: Iterable[str]) -> dict[str, Person]:
    """People by their ids; whoever is not kept is left out, what was erased is empty."""
    rows = connection.execute(
        "SELECT id, name, email, partner FROM people.person WHERE id = ANY(%s)",
        (sorted(set(ids)),),
    )
    return {row[0]: Person(id=row[0], name=row[1], email=row[2], partner=row[3]) for row in rows}


def names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of people, "" where there is none (or it was erased)."""
    wanted = sorted(set(ids))
    rows = connection.execute("SELECT id, name FROM people.person WHERE id = ANY(%s)", (wanted,))
    found = {row[0]: row[1] for row in rows}
    return {person: found.get(person, "") for person in wanted}
