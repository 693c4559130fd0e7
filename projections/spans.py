"""What the answers need to know of a period, worked out once per code."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import msgspec

from policies.periods import Interval, Period, parse_code
from policies.travel import TravelSettings, compared_period

BASELINE = "baseline"  # in place of the code of a compared period

_SETTINGS = {
    way: TravelSettings(compare_with=way)
    for way in ("previous-period", "same-period-last-year", "baseline")
}


class Span(NamedTuple):
    """A period with the codes of those it may be compared with and that may be compared with it.

    ``order`` sorts periods by time, whatever their length.
    """

    period: Period
    label: str
    start: date
    end: date
    order: tuple[date, str]
    compared: dict[str, str | None]  # way of comparing → code, or BASELINE, or nothing
    followers: tuple[str, ...]  # whose comparison could be this period


@lru_cache(maxsize=8192)
def span_of(code: str) -> Span:
    """The span of a canonical period code. Raises UnknownPeriod."""
    period = parse_code(code)
    compared = {way: _compared(period, settings) for way, settings in _SETTINGS.items()}
    followers = [period.next()]
    if period.interval is not Interval.POOLED:
        followers.append(msgspec.structs.replace(period, year=period.year + 1))
    codes = tuple(dict.fromkeys(follower.code for follower in followers))
    return Span(period, period.label, period.start, period.end, (period.end, code), compared, codes)


def _compared(period: Period, settings: TravelSettings) -> str | None:
    if settings.compare_with == "baseline":
        return BASELINE
    before = compared_period(period, settings)
    return None if before is None else before.code
