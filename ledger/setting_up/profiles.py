"""The target of a year in a set-up becomes the targets of the periods in it."""

from collections.abc import Iterator

import msgspec

from ledger.indicator.events import Target
from ledger.setting_up.entry import Entry
from ledger.setting_up.problems import Problems
from ledger.setting_up.sheets import TargetRow
from policies.definition import Definition
from policies.periods import Interval, Period, parse_code, periods_between
from policies.profile import ProfileSettings, profile
from policies.refusals import BadPolicy, UnknownPeriod

WITHIN_A_YEAR = (Interval.MONTH, Interval.QUARTER, Interval.TERM)


def spread_of(
    entry: Entry, row: TargetRow, target: Target, definition: Definition, problems: Problems
) -> tuple[Target, ...]:
    """The targets of a year's periods, each like the year's but for its level; or none, noted.

    What is not counted goes from the ``baseline`` to the level, since that is where it starts.
    """
    before = len(problems.found)
    for key, sentence in _faults(row, target, definition):
        problems.add(entry.place, key, sentence)
    year = _year(target.period)
    if len(problems.found) > before or year is None or row.profile is None:
        return ()
    periods = periods_between(definition.calendar, definition.interval, year.start, year.end)
    try:
        settings = ProfileSettings(shape=row.profile, shares=row.shares, levels=row.levels)
        spread = profile(periods, target.level, definition, settings, target.baseline)
    except BadPolicy as refusal:
        key = "profile" if refusal.field == "shape" else refusal.field
        problems.add(entry.place, key, refusal.detail)
        return ()
    return tuple(
        msgspec.structs.replace(target, period=period.code, level=level)
        for period, level in spread.targets
    )


def _faults(row: TargetRow, target: Target, definition: Definition) -> Iterator[tuple[str, str]]:
    """What keeps a target from being spread: the key, and a sentence."""
    if row.profile is None:
        key = "shares" if row.shares else "levels"
        yield key, "this belongs to a profile: name it, with the key profile."
    if definition.interval not in WITHIN_A_YEAR:
        yield "profile", "a year is spread only where an indicator is measured more often."
    year = _year(target.period)
    if year is None or year.calendar is not definition.calendar:
        yield "period", f"with a profile this must be a {definition.calendar.value} year."
    if target.kind == "stretch":
        yield "profile", "a stretch target is paid on its own level, and is not spread."


def _year(code: str) -> Period | None:
    try:
        period = parse_code(code)
    except UnknownPeriod:
        return None
    return period if period.interval is Interval.YEAR else None
