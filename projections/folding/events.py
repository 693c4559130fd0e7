"""Every event by what it is about, so that one can be found by who did what to what."""

from uuid import UUID

from ledger.agreement.events import IndicatorPlaced
from ledger.event import Event, Recorded, indicator_id
from ledger.indicator.events import load_of
from ledger.load.events import LoadActionRefused
from projections.folding import loads
from projections.rows import Rows

OF_LOADS = loads.EVENTS | {LoadActionRefused}  # all that the stream of a load can hold


class About:
    """What an event is about: its agreement, and the indicator and load, where there are any."""

    __slots__ = ("agreement", "indicator", "load")

    def __init__(
        self, agreement: UUID, indicator: UUID | None = None, load: UUID | None = None
    ) -> None:
        self.agreement = agreement
        self.indicator = indicator
        self.load = load


def about_agreement(stream: UUID, code: str, event: Event) -> About:
    """An event of an agreement's own stream."""
    placed = indicator_id(code, event.indicator) if isinstance(event, IndicatorPlaced) else None
    return About(stream, placed)


def about_indicator(agreement: UUID, stream: UUID, event: Event) -> About:
    """An event of an indicator's stream, and the load that wrote or took back its entries."""
    return About(agreement, stream, load_about(event))


def lay_out(recorded: Recorded, about: About, rows: Rows) -> None:
    """The one row of an event, which never ends."""
    position = recorded.position
    row = (
        position,
        about.agreement,
        about.indicator,
        about.load,
        recorded.event.TOPIC,
        recorded.actor,
        getattr(recorded.event, "data_available_on", None),  # of values given or corrected
    )
    rows.add(row, position)


def load_about(event: Event) -> UUID | None:
    """The load that wrote or took back the entries of an event, where it was one."""
    load = load_of(event)
    return UUID(load) if load else None
