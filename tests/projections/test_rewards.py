"""What is paid on stretch targets: on which figures, as known and by the rules of status."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from histories import AGREEMENT, HOME, Ledger, Story, opening, taken_in

from ledger.agreement.events import RagPolicyAdopted, RewardPolicyAdopted
from ledger.amendment.events import Changes, PolicyChange
from ledger.engine import Connection
from ledger.indicator.events import Entry, Target
from policies.rag import RagSettings
from policies.reward import RewardSettings
from projections.reading.clocks import resolve
from projections.reading.rewards import read_rewards
from projections.rehearsing.rehearsal import rehearse
from projections.rewards import RewardRow, RewardsUnder

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
SINCE = date(2020, 4, 1)
PERIOD = "FY2023-Q4"
Written = tuple[str, Ledger, Connection]


def rag(judge: Literal["signed-only", "submitted"]) -> RagSettings:
    return RagSettings(amber_margin=Decimal("0.1"), judge=judge)


def stretched(judge: Literal["signed-only", "submitted"]) -> Story:
    """A pot of a thousand pounds for one stretch target, of which four fifths were reached."""
    pot = RewardSettings(pot=Decimal(1000))
    story = opening("I1")
    story.structure(
        RagPolicyAdopted(version="1", effective_from=SINCE, settings=rag(judge)),
        RewardPolicyAdopted(version="1", effective_from=SINCE, settings=pot),
    )
    target = Target(
        area=HOME,
        period=PERIOD,
        level=Decimal(90),
        kind="stretch",
        performance_without=Decimal(80),
        performance_with=Decimal(90),
    )
    story.target("I1", target)
    entry = Entry(period=PERIOD, area=HOME, value=Decimal(88), provisional=True)
    return story.submit("I1", entry)


def under_policy(written: Written, story: Story) -> RewardsUnder:
    reader = taken_in(written, story)
    clocks = resolve(reader, "now", "now", NOW)
    (policy,) = read_rewards(reader, AGREEMENT, clocks).policies
    return policy


def row_of(written: Written, story: Story) -> RewardRow:
    (row,) = under_policy(written, story).rows
    return row


def test_an_outturn_has_its_marks_so_that_none_is_paid_on_unawares(written: Written) -> None:
    row = row_of(written, stretched("submitted"))
    assert ("88.0", "800.00") == (row.outturn, row.paid)
    assert ("provisional", "unsigned") == row.marks


def test_where_signed_off_values_alone_are_judged_nothing_is_paid_on_another(
    written: Written,
) -> None:
    story = stretched("signed-only")
    unsigned = row_of(written, story)
    assert (None, (), "0.00") == (unsigned.outturn, unsigned.marks, unsigned.paid)

    signed = row_of(written, story.sign_off("I1", story.held("I1")[0].name))
    assert ("88.0", ("provisional",), "800.00") == (signed.outturn, signed.marks, signed.paid)


def test_what_is_earned_in_all_is_in_pounds_and_pence_as_what_is_paid(written: Written) -> None:
    nothing = under_policy(written, stretched("signed-only"))
    assert ("0.00", "0.00") == (nothing.earned, nothing.paid)


def test_a_rehearsal_tells_what_is_paid_once_every_value_is_judged(written: Written) -> None:
    story = stretched("signed-only")
    change = PolicyChange(kind="rag", version="2", effective_from=SINCE, rag=rag("submitted"))
    reader = taken_in(written, story)
    clocks = resolve(reader, "now", "now", NOW)
    changes = Changes(effective_from="FY2019", policies=(change,))
    (effect,) = rehearse(reader, AGREEMENT, changes, clocks).document.rewards
    story.structure(RagPolicyAdopted(version="2", effective_from=SINCE, settings=rag("submitted")))
    assert ("0.00", "800.00") == (effect.before, effect.after)
    assert effect.after == row_of(written, story).paid
