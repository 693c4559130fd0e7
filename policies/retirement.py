"""From which period on an indicator is retired.

Source: the rules of judgement, 2, where retired is the first of the reasons for no status.
"""

from datetime import date
from functools import lru_cache

from policies.periods import Period, parse_code

ALL = ""  # in place of the code of a period: all of them, whenever they began


def is_retired(since: str | None, period: Period) -> bool:
    """Whether an indicator is retired for one of its periods.

    ``since`` is the code of the first period that it is retired for, None for one that is not
    retired. A period is retired when it begins on the first day of that one or later, so an
    indicator that came to be measured by other periods meanwhile is retired from the same day.
    """
    return since is not None and (since == ALL or period.start >= begins(since))


def words_of(since: str) -> str:
    """The words beside "retired": " from 2027/28", and nothing for all periods."""
    return "" if since == ALL else f" from {parse_code(since).label}"


@lru_cache(maxsize=1024)
def begins(since: str) -> date:
    """The first day of the first retired period; of all periods, the first day there is."""
    return date.min if since == ALL else parse_code(since).start


def sooner(one: str | None, other: str | None) -> str | None:
    """Of two retirements the one that begins first; None where there is neither."""
    return min((since for since in (one, other) if since is not None), key=begins, default=None)


def is_retired_on(since: str | None, day: date) -> bool:
    """Whether a retired period of an indicator has begun by a day."""
    return since is not None and begins(since) <= day
