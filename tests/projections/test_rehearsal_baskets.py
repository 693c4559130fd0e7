"""A rehearsal tells of every basket what the scorecards show after approval, and of no other."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from histories import AGREEMENT, AREAS, HOME, Ledger, Story, definition, opening, taken_in

from ledger.agreement.events import BasketPolicyAdopted, RagPolicyAdopted
from ledger.amendment.adopting import definitions_after, effects_of
from ledger.amendment.events import Changes, DefinitionChange, TargetChange
from ledger.engine import Connection
from ledger.indicator.events import Entry, Target
from policies.basket import BasketSettings
from policies.definition import Polarity
from policies.periods import Interval
from policies.rag import RagSettings
from projections.reading.clocks import resolve
from projections.reading.scorecard import read_scorecard
from projections.rehearsing.rehearsal import rehearse

SINCE = date(2020, 4, 1)
OVERDUE_IS_RED = BasketSettings(least_coverage=Decimal(0), overdue="red")
Written = tuple[str, Ledger, Connection]
Cards = dict[tuple[str, str, str, str], tuple[str | None, str | None]]
ASKED = ("FY2022", "FY2023", "FY2023-Q1", "FY2023-Q2", "FY2023-Q4", "FY2024", "FY2030-Q4", "FY2030")


def begun() -> Story:
    """I1 is measured by quarter and has one value; overdue members count as red."""
    rag = RagSettings(amber_margin=Decimal("0.1"))
    story = opening("I1", "I2")
    story.structure(
        RagPolicyAdopted(version="1", effective_from=SINCE, settings=rag),
        BasketPolicyAdopted(version="1", effective_from=SINCE, settings=OVERDUE_IS_RED),
    )
    story.target("I1", Target(area=HOME, period="FY2023-Q2", level=Decimal(90)))
    return story.submit("I1", Entry(period="FY2023-Q2", area=HOME, value=Decimal(95)))


def cards(reader: Connection, at: datetime) -> Cards:
    clocks = resolve(reader, "now", "now", at)
    return {
        (by, one.code, area.code, period): (one.status, one.reason)
        for by in ("blocks", "outcomes", "all")
        for area in AREAS
        for period in ASKED
        for one in read_scorecard(
            reader, AGREEMENT, clocks, by=by, period=period, area=area.code
        ).baskets
    }


def redefined(code: str, **changed: object) -> tuple[DefinitionChange, ...]:
    sheet = definition(code, **changed)
    return (DefinitionChange(indicator=code, kind="minor", definition=sheet),)


AFTER_THE_END = TargetChange(
    indicator="I1", target=Target(area=HOME, period="FY2030-Q4", level=Decimal(90))
)


@pytest.mark.parametrize(
    ("effective_from", "changed"),
    [
        ("FY2024", {"definitions": redefined("I1", interval=Interval.YEAR)}),
        ("FY2024", {"definitions": redefined("I1", interval=Interval.MONTH)}),
        ("FY2024", {"definitions": redefined("I2", polarity=Polarity.NEUTRAL)}),
        ("FY2030", {"targets": (AFTER_THE_END,)}),
    ],
    ids=["by-year", "by-month", "contextual", "after-the-end"],
)
def test_every_scorecard_becomes_what_the_rehearsal_said(
    written: Written, effective_from: str, changed: dict[str, tuple[object, ...]]
) -> None:
    """Also of periods before the effective one of which nothing is recorded: a definition is one
    for all of them."""
    story = begun()
    changes = Changes(effective_from=effective_from, **changed)  # type: ignore[arg-type]
    reader = taken_in(written, story)
    at = story.at
    before = cards(reader, at)
    found = rehearse(reader, AGREEMENT, changes, resolve(reader, "now", "now", at))
    said = {
        (one.by, one.code, one.area, one.period): (one.after.status, one.after.reason)
        for one in found.document.baskets
    }
    approved = effects_of(changes, 1, definitions_after([changes], story.states))
    for code, events in approved.indicators.items():
        story.indicator(code, *events)
    after = cards(taken_in(written, story), at)
    assert after == before | {place: told for place, told in said.items() if place in before}
    assert after != before
