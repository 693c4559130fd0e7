"""Why a cell is what it is: every input, who gave it, the rules, and every step."""

from decimal import Decimal

import msgspec

from ledger.engine import Connection
from policies.judgement import working
from policies.numbers import to_text
from policies.periods import parse_code
from policies.rag import Step
from projections.answers import PolicyInForce, StatusRow, ValueRow, Why
from projections.judging import Governing, governing
from projections.reading.agreement import policy_in_force
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.own_periods import check_asked
from projections.reading.stages import with_stages
from projections.reading.status_rows import before_of, compared_code, status_rows
from projections.reading.stored_status import NOTHING, Cell, facts_of, stored_cells
from projections.reading.structure import IndicatorKnown, Structure, read_structure
from projections.reading.targets import read_target
from projections.reading.value_rows import headline, value_rows
from projections.spans import BASELINE, span_of


def read_why(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    period: str,
    area: str | None = None,
) -> Why:
    """The derivation of a cell's judgement; in the home area without ``area``.

    Raises UnknownAgreement, UnknownIndicator, UnknownArea, UnknownPeriod, and WrongInterval for
    a period that is none of the indicator's.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    place = structure.area(area).code
    found = one_indicator(connection, structure, indicator, known)
    cell = _cell(connection, found, period, place, known)
    under = governing(structure.policies, span_of(cell.period).start, clocks.clocks.policy_position)
    judged = status_rows(connection, structure, clocks, [cell])
    (row,) = with_stages(connection, structure, clocks, [found], judged)
    entry, compared = _entries(connection, structure, cell, under, known)
    definition = found.definition
    return Why(
        clocks=clocks.clocks,
        row=row,
        entry=entry,
        compared_with=compared,
        definition=definition,
        definition_version=found.definition_version,
        definition_position=found.definition_position,
        target=read_target(connection, found.id, place, cell.period, known),
        policies=_policies(structure, under),
        rounding=f"half-up, decimal places: {definition.decimals}",
        steps=_steps(connection, clocks, cell, under, row, entry),
    )


def _cell(
    connection: Connection, indicator: IndicatorKnown, period: str, area: str, known: int
) -> Cell:
    asked = parse_code(period)
    key = (indicator.id, area, asked.code)
    stored = stored_cells(connection, known, [key]).get(key)
    if stored is None:
        check_asked(connection, indicator, asked.code, known)
        stored = NOTHING
    return Cell(indicator, asked.code, area, stored)


def _entries(
    connection: Connection, structure: Structure, cell: Cell, under: Governing, known: int
) -> tuple[ValueRow | None, ValueRow | None]:
    """The cell's entry, and the entry its direction of travel starts from."""
    periods = [cell.period, compared_code(cell, under)]
    found = [
        None
        if code is None or code == BASELINE
        else headline(connection, cell.indicator, code, cell.area, known)
        for code in periods
    ]
    rows = [
        None
        if stored is None
        else value_rows(connection, structure, cell.indicator, [stored], known)[0]
        for stored in found
    ]
    return rows[0], rows[1]


def _policies(structure: Structure, under: Governing) -> tuple[PolicyInForce, ...]:
    """The versions that govern the cell's period."""
    return tuple(
        policy_in_force(kind, adopted)
        for kind, versions in structure.policies.items()
        for adopted in versions
        if adopted.position in under.versions
    )


def _steps(
    connection: Connection,
    clocks: ResolvedClocks,
    cell: Cell,
    under: Governing,
    row: StatusRow,
    entry: ValueRow | None,
) -> tuple[Step, ...]:
    if under.rules is None:
        return (
            Step("policy", "no status policy was adopted by the policy clock"),
            Step("status", row.reason or ""),
        )
    (before,) = before_of(connection, clocks.clocks.known_position, [(cell, under)])
    facts = facts_of(cell, before)
    from_parts = _from_parts(cell, entry)
    if facts.entry is not None and cell.stored.figure is not None and not from_parts:
        # not yet rounded, so that the rounding is one of the steps
        exact = msgspec.structs.replace(facts.entry, judged=Decimal(cell.stored.figure))
        facts = msgspec.structs.replace(facts, entry=exact)
    return (*from_parts, *working(facts, under.rules, clocks.today))


def _from_parts(cell: Cell, entry: ValueRow | None) -> tuple[Step, ...]:
    """How a figure was worked out of its parts, and rounded; nothing for a figure as given."""
    if entry is None or entry.numerator is None or entry.denominator is None:
        return ()
    multiplier = to_text(cell.indicator.definition.multiplier)
    return (
        Step(
            "from its parts",
            f"{entry.numerator} ÷ {entry.denominator} × {multiplier}, rounded half-up,"
            f" is {entry.judged}",
        ),
    )
