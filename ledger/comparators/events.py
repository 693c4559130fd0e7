"""Facts of the other areas of one indicator. Topics and field names are stored for ever.

They stand in a stream beside that of the indicator: there are thousands of them, nobody signs
them off, and what an officer does to the indicator rests on none of them. Every event says whose
values it has, so that nobody need look further back.
"""

from ledger.event import Event, stored
from ledger.indicator.events import Entry, Source


class Released(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value of another area. A revision names the entry whose place it takes."""

    replaces: str = ""


class Reverted(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value of another area that holds again, under its own name, now that a later one is gone.

    ``withdraws`` is the name of the later one. ``replaces`` is as it was.
    """

    withdraws: str
    name: str
    replaces: str = ""


@stored
class ComparatorsReleased(Event, frozen=True, kw_only=True):
    """A file brought values of other areas: those that are new, and those that say otherwise.

    At most as many entries as any event may have; a larger file is several events in one commit.
    """

    TOPIC = "comparators-released"
    agreement: str
    indicator: str
    entries: tuple[Released, ...]
    source: Source


@stored
class ComparatorsWithdrawn(Event, frozen=True, kw_only=True):
    """A load was withdrawn, for a reason (the digest of a text): its values count no longer.

    ``entries`` are the names of those that leave nothing behind, ``reverted`` what holds again in
    the place of the others.
    """

    TOPIC = "comparators-withdrawn"
    agreement: str
    indicator: str
    load: str
    reason: str
    entries: tuple[str, ...] = ()
    reverted: tuple[Reverted, ...] = ()
