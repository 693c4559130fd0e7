"""The pages of an agreement that every other page of it leads to, by what a reader comes for."""

import re
from collections.abc import Set
from typing import NamedTuple

from policies.permissions import Access, Action

_PLACE = re.compile(r"/agreements/([^/]+)(?:/([^/]+))?(/.+)?")


class Place(NamedTuple):
    """A page: what it is called, where it is below the agreement, and for whom.

    It is shown to whoever has any of these rights: to read it or, where nothing is there for
    others, to act on it.
    """

    text: str
    part: str
    rights: frozenset[Access | Action] = frozenset({Action.READ})


_OPEN: frozenset[Access | Action] = frozenset({Access.ANYONE})
PLACES: dict[str, tuple[Place, ...]] = {
    "Results": (
        Place("Board", "", _OPEN),
        Place("Charts", "charts", _OPEN),
        Place("Scorecard", "scorecard"),
        Place("What lies behind", "drill-down"),
        Place("Reward", "rewards"),
    ),
    "Compare": (
        Place("Best and worst", "comparators"),
        Place("Figures side by side", "cube"),
        Place("Two indicators", "pairs"),
        Place("What changed", "changes"),
        Place("Restatements", "restatements"),
    ),
    "To do": (
        Place("Exceptions", "exceptions"),
        Place("Stages", "escalations"),
        Place("Four-week rule", "examinations"),
        Place("Change register", "amendments"),
        Place("Enter figures", "entry-grid", frozenset({Action.SUBMIT})),
        Place("Collection", "collection"),
    ),
    "Sign off": (Place("Sign off", "sign-off", frozenset({Action.SIGN_OFF})),),
    "Record": (
        Place("Loads", "loads"),
        Place("Bodies", "bodies"),
        Place("People", "people"),
        Place("Audit", "audit"),
    ),
}


class Section(NamedTuple):
    """A page to go to: what it is called and its path.

    ``here`` is the value of aria-current: "page" where it is the one shown, "true" where that one
    is below it, "" elsewhere.
    """

    text: str
    path: str
    here: str


class Group(NamedTuple):
    """Pages that answer one question."""

    text: str
    sections: tuple[Section, ...]

    @property
    def only(self) -> Section | None:
        """Its one page, to which it leads at once; None where there are several to choose from."""
        return self.sections[0] if len(self.sections) == 1 else None

    @property
    def here(self) -> bool:
        """Whether the page that is shown is one of these, or below one."""
        return any(section.here for section in self.sections)


def groups_of(path: str, may: Set[Access | Action]) -> tuple[Group, ...]:
    """The groups of pages beside the page at a path; none where it is of no agreement.

    ``may`` are the rights of whoever reads it: a group without a page for them is left out.
    """
    found = _PLACE.match(path)
    if found is None:
        return ()
    base, shown, below = f"/agreements/{found[1]}", found[2] or "", bool(found[3])
    here = "true" if below else "page"
    groups = (
        Group(
            text,
            tuple(
                Section(
                    place.text,
                    f"{base}/{place.part}" if place.part else base,
                    here if place.part == shown else "",
                )
                for place in places
                if not place.rights.isdisjoint(may)
            ),
        )
        for text, places in PLACES.items()
    )
    return tuple(group for group in groups if group.sections)
