"""What a browser sees when something is wrong."""

from collections.abc import Iterator

import pytest
from browser.parsed import parsed
from browser.serving import create
from browser.visiting import BOARD, INDICATOR
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.errors import error_page

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/agreements/nowhere", 404, "There is no agreement nowhere."),
        (f"{BOARD}/indicators/nothing", 404, "There is no indicator nothing."),
        (f"{INDICATOR}/why", 400, "The request cannot be read as it is."),
    ],
)
def test_an_error_is_a_page_that_says_what_and_where_to_go(
    client: TestClient[Litestar], path: str, status: int, says: str
) -> None:
    answer = client.get(path, headers=BROWSER)
    page = parsed(answer.text)

    assert status == answer.status_code
    assert says in page.one("main").text
    assert "/" == page.one("main").one("a")["href"]
    assert 1 == len(page.every("h1"))
    assert page.one("title").text.endswith(" – Outturn")


def test_what_was_not_known_then_may_be_known_now(client: TestClient[Litestar]) -> None:
    address = f"{BOARD}/indicators/nothing?area=E07000220"
    answer = client.get(f"{address}&known_at=2025-01-31", headers=BROWSER)
    links = {link.text: link["href"] for link in parsed(answer.text).one("main").every("a")}

    assert 404 == answer.status_code
    assert address == links["Show this page at now"]


def test_at_now_no_other_moment_is_offered(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{BOARD}/indicators/nothing", headers=BROWSER)

    assert "Show this page at now" not in answer.text


def test_a_program_gets_a_problem_document(client: TestClient[Litestar]) -> None:
    answer = client.get("/agreements/nowhere", headers={"Accept": "application/json"})

    assert "application/problem+json" == answer.headers["content-type"]
    assert "/problems/unknown-agreement" == answer.json()["type"]


def test_an_error_page_keeps_status_and_headers() -> None:
    answer = error_page(503, "Away", "The database cannot be reached.", {"Retry-After": "1"})

    assert 503 == answer.status_code
    assert "1" == answer.headers["Retry-After"]
    assert "Error 503" in answer.content


def test_what_somebody_wrote_is_never_taken_for_html() -> None:
    answer = error_page(404, "<script>", "<img src=x onerror=alert(1)>")

    assert "<script>" not in answer.content
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer.content
