"""The pages of escalation: exceptions, stages and who must act, one story, the four-week rule."""

from collections.abc import Iterator

import pytest
from browser.parsed import Element
from browser.serving import create
from browser.visiting import (
    BOARD,
    ESCALATION,
    ESCALATIONS,
    EXAMINATIONS,
    EXCEPTIONS,
    INDICATOR,
    PAST,
    at,
    visit,
)
from litestar import Litestar
from litestar.testing import TestClient

from http_api.shapes import STAGES
from policies.escalation import Stage


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def lines(table: Element) -> dict[str, dict[str, str]]:
    """The cells of a table's rows by the text of their heads and the labels of their columns."""
    return {
        row.one("th").text: {cell["data-label"]: cell.said for cell in row.every("td")}
        for row in table.one("tbody").every("tr")
    }


def test_exceptions_are_the_worse_and_the_better_with_the_latest_action(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, EXCEPTIONS)
    heads = [head.text for head in page.one("main").every("h2")]
    assert ["Under-performance: 8 indicators", "Over-performance: 2 indicators"] == heads
    under, over = (lines(table) for table in page.one("main").every("table"))
    absence = under["Pupils missing a tenth or more of their lessons Q4 2024/25"]
    assert {
        "Value": "21.0%",
        "Target": "16%",
        "Status": "red stage 2: action Pupils missing a tenth or more of their lessons, Q4 2024/25",
        "Latest action": "Action plan 2 accepted: Agreed. Daniel Whitehouse-Brown for Children’s"
        " thematic group, 12 September 2026",
        "Waits for": "The thematic group is to review action plan 2 on 15 January 2027."
        " Children’s thematic group and Daniel Whitehouse-Brown",
    } == absence
    deaths = under["Infant deaths in the first year of life 2022–2024"]
    assert "name erased for Warwickshire Partnership Board" in deaths["Latest action"]
    assert "Warwickshire Partnership Board" in deaths["Waits for"]
    assert "none recorded" == under["Average Attainment 8 score of pupils at the end of key stage 4"
                                    " 2023/24 academic"]["Latest action"]  # fmt: skip
    assert all("Performance commended: Share it." in row["Latest action"] for row in over.values())


def test_stages_stand_from_the_highest_down_and_say_who_must_act(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, ESCALATIONS)
    heads = [head.text.replace(" : ", ", ") for head in page.one("main").every("h2")]
    assert [
        "stage 3: intervention, 1 indicator",
        "stage 2: action, 1 indicator",
        "stage 1: identification, 2 indicators",
    ] == heads
    third, second, first = (lines(table) for table in page.one("main").every("table"))
    assert (
        "Warwickshire Partnership Board"
        == (third["Infant deaths in the first year of life"]["Who must act"])
    )
    absence = second["Pupils missing a tenth or more of their lessons"]
    assert (
        "Q3 2024/25 is worse than its target by 4.2: 2 periods running, and the gap was 3.1 in"
        " Q2 2024/25." == absence["Because"]
    )
    assert absence["Done so far"].endswith("and 4 earlier")
    nobody = first["People killed or seriously injured on the roads"]
    assert ("The agreement names no lead officer for it", "none recorded") == (
        nobody["Who must act"], nobody["Done so far"],
    )  # fmt: skip
    waiting = first["Children reaching a good level of development at the end of reception"]
    assert "nobody now" == waiting["Who must act"]


def test_where_nothing_is_escalated_the_page_says_so(client: TestClient[Litestar]) -> None:
    rugby = f"{ESCALATIONS}?area=E07000220"
    assert "Nothing is escalated here." in visit(client, rugby).one("main").text
    assert "Nothing was escalated here." in visit(client, at(rugby, PAST)).one("main").text


def test_a_story_tells_moves_acts_and_what_was_known_when(client: TestClient[Litestar]) -> None:
    page = visit(client, ESCALATION)
    moves, acts = page.one("main").every("ol", cls="app-history")
    first, second = moves.every("li")
    assert first.text.startswith("6 March 2026: no stage to stage 1 below target Q2 2024/25 is")
    assert "Not known then" not in first.text
    assert "Not known then: on that day the stage was no stage, by what was known." in second.text
    told = [one.one("strong").text for one in acts.every("li", cls="app-event")]
    assert [
        "Remedial action recorded",
        "Action plan 1 submitted",
        "Action plan 1 sent back",
        "Action plan 2 submitted",
        "Action plan 2 accepted",
        "The board decided: reallocate resources",
        "Moved to stage 3 at once",
        "Escalation closed",
        "Performance commended",
    ] == told
    plan = acts.every("li", cls="app-event")[1].text
    assert "A support worker in each school, by 21 November 2026: Moira Jenkins" in plan
    assert "text erased, by 20 January 2027" in plan
    assert "No text is kept." in acts.every("li", cls="app-event")[5].text
    assert "Minutes: HC 14/9" in acts.text
    opened, removed, again = lines(page.one("table")).values()
    assert ("the same", "The day itself: a period came due.") == (
        opened["The same day as known now"], opened["What told"],
    )  # fmt: skip
    assert {
        "As known then": "no stage",
        "The same day as known now": "stage 1: identification revised",
        "What told": "Values corrected by Asha Patel, position 1480: Two schools had sent the"
        " figures of the year before.",
    } == removed
    assert "the same" == again["The same day as known now"]
    assert "something recorded later changed the past" in page.one("main").text


def test_a_story_without_a_stage_says_so(client: TestClient[Litestar]) -> None:
    said = visit(client, f"{BOARD}/indicators/jobs/escalation").one("main").text
    for words in (
        "No stage is open.",
        "It has never left “no stage”, by what is known now.",
        "Nothing has been recorded that anybody did about it.",
        "No stage was ever known.",
    ):
        assert words in said


def test_the_four_week_rule_is_kept_or_broken(client: TestClient[Litestar]) -> None:
    page = visit(client, EXAMINATIONS)
    heads = [head.text.partition(":")[0] for head in page.one("main").every("h2")]
    assert ["To be examined", "Not examined in time", "Examined in time"] == heads
    one_year = visit(client, f"{EXAMINATIONS}?period=FY2025").one("main")
    running, breached, met = (table for table in one_year.every("table"))
    assert {"2025/26"} == {row["Period"] for row in lines(running).values()}
    assert {"running, 18 days left", "running, 3 days left"} == {
        row["The rule is"] for row in lines(running).values()
    }
    assert {"breached by 27 days"} == {row["The rule is"] for row in lines(breached).values()}
    assert {"met on day 12"} == {row["The rule is"] for row in lines(met).values()}
    assert "Warwickshire Partnership Board, position 1700" in met.text
    chosen = [one.text for one in one_year.every("option") if "selected" in one.attributes]
    assert ["Warwickshire", "2025/26"] == chosen


@pytest.mark.parametrize("path", [EXCEPTIONS, ESCALATIONS, ESCALATION, EXAMINATIONS])
def test_a_page_of_the_past_says_so_and_keeps_its_clocks(
    client: TestClient[Litestar], path: str
) -> None:
    page = visit(client, at(path, PAST))
    assert "You are looking at the past" in page.one("section", cls="app-past").text
    links = [one for one in page.one("main").every("a") if "/agreements/" in one["href"]]
    assert {"Back to now"} == {one.text for one in links if PAST not in one["href"]}


def test_a_stage_is_a_shape_and_its_words_on_board_and_indicator(
    client: TestClient[Litestar],
) -> None:
    (tag,) = visit(client, BOARD).one("main").every("strong", cls="app-stage")
    assert ("stage 2: action", "true") == (tag.text, tag.one("svg")["aria-hidden"])
    page = visit(client, INDICATOR).one("main")
    assert {"stage 2: action"} == {tag.text for tag in page.every("strong", cls="app-stage")}
    assert "Escalation: why stage 2, and who must act" in page.text
    drawn = {(drawing.path, drawing.colour) for drawing in STAGES.values()}
    assert len(set(Stage)) == len(STAGES) == len(drawn)


def test_no_two_rows_of_the_four_week_rule_are_called_the_same(
    client: TestClient[Litestar],
) -> None:
    """The head of its row is all that a cell read alone has: an indicator has many periods."""
    rows = visit(client, EXAMINATIONS).one("main").every("th", scope="row")
    heads = [row.text for row in rows]

    assert len(heads) == len(set(heads)) > 0
