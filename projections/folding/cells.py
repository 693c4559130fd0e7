"""The headline cells of one indicator: the rows of their status, and where they begin and end.

A judgement changes with the cell's entry or target, the entry it is compared with, the
definition, and the rules adopted. Whatever changed, a row is closed and another opened only when
something in it is different.

No row is remembered: the one that holds is what the state gave before it went on, and is worked
out from there for just the cells that an event touches. An indicator can so be recalled without
judging again all it holds, and takes half the memory.
"""

from collections.abc import Iterable, Sequence

from ledger.indicator.state import Indicator
from projections.folding.agreements import AgreementFold
from projections.folding.firsts import FirstCell
from projections.folding.latest import Cell, LatestFigures
from projections.folding.moment import Moment
from projections.folding.rulebook import Rulebook
from projections.judging import has_figure
from projections.rows import Answers, Row

Shown = dict[Cell, Row | None]  # cells that may change, and the rows they have


class Cells:
    """The cells of one indicator. Owned by its fold."""

    __slots__ = ("_agreement", "_first", "_id", "_latest", "_state")

    def __init__(self, state: Indicator, agreement: AgreementFold) -> None:
        self._state = state
        self._agreement = agreement
        self._id = str(state.id)  # as text, for rows and their keys
        self._latest = LatestFigures(state)
        self._first = FirstCell(state)

    def recall(self) -> None:
        """Take up what holds in a state whose rows are written."""
        self._latest.recall(self._with_figure())
        self._first.recall(self._all())

    def touched_by(self, cells: Iterable[Cell]) -> Shown:
        """What a change of these cells' entries may change, as it is now: to be asked before."""
        rules, entries, targets = self._agreement.rules, self._state.entries, self._state.targets
        touched = dict.fromkeys(cells)
        for area, period, _ in list(touched):
            for code in rules.of(period).followers:
                follower = (area, code, "")
                if follower in entries or (area, code) in targets:
                    touched[follower] = None
        return self.shown(touched)

    def shown(self, cells: Iterable[Cell] | None = None) -> Shown:
        """The rows that these cells have now, or all cells there are."""
        row, entries, targets = self._moment().row, self._state.entries, self._state.targets
        return {
            cell: row(cell) if cell in entries or cell[:2] in targets else None
            for cell in (self._all() if cells is None else cells)
        }

    def changed(self, before: Shown, position: int, answers: Answers) -> None:
        """The state went on: bring the rows of the cells it may have changed up to it."""
        self._settle(before, self._moment(), position, answers)

    def figures_changed(self, cells: Sequence[Cell], position: int, answers: Answers) -> None:
        """The entries of these cells changed, came or went."""
        self._latest.follow(cells, self._has_figure, self._with_figure, position, answers)

    def rules_changed(self, former: Rulebook, position: int, answers: Answers) -> None:
        """Rules were adopted. The state is as it was, so that both rows can be made from it."""
        rules, before = self._agreement.rules, self._moment(former)
        touched = {
            cell: before.row(cell)
            for cell in self._all()
            if rules.of(cell[1]).versions != former.of(cell[1]).versions
        }
        self._settle(touched, self._moment(), position, answers)

    def _moment(self, rules: Rulebook | None = None) -> Moment:
        return Moment(self._state, rules or self._agreement.rules, self._id)

    def _all(self) -> Iterable[Cell]:
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

    def _settle(self, before: Shown, now: Moment, position: int, answers: Answers) -> None:
        rows, came, went = answers.status, [], []
        for cell, former in before.items():
            row = now.row(cell)
            if row == former:
                continue
            key = (self._id, cell[0], cell[1])
            if former is None:
                came.append(cell)
            else:
                rows.close(key, position)
            if row is None:
                went.append(cell)
            else:
                rows.open(key, row, position)
        if came or went:
            self._first.follow(came, went, self._all, position, answers)
