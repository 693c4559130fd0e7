"""The board page: counts, what to look at first, and every indicator in its place."""

from collections.abc import Iterator

import pytest
from browser.built import BuiltReader
from browser.indicators import AREAS, BLOCKS, INDICATORS, OUTCOMES
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, visit
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from http_api.demonstration.walk import stops
from http_api.pages.board import UNPLACED, counted, placed
from http_api.pages.reader import ClocksAsked
from http_api.pages.views import board_page, indicator_page
from policies.cell import NoStatus
from policies.rag import Status
from projections.answers import IndicatorAnswer, StatusRow
from projections.answers import Status as StatusAnswer

ASKED = ClocksAsked()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@pytest.fixture(scope="module")
def board(client: TestClient[Litestar]) -> Element:
    return visit(client, BOARD)


@pytest.fixture(scope="module")
def answer() -> StatusAnswer:
    return BuiltReader().status("warwickshire", ASKED, period=None, area=None)


def cells(board: Element, title: str) -> dict[str, str]:
    """The cells of an indicator's row by the label of their column."""
    for row in board.every("tr"):
        if any(title == head.text for head in row.every("th", scope="row")):
            return {cell["data-label"]: cell.said for cell in row.every("td")}
    raise AssertionError(f"no row {title}")


def test_the_built_board_has_every_status_and_every_reason(answer: StatusAnswer) -> None:
    assert {*Status, *NoStatus} == set(answer.counts)
    assert 24 == len(answer.rows)


@pytest.mark.parametrize("code", [*Status, *NoStatus])
def test_every_state_is_a_shape_and_its_word(board: Element, code: str) -> None:
    tags = board.one("main").every("strong", cls=f"app-status--{code}")

    assert tags
    for tag in tags:
        assert code.replace("-", " ") == tag.text
        assert tag.one("svg").one("path")["d"]
        assert "true" == tag.one("svg")["aria-hidden"]


def test_no_two_states_share_a_shape(board: Element) -> None:
    drawn = {
        tag.text: tag.one("path")["d"]
        for tag in board.one("main").every("strong", cls="app-status")
    }

    expected = {*(code.replace("-", " ") for code in (*Status, *NoStatus)), "stage 2: action"}
    assert expected == {*drawn}
    assert len(drawn) == len(set(drawn.values()))


def test_the_counts_are_words_and_add_up(board: Element, answer: StatusAnswer) -> None:
    counts = [item.text for item in board.one("ul", cls="app-counts").every("li")]
    others = [item.text for item in board.one("ul", cls="app-others").every("li")]

    assert [f"{answer.counts[code]} {code}" for code in Status] == counts
    assert len(list(NoStatus)) == len(others)
    assert 24 == sum(int(each.split()[0]) for each in [*counts, *others])
    assert "24 indicators at a glance" == board.one("h2", id="summary").text


def test_a_status_that_no_indicator_has_is_counted_as_nought(answer: StatusAnswer) -> None:
    counts = counted(replace(answer, counts={"green": 2}))

    assert [("exceeding", 0), ("green", 2), ("amber", 0), ("red", 0)] == [
        (each.code, each.count) for each in counts.judged
    ]
    assert () == counts.others


def test_red_and_overdue_come_first(board: Element) -> None:
    first = [item.text for item in board.one("ul", cls="app-first").every("li")]

    assert [
        "red Infant deaths in the first year of life: 4.3 per 1,000 live births against a target"
        " of 3.6, worsening",
        "red Pupils missing a tenth or more of their lessons: 21.0% against a target of 16%,"
        " improving",
        "red People killed or seriously injured on the roads: 298 people against a target of 270,"
        " improving",
        "overdue Young people aged 16 and 17 not in education, employment or training: 2025/26"
        " was due on 30 May 2026",
    ] == first


def test_a_row_says_all_there_is_to_say(board: Element) -> None:
    assert {
        "Period": "2025/26",
        "Value": "69.9%",
        "Target": "71%",
        "Status": "amber Why? Children reaching a good level of development at the end of"
        " reception: amber",
        "Travel": "improving",
        "Last signed": "not signed off",
        "Marks": "provisional, unsigned",
    } == cells(board, "Children reaching a good level of development at the end of reception")
    assert {
        "Period": "Q4 2024/25",
        "Value": "21.0%",
        "Target": "16%",
        "Status": "red Why? Pupils missing a tenth or more of their lessons: red"
        " stage 2: action Pupils missing a tenth or more of their lessons, Q4 2024/25",
        "Travel": "improving",
        "Last signed": "Daniel Whitehouse-Brown, 12 October 2026",
        "Marks": "none",
    } == cells(board, "Pupils missing a tenth or more of their lessons")


@pytest.mark.parametrize(
    ("title", "column", "words"),
    [
        ("Weeks that people wait for home care", "Value", "awaited"),
        ("Emergency admissions after a fall, aged 65 and over", "Value", "not due"),
        ("Deaths by suicide", "Value", "suppressed"),
        ("Babies born at term with a low weight", "Value", "not applicable"),
        ("People who trust the police and council to deal with disorder", "Value", "no value"),
        ("Burglaries of homes", "Target", "no target"),
        ("Average speed on roads with a limit of 20 miles an hour", "Target", "limits"),
        ("Weeks that people wait for home care", "Travel", "nothing to compare with"),
        ("Weeks that people wait for home care", "Last signed", "nothing to sign"),
        ("Weeks that people wait for home care", "Marks", "none"),
    ],
)
def test_what_is_not_there_has_a_name(board: Element, title: str, column: str, words: str) -> None:
    assert words == cells(board, title)[column]


def test_blocks_and_outcomes_are_headings_in_the_agreements_order(board: Element) -> None:
    blocks = [heading.text for heading in board.every("h2", cls="govuk-heading-l")]
    outcomes = [heading.text for heading in board.every("h3")]

    assert list(BLOCKS.values()) == blocks
    assert [f"{title} Lead: Warwickshire County Council" for _, title, _ in OUTCOMES] == outcomes


def test_every_indicator_stands_on_the_board_once(board: Element) -> None:
    rows = [head.text for head in board.every("th", scope="row")]

    assert sorted(each.definition.title for each in INDICATORS) == sorted(rows)


def test_an_indicator_without_a_known_outcome_is_still_shown(answer: StatusAnswer) -> None:
    agreement = BuiltReader().agreement("warwickshire", ASKED)
    lost = replace(answer.rows[0], outcome="nowhere")
    blocks = placed(agreement, replace(answer, rows=(lost, *answer.rows[1:])))

    assert UNPLACED == blocks[-1].title
    assert (lost,) == blocks[-1].outcomes[0].rows


def test_one_can_choose_every_area_and_the_begun_periods_of_each_kind(board: Element) -> None:
    areas = {
        option["value"]: option.text for option in board.one("select", id="area").every("option")
    }
    groups = board.one("select", id="period").every("optgroup")
    periods = {group["label"]: [each.text for each in group.every("option")] for group in groups}

    assert AREAS == areas
    assert {
        "Academic years",
        "Calendar years",
        "Calendar years, several together",
        "Financial years",
        "Quarters",
    } == set(periods)
    assert "2026/27" == periods["Financial years"][0]
    assert "2013/14" == periods["Financial years"][-1]
    assert "Q3 2026/27" == periods["Quarters"][0], "later quarters have not begun"


def test_a_chosen_period_and_area_are_shown_as_chosen(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{BOARD}?period=FY2024&area=E07000220")

    chosen = [option.text for option in page.every("option") if "selected" in option.attributes]
    assert ["Rugby", "2024/25"] == chosen
    assert "Rugby, 2024/25" == page.one("p", cls="app-subtitle").text
    periods = {cell.text for cell in page.every("td") if cell["data-label"] == "Period"}
    assert {"2024/25"} == periods
    assert "Quarters" in [group["label"] for group in page.every("optgroup")]


def test_a_row_leads_to_its_indicator_its_definition_and_its_reason_in_one_step(
    board: Element,
) -> None:
    table = board.every("table")[0]
    addresses = [link["href"] for link in table.every("a")][:3]

    assert [
        "/agreements/warwickshire/indicators/gld?area=E10000031",
        "/agreements/warwickshire/indicators/gld?area=E10000031#definition",
        "/agreements/warwickshire/indicators/gld/why?period=FY2025&area=E10000031",
    ] == addresses


def test_agreements_are_listed_with_their_size_and_span(client: TestClient[Litestar]) -> None:
    page = visit(client, "/")

    assert "24 indicators, from 1 April 2013 to 31 March 2027" in page.one("main").text
    link = page.one("main").every("h2")[0].one("a")
    assert (BOARD, "Warwickshire Partnership Agreement 2013 to 2027") == (link["href"], link.text)


def test_a_demonstration_offers_its_walk(client: TestClient[Litestar]) -> None:
    """Each stop as a page and as a command; not where somebody looks at the past already."""
    walk = visit(client, "/").one("ol", cls="app-proof")

    assert [stop.page for stop in stops()] == [each["href"] for each in walk.every("a")]
    assert [stop.command for stop in stops()] == [each.text for each in walk.every("pre")]
    assert [] == visit(client, "/?known_at=2025-01-31").every("ol", cls="app-proof")


def test_help_explains_every_word_of_the_board(client: TestClient[Litestar]) -> None:
    terms = {term.text for term in visit(client, "/help/words").every("dt")}

    assert {each.replace("-", " ") for each in (*Status, *NoStatus)} <= terms
    assert {"improving", "worsening", "no change", "provisional", "corrected"} <= terms


class NewReader(BuiltReader):
    """The built agreement before its first indicator; or with one, which nothing is known of."""

    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> StatusAnswer:
        """No row at all."""
        answer = super().status(agreement, asked, period=period, area=area)
        return replace(answer, rows=(), counts={})

    def indicator(self, agreement: str, indicator: str, asked: ClocksAsked) -> IndicatorAnswer:
        """No judgement."""
        return replace(super().indicator(agreement, indicator, asked), current=None)

    def status_series(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str
    ) -> tuple[StatusRow, ...]:
        """No period."""
        return ()


@pytest.mark.parametrize(
    ("known_at", "said"),
    [
        ("now", "No indicators have been set up yet."),
        ("2013-05-01", "No indicators had been set up yet at this moment."),
    ],
)
def test_a_board_without_indicators_says_so(known_at: str, said: str) -> None:
    page = parsed(board_page(NewReader(), ClocksAsked(known_at), "warwickshire"))

    assert said in page.one("main").text
    assert "0 indicators at a glance" in page.one("main").text
    assert [] == page.every("table")


def test_an_indicator_nothing_is_known_of_has_its_page() -> None:
    page = parsed(indicator_page(NewReader(), ASKED, "warwickshire", "gld", area="", events=""))

    assert "Nothing can be judged here yet." in page.text
    assert "No values and no targets yet." in page.text
    assert [] == page.every("img")


def test_a_board_without_red_or_overdue_says_so() -> None:
    class CalmReader(BuiltReader):
        """Only what is green."""

        def status(
            self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
        ) -> StatusAnswer:
            """The green rows."""
            answer = super().status(agreement, asked, period=period, area=area)
            rows = tuple(row for row in answer.rows if row.status == Status.GREEN)
            return replace(answer, rows=rows, counts={"green": len(rows)})

    page = parsed(board_page(CalmReader(), ASKED, "warwickshire"))

    assert "Nothing is red and nothing is overdue." in page.text
    assert [] == page.every("ul", cls="app-first")


def test_where_nothing_has_a_status_the_page_does_not_say_that_nothing_is_red() -> None:
    """As the public saw it of an agreement of which nothing was signed off yet."""

    class SilentReader(BuiltReader):
        """Only what has no status, and is not overdue."""

        def status(
            self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
        ) -> StatusAnswer:
            """The rows that wait for no one."""
            answer = super().status(agreement, asked, period=period, area=area)
            rows = tuple(
                row for row in answer.rows if row.status is None and row.reason != NoStatus.OVERDUE
            )
            assert rows
            return replace(answer, rows=rows, counts={})

    page = parsed(board_page(SilentReader(), ASKED, "warwickshire"))

    assert "Nothing is red" not in page.text
    assert "No indicator has a status here." in page.text
