"""Pages that a person keeps under a name, beside the record: nobody else sees them."""

from typing import NamedTuple

from ledger.engine import Connection
from policies.refusals_sign_in import BadView

LONGEST_NAME, LONGEST_ADDRESS = 100, 2000  # characters
MOST_VIEWS = 50  # of a person


class SavedView(NamedTuple):
    """A page of ours, and what its keeper calls it."""

    id: int
    name: str
    address: str


def keep_view(connection: Connection, person: str, name: str, address: str) -> None:
    """Keep a page under a name; the same name takes the place of what it stood for.

    Raises BadView.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise BadView(f"A view has a name of 1 to {LONGEST_NAME} characters.", field="name")
    if not address.startswith("/") or len(address) > LONGEST_ADDRESS:
        raise BadView("Only a page of this service can be kept.", field="address")
    others = [view for view in views_of(connection, person) if view.name != said]
    if len(others) >= MOST_VIEWS:
        raise BadView(f"There are {MOST_VIEWS} views already: let one go first.", field="name")
    connection.execute(
        "INSERT INTO people.saved_view (person, name, address) VALUES (%s, %s, %s)"
        " ON CONFLICT (person, name) DO UPDATE SET address = excluded.address",
        (person, said, address),
    )


def views_of(connection: Connection, person: str) -> list[SavedView]:
    """What a person keeps, by name."""
    rows = connection.execute(
        "SELECT id, name, address FROM people.saved_view WHERE person = %s"
        " ORDER BY lower(name), id",
        (person,),
    )
    return [SavedView(*row) for row in rows]


def drop_view(connection: Connection, person: str, view: int) -> None:
    """Let a view go; nothing where it is not there or another's."""
    connection.execute(
        "DELETE FROM people.saved_view WHERE id = %s AND person = %s", (view, person)
    )
