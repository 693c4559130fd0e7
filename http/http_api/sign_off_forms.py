"""What the forms of sign-off send: entries that were chosen, with the digests of what was shown."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from policies.standing import Assurance

MOST_CHOSEN = 1000
MOST_KEY = 64
ALL = "all"  # the button that goes on with everything that is shown

Sent = Mapping[str, Any]  # a field's value, or several


class Chosen(NamedTuple):
    """An entry that was chosen: of which indicator, its name, and the digest of what was seen.

    ``digest`` may be another word: in an address it says why an entry was not signed off.
    """

    indicator: str
    name: str
    digest: str

    @property
    def text(self) -> str:
        """It as a form sends it. Neither a name nor a digest has a space; a code may."""
        return f"{self.indicator} {self.name} {self.digest}"

    @property
    def place(self) -> tuple[str, str]:
        """Indicator and name."""
        return self.indicator, self.name


class SignOffForm(NamedTuple):
    """What somebody chose to sign off, how far they vouch for it, and the key it goes under."""

    chosen: tuple[Chosen, ...]
    assurance: str
    key: str

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """What is missing: the element it is about, and a sentence."""
        found = []
        if not self.chosen:
            found.append(("entries", "Choose at least one value to sign off."))
        if self.assurance not in set(Assurance):
            found.append(("assurance", "Say how far you vouch for the values."))
        return tuple(found)


class ReturnForm(NamedTuple):
    """The entry that somebody returns, why, and the key it goes under."""

    entry: Chosen
    reason: str
    key: str


class Recorded(NamedTuple):
    """What a form came to: the entries of indicators, and whether they were returned."""

    entries: tuple[tuple[str, str], ...]  # indicator and name
    returned: bool


def choice_of(sent: Sent) -> SignOffForm:
    """The form of the list: what is ticked, or all that is shown."""
    field = "shown" if sent.get("which") == ALL else "entry"
    return SignOffForm(chosen_in(_several(sent, field)), _one(sent, "assurance"), "")


def signing_of(sent: Sent) -> SignOffForm:
    """The form that signs."""
    chosen = chosen_in(_several(sent, "entry"))
    return SignOffForm(chosen, _one(sent, "assurance"), _key(sent))


def return_of(sent: Sent) -> ReturnForm | None:
    """The form that returns one entry; None where it names none."""
    chosen = chosen_in([_one(sent, "entry")])
    return ReturnForm(chosen[0], _one(sent, "reason"), _key(sent)) if chosen else None


def chosen_in(texts: Iterable[str]) -> tuple[Chosen, ...]:
    """The entries that texts name, each once; what names none is left out."""
    found: dict[tuple[str, str], Chosen] = {}
    for text in texts:
        parts = text.rsplit(" ", 2)
        if len(parts) == len(Chosen._fields) and all(parts):
            chosen = Chosen(*parts)
            found.setdefault(chosen.place, chosen)
    return tuple(found.values())[:MOST_CHOSEN]


def _several(sent: Sent, field: str) -> list[str]:
    value = sent.get(field, [])
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _one(sent: Sent, field: str) -> str:
    return next(iter(_several(sent, field)), "")


def _key(sent: Sent) -> str:
    key = _one(sent, "key")
    return key if key.isascii() and key.isalnum() and len(key) <= MOST_KEY else ""
