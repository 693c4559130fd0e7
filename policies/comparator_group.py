"""Whom an area is compared with: a named, versioned, ordered list of areas.

Whether the home area, the one the question is about, is one of them is a setting, and every answer
says which. Source: the rules of judgement, 11.
"""

from collections import Counter
from typing import Literal

import msgspec

from policies.refusals import BadSetup


class ComparatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a body compares: with the home area ``in`` the group, or ``out`` of it.

    In, it is ranked among the others and counts in the median and the quartile limits. Out, these
    are of the others alone, and the home area is placed beside them.
    """

    home: Literal["in", "out"] = "in"


class ComparatorGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A list of areas as published or chosen, in its own order, by their codes.

    ``version`` tells apart what one code meant at different times, such as two editions of a
    list of neighbours. The list is kept as it is, repeats and all.
    """

    code: str
    title: str
    version: str
    members: tuple[str, ...]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The areas that are compared, each once, in the group's order.

    ``repeated`` are those that the list names more than once. ``home_listed``: the list names the
    home area itself. ``includes_home``: it is one of ``areas``; where the list did not name it, it
    comes first.
    """

    areas: tuple[str, ...]
    includes_home: bool
    home_listed: bool
    repeated: tuple[str, ...]


def checked(group: ComparatorGroup) -> ComparatorGroup:
    """A group that has names and members, unchanged. Raises BadSetup naming the field.

    For the moment a group is given; one already recorded is taken as it is.
    """
    for field in ("code", "title", "version"):
        if not getattr(group, field).strip():
            raise BadSetup("A comparator group needs a code, a title and a version.", field=field)
    if not group.members:
        raise BadSetup("A comparator group needs at least one area.", field="members")
    if not all(map(str.strip, group.members)):
        raise BadSetup("An area of a comparator group has no code.", field="members")
    return group


def compared(group: ComparatorGroup, home: str | None, settings: ComparatorSettings) -> Compared:
    """The areas a group compares. Without a home area the setting changes nothing.

    An area counts once however often the list names it, since it would weigh double in the median.
    """
    once = tuple(dict.fromkeys(group.members))
    listed = home in once
    if home is None:
        areas, includes = once, False
    elif settings.home == "out":
        areas, includes = tuple(area for area in once if area != home), False
    else:
        areas, includes = once if listed else (home, *once), True
    return Compared(
        areas=areas, includes_home=includes, home_listed=listed, repeated=_repeated(group.members)
    )


def _repeated(members: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(area for area, times in Counter(members).items() if times > 1)
