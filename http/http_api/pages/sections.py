"""The pages of an agreement that every other page of it leads to, in one order."""

import re
from typing import NamedTuple

_PLACE = re.compile(r"/agreements/([^/]+)(?:/([^/]+))?")
_SECTIONS = (
    ("Board", ""),
    ("Charts", "charts"),
    ("Scorecard", "scorecard"),
    ("Exceptions", "exceptions"),
    ("Stages", "escalations"),
    ("Four-week rule", "examinations"),
    ("What lies behind", "drill-down"),
    ("Best and worst", "comparators"),
    ("Cube", "cube"),
    ("What changed", "changes"),
    ("Restatements", "restatements"),
    ("Change register", "amendments"),
    ("Reward", "rewards"),
    ("Enter figures", "entry-grid"),
    ("Sign off", "sign-off"),
    ("Collection", "collection"),
    ("Loads", "loads"),
    ("Bodies", "bodies"),
    ("People", "people"),
    ("Audit", "audit"),
)


class Section(NamedTuple):
    """A page of an agreement: what it is called, its path, and whether it is the one shown."""

    text: str
    path: str
    here: bool


def sections_of(path: str) -> tuple[Section, ...]:
    """The sections beside the page at a path; none where it is of no agreement."""
    found = _PLACE.match(path)
    if found is None:
        return ()
    base, shown = f"/agreements/{found[1]}", found[2] or ""
    return tuple(
        Section(text, f"{base}/{part}" if part else base, part == shown) for text, part in _SECTIONS
    )
