"""The headline cells of one indicator: what each rests on, and how it is judged as of now.

A judgement changes with the cell's entry or target, the entry it is compared with, the
definition, and the rules adopted. Whatever changed, a row is closed and another opened only when
something in it is different.

Where the fold was recalled, the row a cell has now is worked out only when something is about to
change it: most cells of a recalled indicator are never looked at. ``about_to_change`` must be told
before the state goes on, since a row is made from the state as it is.
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
from projections.judging import MISSING, figure_of, has_figure, judgement_of_rounded
from projections.rows import Answers, Row
from projections.spans import BASELINE

_ANY_DAY = date.min  # a judgement of a figure does not depend on the day; the rest is not stored

Facts = tuple[Decimal | None, EntryFacts | None]  # the figure, and what the judgement needs
_NO_FACTS: Facts = (None, None)


class Cells:
    """The cells of one indicator. Owned by its fold."""

    __slots__ = (
        "_agreement",
        "_facts",
        "_first",
        "_id",
        "_latest",
        "_shown",
        "_shows_all",
        "_state",
    )

    def __init__(self, state: Indicator, agreement: AgreementFold) -> None:
        self._state = state
        self._id = str(state.id)  # as text, for rows and their keys
        self._agreement = agreement
        self._facts: dict[Cell, Facts] = {}  # of the entries that were asked for so far
        self._shown: dict[Cell, Row] = {}  # the row of status that holds, of the cells known so far
        self._shows_all = True  # whether that is all cells there are
        self._latest = LatestFigures(state)
        self._first = FirstCell(state)

    def recall(self) -> None:
        """Take up what holds in a state whose rows are written."""
        cells = self._all()
        self._shows_all = not cells
        self._latest.recall(self._with_figure())
        self._first.recall(cells)

    def about_to_change(self, cells: Iterable[Cell] | None = None) -> None:
        """The next event may change these cells, or any cell at all."""
        if self._shows_all:
            return
        if cells is None:
            self._show(self._all())
            self._shows_all = True
        else:
            self._show(self._touched(cell for cell in cells if not cell[2]))

    def entries_changed(self, cells: Sequence[Cell], position: int, answers: Answers) -> None:
        """The entries of these cells changed, came or went."""
        for cell in cells:
            self._facts.pop(cell, None)
        self._settle(self._touched(cells), position, answers)
        self._latest.follow(cells, self._has_figure, self._with_figure, position, answers)

    def targets_changed(
        self, keys: Iterable[tuple[str, str]], position: int, answers: Answers
    ) -> None:
        """Targets were set for these areas and periods."""
        self._settle([(area, period, "") for area, period in keys], position, answers)

    def definition_changed(self, position: int, answers: Answers) -> None:
        """The indicator has another definition, or was retired; signatures may have lapsed."""
        self._facts = {}
        self._settle(self._all(), position, answers)

    def rules_changed(self, position: int, answers: Answers) -> None:
        """Rules were adopted."""
        ruled = self._agreement.ruled
        changed = [
            cell for cell, row in self._shown.items() if row[_STAMP] != ruled(cell[1]).versions
        ]
        self._settle(changed, position, answers)

    def _show(self, cells: Iterable[Cell]) -> None:
        """Work out the rows that these cells have now."""
        for cell in cells:
            if cell not in self._shown:
                row = self._row(cell)
                if row is not None:
                    self._shown[cell] = row

    def _touched(self, cells: Iterable[Cell]) -> dict[Cell, None]:
        """Cells whose entry changes, and those whose direction of travel starts from them."""
        ruled, entries, targets = self._agreement.ruled, self._state.entries, self._state.targets
        touched = dict.fromkeys(cells)
        for area, period, _ in list(touched):
            for code in ruled(period).followers:
                follower = (area, code, "")
                if follower in entries or (area, code) in targets:
                    touched[follower] = None
        return touched

    def _all(self) -> dict[Cell, None]:
        cells: dict[Cell, None] = {key: None for key in self._state.entries if not key[2]}
        cells.update(dict.fromkeys((area, period, "") for area, period in self._state.targets))
        return cells

    def _has_figure(self, cell: Cell) -> bool:
        held = self._state.entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
        return held is not None and has_figure(held.entry)

    def _with_figure(self) -> Iterable[Cell]:
        return (
            key for key, held in self._state.entries.items() if not key[2] and has_figure(held[2])
        )

    def _facts_of(self, cell: Cell) -> Facts:
        """What is known of a cell's entry; worked out once for each entry and definition."""
        found = self._facts.get(cell)
        if found is None:
            held = self._state.entries.get(cell)  # type: ignore[call-overload] # as above
            if held is None:
                return _NO_FACTS
            found = self._facts[cell] = self._take_facts(held)
        return found

    def _take_facts(self, held: Held) -> Facts:
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

    def _settle(self, cells: Iterable[Cell], position: int, answers: Answers) -> None:
        """Bring the rows of cells to what they should be after an event."""
        stream, shown, rows = self._id, self._shown, answers.status
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
            self._first.follow(came, went, self._all, position, answers)

    def _row(self, cell: Cell) -> Row | None:
        """The row a cell should have; none without an entry and a target."""
        area, period, _ = cell
        state = self._state
        held = state.entries.get(cell)  # type: ignore[call-overload] # a Key is such a tuple
        target = state.targets.get((area, period))
        if held is None and target is None:
            return None
        definition = state.definition
        assert definition is not None
        ruled = self._agreement.ruled(period)
        figure, entry = self._facts_of(cell)
        level, target_part = None, _NO_TARGET
        baseline = None
        if target is not None:
            given, baseline = target.target, target.target.baseline
            level = TargetFacts(given.level, given.kind)
            target_part = (target.position, given.level, given.kind, baseline)
        answer = judgement_of_rounded(
            CellFacts(
                definition=definition,
                period=ruled.period,
                retired=state.retired,
                target=level,
                entry=entry,
                before=self._before(area, ruled.compared, baseline),
            ),
            ruled.under,
            _ANY_DAY,
        )
        judged = answer.judged
        return (
            self._id,
            area,
            period,
            state.definition_version,
            *_entry_part(held, figure, judged, entry),
            *target_part,
            *ruled.versions,
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
        if compared is None:
            return None
        if compared != BASELINE:
            return self._facts_of((area, compared, ""))[1]
        definition = self._state.definition
        if baseline is None or definition is None:
            return None
        return EntryFacts(judged=round_half_up(baseline, definition.decimals), signed=True)


# Where the versions of rules stand in a row.
_STAMP = slice(18, 21)
_NO_TARGET: Row = (None, None, None, None)
_NO_ENTRY: Row = (None, None, None, None, None, False, False, None, None, None)
_UNSIGNED = (None, None, None)


def _entry_part(
    held: Held | None, figure: Decimal | None, judged: Decimal | None, facts: EntryFacts | None
) -> Row:
    if held is None or facts is None:
        return _NO_ENTRY
    return (
        held[0],
        held[1],
        figure,
        judged,
        facts.missing,
        facts.provisional,
        facts.corrected,
        *(held.signature or _UNSIGNED),
    )
