"""Who asks for the page that is being drawn: what every page's head shows of them.

A page is drawn by one request; its guard sets this, and drawing reads it. Nothing else does: what
a page shows beneath its head it is given by name.
"""

from contextvars import ContextVar

import msgspec

from ledger.accounts import PUBLIC, Visitor
from policies.permissions import Action


class Asking(msgspec.Struct, frozen=True):
    """The visitor, how many tasks wait for them (None where no role of theirs is one that tasks
    are for), and whether they take part in the agreement that the page is about.

    ``may`` are what they may do somewhere in that agreement today. ``then`` is the clocks that the
    address names, as its query says them; "" where it names none. ``tasked`` is whether they held
    a role that tasks are for at that moment, which no role given since changes.
    """

    visitor: Visitor = PUBLIC
    tasks: int | None = None
    inside: bool = False
    may: frozenset[Action] = frozenset()
    then: str = ""
    tasked: bool = False


NOBODY = Asking()
ASKING: ContextVar[Asking] = ContextVar("asking", default=NOBODY)
