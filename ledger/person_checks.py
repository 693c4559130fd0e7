"""What an entry of a person may say: asked by every door through which people are entered."""

import re
from collections.abc import Callable, Collection, Mapping

from ledger.acts import OPERATOR
from ledger.person import Person
from policies.refusals_roles import BadPerson

LONGEST = 200  # characters of a name or an address
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")  # what the table of people takes, too
_EMAIL = re.compile(r"[^\s@]+@([^\s@]+)")  # and what is behind the @ has a point inside


def faults(given: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with an id, a name and an address, by field; what is no text is left alone."""
    told = {
        field: wrong_with(text)
        for field, wrong_with in _CHECKS.items()
        if isinstance(text := given.get(field), str)
    }
    return {field: sentence for field, sentence in told.items() if sentence}


def check_person(person: Person) -> None:
    """Refuse a person whose entry could not be used. Raises BadPerson."""
    entry = {"id": person.id, "name": person.name, "email": person.email}
    for field, sentence in faults(entry).items():
        raise BadPerson(sentence, field=field)


def check_address(person: Person, known: Mapping[str, Person]) -> None:
    """Refuse an e-mail address that somebody else has. Raises BadPerson.

    An address of two signs neither in, so whoever entered it a second time would shut the first
    out. Who had it before may keep it, and whose it is is not said.
    """
    address = person.email.lower()
    before = known.get(person.id)
    if before is not None and before.email.lower() == address:
        return
    if any(one.email.lower() == address for one in known.values() if one.id != person.id):
        raise BadPerson(
            "Somebody else is known by this e-mail address: enter one that is this person's alone.",
            field="email",
        )


def check_partner(person: Person, known: Mapping[str, Person], partners: Collection[str]) -> None:
    """Refuse to enter a person under a partner the agreement has not. Raises BadPerson.

    They may stay where they are: people of other agreements' partners take part in this one, too.
    """
    stays = person.id in known and known[person.id].partner == person.partner
    if person.partner and not stays and person.partner not in partners:
        listed = ", ".join(partners) or "none yet"
        raise BadPerson(
            f"{person.partner!r} is not one of the partners of the agreement: {listed}.",
            field="partner",
        )


def _wrong_with_id(text: str) -> str:
    if text == OPERATOR:
        return f"{OPERATOR} is whoever runs the command line: take another id."
    if _ID.fullmatch(text):
        return ""
    return (
        "An id has up to 63 small letters, digits, points, hyphens and underscores, a letter"
        " or digit first."
    )


def _wrong_with_name(text: str) -> str:
    if len(text) <= LONGEST and text.strip() and text.isprintable():
        return ""
    return f"A name has 1 to {LONGEST} characters."


def _wrong_with_email(text: str) -> str:
    if len(text) <= LONGEST and text.isprintable():
        found = _EMAIL.fullmatch(text)
        if found is not None and "." in found[1][1:-1]:
            return ""
    return "An e-mail address looks like ama.boateng@council.example."


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "id": _wrong_with_id,
    "name": _wrong_with_name,
    "email": _wrong_with_email,
}
