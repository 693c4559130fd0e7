"""The ledger read in pages that bound the memory they take."""

from ledger.engine import Connection, read_feed
from ledger.event import Recorded

MOST_EVENTS = 2_000
MOST_ENTRIES = 50_000
FIRST_EVENTS = 50  # asked for before anything is known about how large the next events are


def read_page(
    connection: Connection,
    after: int,
    *,
    up_to: int | None = None,
    most_events: int = MOST_EVENTS,
    most_entries: int = MOST_ENTRIES,
) -> list[Recorded]:
    """The next events after a position, in order; none at the head of the ledger.

    A page ends at the first of its limits; one request for more events may overstep that of
    entries. Where a page ends changes no answer.
    """
    page: list[Recorded] = []
    entries = 0
    while len(page) < most_events and entries < most_entries:
        wanted = _how_many(len(page), entries, most_events, most_entries)
        if up_to is not None:
            wanted = min(wanted, up_to - after)
        events = read_feed(connection, after, wanted) if wanted > 0 else []
        page += events
        if len(events) < wanted or not events:
            break
        entries += sum(_size(recorded) for recorded in events)
        after = events[-1].position
    return page


def _how_many(events: int, entries: int, most_events: int, most_entries: int) -> int:
    """How many events to ask for next, judging by the size of those so far."""
    if not events:
        return min(FIRST_EVENTS, most_events)
    fitting = (most_entries - entries) * events // max(entries, 1)
    return max(1, min(most_events - events, fitting))


def _size(recorded: Recorded) -> int:
    """How many entries an event carries; one that carries none still takes some room."""
    return len(getattr(recorded.event, "entries", ())) or 1
