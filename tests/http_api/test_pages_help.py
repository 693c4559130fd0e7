"""The help: every page leads to its text, every link of a text leads on, every word is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, ESCALATIONS, EXCEPTIONS, INDICATOR, PAGES, PAST, at, visit
from litestar import Litestar, MediaType
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from psycopg_pool import ConnectionPool

from http_api.app import create_app
from http_api.pages import render, vocabulary
from http_api.pages.help_markdown import to_html
from http_api.pages.help_texts import CONTENTS, FOLDERS, slug, topics, whole
from http_api.pages.help_topics import TOPIC_OF
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.service import Service
from ledger.loading.outcomes import Outcome
from ledger.loading.quality import WARNINGS
from policies.cell import Mark, NoStatus
from policies.permissions import MAY, Action, Role, doing
from policies.rag import Status
from policies.standing import Assurance, Standing
from policies.travel import Travel

PAGES_ARE_IN = "http_api.pages."
TEMPLATES = Path(render.__file__).parent / "templates"
LINK_TEXT = "Help with this page"
NOW = Links(ClocksAsked())
CONTENTS_PAGE, WORDS_PAGE, GLOSSARY = "/help", "/help/words", "/help/glossary"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@pytest.fixture(scope="module")
def glossary(client: TestClient[Litestar]) -> Element:
    return visit(client, GLOSSARY)


def address(topic: str) -> str:
    return NOW.help("" if topic == CONTENTS else topic)


# From a page to its help


def test_every_kind_of_page_has_a_topic() -> None:
    """Whatever a page's address shows is shown through one of these templates."""
    pages = {
        file.name
        for file in TEMPLATES.glob("*.html")
        if "{% extends " in file.read_text(encoding="utf-8")
    }

    assert pages == {*TOPIC_OF}


def test_every_route_that_answers_html_is_shown_through_those_templates() -> None:
    """Its handler is one of the pages', which have no other way to make HTML."""
    application = create_app(Service(ConnectionPool("", open=False)))
    handlers = {
        handler
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.media_type == MediaType.HTML
    }

    made = [getattr(handler.fn, "func", handler.fn) for handler in handlers]  # some run in threads
    ours = [each for each in made if not each.__module__.startswith("litestar.")]

    assert len(ours) > 20
    assert [] == [each for each in ours if not each.__module__.startswith(PAGES_ARE_IN)]
    sources = Path(render.__file__).parent.glob("*.py")
    assert [] == [file.name for file in sources if "<html" in file.read_text(encoding="utf-8")]


def test_every_topic_of_a_page_has_a_text() -> None:
    assert set() == {*TOPIC_OF.values()} - {*topics()}


@pytest.mark.parametrize(
    "path", [path for path in PAGES.values() if not path.startswith("/help")]
)  # fmt: skip
def test_a_page_leads_to_a_text_about_it_under_the_same_clocks(
    client: TestClient[Litestar], path: str
) -> None:
    links = {each.text: each["href"] for each in visit(client, at(path, PAST)).every("a")}
    there = urlsplit(links[LINK_TEXT])

    assert urlsplit(links["Outturn"]).query == there.query  # as every other link of the page
    assert there.path.removeprefix("/help/") in topics()


@pytest.mark.parametrize(
    ("path", "topic"),
    [("/", "agreements"), (BOARD, "board"), (INDICATOR, "indicator"), (EXCEPTIONS, "exceptions")],
)
def test_each_page_has_its_own_topic(client: TestClient[Litestar], path: str, topic: str) -> None:
    links = [each["href"] for each in visit(client, path).every("a") if each.text == LINK_TEXT]

    assert [f"/help/{topic}"] == links


def test_a_page_that_says_no_has_help_too(client: TestClient[Litestar]) -> None:
    answer = client.get("/agreements/nowhere", headers={"Accept": "text/html"})

    assert 404 == answer.status_code
    links = [each["href"] for each in parsed(answer.text).every("a") if each.text == LINK_TEXT]
    assert ["/help/errors"] == links


# The texts


@pytest.mark.parametrize("topic", sorted(topics()))
def test_every_link_of_a_text_leads_to_a_heading_that_is_there(
    client: TestClient[Litestar], topic: str
) -> None:
    page = visit(client, address(topic))

    assert topics()[topic].title == page.one("h1").text
    for link in page.one("main").every("a"):
        there = urlsplit(link["href"])
        if not there.path.startswith("/help"):
            assert there.path == "", link["href"]  # nothing leads out of the help but its frame
            continue
        target = visit(client, there.path)
        if there.fragment:
            assert target.every(id=there.fragment), link["href"]


def test_every_topic_is_found_from_the_contents(client: TestClient[Litestar]) -> None:
    linked = {link["href"] for link in visit(client, CONTENTS_PAGE).one("main").every("a")}

    assert set() == {address(topic) for topic in topics()} - linked - {CONTENTS_PAGE}


def test_an_unknown_topic_is_no_page_and_says_where_the_help_begins(
    client: TestClient[Litestar],
) -> None:
    answer = client.get("/help/nothing", headers={"Accept": "text/html"})

    assert 404 == answer.status_code
    assert "The contents of the help are at /help." in parsed(answer.text).text


@pytest.mark.parametrize("asked", ["../../pyproject", "..%2F..%2Fpyproject", "%2Fetc%2Fpasswd"])
def test_no_other_file_can_be_asked_for(client: TestClient[Litestar], asked: str) -> None:
    assert 404 == client.get(f"/help/{asked}").status_code


def test_html_in_a_text_is_shown_and_not_taken_for_html() -> None:
    written = to_html("# A\n\n<script>alert(1)</script> <b onclick='x'>b</b>", NOW)

    assert "<script" not in written
    assert "<b" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in written


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_that_would_run_something_is_no_link(target: str) -> None:
    assert "href" not in to_html(f"[press]({target})", NOW)


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("board.md", "/help/board?known_at=2025-01-31"),
        ("glossary.md#amber", "/help/glossary?known_at=2025-01-31#amber"),
        ("index.md", "/help?known_at=2025-01-31"),
        ("#there", "#there"),
        ("https://example.org/a.md", "https://example.org/a.md"),
    ],
)
def test_a_link_to_a_document_is_one_to_its_page(target: str, leads: str) -> None:
    links = Links(ClocksAsked(known_at="2025-01-31"))

    assert leads == parsed(str(to_html(f"[there]({target})", links))).one("a")["href"]


def test_a_table_keeps_its_meaning_as_cards() -> None:
    page = parsed(str(to_html("| a | b |\n| --- | --- |\n| one | *two* |", NOW)))

    assert ["a", "b"] == [head.text for head in page.every("th", scope="col")]
    assert "one" == page.one("th", scope="row").text
    cell = page.one("td")
    assert ("b", "two") == (cell["data-label"], cell.text)
    assert "app-cell" == cell.one("div")["class"]
    assert page.every("table", cls="app-table--pairs")


def test_a_table_is_called_by_the_heading_it_stands_under() -> None:
    table = "| a | b |\n| --- | --- |\n| one | two |"
    page = parsed(str(to_html(f"# All\n\n## One `row` & *more*\n\n{table}", NOW)))

    assert "One row & more" == page.one("caption").text
    assert [] == parsed(str(to_html(table, NOW))).every("caption"), "nothing stands above it"


def test_the_texts_are_those_of_the_documents() -> None:
    """A clone reads them where they are; a wheel carries the same files."""
    wheel, clone = FOLDERS

    assert not wheel.exists()
    assert {file.stem for file in clone.glob("*.md")} == {*topics()}


# Words


def test_words_and_shapes_has_every_code_with_its_meaning(client: TestClient[Litestar]) -> None:
    page = visit(client, WORDS_PAGE)
    told = {term.text: term for term in reversed(page.every("dt"))}  # unsigned is a mark as well

    for code in (*Status, *NoStatus):
        assert told[vocabulary.word(code)].one("svg")
    assert {vocabulary.word(code) for code in (*Travel, *Mark)} <= {*told}
    assert {*vocabulary.STAGE_WORD.values()} <= {*told}
    assert len(page.every("dt")) == len([each.text for each in page.every("dd") if each.text])


@pytest.mark.parametrize(
    "code",
    sorted(
        {
            *Status, *NoStatus, *Mark, *Role, *Assurance, *Outcome, *WARNINGS,
            *(each for each in Travel if each is not Travel.NONE),
            *(each for each in Standing if each is not Standing.SIGNED_OFF), "signed-off",
            *(slug(word) for stage, word in vocabulary.STAGE_WORD.items() if stage),
        }
    ),
)  # fmt: skip
def test_every_code_that_a_page_shows_is_in_the_glossary(glossary: Element, code: str) -> None:
    assert "h3" == glossary.one(id=code).tag


def test_every_word_of_the_documents_is_in_the_glossary(glossary: Element) -> None:
    index = FOLDERS[1].parent / "index.md"
    table = index.read_text(encoding="utf-8").partition("| word | meaning |")[2]
    words = re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE)

    assert len(words) > 20
    assert [] == [word for word in words if not glossary.every("h3", id=slug(word))]


def test_the_glossary_is_in_the_order_of_the_alphabet(glossary: Element) -> None:
    words = [slug(each.text) for each in glossary.one("main").every("h3")]

    assert sorted(words) == words
    letters = [each.text for each in glossary.one("main").every("h2")]
    assert sorted({word[0].upper() for word in words}) == letters


# Rights


def test_rights_are_those_of_the_rules(client: TestClient[Litestar]) -> None:
    page = visit(client, "/help/rights")
    told = {row.one("th").text: row.one("td").text for row in page.one("tbody").every("tr")}
    limited = {action for action in Action if MAY[action] != frozenset(Role)}

    assert {doing(action) for action in limited} == {*told}
    for action in limited:
        named = {vocabulary.word(role) for role in MAY[action]}
        assert named == {*re.split(r", | or ", told[doing(action)])}


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_do_stands_under_its_name(role: Role) -> None:
    text = whole(topics()["rights"])
    own = text.partition(f"### {vocabulary.word(role).capitalize()}\n")[2].partition("###")[0]

    deeds = {doing(action) for action in Action if role in MAY[action] != frozenset(Role)}
    assert deeds == {*re.findall(r"^\* (.*)$", own, re.MULTILINE)}


# From a figure to its definition, from a word to its meaning


@pytest.mark.parametrize("path", [BOARD, EXCEPTIONS, ESCALATIONS])
def test_each_row_is_one_step_from_its_definition(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, path)
    rows = [row for table in page.every("table") for row in table.one("tbody").every("tr")]

    assert rows
    for row in rows:
        (link,) = row.every("a", cls="app-define")
        there = urlsplit(link["href"])
        assert "definition" == there.fragment
        assert row.every("a")[0].text == link.text.removeprefix("Definition of ")


def test_the_definition_is_where_its_link_leads(client: TestClient[Litestar]) -> None:
    link = visit(client, BOARD).every("a", cls="app-define")[0]

    assert "Definition" == visit(client, link["href"]).one(id="definition").text


@pytest.mark.parametrize("path", [BOARD, INDICATOR, EXCEPTIONS])
def test_the_words_under_a_table_lead_to_the_glossary(
    client: TestClient[Litestar], glossary: Element, path: str
) -> None:
    legend = visit(client, path).one("p", cls="app-legend")
    *words, every = legend.every("a")

    assert WORDS_PAGE == every["href"]
    for word in words:
        there = urlsplit(word["href"])
        assert GLOSSARY == there.path
        assert word.text == glossary.one(id=there.fragment).text.lower()


def test_the_board_explains_each_word_that_stands_on_it(client: TestClient[Litestar]) -> None:
    page = visit(client, BOARD)
    words = {link.text for link in page.one("p", cls="app-legend").every("a")}
    tags = page.one("main").every("strong", cls="app-status")
    shown = {tag.text for tag in tags if "app-stage" not in tag["class"]}

    assert set() == shown - words
    assert {"provisional", "corrected", "improving", "worsening"} <= words
