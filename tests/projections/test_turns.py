"""Which way a status moved, and what a reader wants to know first."""

from itertools import product

import pytest

from policies.cell import NoStatus
from policies.rag import Status
from projections.turns import Turn, turn_of, weight_of

WORDS = (None, *Status, *NoStatus)


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        ("green", "red", Turn.WORSE),
        ("exceeding", "green", Turn.WORSE),
        ("red", "amber", Turn.BETTER),
        ("red", "red", Turn.NONE),
        ("not-due", "red", Turn.OTHERWISE),
        ("green", "overdue", Turn.OTHERWISE),
        ("not-due", "overdue", Turn.OTHERWISE),
        (None, "green", Turn.OTHERWISE),
        ("amber", None, Turn.OTHERWISE),
        (None, "no-target", Turn.NONE),
        ("overdue", None, Turn.NONE),
        (None, None, Turn.NONE),
    ],
)
def test_a_status_turns(before: str | None, after: str | None, turn: Turn) -> None:
    assert turn is turn_of(before, after)


def test_worse_comes_first_then_better_then_what_is_red_now_and_the_rest() -> None:
    ordered = sorted(product(WORDS, WORDS), key=lambda move: weight_of(*move))
    turns = [turn_of(*move) for move in ordered]
    assert sorted(turns, key=[*Turn].index) == turns
    came_to = [after for before, after in ordered if turn_of(before, after) is Turn.OTHERWISE]
    assert [*reversed(Status)] == [one for one in dict.fromkeys(came_to) if one in set(Status)]
    none = [one not in set(Status) for one in came_to]
    assert sorted(none) == none
