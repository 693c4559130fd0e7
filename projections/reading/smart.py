"""Whether the targets that an amendment proposes are SMART, as known."""

from decimal import Decimal

from ledger.engine import Connection
from policies.due import due_on
from policies.periods import parse_code
from policies.retirement import is_retired
from policies.smart import SmartFacts, smart
from projections.amendment_answers import AmendmentAnswer, TargetChanged
from projections.reading.amendments import read_amendment
from projections.reading.clocks import ResolvedClocks
from projections.reading.due_periods import latest_due
from projections.reading.stored_cells import Place, read_cells
from projections.reading.stored_status import Stored
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.smart_answers import SmartTarget, SmartTargets
from projections.spans import span_of

LAST_DUE = 2  # periods in which a value must have been collected


def read_smart(
    connection: Connection, agreement: str, number: int, clocks: ResolvedClocks
) -> SmartTargets:
    """The SMART check of every target an amendment proposes; none where it proposes none.

    Raises UnknownAgreement and UnknownAmendment.
    """
    amendment = read_amendment(connection, agreement, number, clocks)
    structure = read_structure(connection, agreement, clocks.clocks)
    known = clocks.clocks.known_position
    indicators = read_indicators(connection, structure, known)
    wanted = [indicators[one.indicator].id for one in amendment.changes.targets]
    cells = read_cells(connection, known, wanted, [area.code for area in structure.sheet.areas])
    checking = _Checking(structure, indicators, cells, amendment, clocks)
    return SmartTargets(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        amendment=number,
        targets=tuple(checking.target(one) for one in amendment.changes.targets),
    )


class _Checking:
    """What the targets of one amendment are checked by. Lives for one question."""

    def __init__(
        self,
        structure: Structure,
        indicators: dict[str, IndicatorKnown],
        cells: dict[Place, dict[str, Stored]],
        amendment: AmendmentAnswer,
        clocks: ResolvedClocks,
    ) -> None:
        self._structure = structure
        self._indicators = indicators
        self._cells = cells
        self._amendment = amendment
        self._proposed_sheets = {one.indicator: one.after for one in amendment.changes.definitions}
        self._proposed = _proposed(amendment)
        self._today = clocks.today

    def target(self, change: TargetChanged) -> SmartTarget:
        """One target."""
        indicator = self._indicators[change.indicator]
        area = self._structure.area_name(change.area)
        return SmartTarget(
            indicator=change.indicator,
            title=indicator.definition.title,
            area=change.area,
            area_name=area,
            period=change.period,
            period_label=change.period_label,
            answers=smart(self._facts(change, indicator, area)),
        )

    def _facts(self, change: TargetChanged, indicator: IndicatorKnown, area: str) -> SmartFacts:
        sheet = self._structure.sheet
        cells = self._cells.get((indicator.id, change.area), {})
        baseline = change.after.baseline
        said = [one for one in self._amendment.partners if one.partner in change.bound]
        return SmartFacts(
            definition=self._proposed_sheets.get(change.indicator, indicator.definition),
            area=area,
            period=parse_code(change.period),
            starts_on=sheet.start,
            ends_on=sheet.end,
            baseline=None if baseline is None else Decimal(baseline),
            no_baseline=change.no_baseline or "",
            collected=self._collected(indicator, cells),
            consents_missing=[one.name for one in said if one.says == "awaited"],
            objections=[one.name for one in said if one.says == "objected"],
            outcome=self._structure.placements.get(indicator.code, ""),
            path=frozenset(code for code, cell in cells.items() if cell.target)
            | self._proposed[change.indicator, change.area],
        )

    def _collected(self, indicator: IndicatorKnown, cells: dict[str, Stored]) -> tuple[bool, ...]:
        """For each of the last due periods, whether there is a value; fewer where fewer are due.

        None is asked for that ends before the agreement begins, unless a value is as early, nor any
        that is retired: no value may be given for it.
        """
        definition, sheet = indicator.definition, self._structure.sheet
        earliest = [span_of(code).end for code, cell in cells.items() if cell.judged is not None]
        begins = min([sheet.start, *earliest])
        period = latest_due(definition, self._today, sheet.end)
        found: list[bool] = []
        while (
            len(found) < LAST_DUE
            and period.end >= begins
            and due_on(period, definition) <= self._today
        ):
            if not is_retired(indicator.retired_from, period):
                stored = cells.get(period.code)
                found.append(stored is not None and stored.judged is not None)
            period = period.previous()
        return tuple(found)


def _proposed(amendment: AmendmentAnswer) -> dict[tuple[str, str], set[str]]:
    """The periods that the amendment itself gives a target, by indicator and area."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in amendment.changes.targets:
        found.setdefault((one.indicator, one.area), set()).add(one.period)
    return found
