"""The pages of change in words: what differs, every kind of cause, and the register."""

import csv
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from browser import built_changes
from browser.built import BuiltReader
from browser.judged import CODE
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, CHANGES, RESTATEMENTS, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.causes import CauseTelling, months_before, told_causes
from http_api.pages.changes import CSV_COLUMNS, Asked, changes_page
from http_api.pages.reader import ClocksAsked
from projections.changes import CauseKind, Diff

NOW = ClocksAsked()

# Each kind of cause as the built board has one, in the order in which the page shows them.
SENTENCES = {
    CauseKind.NEW_VALUE: "Submitted on 20 November 2026 by The operator of the service: 14.0",
    CauseKind.LATE_ARRIVAL: "Came late, loaded from returns.csv on 19 November 2026 by Asha Patel:"
    " 14.0",
    CauseKind.CORRECTION: "Corrected on 18 November 2026 by The operator of the service: 12.5",
    CauseKind.WITHDRAWAL: "Withdrawn on 17 November 2026 by Asha Patel: 12.5",
    CauseKind.RESTORATION: "A load was withdrawn on 16 November 2026 by The operator of the"
    " service: 14.0",
    CauseKind.SIGN_OFF: "Signed off on 15 November 2026 by Asha Patel.",
    CauseKind.EVIDENCE: "Evidence was added on 14 November 2026 by The operator of the service, so",
    CauseKind.TARGET: "A target was set on 13 November 2026 by Asha Patel:",
    CauseKind.DEFINITION: "The indicator was defined anew on 12 November 2026 by The operator",
    CauseKind.RETIREMENT: "The indicator was retired on 11 November 2026 by Asha Patel",
    CauseKind.POLICY: "Rules were adopted on 10 November 2026 by The operator of the service:"
    " version 2025-1.",
    CauseKind.STRUCTURE: "The area left the agreement on 9 November 2026",
    CauseKind.EARLIER_PERIOD: "The value of 2024/25, which this one is compared with, changed on"
    " 8 November 2026 by The operator of the service. Direction of travel: worsening became"
    " improving.",
    CauseKind.TIME: "The days of grace were over on 7 November 2026, and there was still no value.",
}


# Steps by which a row came or went that has neither value nor target.
OF_EMPTY_ROWS = [
    (CauseKind.DEFINITION, "came", "The indicator was defined on 8 November 2026."),
    (CauseKind.STRUCTURE, "came", "The area, or the period, became part of the agreement on 8"),
    (CauseKind.STRUCTURE, "went", "The area, or the period, left the agreement on 8 November"),
    (CauseKind.TARGET, "came", "A target of an earlier period was set on 8 November 2026: an"),
    (CauseKind.EARLIER_PERIOD, "came", "A value of 2024/25 came on 8 November 2026: an indicator"),
    (CauseKind.EARLIER_PERIOD, "went", "The value of 2024/25 was taken out on 8 November 2026:"),
]


@pytest.mark.parametrize(("kind", "way", "said"), OF_EMPTY_ROWS)
def test_how_a_row_without_value_and_target_came_and_went_is_a_plain_sentence(
    kind: CauseKind, way: str, said: str
) -> None:
    cells = built_changes.diff_answer(NOW, NOW, area=None, after=None).cells
    (cell,) = (each for each in cells if each.causes[0].kind is CauseKind.EARLIER_PERIOD)
    (cause,) = cell.causes
    assert cause.after is not None
    empty = msgspec.structs.replace(cause.after, entry=None, judged=None, target=None)
    before, after = (None, empty) if way == "came" else (empty, None)
    step = msgspec.structs.replace(cause, kind=kind, actor=None, before=before, after=after)
    alone = msgspec.structs.replace(cell, causes=(step,))
    (told,) = told_causes(alone, CauseTelling({}, "warwickshire"))
    assert told.text.startswith(said)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient[Litestar]) -> Element:
    return visit(client, CHANGES)


def test_the_page_begins_with_the_difference_in_words(page: Element) -> None:
    assert "From 21 August 2026 to 21 November 2026" == page.one("h2", id="summary").text
    said = [item.text for item in page.one("ul", cls="app-change__summary").every("li")]
    assert [
        "6 of 143 figures for Warwickshire differ.",
        "No status became worse.",
        "2 statuses became better: 2 from red to amber.",
        "1 other status changed: 1 from not due to overdue.",
        "1 figure is new.",
        "1 figure is no longer there.",
    ] == said
    assert "You chose no day, so this starts three months before." in page.one("main").text
    assert "Each day is judged by the rules that were in force on it." in page.one("main").text


def test_a_reader_sees_what_became_worse_or_better_before_all_else() -> None:
    class Turned(BuiltReader):
        def diff(self, *asked: object, worst_first: bool = False, **named: object) -> Diff:
            assert worst_first
            answer = super().diff(*asked, **named)  # type: ignore[arg-type]
            (first, *_) = (one for one in answer.cells if one.before and one.after)
            assert first.before is not None
            assert first.after is not None
            turned = [
                msgspec.structs.replace(
                    first,
                    before=msgspec.structs.replace(first.before, target="5", **before),
                    after=msgspec.structs.replace(first.after, target="5", **after),
                )
                for before, after in (
                    ({"status": "green", "reason": None}, {"status": "red", "reason": None}),
                    ({"status": "red", "reason": None}, {"status": "green", "reason": None}),
                    ({"status": None, "reason": "not-due"}, {"status": "red", "reason": None}),
                )
            ]
            return msgspec.structs.replace(answer, cells=(*turned, *answer.cells))

    page = parsed(changes_page(Turned(), Asked(clocks=ClocksAsked()), CODE))
    heads = [head.text for head in page.one("main").every("h2")]
    assert [
        "Statuses that became worse",
        "Statuses that became better",
        "Other statuses that changed",
        "Figures that changed, and their status did not",
        "Signed off, or changed in detail",
    ] == heads[1:]


@pytest.mark.parametrize("kind", CauseKind)
def test_every_kind_of_cause_is_a_plain_sentence(page: Element, kind: CauseKind) -> None:
    causes = [
        item.text for causes in page.every("ol", cls="app-causes") for item in causes.every("li")
    ]
    assert 1 == sum(SENTENCES[kind] in cause for cause in causes), causes


def test_a_cause_says_the_reason_that_was_given(page: Element) -> None:
    (reason,) = page.every("span", cls="app-causes__reason")
    assert "Reason given: Two children were counted twice." == reason.text


def test_a_status_before_and_after_is_a_word_and_a_shape(page: Element) -> None:
    for line in page.every("p", cls="app-change__line"):
        for side in line.every("span", cls="app-change__side"):
            tags = side.every("strong")
            assert side.text == "not there" or (len(tags) == 1 and tags[0].one("svg"))


def test_what_only_a_signature_changed_is_folded_away(page: Element) -> None:
    folded = page.one("section", **{"aria-labelledby": "details"})
    assert "Show 1 figure of 1 indicator" in folded.one("summary").text
    assert SENTENCES[CauseKind.SIGN_OFF] in folded.text


def test_every_step_leads_to_how_it_stood_then(page: Element) -> None:
    links = [link["href"] for link in page.every("a") if "How it stood then" in link.text]
    there = len(CauseKind) - 2  # two cells are not there any more
    assert there == len(links) == len(set(links))
    assert 1 == sum("known_at=2026-11-07T00" in link for link in links)
    assert there - 1 == sum("known_at=position%3A16" in link for link in links)
    assert all("/why?" in link for link in links)


def test_the_reader_goes_from_the_board_to_the_changes_and_on_to_the_register(
    client: TestClient[Litestar], page: Element
) -> None:
    board = visit(client, BOARD)
    (link,) = (link for link in board.every("a") if "What changed" in link.text)
    assert link["href"].startswith(CHANGES)
    (onward,) = (link for link in page.every("a") if "Restatements" in link.text)
    assert onward["href"].startswith(RESTATEMENTS)
    visit(client, onward["href"])


def test_all_areas_are_named_with_their_figures(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{CHANGES}?area=all&from=2026-01-31")
    assert "for all areas" in page.one("ul", cls="app-change__summary").text
    periods = page.every("strong", cls="app-change__period")
    assert all(period.text.endswith(", Warwickshire") for period in periods)
    assert "2026-01-31" == page.one("input", id="from")["value"]


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ("known_at=2025-01-31", "Both days are judged by today’s rules."),
        ("policy_at=2025-01-31", "Both days are judged by the rules of 31 January 2025."),
        (
            "known_at=2025-01-31&policy_at=2025-01-31",
            "Each day is judged by the rules that were in force on it.",
        ),
    ],
)
def test_the_page_says_whose_rules_judge_it(
    client: TestClient[Litestar], clocks: str, said: str
) -> None:
    assert said in visit(client, f"{CHANGES}?from=2025-01-02&{clocks}").one("main").text


def test_days_the_wrong_way_round_are_said_on_the_page(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{CHANGES}?from=2026-11-30")
    said = page.one("div", cls="govuk-inset-text").text
    assert said.startswith("The moment to start from is later than the moment to end at.")
    assert [] == page.every("ol", cls="app-causes")


def test_a_moment_that_cannot_be_read_is_an_error_page(client: TestClient[Litestar]) -> None:
    answer = client.get("/agreements/nowhere/changes", headers={"accept": "text/html"})
    assert 404 == answer.status_code


def test_the_csv_has_a_line_for_every_cause(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{CHANGES}.csv")
    assert 'attachment; filename="changes.csv"' == answer.headers["content-disposition"]
    header, *lines = csv.reader(answer.text.splitlines())
    assert list(CSV_COLUMNS) == header
    assert [*CauseKind] == [line[header.index("cause")] for line in lines]
    corrected = dict(zip(header, lines[2], strict=True))
    assert ("12.5", "red", "14.0", "amber") == (
        corrected["before"],
        corrected["before_status"],
        corrected["after"],
        corrected["after_status"],
    )
    assert "Two children were counted twice." == corrected["reason"]


def test_the_csv_is_refused_at_once(client: TestClient[Litestar]) -> None:
    assert 400 == client.get(f"{CHANGES}.csv?from=2026-11-30").status_code


def test_the_register_shows_both_figures_their_statuses_and_why(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, RESTATEMENTS)
    rows = [row for row in page.one("tbody").every("tr")]
    corrected, withdrawn, restored = (row.text for row in rows)
    for words in ("12.54", "Red", "14", "Amber", "1.5", "12.00%", "Correction by Asha Patel"):
        assert words.lower() in corrected.lower()
    assert "Two children were counted twice." in corrected
    assert "nothing" in withdrawn
    assert "No reason is kept." in withdrawn
    assert "sex F" in restored
    (more,) = (link for link in page.every("a") if link.text == "Earlier restatements")
    assert "No figure has been restated." in visit(client, more["href"]).text


def test_the_register_of_one_indicator_leads_back_to_all(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{RESTATEMENTS}?indicator=absence&area=all")
    (back,) = (link for link in page.every("a") if link.text == "Show all indicators")
    assert "indicator" not in back["href"]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 5, 31), 3, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_before_keep_the_day_or_take_the_last(
    day: date, months: int, expected: date
) -> None:
    assert expected == months_before(day, months)


def test_rules_adopted_in_between_are_told_once(client: TestClient[Litestar]) -> None:
    page = visit(client, CHANGES)

    told = (
        "Rules adopted in between: status, version 2, for periods from 1 April 2025 (position 180)."
    )
    assert [told] == [each.text for each in page.every("p") if "Rules adopted" in each.text]
