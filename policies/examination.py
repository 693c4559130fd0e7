"""The four-week rule: a body examines a value within 28 days of the day its data were available."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

DAYS = 28


class Outcome(StrEnum):
    """How the rule stands."""

    RUNNING = "running"
    BREACHED = "breached"
    MET = "met"


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """How the four-week rule stands for one value.

    ``days`` are, by the outcome: met on that day of the 28 (0 is the day the data were available);
    running with so many left, 0 on the last day; breached by so many.
    """

    outcome: Outcome
    days: int
    available_on: date
    last_day: date
    examined_on: date | None

    @property
    def words(self) -> str:
        """The outcome as people say it."""
        if self.outcome is Outcome.MET:
            return f"met on day {self.days}"
        number = "1 day" if self.days == 1 else f"{self.days} days"
        if self.outcome is Outcome.RUNNING:
            return f"running, {number} left"
        return f"breached by {number}"


def examine(available_on: date, examined_on: date | None, today: date) -> Examination:
    """How the rule stands on a day.

    An examination dated before the data were available counts as one on that day; one after
    ``today`` is not known of yet. Source: the rules of judgement, 6.
    """
    last_day = available_on + timedelta(days=DAYS)
    done = examined_on if examined_on is not None and examined_on <= today else None
    if done is not None and done <= last_day:
        outcome, days = Outcome.MET, max((done - available_on).days, 0)
    elif (done or today) <= last_day:
        outcome, days = Outcome.RUNNING, (last_day - today).days
    else:
        outcome, days = Outcome.BREACHED, ((done or today) - last_day).days
    return Examination(
        outcome=outcome,
        days=days,
        available_on=available_on,
        last_day=last_day,
        examined_on=done,
    )
