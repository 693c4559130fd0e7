"""What a text that names nothing was meant to be, so that its refusal can say so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ledger.loading.slips import CODES, NAMES, Slips, Spelt
from policies.texts import cut, plain_name

Titles = Callable[[], Mapping[str, str]]  # by code; asked for once a row is refused


class Near(NamedTuple):
    """The code that a text comes near to. ``is_name``: the text is what goes by that code.

    ``spelt`` is the name that the text is a slip of; "" where it is none.
    """

    code: str
    is_name: bool
    spelt: str = ""

    @property
    def asked(self) -> str:
        """The end of a sentence that asks whether it was meant."""
        return f": did you mean {self.code}{f' ({cut(self.spelt)})' if self.spelt else ''}?"


class Meant:
    """Codes by what they are called, without regard to case and blanks.

    Gathered when the first text is looked up: most files name nothing that is not there.
    A slip of a code is known; of a name it is where there are ``slips_of_names``.
    """

    def __init__(self, names: Titles, *, slips_of_names: bool = False) -> None:
        self._names = names
        self._slips_of_names = slips_of_names
        self._near: dict[str, set[Near]] | None = None
        self._slips = Slips(())

    def of(self, text: str) -> Near | None:
        """What a text comes near to; None where that is nothing, or several."""
        if self._near is None:
            names = self._names()
            self._near = _gathered(names.items())
            self._slips = Slips(_spelt(names, self._slips_of_names))
        found = self._near.get(plain_name(text))
        if found:
            return next(iter(found)) if len({near.code for near in found}) == 1 else None
        slip = self._slips.of(text)
        if slip is None:
            return None
        return Near(slip.code, False, slip.spelling if slip.spelling != slip.code else "")


def _spelt(names: Mapping[str, str], of_names: bool) -> Iterator[Spelt]:
    """What a slip may be of."""
    for code, name in names.items():
        yield Spelt(code, code, NAMES if of_names else CODES)  # in the column of both
        if of_names and name != code:
            yield Spelt(code, name, NAMES)


def _gathered(names: Iterable[tuple[str, str]]) -> dict[str, set[Near]]:
    near: dict[str, set[Near]] = {}
    for code, name in names:
        near.setdefault(plain_name(code), set()).add(Near(code, is_name=False))
        if plain_name(name) != plain_name(code):
            near.setdefault(plain_name(name), set()).add(Near(code, is_name=True))
    return near
