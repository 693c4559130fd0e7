"""Everything wrong with a set-up, gathered so that a person can mend it in one go."""

from collections.abc import Iterable
from difflib import get_close_matches

from policies.refusals import BadSetup, FieldProblem, Refusal, Sealed

MOST_CHOICES = 12  # named in one sentence


class Place(str):
    """Where in the set-up something stands, in words: ``[[indicators]] CPP_rate``.

    ``path`` is the same for programs: ``indicators[CPP_rate]``.
    """

    path: str

    def __new__(cls, words: str, path: str) -> "Place":
        place = super().__new__(cls, words)
        place.path = path
        return place


class Problems:
    """A list of problems that grows while a set-up is read. Owned by one reading."""

    def __init__(self) -> None:
        self.found: list[FieldProblem] = []

    def add(self, place: Place, key: str, sentence: str, kind: type[Refusal] = BadSetup) -> None:
        """Note what is wrong with a key of an entry; key "" is the entry as a whole."""
        field = f"{place.path}.{key}" if key else place.path
        where = f"{place}, {key}" if key else str(place)
        self.found.append(FieldProblem(field, kind.code, f"{where}: {sentence}"))

    def refusal(self) -> Refusal:
        """The refusal of the set-up, with everything found. Something must have been.

        Sealed, where nothing is wrong but that the agreement is sealed; else BadSetup.
        """
        only_sealed = all(problem.code == Sealed.code for problem in self.found)
        kind = Sealed if only_sealed else BadSetup
        detail = self.found[0].detail
        if len(self.found) > 1:
            detail = f"{len(self.found)} things in the set-up are wrong. The first: {detail}"
        return kind(detail, field=self.found[0].field, errors=tuple(self.found))


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the known word closest to a wrong one; "" when none is close."""
    close = get_close_matches(word, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def one_of(known: Iterable[str]) -> str:
    """The allowed words as a list for a sentence, cut short when there are many."""
    words = list(known)
    listed = ", ".join(words[:MOST_CHOICES])
    return listed if len(words) <= MOST_CHOICES else f"{listed} … ({len(words)} in all)"
