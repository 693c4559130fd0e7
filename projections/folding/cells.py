"""The headline cells of one indicator: what each rests on, and how it is judged as of now.

A judgement changes with the cell's entry or target, the entry it is compared with, the
definition, and the rules adopted. Whatever changed, a row is closed and another opened only when
something in it is different.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from ledger.indicator.state import Held, Indicator
from policies.judgement import CellFacts, EntryFacts, Missing, TargetFacts
from policies.numbers import exact_text, round_half_up
from projections.folding.agreements import AgreementFold
from projections.folding.firsts import FirstCell
from projections.folding.latest import Cell, LatestFigures
from projections.judging import MISSING, Governing, figure_of, judgement
from projections.rows import Answers, Row
from projections.spans import BASELINE, Span, span_of

_ANY_DAY = date.min  # a judgement of a figure does not depend on the day; the rest is not stored


class Cells:
    """The cells of one indicator. Owned by its fold."""

    __slots__ = ("_agreement", "_facts", "_first", "_latest", "_shown", "_state")

    def __init__(self, state: Indicator, agreement: AgreementFold) -> None:
        self._state = state
        self._agreement = agreement
        self._facts: dict[Cell, tuple[Decimal | None, EntryFacts]] = {}  # the figure, as judged
        self._shown: dict[Cell, Row] = {}  # the row of status that holds
        self._latest = LatestFigures(state)
        self._first = FirstCell(state)

    def recall(self) -> None:
        """Work out what holds in a state whose rows are written."""
        self._take_facts(self._headline())
        for cell in self._all():
            row = self._row(cell)
            assert row is not None
            self._shown[cell] = row
        self._latest.recall(self._with_figure())
        self._first.recall(self._shown)

    def entries_changed(self, cells: Sequence[Cell], position: int, answers: Answers) -> None:
        """The entries of these cells changed, came or went."""
        self._take_facts(cells)
        touched = dict.fromkeys(cells)
        for cell in cells:
            touched.update(self._compared_with(cell))
        self._settle(touched, position, answers)
        with_figure = {cell for cell in cells if self._has_figure(cell)}
        self._latest.follow(cells, with_figure, self._with_figure, position, answers)

    def targets_changed(
        self, keys: Iterable[tuple[str, str]], position: int, answers: Answers
    ) -> None:
        """Targets were set for these areas and periods."""
        self._settle([(area, period, "") for area, period in keys], position, answers)

    def definition_changed(self, position: int, answers: Answers) -> None:
        """The indicator has another definition, or was retired; signatures may have lapsed."""
        self._take_facts(self._headline())
        self._settle(self._all(), position, answers)

    def rules_changed(self, position: int, answers: Answers) -> None:
        """Rules were adopted."""
        stamps: dict[date, tuple[int, int, int]] = {}
        changed = []
        for cell, row in self._shown.items():
            start = span_of(cell[1]).start
            stamp = stamps.get(start)
            if stamp is None:
                stamp = stamps[start] = self._agreement.governing(start).versions
            if row[_STAMP] != stamp:
                changed.append(cell)
        self._settle(changed, position, answers)

    def _headline(self) -> list[Cell]:
        return [key for key in self._state.entries if not key.breakdown]

    def _has_figure(self, cell: Cell) -> bool:
        found = self._facts.get(cell)
        return found is not None and found[1].judged is not None

    def _with_figure(self) -> Iterable[Cell]:
        return (cell for cell, (_, facts) in self._facts.items() if facts.judged is not None)

    def _all(self) -> Iterable[Cell]:
        cells: dict[Cell, None] = dict.fromkeys(self._facts)
        cells.update(dict.fromkeys((area, period, "") for area, period in self._state.targets))
        return cells

    def _take_facts(self, cells: Iterable[Cell]) -> None:
        entries, facts = self._state.entries, self._facts
        for cell in cells:
            held = entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
            if held is None:
                facts.pop(cell, None)
            else:
                facts[cell] = self._facts_of(held)

    def _facts_of(self, held: Held) -> tuple[Decimal | None, EntryFacts]:
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
            corrected=bool(held.corrected_by),
        )
        return figure, facts

    def _compared_with(self, cell: Cell) -> Iterable[tuple[Cell, None]]:
        """The cells whose direction of travel starts from this one."""
        area, period, _ = cell
        for code in span_of(period).followers:
            follower = (area, code, "")
            if follower in self._shown:
                span = span_of(code)
                if _compared(span, self._agreement.governing(span.start)) == period:
                    yield follower, None

    def _settle(self, cells: Iterable[Cell], position: int, answers: Answers) -> None:
        """Bring the rows of cells to what they should be after an event."""
        stream, shown, rows = self._state.id, self._shown, answers.status
        came, went = [], []
        for cell in cells:
            row, before = self._row(cell), shown.get(cell)
            if row == before:
                continue
            key = (stream, cell[0], cell[1])
            if before is None:
                came.append(cell)
            else:
                rows.close(key, position)
            if row is None:
                went.append(cell)
                del shown[cell]
            else:
                rows.open(key, row, position)
                shown[cell] = row
        if came or went:
            self._first.follow(came, went, shown.keys, position, answers)

    def _row(self, cell: Cell) -> Row | None:
        """The row a cell should have; none without an entry and a target."""
        area, period, _ = cell
        state = self._state
        held = state.entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
        target = state.targets.get((area, period))
        if held is None and target is None:
            return None
        assert state.definition is not None
        span = span_of(period)
        under = self._agreement.governing(span.start)
        figure, entry = self._facts.get(cell, (None, None))
        set_target = None if target is None else target.target
        facts = CellFacts(
            definition=state.definition,
            period=span.period,
            retired=state.retired,
            target=None if set_target is None else TargetFacts(set_target.level, set_target.kind),
            entry=entry,
            before=self._before(
                area, _compared(span, under), None if set_target is None else set_target.baseline
            ),
        )
        answer = judgement(facts, under, _ANY_DAY)
        judged = answer.judged
        target_part = (
            (None, None, None, None)
            if target is None or set_target is None
            else (target.position, set_target.level, set_target.kind, set_target.baseline)
        )
        return (
            state.id,
            area,
            period,
            state.definition_version,
            *_entry_part(held, figure, judged, entry),
            *target_part,
            under.rag,
            under.travel,
            under.due,
            None if judged is None else answer.status,
            None if judged is None else answer.reason,
            " ".join(answer.marks),
            answer.travel,
            answer.travel_reason,
        )

    def _before(
        self, area: str, compared: str | None, baseline: Decimal | None
    ) -> EntryFacts | None:
        """What the cell is compared with: the entry of an earlier period, or the baseline."""
        if compared == BASELINE:
            return None if baseline is None else EntryFacts(judged=baseline, signed=True)
        found = None if compared is None else self._facts.get((area, compared, ""))
        return None if found is None else found[1]


# Where the versions of rules stand in a row.
_STAMP = slice(18, 21)


def _compared(span: Span, under: Governing) -> str | None:
    return span.compared[under.usable.travel.compare_with]


def _entry_part(
    held: Held | None, figure: Decimal | None, judged: Decimal | None, facts: EntryFacts | None
) -> Row:
    if held is None or facts is None:
        return (None, None, None, None, None, False, False, None, None, None)
    signed = (None, None, None) if held.signature is None else held.signature
    return (
        held.position,
        held.index,
        figure,
        judged,
        facts.missing,
        facts.provisional,
        facts.corrected,
        *signed,
    )
