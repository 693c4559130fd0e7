"""The pages of tasks: what waits for the reader, the grid of what was expected, whom to chase."""

import csv
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from browser.built import BuiltReader
from browser.built_tasks import IDLE, OFFICER, TASKS, answer
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import CHASE, COLLECTION, PAST, at, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.collection import COLUMNS_SHOWN, MEANS, WORD
from http_api.pages.reader import ClocksAsked
from http_api.pages.tasks import DO, chase_csv, chase_page, tasks_page
from http_api.shapes import COLLECTED, SHAPES
from ledger.accounts import Visitor
from policies.collecting import State
from policies.refusals import NoRole
from policies.tasks import Kind
from projections.task_answers import Tasks

NOW = ClocksAsked()
TASKS_PAGE = "/tasks"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def main(client: TestClient[Litestar], path: str) -> Element:
    return visit(client, path).one("main")


def lines(table: Element) -> list[dict[str, str]]:
    """The rows of a table: each cell by the label of its column, and its head."""
    return [
        {"": row.one("th").text} | {cell["data-label"]: cell.text for cell in row.every("td")}
        for row in table.one("tbody").every("tr")
    ]


# Tasks


def test_what_is_overdue_comes_first_then_what_is_due_then_what_waits(
    client: TestClient[Litestar],
) -> None:
    page = main(client, TASKS_PAGE)
    assert "What waits for Asha Patel" in page.text
    heads = [head.text for head in page.every("h2", cls="govuk-heading-l")]
    assert ["Overdue: 3 tasks", "Due: 2 tasks", "Waiting: 8 tasks"] == heads
    overdue, due, waiting = (lines(table) for table in page.every("table"))
    assert {
        "": "Submit the value: Pupils missing a tenth or more of their lessons, Q2 2025/26,"
        " Warwickshire",
        "About": "Pupils missing a tenth or more of their lessons, Q2 2025/26, Warwickshire",
        "Date": "Due 30 September 2026, 52 days late",
        "Why it is yours": "You are an entry officer for this indicator.",
    } == overdue[0]
    assert "Sign off 3 values" in overdue[1][""]
    assert "Due 21 November 2026" == due[0]["Date"]
    assert "returns_of_districts.csv" == due[1]["About"]
    (back,) = [row for row in waiting if row[""].startswith("Send the returned value again")]
    assert "Since 12 October 2026" == back["Date"]
    assert "returned: two schools sent the figures of last year." in back["Why it is yours"]
    assert "Amendment 3, New targets" in {row["About"] for row in waiting}


def test_each_task_is_one_link_to_where_it_is_done(client: TestClient[Litestar]) -> None:
    page = main(client, TASKS_PAGE)
    rows = [row for table in page.every("table") for row in table.one("tbody").every("tr")]
    links = [row.one("a")["href"] for row in rows]
    base = "/agreements/warwickshire"
    assert f"{base}/indicators/absence/entry?period=FY2025-Q2&area=E10000031" == links[0]
    assert f"{base}/sign-off?indicator=absence&period=FY2025-Q1" in links
    assert f"{base}/amendments/3" in links
    assert any(link.startswith(f"{base}/loads/0b9e7d2c") for link in links)
    assert f"{base}/indicators/absence/escalation?area=E10000031" in links
    assert f"{base}/examinations?period=FY2025-Q1&area=E10000031" in links


def test_every_kind_of_task_has_its_words_and_is_on_the_page(client: TestClient[Litestar]) -> None:
    assert set(Kind) == set(DO)
    mine = [one for one in TASKS if OFFICER in one.people]
    assert set(Kind) == {one.kind for one in mine}
    text = main(client, TASKS_PAGE).text
    assert all(words in text for words in DO.values())


def test_where_nothing_waits_the_page_says_so() -> None:
    idle = Visitor(person=IDLE, name="Daniel Whitehouse-Brown")
    page = parsed(tasks_page(BuiltReader(), NOW, idle)).one("main")
    assert "Nothing waits for you." in page.text
    assert [] == page.every("table")
    assert "What waits for everybody" not in page.text
    past = ClocksAsked(known_at="2025-01-31")
    assert "Nothing waited for you." in parsed(tasks_page(BuiltReader(), past, idle)).text


def test_a_performance_officer_is_led_to_what_waits_for_everybody(
    client: TestClient[Litestar],
) -> None:
    links = [link["href"] for link in main(client, TASKS_PAGE).every("a")]
    assert {COLLECTION, CHASE} <= set(links)


# The grid


def test_the_grid_tells_each_value_in_a_word_and_a_shape(client: TestClient[Litestar]) -> None:
    page = main(client, COLLECTION)
    tags = [tag for table in page.every("table") for tag in table.every("strong", cls="app-state")]
    assert tags
    for tag in tags:
        assert tag.text.lower() in WORD.values()
        assert "true" == tag.one("svg")["aria-hidden"]
    drawn = {state: (SHAPES | COLLECTED)[state] for state in State}
    assert len({shape.path for shape in drawn.values()}) == len(State) == len(WORD) == len(MEANS)


def test_the_counts_add_up_to_the_values_of_the_grid(client: TestClient[Litestar]) -> None:
    page = main(client, f"{COLLECTION}?from=FY2022&to=FY2024")
    counted = {
        item.one("span", cls="app-word").text: int(item.one("span", cls="app-count__number").text)
        for item in page.one("ul", cls="app-counts").every("li")
    }
    told, _, of = page.one("h2", id="summary").text.partition(" values of ")
    assert sum(counted.values()) == int(told.replace(",", ""))
    assert of.endswith(" indicators")
    grid = BuiltReader().collection("warwickshire", NOW, first="FY2022", last="FY2024")
    words = {WORD[State(code)]: count for code, count in grid.counts.items() if count}
    assert words == {word.lower(): count for word, count in counted.items()}


def test_a_row_says_who_sends_it_and_how_late_it_is(client: TestClient[Litestar]) -> None:
    page = main(client, COLLECTION)
    rows = {row[""]: row for table in page.every("table") for row in lines(table)}
    absence = rows["Pupils missing a tenth or more of their lessons"]
    assert "Asha Patel name erased" == absence["Who sends it"]
    late = [text for row in rows.values() for text in row.values() if "days late" in text]
    assert late
    assert all(text.lower().startswith(("overdue", "awaited")) for text in late)
    assert "nobody is named" in {row["Who sends it"] for row in rows.values()}


def test_only_the_latest_periods_are_shown_and_earlier_ones_are_a_step_away(
    client: TestClient[Litestar],
) -> None:
    page = main(client, COLLECTION)
    sections = {section["aria-labelledby"]: section for section in page.every("section")}
    quarters = sections["financial-quarter-1"]
    heads = [head.text for head in quarters.one("thead").every("th")]
    assert 1 + COLUMNS_SHOWN + 1 == len(heads)
    earlier = quarters.one("p").one("a")
    assert "Earlier quarters" == earlier.text
    again = main(client, earlier["href"])
    sections = {section["aria-labelledby"]: section for section in again.every("section")}
    before = [head.text for head in sections["financial-quarter-1"].one("thead").every("th")]
    assert ["Indicator", "Who sends it"] == sorted(set(before) & set(heads))


def test_periods_are_chosen_and_the_moment_kept(client: TestClient[Litestar]) -> None:
    page = visit(client, at(f"{COLLECTION}?from=FY2022&to=FY2024", PAST)).one("main")
    chosen = [one["value"] for one in page.every("option") if "selected" in one.attributes]
    assert ["FY2022", "FY2024"] == chosen
    for link in page.every("a"):
        if link["href"].startswith("/agreements/") and "Back to now" != link.text:
            assert PAST in link["href"]


# Chasing


def test_letters_lead_to_the_address_that_the_service_was_told() -> None:
    """A proxy before it asks over plain HTTP, and where it is asked for is not where people are."""
    with TestClient(create("https://outturn.example")) as client:
        assert quote("https://outturn.example/tasks", safe="") in client.get(CHASE).text


def test_what_is_overdue_stands_with_each_person_and_a_letter_is_ready(
    client: TestClient[Litestar],
) -> None:
    page = main(client, CHASE)
    heads = [head.text for head in page.every("h2")]
    assert [
        "Nobody: 1 task overdue",
        "Asha Patel: 3 tasks overdue",
        "name erased: 1 task overdue",
        "Moira Jenkins: 1 task overdue",
    ] == heads
    assert "Nobody holds the role that this asks for." in page.text
    assert 2 == page.text.count("No e-mail address is kept for them.")
    (letter,) = [one["href"] for one in page.every("a") if one["href"].startswith("mailto:")]
    parts = urlsplit(letter)
    said = parse_qs(parts.query, strict_parsing=True)
    assert "asha.patel@county.example" == parts.path
    assert ["3 tasks overdue: Warwickshire Partnership Agreement 2013 to 2027"] == said["subject"]
    (body,) = said["body"]
    assert body.startswith("Dear Asha Patel,\r\n\r\nOn 21 November 2026 this is overdue")
    assert (
        "- Submit the value: Pupils missing a tenth or more of their lessons, Q2 2025/26,"
        " Warwickshire; due 30 September 2026, 52 days late\r\n" in body
    )
    assert body.endswith("What waits for you: http://testserver.local/tasks")


def test_a_letter_stays_short_enough_for_a_program_of_mail() -> None:
    class Much(BuiltReader):
        """The same with fifty tasks of one officer."""

        def agreement_tasks(self, agreement: str, asked: ClocksAsked) -> Tasks:
            return answer(asked, [one for one in TASKS if one.people == (OFFICER,)][:1] * 50)

    page = parsed(chase_page(Much(), NOW, "warwickshire", OFFICER, "http://here")).one("main")
    (letter,) = [one["href"] for one in page.every("a") if one["href"].startswith("mailto:")]
    (body,) = parse_qs(urlsplit(letter).query)["body"]
    assert "- and 30 more" in body
    assert 20 == body.count("- Submit the value")


def test_the_same_can_be_had_as_a_spreadsheet(client: TestClient[Litestar]) -> None:
    sent = client.get(f"{CHASE}.csv")
    assert "text/csv; charset=utf-8" == sent.headers["content-type"]
    assert 'attachment; filename="overdue.csv"' == sent.headers["content-disposition"]
    rows = list(csv.DictReader(sent.text.splitlines()))
    assert sorted(["", OFFICER, OFFICER, OFFICER, "p-lead", "p-erased"]) == sorted(
        row["person"] for row in rows
    )
    (first,) = [row for row in rows if row["period"] == "FY2025-Q2"]
    assert ("Asha Patel", "asha.patel@county.example", "2026-09-30", "52") == (
        first["name"], first["email"], first["due_on"], first["days_late"],
    )  # fmt: skip


def test_only_a_performance_officer_chases() -> None:
    reader = BuiltReader()
    with pytest.raises(NoRole):
        chase_page(reader, NOW, "warwickshire", IDLE, "http://here")
    with pytest.raises(NoRole):
        chase_csv(reader, NOW, "warwickshire", IDLE)


@pytest.mark.parametrize("path", [TASKS_PAGE, COLLECTION, CHASE])
def test_a_page_of_the_past_says_so(client: TestClient[Litestar], path: str) -> None:
    page = visit(client, at(path, PAST))
    assert "You are looking at the past" in page.one("section", cls="app-past").text
