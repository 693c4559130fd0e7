"""Small charts beside one another: their scales, words, tables and files."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from browser.built import BuiltReader
from browser.indicators import INDICATORS
from browser.parsed import Element
from browser.serving import create
from browser.visiting import BOARD, CHARTS, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.charts import levels_of
from http_api.pages.multiples import small_chart
from http_api.pages.reader import ClocksAsked

SCHOOL = f"{CHARTS}?outcome=school"
SHARED = f"{SCHOOL}&scales=shared"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def pictures(page: Element) -> list[str]:
    """The addresses of the small charts of a page."""
    return [each.one("img")["src"] for each in page.every("figure", cls="app-multiple")]


def words(client: TestClient[Litestar], address: str) -> str:
    """Everything a picture says."""
    answer = client.get(address)
    assert (200, "image/svg+xml") == (answer.status_code, answer.headers["content-type"])
    root = ElementTree.fromstring(answer.text)  # noqa: S314 - our own picture
    return " ".join(" ".join(root.itertext()).split())


def test_every_indicator_has_a_small_chart_under_its_outcome(client: TestClient[Litestar]) -> None:
    page = visit(client, CHARTS)

    assert len(INDICATORS) == len(pictures(page))
    mine = [each for each in INDICATORS if each.outcome == "school"]
    assert [each.code for each in mine] == [
        picture.split("/indicators/")[1].split("/")[0]
        for picture in pictures(visit(client, SCHOOL))
    ]


def test_a_small_chart_has_words_for_those_who_cannot_see_it_and_its_figures(
    client: TestClient[Litestar],
) -> None:
    (figure, *_) = visit(client, SCHOOL).every("figure", cls="app-multiple")
    table = figure.one("table")

    assert "Line chart of Pupils missing a tenth" in figure.one("img")["alt"]
    assert ["Period", "Value", "Target", "Status"] == [
        head.text for head in table.every("th", scope="col")
    ]
    assert 16 == len(table.every("th", scope="row"))
    assert "Q4 2024/25: 21.0%" in figure.text


def test_pictures_are_fetched_as_they_come_into_view(client: TestClient[Litestar]) -> None:
    images = visit(client, CHARTS).every("img")

    assert {"lazy"} == {image["loading"] for image in images}


def test_a_picture_alone_tells_its_title_unit_area_moment_and_source(
    client: TestClient[Litestar],
) -> None:
    said = words(client, pictures(visit(client, SCHOOL))[0])

    for part in ("Pupils missing a tenth", "%, Warwickshire, as known on", "Source:", "Target"):
        assert part in said


def test_charts_of_a_unit_share_a_scale_where_that_is_chosen_and_each_says_so(
    client: TestClient[Litestar],
) -> None:
    own, shared = visit(client, SCHOOL), visit(client, SHARED)
    first, second, points = pictures(shared)

    assert "Each chart has its own scale" in own.text
    assert "On the same scale: %." in shared.text
    assert first.partition("low=")[2] == second.partition("low=")[2] != ""
    assert "low=" not in points, "there is no other of its unit"
    note = "Drawn on the same scale"
    assert note in words(client, first)
    assert note not in words(client, pictures(own)[0])


def test_a_shared_scale_reaches_from_the_least_to_the_greatest_of_its_charts() -> None:
    answer = BuiltReader().series_of_area(
        "warwickshire", ClocksAsked(), outcome="school", area=None
    )
    for one in answer.indicators:
        found = levels_of(small_chart(answer, one, "today"))
        shown = [row.judged for row in one.rows if row.judged is not None]

        assert found is not None
        low, high = found
        assert low <= min(map(type(low), shown)) <= max(map(type(low), shown)) <= high


def test_a_scale_that_is_no_number_is_refused(client: TestClient[Litestar]) -> None:
    address = f"{BOARD}/indicators/gld/chart.svg?size=small&low=0&high=much"

    assert 422 == client.get(address).status_code


def test_the_board_leads_to_the_charts_of_each_outcome(client: TestClient[Litestar]) -> None:
    leads = [link["href"] for link in visit(client, BOARD).every("a") if "charts" in link["href"]]

    outcomes = {each.outcome for each in INDICATORS}
    assert len(outcomes) <= len(leads)
    assert f"{CHARTS}?outcome=school&area=E10000031" in leads


def test_an_outcome_nobody_knows_has_no_charts(client: TestClient[Litestar]) -> None:
    assert "There are no indicators here" in visit(client, f"{CHARTS}?outcome=none").text
