"""A refresh that retires an indicator and gives it other periods, and what is told of it."""

from collections.abc import Iterator
from datetime import date

import pytest
from change_record import LATER, act, ready, the_record
from change_scenario import AT, CODE, change
from histories import reading

from ledger.amending.sealing import RefreshAsked, open_refresh
from ledger.amending.together import DecideTogether, decide_together
from ledger.amendment.events import Changes, DefinitionChange, RetirementChange
from ledger.record import Record
from policies.periods import Interval
from projections.catch_up import catch_up
from projections.reading.amendments import read_amendment
from projections.reading.clocks import resolve
from projections.reading.indicator import read_indicator
from scenario import definition

SPRING = RefreshAsked(title="Spring", opens_on=date(2025, 6, 1), closes_on=date(2025, 6, 30))
QUARTERLY = DefinitionChange(
    indicator="I1",
    kind="major",
    definition=definition(interval=Interval.QUARTER, series_break_at="FY2026-Q1"),
)
BY_QUARTERS = change(definitions=(QUARTERLY,), effective_from="FY2026")
RETIRING = change(
    retirements=(RetirementChange(indicator="I1"),), effective_from="FY2026-Q3"
)  # of whole years, only 2027/28 begins then


@pytest.fixture
def here(embedded_database: str) -> Iterator[Record]:
    with the_record(embedded_database) as record:
        open_refresh(record, CODE, SPRING, act("petra"))
        yield record


@pytest.mark.parametrize(
    "several",
    [(BY_QUARTERS, RETIRING), (RETIRING, BY_QUARTERS)],
    ids=["defined first", "retired first"],
)
def test_it_retires_from_the_first_of_the_periods_that_it_has_from_then_on(
    here: Record, embedded_database: str, several: tuple[Changes, ...]
) -> None:
    numbers = {each: ready(here, each, by="petra", refresh=1) for each in several}
    decision = DecideTogether(body="board", minute_reference="20/2025")
    decide_together(here, CODE, 1, decision, act("bela", at=LATER))

    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        now = resolve(reader, "now", "now", AT)
        [told] = read_amendment(reader, CODE, numbers[RETIRING], now).changes.retirements
        assert ("FY2026-Q3", "Q3 2026/27") == (told.from_period, told.period_label)
        assert told.from_period == read_indicator(reader, CODE, "I1", now).retired_from
