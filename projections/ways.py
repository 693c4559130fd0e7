"""How the status of a cell moved between two moments, and what a reader wants to know first."""

from enum import StrEnum

from policies.rag import Status

_RANKS = {status.value: rank for rank, status in enumerate(Status)}  # best first
_WORST = len(_RANKS) - 1


class Way(StrEnum):
    """Which way a status moved, in the order in which a reader wants to know."""

    WORSE = "worse"
    BETTER = "better"
    OTHERWISE = "otherwise"  # to or from none, or from one reason for none to another
    NONE = "none"


def way_of(before: str | None, after: str | None) -> Way:
    """Which way a cell moved, by its status or its reason for none; None is neither value nor
    target, and that such a cell came or went without a status is no way it moved."""
    was, now = _RANKS.get(before or ""), _RANKS.get(after or "")
    if before == after:
        return Way.NONE
    if was is not None and now is not None:
        return Way.WORSE if now > was else Way.BETTER
    judged = was is not None or now is not None
    return Way.OTHERWISE if judged or (before and after) else Way.NONE


def weight_of(before: str | None, after: str | None) -> tuple[int, int]:
    """What cells are sorted by, the weightiest first.

    By the way they moved, and where that is neither for better nor for worse, by how bad the
    status is that they came to.
    """
    way = way_of(before, after)
    bad = _RANKS.get(after or "", -1) if way is Way.OTHERWISE else _WORST
    return [*Way].index(way), _WORST - bad
