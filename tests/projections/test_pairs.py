"""Two indicators against each other, where not all areas have sent their latest figures."""

from datetime import UTC, date, datetime
from decimal import Decimal

from histories import AGREEMENT, HOME, OTHER, Ledger, opening, taken_in

from ledger.agreement.events import RagPolicyAdopted
from ledger.engine import Connection
from ledger.indicator.events import Entry
from policies.rag import RagSettings
from projections.reading.clocks import resolve
from projections.reading.pairs import read_pairs

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
Written = tuple[str, Ledger, Connection]


def test_a_pair_tells_of_which_periods_its_figures_are(written: Written) -> None:
    """Of one area the fourth quarter has come, of the other not yet."""
    story = opening("I1", "I2")
    rag = RagSettings(amber_margin=Decimal("0.1"))
    story.structure(RagPolicyAdopted(version="1", effective_from=date(2020, 4, 1), settings=rag))
    for area, quarter in ((HOME, "FY2023-Q3"), (HOME, "FY2023-Q4"), (OTHER, "FY2023-Q3")):
        story.submit("I1", Entry(period=quarter, area=area, value=Decimal(90)))
    for area in (HOME, OTHER):
        year = Entry(period="FY2023", area=area, numerator=Decimal(1), denominator=Decimal(2))
        story.submit("I2", year)
    reader = taken_in(written, story)
    clocks = resolve(reader, "now", "now", NOW)

    by_area = read_pairs(reader, AGREEMENT, clocks, "I1", "I2")
    assert {HOME: ("FY2023-Q4", "FY2023"), OTHER: ("FY2023-Q3", "FY2023")} == {
        pair.code: (pair.across_period, pair.up_period) for pair in by_area.pairs
    }
