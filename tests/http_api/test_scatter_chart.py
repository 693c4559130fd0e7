"""Two indicators against each other: what the axes and the names of the points hold to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_api.pictures import WIDTH, Size
from http_api.scatter_chart import Dot, Scatter, specify

FIGURES = st.decimals(-1000, 1000, places=2)


def scatter(*pairs: tuple[Decimal, Decimal]) -> Scatter:
    return Scatter(
        title="Homes against jobs",
        subtitle="2023/24",
        across="Homes",
        up="Jobs",
        source="",
        decimals=(2, 2),
        dots=tuple(
            Dot(name=f"Area {n}", across=across, up=up) for n, (across, up) in enumerate(pairs)
        ),
        joined=False,
    )


@given(st.lists(st.tuples(FIGURES, FIGURES), min_size=1), st.sampled_from([*WIDTH]))
def test_every_point_lies_within_the_axes(pairs: list[tuple[Decimal, Decimal]], size: Size) -> None:
    axes = specify(scatter(*pairs), size)["encoding"]
    for axis, figures in zip("xy", zip(*pairs, strict=True), strict=True):
        low, high = axes[axis]["scale"]["domain"]
        assert low <= min(figures)
        assert max(figures) <= high
        assert low < high


def test_an_axis_of_figures_that_are_never_below_nought_does_not_begin_there() -> None:
    axes = specify(scatter((Decimal(3), Decimal(-1)), (Decimal(900), Decimal(5))), "wide")
    (x, _), (y, _) = (axes["encoding"][axis]["scale"]["domain"] for axis in "xy")
    assert 0 == x
    assert y < -1


@pytest.mark.parametrize("size", WIDTH)
def test_points_that_are_all_alike_have_room_about_them(size: Size) -> None:
    axes = specify(scatter((Decimal(7), Decimal(0))), size)["encoding"]
    for axis, figure in (("x", 7), ("y", 0)):
        low, high = axes[axis]["scale"]["domain"]
        assert low <= figure < high
