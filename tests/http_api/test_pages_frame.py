"""What holds for every page: its bones, its links, and what it says of the clocks."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browser.built import BuiltReader
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, INDICATOR, PAGES, PAST, WHY, at, visit
from litestar import Litestar
from litestar.testing import TestClient

import http_api.pages
from http_api.asking import ASKING, Asking
from http_api.pages.reader import ClocksAsked
from http_api.pages.views import agreements_page
from ledger.accounts import Visitor
from ledger.saved_views import SavedView

EVERY_PAGE = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
EITHER_TIME = pytest.mark.parametrize("clocks", ["", PAST], ids=["now", "past"])
THAT_DAY = ClocksAsked("2025-01-31", "2024-05-01")  # as PAST
BANNER_OFF = "You are looking at"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@EVERY_PAGE
@EITHER_TIME
def test_a_page_has_its_landmarks_and_one_first_heading(
    client: TestClient[Litestar], path: str, clocks: str
) -> None:
    page = visit(client, at(path, clocks))

    assert "en" == page.one("html")["lang"]
    for landmark in ("header", "main", "footer"):
        assert page.one(landmark).text
    first, *others = page.every("h1", "h2", "h3", "h4")
    assert "h1" == first.tag
    assert "h1" not in [heading.tag for heading in others]
    assert "main-content" == page.one("main")["id"]
    assert "#main-content" == page.every("a")[0]["href"]


@EVERY_PAGE
def test_headings_step_down_one_at_a_time(client: TestClient[Litestar], path: str) -> None:
    headings = visit(client, path).one("main").every("h1", "h2", "h3", "h4")
    levels = [int(heading.tag[1]) for heading in headings]

    assert [] == [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]


@EVERY_PAGE
@EITHER_TIME
def test_a_page_has_no_style_or_script_of_its_own(
    client: TestClient[Litestar], path: str, clocks: str
) -> None:
    page = visit(client, at(path, clocks))

    assert [] == page.every("style")
    assert [] == [script for script in page.every("script") if script.text or not script["src"]]
    own = [
        (element.tag, name)
        for element in page.every()
        for name in element.attributes
        if name == "style" or name.startswith("on")
    ]
    assert [] == own
    sources = [script["src"] for script in page.every("script")]
    sources += [link["href"] for link in page.every("link", rel="stylesheet")]
    live = {"/static/vendor/htmx.min.js"}  # on a page that looks again by itself
    assert {"/static/vendor/outturn.js", "/static/vendor/outturn.css"} == set(sources) - live


@EVERY_PAGE
@EITHER_TIME
def test_ids_are_unique_and_every_reference_finds_its_target(
    client: TestClient[Litestar], path: str, clocks: str
) -> None:
    page = visit(client, at(path, clocks))
    ids = Counter(element["id"] for element in page.every() if element["id"])

    assert [] == [each for each, count in ids.items() if count > 1]
    asked = [label["for"] for label in page.every("label")]
    asked += [
        reference
        for name in ("aria-labelledby", "aria-describedby")
        for element in page.every()
        for reference in element[name].split()
    ]
    asked += [link["href"][1:] for link in page.every("a") if link["href"].startswith("#")]
    assert [] == [each for each in asked if each not in ids]


@EVERY_PAGE
def test_every_control_has_a_label(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, path)
    labelled = {label["for"] for label in page.every("label") if label.text}
    controls = [c for c in page.every("input", "select") if c["type"] != "hidden"]

    assert controls
    assert [] == [control["name"] for control in controls if control["id"] not in labelled]


@EVERY_PAGE
@EITHER_TIME
def test_no_cell_is_empty(client: TestClient[Litestar], path: str, clocks: str) -> None:
    cells = visit(client, at(path, clocks)).every("td", "th", "dt", "dd")

    assert [] == [cell.attributes for cell in cells if not cell.text]


@EVERY_PAGE
def test_every_page_has_the_known_at_control(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, path)
    box = page.one("input", name="known_at")

    assert "date" == box["type"]
    assert "Show what was known on" == page.one("label", **{"for": box["id"]}).text
    form = next(form for form in page.every("form") if box in form.every("input"))
    assert ("get", path.partition("?")[0]) == (form["method"], form["action"])
    assert "Judge by the rules of another day" == form.one("summary").text
    assert "date" == form.one("details").one("input", name="policy_at")["type"]


@EVERY_PAGE
def test_at_now_there_is_no_banner_and_no_way_back(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, path)

    assert BANNER_OFF not in page.text
    assert "Back to now" not in page.text


@pytest.mark.parametrize(
    ("clocks", "banner"),
    [
        (
            "known_at=2025-01-31",
            "You are looking at the past: what was known on 31 January 2025"
            " (ledger position 123), judged under today’s rules.",
        ),
        (
            PAST,
            "You are looking at the past: what was known on 31 January 2025"
            " (ledger position 123), judged under the rules of 1 May 2024.",
        ),
        (
            "policy_at=2024-05-01",
            "You are looking at other rules: what is known today (ledger position 1742),"
            " judged under the rules of 1 May 2024.",
        ),
        (
            "known_at=2030-01-01",
            "That day is yet to come: what is known today (ledger position 1742), looked at on"
            " 1 January 2030, judged under today’s rules.",
        ),
        (
            "known_at=position:77",
            "You are looking at the past: what was known on 23 August 2026, 15:03"
            " (ledger position 77), judged under today’s rules.",
        ),
    ],
)
@EVERY_PAGE
def test_a_page_of_another_moment_says_so_before_all_else(
    client: TestClient[Litestar], path: str, clocks: str, banner: str
) -> None:
    page = visit(client, at(path, clocks))
    said = page.one("section", cls="app-past")

    assert banner == said.one("p").text
    order = [element.tag for element in page.every("section", "main")]
    assert "section" == order[0]
    assert "as known on" in page.one("title").text or "under the rules" in page.one("title").text


@EVERY_PAGE
def test_the_way_back_to_now_drops_the_clocks_and_keeps_the_rest(
    client: TestClient[Litestar], path: str
) -> None:
    page = visit(client, at(path, PAST))
    back = [link["href"] for link in page.every("a") if link.text == "Back to now"]

    assert {path} == set(back)


@EVERY_PAGE
def test_every_link_carries_the_clocks(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, at(path, PAST))
    links = [
        link
        for link in page.every("a")
        if link["href"].startswith("/") and "/attachments/" not in link["href"]  # one file for ever
    ]
    pictures = [each["src"] or each["srcset"] for each in page.every("img", "source")]

    assert links
    carrying = [
        link["href"]
        for link in links
        if link.text not in ("Back to now", LASTING, "Sign in") and not link.text.startswith(THEN)
    ]
    for address in [*carrying, *pictures]:
        assert parse_qs(PAST).items() <= parse_qs(urlsplit(address).query).items(), address


THEN = "How it stood then"  # of a step of a change: its link names the moment of that step
LASTING = "Lasting link to exactly this view"


@EVERY_PAGE
def test_links_at_now_name_no_clock(client: TestClient[Litestar], path: str) -> None:
    links = visit(client, path).every("a")
    naming = [
        link.text
        for link in links
        if "known_at" in link["href"] and not link.text.startswith((THEN, "What the board saw"))
    ]

    assert [LASTING] == naming


@EVERY_PAGE
def test_the_lasting_link_pins_both_moments(client: TestClient[Litestar], path: str) -> None:
    links = visit(client, at(path, PAST)).every("a")
    address = next(link["href"] for link in links if link.text == LASTING)

    pinned = {
        "known_at": ["position:123@2025-01-31T23:59:00Z"],
        "policy_at": ["position:123@2024-05-01T22:59:00Z"],
    }
    asked = parse_qs(urlsplit(path).query)
    assert asked | pinned == parse_qs(urlsplit(address).query)
    assert urlsplit(path).path == urlsplit(address).path


@pytest.mark.parametrize("path", [BOARD, INDICATOR], ids=["board", "indicator"])
def test_choosing_an_area_keeps_the_exact_clocks(client: TestClient[Litestar], path: str) -> None:
    """A position must not become the day it fell on."""
    page = visit(client, at(path, "known_at=position:77"))
    form = next(form for form in page.every("form") if form.every("select", name="area"))

    assert ["position:77"] == [box["value"] for box in form.every("input", name="known_at")]
    assert [] == form.every("input", name="policy_at")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"{BOARD}?period=FY2024&area=E07000220", {"period": "FY2024", "area": "E07000220"}),
        (f"{INDICATOR}?area=E07000220", {"area": "E07000220"}),
        (WHY, {"period": "FY2025", "area": "E10000031"}),
    ],
    ids=["board", "indicator", "why"],
)
def test_choosing_a_moment_keeps_what_was_chosen_before(
    client: TestClient[Litestar], path: str, kept: dict[str, str]
) -> None:
    page = visit(client, path)
    form = next(form for form in page.every("form") if form.every("input", type="date"))
    hidden = {box["name"]: box["value"] for box in form.every("input", type="hidden")}

    assert kept == hidden


@EVERY_PAGE
def test_the_foot_says_both_clocks_with_time_and_position(
    client: TestClient[Litestar], path: str
) -> None:
    now = visit(client, path).one("footer").text
    past = visit(client, at(path, PAST)).one("footer").text

    assert "Facts known at 21 November 2026, 14:03 (ledger position 1742)" in now
    assert "Rules in force at 21 November 2026, 14:03 (ledger position 1742)" in now
    assert "Facts known at 31 January 2025, 23:59 (ledger position 123)" in past
    assert "Rules in force at 1 May 2024, 23:59 (ledger position 123)" in past


@EVERY_PAGE
def test_a_demonstration_says_so(client: TestClient[Litestar], path: str) -> None:
    banner = visit(client, path).one("header").one(cls="govuk-phase-banner").text

    assert banner.startswith("Demonstration")
    assert "This ledger is a demonstration" in banner


TEMPLATES = Path(http_api.pages.__file__).parent / "templates"
ASK = sorted(one.name for one in TEMPLATES.glob("*.html") if "forms.summary(" in one.read_text())


@pytest.mark.parametrize("template", ASK)
def test_what_is_wrong_is_told_where_the_title_tells_of_it_too(template: str) -> None:
    """The block from which the base page knows that its title begins with "Error: "."""
    text = (TEMPLATES / template).read_text("utf-8")

    assert 1 == text.count("forms.summary(")
    assert 1 == text.count("{% block problems %}{{ forms.summary(")


def test_titles_differ_from_page_to_page(client: TestClient[Litestar]) -> None:
    paths = ["/", "/help", "/help/board", "/help/words", BOARD, INDICATOR, WHY]
    paths += [f"{BOARD}/drill-down", f"{BOARD}/drill-down?indicator=absence"]
    titles = [visit(client, path).one("title").text for path in paths]

    assert len(paths) == len(set(titles))
    assert [] == [title for title in titles if not title.endswith(" – Outturn")]


@pytest.mark.parametrize(("asked", "shown"), [(ClocksAsked(), True), (THAT_DAY, False)])
def test_the_views_that_one_keeps_are_no_part_of_a_past_page(
    asked: ClocksAsked, shown: bool
) -> None:
    """They are of now, and what was shown once is to be shown again."""
    kept = [SavedView(id=1, name="The board of May", address=BOARD)]
    page = parsed(agreements_page(BuiltReader(), asked, kept))
    assert shown == ("The board of May" in page.text)


@pytest.mark.parametrize(("asked", "clocks"), [(ClocksAsked(), ""), (THAT_DAY, PAST)])
def test_the_tasks_in_the_head_are_those_of_the_moment_shown(
    asked: ClocksAsked, clocks: str
) -> None:
    """Their count is of now, and so shown at now alone."""
    (link,) = tasks_in_head(asked, tasks=3, tasked=True)
    assert ("Tasks" if clocks else "Tasks (3)", at("/tasks", clocks)) == (link.text, link["href"])


@pytest.mark.parametrize(
    ("asked", "tasks", "tasked", "shown"),
    [
        (ClocksAsked(), 0, True, 1),
        (ClocksAsked(), None, False, 0),
        (THAT_DAY, 3, False, 0),
        (THAT_DAY, None, True, 1),
    ],
)
def test_tasks_are_in_the_head_of_whoever_may_have_some_at_the_moment_shown(
    asked: ClocksAsked, tasks: int | None, tasked: bool, shown: int
) -> None:
    assert shown == len(tasks_in_head(asked, tasks=tasks, tasked=tasked))


def tasks_in_head(asked: ClocksAsked, *, tasks: int | None, tasked: bool) -> list[Element]:
    """The ways to the tasks in the head of a page."""
    visitor = Visitor(person="p-entry", name="Asha Patel")
    token = ASKING.set(Asking(visitor, tasks=tasks, tasked=tasked))
    try:
        page = parsed(agreements_page(BuiltReader(), asked))
    finally:
        ASKING.reset(token)
    return [each for each in page.every("a") if each["href"].startswith("/tasks")]


def test_an_empty_date_box_means_now(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{BOARD}?known_at=&policy_at=&area=&period=")

    assert BANNER_OFF not in page.text


def breadcrumbs(page: Element) -> list[str]:
    """The steps to a page, in words."""
    return [step.text for step in page.one("nav", cls="govuk-breadcrumbs").every("li")]


def test_breadcrumbs_lead_from_the_agreements_to_the_page(client: TestClient[Litestar]) -> None:
    agreement = "Warwickshire Partnership Agreement 2013 to 2027"

    assert ["Agreements", agreement] == breadcrumbs(visit(client, BOARD))
    title = "Children reaching a good level of development at the end of reception"
    assert ["Agreements", agreement, title, "Why this status?"] == breadcrumbs(visit(client, WHY))


@EVERY_PAGE
def test_only_what_is_moved_sideways_is_reached_beside_controls(
    client: TestClient[Litestar], path: str
) -> None:
    """Each stop is one more on the way of whoever has no mouse, and each region one more to hear
    of: only a table that is wider than the page needs to be reached, to be moved."""
    stops = [each for each in visit(client, path).every() if each["tabindex"] == "0"]

    assert all("app-wide" in each["class"] for each in stops), [each.tag for each in stops]
