"""What a refusal is: its code, its sentence, and the catalogue they are all entered in.

The refusals themselves are in refusals, and in a file of their own for each larger subject.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

import msgspec


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing wrong: where (``entries[3].value``, or "" for the whole), its code, a sentence."""

    field: str
    code: str
    detail: str


_BY_CODE: dict[str, type["Refusal"]] = {}  # filled as each class is made


class Refusal(Exception):
    """The request is refused by a rule.

    ``again_in`` is after how many seconds it may be tried again, of what may be.
    """

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in vars(cls) and _BY_CODE.setdefault(cls.code, cls) is not cls:
            raise TypeError(f"two refusals share the code {cls.code!r}")

    def __init__(
        self,
        detail: str = "",
        *,
        field: str = "",
        errors: tuple[FieldProblem, ...] = (),
        again_in: int = 1,
    ) -> None:
        self.detail = detail or sentence(type(self))
        self.field = field
        self.again_in = again_in
        self.errors = errors or (FieldProblem(field, self.code, self.detail),)
        super().__init__(self.detail)


@contextmanager
def named_as(names: Mapping[str, str]) -> Iterator[None]:
    """Have what is refused meanwhile name its fields as whoever asked wrote them."""
    try:
        yield
    except Refusal as refusal:
        field = names.get(refusal.field, refusal.field)
        raise type(refusal)(refusal.detail, field=field) from None


class DutyRefusal(Refusal):
    """This person may not do this here.

    Refusals of a duty or role matter to an auditor, so each is itself recorded as an event.
    """


def sentence(refusal: type[Refusal]) -> str:
    """The default sentence of a refusal: the first paragraph of its docstring, on one line."""
    first = (refusal.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(first.split())


def all_refusals() -> dict[str, type[Refusal]]:
    """Every refusal by its code, in order of code: all of them once ``refusals`` is imported.

    A class without a code of its own only groups others and is not listed.
    """
    return dict(sorted(_BY_CODE.items()))
