"""What a text that names nothing was meant to be, so that its refusal can say so."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from policies.texts import plain_name

Titles = Callable[[], Mapping[str, str]]  # by code; asked for once a row is refused


class Near(NamedTuple):
    """The code that a text comes near to. ``is_name``: the text is what goes by that code."""

    code: str
    is_name: bool


class Meant:
    """Codes by what they are called, without regard to case and blanks.

    Gathered when the first text is looked up: most files name nothing that is not there.
    """

    def __init__(self, names: Titles) -> None:
        self._names = names
        self._near: dict[str, set[Near]] | None = None

    def of(self, text: str) -> Near | None:
        """What a text comes near to; None where that is nothing, or several."""
        if self._near is None:
            self._near = _gathered(self._names().items())
        found = self._near.get(plain_name(text), set())
        return next(iter(found)) if len({near.code for near in found}) == 1 else None


def _gathered(names: Iterable[tuple[str, str]]) -> dict[str, set[Near]]:
    near: dict[str, set[Near]] = {}
    for code, name in names:
        near.setdefault(plain_name(code), set()).add(Near(code, is_name=False))
        if plain_name(name) != plain_name(code):
            near.setdefault(plain_name(name), set()).add(Near(code, is_name=True))
    return near
