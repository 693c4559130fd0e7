"""The parameters of addresses beside the API: pages hand them on, and files take no others."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from journeys.asking import refused
from journeys.walking import HTML
from services import Served

BOARD = "/agreements/county"
RENTS = f"{BOARD}/indicators/rents"
# Of the demonstration, which has figures for all of them.
PAGES = [
    "?",
    "/indicators/{one}?",
    "/indicators/{one}/proof?",
    "/indicators/{one}/comparators?",
    "/comparators?",
    "/cube?rows=indicator&columns=period&totals=true",
    "/pairs?across={one}&up={other}&over=period",
    "/charts?scales=shared",
    "/changes?from=2025-01-31",
    "/amendments/1?",
    "/audit?",
    "/audit/events/5?",
]
_FILE = re.compile(
    r'(?:href|src|srcset|data-src)="(/agreements/[^"?]*\.(?:csv|svg|json|txt)[^"]*)"'
)


@pytest.fixture(scope="module")
def files(demo_service: Served) -> list[str]:
    """The address of every file that a page leads to, with an area, a period and clocks chosen."""
    caller = demo_service.caller("auditor")
    rows = caller.get("/api/v1/agreements/warwickshire/status").json()["rows"]
    one, other = [row for row in rows if row["value"] and row["period"] == "FY2024"][:2]
    chosen = f"known_at=2099-01-01&policy_at=2099-01-01&area={one['area']}&period=FY2024"
    found: dict[str, None] = {}
    for page in PAGES:
        named = page.format(one=one["indicator"], other=other["indicator"])
        path = f"/agreements/warwickshire{named}&{chosen}"
        answer = caller.get(path, headers=HTML)
        assert 200 == answer.status_code, path
        found.update(dict.fromkeys(unescape(link) for link in _FILE.findall(answer.text)))
    return list(found)


def test_a_file_takes_all_that_its_page_hands_on(demo_service: Served, files: list[str]) -> None:
    names = {urlsplit(path).path.rsplit("/", 1)[1] for path in files}
    assert {"chart.svg", "cube.csv", "pairs.csv", "changes.csv", "comparators.csv", "table.csv",
            "effects.csv", "effects.svg", "checkpoint.txt", "receipt.json"} <= names  # fmt: skip
    for path in files:
        answer = demo_service.caller("auditor").get(path)
        assert 200 == answer.status_code, (path, answer.text)


def test_a_file_is_none_of_what_was_not_asked_for(service: Served) -> None:
    """Nothing in it says that it is of now."""
    caller = service.caller("performance")
    problem = refused(caller.get(f"{BOARD}/cube.csv?known_on=2025-01-31"), 400, "malformed")
    assert "known_on" == problem["errors"][0]["field"]
    assert "known_at is probably meant" in problem["detail"]
    twice = caller.get(f"{RENTS}/chart.svg?known_at=now&known_at=2025-01-31")
    assert "known_at" == refused(twice, 400, "malformed")["errors"][0]["field"]


@pytest.mark.parametrize("path", [BOARD, "/sign-in", "/help", "/"])
def test_a_page_lets_go_of_what_others_add(service: Served, path: str) -> None:
    answer = service.caller("performance").get(path, params={"utm_source": "a"}, headers=HTML)
    assert 200 == answer.status_code
