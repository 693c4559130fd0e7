"""The lines of status that cells have at one moment: in a state as it stands, under given rules."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from ledger.indicator.state import Held, Indicator, Signature, TargetHeld
from policies.judgement import (
    CellFacts,
    EntryFacts,
    Missing,
    TargetFacts,
    judge_rounded,
)
from policies.numbers import exact_text, round_half_up
from projections.copy_text import FALSE, NULL, TRUE, line_of, number_text, word_text
from projections.folding.latest import Cell
from projections.folding.rulebook import Rulebook
from projections.judging import MISSING, figure_of, without_policy
from projections.spans import BASELINE

_ANY_DAY = date.min  # a judgement of a figure does not depend on the day; the rest is not stored

Facts = tuple[EntryFacts, str]  # what the judgement needs of an entry, and its columns
_NO_TARGET = line_of([None] * 4)
_NO_SIGNATURE = line_of([None] * 3)
_NO_ENTRY = line_of([*[None] * 5, False, False, *[None] * 3])


class Moment:
    """Makes lines of status from a state, and is of no use once the state went on.

    What it finds out of an entry it remembers: the next period is compared with it.
    """

    __slots__ = ("_facts", "_id", "_rules", "_state")

    def __init__(self, state: Indicator, rules: Rulebook, id_text: str) -> None:
        self._state = state
        self._rules = rules
        self._id = id_text
        self._facts: dict[Cell, Facts] = {}

    def line(self, cell: Cell) -> str | None:
        """The line a cell should have; none without an entry and a target."""
        area, period, _ = cell
        state = self._state
        held = state.entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
        target = state.targets.get((area, period))
        if target is not None:
            given = target.target
            level, baseline = TargetFacts(given.level, given.kind), given.baseline
            target_text = _target_text(target)
        elif held is not None:
            level, baseline, target_text = None, None, _NO_TARGET
        else:
            return None
        ruled = self._rules[period]
        if held is None:
            entry, entry_text = None, _NO_ENTRY
        else:
            entry, entry_text = self._facts.get(cell) or self._take(cell, held)
        assert state.definition is not None
        facts = CellFacts(
            definition=state.definition,
            period=ruled.period,
            retired=state.retired,
            target=level,
            entry=entry,
            before=self._before(area, ruled.compared, baseline),
        )
        answer = judge_rounded(facts, ruled.rules, _ANY_DAY)
        if not ruled.adopted:
            answer = without_policy(answer)
        told = answer.judged is not None  # or else the reason depends on the day
        return "\t".join(
            (
                self._id,
                word_text(area),
                period,
                str(state.definition_version),
                entry_text,
                target_text,
                ruled.stamp,
                (told and answer.status) or NULL,
                (told and answer.reason) or NULL,
                " ".join(answer.marks),
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
        found = self._facts[cell] = facts, _entry_text(held, figure, facts)
        return found

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
            return found[0]
        definition = self._state.definition
        if baseline is None or definition is None:
            return None
        return EntryFacts(judged=round_half_up(baseline, definition.decimals), signed=True)


def _entry_text(held: Held, figure: Decimal | None, facts: EntryFacts) -> str:
    return "\t".join(
        (
            str(held.position),
            str(held.index),
            number_text(figure),
            number_text(facts.judged),
            facts.missing or NULL,
            TRUE if facts.provisional else FALSE,
            TRUE if facts.corrected else FALSE,
            signature_text(held.signature),
        )
    )


def _target_text(held: TargetHeld) -> str:
    target = held.target
    return line_of((held.position, target.level, target.kind, target.baseline))


@lru_cache(maxsize=1024)
def signature_text(signature: Signature | None) -> str:
    """The columns of a sign-off, or of none."""
    return _NO_SIGNATURE if signature is None else line_of(signature)
