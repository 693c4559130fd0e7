"""One indicator: definition, place, officers, targets and its current judgement."""

from uuid import UUID

from ledger.engine import Connection
from projections.answers import IndicatorAnswer
from projections.folding import agreements as kinds
from projections.reading.agreement import role_held
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import one_indicator
from projections.reading.status import latest_rows
from projections.reading.structure import BOARD, read_structure
from projections.reading.targets import read_targets


def read_indicator(
    connection: Connection, agreement: str, indicator: str, clocks: ResolvedClocks
) -> IndicatorAnswer:
    """An indicator as known; its current judgement is that of the board page's home area.

    Raises UnknownAgreement and UnknownIndicator.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, (*BOARD, kinds.ROLE))
    found = one_indicator(connection, structure, indicator, known)
    scopes = structure.scopes_of(indicator)
    outcome = structure.placements.get(indicator, "")
    (current,) = latest_rows(connection, structure, clocks, structure.home.code, [found])
    return IndicatorAnswer(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        code=found.code,
        version=_version(connection, found.id, known),
        definition=found.definition,
        definition_version=found.definition_version,
        retired=found.retired_from is not None,
        retired_from=found.retired_from,
        block=structure.block_of(outcome),
        outcome=outcome,
        officers=tuple(
            role_held(role) for role in structure.held_on(clocks.today) if role.scope in scopes
        ),
        targets=read_targets(connection, found.id, known),
        current=current,
    )


def _version(connection: Connection, stream: UUID, known_position: int) -> int:
    """How many events the indicator had at a position."""
    row = connection.execute(
        "SELECT originator_version FROM ledger.ledger_events WHERE originator_id = %s"
        " AND notification_id <= %s ORDER BY originator_version DESC LIMIT 1",
        (stream, known_position),
    ).fetchone()
    return int(row[0]) if row else 0
