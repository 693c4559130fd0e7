"""What was shown once is shown again, byte for byte, whatever has been recorded since."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from journeys.later import A, much_happens
from services import HOME, Served, serving_demonstration

from http_api.demonstration.script import AGREEMENT

PAGE = f"/agreements/{AGREEMENT}"
INDICATOR = "FirstYJS"
HTML = {"Accept": "text/html"}
LASTING = re.compile(r'href="([^"]+)">Lasting link to exactly this view')
THEN, DAY_BEFORE = "2025-01-31", "2025-01-30"
CLOCKS = ("known_at", "policy_at")
BETWEEN = ("/diff", "/difference")
DIFFERENCE = ("from", "to", "policy_from", "policy_to")
AUDIT = (
    "",
    "/events",
    f"/events?indicator={INDICATOR}&kind=values&order=oldest",
    "/events?actor=signoff.youth&from=2025-01-01&until=2026-12-31",
    "/events/220",
    "/refusals",
    "/roles",
    "/rules",
    f"/rules?indicator={INDICATOR}",
)
MANY = 2_000
PAIR = f"across={INDICATOR}&up=HospAd0-14&over=period"


class Kept(NamedTuple):
    """What was answered when it was asked, by address, and what is answered now."""

    before: dict[str, httpx.Response]
    after: dict[str, httpx.Response]
    events: int  # that were recorded in between


@pytest.fixture(scope="module")
def demonstration(made_demonstration: Path) -> Iterator[Served]:
    """A demonstration that may be changed."""
    with serving_demonstration(made_demonstration) as (served, _):
        yield served


@pytest.fixture(scope="module")
def kept(demonstration: Served, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    addresses = [
        *every_address(demonstration),
        *(lasting_link(demonstration, page) for page in pages(demonstration) if ".csv" not in page),
    ]
    before = {each: ask(demonstration, each) for each in addresses}
    head = demonstration.head
    moved = much_happens(demonstration, Path(tmp_path_factory.mktemp("later")))
    after = {each: ask(demonstration, each) for each in addresses}
    return Kept(before, after, moved - head)


def ask(service: Served, address: str) -> httpx.Response:
    """As the auditor, but for what only whoever chases may see; pages as a browser asks."""
    headers = {} if address.startswith("/api/") else HTML
    person = "performance.officer" if f"{A}/tasks" in address else "auditor"
    return service.caller(person).get(address, headers=headers)


def first_load(service: Served) -> str:
    return str(service.caller("auditor").get(f"{A}/loads").json()["loads"][-1]["load"])


def pages(service: Served) -> list[str]:
    """Every page an agreement has, at now."""
    load = first_load(service)
    return [
        "/",
        "/help",
        PAGE,
        f"{PAGE}?period=FY2022&area=E10000013",
        f"{PAGE}/indicators/{INDICATOR}",
        f"{PAGE}/indicators/{INDICATOR}?events=200",
        f"{PAGE}/indicators/{INDICATOR}/why?period=CY2022&area={HOME}",
        f"{PAGE}/indicators/HospAd0-14/why?period=FY2024&area={HOME}",
        f"{PAGE}/indicators/{INDICATOR}/proof?period=CY2022&area={HOME}",
        f"{PAGE}/changes?from={DAY_BEFORE}",
        f"{PAGE}/changes.csv?from={DAY_BEFORE}",
        f"{PAGE}/restatements",
        f"{PAGE}/charts?outcome=safe-from-injury",
        f"{PAGE}/cube?rows=outcome&measure=status&totals=true",
        f"{PAGE}/pairs?{PAIR}",
        f"{PAGE}/drill-down?indicator={INDICATOR}",
        *(f"{PAGE}/audit{part}" for part in AUDIT),
        f"{PAGE}/loads",
        f"{PAGE}/loads/{load}",
    ]


def every_address(service: Served) -> list[str]:
    """Pages, downloads and every question of the API, under all four pairs of clocks."""
    load, head = first_load(service), service.head
    of_pages = [*pages(service), f"{PAGE}/indicators/{INDICATOR}/chart.svg?area={HOME}"]
    downloads = [f"{PAGE}/loads/{load}/{part}" for part in ("rows.csv", "file")]
    downloads += [f"{PAGE}/audit/{part}" for part in ("checkpoint.txt", "events/5/receipt.json")]
    asked = [*of_pages, *downloads, *(filled(path, load) for path in questions(service))]
    now = f"position:{head}"
    pairs = [(THEN, THEN), (THEN, now), (now, THEN), (now, now), ("2024-12-01", "2024-12-01")]
    return [at(address, *pair) for address in asked for pair in pairs]


def at(address: str, known_at: str, policy_at: str) -> str:
    """An address with its clocks; a difference has a moment to start from, and these at its end."""
    clocks = f"known_at={known_at}&policy_at={policy_at}"
    if address.endswith("/diff"):
        clocks = f"from={DAY_BEFORE}&to={known_at}&policy_to={policy_at}"
    if address.endswith("/difference"):  # of a place in a group, which was not known the day before
        clocks = f"from={known_at}&to={known_at}&policy_from={policy_at}&policy_to={policy_at}"
    return f"{address}{'&' if '?' in address else '?'}{clocks}"


def lasting_link(service: Served, page: str) -> str:
    """Where the foot of a page at now leads."""
    found = LASTING.search(ask(service, page).text)
    assert found is not None, page
    return unescape(found[1])


def document(service: Served) -> dict[str, Any]:
    found: dict[str, Any] = service.caller().get("/schema/openapi.json").json()
    return found


def questions(service: Served) -> dict[str, dict[str, Any]]:
    """Every question about an agreement that the API has, from its own description."""
    return {
        path: item["get"]
        for path, item in document(service)["paths"].items()
        if "get" in item and (path.startswith("/api/v1/agreements") or path.endswith("/events"))
        if "{attachment}" not in path  # a file is the same whenever it is asked for
    }


SETTLED = ("{load}", "{position}", "{number}")
# Of one moment for ever, whatever clock finds them: that of the rehearsal, that of the decision.
PINNED = ("/rehearsal", "/memorandum")


def filled(path: str, load: str) -> str:
    """A question as it is asked of the demonstration."""
    known = {
        "agreement": AGREEMENT,
        "indicator": INDICATOR,
        "load": load,
        "position": 5,
        "number": 1,
    }
    needed = {"/why": "period=CY2022", "/pairs": PAIR}
    filled = path.format(**known)
    return next(
        (f"{filled}?{asked}" for end, asked in needed.items() if path.endswith(end)), filled
    )


def test_every_question_takes_both_clocks_and_says_which_it_used(demonstration: Served) -> None:
    load, head = first_load(demonstration), demonstration.head
    asked = questions(demonstration)
    assert 12 <= len(asked)
    for path, question in asked.items():
        taken = {parameter["name"] for parameter in question["parameters"]}
        clocks = DIFFERENCE if path.endswith(BETWEEN) else CLOCKS
        assert {*clocks, "min_position"} <= taken, path
        answer = ask(demonstration, at(filled(path, load), f"position:{head}", THEN))
        if path.endswith("/absent"):  # nothing was declared complete
            continue
        assert 200 == answer.status_code, answer.text
        if path.endswith(PINNED):
            continue
        if answer.headers["content-type"] == "application/json":
            used = answer.json()["to" if path.endswith(BETWEEN) else "clocks"]
            assert head == used["known_position"]
            assert 0 < used["policy_position"] < head
            assert not used["is_now"]


def test_thousands_of_events_change_nothing_that_was_shown(kept: Kept) -> None:
    assert MANY <= kept.events
    assert 80 < len(kept.before)
    answered = {answer.status_code for answer in kept.before.values()}
    assert {200, 400, 404} == answered, answered  # nothing yet, or clocks that go back
    moved = [
        address
        for address, before in kept.before.items()
        if (before.status_code, before.content)
        != (kept.after[address].status_code, kept.after[address].content)
    ]
    assert [] == moved


def test_what_is_answered_now_is_another(demonstration: Served, kept: Kept) -> None:
    """Else the test above would show nothing."""
    then = f"position:{demonstration.head - kept.events}"
    for path in questions(demonstration):
        if any(part in path for part in SETTLED):  # in which nothing changed
            continue
        asked = filled(path, "")
        before = kept.before[at(asked, then, then)].json()
        after = ask(demonstration, at(asked, "now", "now")).json()
        assert said(before) != said(after), path


def said(answer: dict[str, Any]) -> dict[str, Any]:
    """All but the clocks."""
    return {name: told for name, told in answer.items() if name not in {"clocks", "from", "to"}}
