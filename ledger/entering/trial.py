"""What an entry would come to if it were recorded now: its figure and its judgement.

The same functions judge it once it is recorded, so that nobody is surprised afterwards.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ledger.agreement.state import Agreement, rules_for
from ledger.indicator.events import Entry
from ledger.indicator.figures import MISSING, facts_of, figure_of, judged_of
from ledger.indicator.state import Indicator, Key
from policies.cell import CellFacts, EntryFacts, Judgement, Missing, Rules, TargetFacts
from policies.judgement import judge
from policies.periods import Period, parse_code
from policies.retirement import is_retired
from policies.travel import compared_period


class Trial(NamedTuple):
    """The exact figure, the judged one, and the judgement.

    There is none of a part of the population, which is kept and not judged, and none where no
    rules of status are adopted.
    """

    exact: Decimal | Fraction | None
    judged: Decimal | None
    judgement: Judgement | None


def tried(state: Indicator, body: Agreement, entry: Entry, today: date) -> Trial:
    """An entry that ``check_entry`` takes, tried on the record as it stands."""
    definition = state.definition
    assert definition is not None, "the indicator is defined"
    figures = figure_of(entry, definition), judged_of(entry, definition)
    period = parse_code(entry.period)
    under = rules_for(body.policies, period.start, body.position)
    if entry.breakdown or under is None:
        return Trial(*figures, None)
    facts = CellFacts(
        definition=definition,
        period=period,
        retired=is_retired(state.retired_from, period),
        target=_target(state, entry),
        entry=EntryFacts(
            judged=figures[1],
            missing=MISSING.get(entry.missing, Missing.MISSING) if entry.missing else None,
            provisional=entry.provisional,
            corrected=Key(entry.area, entry.period, "") in state.entries,
        ),
        before=_before(state, entry, period, under.rules),
    )
    return Trial(*figures, judge(facts, under.rules, today))


def _target(state: Indicator, entry: Entry) -> TargetFacts | None:
    held = state.targets.get((entry.area, entry.period))
    return None if held is None else TargetFacts(held.target.level, held.target.kind)


def _before(state: Indicator, entry: Entry, period: Period, rules: Rules) -> EntryFacts | None:
    """What the entry is compared with: that of an earlier period, or the baseline of its target."""
    if rules.travel.compare_with == "baseline":
        held = state.targets.get((entry.area, entry.period))
        baseline = None if held is None else held.target.baseline
        return None if baseline is None else EntryFacts(judged=baseline, signed=True)
    compared = compared_period(period, rules.travel)
    earlier = state.entries.get(Key(entry.area, compared.code, "")) if compared else None
    assert state.definition is not None
    return None if earlier is None else facts_of(earlier, state.definition)
