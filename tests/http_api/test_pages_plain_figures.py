"""Figures in tables: which period each is of, as many decimals as their own, and plain words."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
import pytest
from browser.built import BuiltReader
from browser.judged import CODE
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, CUBE, PAGES, SCORECARD, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.comparator_words import median_of, standing_words
from http_api.pages.comparators import Asked, comparators_page, comparators_strip
from http_api.pages.cube import cube_page
from http_api.pages.reader import ClocksAsked
from http_api.shapes import TRAVELS
from projections.comparator_answers import Comparators, Standing
from projections.cube_answers import Cube
from projections.reading.cube_asked import CubeAsked

NOW = ClocksAsked()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def test_where_periods_differ_each_figure_of_a_cube_names_its_own(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, CUBE)
    (first, *_) = page.one("tbody").every("tr")

    periods = {each.text for each in page.every("span", cls="app-cube__period")}
    assert len(periods) > 1
    assert len(first.every("td")) == len(first.every("span", cls="app-cube__period"))
    assert "The period of all of them is" not in page.text


def test_where_all_figures_of_a_cube_are_of_one_period_it_is_named_once() -> None:
    class OfOne(BuiltReader):
        def cube(self, agreement: str, asked: ClocksAsked, laid_out: CubeAsked) -> Cube:
            answer = super().cube(agreement, asked, laid_out)
            return msgspec.structs.replace(answer, rows=answer.rows[:1])

    page = parsed(cube_page(OfOne(), NOW, CODE, CubeAsked()))
    assert [] == page.every("span", cls="app-cube__period")
    assert 1 == page.text.count("The period of all of them is")


def test_what_is_worked_out_of_figures_has_their_decimals_and_one_more_between_two() -> None:
    class Between(BuiltReader):
        def comparators(self, *asked: object, **named: object) -> Comparators:
            answer = super().comparators(*asked, **named)  # type: ignore[arg-type]
            return msgspec.structs.replace(
                answer, median="23.6543", quartiles=("20.1034", "23.6543", "25.9876")
            )

    asked = Asked(clocks=NOW)
    about = Between().indicator(CODE, "absence", NOW)
    assert 1 == about.definition.decimals
    page, _, _ = comparators_page(Between(), asked, CODE, "absence").partition('id="working"')
    assert "20.1, 23.65 and 25.99" in page
    for exact in ("23.654", "20.10", "25.98"):
        assert exact not in page
    strip = comparators_strip(Between(), asked, CODE, "absence")
    assert ("23.65", Decimal("23.6543")) == (strip.median_shown, strip.median)
    standing = Standing(value="21.0", rank=1, quartile=1, ranked=38, median="23.65")
    assert standing_words(standing, "%", 1).endswith("median 23.65")


@pytest.mark.parametrize(
    ("median", "value", "shown"),
    [
        ("12.0", "16", "12"),
        ("14.5", "16", "14.5"),
        ("14.25", "16.0", "14.25"),
        ("7.1", None, "7.1"),
    ],
)
def test_the_median_of_a_league_is_written_as_the_value_beside_it(
    median: str, value: str | None, shown: str
) -> None:
    league = BuiltReader().league(CODE, NOW, group=None, area=None)
    row = msgspec.structs.replace(league.rows[0], median=median, value=value)
    assert shown == median_of(row)


def test_pairs_of_different_periods_say_so_and_which_each_figure_is_of(
    client: TestClient[Litestar],
) -> None:
    page, over_time = (visit(client, PAGES[name]) for name in ("pairs", "pairs over periods"))
    first, second, *_ = page.one("table", cls="app-table--against").one("tbody").every("tr")

    assert "Not all are of the same period: each is the latest of its area" in page.text
    assert ["Q3 2024/25", "2024/25"] == periods_in(first)
    assert ["Q4 2024/25", "2024/25"] == periods_in(second)
    assert "Not all are of the same period" not in over_time.text
    assert [] == periods_in(over_time)


def periods_in(part: Element) -> list[str]:
    return [each.text for each in part.every("span", cls="app-cube__period")]


def test_better_and_worse_are_said_first_and_no_arrow_contradicts_a_figure(
    client: TestClient[Litestar],
) -> None:
    told = [
        each for each in visit(client, BOARD).every("span", cls="app-travel") if each.every("svg")
    ]
    assert {"improving", "worsening"} <= {each.text for each in told}
    drawn = {each.text: each.one("path")["d"] for each in told}
    for code in ("improving", "worsening"):
        assert TRAVELS[code].path == drawn[code]
        assert drawn[code] not in {TRAVELS["increasing"].path, TRAVELS["decreasing"].path}


@pytest.mark.parametrize(
    ("path", "said"),
    [(CUBE, "are called a cube."), (SCORECARD, "Such a group is called a basket.")],
)
def test_a_word_of_the_trade_is_explained_where_it_is_used(
    client: TestClient[Litestar], path: str, said: str
) -> None:
    first = visit(client, path).one("main").every("p", cls="govuk-body")[0]
    assert first.text.endswith(said)
