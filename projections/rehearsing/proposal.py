"""A proposal laid over recorded history: the same facts, with its targets, definitions, rules,
and retirements."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from ledger.agreement.state import Adopted
from ledger.amendment.adopting import adoption_of, first_of
from ledger.amendment.events import Changes, PolicyChange
from ledger.engine import Connection
from ledger.event import indicator_id
from ledger.indicator.events import Target
from policies.numbers import to_text
from projections.reading.stored_cells import Periods, Place
from projections.reading.stored_status import NOTHING, Stored
from projections.rehearsing.history import History, redefined


def policies_with(
    policies: dict[str, list[Adopted]], changes: Iterable[PolicyChange], position: int
) -> dict[str, list[Adopted]]:
    """The policies of an agreement, and those of a proposal as if adopted at a position."""
    found = {kind: list(versions) for kind, versions in policies.items()}
    for change in changes:
        found[change.kind].append(Adopted(adoption_of(change, 0), position))
    return found


def history_with(
    connection: Connection, agreement: str, known: int, history: History, changes: Changes
) -> History:
    """What would be recorded if the proposal were approved: history itself is left as it is."""
    cells = dict(history.cells)
    stretches = {place: dict(targets) for place, targets in history.stretches.items()}
    indicators = dict(history.indicators)
    for change in changes.definitions:
        stream = indicator_id(agreement, change.indicator)
        indicators[stream] = msgspec.structs.replace(
            indicators[stream],
            definition=change.definition,
            definition_version=indicators[stream].definition_version + 1,
        )
        theirs = {area: periods for (of, area), periods in cells.items() if of == stream}
        again = redefined(connection, known, stream, change.definition, theirs)
        cells |= {(stream, area): periods for area, periods in again.items()}
    for one in changes.retirements:
        stream = indicator_id(agreement, one.indicator)
        since = first_of(changes, indicators[stream].definition).code
        if indicators[stream].retired_from is None:  # or else the first retirement holds
            indicators[stream] = msgspec.structs.replace(indicators[stream], retired_from=since)
    for each in changes.targets:
        _set_target(indicator_id(agreement, each.indicator), each.target, cells, stretches)
    return history._replace(indicators=indicators, cells=cells, stretches=stretches)


def _set_target(
    stream: UUID,
    target: Target,
    cells: dict[Place, Periods],
    stretches: dict[Place, dict[str, Target]],
) -> None:
    place = (stream, target.area)
    periods = cells.get(place, {})
    stored = periods.get(target.period, NOTHING)
    cells[place] = periods | {target.period: _with_target(stored, target)}
    stretch = stretches.setdefault(place, {})
    if target.kind == "stretch":
        stretch[target.period] = target
    else:
        stretch.pop(target.period, None)


def _with_target(stored: Stored, target: Target) -> Stored:
    return stored._replace(
        target=to_text(target.level),
        target_kind=target.kind,
        baseline=None if target.baseline is None else to_text(target.baseline),
    )
