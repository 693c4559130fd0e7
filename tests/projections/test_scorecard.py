"""The same indicators in baskets: each judged by the rules and the scorecard known at a moment."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from histories import AGREEMENT, HOME, Story, ledger, opening, reading
from servers import Server

from ledger.agreement.events import (
    BasketPolicyAdopted,
    BasketSet,
    OutcomeSet,
    PrioritySet,
    RagPolicyAdopted,
)
from ledger.engine import Connection
from ledger.indicator.events import Entry, Target
from policies.basket import BasketSettings
from policies.rag import RagSettings
from policies.refusals import UnknownIndicator, UnknownScorecard
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.scorecard import read_scorecard
from projections.reading.status import read_status
from projections.scorecards import BasketAnswer, Scorecard

MAY = datetime(2023, 5, 15, 9, 30, tzinfo=UTC)
PERIODS = {"I1": "FY2023-Q1", "I2": "FY2023", "I3": "CY2021+3"}
JULY = datetime(2024, 7, 5, 12, tzinfo=UTC)
SHARE = BasketSettings(
    method="share-green",
    least_coverage=Decimal("0.5"),
    green_from=Decimal("0.5"),
    amber_from=Decimal("0.25"),
)


def told() -> tuple[Story, dict[str, int]]:
    """I1 is green, I2 red, I3 has no value; then rules of judging together, then a scorecard."""
    story = opening("I1", "I2", "I3", start=MAY)
    after: dict[str, int] = {}
    story.structure(
        RagPolicyAdopted(
            version="1",
            effective_from=date(2023, 4, 1),
            settings=RagSettings(amber_margin=Decimal("0.05"), judge="submitted"),
        )
    )
    story.structure(
        PrioritySet(code="first", title="First things"),
        OutcomeSet(code="homes", title="Homes", block="well", lead="county", priorities=("first",)),
    )
    for code, period in PERIODS.items():
        story.target(code, Target(area=HOME, period=period, level=Decimal(50)))
    story.submit("I1", Entry(period=PERIODS["I1"], area=HOME, value=Decimal(90)))
    story.submit(
        "I2", Entry(period=PERIODS["I2"], area=HOME, numerator=Decimal(1), denominator=Decimal(10))
    )
    after["values"] = len(story.recorded())
    story.structure(
        BasketPolicyAdopted(version="1", effective_from=date(2023, 4, 1), settings=SHARE)
    )
    after["rules"] = len(story.recorded())
    story.structure(
        BasketSet(code="a", title="Customers", scorecard="balanced", indicators=("I2", "I3")),
        BasketSet(code="b", title="Learning", scorecard="balanced", indicators=("I1",)),
    )
    after["scorecard"] = len(story.recorded())
    story.structure(BasketSet(code="b", title="Growth", scorecard="balanced", indicators=()))
    after["another"] = len(story.recorded())
    return story, after


@pytest.fixture(scope="module")
def answers(embedded_server: Server) -> Iterator[tuple[Connection, dict[str, int]]]:
    """The answers to the story, and the position after each part of it."""
    story, after = told()
    with embedded_server.fresh_database() as url:
        with ledger(url) as owner:
            owner.write(story)
        catch_up(url)
        with reading(url) as reader:
            yield reader, after


def asked(
    answers: tuple[Connection, dict[str, int]],
    part: str,
    by: str,
    *indicators: str,
    policy: str = "",
) -> Scorecard:
    """The scorecard as known after a part of the story, by the rules of then."""
    reader, after = answers
    known, rules = (f"position:{after[one]}" for one in (part, policy or part))
    clocks = resolve(reader, known, rules, JULY)
    return read_scorecard(reader, AGREEMENT, clocks, by=by, indicators=indicators)


def brief(card: Scorecard) -> list[tuple[str, str | None, str | None]]:
    return [(one.title, one.status, one.reason) for one in card.baskets]


def test_without_rules_the_worst_counts_and_all_must_be_there(
    answers: tuple[Connection, dict[str, int]],
) -> None:
    card = asked(answers, "values", "blocks")
    assert card.policy is None
    assert [("Stay safe", "red", None), ("Be healthy", None, "least-coverage")] == brief(card)
    assert ["blocks", "outcomes", "priorities", "all"] == [one.code for one in card.groupings]


def test_by_the_rules_in_force_a_part_may_be_missing(
    answers: tuple[Connection, dict[str, int]],
) -> None:
    card = asked(answers, "rules", "blocks")
    assert card.policy is not None
    assert ("1", "basket") == (card.policy.version, card.policy.kind)
    assert [("Stay safe", "red", None), ("Be healthy", "green", None)] == brief(card)
    whole = asked(answers, "rules", "all")
    assert [("green", "0.5", "0.666666666667")] == [
        (one.status, one.score, one.coverage) for one in whole.baskets
    ]
    assert [("First things", "green", None)] == brief(asked(answers, "rules", "priorities"))
    assert {"Homes", "Roads"} == {one.title for one in asked(answers, "rules", "outcomes").baskets}


def test_the_rules_of_then_and_of_now_judge_what_was_known_then(
    answers: tuple[Connection, dict[str, int]],
) -> None:
    by_later = asked(answers, "values", "blocks", policy="rules")
    assert brief(asked(answers, "rules", "blocks")) == brief(by_later)


def test_a_scorecard_is_another_way_to_group_and_is_known_by_its_time(
    answers: tuple[Connection, dict[str, int]],
) -> None:
    card = asked(answers, "scorecard", "balanced")
    assert [("Customers", "red", None), ("Learning", "green", None)] == brief(card)
    later = asked(answers, "another", "balanced")
    assert [("Customers", "red", None), ("Growth", None, "nothing-expected")] == brief(later)
    assert "balanced" in [one.code for one in later.groupings]
    with pytest.raises(UnknownScorecard, match="use one of blocks, outcomes, priorities, all"):
        asked(answers, "rules", "balanced")


def test_a_set_of_ones_own_counts_each_indicator_once(
    answers: tuple[Connection, dict[str, int]],
) -> None:
    (basket,) = asked(answers, "rules", "blocks", "I1", "I2", "I1").baskets
    assert ["I1", "I2"] == [one.indicator for one in basket.members]
    with pytest.raises(UnknownIndicator):
        asked(answers, "rules", "blocks", "I9")


@pytest.mark.parametrize("by", ["blocks", "outcomes", "priorities", "all", "balanced"])
def test_the_counts_add_up_to_the_members_which_are_those_of_the_board(
    answers: tuple[Connection, dict[str, int]], by: str
) -> None:
    reader, _ = answers
    card = asked(answers, "scorecard", by)
    board = read_status(reader, AGREEMENT, resolved(answers))
    rows = {row.indicator: (row.period, row.status, row.reason) for row in board.rows}
    for basket in card.baskets:
        assert len(basket.members) == sum(basket.counts.values()) + basket.missing + basket.aside
        assert shown(basket) == {code: rows[code] for code in shown(basket)}
    if by in ("blocks", "outcomes", "all"):
        members = [one.indicator for basket in card.baskets for one in basket.members]
        assert sorted(rows) == sorted(members)


def resolved(answers: tuple[Connection, dict[str, int]]) -> ResolvedClocks:
    reader, after = answers
    at = f"position:{after['scorecard']}"
    return resolve(reader, at, at, JULY)


def shown(basket: BasketAnswer) -> dict[str, tuple[str, str | None, str | None]]:
    return {one.indicator: (one.period, one.status, one.reason) for one in basket.members}
