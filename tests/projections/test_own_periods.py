"""Which periods an indicator can be asked about: its own, and those it once had figures of."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from histories import AGREEMENT, HOME, OTHER, Ledger, definition, opening, taken_in

from ledger.engine import Connection
from ledger.indicator.events import Entry, IndicatorRedefined, Target
from policies.periods import Interval
from policies.refusals import WrongInterval
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.drill_down import DrillAsked, read_drill_down
from projections.reading.values import read_values
from projections.reading.why import read_why

Asking = Callable[[Connection, ResolvedClocks, str, str], object]


def values(reader: Connection, clocks: ResolvedClocks, period: str, area: str) -> object:
    return read_values(reader, AGREEMENT, "I1", clocks, period=period, area=area)


def drill_down(reader: Connection, clocks: ResolvedClocks, period: str, area: str) -> object:
    asked = DrillAsked(indicator="I1", period=period, area=area)
    return read_drill_down(reader, AGREEMENT, clocks, asked)


def why(reader: Connection, clocks: ResolvedClocks, period: str, area: str) -> object:
    return read_why(reader, AGREEMENT, "I1", clocks, period=period, area=area)


@pytest.mark.parametrize("ask", [values, drill_down, why])
def test_a_period_of_another_kind_is_one_where_it_has_a_value_or_a_target_in_any_area(
    written: tuple[str, Ledger, Connection], ask: Asking
) -> None:
    """So that what leads from one area to another leads somewhere."""
    story = opening("I1")
    story.submit("I1", Entry(period="FY2023-Q1", area=HOME, value=Decimal("12.3")))
    story.target(
        "I1", Target(area=HOME, period="FY2023-Q2", level=Decimal(10), baseline=Decimal(9))
    )
    yearly = definition("I1", interval=Interval.YEAR)
    story.indicator("I1", IndicatorRedefined(definition=yearly))
    reader = taken_in(written, story)
    clocks = resolve(reader, "now", "now", story.commits[-1].at)
    for area in (HOME, OTHER):
        for period in ("FY2023-Q1", "FY2023-Q2", "FY2023"):
            ask(reader, clocks, period, area)
        with pytest.raises(WrongInterval):
            ask(reader, clocks, "FY2023-Q3", area)
