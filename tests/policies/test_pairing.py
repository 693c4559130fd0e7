"""Whether two indicators go together."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.pairing import LEAST_PAIRS, correlation

NUMBERS = st.decimals(-1000, 1000, places=2)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=LEAST_PAIRS, max_size=20)


def pairs(*told: tuple[str, str]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(across), Decimal(up)) for across, up in told]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (pairs(("1", "2"), ("2", "4"), ("3", "6"), ("4", "8"), ("5", "10")), Decimal("1.00")),
        (pairs(("1", "9"), ("2", "7"), ("3", "5"), ("4", "3"), ("5", "1")), Decimal("-1.00")),
        (pairs(("1", "1"), ("2", "3"), ("3", "2"), ("4", "5"), ("5", "4")), Decimal("0.80")),
        (pairs(("1", "1"), ("2", "3"), ("3", "2"), ("4", "5")), "too-few"),
        (pairs(*[("1", str(n)) for n in range(5)]), "all-alike"),
        ([], "too-few"),
    ],
)
def test_examples(told: list[tuple[Decimal, Decimal]], expected: Decimal | str) -> None:
    assert expected == correlation(told)


@given(PAIRS)
def test_it_lies_between_minus_one_and_one_and_has_no_sides(
    told: list[tuple[Decimal, Decimal]],
) -> None:
    found = correlation(told)
    assert found == correlation([(up, across) for across, up in told])
    assert found == correlation(told[::-1])
    if isinstance(found, Decimal):
        assert abs(found) <= 1
        assert -found == correlation([(across, -up) for across, up in told])
        assert found == correlation([(across * 3 + 7, up) for across, up in told])
