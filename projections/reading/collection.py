"""What was expected and what has been received, by indicator, area and period."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from ledger.engine import Connection
from ledger.people import names
from policies.collecting import LACKING, State, days_late
from policies.due import asked_from
from policies.periods import Period, parse_code
from policies.refusals import FromAfterTo
from policies.refusing import named_as
from policies.tasks import Kind, asked_of
from projections.folding import agreements as kinds
from projections.reading.clocks import LONDON, ResolvedClocks
from projections.reading.collected import Run, Stand, read_runs
from projections.reading.structure import BOARD, Structure, read_indicators, read_structure
from projections.reading.task_places import Places
from projections.task_answers import Collection, CollectionCell, CollectionRow

PARTS = (*BOARD, kinds.PARTNER, kinds.ROLE)


class _Shown(NamedTuple):
    """Which periods are shown: those that end from the start of one to the end of another.

    Without the one, those of the agreement; without the other, those that have ended or are asked
    for already, and what has come early.
    """

    first: Period | None
    last: Period | None
    start: date
    today: date

    def has(self, run: Run, stand: Stand) -> bool:
        """Whether the value of a period is shown."""
        end = stand.period.end
        if self.first is None:
            begun = stand.asked or end >= self.start
        else:
            begun = end >= self.first.start
        if self.last is None:
            asked = asked_from(stand.period, run.indicator.definition, stand.settings)
            return begun and (min(end, asked) <= self.today or stand.entry is not None)
        return begun and end <= self.last.end


def read_collection(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    first: str | None = None,
    last: str | None = None,
) -> Collection:
    """The grid of an agreement, in the order of a board page.

    Without ``first``, from the agreement's beginning on; with it and ``last``, of periods that end
    from the one to the other. Without ``last``, up to those that have ended or are asked for by
    now. Raises UnknownAgreement, UnknownPeriod and FromAfterTo.
    """
    with named_as({"period": "from"}):
        begins = None if first is None else parse_code(first)
    with named_as({"period": "to"}):
        ends = None if last is None else parse_code(last)
    if begins is not None and ends is not None and begins.start > ends.end:
        raise FromAfterTo(f"{begins.label} begins after {ends.label} ends.", field="from")
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    indicators = read_indicators(connection, structure, clocks.clocks.known_position)
    places = Places(structure, clocks.today, None)
    shown = _Shown(begins, ends, structure.sheet.start, clocks.today)
    rows = []
    for run in read_runs(connection, structure, indicators.values(), clocks):
        stands = [stand for stand in run.collected.stands if shown.has(run, stand)]
        if stands:
            rows.append(_row(structure, places, run, stands))
    officers = {person for row in rows for person in row.officers}
    counts = Counter(cell.state for row in rows for cell in row.cells)
    return Collection(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        statement=structure.statement or "",
        first_period=first,
        last_period=last,
        rows=tuple(rows),
        counts={state.value: counts[state.value] for state in State},
        people=names(connection, officers),
    )


def _row(structure: Structure, places: Places, run: Run, stands: list[Stand]) -> CollectionRow:
    indicator = run.indicator
    outcome = structure.placements.get(indicator.code, "")
    return CollectionRow(
        indicator=indicator.code,
        title=indicator.definition.title,
        block=structure.block_of(outcome),
        outcome=outcome,
        area=run.area,
        area_name=structure.area_name(run.area),
        calendar=indicator.definition.calendar.value,
        interval=indicator.definition.interval.value,
        officers=asked_of(Kind.SUBMIT, places.of(indicator)),
        cells=tuple(_cell(stand, places.today) for stand in stands),
    )


def _cell(stand: Stand, today: date) -> CollectionCell:
    entry = stand.entry
    return CollectionCell(
        period=stand.period.code,
        period_label=stand.period.label,
        due_on=stand.due_on,
        state=stand.state.value,
        expected=stand.asked,
        provisional=entry is not None and entry.provisional,
        days_late=days_late(stand.due_on, today) if stand.state in LACKING else 0,
        entry=None if entry is None else entry.name,
        given_by=None if entry is None else entry.corrected_by or entry.submitted_by,
        received_on=None if entry is None else entry.recorded_at.astimezone(LONDON).date(),
    )
