"""Finding events of an agreement by who, what, when and about what, however many there are."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from ledger.engine import Connection
from projections.answers import History
from projections.reading.clocks import LONDON, ResolvedClocks
from projections.reading.events import SELECT, history_events
from projections.reading.indicators import one_indicator
from projections.reading.kinds import topics_of
from projections.reading.loads import read_load
from projections.reading.streams import streams_of
from projections.reading.structure import read_structure

Order = Literal["newest", "oldest"]
LAST = 2**62  # beyond any position

# One probe for each topic, and the first of what they give: as fast in a ledger of a million
# events as in one of a hundred, whoever is asked for and however seldom they did it.
_BY_TOPIC = """
SELECT f.position FROM unnest(%(topics)s::text[]) AS t (topic) CROSS JOIN LATERAL (
  SELECT e.position FROM event e WHERE e.agreement = %(agreement)s AND e.topic = t.topic {actor}
     AND e.position > %(low)s AND e.position < %(high)s ORDER BY e.position {order} LIMIT %(limit)s
) f ORDER BY f.position {order} LIMIT %(limit)s
"""
# Of one indicator or load there are few enough to walk through them.
_OF_ONE = """
SELECT e.position FROM event e WHERE e.agreement = %(agreement)s {about} {actor}
   AND e.topic = ANY(%(topics)s) AND e.position > %(low)s AND e.position < %(high)s
 ORDER BY e.position {order} LIMIT %(limit)s
"""


class EventsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which events: by whom, of which kinds (topics or groups; none: all), on which days (both
    included, Europe/London), about which indicator and load. ``after`` is where a list goes on.
    """

    actor: str = ""
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    indicator: str = ""
    load: UUID | None = None
    order: Order = "newest"
    after: int | None = None
    limit: int = 500


def positions_of(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: EventsAsked
) -> list[int]:
    """The positions of the events that are asked for, one more than the limit where there is.

    Raises UnknownAgreement, UnknownIndicator, UnknownLoad and UnknownKind.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    about: dict[str, Any] = {}
    if asked.indicator:
        about["indicator"] = one_indicator(connection, structure, asked.indicator, known).id
    if asked.load is not None:
        about["load"] = read_load(connection, agreement, asked.load, clocks).id
    low, high = _between(connection, asked, known)
    query = (_OF_ONE if about else _BY_TOPIC).format(
        order="DESC" if asked.order == "newest" else "ASC",
        actor="AND e.actor = %(actor)s" if asked.actor else "",
        about="".join(f" AND e.{column} = %({column})s" for column in about),
    )
    given = {
        "agreement": structure.id,
        "topics": topics_of(asked.kinds),
        "actor": asked.actor,
        "low": low,
        "high": high,
        "limit": asked.limit + 1,
        **about,
    }
    return [position for (position,) in connection.execute(query, given)]


def search_events(
    connection: Connection, agreement: str, clocks: ResolvedClocks, asked: EventsAsked
) -> History:
    """The events of an agreement that are asked for, up to the known clock.

    Raises UnknownAgreement, UnknownIndicator, UnknownLoad and UnknownKind.
    """
    found = positions_of(connection, agreement, clocks, asked)
    return History(
        clocks=clocks.clocks,
        events=_events(connection, found[: asked.limit], asked.order),
        next=str(found[asked.limit - 1]) if len(found) > asked.limit else None,
    )


def _between(connection: Connection, asked: EventsAsked, known: int) -> tuple[int, int]:
    """The positions before the first that is asked for, and after the last."""
    low, high = 0, known + 1
    if asked.since is not None:
        low = _last_before(connection, asked.since)
    if asked.until is not None and asked.until < date.max:
        high = min(high, _last_before(connection, asked.until + timedelta(days=1)) + 1)
    if asked.after is not None:
        low, high = (
            (low, min(high, asked.after))
            if asked.order == "newest"
            else (
                max(low, asked.after),
                high,
            )
        )
    return low, high


def _last_before(connection: Connection, day: date) -> int:
    """The last position recorded before a day began."""
    begins = datetime.combine(day, time(), LONDON).astimezone(UTC)
    row = connection.execute(
        "SELECT last_position FROM ledger.commits WHERE recorded_at < %s"
        " ORDER BY recorded_at DESC, last_position DESC LIMIT 1",
        (begins,),
    ).fetchone()
    return int(row[0]) if row else 0


def _events(connection: Connection, positions: list[int], order: Order) -> tuple[Any, ...]:
    way = "DESC" if order == "newest" else "ASC"
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s) ORDER BY e.notification_id {way}", (positions,)
    ).fetchall()
    return history_events(connection, rows, streams_of(connection, {row[4] for row in rows}))
