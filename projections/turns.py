"""How the status of a cell moved between two moments, and what a reader wants to know first."""

from enum import StrEnum

from policies.rag import Status

_RANKS = {status.value: rank for rank, status in enumerate(Status)}  # best first
_WORST = len(_RANKS) - 1


class Turn(StrEnum):
    """Which way a status moved, in the order in which a reader wants to know."""

    WORSE = "worse"
    BETTER = "better"
    OTHERWISE = "otherwise"  # to or from none, or from one reason for none to another
    NONE = "none"


def turn_of(before: str | None, after: str | None) -> Turn:
    """Which way a cell moved, by its status or its reason for none; None is neither value nor
    target, and that such a cell came or went without a status is no turn."""
    was, now = _RANKS.get(before or ""), _RANKS.get(after or "")
    if before == after:
        return Turn.NONE
    if was is not None and now is not None:
        return Turn.WORSE if now > was else Turn.BETTER
    judged = was is not None or now is not None
    return Turn.OTHERWISE if judged or (before and after) else Turn.NONE


def weight_of(before: str | None, after: str | None) -> tuple[int, int]:
    """What cells are sorted by, the weightiest first: by their turn, and where that is neither for
    better nor for worse, by how bad the status is that they came to."""
    turn = turn_of(before, after)
    bad = _RANKS.get(after or "", -1) if turn is Turn.OTHERWISE else _WORST
    return [*Turn].index(turn), _WORST - bad
