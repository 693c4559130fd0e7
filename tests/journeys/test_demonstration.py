"""The demonstration as people meet it: honest about what was known when."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from browser.parsed import parsed
from demonstration_stage import END, JANUARY, known, published, table
from services import (
    HOME,
    Served,
    at_home,
    copy_as_it_is,
    done_well,
    outturn,
    serving,
    short_folder,
)

A = "/api/v1/agreements/warwickshire"
BEFORE, AFTER = known(JANUARY), known(END)
PERIODS = ("FY2021", "FY2022", "FY2023", "FY2024", "AY2022", "AY2023", "CY2021", "CY2022")


def status(where: dict[str, str], *asked: str) -> Any:
    command = ("status", "--agreement", "warwickshire", "--json", *asked)
    return done_well(outturn(*command, where=where)).document


class Made(NamedTuple):
    """A demonstration that was made twice: its two status tables, and what was printed."""

    rows: tuple[dict[str, Any], dict[str, Any]]  # of January 2025 and of now
    first: Any
    again: Any
    head: int  # after it was made again


@pytest.fixture(scope="module")
def made(made_demonstration: Path) -> Iterator[Made]:
    first = json.loads((made_demonstration / "printed.json").read_text())
    assert "warwickshire" == first["agreement"]
    told = (made_demonstration / "told.txt").read_text()
    assert "2 May 2025: loading values_published_2025-05-02.csv" in told
    with short_folder() as folder:
        copy_as_it_is(made_demonstration / "home", folder / "home")
        where = at_home(folder / "home")
        then, now = (
            {row["indicator"]: row for row in status(where, *asked)["rows"]}
            for asked in (("--known-at", "2025-01-31"), ())
        )
        again = done_well(outturn("demo", "--no-serve", "--json", where=where)).document
        with serving(where) as served:
            auditor = next(s["token"] for s in again["sign_ins"] if s["person"] == "auditor")
            served.tokens["auditor"] = auditor
            assert 200 == served.caller("auditor").get(f"{A}/status").status_code
            yield Made((then, now), first, again, served.head)


def figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_each_row_shows_what_was_published_by_then_and_no_later(
    made: Made,
) -> None:
    for shown, facts in zip(made.rows, (BEFORE, AFTER), strict=True):
        codes = {row["code"] for row in table("indicators.csv")}
        assert codes | {"FeelingSafe"} == set(shown)  # of which nothing is published
        for code, row in shown.items():
            assert facts.get((code, HOME, row["period"])) == figure(row["value"]), row


def test_at_least_twenty_real_measures_are_shown_with_a_figure(
    made: Made,
) -> None:
    for shown in made.rows:
        assert 20 <= sum(row["value"] is not None for row in shown.values())
    now = made.rows[1].values()
    assert {"green", "amber", "red", "exceeding"} <= {row["status"] for row in now}
    assert any(row["signed_off"] for row in now)
    assert any("unsigned" in row["marks"] for row in now)


@pytest.mark.parametrize("period", PERIODS)
def test_the_two_moments_differ_exactly_where_the_vintages_do(
    demo_service: Served, period: str
) -> None:
    """Or where the story itself withdrew or corrected a figure, which its data says."""
    then, now = (rows_of(demo_service, period, known_at) for known_at in ("2025-01-31", "now"))
    codes = set(then) | set(now)
    keys = {code: (code, HOME, (now.get(code) or then[code])["period"]) for code in codes}
    expected = {code for code, key in keys.items() if BEFORE.get(key) != AFTER.get(key)}

    differing = {code for code in codes if value_of(then, code) != value_of(now, code)}
    assert expected == differing
    for code in codes - differing:
        if value_of(now, code) is not None and then[code]["target"] == now[code]["target"]:
            assert then[code]["status"] == now[code]["status"], code


def rows_of(service: Served, period: str, known_at: str) -> dict[str, Any]:
    answer = service.caller("auditor").get(
        f"{A}/status", params={"period": period, "known_at": known_at}
    )
    assert 200 == answer.status_code
    return {row["indicator"]: row for row in answer.json()["rows"]}


def value_of(rows: dict[str, Any], code: str) -> Decimal | None:
    return figure(rows[code]["value"]) if code in rows else None


@pytest.mark.parametrize(
    ("known_at", "facts"),
    [
        ("2024-12-17", {}),
        ("2024-12-18", published("2024-12-18")),
        ("2025-01-31", BEFORE),
        ("2025-05-01", BEFORE),
        ("2025-05-02", known(datetime.fromisoformat("2025-05-02T20:00+01:00"))),
        ("2026-04-07", known(datetime.fromisoformat("2026-04-07T20:00+01:00"))),
        ("now", AFTER),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_every_value_of_every_area_is_what_was_published_by_a_day(
    demo_service: Served, known_at: str, facts: dict[tuple[str, str, str], Decimal | None]
) -> None:
    caller = demo_service.caller("auditor")
    found: dict[tuple[str, str, str], Decimal | None] = {}
    for row in table("indicators.csv"):
        for value in pages(caller, f"{A}/indicators/{row['code']}/values", known_at):
            key = row["code"], value["area"], value["period"]
            assert {} == value["breakdown"]
            found[key] = figure(value["value"])

    assert facts == found


def pages(caller: httpx.Client, path: str, known_at: str) -> list[dict[str, Any]]:
    """All values, a page at a time."""
    found: list[dict[str, Any]] = []
    asked = {"known_at": known_at, "limit": "100"}
    while True:
        answer = caller.get(path, params=asked)
        assert 200 == answer.status_code, answer.text
        found += answer.json()["values"]
        if answer.json()["next"] is None:
            return found
        asked["after"] = answer.json()["next"]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2025-01-31", "2025-01-31T23:59:59.999999+00:00"),
        ("2025-05-02", "2025-05-02T23:59:59.999999+01:00"),
    ],
)
def test_a_date_is_the_end_of_that_day_in_london(demo_service: Served, day: str, end: str) -> None:
    answer = demo_service.caller("auditor").get(f"{A}/status", params={"known_at": day})
    clocks = answer.json()["clocks"]

    assert datetime.fromisoformat(end) == datetime.fromisoformat(clocks["known_at"])
    assert not clocks["is_now"]


def test_one_correction_after_publication_changes_a_colour(demo_service: Served) -> None:
    path = f"{A}/indicators/CareLeaverAcc"
    events = demo_service.caller("auditor").get(f"{path}/history").json()["events"]
    correction = next(e for e in reversed(events) if e["type"] == "values-corrected")
    colours = [
        demo_service.caller("auditor")
        .get(f"{path}/why", params={"period": "FY2024", "known_at": f"position:{position}"})
        .json()["row"]["status"]
        for position in (correction["position"] - 1, correction["position"])
    ]

    assert "entry.care" == correction["actor"]
    assert 2 == len(set(colours))
    assert None not in colours


def test_the_ledger_is_a_demonstration_for_ever_and_its_clock_goes_on(
    demo_service: Served,
) -> None:
    caller = demo_service.caller("auditor")
    first = caller.get("/api/v1/ledger/events", params={"limit": 1}).json()
    page = caller.get(f"{A}/status").json()

    assert "demonstration-declared" == first["events"][0]["type"]
    assert page["demonstration"] is True
    last = datetime.fromisoformat(page["clocks"]["known_at"])
    assert END.year == last.year  # the story's time, not that of whoever looks


@pytest.mark.parametrize("path", ["/", "/agreements/warwickshire", "/help"])
def test_what_is_published_can_be_read_without_signing_in(demo_service: Served, path: str) -> None:
    answer = demo_service.caller().get(path, headers={"Accept": "text/html"})

    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("text/html")
    assert "Demonstration" in answer.text


def test_no_page_of_the_public_leads_to_one_that_is_not(demo_service: Served) -> None:
    """But to the page of signing in. Of a long table the first rows stand for all of it."""
    board = "/agreements/warwickshire"
    shown = f"period=FY2023&area={HOME}"
    signed, overdue, unsigned = (
        f"{board}/indicators/{code}" for code in ("HospAd0-14", "RTA", "FirstYJS")
    )
    pages = (
        board,
        signed,
        unsigned,
        f"{signed}/why?{shown}",
        f"{overdue}/why?period=CY2021%2B3&area={HOME}",
        f"{unsigned}/why?period=CY2024&area={HOME}",
    )
    caller = demo_service.caller()
    for page in pages:
        answer = caller.get(page, headers={"Accept": "text/html"})
        assert 200 == answer.status_code, page
        links = [link["href"] for link in parsed(answer.text).one("main").every("a")]
        ways = {re.sub(r"=[^&]*|(?<=indicators/)[^/?]+", "", link): link for link in links}
        for link in ways.values():
            if not link.startswith(("#", "/sign-in")):
                there = caller.get(link, headers={"Accept": "text/html"})
                assert 200 == there.status_code, (page, link)
    assert "It is not public before" in answer.text
    assert "131" not in parsed(answer.text).one("main").text, "the figure that nobody signed off"


def test_an_agreement_that_published_nothing_is_shown_to_nobody_outside(service: Served) -> None:
    listed = service.caller().get("/", headers={"Accept": "text/html"})
    assert "County agreement" not in listed.text
    for path in ("/agreements/county", "/agreements/county/indicators/leavers", "/agreements/no"):
        answer = service.caller().get(path, headers={"Accept": "text/html"})
        assert 303 == answer.status_code
        assert answer.headers["location"].startswith("/sign-in?next=")
        guest = service.caller("stranger").get(path, headers={"Accept": "text/html"})
        assert 404 == guest.status_code


def test_made_again_it_is_the_same_story_with_new_tokens(made: Made) -> None:
    first, again = ({s["token"] for s in one["sign_ins"]} for one in (made.first, made.again))
    assert not first & again
    assert made.first["position"] == made.again["position"] == made.head


def test_served_at_once_it_prints_how_to_reach_it() -> None:
    with short_folder() as home, serving(at_home(home), "--json", command="demo") as served:
        assert 200 == served.caller().get("/agreements/warwickshire").status_code
        said = served.printed
        assert f"{served.url}/agreements/warwickshire" == said["address"]
        served.tokens["auditor"] = said["sign_ins"][1]["token"]
        assert "auditor" == said["sign_ins"][1]["person"]
        assert 200 == served.caller("auditor").get(f"{A}/status").status_code
