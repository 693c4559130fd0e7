"""The two clocks of every question, turned into positions of the ledger."""

import re
import time
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from ledger.engine import Connection
from policies.refusals import BadClock
from policies.refusing import named_as
from projections.answers import Clocks
from projections.store import tracked_position

# now, a time with its offset, a date (the end of that day), position:1742 (the moment it was
# recorded), or position:1742@TIME: what was recorded up to a position, looked at at a later time.
ClockAsked = str

NOW = "now"
BEFORE_ALL = "1970-01-01"  # a clock at which nothing is recorded yet
LONDON = ZoneInfo("Europe/London")
POLL_SECONDS = 0.01
_POSITION = re.compile(r"position:([0-9]{1,18})(?:@(.+))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}.*")
_END_OF_DAY = time_of_day(23, 59, 59, 999999)


class ResolvedClocks(msgspec.Struct, frozen=True):
    """The clocks as positions, and the day at the known clock, by which lateness goes."""

    clocks: Clocks
    today: date


class Behind(Exception):
    """The answers have not taken in a position yet. Ask again in a moment."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"the answers have not reached position {position} yet")


class _Asked(NamedTuple):
    """A clock as read: a position, a time, or both; neither for now."""

    position: int | None = None
    at: datetime | None = None


class _Moment(NamedTuple):
    at: datetime
    position: int


def resolve(
    connection: Connection,
    known_at: ClockAsked,
    policy_at: ClockAsked,
    now: datetime,
    min_position: int = 0,
    wait_seconds: float = 5.0,
    named: tuple[str, str] = ("known_at", "policy_at"),
) -> ResolvedClocks:
    """Turn both clocks into positions that the answers hold, waiting for them where needed.

    ``now`` is all that the answers hold once they have reached ``min_position``; a time is the
    last position recorded at or before it. ``named`` is what the caller calls the two, for the
    problem of one that cannot be read. Raises BadClock, and Behind when the answers do not
    reach what is asked in time.
    """
    asked = (_read(known_at, named[0]), _read(policy_at, named[1]))
    found: list[_Moment | None] = []
    for clock, name in zip(asked, named, strict=True):
        with named_as({"": name}):
            found.append(_find(connection, clock, now))
    needed = max(min_position, *(0 if moment is None else moment.position for moment in found))
    tracked = wait_for(connection, needed, wait_seconds)
    known, policy = (_Moment(now, tracked) if moment is None else moment for moment in found)
    clocks = Clocks(
        known_at=known.at,
        known_position=known.position,
        policy_at=policy.at,
        policy_position=policy.position,
        is_now=asked == (_Asked(), _Asked()),
    )
    return ResolvedClocks(clocks, known.at.astimezone(LONDON).date())


def clock_of(position: int) -> ClockAsked:
    """The clock that finds a position, also where nothing is recorded yet."""
    return f"position:{position}" if position else BEFORE_ALL


def wait_for(connection: Connection, position: int, wait_seconds: float) -> int:
    """Wait until the answers have taken in a position; answer the one they are at.

    Raises Behind when they do not in time.
    """
    give_up = time.monotonic() + wait_seconds
    while (tracked := tracked_position(connection)) < position:
        if time.monotonic() >= give_up:
            raise Behind(position)
        time.sleep(POLL_SECONDS)
    return tracked


def _read(text: ClockAsked, field: str) -> _Asked:
    text = text.strip()
    if text == NOW:
        return _Asked()
    match = _POSITION.fullmatch(text)
    if match:
        return _Asked(int(match[1]), None if match[2] is None else _time(match[2], field))
    return _Asked(at=_time(text, field))


def _time(text: str, field: str) -> datetime:
    try:
        if _DATE.fullmatch(text):
            end = datetime.combine(date.fromisoformat(text), _END_OF_DAY, LONDON)
            return end.astimezone(UTC)
        at = datetime.fromisoformat(text.upper())  # RFC 3339 takes t and z too
        if at.tzinfo is None:
            if not _HOURS.fullmatch(text):
                raise ValueError  # a day in other words, whose offset is not what is missing
            raise BadClock(
                f"{text[:40]!r} does not say its offset: write 2025-05-02T09:30:00+01:00, or end"
                " it with Z.",
                field=field,
            )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadClock(
            f"{text[:40]!r} is not a moment: use now, a date such as 2025-05-02, a time such as"
            " 2025-05-02T09:30:00+01:00, or a position such as position:1742.",
            field=field,
        ) from None


def _find(connection: Connection, asked: _Asked, now: datetime) -> _Moment | None:
    """The position of a clock, and its time; None for now."""
    if asked.position is not None:
        return _looked_at(connection, asked.position, asked.at)
    if asked.at is None:
        return None
    _let_appends_end(connection, asked.at)
    row = connection.execute(
        "SELECT last_position FROM ledger.commits WHERE recorded_at <= %s"
        " ORDER BY recorded_at DESC, last_position DESC LIMIT 1",
        (asked.at,),
    ).fetchone()
    return _Moment(asked.at, row[0] if row else 0)


def _looked_at(connection: Connection, position: int, at: datetime | None) -> _Moment:
    """A position as it was recorded, or as it was looked at at a time not before that.

    What is missing is late or not by the day of looking, which no position knows. Position 0 is
    a ledger with nothing in it yet, which only a time can be said of.
    """
    if position == 0 and at is not None:
        return _Moment(at, 0)
    recorded = recorded_at(connection, position)
    if at is not None and at < recorded:
        raise BadClock(f"Position {position} was recorded only at {recorded.isoformat()}.")
    return _Moment(at or recorded, position)


def pinned(position: int, at: datetime) -> ClockAsked:
    """The clock that asks for exactly this moment again, whatever is recorded later."""
    return f"position:{position}@{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z"


def recorded_at(connection: Connection, position: int) -> datetime:
    """When a position was recorded. Raises BadClock where the ledger has no such position."""
    row = connection.execute(
        "SELECT recorded_at FROM ledger.commits WHERE last_position >= %s AND %s > 0"
        " ORDER BY last_position LIMIT 1",
        (position, position),
    ).fetchone()
    if row is None:
        raise BadClock(
            f"The ledger has no position {position}: it counts from 1 to its last event."
        )
    at: datetime = row[0]
    return at.astimezone(UTC)


def _let_appends_end(connection: Connection, at: datetime) -> None:
    """For a moment not long past, wait for the append under way.

    It took its time from the clock before its rows can be seen; asked a second later, the same
    moment must give the same position.
    """
    connection.execute(
        "SELECT pg_advisory_lock_shared(7310001, 1), pg_advisory_unlock_shared(7310001, 1)"
        " WHERE %s > clock_timestamp() - interval '1 minute'",
        (at,),
    )
