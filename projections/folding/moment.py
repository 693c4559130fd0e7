"""The rows of status that cells have at one moment: in a state as it stands, under given rules."""

from datetime import date
from decimal import Decimal

from ledger.indicator.state import Held, Indicator
from policies.judgement import CellFacts, EntryFacts, Missing, TargetFacts, judge_rounded
from policies.numbers import exact_text, round_half_up
from policies.retirement import is_retired
from projections.folding.latest import Cell
from projections.folding.rulebook import Rulebook
from projections.judging import MISSING, figure_of, without_policy
from projections.rows import Row
from projections.spans import BASELINE

_ANY_DAY = date.min  # a judgement of a figure does not depend on the day; the rest is not stored

Facts = tuple[Decimal | None, EntryFacts]  # the figure, and what the judgement needs
_NO_TARGET: Row = (None, None, None, None)
_NO_ENTRY: Row = (None, None, None, None, None, False, False, None, None, None)
_UNSIGNED = (None, None, None)


class Moment:
    """Makes rows from a state, and is of no use once the state went on.

    What it finds out of an entry it remembers: the next period is compared with it.
    """

    __slots__ = ("_facts", "_id", "_rules", "_state")

    def __init__(self, state: Indicator, rules: Rulebook, id_text: str) -> None:
        self._state = state
        self._rules = rules
        self._id = id_text
        self._facts: dict[Cell, Facts] = {}

    def row(self, cell: Cell) -> Row | None:
        """The row a cell should have; none without an entry and a target."""
        area, period, _ = cell
        state = self._state
        held = state.entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
        target = state.targets.get((area, period))
        if target is not None:
            given = target.target
            level, baseline = TargetFacts(given.level, given.kind), given.baseline
            target_part: Row = (target.position, given.level, given.kind, baseline)
        elif held is not None:
            level, baseline, target_part = None, None, _NO_TARGET
        else:
            return None
        ruled = self._rules.of(period)
        if held is None:
            figure, entry, entry_part = None, None, _NO_ENTRY
        else:
            figure, entry = self._facts.get(cell) or self._take(cell, held)
            entry_part = _entry_part(held, figure, entry)
        assert state.definition is not None
        facts = CellFacts(
            definition=state.definition,
            period=ruled.period,
            retired=is_retired(state.retired_from, ruled.period),
            target=level,
            entry=entry,
            before=self._before(area, ruled.compared, baseline),
        )
        answer = judge_rounded(facts, ruled.rules, _ANY_DAY)
        if not ruled.adopted:
            answer = without_policy(answer)
        told = answer.judged is not None  # or else the reason depends on the day
        return (
            (self._id, area, period, state.definition_version)
            + entry_part
            + target_part
            + ruled.versions
            + (
                answer.status if told else None,
                answer.reason if told else None,
                " ".join(answer.marks) if answer.marks else "",
                answer.travel,
                answer.travel_reason,
            )
        )

    def _take(self, cell: Cell, held: Held) -> Facts:
        entry, definition = held.entry, self._state.definition
        assert definition is not None
        exact = figure_of(entry, definition)
        figure = entry.value
        judged = None
        if exact is not None:
            judged = round_half_up(exact, definition.decimals)
            figure = Decimal(exact_text(exact)) if figure is None else figure
        facts = EntryFacts(
            judged=judged,
            missing=MISSING.get(entry.missing, Missing.MISSING) if entry.missing else None,
            provisional=entry.provisional,
            signed=held.signature is not None,
            corrected=held.corrected_by != "",
        )
        self._facts[cell] = (figure, facts)
        return figure, facts

    def _before(
        self, area: str, compared: str | None, baseline: Decimal | None
    ) -> EntryFacts | None:
        """What the cell is compared with: the entry of an earlier period, or the baseline."""
        if compared is None:
            return None
        if compared != BASELINE:
            cell = (area, compared, "")
            found = self._facts.get(cell)
            if found is None:
                held = self._state.entries.get(cell)  # type: ignore[call-overload] # as above
                if held is None:
                    return None
                found = self._take(cell, held)
            return found[1]
        definition = self._state.definition
        if baseline is None or definition is None:
            return None
        return EntryFacts(judged=round_half_up(baseline, definition.decimals), signed=True)


def _entry_part(held: Held, figure: Decimal | None, facts: EntryFacts) -> Row:
    return (
        held[0],
        held[1],
        figure,
        facts.judged,
        facts.missing,
        facts.provisional,
        facts.corrected,
        *(held.signature or _UNSIGNED),
    )
