"""Which way a status moved, and what a reader wants to know first."""

from itertools import product

import pytest

from policies.cell import NoStatus
from policies.rag import Status
from projections.ways import Way, way_of, weight_of

WORDS = (None, *Status, *NoStatus)


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("green", "red", Way.WORSE),
        ("exceeding", "green", Way.WORSE),
        ("red", "amber", Way.BETTER),
        ("red", "red", Way.NONE),
        ("not-due", "red", Way.OTHERWISE),
        ("green", "overdue", Way.OTHERWISE),
        ("not-due", "overdue", Way.OTHERWISE),
        (None, "green", Way.OTHERWISE),
        ("amber", None, Way.OTHERWISE),
        (None, "no-target", Way.NONE),
        ("overdue", None, Way.NONE),
        (None, None, Way.NONE),
    ],
)
def test_which_way_a_status_moves(before: str | None, after: str | None, way: Way) -> None:
    assert way is way_of(before, after)


def test_worse_comes_first_then_better_then_what_is_red_now_and_the_rest() -> None:
    ordered = sorted(product(WORDS, WORDS), key=lambda move: weight_of(*move))
    ways = [way_of(*move) for move in ordered]
    assert sorted(ways, key=[*Way].index) == ways
    came_to = [after for before, after in ordered if way_of(before, after) is Way.OTHERWISE]
    assert [*reversed(Status)] == [one for one in dict.fromkeys(came_to) if one in set(Status)]
    none = [one not in set(Status) for one in came_to]
    assert sorted(none) == none
