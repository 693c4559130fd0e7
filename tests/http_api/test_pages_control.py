"""The pages of change control and reward in words."""

import csv
import re
from collections.abc import Iterator

import pytest
from browser.built_control import SUMMARY
from browser.judged import find
from browser.parsed import Element
from browser.serving import create
from browser.visiting import MEMORANDUM, REGISTER, REWARD, SCORECARD, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.effect_chart import Sides, specify
from http_api.pages.amendments import CSV_COLUMNS


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def rows(page: Element, cls: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    table = page.one("table", cls=cls)
    return [[cell.said for cell in row.every("th", "td")] for row in table.every("tr")[1:]]


def test_the_register_has_every_amendment_with_what_became_of_it(
    client: TestClient[Litestar],
) -> None:
    found = rows(visit(client, REGISTER), "app-table--register")
    assert ["Withdrawn", "Proposed", "Approved"] == [row[1].split()[0] for row in found]
    assert "absence, gld, rules of status and rules of escalation" == found[0][4]


def test_a_proposal_says_first_what_it_would_have_done(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{REGISTER}/2")
    assert SUMMARY in page.text
    effects = rows(page, "app-table--effects")
    assert ["red stage 2", "amber stage 1"] == effects[0][2:]
    assert ["awaited", "overdue"] == effects[2][2:]
    assert "1 period: stage 2 would have been stage 1" in page.text
    assert "1 period: no stage would have been stage 1" in page.text
    assert "nothing would be £1,500.00" in page.text
    assert ["red", "2", "1"] in rows(page, "app-table--sides")
    (basket,) = rows(page, "app-table--baskets")
    assert ["none: too few of them have a status", "amber"] == basket[1:]
    assert basket[0].startswith("Learning")
    assert "1 basket without a status would have none for another reason." in page.text


def test_a_proposal_shows_what_each_partner_says(client: TestClient[Litestar]) -> None:
    found = rows(visit(client, f"{REGISTER}/2"), "app-table--partners")
    assert ["Awaited", "Objected", "Consented"] == [row[1].split()[0] for row in found]
    assert "Decision" in visit(client, f"{REGISTER}/2").text


def test_a_proposal_that_was_not_rehearsed_says_so(client: TestClient[Litestar]) -> None:
    assert "This proposal was never rehearsed." in visit(client, f"{REGISTER}/3").text


def test_targets_and_definitions_are_told_before_and_after(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{REGISTER}/1")
    targets = rows(page, "app-table--targets")
    assert [
        "68, baseline 70",
        "71.5, stretch, baseline 70 (66 without the stretch, 71.5 with it)",
    ] == targets[0][1:3]
    assert ["no target", "1,200, baseline 70"] == targets[1][1:3]
    fields = dict((row[0], row[1:]) for row in rows(page, "app-table--rules"))
    assert ["no", "yes"] == fields["Data only"]
    assert ["nothing", "FY2025"] == fields["Series break at"]
    settings = [["Amber margin", "0.05 (5% of the target)", "0.1 (10% of the target)"]]
    assert settings == rows(page, "app-table--settings")  # the others stay as they were
    assert "Amber margin: 0.1 (10% of the target)" in page.text  # and all of them below


@pytest.mark.parametrize("path", [f"{REGISTER}/1", MEMORANDUM])
def test_a_retirement_is_one_sentence(client: TestClient[Litestar], path: str) -> None:
    title = find("smoking").definition.title
    assert f"{title}: retired from Q1 2025/26. It binds " in visit(client, path).text


def test_smart_is_answered_question_by_question(client: TestClient[Litestar]) -> None:
    text = visit(client, f"{REGISTER}/2").text
    for question in ("Specific", "Measurable", "Agreed", "Results oriented", "Time based"):
        assert question in text
    assert "Health objected" in text


def test_the_memorandum_has_every_target_and_whom_it_binds(client: TestClient[Litestar]) -> None:
    page = visit(client, MEMORANDUM)
    found = rows(page, "app-table--standing")
    assert "2025/26: 71.5, stretch" in found[0][1]
    assert "nobody" == found[1][2]
    assert "Minute" in page.text


def test_the_effect_table_as_csv_is_whole(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{REGISTER}/2/effects.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *found = csv.reader(answer.text.splitlines())
    assert list(CSV_COLUMNS) == header
    assert 3 == len(found)
    assert ["64", "70", "red", "2", "64", "70", "amber", "1"] == found[0][5:]


def test_reward_is_told_under_each_version(client: TestClient[Litestar]) -> None:
    page = visit(client, REWARD)
    found = rows(page, "app-table--rewards")
    assert "£100,000.00 of £100,000.00" == found[0][4]
    assert "£100,000.00 of £200,000.00" == found[0][5]
    assert "(provisional, unsigned)" in found[0][1]
    assert ["none yet", "not known yet"] == [found[1][1], found[1][3]]
    assert "Weights" in page.text


def test_a_basket_shows_what_it_hides(client: TestClient[Litestar]) -> None:
    """Its status with the counts beside it, who is missing, and each step; or why it has none."""
    page = visit(client, SCORECARD)
    assert "By version 1 of the rules: A basket is judged by the share of its" in page.text
    assert "It is green from 75% and amber from 50%." in page.text
    found = {cells[0]: cells[1:] for cells in rows(page, "app-table--scorecard")}
    assert "none: no status is expected of any of them" == found["A basket with nothing in it"][0]
    judged = [cells for cells in found.values() if "%" in cells[0]]
    assert judged
    assert all(re.search(r"[0-9] (exceeding|green|amber|red)", cells[1]) for cells in judged)
    too_few = "none: too few of them have a status"  # and no score, which would be read as one
    assert too_few in {cells[0] for cells in found.values()}
    assert len(found) - 1 == len(list(page.every("table", cls="app-table--members")))
    assert "Coverage" in page.text


def test_any_set_of_indicators_is_judged_by_its_address(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{SCORECARD}?indicators=gld,absence")
    assert ["2 indicators chosen"] == [cells[0] for cells in rows(page, "app-table--scorecard")]
    assert 2 == len(rows(page, "app-table--members"))


def test_both_bars_of_the_chart_are_as_long_and_hold_only_statuses() -> None:
    sides = Sides({"red": 2, "amber": 1, "no-target": 9}, {"amber": 2, "green": 1, "retired": 9})
    for size in ("wide", "narrow"):
        pieces = specify(sides, size)["data"]["values"]
        assert {"green", "amber", "red"} == {piece["word"] for piece in pieces}
        ends = {side: 0 for side in ("Before", "After")}
        for piece in pieces:
            assert ends[piece["side"]] == piece["begins"]
            ends[piece["side"]] = piece["ends"]
        assert {"Before": 3, "After": 3} == ends


def test_a_large_proposal_begins_with_what_it_comes_to(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{REGISTER}/4")
    short = page.one("section", **{"aria-labelledby": "short"}).text
    assert "45 targets of 2 indicators in 1 area: 16 higher, 16 lower, 8 at the same level" in short
    assert SUMMARY in short
    assert "1 of 3 partners has consented." in short
    assert [] == visit(client, f"{REGISTER}/2").every("section", **{"aria-labelledby": "short"})


def test_the_lists_of_a_proposal_come_in_parts_the_weightiest_first(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, f"{REGISTER}/4")
    assert 20 == len(rows(page, "app-table--targets"))
    effects = rows(page, "app-table--effects")
    assert {("red stage 2", "amber stage 1")} == {(row[2], row[3]) for row in effects}
    said = page.one("main").text
    for words in (
        "This part of the list has targets 1 to 20 of 45. All 45 as CSV",
        "This part of the list has payments 1 to 20 of 400.",
        "This part of the list has baskets 1 to 20 of 400.",
        "This part of the list has periods 1 to 20 of 60. All 60 as CSV",
        "This part of the list has targets 1 to 10 of 45.",
    ):
        assert words in said
    counts = rows(page, "app-table--answered")
    assert ["45"] * 5 == [str(sum(map(int, row[1:]))) for row in counts]


def test_the_way_on_in_one_list_keeps_the_place_in_the_others(
    client: TestClient[Litestar],
) -> None:
    page = visit(client, f"{REGISTER}/4?targets=20&periods=40&known_at=2026-10-31")
    links = {link.text: link["href"] for link in page.one("main").every("a")}
    onward = links["More baskets"]
    for part in ("targets=20", "periods=40", "baskets=20", "known_at=2026-10-31", "#baskets"):
        assert part in onward
    assert "More periods" not in links, "the last part has no way on"
    beginnings = [
        link["href"]
        for link in page.one("main").every("a")
        if link.text.startswith("Back to the beginning of the list: ")
    ]
    assert 2 == len(beginnings)
    assert "targets=" not in beginnings[0]
    last = rows(page, "app-table--effects")
    assert ["awaited", "overdue"] == last[-1][2:]


@pytest.mark.parametrize("asked", ["targets=x", "periods=-1", "checks=1e3", "baskets=²"])
def test_a_part_that_is_none_is_refused(client: TestClient[Litestar], asked: str) -> None:
    assert 400 == client.get(f"{REGISTER}/4?{asked}").status_code


def test_a_place_behind_the_end_says_so_and_leads_back(client: TestClient[Litestar]) -> None:
    said = visit(client, f"{REGISTER}/4?targets=900").one("main").text
    assert "The list has 45 targets; it does not go as far as this." in said
    assert "Back to the beginning of the list" in said


def test_all_targets_are_one_table(client: TestClient[Litestar]) -> None:
    """With the columns of a revision, whose first are what a target is of."""
    answer = client.get(f"{REGISTER}/4/targets.csv")
    table = list(csv.DictReader(answer.text.splitlines()))
    assert 45 == len(table)
    first = table[1]
    assert ("absence", "FY2026", "68", "67") == tuple(
        first[name] for name in ("indicator", "period", "before", "level")
    )
