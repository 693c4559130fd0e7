"""All that is recorded of some indicators, at one position: cells, stretch targets and acts."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from ledger.indicator.events import Entry, Target
from ledger.indicator.figures import figure_of
from policies.definition import Definition
from policies.escalation import Act
from policies.numbers import exact_text, round_half_up, to_text
from policies.turns import may_have_proxy
from projections.reading.stored_cells import Periods, Place
from projections.reading.stored_status import Stored
from projections.reading.structure import IndicatorKnown


class History(NamedTuple):
    """What is recorded: of each indicator and area the cells by period, and what people did.

    ``concerned`` are the indicators that a proposal could judge otherwise; the others are there
    because they stand in for one of them between its outturns, or share a pot of reward with one.
    """

    indicators: dict[UUID, IndicatorKnown]
    concerned: frozenset[UUID]
    cells: dict[Place, Periods]
    stretches: dict[Place, dict[str, Target]]  # stretch targets, by period
    acts: dict[Place, tuple[Act, ...]]

    def proxy_of(self, indicator: IndicatorKnown) -> IndicatorKnown | None:
        """The indicator that stands in for an annual one; None without such a one."""
        if not may_have_proxy(indicator.definition):
            return None
        code = indicator.definition.proxy
        found = (one for one in self.indicators.values() if one.code == code)
        return next((one for one in found if one.id != indicator.id), None)


def redefined(
    connection: Connection,
    known: int,
    indicator: UUID,
    definition: Definition,
    cells: dict[str, Periods],
) -> dict[str, Periods]:
    """Cells by area as they would be under another definition: figures worked out again from
    their parts and rounded its way, sign-offs lapsed, since they were given under the old one."""
    rows = connection.execute(
        "SELECT area, period, value, numerator, denominator, missing FROM value"
        " WHERE indicator = %s AND breakdown = '' AND from_position <= %s AND to_position > %s",
        (indicator, known, known),
    )
    found = {area: dict(periods) for area, periods in cells.items()}
    for area, period, value, numerator, denominator, missing in rows:
        stored = found.get(area, {}).get(period)
        if stored is None:
            continue
        entry = Entry(
            area=area,
            period=period,
            value=value,
            numerator=numerator,
            denominator=denominator,
            missing=missing,
        )
        found[area][period] = _worked_out(stored, entry, definition)
    return found


def _worked_out(stored: Stored, entry: Entry, definition: Definition) -> Stored:
    exact = figure_of(entry, definition)
    lapsed = stored._replace(signed_by=None, signed_at=None, assurance=None)
    if exact is None:
        return lapsed._replace(figure=None, judged=None)
    figure: Decimal | None = entry.value
    return lapsed._replace(
        figure=exact_text(exact) if figure is None else to_text(figure),
        judged=to_text(round_half_up(exact, definition.decimals)),
    )
