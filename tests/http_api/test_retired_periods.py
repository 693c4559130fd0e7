"""What forms and sentences make of an indicator that is retired from a period on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from change_scenario import CODE, given, indicators

from http_api.pages.deeds import deed
from http_api.pages.entry_cell import periods
from ledger.indicator.events import IndicatorRetired
from projections.answers import HistoryEvent

TODAY = date(2025, 6, 2)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, ["FY2025", "FY2024", "FY2023", "FY2022"]),
        ("FY2024", ["FY2023", "FY2022"]),
        ("FY2026", ["FY2025", "FY2024", "FY2023", "FY2022"]),
        ("FY2020", []),
        ("", []),
    ],
)
def test_a_form_offers_the_periods_that_are_not_retired(
    since: str | None, expected: list[str]
) -> None:
    past = [] if since is None else [IndicatorRetired(from_period=since)]
    state = indicators(I1=past)["I1"]
    assert expected == [one.code for one in periods(given().agreement, state, TODAY)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Retired the indicator"),
        ({"from_period": "FY2027"}, "Retired the indicator from 2027/28"),
        (
            {"from_period": "FY2027-Q1", "amendment": 4},
            "Retired the indicator from Q1 2027/28 by amendment 4",
        ),
    ],
)
def test_the_history_says_from_when_and_by_which_amendment(
    data: Mapping[str, Any], sentence: str
) -> None:
    event = HistoryEvent(
        position=9,
        recorded_at=datetime(2025, 6, 2, tzinfo=UTC),
        actor="bela",
        type="indicator-retired",
        agreement=CODE,
        indicator="I1",
        data=dict(data),
    )
    assert sentence == deed(event, {}).alone
