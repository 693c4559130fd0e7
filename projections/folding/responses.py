"""What people did about performance: one row an act, which never ends."""

from typing import get_args

from ledger.event import Event, Recorded, encode
from ledger.indicator.responses import Response
from projections.rows import Rows

EVENTS: frozenset[type[Event]] = frozenset(get_args(Response))  # all that this understands


def lay_out(recorded: Recorded, rows: Rows) -> None:
    """The row of an act."""
    event = recorded.event
    assert isinstance(event, Response)
    row = (
        recorded.position,
        recorded.originator_id,
        event.area,
        event.TOPIC,
        recorded.actor,
        recorded.recorded_at,
        encode(event).decode(),
    )
    rows.add(row, recorded.position)
